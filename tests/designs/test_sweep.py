"""Every design of a sweep costs what the same design costs alone, whatever the grid."""

import itertools
import json
import tracemalloc
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount.cli.main import main
from flopcount.designs.grid import chunks, factors
from flopcount.designs.grid.axes import read_values
from flopcount.designs.pricing import SHOWN
from flopcount.designs.sweeps import plan, sweep
from flopcount.errors import FlopcountError
from flopcount.notation.references import draft
from flopcount.notation.variables import Of
from flopcount.sizes.polynomial import Space
from tests.shipped import SAMPLE


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


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLE)
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
    "conv 2x5/3 a dilation=2",
    "conv 7x3/2x1 b dilation=3x1 valid",
    "conv 3x3 b groups=3",
    "avgpool 3x3/2 ceil",
    "avgpool to=2",
    "maxpool 5x5/4 pad=2 ceil",
]
ranges = st.tuples(st.integers(1, 12), st.integers(0, 4), st.integers(1, 3)).map(
    lambda ends: range(ends[0], ends[0] + ends[1] * ends[2] + 1, ends[2])
)


@pytest.mark.slow
@given(
    st.lists(st.sampled_from(LAYERS), min_size=1, max_size=5).map(" > ".join),
    st.dictionaries(st.sampled_from(["H", "W", "a", "b"]), ranges, min_size=4, max_size=4),
    st.sampled_from(["", " > flatten > dense 9", " > dense 9"]),
    st.sampled_from(["", "", "@width=0.3", "@width=1.7", "@separable", "@factorize=nxn"]),
    st.sampled_from([1, 4, 64, 2**14]),
    st.sampled_from([3, 2**20]),
)
def test_any_spec_at_any_grid(  # noqa: PLR0917
    layers: str, vary: dict[str, range], last: str, rewrite: str, size: int, most: int
) -> None:
    spec = f"HxWx6 > {layers}{last}{rewrite}"
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
        patch.setattr(factors, "MAX_FACTOR", most)  # 3: the grid is cut into parts
        try:
            swept: list[list[int]] | str = sweep(spec, used).to_numpy().tolist()
        except FlopcountError as error:
            swept = str(error)
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
    space, names = Space(), "abc"
    a, b, c = (space.name(name, 1, 1000) for name in names)
    grid = factors.Factors(names, (range(1, 1001),) * 3)
    cost = grid.products((a + b + c + 7) * (a + 1) * 9)
    held = {factor for product in cost.terms for factor in product}
    assert {factor.values.shape for factor in held} == {(1000,)}
    # a alone, b alone, c alone, a·b and a·c: what is on one axis is one array
    assert sorted(len(product) for product in cost.terms) == [0, 1, 1, 1, 2, 2]
    even = factors.Factors("n", (range(2, 99, 2),)).products(space.name("n", 2, 98) // 2)
    ((factor,),) = even.terms
    assert factor.values.tolist() == list(range(1, 50))
    whole = factors.Factors("n", (range(8, 14),)).products((space.name("n", 8, 14) + 1) % 1)
    assert whole.terms == {}


def test_more_axes_than_an_array_has_dimensions() -> None:
    known = draft("googlenet").variables()
    columns = [variable.name for variable in known if variable.of is Of.ROW]  # 54 of them
    vary = {name: [8, 16] if name in ("3a.r5", "5b.r5") else [24] for name in columns}
    designs = sweep("googlenet", vary, keep="multiplies > 1")
    assert len(columns) == 54
    assert len(designs) == 4
    for row in designs.to_dict("records"):
        assert row["multiplies"] == alone("googlenet", {name: row[name] for name in columns})[0]
