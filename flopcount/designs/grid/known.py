"""A grid whose counts are known, as a `Table` has one."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .chunks import Chunk, Matrix
from .factors import Factors

if TYPE_CHECKING:
    from .factors import Array


class KnownTable:
    """A tile of a grid whose counts are known, as a `Table` has one; `start` is its place there."""

    def __init__(
        self,
        factors: Factors,
        counts: Mapping[str, Sequence[int]],
        names: Sequence[str],
        start: int = 0,
    ) -> None:
        self.start = start
        self.matrix = Matrix(factors)
        self.axes = {name: number for number, name in enumerate(names)}
        end = start + self.matrix.height * self.matrix.width
        self.counts = {
            name: _KnownCount(values[start:end], self.matrix) for name, values in counts.items()
        }

    def chunks(self, rows: range) -> "list[Chunk]":
        """Some rows of it, all at once: it is small."""
        import numpy as np

        numbers = np.array(rows)
        return [Chunk(self.matrix, self.counts, self.axes, numbers, self.start)]  # type: ignore[arg-type]


class _KnownCount:
    """A count over the whole grid, as a `SeparatedCount` gives it, and its own `count`."""

    def __init__(self, values: Sequence[int], matrix: Matrix) -> None:
        import numpy as np

        self.grid = np.array(values, dtype=np.int64).reshape(matrix.lengths)
        self.shape = (matrix.height, matrix.width)
        self.count = self

    def values(self, _rows: "list[Array]", _height: int) -> "Array":
        """In all rows of the matrix."""
        return self.grid.reshape(self.shape)

    def at(self, indices: "list[Array]") -> "Array":
        """At these indices along the axes."""
        values: Array = self.grid[tuple(indices)]
        return values
