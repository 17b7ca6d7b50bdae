"""Every design of a sweep costs what the same design costs alone, whatever the grid."""

import itertools
import json
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount.cli.main import main
from flopcount.designs import chunks
from flopcount.designs.grids import MAX_GRID, MAX_VALUES, read_values
from flopcount.designs.pricing import SHOWN
from flopcount.designs.selection import front, least
from flopcount.designs.sweeps import MAX_DESIGNS, plan, sweep
from flopcount.errors import FlopcountError
from flopcount.notation.references import draft
from flopcount.notation.variables import Of
from flopcount.sizes import polynomials
from flopcount.sizes.polynomials import Polynomial, Space


def alone(reference: str, design: Mapping[str, int], modules: Sequence[str] = ()) -> list[int]:
    """What the report says of one design."""
    options: dict[str, Any] = {"set": {}}
    for name, value in design.items():
        if name == "input":
            options["input"] = f"{value}x{value}"
        elif name == "classes":
            options["classes"] = value
        else:
            options["set"][name] = value
    cost = fc.analyze(fc.load(reference, **options), modules=modules).total.cost
    return [getattr(cost, name) for name in SHOWN]


def same(
    reference: str, vary: Mapping[str, str], modules: Sequence[str] = (), samples: int = 6
) -> None:
    """Compare some designs of a sweep, its first and its last with the report's figures."""
    designs = sweep(reference, vary, modules=modules)
    names = [*vary, *SHOWN]
    assert list(designs.columns) == names
    assert set(designs.dtypes) == {np.dtype("int64")}
    grid = list(itertools.product(*(read_values(text, name) for name, text in vary.items())))
    assert [tuple(row) for row in designs[list(vary)].to_numpy().tolist()] == grid, "and its order"
    step = max(len(grid) // samples, 1)
    for position in {*range(0, len(grid), step), len(grid) - 1}:
        row = designs.iloc[position]
        design = {name: int(row[name]) for name in vary}
        assert [int(row[name]) for name in SHOWN] == alone(reference, design, modules), design


@pytest.mark.parametrize("name", fc.names())
def test_each_network_over_its_input(name: str) -> None:
    same(name, {"input": "224:480:32"})


@pytest.mark.parametrize(
    ("reference", "vary", "modules"),
    [
        ("googlenet", {"3a.r5": "8:64:8"}, ["3a"]),
        ("googlenet", {"3a.r5": "8:64:8", "3a.n1": "16,64", "input": "224,225,299"}, []),
        ("googlenet", {"input": "64:90", "3a.r5": "8:64:8", "5b.proj": "1:3"}, []),
        ("googlenet", {"classes": "1:1000:99", "4e.n3": "3:300:11"}, []),
        # the widths that a module puts out reach the module after it
        ("googlenet", {"3a.n1": "1:9", "3a.n3": "2:20:3", "3a.n5": "7", "3b.r3": "1:3"}, ["3b"]),
        ("googlenet", {"3a.n1": "1:9", "5b.n5": "1:9"}, ["3b", "5a"]),
        ("googlenet@naive", {"3a.r5": "8:64:8", "input": "200:300:9"}, []),
        ("googlenet@naive=chained", {"3a.n1": "1:40", "classes": "10,20"}, []),
        ("googlenet@torchvision", {"3a.r5": "8:64:8", "3b.n5": "9:99:10", "input": "99,224"}, []),
    ],
)
def test_designs_equal_the_report(reference: str, vary: dict[str, str], modules: list[str]) -> None:
    same(reference, vary, modules)


def test_designs_equal_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    designs = sweep("googlenet", {"3a.r5": "16:24:8", "3b.n1": "100,101"}, keep="3a.r5 > 16")
    for row in designs.to_dict("records"):
        words = [f"--set=3a.r5={row['3a.r5']}", f"--set=3b.n1={row['3b.n1']}"]
        assert main(["googlenet", *words, "--format", "json"]) == 0
        total = json.loads(capsys.readouterr().out)["total"]
        assert [row[name] for name in SHOWN] == [total[name] for name in SHOWN]


def test_the_widths_of_a_module_reach_the_next() -> None:
    # 3b reads 64 + 128 + n5 + 32 channels; its four 1×1 on 28×28 put out 128 + 128 + 32 + 64
    designs = sweep("googlenet", {"3a.n5": "32,33"}, modules=["3b"])
    assert designs.multiplies.diff().tolist()[1:] == [28**2 * (128 + 128 + 32 + 64)]
    designs = sweep("googlenet", {"3a.n5": "32,33"}, modules=["3a"])
    assert designs.multiplies.diff().tolist()[1:] == [28**2 * 5**2 * 16]


LAYERS = [
    "conv 3x3 a",
    "conv 3x3/2 b valid",
    "conv 5x5/3 7 pad=1",
    "conv 1x1 in",
    "conv 3x3 a groups=2",
    "depthwise 3x3/2",
    "separable 3x3 b norm",
    "maxpool 3x3/2 ceil valid",
    "avgpool 2x2/2 pad=1",
    "maxpool to=3x2",
    "[1: conv 1x1 a | 3: conv 1x1 b > conv 3x3 a dilation=2 | pool: maxpool 3x3]",
    "(conv 1x1 a + conv 3x3 a)",
    "(identity + conv 3x3 in)",
    "lrn",
]
ranges = st.tuples(st.integers(1, 12), st.integers(0, 4), st.integers(1, 3)).map(
    lambda ends: range(ends[0], ends[0] + ends[1] * ends[2] + 1, ends[2])
)


@given(
    st.lists(st.sampled_from(LAYERS), min_size=1, max_size=5).map(" > ".join),
    st.dictionaries(st.sampled_from(["H", "W", "a", "b"]), ranges, min_size=4, max_size=4),
    st.sampled_from(["", " > flatten > dense 9", " > dense 9"]),
    st.sampled_from([1, 4, 64, 2**14]),
    st.sampled_from([3, 2**20]),
)
def test_any_spec_at_any_grid(
    layers: str, vary: dict[str, range], last: str, size: int, most: int
) -> None:
    spec = f"HxWx6 > {layers}{last}"
    open_spec = draft(spec)
    known = {variable.name: variable for variable in open_spec.variables()}
    used = {name: values for name, values in vary.items() if name in known}
    expected: list[list[int]] | str = []
    for point in itertools.product(*used.values()):
        design = dict(zip(used, point, strict=True))
        try:
            values = {known[name]: value for name, value in design.items()}
            cost = fc.analyze(open_spec.build(values)).total.cost
        except FlopcountError as error:
            named = ", ".join(f"{name}={value}" for name, value in design.items())
            expected = f"{named}: {error}"
            break
        assert isinstance(expected, list)
        expected.append([*point, *(getattr(cost, name) for name in SHOWN)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "CHUNK_SIZE", size)
        patch.setattr(chunks, "_WIDTH", size)
        patch.setattr(polynomials, "MAX_ATOM", most)  # 3: the grid is cut into parts
        try:
            swept: list[list[int]] | str = sweep(spec, used).to_numpy().tolist()
        except FlopcountError as error:
            swept = str(error)
    if isinstance(expected, str) and isinstance(swept, str):
        # the largest design is priced before all others
        largest = ", ".join(f"{name}={values[-1]}" for name, values in used.items())
        assert swept == expected or swept.startswith(f"{largest}: ")
    else:
        assert swept == expected


def test_the_first_design_that_does_not_fit_is_named() -> None:
    # 75 is the least input of Inception v3: below, a VALID kernel does not fit
    with pytest.raises(FlopcountError, match=r"^input=70: .*not fit"):
        sweep("inception-v3", {"input": "300,299,75,70,60,80"})


@given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 60))
def test_a_range_includes_its_end(first: int, last: int, step: int) -> None:
    text = f"{first}:{last}:{step}"
    if first > last:
        with pytest.raises(FlopcountError, match="the range is empty"):
            read_values(text, "r5")
    else:
        values = list(read_values(text, "r5"))
        assert values == list(range(first, last + 1, step))
        assert (last in values) is ((last - first) % step == 0)


