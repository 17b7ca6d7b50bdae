"""The best design of several names is that of a sweep of all of them."""

from collections.abc import Mapping
from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flopcount as fc
from flopcount.designs.fitted.best import BestDesign
from flopcount.designs.fitted.search import solving
from flopcount.designs.pricing import Pricing
from flopcount.notation.references import draft
from flopcount.notation.variables import variables_of

Row = Mapping[str, int]

# names that stand apart and such as do not, groups that divide few widths, kernels that are too
# large for small images, many designs that cost the same
SPECS = (
    "9x9x4 > conv 3x3 a > conv 1x1 6 > conv 3x3 b > conv 1x1 5 > conv 3x3 c > conv 1x1 7",
    "HxWx4 > conv 3x3 a > conv 1x1 b > conv 3x3 c valid > conv 1x1 7",
    "HxWx6 > conv 5x5/2 a valid > conv 3x3 b groups=2 > conv 3x3 6 > conv 1x1 c",
    "9x9x6 > [x: conv 1x1 a > conv 3x3 6 | y: conv 1x1 b > conv 5x5 4] > conv 1x1 c > conv 1x1 3",
    "8x8x4 > [conv 1x1 a > conv 3x3 4 | conv 1x1 b > conv 3x3 4 | conv 1x1 c > conv 3x3 4]",
)
COUNTS = ("multiplies", "params", "activations", "elementwise.adds")


def best_of(
    rows: list[dict[str, Any]], goal: str, *, least: bool, budget: Row, at_least: Row
) -> dict[str, Any] | None:
    """By the goal, then the first limit's count, then the next; of equal ones the first."""
    within = [
        row
        for row in rows
        if all(row[name] <= limit for name, limit in budget.items())
        and all(row[name] >= limit for name, limit in at_least.items())
    ]
    return min(
        within,
        key=lambda row: (
            row[goal] if least else -row[goal],
            *(row[name] for name in budget),
            *(-row[name] for name in at_least),
        ),
        default=None,
    )


@cache
def priced(spec: str, names: tuple[str, ...], point: tuple[int, ...]) -> Row | None:
    """One design, walked by itself; None of one that does not fit."""
    plan = draft(spec)
    values = {
        variable: value
        for name, value in zip(names, point, strict=True)
        for variable in variables_of(name, plan.variables())
    }
    try:
        return Pricing(plan).counts(values, COUNTS)
    except fc.FlopcountError:
        return None


def all_rows(spec: str, vary: Mapping[str, list[int]]) -> list[dict[str, Any]]:
    """Every design that fits, in the order of the grid."""
    names = tuple(sorted(vary))
    rows = []
    for point in product(*vary.values()):
        own = dict(zip(vary, point, strict=True))
        counts = priced(spec, names, tuple([own[name] for name in names]))
        rows += [] if counts is None else [{**own, **counts}]
    return rows


@st.composite
def asked(draw: st.DrawFn) -> dict[str, Any]:
    spec = draw(st.sampled_from(SPECS))
    values = st.lists(st.integers(1, 8), min_size=1, max_size=4, unique=True)
    names = ["a", "b", "c", *(["input"] if "HxW" in spec else [])]
    vary = {name: draw(values) for name in draw(st.permutations(names))}
    counts = st.sampled_from(COUNTS[:3])
    limited = draw(st.lists(counts, min_size=1, max_size=3, unique=True))
    goals = [*COUNTS, *vary]
    return {
        "spec": spec,
        "vary": vary,
        "goal": draw(st.sampled_from(goals)),
        "least": draw(st.booleans()),
        "limits": [(name, draw(st.booleans()), draw(st.floats(0, 1))) for name in limited],
    }


def fitted(case: Mapping[str, Any], budget: Row, at_least: Row) -> BestDesign:
    aim = "minimize" if case["least"] else "maximize"
    options: dict[str, Any] = {aim: case["goal"], "at_least": at_least}
    return fc.fit(case["spec"], budget, vary=case["vary"], **options)


@pytest.mark.slow
@settings(max_examples=12)
@given(asked())
def test_the_best_is_that_of_all(case: dict[str, Any]) -> None:
    compare(case)


@pytest.mark.slow
@settings(max_examples=300)
@given(asked())
def test_the_best_is_that_of_all_in_many_cases(case: dict[str, Any]) -> None:
    compare(case)


def compare(case: Mapping[str, Any]) -> None:
    rows = all_rows(case["spec"], case["vary"])
    budget: dict[str, int] = {}
    at_least: dict[str, int] = {}
    for name, is_least, share in case["limits"]:
        counts = sorted(row[name] for row in rows) or [1]
        limit = counts[int(share * (len(counts) - 1))]
        (at_least if is_least else budget)[name] = max(limit, 1)
    best = best_of(rows, case["goal"], least=case["least"], budget=budget, at_least=at_least)
    if best is None:
        with pytest.raises(
            fc.FlopcountError, match=r"nothing meets|no design of the grid fits|does not"
        ):
            fitted(case, budget, at_least)
        return
    found = fitted(case, budget, at_least)
    assert found.proved
    assert found.goal == found.bound == best[case["goal"]]
    assert dict(found.values) == {name: best[name] for name in case["vary"]}
    assert {name: found.counts[name] for name in ("multiplies", "params")} == {
        name: best[name] for name in ("multiplies", "params")
    }


# the same, however it is found


@pytest.mark.parametrize("way", ["groups", "held", "searched"])
@settings(max_examples=6)
@given(case=asked())
def test_every_way_finds_the_same(way: str, case: dict[str, Any]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if way == "groups":  # whatever falls apart once two names are held
            patch.setattr(solving, "_OF_VALUE", 0)
        elif way == "held":
            patch.setattr(solving, "MOST_PRICED", 12)
        else:
            patch.setattr(solving, "MOST_HELD", 0)
        compare(case)


def test_a_search_tells_equal_designs_apart_too() -> None:
    """By what they take of the first budget: here `a` is not in the goal."""
    vary = {"a": [4, 2, 3], "b": [3, 5]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "MOST_HELD", 0)
        found = fc.fit(SPECS[0].replace(" c ", " 3 "), {"params": 10**6}, vary=vary, maximize="b")
    assert found.how.endswith("all others bounded")
    assert dict(found.values) == {"a": 2, "b": 5}


@pytest.mark.parametrize("in_all", [1, 10**6])
def test_what_takes_long_to_price_is_searched_first(in_all: int) -> None:
    """Where one name is held, all designs would be priced, group by group."""
    vary = {"a": "1:40", "H": "8:40", "b": "1:30", "W": "8:40"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "_AT_ONCE", 0)
        patch.setattr(solving, "_IN_ALL", in_all)
        spec = SPECS[1].replace(" c ", " 3 ")
        found = fc.fit(spec, {"multiplies": 10**6}, vary=vary, maximize="H")
    assert found.how.startswith("exact: of 1,306,800 designs")
    assert found.how.endswith("all others bounded")
    assert dict(found.values) == {"a": 1, "H": 40, "b": 1, "W": 8}
