"""How many designs stay, and in which bins: exact, and the same however the grid is cut."""

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount.cli.main import main
from flopcount.designs import compiled, plan
from flopcount.designs.chosen import Bin, Histogram, Tally
from flopcount.designs.chosen.histogram import MAX_FINE
from flopcount.designs.grid import chunks
from flopcount.designs.grid.filters import MOST
from flopcount.designs.grid.tiles import cut
from flopcount.designs.readings import Readings
from flopcount.designs.sweeps import MAX_DESIGNS
from flopcount.errors import FlopcountError
from tests.designs.grids import FEWER, designs, questions, same

WIDTHS = [times * 10**power for power in range(20) for times in (1, 2, 5)]


def bins_of(values: list[int], histogram: Histogram) -> list[Bin]:
    """The same of all values at once: the narrowest width that will do, tried one after another."""
    if not values:
        return []
    width = next(
        width
        for width in WIDTHS
        if width >= histogram.width
        and max(values) // width - min(values) // width + 1 <= histogram.bins
    )
    counted = Counter(value // width for value in values)
    return [
        Bin(place * width, min(place * width + width - 1, MOST), counted[place])
        for place in range(min(counted), max(counted) + 1)
    ]


@st.composite
def spreads(draw: st.DrawFn) -> tuple[list[int], Histogram]:
    """Values of any size, and bins for what they lie between, or for more."""
    most = draw(st.sampled_from([0, 9, 70_000, 10**6, MOST]))
    values = draw(st.lists(st.integers(0, most), max_size=30))
    least = draw(st.integers(0, min(values, default=most)))
    return values, Histogram("x", least, most, draw(st.integers(1, 40)))


@given(spreads())
def test_bins(spread: tuple[list[int], Histogram]) -> None:
    values, histogram = spread
    assert 1 <= histogram.fine <= MAX_FINE
    assert histogram.width == 1 or histogram.most // (histogram.width // 10) >= MAX_FINE
    numbers, counted = np.unique(
        np.array(values, dtype=np.int64) // histogram.width, return_counts=True
    )
    shown = histogram.shown(numbers, counted)
    assert shown == bins_of(values, histogram)
    assert sum(bar.designs for bar in shown) == len(values)
    assert len(shown) <= histogram.bins
    if shown:
        assert shown[0].designs
        assert shown[-1].designs
        assert all(a.last + 1 == b.first for a, b in pairwise(shown))


@FEWER
@given(questions())
def test_bins_of_a_grid(question: Any) -> None:
    if not isinstance(question.choice, Tally):
        return
    bars = question.choice.bars(question.part(question.box, 0))
    for histogram in question.choice.histograms:
        values = [one[histogram.name] for one in designs(question)]
        assert bars[histogram.name] == bins_of(values, histogram)


VARY = {"3a.r5": "8:40:8", "3a.n3": "90:99", "input": "64:128:16"}
ASKED: list[dict[str, Any]] = [
    {"histogram": ["multiplies=7", "3a.n3=4", "activations", "elementwise.adds=1"]},
    {"histogram": ["input", "params=1000"], "keep": ["multiplies <= 3e8 and 3a.r5 != 16"]},
    {"histogram": ["params"], "keep": ["2 < 1"]},
    {"count": True},
    {"count": True, "keep": ["1 < 2", "multiplies > 3e8"]},
    {"count": True, "columns": ["macs", "norm_params"], "keep": ["flops < 0"]},
]


def answered(**asked: Any) -> Any:
    return plan("googlenet", VARY, **asked).answer()


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_what_is_counted_is_what_stays(asked: dict[str, Any]) -> None:
    kept = fc.sweep(
        "googlenet",
        VARY,
        keep=asked.get("keep", ()),
        columns="multiplies,params,activations,macs,norm_params,elementwise.adds",
    )
    found = plan("googlenet", VARY, **asked)
    tally, part = found.choice, found.answer()
    assert isinstance(tally, Tally)
    assert part.kept.tolist() == [len(kept)]  # type: ignore[attr-defined]
    for histogram in tally.histograms:
        values = kept[histogram.name].tolist()
        assert tally.bars(part)[histogram.name] == bins_of(values, histogram)  # type: ignore[arg-type]
        assert all(histogram.least <= value <= histogram.most for value in values)
    for name, ends in tally.ranges(part).items():  # type: ignore[arg-type]
        if name in kept:
            assert ends == ((kept[name].min(), kept[name].max()) if len(kept) else None)


@pytest.mark.slow
@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_tiles_and_chunks_count_alike(
    asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = answered(**asked)
    found = plan("googlenet", VARY, **asked)
    tiles = cut(found.question.box, 7)
    assert tiles.count > 30
    parts = [found.question.part(*tiles.tile(number)) for number in range(tiles.count)]
    same(found.choice.merged(parts[::-1]), whole)
    monkeypatch.setattr(chunks, "CHUNK_SIZE", 8)
    monkeypatch.setattr(chunks, "_WIDTH", 8)
    same(answered(**asked), whole)


@pytest.mark.parametrize(
    "asked",
    [ASKED[4], *(pytest.param(ASKED[at], marks=pytest.mark.slow) for at in range(4))],
    ids=str,
)
def test_the_compiled_pass_counts_alike(
    asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = answered(**asked)
    looked_at: list[Any] = []
    compiling = compiled.chunks

    def watched(*given: Any) -> Any:
        looked_at.append(given)
        return compiling(*given)

    monkeypatch.setattr(chunks, "CHUNK_SIZE", 8)
    monkeypatch.setattr(chunks, "_WIDTH", 8)
    monkeypatch.setattr(compiled, "LEAST", 1)
    monkeypatch.setattr(compiled, "_LEAST_WIDTH", 1)
    monkeypatch.setattr(compiled, "_ON_CPU", compiled.Block(100, 1, 2**13))
    monkeypatch.setattr(compiled, "chunks", watched)
    same(answered(**asked), whole)
    assert bool(looked_at) == bool(asked.get("keep")), "without a filter every row is looked at"


@pytest.mark.slow
@pytest.mark.parametrize("asked", ASKED[1:5:3], ids=str)
def test_workers_count_alike(asked: dict[str, Any]) -> None:
    vary = {"r3": "1:150", "n3": "1:150", "r5": "1:100"}  # several tiles
    given: dict[str, Any] = {"modules": ["3a"], **asked, "keep": ["multiplies <= 60e6"]}
    given |= {"histogram": ["params=9", "r5"]} if "histogram" in asked else {}
    found = plan("googlenet", vary, **given, workers=2)
    same(found.answer(), plan("googlenet", vary, **given).answer())


def test_ranges_of_what_was_read_design_by_design() -> None:
    assert Readings((), (), {"multiplies": [3, 1, 2]}).range("multiplies") == (1, 3)


def test_progress_counts_every_design() -> None:
    told: list[int] = []
    plan("googlenet", VARY, count=True).answer(told.append)
    assert told == sorted(told)
    assert told[-1] == 250


def test_int64_is_used_to_its_end() -> None:
    spec = "HxWx1024 > conv 1x1 1024 nobias linear"  # 2²⁰·H·W multiplies
    vary = {"H": "2147483600:2147483647", "W": "4095:4096"}
    found = fc.sweep(spec, vary, histogram="multiplies=1")
    ends = {"from": 922 * 10**16, "to": 2**63 - 1}
    (row,) = found.to_dict("records")
    assert row == {"name": "multiplies", **ends, "designs": 96, "share_percent": 100.0}
    assert found["to"].dtype == np.int64
    ranges = fc.sweep(spec, vary, count=True).set_index("name")
    assert ranges.loc["multiplies"].tolist() == [
        *(96, 2**20 * 2147483600 * 4095, 2**20 * (2**31 - 1) * 4096)
    ]


def test_a_grid_of_any_size_is_counted() -> None:
    vary = {"r3": range(1, 301), "n3": range(1, 301), "r5": range(1, 301)}
    assert MAX_DESIGNS < 300**3
    found = fc.sweep("googlenet", vary, modules=["3a"], histogram="r5=3")
    assert found[["from", "to", "designs"]].to_numpy().tolist() == [
        [0, 199, 199 * 300**2],
        [200, 399, 101 * 300**2],
    ]


W = ["sweep", "googlenet", "--vary", "3a.r5=8:64:8"]
BAD: list[tuple[list[str], str]] = [
    (["--count", "--top", "3"], "--count counts the designs that --keep keeps; leave out --top"),
    (["--count", "--pareto", "params"], "leave out --pareto"),
    (["--histogram", "params", "--sort", "params"], "leave out --sort"),
    (["--histogram", "params", "--columns", "params"], "leave out --columns"),
    (["--histogram", "params", "--count"], "leave out --count"),
    (["--histogram", "params", "--histogram", "params=3"], "params is named twice"),
    (["--histogram", "parms"], "unknown count or varied name 'parms'"),
    (["--histogram", "input"], "unknown count or varied name 'input'"),
    (["--histogram", "-params"], "expected one argument"),
    (["--histogram", "params=0"], "params is '0', not a whole number from 1 to 1000"),
    (["--histogram", "params=1001"], "params is '1001', not a whole number from 1 to 1000"),
    (["--histogram", "params=many"], "params is 'many', not a whole number"),
    (["--histogram", "=3"], "unknown count or varied name ''"),
]


@pytest.mark.parametrize(("words", "said"), BAD, ids=str)
def test_refusals(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*W, *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("flopcount: ")
    assert err.count("\n") == 1
    assert said in err


def test_a_histogram_is_a_text_or_several() -> None:
    with pytest.raises(FlopcountError, match=r"^histogram: expected a name, or NAME=BINS, not 3$"):
        fc.sweep("googlenet", {"3a.r5": [8]}, histogram=3)  # type: ignore[arg-type]


def test_files_and_forms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [*W, "--histogram", "multiplies=3", "--histogram", "3a.r5=2"]
    csv, parquet = tmp_path / "x.csv", tmp_path / "x.parquet"
    assert main([*words, "-o", str(csv), "-o", str(parquet)]) == 0
    rows = [
        ("multiplies", 1_550_000_000, 1_599_999_999, 4, 50.0),
        ("multiplies", 1_600_000_000, 1_649_999_999, 4, 50.0),
        ("3a.r5", 0, 49, 6, 75.0),
        ("3a.r5", 50, 99, 2, 25.0),
    ]
    frame = pd.DataFrame(rows, columns=["name", "from", "to", "designs", "share_percent"])
    pd.testing.assert_frame_equal(pd.read_csv(csv), frame, check_dtype=False)
    pd.testing.assert_frame_equal(pd.read_parquet(parquet), frame, check_dtype=False)
    given = {"histogram": ["multiplies=3", "3a.r5=2"]}
    found = fc.sweep("googlenet", {"3a.r5": "8:64:8"}, **given)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(found, frame, check_dtype=False)
    assert main([*words, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    both = [*document["rows"], *document["more"][0]]
    assert [tuple(row.values()) for row in both] == rows
    assert document["footer"] == ["8 of 8 designs"]


def test_no_design_makes_files_too(tmp_path: Path) -> None:
    for option in (["--count"], ["--histogram", "params"]):
        file = tmp_path / "x.parquet"
        assert main([*W, "--keep", "params < 1", *option, "-o", str(file)]) == 0
        frame = pd.read_parquet(file)
        assert frame.columns[0] == "name"
        assert len(frame) == (5 if option == ["--count"] else 0)
        assert frame.get("least", pd.Series()).isna().all()


def test_shares_are_rounded() -> None:
    found = fc.sweep("8x8x3 > conv 3x3 n", {"n": "1:3"}, histogram="n=2")
    assert found[["from", "to", "designs", "share_percent"]].to_numpy().tolist() == [
        [0, 1, 1, 33.3],
        [2, 3, 2, 66.7],
    ]
