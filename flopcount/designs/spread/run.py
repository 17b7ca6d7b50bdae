"""A question put tile by tile: what stays, in the order of the grid, merged, or in files.

Tiles are priced in this process, or by workers; where they are kept (journal.py), those that are
there already are not priced again.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ...errors import FlopcountError, quote
from ...records import dataclass
from ..chosen import Merging, Part, designs_of
from ..files import need_pyarrow
from ..grid.tiles import Tiles
from ..question import Question
from .asked import Spread
from .dataset import Folder, Written, designs_in, discard_hidden, link_parts, opened, write_none
from .journal import Journal, journal
from .work import Asked, part, sees, written

if TYPE_CHECKING:
    from ..grid.factors import Array

_MOST_WAITING = 2**22  # designs that are held until an earlier tile has come

Progress: TypeAlias = Callable[[int], None] | None  # is told how many designs were looked at
Known: TypeAlias = Callable[[], Sequence[Sequence[int]]]  # bounds of tiles that are done


def designs(question: Question, spread: Spread, done: Progress = None) -> "Iterator[Array]":
    """Every design that stays, some at a time, in the order of the grid.

    Raises `FlopcountError` where no worker is there, and as `journal` does.
    """
    run = _Run(question, spread, done)
    if spread.resume is not None:
        with journal(spread.resume, question, run.tiles) as kept:
            for one in run.finished(kept):
                yield from designs_in([Path(kept.folder.path, one.name)])
        return
    waiting: dict[int, Part] = {}
    following = 0

    def has_room() -> bool:
        return sum(len(designs_of(part)) for part in waiting.values()) <= _MOST_WAITING

    for number, found in run.priced(range(run.tiles.count), has_room=has_room):
        waiting[number] = found
        while following in waiting:
            yield designs_of(waiting.pop(following))
            following += 1


def merged(question: Question, spread: Spread, done: Progress = None) -> Part:
    """What stays of all tiles, merged as they come. Otherwise as `designs`."""
    run, found = _Run(question, spread, done), Merging(question.choice)
    if spread.resume is None:
        for _, one in run.priced(range(run.tiles.count), found.known):
            found.add(one)
        return found.end()
    with journal(spread.resume, question, run.tiles) as kept:
        for one in kept.found.values():
            found.add(one.small)
        for _, one in run.missing(kept, found.known):
            found.add(one.small)
    return found.end()


def fill(question: Question, spread: Spread, folder: Path, done: Progress = None) -> int:
    """Fill a folder with a Parquet file for each tile that has designs; how many these are.

    Their names are in the order of the grid; where nothing stays, one file has no rows. What is
    kept of tiles is linked into it, or copied. Raises `FlopcountError` as `designs` does, and where
    a worker does not see the folder.
    """
    need_pyarrow()
    run = _Run(question, spread, done)
    if spread.resume is not None:
        with journal(spread.resume, question, run.tiles) as kept:
            found = run.finished(kept)
            paths = [(number, Path(kept.folder.path, one.name)) for number, one in enumerate(found)]
            link_parts((path for path in paths if found[path[0]].designs), folder)
    else:
        with opened(folder) as own:
            found = [one for _, one in run.priced(range(run.tiles.count), into=own)]
        discard_hidden(folder)
    if not any(one.designs for one in found):
        write_none(folder, question.columns)
    elif len([*folder.glob("part-*")]) != sum(one.designs > 0 for one in found):
        raise FlopcountError(f"{quote(str(folder))} has lost files that were written there")
    return sum(one.designs for one in found)


@dataclass(frozen=True)
class _Run:
    """A question, where its tiles are priced, and who is told how far that is."""

    question: Question
    spread: Spread
    done: Progress

    @cached_property
    def tiles(self) -> Tiles:
        """The tiles of its grid."""
        return self.question.tiles

    def finished(self, kept: Journal) -> list[Written]:
        """All tiles, in their order; those that the journal lacks are priced."""
        found = {**kept.found, **dict(self.missing(kept))}
        return [found[number] for number in range(self.tiles.count)]

    def missing(self, kept: Journal, known: Known = tuple) -> Iterator[tuple[int, Written]]:
        """Price the tiles that the journal lacks, and keep them."""
        numbers = [number for number in range(self.tiles.count) if number not in kept.found]
        before = sum(map(self._size, kept.found))
        return self.priced(numbers, known, kept.folder, before)

    def priced(
        self,
        numbers: Sequence[int],
        known: Known = tuple,
        into: Folder | None = None,
        before: int = 0,
        has_room: Callable[[], bool] = lambda: True,
    ) -> Iterator[tuple[int, Any]]:
        """What these tiles come to, with their numbers, as they come.

        That is a part; with a folder what was written `into` it. So many designs were looked at
        `before`. No other is begun while some are and there is no room.
        """
        looked_at = before
        if before and self.done is not None:
            self.done(before)
        for number, found in self._priced(numbers, known, into, has_room) if numbers else ():
            looked_at += self._size(number)
            if self.done is not None:
                self.done(looked_at)
            yield number, found

    def _priced(
        self,
        numbers: Sequence[int],
        known: Known,
        into: Folder | None,
        has_room: Callable[[], bool],
    ) -> Iterator[tuple[int, Any]]:
        asked = Asked(self.question, self.tiles)
        task: Callable[..., Any] = part if into is None else partial(written, folder=into)
        if not self.spread.is_far:
            for number in numbers:
                yield number, task(asked, number, known())
            return
        from .cluster import parts, workers_of

        with workers_of(self.spread) as workers:
            if into is not None:
                for worker, is_seen in workers.client.run(sees, into).items():
                    if not is_seen:
                        raise into.not_seen(worker)
            yield from parts(workers, task, asked, numbers, known, has_room)

    def _size(self, number: int) -> int:
        return prod(map(len, self.tiles.tile(number)[0]))
