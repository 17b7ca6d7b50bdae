"""Small grids with counts that are made up, and what is chosen of them the long way round."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from flopcount.designs.chosen import Choice, Every, Histogram, Key, Pareto, Tally, Top
from flopcount.designs.grid.axes import Box
from flopcount.designs.grid.filters import MOST, parse_filter
from flopcount.designs.question import Question

FEWER = settings(max_examples=settings.default.max_examples // 10)  # each prices several grids
COUNTS = ("x", "y", "z")
FEW = st.integers(0, 3)  # many designs are alike
FAR = st.sampled_from([0, 1, MOST // 2, MOST - 1, MOST])  # also at the ends of what int64 holds
FILTERS = ["x <= 2", "y != 1 and (z < 3 or x == y)", "1 < 2", "x > 3", "a > 11 or z == 0"]


@st.composite
def grids(draw: st.DrawFn) -> tuple[tuple[str, ...], Box, Mapping[str, Sequence[int]]]:
    """One to three axes, and three counts of each design."""
    lengths = draw(st.lists(st.integers(1, 5), min_size=1, max_size=3))
    axes = tuple("abc"[: len(lengths)])
    box = tuple(range(10, 10 + length) for length in lengths)
    values = draw(st.sampled_from([FEW, FAR]))
    size = prod(lengths)
    counted = {name: draw(st.lists(values, min_size=size, max_size=size)) for name in COUNTS}
    return axes, box, counted


def keys(names: Sequence[str]) -> st.SearchStrategy[Key]:
    """A name to choose by, either way."""
    return st.builds(Key, st.sampled_from(names), st.booleans())


def choices(names: Sequence[str]) -> st.SearchStrategy[Choice]:
    """Each kind of choice."""
    histograms = st.lists(
        st.builds(Histogram, st.sampled_from(names), st.just(0), st.just(MOST), st.integers(1, 30)),
        max_size=3,
        unique_by=lambda one: one.name,
    )
    by = st.lists(keys(names), min_size=1, max_size=3, unique_by=lambda key: key.name)
    return st.one_of(
        st.just(Every()),
        st.builds(Top, st.integers(1, 9), keys(names)),
        by.map(lambda found: Pareto(tuple(found))),
        histograms.map(lambda found: Tally(tuple(names), tuple(found))),
    )


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Any choice over any grid, with or without filters."""
    axes, box, counted = draw(grids())
    names = [*axes, *COUNTS]
    texts = draw(st.lists(st.sampled_from(FILTERS), max_size=2))
    keep = tuple(parse_filter(text, names) for text in texts)
    return Question(axes, box, {}, keep, draw(choices(names)), tuple(names), counted)


@st.composite
def cuts(draw: st.DrawFn, box: Box) -> list[tuple[Box, int]]:
    """Boxes that follow each other in the order of a grid, each with its place there."""
    waiting, tiles, place = [box], [], 0
    while waiting:
        tile = waiting.pop()
        axis = next((axis for axis, values in enumerate(tile) if len(values) > 1), None)
        if axis is not None and draw(st.booleans()):
            middle = draw(st.integers(1, len(tile[axis]) - 1))
            parts = tile[axis][middle:], tile[axis][:middle]
            waiting += [(*tile[:axis], part, *tile[axis + 1 :]) for part in parts]
        else:
            tiles.append((tile, place))
            place += prod(map(len, tile))
    return tiles


def designs(question: Question) -> Iterator[dict[str, int]]:
    """The designs that the filters keep, by name, in the order of the grid."""
    counted = question.read or {}
    for place, point in enumerate(product(*question.box)):
        one = dict(zip(question.axes, point, strict=True))
        one |= {name: counted[name][place] for name in counted}
        if all(condition.holds(one.__getitem__) for condition in question.keep):
            yield one


def best(choice: Any, kept: list[dict[str, int]]) -> list[dict[str, int]]:
    """What a choice has of designs, in its order, of Python's own integers."""

    def point(one: dict[str, int]) -> tuple[int, ...]:
        return tuple(-one[key.name] if key.descending else one[key.name] for key in choice.keys)

    if isinstance(choice, Every):
        return kept
    ordered = sorted(kept, key=point)
    if isinstance(choice, Top):
        return ordered[: choice.count]
    front = []
    for place, one in enumerate(ordered):  # what betters one, or is alike and first, is before
        mine = point(one)
        before = (zip(point(it), mine, strict=True) for it in ordered[:place])
        if not any(all(a <= b for a, b in pairs) for pairs in before):
            front.append(one)
    return front


def same(one: Any, other: Any) -> None:
    """See that two parts are equal, array by array."""
    assert type(one) is type(other)
    for name, array in one._asdict().items():
        assert array.dtype == np.int64, name
        np.testing.assert_array_equal(array, getattr(other, name), name)
