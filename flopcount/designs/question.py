"""What a sweep asks of a tile: plain data, that can be sent to where the tile is priced.

Counts are worked out chunk by chunk (grid/chunks.py; compiled.py where there are very many),
filters run there, and what they keep goes to a selection (chosen/). Memory does not grow with the
tile.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from ..records import dataclass
from . import compiled
from .chosen import Choice, Part, Selection, Stay
from .grid.axes import Box, split
from .grid.chunks import Chunk, Table
from .grid.factors import Factors, TooLargeError
from .grid.filters import Filter
from .grid.known import KnownTable

if TYPE_CHECKING:
    from ..sizes import Size


@dataclass(frozen=True)
class Question:
    """Which designs of a grid stay, and what they cost.

    `counts` are sizes over the names of the axes; of a grid that was `read` design by design,
    their values instead, in the order of the grid.
    """

    axes: tuple[str, ...]
    box: Box
    counts: "Mapping[str, Size]"
    keep: tuple[Filter, ...]
    choice: Choice
    columns: tuple[str, ...]  # of a design
    read: Mapping[str, Sequence[int]] | None = None

    @property
    def size(self) -> int:
        """How many designs the grid has."""
        return prod(map(len, self.box))

    def pieces(
        self, box: Box, start: int, selection: Selection, done: Callable[[int], None] | None = None
    ) -> Iterator[Stay]:
        """What can be told of a tile while it is looked at, in the order of the grid.

        `start` is the place of its first design; `done` is told how many have been looked at.
        """
        looked_at = 0
        for table in self._tables(box, start):
            if isinstance(table, Table) and compiled.is_worth(
                table, self.keep, selection, self.size
            ):
                chunks = compiled.chunks(table, self.keep, selection)
            else:
                chunks = ((chunk, prod(chunk.shape)) for chunk in table.chunks())
            for chunk, more in chunks:
                piece = self._chosen(chunk, selection) if chunk else None
                looked_at += more
                if piece is not None:
                    yield piece
                if done is not None:
                    done(looked_at)

    def part(self, box: Box, start: int, known: Sequence[Sequence[int]] = ()) -> Part:
        """What stays of a tile; `known` are bounds from other tiles."""
        selection = self.choice.selection(self.columns, known)
        pieces = list(self.pieces(box, start, selection))
        last = selection.end()
        return self.choice.merged([*pieces, last])

    def _chosen(self, chunk: Chunk, selection: Selection) -> Stay | None:
        kept: Any = None
        for condition in self.keep:
            holds = condition.holds(chunk.values)
            kept = holds if kept is None else kept & holds
        return selection.add(chunk, kept)

    def _tables(self, box: Box, start: int) -> "Iterator[Table | KnownTable]":
        """The counts over a tile; over its parts, in order, where one array would be too large."""
        if self.read is not None:
            yield KnownTable(Factors(self.axes, box), self.read, self.axes)
            return
        axes = {name: number for number, name in enumerate(self.axes)}
        waiting = [(box, start)]
        while waiting:
            part, place = waiting.pop()
            factors = Factors(self.axes, part)
            try:
                products = {name: factors.products(count) for name, count in self.counts.items()}
            except TooLargeError:
                first, second = split(part)
                waiting += [(second, place + prod(map(len, first))), (first, place)]
            else:
                yield Table(factors, products, axes, place)
