"""The sizes that vary as a network has them, and what it costs with them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...errors import FlopcountError
from ...notation import Draft, Of, Variable, as_model
from ...sizes.polynomial import Space
from ..costs import costs_of
from .asked import Grid

if TYPE_CHECKING:
    from fractions import Fraction

    from ...core import Network


def as_it_is(
    grid: Grid, names: Sequence[str]
) -> "tuple[dict[str, int | Fraction], dict[str, int]] | None":
    """The values of a network's own sizes, and these counts; None where it has not all of them.

    A spec has no value for a free name, and an image that is not square none for ``input``.
    """
    try:
        network = grid.draft.build()
        counts = costs_of(network, Space(), grid.modules).counts(names)
    except FlopcountError:
        return None
    values: dict[str, int | Fraction] = {}
    for axis in grid.axes:
        own = {_own(grid.draft, network, variable) for variable in axis.variables} or {1}  # width
        value = own.pop()
        if own or type(value) is not int:
            return None
        values[axis.name] = value
    return values, {name: int(count) for name, count in counts.items()}


def _own(draft: Draft, network: "Network", variable: Variable) -> int | None:
    """What one variable is; None where that is not known."""
    if as_model(draft) is not None or variable.of in (Of.ROW, Of.TABLE):
        return draft.start(variable)  # type: ignore[no-any-return]
    sides = list(draft.sides)
    if variable not in sides:
        return None
    size = next(iter(network.inputs.values()))[sides.index(variable)]
    return size if type(size) is int else None
