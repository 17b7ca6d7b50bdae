"""The designs of a model: by a formula where it is for all of them, else each read by itself."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..errors import FlopcountError, listed
from ..notation import Draft, Variable, as_model
from ..records import replace
from ..sizes.polynomial import Space
from .costs import Costs
from .grid.axes import Axis
from .pricing import SHOWN, Sweep, costs_of_grid
from .readings import MOST_READ, Readings, are_few, read_designs, too_many

if TYPE_CHECKING:
    from ..sizes import Size


def of_model(
    draft: Draft,
    axes: Sequence[Axis],
    modules: Sequence[str],
    priced: Callable[[Costs | Readings], Sweep],
) -> Sweep | None:
    """A sweep of a model, `priced` from what its designs cost; None of what is no model.

    A few designs are read, each by itself; many have a formula, of which each count that is asked
    for is known to hold at all of them. Raises `FlopcountError` for a design at which the model
    cannot be read, and for many where the formula does not hold at one.
    """
    model = as_model(draft)
    if model is None:
        return None
    if are_few(axes):
        return priced(read_designs(model, axes, modules))
    try:
        found = priced(costs_of_grid(draft, axes, modules))
        found.check_fits()
        unlike = {count: error for count in found.needed if (error := _unlike(found, count))}
        if not unlike:
            return found
        if not are_few(axes, MOST_READ):
            return _without(found, unlike)
    except FlopcountError as error:
        if not are_few(axes, MOST_READ):
            raise too_many(axes, error) from None
    return priced(read_designs(model, axes, modules))


def _without(sweep: Sweep, unlike: Mapping[str, FlopcountError]) -> Sweep:
    """The sweep without the columns that nobody asked for and that have no formula.

    Raises the error of one that was asked for.
    """
    bare = replace(sweep, shown=())
    for count, error in unlike.items():
        if sweep.shown != SHOWN or count in bare.needed:
            raise FlopcountError(f"{count}: {error}")
    note = f"left out, without a formula for all of these designs: {listed([*unlike])}"
    return replace(
        sweep,
        shown=tuple([count for count in SHOWN if count not in unlike]),
        costs=replace(sweep.costs, notes=(*sweep.costs.notes, note)),
    )


def _unlike(sweep: Sweep, count: str) -> FlopcountError | None:
    """Why the formula of a count is not what the model comes to at each design; None: it is."""
    space = Space()
    values: dict[Variable, Size] = {}
    for axis in sweep.axes:
        low, high = min(axis.points), max(axis.points)
        size = low if low == high else space.name(axis.name, low, high)
        values |= dict.fromkeys(axis.variables, size)
    model = as_model(sweep.pricing.draft)
    try:
        asked = [] if model is None else [*model.misfits(count, values)]
        sweep.check_fits(among=[one for one in asked if one.decided() is not False])
    except FlopcountError as error:
        return error
    return None
