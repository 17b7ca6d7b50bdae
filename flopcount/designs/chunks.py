"""Counts over a box of a grid, worked out tile by tile, in the order of the grid."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any

from ..sizes.polynomials import Polynomial, Space, evaluate

if TYPE_CHECKING:
    from ..sizes.polynomials import Array, Monomial, Number

TILE = 2**16  # designs priced together: an int64 array of them is 512 KiB, and stays in cache
_WIDTH = 2**14  # at most so many designs in a row of the table, but for an axis longer than that


class Layout:
    """A box of the grid as a table: the innermost axes are its columns, all others its rows."""

    def __init__(self, space: Space) -> None:
        lengths = space.lengths
        self.space = space
        self.inner = len(lengths) - 1
        while self.inner and prod(lengths[self.inner - 1 :]) <= _WIDTH:
            self.inner -= 1
        self.width = prod(lengths[self.inner :])
        self.height = prod(lengths[: self.inner])
        self.columns = self._unravelled(0, self.width, range(self.inner, len(lengths)))

    def rows(self, start: int, stop: int) -> "list[Array]":
        """The indices along the axes of these rows; 0 along the axes of the columns."""
        return self._unravelled(start, stop, range(self.inner))

    def _unravelled(self, start: int, stop: int, axes: range) -> "list[Array]":
        import numpy as np

        found: list[Array] = [np.zeros(1, dtype=np.intp)] * len(self.space.lengths)
        flat = np.arange(start, stop)
        for axis in reversed(axes):
            flat, found[axis] = np.divmod(flat, self.space.lengths[axis])
        return found


class Sheet:
    """A count over a box, a sum of products of what depends on the row and on the column alone.

    A design costs an add, and a multiply and an add for each product where both vary.
    """

    def __init__(self, count: "Number", layout: Layout) -> None:
        self.count = count
        self.layout = layout
        space, inner = layout.space, layout.inner
        by_row: dict[Monomial, dict[Monomial, int]] = {}
        by_column: dict[Monomial, dict[Monomial, int]] = {}
        crossing: dict[Monomial, int] = {}  # an atom reaches over both
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
                self.products.append((left, evaluate(right, layout.columns)))
        self.of_row = of_row
        self.of_column = evaluate(of_column, layout.columns)
        self.crossing = space.polynomial(crossing)

    def block(self, rows: "list[Array]", height: int) -> "Array":
        """Its values in some rows of the table."""
        import numpy as np

        shape = (height, self.layout.width)
        block = np.empty(shape, dtype=np.int64)
        np.add(evaluate(self.of_row, rows)[:, None], self.of_column, out=block)
        if self.products:
            product = np.empty(shape, dtype=np.int64)
            for row, column in self.products:
                np.multiply(evaluate(row, rows)[:, None], column, out=product)
                np.add(block, product, out=block)
        if isinstance(self.crossing, Polynomial):
            inner = self.layout.inner
            grid = [index[:, None] for index in rows[:inner]] + self.layout.columns[inner:]
            np.add(block, evaluate(self.crossing, grid), out=block)
        return block


@dataclass(slots=True)
class Tile:
    """Some rows of the table: so many designs in the order of the grid.

    `axes` numbers the varied names. What is asked for is worked out once.
    """

    layout: Layout
    tables: "Mapping[str, Sheet]"
    axes: Mapping[str, int]
    start: int
    stop: int
    _rows: "list[Array]" = field(init=False)
    _blocks: "dict[str, Array]" = field(init=False)

    def __post_init__(self) -> None:
        """Find the rows."""
        self._rows = self.layout.rows(self.start, self.stop)
        self._blocks = {}

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.stop - self.start, self.layout.width

    def values(self, name: str) -> "Array":
        """A count's or a varied name's values, in an array that broadcasts to `shape`."""
        if name in self._blocks:
            return self._blocks[name]
        axis = self.axes.get(name)
        if axis is None:
            block = self.tables[name].block(self._rows, self.stop - self.start)
        elif axis < self.layout.inner:
            block = self.layout.space.axes[axis][self._rows[axis]][:, None]
        else:
            block = self.layout.space.axes[axis][self.layout.columns[axis]][None, :]
        self._blocks[name] = block
        return block

    def places(self, chosen: Any) -> "Array":
        """Where designs are chosen (None is everywhere), counted through the tile."""
        import numpy as np

        if chosen is None:
            return np.arange(prod(self.shape))
        return np.flatnonzero(np.broadcast_to(chosen, self.shape))

    def designs(self, names: Sequence[str], places: "Array") -> "Array":
        """A row for each design at these places, a column for each count or varied name."""
        import numpy as np

        found = np.empty((len(places), len(names)), dtype=np.int64)
        rows, columns = np.divmod(places, self.layout.width)
        inner = self.layout.inner
        indices: list[Array] = [
            (index[rows] if axis < inner else index[columns])
            for axis, index in enumerate([*self._rows[:inner], *self.layout.columns[inner:]])
        ]
        few = 4 * len(places) < prod(self.shape)
        for place, name in enumerate(names):
            if name in self.axes:
                axis = self.axes[name]
                found[:, place] = self.layout.space.axes[axis][indices[axis]]
            elif few and name not in self._blocks:
                found[:, place] = evaluate(self.tables[name].count, indices)
            else:
                found[:, place] = self.values(name).ravel()[places]
        return found


def tiles(space: Space, counts: "Mapping[str, Number]", axes: Mapping[str, int]) -> Iterator[Tile]:
    """Cut a box into tiles of about `TILE` designs, in the order of the grid."""
    layout = Layout(space)
    tables = {name: Sheet(count, layout) for name, count in counts.items()}
    step = max(TILE // layout.width, 1)
    for start in range(0, layout.height, step):
        yield Tile(layout, tables, axes, start, min(start + step, layout.height))
