"""A grid some of whose names make another network of each value: repeats, kernels, strides.

Each such network is a sweep of its own over what stays open. Put together in the order of the
grid, their counts are those of designs that were read one by one.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

from ..core import NAMED
from ..errors import FlopcountError
from ..notation import Draft
from ..records import replace
from .grid.axes import Axis, of_design
from .pricing import Pricing, Sweep, costs_of_grid
from .readings import Readings
from .shapes import ShapeAxis, drafts

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
    return Readings(first.rows, first.modules, _Counts(sweeps, along, axes))


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

        points = product(*(axis.points for axis in self._along))
        values: list[int] = []
        for point, sweep in zip(points, self._sweeps, strict=True):
            asked = replace(sweep, shown=(name,))
            try:
                asked.check()
            except FlopcountError as error:
                raise of_design(self._along, point, error) from None
            if sweep.axes:
                question = asked.question  # that all of it fits is known
                selection = question.choice.selection(question.columns)
                for piece in question.pieces(question.box, 0, selection):
                    values += piece.designs[:, -1].tolist()
            else:
                values.append(int(sweep.costs.count(name)))
        inner = [*self._along, *self._sweeps[0].axes]
        numbers = [axis.name for axis in inner]
        grid = np.array(values, dtype=np.int64).reshape([len(axis.points) for axis in inner])
        places = [numbers.index(axis.name) for axis in self._axes]
        whole: list[int] = grid.transpose(places).ravel().tolist()
        return whole
