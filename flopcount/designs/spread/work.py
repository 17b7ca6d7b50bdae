"""What a worker is asked, and what it runs: a tile of a question, priced where it is."""

import io
import platform
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from ...errors import FlopcountError
from ...records import dataclass
from ...version import __version__
from ..chosen import Every, Part
from ..files import parquet_pieces
from ..grid.axes import Box
from ..grid.tiles import Tiles
from ..question import Question
from .dataset import ARRAYS, PARQUET, Folder, Written, write

if TYPE_CHECKING:
    from ..grid.factors import Array


@dataclass(frozen=True)
class Asked:
    """What a worker keeps for all of its tiles: the question, and how its grid is cut.

    Workers do not cut the grid themselves, so that none cuts it otherwise. `version` is that of who
    asks: a worker that joins later may have another.
    """

    question: Question
    tiles: Tiles
    version: str = __version__

    def tile(self, number: int) -> tuple[Box, int]:
        """A tile as a box, and the place of its first design.

        Raises `FlopcountError` where who asks has another version than the worker.
        """
        if self.version != __version__:
            raise FlopcountError(
                f"a worker has flopcount {__version__}, the sweep is of {self.version}; "
                "install the same on both"
            )
        return self.tiles.tile(number)


def part(asked: Asked, number: int, known: Sequence[Sequence[int]]) -> Part:
    """What stays of a tile; `known` are bounds from tiles that are done."""
    box, start = asked.tile(number)
    return asked.question.part(box, start, known)


def written(asked: Asked, number: int, known: Sequence[Sequence[int]], folder: Folder) -> Written:
    """The same, written into a folder; memory does not grow with the tile.

    Raises `FlopcountError` where the folder is not seen, or the system refuses to write there.
    """
    if not folder.is_seen:
        raise folder.not_seen(platform.node())
    question = asked.question
    box, start = asked.tile(number)
    if not is_of_designs(question):
        found = question.part(box, start, known)
        return Written(write(folder, number, ARRAYS, [_arrays(found)]), part=found)
    count = 0

    def designs() -> "Iterator[Array]":
        nonlocal count
        selection = question.choice.selection(question.columns, known)
        for piece in question.pieces(box, start, selection):
            count += len(piece.designs)
            yield piece.designs

    batches = designs()
    first = next(batches, None)
    if first is None and not folder.kept:
        return Written("")
    batches = batches if first is None else chain([first], batches)
    name = write(folder, number, PARQUET, parquet_pieces(question.columns, batches))
    return Written(name, count)


def is_of_designs(question: Question) -> bool:
    """Whether what stays of its tiles are designs that are written as they come."""
    return isinstance(question.choice, Every)


def _arrays(found: Part) -> bytes:
    import numpy as np

    file = io.BytesIO()
    arrays: dict[str, Any] = found._asdict()
    np.savez(file, **arrays)
    return file.getvalue()


def sees(folder: Folder) -> bool:
    """Whether a folder is seen from here."""
    return folder.is_seen
