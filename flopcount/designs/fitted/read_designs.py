"""The designs of a model of another framework, each a reading where no formula is for all of them.

As in a sweep (models.py), but that a size at which the model cannot be read is left out.
"""

from collections.abc import Callable, Sequence
from itertools import product

from ...errors import FlopcountError
from ...notation import Draft, as_model
from ...records import replace
from ...sizes.condition import Condition
from ...sizes.polynomial import Space
from ..costs import costs_of
from ..grid.axes import Axis, design_at, of_design
from ..grid.misfits import first_misfit
from ..readings import MOST_READ, NOTE, are_few, not_for, too_many
from ..shapes import Point, Shape, ShapeAxis, Shapes, shown
from .asked import Grid
from .best import Aim, Limits


def grid_of_model(
    model: Draft, axes: Sequence[Axis], modules: Sequence[str], opened: Callable[[], Grid]
) -> Grid:
    """A model's grid: `opened`, that of its formula; of few designs, or without one, readings.

    Raises `FlopcountError` where they are many, and there is no formula.
    """
    if are_few(axes):
        return _read(model, axes, modules)
    try:
        return opened()
    except FlopcountError as error:
        return _read_if_few(model, axes, modules, error)


def as_asked(grid: Grid, aim: Aim, limits: Limits) -> Grid:
    """A grid whose counts are those of its network, as far as they are asked for.

    That is another one where a model's formula is not for a design at which the model runs: then
    each is a reading. Raises `FlopcountError` where they are many.
    """
    if as_model(grid.draft) is None or not grid.open:
        return grid
    try:
        (shape,) = grid.shapes.found
        for condition in grid.problem(shape, aim, limits).conditions:
            _check(grid.draft, grid.open, condition)
    except FlopcountError as error:
        return _read_if_few(grid.draft, grid.open, grid.modules, error)
    return grid


def _check(model: Draft, axes: Sequence[Axis], condition: Condition) -> None:
    """Raise `FlopcountError` where a model runs at a design that its formula is not for.

    It is tried at the first of these, and at the last.
    """
    names = [axis.name for axis in axes]
    box = tuple([axis.points for axis in axes])
    for along in (box, tuple([points[::-1] for points in box])):
        index = first_misfit(condition, names, along)
        if index is None:
            return
        point = [points[place] for points, place in zip(along, index, strict=True)]
        try:
            model.build(design_at(axes, point))
        except FlopcountError:  # it does not fit
            continue
        raise of_design(axes, point, not_for(condition))


def _read_if_few(
    model: Draft, axes: Sequence[Axis], modules: Sequence[str], why: FlopcountError
) -> Grid:
    if not are_few(axes, MOST_READ):
        raise too_many(axes, why) from None
    return _read(model, axes, modules)


def _read(model: Draft, axes: Sequence[Axis], modules: Sequence[str]) -> Grid:
    """The grid of what a model costs where it can be read: each design a shape of its own.

    Raises `FlopcountError` where that is at none, or a count is not known.
    """
    found: list[Shape] = []
    left_out: list[tuple[tuple[Point, ...], FlopcountError]] = []
    for point in product(*(axis.points for axis in axes)):
        try:
            network = model.build(design_at(axes, point))
            network.rows  # noqa: B018  walks it
        except FlopcountError as error:
            left_out.append((point, error))
            continue
        costs = costs_of(network, Space(), modules)
        found.append(Shape(point, model, replace(costs, notes=(*costs.notes, NOTE))))
    closed = tuple([ShapeAxis(axis.name, axis.variables, axis.points) for axis in axes])
    if not found:
        first, why = left_out[0]
        raise FlopcountError(f"{shown(closed, first)}: {why}")
    names = tuple([axis.name for axis in axes])
    return Grid(model, modules, names, (), Shapes(closed, tuple(found), tuple(left_out)))