def test_values_are_ranges_lists_and_numbers() -> None:
    assert list(read_values("8:64:8", "r5")) == [8, 16, 24, 32, 40, 48, 56, 64]
    assert list(read_values("8,32,16:18,7", "r5")) == [8, 32, 16, 17, 18, 7]
    assert list(read_values("24", "r5")) == [24]
    assert list(read_values(range(8, 64, 8), "r5")) == [8, 16, 24, 32, 40, 48, 56]  # as Python's
    assert list(read_values((3, 1), "r5")) == [3, 1]


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


def test_int64_is_used_to_its_end_and_not_beyond() -> None:
    spec = "HxWx1024 > conv 1x1 1024 nobias linear"  # 2²⁰·H·W multiplies
    designs = sweep(spec, {"H": "2147483647", "W": "4095,4096"})
    assert designs.multiplies.tolist() == [2**20 * (2**31 - 1) * width for width in (4095, 4096)]
    assert designs.multiplies.max() == 2**63 - 2**32
    with pytest.raises(FlopcountError) as caught:
        sweep(spec, {"H": "2147483647", "W": "4095,4097"})
    count = 2**20 * (2**31 - 1) * 4097
    message = f"H=2147483647, W=4097: multiplies is {count:,}; a sweep counts to 2**63 - 1"
    assert str(caught.value) == message
    most = {"H": "2147483647", "W": "4096"}
    assert len(sweep(spec, most, keep="multiplies + 4095 * params > 0")) == 1
    with pytest.raises(FlopcountError, match="column 1: ‸multiplies"):  # 2⁶³ − 2³² + 2³²
        sweep(spec, most, keep="multiplies + 4096 * params > 0")


