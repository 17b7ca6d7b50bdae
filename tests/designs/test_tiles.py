"""Tiles cover a grid once, in its order."""

from itertools import product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flopcount.designs.grid.axes import Box
from flopcount.designs.grid.tiles import MOST, MOST_COUNT, Tiles, cut, of_workers

boxes = st.lists(
    st.lists(st.integers(1, 99), min_size=1, max_size=7, unique=True), min_size=1, max_size=4
).map(tuple)


@pytest.mark.slow
@given(boxes, st.integers(1, 300))
def test_tiles_are_the_grid_cut_in_pieces(box: Box, most: int) -> None:
    tiles = cut(box, most)
    whole = list(product(*box))
    found: list[tuple[int, ...]] = []
    for number in range(tiles.count):
        tile, place = tiles.tile(number)
        assert place == len(found)
        inside = list(product(*tile))
        assert 1 <= len(inside) <= most
        found += inside
    assert found == whole


@pytest.mark.slow
@given(boxes, st.integers(1, 300))
def test_no_tile_is_needlessly_small(box: Box, most: int) -> None:
    """Along the axis that is cut there are as few runs as fit, and a whole one would not fit."""
    tiles = cut(box, most)
    per_value = prod(map(len, box[tiles.axis + 1 :]))
    least = -(-len(box[tiles.axis]) // (most // per_value))  # runs of as many values as fit
    assert tiles.runs == least
    assert tiles.axis == 0 or len(box[tiles.axis]) * per_value > most


sizes = st.lists(st.integers(1, 2**16), min_size=1, max_size=4).filter(lambda n: prod(n) <= 10**15)


@given(sizes)
def test_workers_get_tiles_of_a_size_and_number(lengths: list[int]) -> None:
    box = tuple(map(range, lengths))
    tiles = of_workers(box)
    assert isinstance(tiles, Tiles)
    assert tiles.count <= 2 * MOST_COUNT
    first, last = tiles.tile(0), tiles.tile(tiles.count - 1)
    assert first[1] == 0
    assert last[1] + prod(map(len, last[0])) == prod(lengths)
    assert prod(map(len, first[0])) <= max(MOST, prod(lengths) // MOST_COUNT)


def test_the_cut_does_not_depend_on_how_values_are_written() -> None:
    as_range = of_workers((range(1, 2001), range(1, 2001)))
    as_list = of_workers((list(range(1, 2001)), tuple(range(1, 2001))))
    assert (as_range.axis, as_range.runs) == (as_list.axis, as_list.runs)
