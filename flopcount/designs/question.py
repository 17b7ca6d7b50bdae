"""What a sweep asks of a tile: plain data, that can be sent to where the tile is priced.

Counts are worked out chunk by chunk (grid/chunks.py; compiled.py where there are very many),
filters run there, and what they keep goes to a selection (chosen/). Memory does not grow with the
tile. What is worked out once for the whole grid is kept for all tiles of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from math import prod
from threading import local
from typing import TYPE_CHECKING, Any

from ..records import dataclass
from . import compiled
from .chosen import Choice, Every, Part, Selection, Stay
from .grid.axes import Box, split
from .grid.chunks import Chunk, Table
from .grid.factors import Factors, TooLargeError
from .grid.filters import Filter
from .grid.known import KnownTable
from .grid.tiles import Tiles, of_workers

if TYPE_CHECKING:
    from ..sizes import Size


@dataclass(frozen=True)
class Question:
    """Which designs of a grid stay, and what they cost.

    `counts` are sizes over the names of the axes; of a grid that was `read` design by design,
    their values instead, in the order of the grid. The `device` is that of a compiled pass.
    """

    axes: tuple[str, ...]
    box: Box
    counts: "Mapping[str, Size]"
    keep: tuple[Filter, ...]
    choice: Choice
    columns: tuple[str, ...]  # of a design
    read: Mapping[str, Sequence[int]] | None = None
    device: str = "cpu"

    def __getstate__(self) -> dict[str, Any]:
        """Without what is kept of the whole grid, when it is sent."""
        return {name: value for name, value in vars(self).items() if name != "_whole"}

    @property
    def size(self) -> int:
        """How many designs the grid has."""
        return prod(map(len, self.box))

    @property
    def tiles(self) -> Tiles:
        """How the grid is cut for workers."""
        return of_workers(self.box, all_stay=isinstance(self.choice, Every))

    def pieces(
        self, box: Box, start: int, selection: Selection, done: Callable[[int], None] | None = None
    ) -> Iterator[Stay]:
        """What can be told of a tile while it is looked at, in the order of the grid.

        `start` is the place of its first design, which the others follow in the grid; `done` is
        told how many have been looked at.
        """
        looked_at = 0
        for table, rows in self._tables(box, start):
            if isinstance(table, Table) and compiled.is_worth(
                table, self.keep, selection, self.size, self.device
            ):
                chunks = compiled.chunks(table, rows, self.keep, selection, self.device)
            else:
                chunks = ((chunk, prod(chunk.shape)) for chunk in table.chunks(rows))
            for chunk, more in chunks:
                piece = self._chosen(chunk, selection) if chunk else None
                looked_at += more
                if piece is not None:
                    yield piece
                if done is not None:
                    done(looked_at)

    def part(
        self,
        box: Box,
        start: int,
        known: Sequence[Sequence[int]] = (),
        done: Callable[[int], None] | None = None,
    ) -> Part:
        """What stays of a tile; `known` are bounds from other tiles. Otherwise as `pieces`."""
        selection = self.choice.selection(self.columns, known)
        pieces = list(self.pieces(box, start, selection, done))
        last = selection.end()
        return self.choice.merged([*pieces, last])

    def _chosen(self, chunk: Chunk, selection: Selection) -> Stay | None:
        kept: Any = None
        for condition in self.keep:
            holds = condition.holds(chunk.values)
            kept = holds if kept is None else kept & holds
        return selection.add(chunk, kept)

    @cached_property
    def _whole(self) -> "_Whole":
        return _Whole(self)

    def _tables(self, box: Box, start: int) -> "Iterator[tuple[Table | KnownTable, range]]":
        """The counts over a tile, as rows of a table: of the whole grid's, where there is one.

        Else of the tile's own; of its parts, in order, where one array would be too large.
        """
        whole = self._whole.table
        if whole is not None:
            first, column = divmod(start, whole.matrix.width)
            count, more = divmod(prod(map(len, box)), whole.matrix.width)
            if not column and not more:
                yield whole, range(first, first + count)
                return
        waiting = [(box, start)]
        while waiting:
            part, place = waiting.pop()
            try:
                table = self.table(part, place)
            except TooLargeError:
                first_half, second = split(part)
                waiting += [(second, place + prod(map(len, first_half))), (first_half, place)]
            else:
                yield table, range(table.matrix.height)

    def table(self, box: Box, start: int) -> "Table | KnownTable":
        """The counts over a box. Raises `TooLargeError` where one array would be too large."""
        factors = Factors(self.axes, box)
        if self.read is not None:
            return KnownTable(factors, self.read, self.axes, start)
        axes = {name: number for number, name in enumerate(self.axes)}
        products = {name: factors.products(count) for name, count in self.counts.items()}
        return Table(factors, products, axes, start)


class _Whole(local):
    """The counts over the whole grid, if that can be; for each thread: a table has buffers."""

    def __init__(self, question: Question) -> None:
        self.table: Table | KnownTable | None = None
        with suppress(TooLargeError):
            self.table = question.table(question.box, 0)
