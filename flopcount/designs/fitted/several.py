"""The best design over several names, within several budgets: from names and texts to a design.

What makes another network of each value, such as a kernel, is a walk for each (shapes.py); over
what is left open the counts of each are formulas, and a solver finds the best (solving.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ...analysis.conventions import families
from ...analysis.count_names import known_as, scaled
from ...core import NAMED
from ...errors import BudgetError, FlopcountError, one_of
from ...notation import Plan, as_model, check_input_unset, check_unset
from ...sizes.polynomial import Space
from ..costs import Costs, costs_of
from ..grid.axes import design_at, read_axes
from ..pricing import SHOWN
from ..shapes import Shape, parted, shapes, shared_modules
from .as_it_is import as_it_is
from .asked import Grid, as_number
from .best import Aim, BestDesign, Limits
from .read_designs import as_asked, grid_of_model
from .search.solving import Solved, of_parts, solved
from .told import how_found

if TYPE_CHECKING:
    from fractions import Fraction

NO_LIMITS = Limits({}, {})


def best_design(grid: Grid, limits: Limits, aim: Aim | None) -> BestDesign:
    """The best design of a grid within limits; without an aim that is the most of the first count.

    Of equal designs it is the one with the least of the first budget's count, then of the next,
    then the first in the grid. Raises `BudgetError` where nothing is within them, and
    `FlopcountError` where no design fits.
    """
    aim = aim or Aim(limits.counts[0], least=not limits.most)
    grid = as_asked(grid, aim, limits)
    shape, found = _solved(grid, aim, limits)
    if shape is None or found.indices is None or found.keys is None:
        raise _unmet(grid, aim, limits, found)
    names = [name for name in NAMED if name in {*SHOWN, *limits.counts, aim.name}]
    within = [axis.points[index] for axis, index in zip(grid.open, found.indices, strict=True)]
    costs = _costs(grid, shape, within)
    assert found.bound is not None  # noqa: S101  a design was found
    return BestDesign(
        grid.draft.name,
        "" if aim.least else aim.name,
        aim.name if aim.least else "",
        limits,
        _values(grid, shape, within),
        {name: int(count) for name, count in costs.counts(names).items()},
        grid.goal(aim, -found.keys[0]),
        grid.goal(aim, found.bound),
        how_found(grid, found, aim),
        as_it_is(grid, names),
        shared_modules(grid.modules, (one.costs.modules for one in grid.shapes.found)),
        families(costs.rows),
        (*(f"{name} changes no count here" for name in grid.idle()), *shape.costs.notes),
    )


def read_aim(maximize: str | None, minimize: str | None, names: Iterable[str]) -> Aim | None:
    """What is to be most or least; None where neither is given.

    Raises `FlopcountError` where both are, and for a name that is none of those that vary.
    """
    if maximize is not None and minimize is not None:
        raise FlopcountError("--maximize and --minimize: give one of them")
    name, option = (maximize, "--maximize") if minimize is None else (minimize, "--minimize")
    if name is None:
        return None
    known = [*names, *NAMED]
    found = name if name in known else known_as(name) if isinstance(name, str) else None
    if found is None:
        raise FlopcountError(
            f"{option}: {scaled(name) or one_of(name, known, 'count or varied name')}"
        )
    return Aim(found, least=minimize is not None)


def grid_of(
    plan: Plan,
    modules: Sequence[str],
    vary: "Mapping[str, str | Iterable[int]]",
    multiple: int | None,
) -> Grid:
    """The grid of what varies. Raises `FlopcountError` as a sweep does."""
    draft = plan.draft
    closed, rest = parted(vary, draft, modules)
    axes = read_axes(rest, draft.variables(), modules, most=float("inf")) if rest else ()
    for name in vary:
        if name in NAMED:
            raise FlopcountError(f"{name} is a count; name the row too, as in 3a.{name}")
    if multiple is not None and "width" not in vary:
        raise FlopcountError("--multiple says how widths are rounded: it goes with --vary width")
    varied = [variable for axis in closed for variable in axis.variables]
    varied += [variable for axis in axes for variable in axis.variables]
    check_unset(plan, varied, "varied")
    check_input_unset(plan, varied, "varied")

    def opened() -> Grid:
        found = shapes(draft, closed, axes, modules, multiple)
        return Grid(draft, modules, tuple(vary), axes, found)

    is_model = as_model(draft) is not None
    return grid_of_model(draft, axes, modules, opened) if is_model else opened()


def _solved(grid: Grid, aim: Aim, limits: Limits) -> tuple[Shape | None, Solved]:
    """The best design of all shapes, and the shape that has it."""
    best: Solved | None = None
    of: Shape | None = None
    for shape in grid.shapes.found:
        found = solved(grid.problem(shape, aim, limits), best, len(grid.shapes.found))
        if found.indices is not None:
            found = found._replace(indices=grid.indices(shape, found.indices))
        both = found if best is None else of_parts(best, found)
        of = shape if both.indices is not None and both.indices == found.indices else of
        best = both
    assert best is not None  # noqa: S101  there is a shape
    if best.indices is not None:
        places = [grid.names.index(axis.name) for axis in grid.open]
        best = best._replace(indices=tuple([best.indices[place] for place in places]))
    return of, best


def _costs(grid: Grid, shape: Shape, within: Sequence[int]) -> Costs:
    """What one design costs: walked in whole numbers, as a report has it."""
    if not grid.open:
        return shape.costs
    network = shape.draft.build(design_at(grid.open, within))
    return costs_of(network, Space(), grid.modules)


def _values(grid: Grid, shape: Shape, within: Sequence[int]) -> "dict[str, int | Fraction]":
    values = {
        axis.name: as_number(value)
        for axis, value in zip(grid.shapes.axes, shape.values, strict=True)
    }
    values |= {axis.name: value for axis, value in zip(grid.open, within, strict=True)}
    return {name: values[name] for name in grid.names}


def _unmet(grid: Grid, aim: Aim, limits: Limits, found: Solved) -> FlopcountError:
    """Why nothing was found within the limits."""
    if not found.is_proved:
        return BudgetError(f"nothing was found that meets {limits}; {how_found(grid, found, aim)}")
    possible = []
    for name in limits.counts:
        for least in (True, False):
            if name in (limits.most if least else limits.least):
                shape, one = _solved(grid, Aim(name, least), NO_LIMITS)
                if shape is None or one.keys is None:
                    return _misfit(grid)
                bound = grid.goal(
                    Aim(name, least), -one.keys[0] if one.bound is None else one.bound
                )
                words = "the least possible is" if least else "the most possible is"
                words = (
                    words
                    if one.is_proved
                    else "no design has less than"
                    if least
                    else "no design has more than"
                )
                possible.append(f"{words} {bound:,} {name}")
    each = "" if len(possible) == 1 else ", each alone"
    return BudgetError(f"nothing meets {limits}: {', '.join(possible)}{each}")


def _misfit(grid: Grid) -> FlopcountError:
    """Why no design fits: what the first says."""
    shape = grid.shapes.found[0]
    within = [axis.points[0] for axis in grid.open]
    pairs = _values(grid, shape, within).items()
    design = ", ".join(f"{name}={value}" for name, value in pairs)
    try:
        _costs(grid, shape, within)
    except FlopcountError as error:
        return FlopcountError(f"no design of the grid fits; {design}: {error}")
    return FlopcountError(f"no design of the grid fits, from {design} on")
