"""The first design of a grid that does not fit, found before any design is priced."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ...errors import FlopcountError
from ...sizes.condition import Condition
from ...sizes.polynomial import Number, Polynomial, Space
from ...sizes.values import Substitution, holds
from .alike import apart, firsts
from .axes import Box, split
from .factors import Factors, TooLargeError, reach
from .filters import MOST

if TYPE_CHECKING:
    from .factors import Array


def first_misfit(condition: Condition, names: Sequence[str], box: Box) -> tuple[int, ...] | None:
    """Where a condition holds first in a box whose axes have these names: indices along them.

    None where it holds for no design. It is asked of the first of the values that it tells apart
    (alike.py). Where it depends on too many axes for one array, the box is halved until it is
    proved of a part, or a part is small enough.
    """
    waiting = [firsts(condition, names, box)]
    while waiting:
        indices = waiting.pop()
        part = tuple(
            [[points[index] for index in along] for points, along in zip(box, indices, strict=True)]
        )
        decided = _over(condition, names, part)
        if decided is False:
            continue
        if decided is True:
            return tuple(along[0] for along in indices)
        try:
            first = Factors(names, part).first(condition)
        except TooLargeError:
            waiting += reversed(split(indices))
            continue
        if first is not None:
            return tuple(along[i] for along, i in zip(indices, first, strict=True))
    return None


def _over(condition: Condition, names: Sequence[str], part: Box) -> "bool | Condition":
    """A condition over a part of a box, whose bounds are narrower: decided where it can be."""
    if not isinstance(condition.value, Polynomial):
        return condition.decided()
    sizes: dict[str, Number] = {}
    space = Space()
    for name, points in zip(names, part, strict=True):
        low, high = min(points), max(points)
        sizes[name] = low if low == high else space.name(name, low, high)
    try:
        return Substitution(sizes).condition(condition._replace(value=apart(condition.value)))
    except FlopcountError:  # it takes too many terms to say
        return condition


def first_misfit_of(condition: Condition, points: "Mapping[str, Array]", count: int) -> int | None:
    """Where a condition holds first among so many designs, any points; None where for none.

    `points` has for each name its value in each design.
    """
    import numpy as np

    if reach(condition.value) > MOST:
        points = {name: values.astype(object) for name, values in points.items()}
    truths = np.broadcast_to(holds(condition, points), count)
    first = int(truths.argmax())
    return first if truths[first] else None
