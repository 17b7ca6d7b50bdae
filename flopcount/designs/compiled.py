"""A compiled pass over very many designs: which rows of their matrix hold one that may stay.

JAX compiles it from the same sums of products as numpy works out (chunks.py) and from the filters'
own operators; nothing that a user typed is run as code, and nothing is kept of a design. Rows that
hold one are then priced, filtered and chosen from as ever.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from .chosen import Key, Selection
from .grid.chunks import Chunk, SeparatedCount, Table
from .grid.filters import MOST, Filter

if TYPE_CHECKING:
    from .grid.factors import Array

LEAST = 10**8  # designs: with fewer, loading JAX and compiling take longer than they can spare
_LEAST_WIDTH = 64  # columns: with fewer, finding the rows takes longer than pricing them
_BLOCK = 2**22  # designs of one call, so that the next knows better what may stay …
_LEAST_ROWS, _MOST_ROWS = 2**8, 2**15  # … in so many rows


class Addends(NamedTuple):
    """The vectors of a pass that add up to a count, or to a varied name, by number.

    Of rows (`row`) and of columns, and the pairs of them that are multiplied; their sum is shifted
    right by `shift` bits.
    """

    row: int | None
    column: int | None
    products: tuple[tuple[int, int], ...] = ()
    shift: int = 0


class Vectors:
    """The vectors that a pass over a table reads: for each row of a block, and for each column."""

    def __init__(self, table: Table, names: Sequence[str]) -> None:
        self._table = table
        self._rows: list[Callable[[list[Array]], Array]] = []
        self._columns: list[Array] = []
        self.addends = tuple((name, self._addends(name)) for name in names)

    def _addends(self, name: str) -> Addends:
        matrix = self._table.matrix
        if name in self._table.axes:
            axis = self._table.axes[name]
            values = matrix.axes[axis]
            if axis < matrix.inner:
                return Addends(self._row(lambda rows: values[rows[axis]]), None)
            return Addends(None, self._column(values[matrix.columns[axis]]))
        count = self._table.counts[name]
        products = [(self._row(row.at), self._column(column)) for row, column in count.products]
        row = self._row(count.of_row.at) if count.of_row.terms else None
        column = self._column(count.of_column) if count.of_column.any() else None
        return Addends(row, column, tuple(products), count.shift)

    def _row(self, at: "Callable[[list[Array]], Array]") -> int:
        self._rows.append(at)
        return len(self._rows) - 1

    def _column(self, values: "Array") -> int:
        self._columns.append(values)
        return len(self._columns) - 1

    def of_rows(self, numbers: "Array", height: int) -> "Array":
        """A line for each vector, of at least these rows of the matrix; the last ones again."""
        import numpy as np

        indices = self._table.matrix.rows(numbers)
        lines = np.empty((len(self._rows), height), dtype=np.int64)
        for line, at in zip(lines, self._rows, strict=True):
            line[: len(numbers)] = at(indices)
            line[len(numbers) :] = line[len(numbers) - 1]
        return lines

    def of_columns(self) -> "Array":
        """A line for each vector."""
        import numpy as np

        lines = np.empty((len(self._columns), self._table.matrix.width), dtype=np.int64)
        for line, values in zip(lines, self._columns, strict=True):
            line[...] = values
        return lines


def is_worth(table: Table, keep: Sequence[Filter], selection: Selection, size: int) -> bool:
    """Whether a pass over a table is compiled: it pays, there is what to ask, and JAX is there.

    The table is a part of a grid of so many designs, whose other parts need no compiling any more.
    """
    asked = _names(keep, selection)
    counts = [table.counts[name] for name in asked if name in table.counts]
    return (
        size >= LEAST
        and table.matrix.width >= _LEAST_WIDTH
        and bool(keep or selection.cuts)
        and not any(map(_is_mixed, counts))
        and _is_installed()
    )


def _is_mixed(count: SeparatedCount) -> bool:
    """Whether a part of it depends on the row and the column at once."""
    return count.count.exact or bool(count.crossing.terms)


@lru_cache
def _is_installed() -> bool:
    """Whether JAX loads and has a CPU; whatever it raises, numpy prices the designs."""
    try:
        with _exact():  # of a version before 0.8 an AttributeError
            return True
    except Exception:  # noqa: BLE001  also a broken setting, or JAX_PLATFORMS without the CPU
        return False


@contextmanager
def _exact() -> Iterator[None]:
    """JAX on the CPU, with whole numbers of 64 bits: in here alone, not for its other users."""
    import jax

    cpu = jax.devices("cpu")[0]
    with jax.enable_x64(new_val=True), jax.default_device(cpu), jax.transfer_guard("allow"):
        yield


def _names(keep: Sequence[Filter], selection: Selection) -> list[str]:
    keys = [key.name for key in selection.keys] if selection.cuts else []
    return list(dict.fromkeys([*(name for kept in keep for name in kept.names), *keys]))


def chunks(
    table: Table, keep: Sequence[Filter], selection: Selection
) -> Iterator[tuple[Chunk | None, int]]:
    """The chunks of a table that hold a design that may stay, in the order of the grid.

    With each, how many designs have been looked at since the one before; None is no chunk.
    """
    import jax
    import numpy as np

    matrix = table.matrix
    height = min(max(_BLOCK // matrix.width, _LEAST_ROWS), _MOST_ROWS, matrix.height)
    vectors = Vectors(table, _names(keep, selection))
    keys = tuple(selection.keys) if selection.cuts else ()
    with _exact():
        stay = _compiled(vectors.addends, tuple(keep), keys, height, matrix.width)
        columns = jax.device_put(vectors.of_columns())
    for start in range(0, matrix.height, height):
        numbers = np.arange(start, min(start + height, matrix.height))
        bounds = np.full((selection.cuts, len(keys)), MOST)
        for line, bound in zip(bounds, selection.bounds(), strict=False):
            line[...] = bound
        with _exact():
            found = np.asarray(stay(vectors.of_rows(numbers, height), columns, bounds))
        rows = numbers[found[: len(numbers)]]
        for first in range(0, len(rows), matrix.step):
            yield table.chunk(rows[first : first + matrix.step]), 0
        yield None, len(numbers) * matrix.width


@lru_cache(maxsize=16)
def _compiled(
    addends: tuple[tuple[str, Addends], ...],
    keep: tuple[Filter, ...],
    keys: tuple[Key, ...],
    height: int,
    width: int,
) -> Callable[..., Any]:
    """The compiled question, in which rows there is a design that stays.

    It is asked of arrays with a line for each column, since a vector unit then takes many rows at
    once. A design stays where all filters hold and, for each line of `bounds`, one of its keys is
    not above.
    """
    import jax
    import jax.numpy as jnp

    by_name = dict(addends)

    def stay(rows: Any, columns: Any, bounds: Any) -> Any:
        def value(name: str) -> Any:
            parts = by_name[name]
            total: Any = 0
            if parts.row is not None:
                total = total + rows[parts.row][None, :]
            if parts.column is not None:
                total = total + columns[parts.column][:, None]
            for row, column in parts.products:
                total = total + rows[row][None, :] * columns[column][:, None]
            return total >> parts.shift if parts.shift else total

        found: Any = True
        for kept in keep:
            found = kept.holds(value) & found
        for cut in range(bounds.shape[0]):
            below: Any = False
            for number, key in enumerate(keys):
                below = (key.of(value(key.name)) <= bounds[cut, number]) | below
            found = below & found
        return jnp.broadcast_to(found, (width, height)).any(axis=0)

    return jax.jit(stay)
