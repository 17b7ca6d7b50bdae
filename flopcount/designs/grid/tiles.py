"""A grid cut into tiles: boxes that follow each other in the order of the grid.

The cut depends on the grid alone, and not on who prices it: the tiles of a sweep that goes on
later, or elsewhere, are the same.
"""

from collections.abc import Sequence
from math import ceil, prod

from ...records import dataclass
from .axes import Box

LEAST = 2**20  # designs of a tile: fewer are priced faster than they are sent for
MOST = 2**28  # a second or so …
COUNT = 256  # tiles: enough for each worker to have its turn
MOST_COUNT = 100_000  # … but where there would be more tiles than a scheduler hands out in time


@dataclass(frozen=True)
class Tiles:
    """The tiles of a box: of its outer `axis` a run of values, all within, one of each before."""

    box: Box
    axis: int
    runs: int  # of the axis

    @property
    def count(self) -> int:
        """How many."""
        return prod(map(len, self.box[: self.axis])) * self.runs

    def tile(self, number: int) -> tuple[Box, int]:
        """A tile as a box, and the place in the grid of its first design."""
        outer, run = divmod(number, self.runs)
        points = self.box[self.axis]
        first, end = (len(points) * one // self.runs for one in (run, run + 1))
        indices: list[int] = []
        for values in reversed(self.box[: self.axis]):
            outer, index = divmod(outer, len(values))
            indices.append(index)
        before = [
            values[index : index + 1]
            for values, index in zip(self.box, reversed(indices), strict=False)
        ]
        within = prod(map(len, self.box[self.axis + 1 :]))
        place = (number // self.runs * len(points) + first) * within
        return (*before, points[first:end], *self.box[self.axis + 1 :]), place


def cut(box: Box, most: int) -> Tiles:
    """Cut a box into tiles of at most so many designs.

    >>> cut((range(4), range(10), range(6)), 20)
    Tiles(box=(range(0, 4), range(0, 10), range(0, 6)), axis=1, runs=4)
    >>> cut((range(4), range(10), range(6)), 20).tile(5)
    ((range(1, 2), range(2, 5), range(0, 6)), 72)
    """
    within = [prod(map(len, box[axis + 1 :])) for axis in range(len(box))]
    axis = next(axis for axis, size in enumerate(within) if size <= most or size == 1)
    runs = min(ceil(len(box[axis]) / max(most // within[axis], 1)), len(box[axis]))
    return Tiles(box, axis, runs)


def of_workers(box: Sequence[Sequence[int]]) -> Tiles:
    """The tiles that workers price, neither too many nor too large."""
    size = prod(map(len, box))
    fair = min(max(size // COUNT, LEAST), MOST)
    return cut(tuple(box), max(fair, size // MOST_COUNT))
