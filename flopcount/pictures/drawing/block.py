"""A part of a module that is laid out: its layers in rows and columns, the lanes of its links."""

from collections.abc import Sequence
from typing import NamedTuple

from ...records import dataclass, field

BOX, LANE, GAP = 136, 48, 24  # the width of a layer; of a link alone; between two of them


class Edge(NamedTuple):
    """A link before it has a way.

    `number` says which of the inputs of `end` it is, `group` to what module `end` belongs.
    """

    start: int
    end: int
    number: int
    group: str = ""

    def joins(self, start: int, end: int) -> bool:
        """Whether it is a link from the one layer to the other."""
        return self.start == start and self.end == end


class Position(NamedTuple):
    """A place in a row: of a box, or of a link that goes down through the row."""

    x: float  # of its middle
    row: int


@dataclass
class Block:
    """Layers and where each stands; links that have lanes of their own, told where they turn."""

    width: float = LANE
    rows: int = 0
    positions: dict[int, Position] = field(default_factory=dict)
    spans: dict[int, float] = field(default_factory=dict)  # the width of what a join joins
    lanes: dict[Edge, Sequence[Position]] = field(default_factory=dict)  # the first, each turn

    def take(self, other: "Block", x: float, row: int) -> None:
        """Put another block into this one."""
        for layer, (inner_x, inner_row) in other.positions.items():
            self.positions[layer] = Position(x + inner_x, row + inner_row)
        for edge, lanes in other.lanes.items():
            self.lanes[edge] = [Position(x + lane_x, row + lane_row) for lane_x, lane_row in lanes]
        self.spans |= other.spans
