"""A grid some of whose names make another network of each value: repeats, kernels, strides.

Each such network is a sweep of its own over what stays open. Put together in the order of the
grid, their counts are those of designs that were read one by one.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from ..core import NAMED
from ..errors import FlopcountError
from ..notation import Draft
from ..records import replace
from ..sizes.bounds import most
from ..sizes.values import value
from .chosen import Key
from .grid.axes import Axis, of_design
from .grid.filters import MOST
from .pricing import Pricing, Sweep, costs_of_grid
from .readings import Readings
from .shapes import ShapeAxis, drafts, shared_modules

if TYPE_CHECKING:
    from .grid.factors import Array

MAX_SHAPED = 10**6  # designs: their counts are kept


def of_shapes(
    draft: Draft,
    closed: Sequence[ShapeAxis],
    left_open: Sequence[Axis],
    axes: Sequence[Axis],
    modules: Sequence[str],
) -> Readings:
    """What the designs of a grid of such `axes` cost: those of shapes, `closed`, and all others.

    Raises `FlopcountError` for a design that does not fit, a module that a network lacks, and more
    than 1,000,000 designs.
    """
    size = prod(len(axis.points) for axis in axes)
    if size > MAX_SHAPED:
        names = ", ".join(axis.name for axis in closed)
        raise FlopcountError(
            f"the grid has {size:,} designs; where {names} makes other networks, at most "
            f"{MAX_SHAPED:,}"
        )
    along = [Axis(axis.name, axis.variables, [int(one) for one in axis.points]) for axis in closed]
    sweeps: list[Sweep] = []
    for point, (_, shaped) in zip(
        product(*(axis.points for axis in along)), drafts(draft, closed), strict=True
    ):
        try:
            costs = costs_of_grid(shaped, left_open, modules)
            found = Sweep(Pricing(shaped, costs.modules), tuple(left_open), costs)
            found.check_fits()
        except FlopcountError as error:
            raise of_design(along, point, error) from None
        sweeps.append(found)
    first = sweeps[0].costs
    named = shared_modules(modules, (sweep.costs.modules for sweep in sweeps))
    return Readings(first.rows, named, _Counts(sweeps, along, axes))


class _Counts(Mapping[str, Sequence[int]]):
    """The counts of all designs in the order of the grid, each worked out when it is asked for."""

    def __init__(
        self, sweeps: Sequence[Sweep], along: Sequence[Axis], axes: Sequence[Axis]
    ) -> None:
        """Of the sweep of each network, the networks in the order of the values `along` axes."""
        self._sweeps = sweeps
        self._along = along
        self._axes = axes
        self._known: dict[str, Sequence[int]] = {}

    def __getitem__(self, name: str) -> Sequence[int]:
        if name not in self._known:
            self._known[name] = self._worked_out(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(NAMED)

    def __len__(self) -> int:
        return len(NAMED)

    def _worked_out(self, name: str) -> Sequence[int]:
        import numpy as np

        values = np.concatenate([_values(sweep, name) for sweep in self._sweeps])
        inner = [*self._along, *self._sweeps[0].axes]
        numbers = [axis.name for axis in inner]
        grid = values.reshape([len(axis.points) for axis in inner])
        whole = grid.transpose([numbers.index(axis.name) for axis in self._axes]).ravel()
        if whole.dtype == np.int64:
            return array("q", whole.tobytes())  # a list would have five times the memory
        counts: list[int] = whole.tolist()
        return counts


def _values(sweep: Sweep, name: str) -> "Array":
    """A count of each design of one network, in the order of its grid; it may be past int64."""
    import numpy as np

    count = sweep.costs.count(name)
    if most(count) <= MOST and not sweep.axes:
        return np.array([int(count)])
    if most(count) <= MOST:
        asked = replace(sweep, shown=(name,), sort=Key(name)).question  # of this count alone
        selection = asked.choice.selection(asked.columns)
        pieces = asked.pieces(asked.box, 0, selection, None)  # it was checked that all fit
        return np.concatenate([piece.designs[:, -1] for piece in pieces])
    sides = [np.array(axis.points, dtype=object) for axis in sweep.axes]
    points = np.meshgrid(*sides, indexing="ij")
    names = [axis.name for axis in sweep.axes]
    found = value(count, dict(zip(names, points, strict=True)))
    return np.array(np.broadcast_to(found, [len(side) for side in sides]), dtype=object).ravel()
