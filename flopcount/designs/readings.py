"""Designs that are priced one by one: no formula is for all of them, or they are few."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, product
from math import prod

from ..core import COUNTS, NAMED, Row
from ..errors import FlopcountError, plural
from ..notation import ModelDraft
from ..records import dataclass, field
from ..sizes.condition import Condition
from ..sizes.domain import negated
from ..sizes.polynomial import Space
from .costs import costs_of
from .grid.axes import Axis, design_at, of_design

AT_ONCE = 8  # a formula costs about as many readings: a run with open sizes, and runs beside it
MOST_READ = 32
LIMIT = "a sweep counts to 2**63 - 1"
NOTE = "each design is a reading of the model at its size"


@dataclass(frozen=True)
class Readings:
    """What the designs of a grid cost, in its order: what `Costs` says of open sizes."""

    rows: Sequence[Row]  # of the first
    modules: tuple[str, ...]
    of_count: Mapping[str, Sequence[int]]
    notes: tuple[str, ...] = ()
    conditions: tuple[()] = field(default=())

    def count(self, name: str) -> int:
        """The largest of a count."""
        return max(self.of_count[name])

    def too_large(self, name: str, axes: Sequence[Axis]) -> tuple[Sequence[int], FlopcountError]:
        """The first design that has the most of a count, and the error that says how much."""
        counts, points = self.of_count[name], product(*(axis.points for axis in axes))
        largest = max(counts)
        point = next(islice(points, counts.index(largest), None))
        return point, FlopcountError(f"{name} is {largest:,}; {LIMIT}")

    def range(self, name: str) -> tuple[int, int]:
        """The least and the largest of a count."""
        return min(self.of_count[name]), max(self.of_count[name])

    def counts(self, names: Iterable[str]) -> dict[str, int]:
        """Several."""
        return {name: self.count(name) for name in names}

    def of_counts(self, names: Iterable[str]) -> dict[str, Sequence[int]]:
        """Those of some counts at each design."""
        return {name: self.of_count[name] for name in names}

    def idle(self, axes: Sequence[Axis]) -> list[str]:
        """The names of those of the grid's axes along which no count changes."""
        import numpy as np

        left = {axis.name: place for place, axis in enumerate(axes) if axis.varies}
        for name in COUNTS:
            if not left:  # as a rule the first count has them all change
                break
            grid = np.array(self.of_count[name]).reshape([len(axis.points) for axis in axes])
            left = {
                axis: place for axis, place in left.items() if (grid == grid.take([0], place)).all()
            }
        return [*left]


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
    return Readings(first.rows, first.modules, of_count, (*first.notes, NOTE))


def not_for(condition: Condition) -> FlopcountError:
    """The error for a design at which a model runs, though its formula's condition holds there."""
    return FlopcountError(
        f"the formula is for {negated(condition)} alone, though the model runs here too"
    )


def too_many(axes: Sequence[Axis], why: FlopcountError) -> FlopcountError:
    """The error for a grid that no formula is for, and that is not read design by design."""
    size = prod(len(axis.points) for axis in axes)
    return FlopcountError(
        f"{why}; without a formula each design is read, at most {MOST_READ}, and these are "
        f"{plural(size, 'design')}: narrow the ranges"
    )
