"""The best design of a grid within budgets: what is asked, and what was found."""

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from ....records import dataclass
from ....sizes.condition import Condition
from ...grid.axes import Box

if TYPE_CHECKING:
    from ....sizes import Size


class Budget(NamedTuple):
    """A count over the names of the axes, and the most that it may be."""

    count: "Size"
    most: int


@dataclass(frozen=True)
class Problem:
    """Which design of a grid has the most of a `goal` within all `budgets`.

    The goal is a size over the names of the `axes`; what is to be least is negated. A design for
    which one of the `conditions` holds does not fit. Of equal designs the first in the grid is
    meant.
    """

    axes: tuple[str, ...]
    box: Box
    goal: "Size"
    budgets: tuple[Budget, ...]
    conditions: tuple[Condition, ...] = ()

    @property
    def size(self) -> int:
        """How many designs the grid has."""
        return prod(map(len, self.box))


class Found(NamedTuple):
    """The best design that was found: its value along each axis, and its goal.

    Both are None where no design that fits is within the budgets. No design within them has more
    than `bound`, which is the goal where it is proved that this is the best; None where nothing is
    known of the rest. `looked_at` designs were priced.
    """

    point: tuple[int, ...] | None
    goal: int | None
    bound: int | None
    looked_at: int

    @property
    def is_proved(self) -> bool:
        """Whether no other design is better."""
        return self.bound == self.goal
