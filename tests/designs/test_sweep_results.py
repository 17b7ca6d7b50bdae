"""What a sweep keeps, prints and writes: the front, the top, the filters, the files."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount.cli.main import main
from flopcount.designs.chosen.fronts import front, least
from flopcount.designs.grid import chunks
from flopcount.designs.pricing import SHOWN
from flopcount.designs.sweeps import plan, sweep


def brute(points: list[tuple[int, ...]]) -> list[int]:
    """Where no other point is as good in all and better in one; of equal ones the first."""
    return [
        position
        for position, point in enumerate(points)
        if not any(
            all(a <= b for a, b in zip(rival, point, strict=True))
            and (rival != point or earlier < position)
            for earlier, rival in enumerate(points)
            if earlier != position
        )
    ]


@pytest.mark.slow
@given(
    st.integers(1, 3).flatmap(
        lambda width: st.lists(st.tuples(*[st.integers(0, 6)] * width), min_size=1, max_size=40)
    )
)
def test_the_front_is_what_no_point_dominates(points: list[tuple[int, ...]]) -> None:
    positions = front(np.array(points)).tolist()
    assert sorted(positions) == brute(points)
    best = [points[position] for position in positions]
    assert best == sorted(best)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=40), st.integers(1, 10))
def test_the_least_are_the_first_of_a_stable_sort(values: list[int], count: int) -> None:
    expected = sorted(range(len(values)), key=values.__getitem__)[:count]
    assert least(np.array(values), count).tolist() == sorted(expected)


VARY = {"3a.r5": "8:40:8", "3a.n3": "90:99", "input": "64:128:16"}


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make one design after another matter: many chunks, of a few designs each."""
    monkeypatch.setattr(chunks, "CHUNK_SIZE", 8)
    monkeypatch.setattr(chunks, "_WIDTH", 8)


@pytest.mark.slow
@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("sort", ["multiplies", "-params", "input", "-3a.n3", "weights"])
@pytest.mark.parametrize("keep", [[], ["multiplies <= 3e8", "3a.r5 != 16 or input > 100"]])
def test_the_top_is_the_head_of_the_whole(sort: str, keep: list[str]) -> None:
    whole = sweep("googlenet", VARY)
    whole["weights"] = whole.params  # but for the biases, which grow with it
    if keep:
        whole = whole[(whole.multiplies <= 3e8) & ((whole["3a.r5"] != 16) | (whole.input > 100))]
    by, ascending = sort.removeprefix("-"), not sort.startswith("-")
    expected = whole.sort_values(by, ascending=ascending, kind="stable").head(17)
    designs = sweep("googlenet", VARY, keep=keep, top=17, sort=sort)
    expected = expected.drop(columns="weights").reset_index(drop=True)
    pd.testing.assert_frame_equal(designs, expected)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(
    "keys",
    [
        ["multiplies"],
        ["multiplies", "-params"],
        ["multiplies", "-input"],
        ["-input", "params", "-activations"],
        ["params", "multiplies_unpadded"],
    ],
)
def test_the_pareto_front_against_all_pairs(keys: list[str]) -> None:
    whole = sweep("googlenet", VARY, keep="3a.n3 < 97")
    signs = [-1 if key.startswith("-") else 1 for key in keys]
    names = [key.removeprefix("-") for key in keys]
    points = [tuple(row) for row in (whole[names].to_numpy() * signs).tolist()]
    expected = whole.iloc[sorted(brute(points), key=points.__getitem__)].reset_index(drop=True)
    designs = sweep("googlenet", VARY, keep="3a.n3 < 97", pareto=keys)
    pd.testing.assert_frame_equal(designs, expected)
    best = sweep("googlenet", VARY, keep="3a.n3 < 97", pareto=keys, sort="-params", top=2)
    again = expected.sort_values("params", ascending=False, kind="stable").head(2)
    pd.testing.assert_frame_equal(best, again.reset_index(drop=True))


def test_filters_choose_rows() -> None:
    whole = sweep("googlenet", VARY)
    designs = sweep("googlenet", VARY, keep=["200e6 < multiplies <= 3e8", "not 3a.r5 + 60 < input"])
    some = whole[(whole.multiplies > 2e8) & (whole.multiplies <= 3e8)]
    some = some[~(some["3a.r5"] + 60 < some.input)]
    assert 0 < len(some) < len(whole)
    pd.testing.assert_frame_equal(designs, some.reset_index(drop=True))
    assert sweep("googlenet", VARY, keep="1 < 2").equals(whole)
    assert sweep("googlenet", VARY, keep="2 < 1").empty


