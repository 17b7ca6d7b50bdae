"""Counts over a box of a grid, worked out chunk by chunk, in the order of the grid."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

from ..sizes.polynomials import Polynomial, Space, evaluate

if TYPE_CHECKING:
    from ..sizes.polynomials import Array, Monomial, Number

CHUNK_SIZE = 2**16  # designs priced together: 512 KiB as int64, which stays in a cache
_WIDTH = 2**14  # at most so many columns of the matrix, but for an axis that is longer


class Matrix:
    """A box of the grid unfolded: the innermost axes into columns, all others into rows.

    `inner` is the first of the innermost axes, `columns` their indices, column by column, and
    `step` how many rows make a chunk.
    """

    def __init__(self, space: Space) -> None:
        lengths = space.lengths
        self.space = space
        self.inner = len(lengths) - 1
        while self.inner and prod(lengths[self.inner - 1 :]) <= _WIDTH:
            self.inner -= 1
        self.width = prod(lengths[self.inner :])
        self.height = prod(lengths[: self.inner])
        self.step = min(max(CHUNK_SIZE // self.width, 1), self.height)
        self.columns = self._unravelled(0, self.width, range(self.inner, len(lengths)))

    def rows(self, start: int, stop: int) -> "list[Array]":
        """The indices along the outer axes, row by row; 0 along the axes of the columns."""
        return self._unravelled(start, stop, range(self.inner))

    def _unravelled(self, start: int, stop: int, axes: range) -> "list[Array]":
        import numpy as np

        indices: list[Array] = [np.zeros(1, dtype=np.intp)] * len(self.space.lengths)
        flat = np.arange(start, stop)
        for axis in reversed(axes):
            flat, indices[axis] = np.divmod(flat, self.space.lengths[axis])
        return indices


class SeparatedCount:
    """A count over a box, a sum of products of what depends on the row and on the column alone.

    A design costs an add, and a multiply and an add for each product where both vary.
    """

    def __init__(self, count: "Number", matrix: Matrix) -> None:
        self.count = count
        self.matrix = matrix
        space, inner = matrix.space, matrix.inner
        by_row: dict[Monomial, dict[Monomial, int]] = {}
        by_column: dict[Monomial, dict[Monomial, int]] = {}
        crossing: dict[Monomial, int] = {}  # an atom depends on both
        for atoms, times in ({(): count} if isinstance(count, int) else count.terms).items():
            row = tuple(atom for atom in atoms if atom.axes[-1] < inner)
            column = tuple(atom for atom in atoms if atom.axes[0] >= inner)
            if len(row) + len(column) < len(atoms):
                crossing[atoms] = times
            else:
                by_row.setdefault(row, {})[column] = times
                by_column.setdefault(column, {})[row] = times
        if len(by_row) < len(by_column):
            pairs = [({row: 1}, columns) for row, columns in by_row.items()]
        else:
            pairs = [(rows, {column: 1}) for column, rows in by_column.items()]
        of_row: Number = 0
        of_column: Number = 0
        self.products: list[tuple[Number, Array]] = []
        for row_terms, column_terms in pairs:
            left, right = space.polynomial(row_terms), space.polynomial(column_terms)
            if isinstance(right, int):
                of_row = of_row + left * right
            elif isinstance(left, int):
                of_column = of_column + left * right
            else:
                self.products.append((left, evaluate(right, matrix.columns)))
        self.of_row = of_row
        self.of_column = evaluate(of_column, matrix.columns)
        self.crossing = space.polynomial(crossing)

    @cached_property
    def _buffers(self) -> "tuple[Array, Array]":
        """Room for a total and a product, used for each chunk again.

        Most of a sweep's time would else go into new pages, which the system clears first.
        """
        import numpy as np

        shape = (self.matrix.step, self.matrix.width)
        return np.empty(shape, dtype=np.int64), np.empty(shape, dtype=np.int64)

    def values(self, rows: "list[Array]", height: int) -> "Array":
        """What it comes to in at most `step` rows of the matrix; the next call overwrites it."""
        import numpy as np

        total, product = (buffer[:height] for buffer in self._buffers)
        np.add(evaluate(self.of_row, rows)[:, None], self.of_column, out=total)
        for row, column in self.products:
            np.multiply(evaluate(row, rows)[:, None], column, out=product)
            np.add(total, product, out=total)
        if isinstance(self.crossing, Polynomial):
            inner = self.matrix.inner
            open_grid = [index[:, None] for index in rows[:inner]] + self.matrix.columns[inner:]
            np.add(total, evaluate(self.crossing, open_grid), out=total)
        return total


@dataclass(slots=True)
class Chunk:
    """Some rows of the matrix: so many designs in the order of the grid.

    `axes` numbers the varied names. What is asked for is worked out once, into arrays that hold
    until the next chunk is asked.
    """

    matrix: Matrix
    counts: "Mapping[str, SeparatedCount]"
    axes: Mapping[str, int]
    start: int
    stop: int
    _rows: "list[Array]" = field(init=False)  # indices along the outer axes
    _values: "dict[str, Array]" = field(init=False)  # what was asked for, by name

    def __post_init__(self) -> None:
        """Find the rows."""
        self._rows = self.matrix.rows(self.start, self.stop)
        self._values = {}

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.stop - self.start, self.matrix.width

    def values(self, name: str) -> "Array":
        """A count's or a varied name's values, in an array that broadcasts to `shape`."""
        if name in self._values:
            return self._values[name]
        axis = self.axes.get(name)
        if axis is None:
            values = self.counts[name].values(self._rows, self.stop - self.start)
        elif axis < self.matrix.inner:
            values = self.matrix.space.axes[axis][self._rows[axis]][:, None]
        else:
            values = self.matrix.space.axes[axis][self.matrix.columns[axis]][None, :]
        self._values[name] = values
        return values

    def positions(self, kept: Any) -> "Array":
        """Where designs are kept (None is everywhere), counted through the chunk."""
        import numpy as np

        if kept is None:
            return np.arange(prod(self.shape))
        return np.flatnonzero(np.broadcast_to(kept, self.shape))

    def designs(self, names: Sequence[str], positions: "Array") -> "Array":
        """A row for each design at these positions, a column for each count or varied name."""
        import numpy as np

        designs = np.empty((len(positions), len(names)), dtype=np.int64)
        rows, columns = np.divmod(positions, self.matrix.width)
        inner = self.matrix.inner
        indices: list[Array] = [
            (index[rows] if axis < inner else index[columns])
            for axis, index in enumerate([*self._rows[:inner], *self.matrix.columns[inner:]])
        ]
        # a count that no filter asked for is worked out for these designs alone, if they are few
        few = 4 * len(positions) < prod(self.shape)
        for column, name in enumerate(names):
            if name in self.axes:
                axis = self.axes[name]
                designs[:, column] = self.matrix.space.axes[axis][indices[axis]]
            elif few and name not in self._values:
                designs[:, column] = evaluate(self.counts[name].count, indices)
            else:
                designs[:, column] = self.values(name).ravel()[positions]
        return designs


def chunks(
    space: Space, counts: "Mapping[str, Number]", axes: Mapping[str, int]
) -> Iterator[Chunk]:
    """Cut a box into chunks of about `CHUNK_SIZE` designs, in the order of the grid."""
    matrix = Matrix(space)
    separated = {name: SeparatedCount(count, matrix) for name, count in counts.items()}
    for start in range(0, matrix.height, matrix.step):
        yield Chunk(matrix, separated, axes, start, min(start + matrix.step, matrix.height))
