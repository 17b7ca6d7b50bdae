"""A compiled pass over very many designs: which rows of their matrix hold one that may stay.

JAX compiles it from the same sums of products as numpy works out (chunks.py) and from the filters'
own operators; nothing that a user typed is run as code, and nothing is kept of a design. Rows that
hold one are then priced, filtered and chosen from as ever.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import FlopcountError
from .chosen import Key, Selection
from .device import exact, is_gpu, is_installed
from .grid.chunks import Chunk, SeparatedCount, Table
from .grid.filters import MOST, Filter

if TYPE_CHECKING:
    from .grid.factors import Array

LEAST = 10**8  # designs: with fewer, loading JAX and compiling take longer than they can spare
_LEAST_WIDTH = 64  # columns: with fewer, finding the rows takes longer than pricing them
_GROUP = 32  # columns that a processor takes at once: what it makes of them stays in its cache


class Block(NamedTuple):
    """What is asked of a device in one call, so that the next knows better what may stay."""

    designs: int
    least_rows: int
    most_rows: int

    def height(self, width: int, height: int) -> int:
        """In how many rows of a matrix of this width and height; past its end they are padded.

        Matrices that differ little have the same, so that nothing is compiled for each.
        """
        rows = min(max(self.designs // width, self.least_rows), self.most_rows)
        unit = 1 << max(height.bit_length() - 3, 0)
        return min(rows, -(-height // unit) * unit)


_ON_CPU = Block(2**22, 2**8, 2**13)
_ON_GPU = Block(2**28, 2**12, 2**18)  # it has thousands of cores to fill


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

    def of_columns(self, multiple: int) -> "Array":
        """A line for each vector, as long as a multiple; the last column again."""
        import numpy as np

        width = self._table.matrix.width
        lines = np.empty((len(self._columns), -(-width // multiple) * multiple), dtype=np.int64)
        for line, values in zip(lines, self._columns, strict=True):
            line[:width] = values
            line[width:] = line[width - 1]
        return lines


def is_worth(
    table: Table, keep: Sequence[Filter], selection: Selection, size: int, device: str
) -> bool:
    """Whether a pass over a table is compiled: it pays, there is what to ask, and JAX is there.

    The table is a part of a grid of so many designs, whose other parts need no compiling any more.
    On a GPU that is asked for it always is; raises `FlopcountError` where it cannot be.
    """
    asked = _names(keep, selection)
    mixed = [name for name in asked if name in table.counts and _is_mixed(table.counts[name])]
    if device == "gpu":
        check_asked(keep, selection.cuts)
        if mixed:
            raise FlopcountError(
                f"--device gpu: {mixed[0]} is no sum of products of the names that vary here, and "
                "is worked out with numpy alone (--device cpu, or auto)"
            )
        return is_gpu(device)
    return (
        size >= LEAST
        and table.matrix.width >= _LEAST_WIDTH
        and bool(keep or selection.cuts)
        and not mixed
        and is_installed()
    )


def check_asked(keep: Sequence[Filter], cuts: int, *, chosen: bool = True) -> None:
    """Raise `FlopcountError` where a GPU would have nothing to find: every design stays.

    With a tally none is `chosen`, and only a filter can leave some out.
    """
    if not (keep or cuts):
        others = ", or choose some with --top or --pareto" if chosen else ""
        raise FlopcountError(
            "--device gpu finds the designs that stay, and here all of them do; filter them with "
            f"--keep{others}"
        )


def _is_mixed(count: SeparatedCount) -> bool:
    """Whether a part of it depends on the row and the column at once."""
    return count.count.exact or bool(count.crossing.terms)


def _names(keep: Sequence[Filter], selection: Selection) -> list[str]:
    keys = [key.name for key in selection.keys] if selection.cuts else []
    return list(dict.fromkeys([*(name for kept in keep for name in kept.names), *keys]))


def chunks(
    table: Table, rows: range, keep: Sequence[Filter], selection: Selection, device: str
) -> Iterator[tuple[Chunk | None, int]]:
    """The chunks of some rows of a table that hold a design that may stay, in their order.

    With each, how many designs have been looked at since the one before; None is no chunk.
    """
    import jax
    import numpy as np

    on_gpu = is_gpu(device)
    matrix = table.matrix
    height = (_ON_GPU if on_gpu else _ON_CPU).height(matrix.width, matrix.height)
    vectors = Vectors(table, _names(keep, selection))
    keys = tuple(selection.keys) if selection.cuts else ()
    stay = program(vectors.addends, tuple(keep), keys, height, 1 if on_gpu else _GROUP)
    with exact(on_gpu=on_gpu):
        columns = jax.device_put(vectors.of_columns(1 if on_gpu else _GROUP))
    for start in range(rows.start, rows.stop, height):
        numbers = np.arange(start, min(start + height, rows.stop))
        bounds = np.full((selection.cuts, len(keys)), MOST)
        for line, bound in zip(bounds, selection.bounds(), strict=False):
            line[...] = bound
        with exact(on_gpu=on_gpu):
            found = np.asarray(stay(vectors.of_rows(numbers, height), columns, bounds))
        held = numbers[found[: len(numbers)]]
        for first in range(0, len(held), matrix.step):
            yield table.chunk(held[first : first + matrix.step]), 0
        yield None, len(numbers) * matrix.width


@lru_cache(maxsize=16)
def program(
    addends: tuple[tuple[str, Addends], ...],
    keep: tuple[Filter, ...],
    keys: tuple[Key, ...],
    height: int,
    group: int,
) -> Callable[..., Any]:
    """The compiled question, in which of so many rows there is a design that stays.

    It is asked of arrays with a line for each column, since a vector unit then takes many rows at
    once; of all columns at once, or of a `group` of more than one after the other. A design stays
    where all filters hold and, for each line of `bounds`, one of its keys is not above.
    """
    import jax
    import jax.numpy as jnp

    by_name = dict(addends)

    def among(rows: Any, columns: Any, bounds: Any) -> Any:
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
        return jnp.broadcast_to(found, (columns.shape[1], height)).any(axis=0)

    return jax.jit(_by_groups(among, height, group) if group > 1 else among)


def _by_groups(among: Callable[..., Any], height: int, group: int) -> Callable[..., Any]:
    """The same question, with what each group of columns makes of the rows put together."""
    import jax
    import jax.numpy as jnp

    def asked(rows: Any, columns: Any, bounds: Any) -> Any:
        def step(found: Any, some: Any) -> tuple[Any, None]:
            return found | among(rows, some, bounds), None

        vectors, width = columns.shape
        groups = jnp.moveaxis(columns.reshape(vectors, width // group, group), 1, 0)
        return jax.lax.scan(step, jnp.zeros(height, bool), groups)[0]

    return asked
