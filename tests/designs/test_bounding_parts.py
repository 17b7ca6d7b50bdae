"""What branch and bound proves of a box holds for each design in it."""

from collections.abc import Iterator
from itertools import product
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flopcount.designs.fitted.search.intervals import always_holds, ends
from flopcount.designs.fitted.search.multipliers import Sums
from flopcount.designs.fitted.search.relaxed import Relaxation, Relaxed
from flopcount.designs.grid.factors import Factors
from flopcount.sizes.condition import Condition
from flopcount.sizes.polynomial import Space
from flopcount.sizes.values import holds, value
from tests.designs.problems import boxes, sizes

Values: TypeAlias = tuple[tuple[int, ...], ...]
_Drawn: TypeAlias = tuple[list[Any], Values, tuple[range, ...]]


@st.composite
def _parts(draw: st.DrawFn) -> _Drawn:
    """A box of indices within a grid whose values ascend."""
    names, values = draw(boxes(most=6))
    values = tuple([tuple(sorted(points)) for points in values])
    box: list[range] = []
    for points in values:
        first = draw(st.integers(0, len(points) - 1))
        box.append(range(first, draw(st.integers(first + 1, len(points)))))
    return names, values, tuple(box)


def _over(number: Any, values: Values, box: tuple[range, ...]) -> tuple[Any, Any, Relaxed]:
    axes = [f"x{axis}" for axis in range(len(values))]
    lie = {
        axis: (points[part[0]], points[part[-1]])
        for axis, points, part in zip(axes, values, box, strict=True)
    }
    return axes, lie, Relaxation(number, Factors(axes, values), axes).over(box, lie, {})


def _designs(values: Values, box: tuple[range, ...]) -> Iterator[tuple[list[int], dict[str, int]]]:
    for indices in product(*box):
        point = [points[index] for points, index in zip(values, indices, strict=True)]
        yield (
            [index - part[0] for index, part in zip(indices, box, strict=True)],
            {f"x{axis}": size for axis, size in enumerate(point)},
        )


@settings(max_examples=20, deadline=None)
@given(st.data(), _parts())
def test_a_relaxed_count_is_never_less(data: st.DataObject, drawn: _Drawn) -> None:
    """Neither the whole of the box nor the sum over the axes, nor the intervals."""
    names, values, box = drawn
    number = data.draw(sizes(names))
    _, lie, relaxed = _over(number, values, box)
    low, high = ends(number, lie, {})
    for along, sizes_there in _designs(values, box):
        count = value(number, sizes_there)
        at = relaxed.base + sum(part[one] for part, one in zip(relaxed.parts, along, strict=True))
        assert count <= at + relaxed.margin
        assert count <= relaxed.high + relaxed.margin
        assert low <= count <= high
        assert relaxed.margin < 1e-6


def test_a_relaxed_product_is_never_less() -> None:
    """What one name is multiplied by lies in an interval: its larger end is meant."""
    space = Space()
    a, b, c = (space.name(f"x{axis}", 1, 9) for axis in range(3))
    values, box = (tuple(range(1, 10)),) * 3, (range(2, 9),) * 3
    for number in (a * b, -a * b, a * b * c - 3 * a * c + b, (a - 5) * (b - 5) * (c - 5)):
        relaxed = _over(number, values, box)[2]
        for along, there in _designs(values, box):
            parts = (part[one] for part, one in zip(relaxed.parts, along, strict=True))
            assert value(number, there) <= relaxed.base + sum(parts) + relaxed.margin


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.data(), _parts(), st.lists(st.floats(0, 100), min_size=2, max_size=2))
def test_multipliers_cut_off_no_better_design(
    data: st.DataObject, drawn: _Drawn, multipliers: list[float]
) -> None:
    """Whatever the multipliers, those that are looked for too."""
    names, values, box = drawn
    goal, *slacks = (data.draw(sizes(names)) for _ in range(3))
    sums = Sums(
        _over(goal, values, box)[2], [_over(slack, values, box)[2] for slack in slacks], box
    )
    target = data.draw(st.integers(-100, 1000))
    found, promising = sums.best_multipliers((0.0, 0.0))
    assert all(place in range(len(part)) for place, part in zip(promising, box, strict=True))
    for tried in (tuple(multipliers), found):
        kept = sums.kept(tried, target)
        for along, there in _designs(values, box):
            if any(value(slack, there) < 0 for slack in slacks):
                continue
            assert value(goal, there) <= sums.bound(tried)
            if value(goal, there) >= target:
                assert sums.can_be(target)
                assert kept is not None
                assert all(
                    one + part[0] in stay for one, part, stay in zip(along, box, kept, strict=True)
                )


@settings(max_examples=20, deadline=None)
@given(st.data(), _parts(), st.sampled_from(["<", "≠", "="]))
def test_what_always_holds_holds_for_each(
    data: st.DataObject, drawn: _Drawn, relation: str
) -> None:
    """A box is left out for a condition only where no design of it fits."""
    names, values, box = drawn
    condition = Condition(data.draw(sizes(names)), relation)
    lie = {
        f"x{axis}": (points[part[0]], points[part[-1]])
        for axis, (points, part) in enumerate(zip(values, box, strict=True))
    }
    if always_holds(condition, lie, {}):
        assert all(holds(condition, there) for _, there in _designs(values, box))