def test_parts_of_a_sum_may_wrap() -> None:
    # (n − 2)²: n² alone, times the widths, passes 2⁶³; the count does not
    spec = "HxWx65536 > conv 3x3 65536 valid nobias linear"
    most = 15_448  # 9·2³²·(most − 2)² < 2⁶³ < 9·2³²·most²
    assert 9 * 2**32 * (most - 2) ** 2 < 2**63 <= 9 * 2**32 * most**2
    designs = sweep(spec, {"input": [3, 15_400, most]})
    assert designs.multiplies.tolist() == [9 * 2**32 * (n - 2) ** 2 for n in (3, 15_400, most)]


def test_memory_does_not_grow_with_the_grid() -> None:
    def peak(size: int) -> int:
        vary = {name: range(1, size + 1) for name in ("3a.r3", "3a.n3", "3a.r5")}
        planned = plan("googlenet", vary, keep=["multiplies <= 1600e6"], top=20)
        tracemalloc.start()
        (best,) = planned.batches()
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert len(best) == 20
        return held

    small, large = peak(60), peak(240)  # 216,000 and 13,824,000 designs
    assert large < 2 * small
    assert large < 20e6


def test_an_array_lies_on_its_own_axes_alone() -> None:
    space = Space([range(1, 1001)] * 3)
    a, b, c = (space.variable(axis) for axis in range(3))
    cost = (a + b + c + 7) * (a + 1) * 9
    assert isinstance(cost, Polynomial)
    held = {atom for atoms in cost.terms for atom in atoms}
    assert sorted(len(space.axes[axis]) for atom in held for axis in atom.axes) == [1000] * 3
    assert (a * 6 + 4) // 2 == a * 3 + 2  # no atom for what divides term by term
    assert type(a - a + 5) is int


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
    assert main([*argv, "--top", "1", "--sort", "r5", "--descending", "--format", "csv"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("64,")
    assert main([*argv, "--pareto", "-r5,multiplies", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["r5"] for row in rows] == list(range(64, 0, -8))


S = "sweep"
G = "googlenet"
V = ("--vary", "3a.r5=8:64:8")
BAD: list[tuple[list[str], list[str]]] = [
    ([S], ["NETWORK"]),
    ([S, G], ["nothing varies", "--vary 3a.r5=8:64:8"]),
    ([S, G, "--vary", "3a.r5"], ["expected NAME=RANGE"]),
    ([S, G, "--vary", "3a.r7=1:2"], ["unknown", "'3a.r7'", "did you mean '3a."]),
    ([S, G, "--vary", "r5=1:2"], ["unknown", "'r5'"]),
    ([S, G, "--module", "3a", "--module", "3b", "--vary", "r5=1:2"], ["3a.r5 or 3b.r5"]),
    ([S, G, "--module", "3x", *V], ["unknown module '3x'"]),
    ([S, G, *V, *V], ["3a.r5 is named twice"]),
    ([S, G, "--vary", "r5=8:16:8"], ["unknown name to vary 'r5'", "which row's? 3a.r5, 3b.r5"]),
    ([S, G, "--vary", "H=64", "--vary", "input=64"], ["H and input both vary H"]),
    ([S, G, "--set", "3a.r5=8", *V], ["3a.r5 is both set and varied"]),
    ([S, G, "--classes", "8", "--vary", "classes=8"], ["classes is both set and varied"]),
    ([S, G, "--vary", "3a.r5=64:8:8"], ["the range is empty", "64 is past its end, 8"]),
    ([S, G, "--vary", "3a.r5=8:64:0"], ["endless", "step is 0"]),
    ([S, G, "--vary", "3a.r5=8:64:-8"], ["whole number"]),
    ([S, G, "--vary", "3a.r5=8:"], ["FIRST:LAST:STEP"]),
    ([S, G, "--vary", "3a.r5="], ["FIRST:LAST:STEP"]),
    ([S, G, "--vary", "3a.r5=8:9:1:1"], ["FIRST:LAST:STEP"]),
    ([S, G, "--vary", "3a.r5=8.5"], ["'8.5'", "whole number"]),
    ([S, G, "--vary", "3a.r5=0:3"], ["3a.r5 is 0"]),
    ([S, G, "--vary", "3a.r5=8,16,8"], ["the value 8 is named twice"]),
    ([S, G, "--vary", f"3a.r5=1:{MAX_VALUES + 1}"], ["more than 65,536 values"]),
    ([S, G, "--vary", "3a.r5=1:2147483648"], ["more than 65,536 values"]),
    (
        [S, G, *(f"--vary={column}=1:60000" for column in ("3a.r5", "3a.r3", "3a.n1"))],
        [f"{60_000**3:,} designs", f"{MAX_GRID:,}"],
    ),
    (
        [S, G, *(f"--vary={column}=1:4000" for column in ("3a.r5", "3a.r3"))],
        ["16,000,000 designs", f"past {MAX_DESIGNS:,}", "--top", "--keep", "--pareto"],
    ),
    ([S, "inception-v3", "--vary", "input=60:90"], ["input=60: ", "does not fit"]),
    ([S, G, *V, "--keep", "multiplies <="], ["column 14", "‸"]),
    ([S, G, *V, "--keep", "multiplies * multiplies * 9 < 1"], ["2**63 - 1", "column 1"]),
    ([S, G, *V, "--keep", "3a.r3 < 1"], ["unknown name '3a.r3'", "did you mean '3a.r5'?"]),
    ([S, G, *V, "--top", "0"], ["--top"]),
    ([S, G, *V, "--top", "many"], ["--top", "whole number"]),
    ([S, G, *V, "--sort", "params"], ["--sort", "--top or --pareto"]),
    ([S, G, *V, "--descending"], ["--descending needs --sort"]),
    ([S, G, *V, "--top", "1", "--sort", "parms"], ["did you mean 'params'?"]),
    ([S, G, *V, "--pareto", "params,"], ["--pareto", "unknown"]),
    ([S, G, *V, "--pareto", "params,cost"], ["'cost'"]),
    ([S, G, *V, "--pareto", "params,params,params,params"], ["at most 3 names, read 4"]),
    ([S, "HxWx3 > conv 3x3 n", "--vary", "n=1:3"], ["'H'", "free name"]),
    ([S, "HxWx3 > conv 3x3 params", "--vary", "params=1:3", "--vary", "input=9"], ["count"]),
]


@pytest.fixture
def refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[list[str]], str]:
    """Run bad input; its one line on standard error, after which no file is left."""
    monkeypatch.chdir(tmp_path)

    def run(argv: list[str]) -> str:
        for files in ([], ["-o", "a.csv", "-o", "b.parquet"]):
            assert main([*argv, *files]) == 2
            out, err = capsys.readouterr()
            assert out == ""
            assert err.startswith("flopcount: ")
            assert err.count("\n") == 1
            assert len(err) < 1000
            assert list(tmp_path.iterdir()) == []
        return err

    return run


@pytest.mark.parametrize(("argv", "phrases"), BAD)
def test_bad_input(
    argv: list[str], phrases: list[str], refused: Callable[[list[str]], str]
) -> None:
    message = refused(argv)
    for phrase in phrases:
        assert phrase in message


def test_a_design_that_fails_late_leaves_no_file(
    refused: Callable[[list[str]], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # cut into parts, the grid fails in its second half, when designs have been written
    monkeypatch.setattr(polynomials, "MAX_ATOM", 4)
    spec = "HxWx6 > conv 1x1 a > conv 1x1 8 groups=2"
    refused([S, spec, "--vary", "a=2,4,6,8,10,12,13,14", "--vary", "input=8:10"])


def test_standard_output_has_its_limit(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("flopcount.cli.verbs.sweep.MAX_PRINTED", 7)
    assert main([S, G, *V]) == 2
    assert "more than 7 designs stay, and standard output shows no more" in capsys.readouterr().err
    assert main([S, G, *V, "-o", str(tmp_path / "a.csv")]) == 0
    assert main([S, G, *V, "--top", "7"]) == 0


def test_parquet_needs_pyarrow(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.chdir(tmp_path)
    assert main([S, G, *V, "-o", "a.parquet"]) == 2
    assert "pip install 'flopcount[parquet]'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_more_axes_than_an_array_has_dimensions() -> None:
    known = draft("googlenet").variables()
    columns = [variable.name for variable in known if variable.of is Of.ROW]  # 54 of them
    vary = {name: [8, 16] if name in ("3a.r5", "5b.r5") else [24] for name in columns}
    designs = sweep("googlenet", vary, keep="multiplies > 1")
    assert len(columns) == 54
    assert len(designs) == 4
    for row in designs.to_dict("records"):
        assert row["multiplies"] == alone("googlenet", {name: row[name] for name in columns})[0]


def test_python_gets_the_same_errors() -> None:
    for endless in (itertools.count(1), range(1, 10**30)):
        with pytest.raises(FlopcountError, match="more than 65,536 values"):
            fc.sweep("googlenet", {"3a.r5": endless})
    for vary in ({"3a.r5": []}, {"3a.r5": [8.0]}, {"3a.r5": [True]}, {"3a.r5": range(0)}, {}):
        with pytest.raises(FlopcountError):
            fc.sweep("googlenet", vary)
    assert len(fc.sweep("googlenet", {"3a.r5": np.arange(8, 65, 8)})) == 8


def test_the_keys_of_a_front_may_be_a_text() -> None:
    vary = {"3a.r5": range(8, 65, 8)}
    for keys in (["multiplies"], ["multiplies", "-3a.r5"]):
        listed = fc.sweep("googlenet", vary, pareto=keys)
        assert fc.sweep("googlenet", vary, pareto=",".join(keys)).equals(listed)