@pytest.mark.usefixtures("small_chunks")
def test_files_hold_the_designs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [tmp_path / name for name in ("designs.csv", "designs.parquet")]
    vary = [word for name, values in VARY.items() for word in ("--vary", f"{name}={values}")]
    argv = ["sweep", "googlenet", *vary, "--keep", "input >= 80"]
    assert main([*argv, *(word for file in files for word in ("-o", str(file)))]) == 0
    assert capsys.readouterr() == ("", "")
    expected = sweep("googlenet", VARY, keep="input >= 80")
    for file, read in zip(files, (pd.read_csv, pd.read_parquet), strict=True):
        pd.testing.assert_frame_equal(read(file), expected)
    assert sorted(tmp_path.iterdir()) == files
    first = files[0].read_bytes()
    assert first.startswith(b"3a.r5,3a.n3,input,multiplies,multiplies_unpadded,params,activations")
    assert main([*argv, "-o", str(files[0])]) == 0
    assert files[0].read_bytes() == first


def test_a_file_without_designs_has_its_columns(tmp_path: Path) -> None:
    for name, read in (("a.csv", pd.read_csv), ("a.parquet", pd.read_parquet)):
        argv = ["sweep", "googlenet", "--vary", "3a.r5=8", "--keep", "params < 1"]
        assert main([*argv, "-o", str(tmp_path / name)]) == 0
        designs = read(tmp_path / name)
        assert list(designs.columns) == ["3a.r5", *SHOWN]
        assert designs.empty


def test_what_changes_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    varied = ["--vary", "3a.r5=8:16:8", "--vary", "3a.n1=8"]
    assert main(["sweep", "googlenet@naive", *varied]) == 0
    seen = capsys.readouterr().out
    assert "3a.r5 changes no count here\n" in seen
    assert "3a.n1 changes" not in seen  # one value: nothing was varied
    assert main(["sweep", "googlenet", *varied]) == 0
    assert "changes no count" not in capsys.readouterr().out
    assert main(["sweep", "googlenet", "--module", "4a", *varied[:2]]) == 0
    assert "3a.r5 changes no count here\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("spec", "vary", "idle"),
    [
        ("HxWx3 > conv 1x1/2 4 > conv 3x3 5", {"H": "1,2", "W": "1:3"}, ["H"]),  # ⌈H/2⌉ is 1
        ("HxWx3 > conv 1x1/2 4 > conv 3x3 5", {"H": "5,6", "W": "7"}, ["H"]),
        # n + 3 − gcd(n, 3) numbers are averaged along an axis: 33 of 31 as of 33
        ("HxWx3 > avgpool to=3x3 > conv 1x1 n", {"H": "31,33", "W": "31,32,33", "n": "2:3"}, ["H"]),
        ("HxWx3 > conv 1x1 a > conv 1x1 b@width=0.1", {"a": "1:20", "b": "1:9", "input": "9"}, []),
        ("HxWx3 > conv 1x1 a > conv 1x1 5@width=0.1", {"a": "1:14", "input": "9"}, ["a"]),
    ],
)
def test_what_bounds_and_arrays_show_to_be_idle(
    spec: str, vary: dict[str, str], idle: list[str]
) -> None:
    assert plan(spec, vary).idle() == idle


def test_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["sweep", "googlenet", "--module", "3a", "--vary", "r5=8:64:8"]
    assert main([*argv, "--keep", "r5 < 60", "--top", "2", "--sort", "-r5"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    lines = out.splitlines()
    assert lines[0] == "googlenet, module 3a: 8 designs"
    assert lines[2:4] == ["keep r5 < 60", "the first 2"]
    # 28²·(192·r5 + 5²·r5·32) for r5 = 56, and the rest of the module
    rest = 128_049_152 - 28**2 * 16 * (192 + 25 * 32)
    multiplies = rest + 28**2 * 56 * (192 + 25 * 32)
    assert lines[7].split()[:2] == ["56", f"{multiplies:,}"]
    assert lines[-1] == "2 of 8 designs"
    for key in ("r5", "-r5"):
        assert main([*argv, "--top", "1", "--sort", key, "--descending", "--format", "csv"]) == 0
        assert capsys.readouterr().out.splitlines()[1].startswith("64,")
    assert main([*argv, "--pareto", "-r5,multiplies", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["r5"] for row in rows] == list(range(64, 0, -8))


def test_the_keys_of_a_front_may_be_a_text() -> None:
    vary = {"3a.r5": range(8, 65, 8)}
    for keys in (["multiplies"], ["multiplies", "-3a.r5"]):
        listed = fc.sweep("googlenet", vary, pareto=keys)
        assert fc.sweep("googlenet", vary, pareto=",".join(keys)).equals(listed)
