"""Every design that the filters keep."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...records import dataclass
from .keys import Key
from .parts import Stay

if TYPE_CHECKING:
    from ..grid.chunks import Chunk


@dataclass(frozen=True)
class Every:
    """Every design that the filters keep, in the order of the grid."""

    keys: tuple[Key, ...] = ()

    def selection(
        self,
        columns: Sequence[str],
        known: Sequence[Sequence[int]] = (),  # noqa: ARG002  as every choice has it
    ) -> "EveryOfTile":
        """See `Choice`."""
        return EveryOfTile(columns)

    def merged(self, parts: Sequence[Stay]) -> Stay:
        """All of them."""
        return Stay.joined(parts)

    def known(self, part: Stay) -> Sequence[Sequence[int]]:  # noqa: ARG002  as every choice has it
        """None."""
        return ()

    def finished(self, part: Stay) -> Stay:
        """See `Choice`."""
        return part


class EveryOfTile:
    """Takes every design of a tile in."""

    keys: Sequence[Key] = ()
    cuts = 0

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = columns

    def bounds(self) -> Sequence[Sequence[int]]:
        """None."""
        return ()

    def add(self, chunk: "Chunk", kept: Any) -> Stay | None:
        """Hand the kept designs on."""
        import numpy as np

        positions = chunk.positions(kept)
        if not len(positions):
            return None
        points = np.empty((len(positions), 0), dtype=np.int64)
        return Stay(points, chunk.places(positions), chunk.designs(self.columns, positions))

    def end(self) -> Stay:
        """All has been handed on."""
        return Stay.none(0, len(self.columns))
