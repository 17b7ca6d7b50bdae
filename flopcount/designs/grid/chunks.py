"""Counts over a box of a grid, worked out chunk by chunk, in the order of the grid."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

from ...records import dataclass, field
from .factors import Factor, Factors, Products

if TYPE_CHECKING:
    from .factors import Array

CHUNK_SIZE = 2**16  # designs priced together: 512 KiB as int64, which stays in a cache
_WIDTH = 2**14  # at most so many columns of the matrix, but for an axis that is longer


class Matrix:
    """A box of the grid unfolded: the innermost axes into columns, all others into rows.

    `inner` is the first of the innermost axes, `columns` their indices, column by column, and
    `step` how many rows make a chunk.
    """

    def __init__(self, factors: Factors) -> None:
        import numpy as np

        self.lengths = factors.lengths
        self.axes = factors.axes
        self.inner = len(self.lengths) - 1
        while self.inner and prod(self.lengths[self.inner - 1 :]) <= _WIDTH:
            self.inner -= 1
        self.width = prod(self.lengths[self.inner :])
        self.height = prod(self.lengths[: self.inner])
        self.step = min(max(CHUNK_SIZE // self.width, 1), self.height)
        columns = range(self.inner, len(self.lengths))
        self.columns = self._unravelled(np.arange(self.width), columns)

    def rows(self, numbers: "Array") -> "list[Array]":
        """The indices along the outer axes of these rows; 0 along the axes of the columns."""
        return self._unravelled(numbers, range(self.inner))

    def _unravelled(self, flat: "Array", axes: range) -> "list[Array]":
        import numpy as np

        indices: list[Array] = [np.zeros(1, dtype=np.intp)] * len(self.lengths)
        for axis in reversed(axes):
            flat, indices[axis] = np.divmod(flat, self.lengths[axis])
        return indices


class SeparatedCount:
    """A count over a box, a sum of products of what depends on the row and on the column alone.

    A design costs an add, and a multiply and an add for each product where both vary. `of_row` and
    the rows of `products` are for rows of the matrix, `of_column` and their columns arrays; the sum
    of them, `crossing` included, is shifted right by `shift` bits.
    """

    def __init__(self, count: Products, matrix: Matrix) -> None:
        self.count = count
        self.matrix = matrix
        self.shift = count.divisor.bit_length() - 1
        inner = matrix.inner
        by_row: dict[tuple[Factor, ...], dict[tuple[Factor, ...], int]] = {}
        by_column: dict[tuple[Factor, ...], dict[tuple[Factor, ...], int]] = {}
        crossing: dict[tuple[Factor, ...], int] = {}  # a factor depends on both
        for factors, times in () if count.exact else count.terms.items():
            row = tuple(factor for factor in factors if factor.axes[-1] < inner)
            column = tuple(factor for factor in factors if factor.axes[0] >= inner)
            if len(row) + len(column) < len(factors):
                crossing[factors] = times
            else:
                by_row.setdefault(row, {})[column] = times
                by_column.setdefault(column, {})[row] = times
        if len(by_row) < len(by_column):
            pairs = [({row: 1}, columns) for row, columns in by_row.items()]
        else:
            pairs = [(rows, {column: 1}) for column, rows in by_column.items()]
        of_row: dict[tuple[Factor, ...], int] = {}
        of_column: dict[tuple[Factor, ...], int] = {}
        self.products: list[tuple[Products, Array]] = []
        for rows, columns in pairs:
            if set(columns) == {()}:
                of_row |= {row: times * columns[()] for row, times in rows.items()}
            elif set(rows) == {()}:
                of_column |= {column: times * rows[()] for column, times in columns.items()}
            else:
                self.products.append((Products(rows), Products(columns).at(matrix.columns)))
        self.of_row = Products(of_row)
        self.of_column = Products(of_column).at(matrix.columns)
        self.crossing = Products(crossing)

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
        inner = self.matrix.inner
        open_grid = [index[:, None] for index in rows[:inner]] + self.matrix.columns[inner:]
        if self.count.exact:
            total[...] = self.count.at(open_grid)
            return total
        np.add(self.of_row.at(rows)[:, None], self.of_column, out=total)
        for row, column in self.products:
            np.multiply(row.at(rows)[:, None], column, out=product)
            np.add(total, product, out=total)
        if self.crossing.terms:
            np.add(total, self.crossing.at(open_grid), out=total)
        if self.shift:
            np.right_shift(total, self.shift, out=total)
        return total


@dataclass
class Chunk:
    """Some rows of the matrix: so many designs in the order of the grid.

    `axes` numbers the varied names. What is asked for is worked out once, into arrays that hold
    until the next chunk is asked.
    """

    matrix: Matrix
    counts: "Mapping[str, SeparatedCount]"
    axes: Mapping[str, int]
    rows: "Array"  # their numbers, in order
    start: int = 0  # the place in the grid of the matrix's first design
    _rows: "list[Array]" = field(init=False)  # indices along the outer axes
    _values: "dict[str, Array]" = field(init=False)  # what was asked for, by name

    def __post_init__(self) -> None:
        """Find the rows."""
        self._rows = self.matrix.rows(self.rows)
        self._values = {}

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), self.matrix.width

    def values(self, name: str) -> "Array":
        """A count's or a varied name's values, in an array that broadcasts to `shape`."""
        if name in self._values:
            return self._values[name]
        axis = self.axes.get(name)
        if axis is None:
            values = self.counts[name].values(self._rows, len(self.rows))
        elif axis < self.matrix.inner:
            values = self.matrix.axes[axis][self._rows[axis]][:, None]
        else:
            values = self.matrix.axes[axis][self.matrix.columns[axis]][None, :]
        self._values[name] = values
        return values

    def positions(self, kept: Any) -> "Array":
        """Where designs are kept (None is everywhere), counted through the chunk."""
        import numpy as np

        if kept is None:
            return np.arange(prod(self.shape))
        return np.flatnonzero(np.broadcast_to(kept, self.shape))

    def places(self, positions: "Array") -> "Array":
        """Where the designs at these positions stand in the grid."""
        import numpy as np

        rows, columns = np.divmod(positions, self.matrix.width)
        places: Array = self.start + self.rows[rows] * self.matrix.width + columns
        return places

    def kept_values(
        self, names: Sequence[str], kept: "Array", number: int
    ) -> "Mapping[str, Array]":
        """Their values for the designs that are kept, so many of this chunk, by name."""
        import numpy as np

        if 4 * number < prod(self.shape):
            columns = self.designs(names, self.positions(kept)).T
            return dict(zip(names, columns, strict=True))
        return {name: np.broadcast_to(self.values(name), self.shape)[kept] for name in names}

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
                designs[:, column] = self.matrix.axes[axis][indices[axis]]
            elif few and name not in self._values:
                designs[:, column] = self.counts[name].count.at(indices)
            else:
                designs[:, column] = self.values(name).ravel()[positions]
        return designs


class Table:
    """The counts over a box as its matrix has them, by name; `axes` numbers the varied names.

    `start` is the place in the grid of its first design; the others follow it.
    """

    def __init__(
        self,
        factors: Factors,
        counts: Mapping[str, Products],
        axes: Mapping[str, int],
        start: int = 0,
    ) -> None:
        self.matrix = Matrix(factors)
        self.axes = axes
        self.start = start
        self.counts = {name: SeparatedCount(count, self.matrix) for name, count in counts.items()}

    def chunk(self, rows: "Array") -> Chunk:
        """Some rows of it, at most as many as make a chunk."""
        return Chunk(self.matrix, self.counts, self.axes, rows, self.start)

    def chunks(self, rows: range) -> Iterator[Chunk]:
        """Some rows of it, in the order of the grid, about `CHUNK_SIZE` designs at a time."""
        import numpy as np

        for start in range(rows.start, rows.stop, self.matrix.step):
            yield self.chunk(np.arange(start, min(start + self.matrix.step, rows.stop)))
