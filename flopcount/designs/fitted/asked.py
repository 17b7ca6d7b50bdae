"""What is asked of a grid of designs, shape by shape: the problems that a solver takes."""

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any

from ...core import COUNTS, NAMED
from ...notation import Draft, as_model
from ...records import dataclass
from ...sizes.condition import Condition
from ...sizes.polynomial import Space
from ...sizes.values import holds
from ..grid.axes import Axis
from ..shapes import Shape, ShapeAxis, Shapes
from .best import Aim, Limits
from .search.groups import joined, names_of
from .search.problem import Budget, Problem

if TYPE_CHECKING:
    from ...sizes import Size

MOST_LOOKED_THROUGH = 2**16  # designs, for how many fit
_WHOLE = 10**9  # a factor of all widths times this is a whole number


@dataclass(frozen=True)
class Grid:
    """A draft's grid: the varied `names`, the shapes, and the axes that are open in each."""

    draft: Draft
    modules: Sequence[str]
    names: tuple[str, ...]  # in order
    open: tuple[Axis, ...]
    shapes: Shapes

    @property
    def axes(self) -> "list[Axis | ShapeAxis]":
        """All, in the order of the names."""
        both: list[Axis | ShapeAxis] = [*self.shapes.axes, *self.open]
        return sorted(both, key=lambda axis: self.names.index(axis.name))

    @property
    def size(self) -> int:
        """How many designs it has."""
        return prod(len(axis.points) for axis in self.axes)

    @property
    def misfits(self) -> int | None:
        """How many designs do not fit; None where that was not worked out."""
        count = self.size
        for shape in self.shapes.found:
            fitting = self._fitting(shape)
            if fitting is None:
                return None
            count -= fitting
        return count

    def _fitting(self, shape: Shape) -> int | None:
        """How many designs of a shape fit: of each names that conditions join, so many."""
        import numpy as np

        lengths = {axis.name: len(axis.points) for axis in self.open}
        fitting = prod(lengths.values())
        conditions = shape.costs.conditions
        for names in joined(names_of(one.value) for one in conditions):
            size = prod(lengths[name] for name in names)
            if size > MOST_LOOKED_THROUGH:
                return None
            axes = [axis for axis in self.open if axis.name in names]
            grids = np.ix_(*(np.array(axis.points, dtype=object) for axis in axes))
            values = {axis.name: grid for axis, grid in zip(axes, grids, strict=True)}
            fits = np.ones([len(axis.points) for axis in axes], dtype=bool)
            for one in conditions:
                if names_of(one.value) & names:
                    fits &= ~np.asarray(holds(one, values), dtype=bool)
            fitting = fitting // size * int(fits.sum())
        return fitting

    def idle(self) -> list[str]:
        """The names that change no count: what they set a rewrite took out, or a module."""
        counts = [shape.costs.counts(COUNTS).values() for shape in self.shapes.found]
        reached = {name for sizes in counts for size in sizes for name in names_of(size)}
        return [axis.name for axis in self.open if axis.varies and axis.name not in reached]

    def problem(self, shape: Shape, aim: Aim, limits: Limits) -> Problem:
        """What is asked of one shape."""
        goal, count = self._goal(shape, aim.name), shape.costs.count
        most = [Budget(count(name), limit) for name, limit in limits.most.items()]
        least = [Budget(count(name) * -1, -limit) for name, limit in limits.least.items()]
        misfits = self._misfits(shape, [*limits.counts, *({aim.name} & {*NAMED})])
        return Problem(
            tuple([axis.name for axis in self.open]),
            tuple([axis.points for axis in self.open]),
            goal * -1 if aim.least else goal,
            (*most, *least),
            (*shape.costs.conditions, *misfits),
        )

    def indices(self, shape: Shape, within: Sequence[int]) -> tuple[int, ...]:
        """The indices of a design along all axes, given those along the open ones."""
        pairs = zip(self.shapes.axes, shape.values, strict=True)
        places = {axis.name: axis.points.index(value) for axis, value in pairs}
        places |= {axis.name: index for axis, index in zip(self.open, within, strict=True)}
        return tuple([places[name] for name in self.names])

    def goal(self, aim: Aim, value: int) -> "int | Fraction":
        """What a problem's goal stands for."""
        value = -value if aim.least else value
        of_shapes = aim.name in {axis.name for axis in self.shapes.axes}
        return as_number(Fraction(value, _WHOLE)) if of_shapes else value

    def _goal(self, shape: Shape, name: str) -> "Size":
        """A count, or a varied name."""
        if name in NAMED:
            return shape.costs.count(name)
        for axis, value in zip(self.shapes.axes, shape.values, strict=True):
            if axis.name == name:
                return int(value * _WHOLE)
        return next(_size(axis, Space()) for axis in self.open if axis.name == name)

    def _misfits(self, shape: Shape, counts: Sequence[str]) -> list[Condition]:
        """Where a model's formula of a count is not what the model comes to."""
        model, space = as_model(shape.draft), Space()
        if model is None:
            return []
        values: dict[Any, Size] = {}
        for axis in self.open:
            values |= dict.fromkeys(axis.variables, _size(axis, space))
        found = [one for name in dict.fromkeys(counts) for one in model.misfits(name, values)]
        return [one for one in found if one.decided() is not False]


def as_number(value: "int | Fraction") -> "int | Fraction":
    """A whole number as an int."""
    return int(value) if value.denominator == 1 else value


def _size(axis: Axis, space: Space) -> "Size":
    """The values of an axis as one open size, as `costs_of_grid` has it."""
    low, high = min(axis.points), max(axis.points)
    return low if low == high else space.name(axis.name, low, high)
