"""What designs are ordered by: a count, or a varied name."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..grid.factors import Array


class Key(NamedTuple):
    """A count or a varied name to order designs by: the least first, or the most."""

    name: str
    descending: bool = False

    def of(self, values: "Array") -> "Array":
        """Turn values so that the least is the best."""
        return -values if self.descending else values
