"""Fronts of groups, and the best of what they make together, are those of all designs."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flopcount.designs.fitted.search import combined as combining
from flopcount.designs.fitted.search.combined import combined
from flopcount.designs.fitted.search.enumerated import Digits, Front
from flopcount.designs.fitted.search.groups import Group
from flopcount.designs.fitted.search.undominated import undominated

Points = list[list[int]]


def front_of(points: Points, places: Sequence[int]) -> Front:
    """The front of one group, whose designs stand at these places in the grid."""
    rows, digits = np.array(points, dtype=np.int64), np.array(places, dtype=np.int64)[:, None]
    stay = undominated(rows, digits)
    return Front(rows[stay], digits[stay])


def all_designs(groups: Sequence[Points]) -> list[tuple[list[int], int]]:
    """The keys of every design of all groups, in the order of the grid."""
    designs = []
    for place, rows in enumerate(product(*groups)):
        designs.append(([sum(column) for column in zip(*rows, strict=True)], place))
    return designs


def fronts_of(groups: Sequence[Points]) -> list[Front]:
    stride, fronts = 1, []
    for points in reversed(groups):
        fronts.append(front_of(points, [index * stride for index in range(len(points))]))
        stride *= len(points)
    return fronts


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[Points], list[int]]:
    """Groups with few different keys, so that many designs are equal, and limits."""
    columns = draw(st.integers(1, 4))
    most = draw(st.sampled_from([3, 9, 10**6]))
    point = st.lists(st.integers(-most, most), min_size=columns, max_size=columns)
    groups = draw(st.lists(st.lists(point, min_size=1, max_size=5), min_size=1, max_size=4))
    if draw(st.booleans()) and columns > 1:  # the goal is what has a budget
        groups = [[[-row[1], *row[1:]] for row in points] for points in groups]
    designs = all_designs(groups)
    limits = []
    for column in range(1, columns):
        values = sorted(keys[column] for keys, _ in designs)
        limits.append(values[draw(st.integers(0, len(values) - 1))])
    return groups, limits


def best_of(groups: Sequence[Points], limits: Sequence[int]) -> tuple[list[int], int] | None:
    within = [
        design
        for design in all_designs(groups)
        if all(key <= limit for key, limit in zip(design[0][1:], limits, strict=True))
    ]
    return min(within, default=None)


@pytest.mark.slow
@settings(max_examples=25)
@given(problems())
# the least of the first key is below that of a design found soon, which bounds no design exactly
@example(
    (
        [[[4779, 4779, -81], [9558, 9558, -162]], [[4212, 4212, -81], [12636, 12636, -243]]],
        [22194, -243],
    )
)
def test_the_best_of_all_groups(problem: tuple[list[Points], list[int]]) -> None:
    check_best(*problem)


def check_best(groups: list[Points], limits: list[int]) -> None:
    wanted = best_of(groups, limits)
    found = combined(fronts_of(groups), limits)
    if wanted is None:
        assert found == (None, None)
        return
    assert found.best is not None
    assert (list(found.best.keys), found.best.place) == (wanted[0], (wanted[1],))
    assert found.bound == wanted[0][0]
    for known in (wanted[0][0], wanted[0][0] + 1):  # as good a design is known, or nearly
        again = combined(fronts_of(groups), limits, known)
        assert again == found


@settings(max_examples=25)
@given(problems(), st.integers(1, 40))
def test_with_too_many_designs_the_bound_holds(
    problem: tuple[list[Points], list[int]], most_pairs: int
) -> None:
    groups, limits = problem
    wanted = best_of(groups, limits)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(combining, "_BEAM", 2)
        found = combined(fronts_of(groups), limits, None, most_pairs)
    if wanted is None:
        assert found.best is None
        return
    assert found.bound is not None
    assert found.bound <= wanted[0][0]
    if found.best is not None:
        assert found.best.keys[0] >= wanted[0][0]
        keys, place = list(found.best.keys), found.best.place[0]
        assert (keys, place) in all_designs(groups)
        assert all(key <= limit for key, limit in zip(keys[1:], limits, strict=True))


def test_places_in_a_grid_that_no_number_counts() -> None:
    box = tuple([range(64)] * 18 + [range(3)])  # 3 · 2¹⁰⁸ designs
    digits = Digits(box)
    assert digits.count == 2
    first = Group((0, 17), ("a", "b"), (box[0], box[17]), (), ())
    second = Group((9, 18), ("c", "d"), (box[9], box[18]), (), ())
    places = digits.of(first, np.array([5 * 64 + 7])) + digits.of(second, np.array([63 * 3 + 2]))
    wanted = [0] * 19
    wanted[0], wanted[17], wanted[9], wanted[18] = 5, 7, 63, 2
    assert digits.indices(places[0].tolist()) == wanted
    # sorted by their columns, places are in the order of the grid
    along = []
    for axis, values in enumerate(box):
        group = Group((axis,), ("a",), (values,), (), ())
        along.append(digits.of(group, np.array([1]))[0].tolist())
    assert along == sorted(along, reverse=True)


def dominated_by_any(points: np.ndarray[Any, Any], row: int) -> bool:
    others = [one for one in range(len(points)) if one != row]
    return any(
        (points[one] <= points[row]).all() and ((points[one] < points[row]).any() or one < row)
        for one in others
    )


@pytest.mark.slow
@given(st.data())
def test_no_design_of_a_front_is_dominated(data: st.DataObject) -> None:
    columns = data.draw(st.integers(1, 5))
    point = st.lists(st.integers(0, 4), min_size=columns, max_size=columns)
    points = np.array(data.draw(st.lists(point, min_size=1, max_size=120)), dtype=np.int64)
    ties = np.arange(len(points))[:, None]
    front = undominated(points, ties)
    wanted = {row for row in range(len(points)) if not dominated_by_any(points, row)}
    assert {*front.tolist()} == wanted
    assert points[front].tolist() == sorted(points[front].tolist())


@pytest.mark.slow
@pytest.mark.parametrize("columns", [3, 4, 5])
def test_a_long_front(columns: int) -> None:
    rng = np.random.default_rng(columns)
    points = rng.integers(0, 30, size=(1500, columns))
    points[:, -1] += 60 - points[:, :-1].sum(axis=1) // 2
    front = undominated(points, np.arange(len(points))[:, None])
    below = (points[:, None] <= points[None]).all(axis=2)
    differ = (points[:, None] != points[None]).any(axis=2)
    earlier = np.arange(len(points))[:, None] < np.arange(len(points))[None]
    wanted = ~(below & (differ | earlier)).any(axis=0)
    assert sorted(front.tolist()) == np.flatnonzero(wanted).tolist()


@pytest.mark.slow
@settings(max_examples=300)
@given(problems())
def test_the_best_of_all_groups_in_many_cases(problem: tuple[list[Points], list[int]]) -> None:
    check_best(*problem)
