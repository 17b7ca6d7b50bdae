"""A grid cut into tiles: boxes that follow each other in the order of the grid.

The cut depends on the grid alone, and not on who prices it: the tiles of a sweep that goes on
later, or elsewhere, are the same.
"""

from collections.abc import Sequence
from math import ceil, prod

from ...records import dataclass
from .axes import Box

LEAST = 2**26  # designs of a tile: a smaller one is priced faster than a worker is told of it …
COUNT = 128  # … tiles, so that each worker has its turn often, and the last one is not waited for
MOST = 2**30  # … a third of a second compiled, some seconds with numpy
MOST_STAY = 2**20  # … where all may stay: a tile's designs go into memory, and often to a file
MOST_COUNT = 20_000  # tiles, or somewhat more: then they grow, so that a scheduler keeps up


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


def of_workers(box: Sequence[Sequence[int]], *, all_stay: bool = False) -> Tiles:
    """The tiles that workers price, neither too many nor too large; smaller where all may stay."""
    size = prod(map(len, box))
    fair = min(max(size // COUNT, LEAST), MOST_STAY if all_stay else MOST)
    return cut(tuple(box), max(fair, size // MOST_COUNT))
