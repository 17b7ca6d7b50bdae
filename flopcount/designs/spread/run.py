"""A question put to workers tile by tile: what stays, in the order of the grid or merged."""

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any

from ..chosen import Part
from ..grid.tiles import Tiles, of_workers
from ..question import Question
from .asked import Spread


def pieces(
    question: Question, spread: Spread, done: Callable[[int], None] | None = None
) -> Iterator[Part]:
    """The part of each tile, in the order of the grid.

    `done` is told how many designs have been looked at. Raises `FlopcountError` where no worker is
    there.
    """
    waiting: dict[int, Part] = {}
    following = 0
    for number, part in _parts(question, spread, tuple, done):
        waiting[number] = part
        while following in waiting:
            yield waiting.pop(following)
            following += 1


def merged(question: Question, spread: Spread, done: Callable[[int], None] | None = None) -> Part:
    """What stays of all tiles, merged as they come. Otherwise as `pieces`."""
    found: list[Part] = []

    def known() -> Sequence[Sequence[int]]:
        return question.choice.known(found[0]) if found else ()

    for _, part in _parts(question, spread, known, done):
        found = [question.choice.merged([*found, part])]
    return found[0]


def _parts(
    question: Question,
    spread: Spread,
    known: Callable[[], Sequence[Sequence[int]]],
    done: Callable[[int], None] | None,
) -> Iterator[tuple[int, Any]]:
    from .cluster import client_of, parts

    tiles = of_workers(question.box)
    looked_at = 0
    with client_of(spread.workers, spread.scheduler) as client:
        for number, part in parts(client, question, range(tiles.count), known):
            looked_at += _size(tiles, number)
            if done is not None:
                done(looked_at)
            yield number, part


def _size(tiles: Tiles, number: int) -> int:
    return prod(map(len, tiles.tile(number)[0]))
