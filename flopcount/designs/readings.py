"""Designs of a model that are read one by one: few, or such as no formula is for."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from ..core import NAMED, Row
from ..errors import FlopcountError, plural
from ..notation import ModelDraft
from ..records import dataclass, field
from ..sizes.polynomial import Space
from .chunks import Chunk, Matrix
from .costs import costs_of
from .factors import Factors
from .grids import Axis, Box, design_at, of_design

if TYPE_CHECKING:
    from .factors import Array

AT_ONCE = 8  # a formula costs about as many readings: a run with open sizes, and runs beside it
MOST_READ = 32
_NOTE = "each design is a reading of the model at its size"


@dataclass(frozen=True)
class Readings:
    """What the designs of a grid cost, in its order, each read: what `Costs` says of open sizes."""

    rows: Sequence[Row]  # of the first
    modules: tuple[str, ...]
    of_count: Mapping[str, Sequence[int]]
    notes: tuple[str, ...] = ()
    conditions: tuple[()] = field(default=())

    def count(self, name: str) -> int:
        """The largest of a count."""
        return max(self.of_count[name])

    def counts(self, names: Iterable[str]) -> dict[str, int]:
        """Several."""
        return {name: self.count(name) for name in names}

    def table(self, names: Sequence[str], box: Box) -> "ReadTable":
        """The designs as a sweep looks at them."""
        return ReadTable(Factors(names, box), self.of_count, names)


class ReadTable:
    """A grid whose counts are known, as a `Table` has one."""

    def __init__(
        self, factors: Factors, counts: Mapping[str, Sequence[int]], names: Sequence[str]
    ) -> None:
        self.matrix = Matrix(factors)
        self.axes = {name: number for number, name in enumerate(names)}
        self.counts = {name: _ReadCount(values, self.matrix) for name, values in counts.items()}

    def chunks(self) -> "list[Chunk]":
        """All of it: it is small."""
        import numpy as np

        rows = np.arange(self.matrix.height)
        return [Chunk(self.matrix, self.counts, self.axes, rows)]  # type: ignore[arg-type]


class _ReadCount:
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


def are_few(axes: Sequence[Axis], most: int = AT_ONCE) -> bool:
    """Whether a grid has at most so many designs."""
    return prod(len(axis.points) for axis in axes) <= most


def read_designs(draft: ModelDraft, axes: Sequence[Axis], modules: Sequence[str]) -> Readings:
    """Read a model at each design of a grid.

    Raises `FlopcountError` for the first at which it cannot be read, or has not all its counts.
    """
    first = None
    of_count: dict[str, list[int]] = {name: [] for name in NAMED}
    for point in product(*(axis.points for axis in axes)):
        try:
            found = costs_of(draft.build(design_at(axes, point)), Space(), modules)
        except FlopcountError as error:
            raise of_design(axes, point, error) from None
        first = first or found
        for name, counts in of_count.items():
            counts.append(int(found.count(name)))
    assert first is not None  # noqa: S101  a grid has a design
    return Readings(first.rows, first.modules, of_count, (*first.notes, _NOTE))


def too_many(axes: Sequence[Axis], why: FlopcountError) -> FlopcountError:
    """The error for a grid that no formula is for, and that is not read design by design."""
    size = prod(len(axis.points) for axis in axes)
    return FlopcountError(
        f"{why}; without a formula each design is read, at most {MOST_READ}, and these are "
        f"{plural(size, 'design')}"
    )
