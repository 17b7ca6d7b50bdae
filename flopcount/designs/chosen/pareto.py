"""The designs that no other one betters."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...errors import FlopcountError
from ...records import dataclass
from .fronts import front
from .gathered import Gathered
from .keys import Key
from .parts import Stay

if TYPE_CHECKING:
    from ..grid.chunks import Chunk

MAX_FRONT = 10**6
_MOST_HELD = 2 * MAX_FRONT  # of a part of the grid, which other parts may yet dominate
MAX_KEYS = 3
_CUTS = 4  # designs of a front that bound what may stay


@dataclass(frozen=True)
class Pareto:
    """The designs that no other one dominates: as good by every key, and better by one.

    Of designs that are equal by every key, the one that comes first in the grid. In the order of
    the keys, at most `MAX_KEYS`.

    Raises `FlopcountError` past `MAX_FRONT` designs: when all is merged, whatever was merged first.
    What is held before that may be more, since later designs may dominate it, but not twice as
    much: that is an error at once, and whether it comes to that depends on what is merged first.
    """

    keys: tuple[Key, ...]

    def selection(
        self, columns: Sequence[str], known: Sequence[Sequence[int]] = ()
    ) -> "FrontOfTile":
        """See `Choice`."""
        return FrontOfTile(self, columns, known)

    def merged(self, parts: Sequence[Stay]) -> Stay:
        """The front of their designs."""
        joined = Stay.joined(parts)
        first = front(joined.points)
        if len(first) > _MOST_HELD:
            raise _too_many(f"of a part of the grid the Pareto front has {len(first):,} designs")
        return joined.at(first)

    def known(self, part: Stay) -> Sequence[Sequence[int]]:
        """Some designs of the front: what is worse by all keys does not stay."""
        count = len(part.points)
        chosen = {(2 * cut + 1) * count // (2 * _CUTS) for cut in range(_CUTS)}
        return part.points[sorted(chosen)].tolist() if count else ()

    def finished(self, part: Stay) -> Stay:
        """See `Choice`."""
        if len(part.points) > MAX_FRONT:
            raise _too_many(f"the Pareto front has {len(part.points):,} designs")
        return part


def _too_many(said: str) -> FlopcountError:
    return FlopcountError(f"{said}, more than {MAX_FRONT:,}, the limit; narrow it with --keep")


class FrontOfTile:
    """Takes the front of a tile in."""

    cuts = _CUTS

    def __init__(
        self, choice: Pareto, columns: Sequence[str], known: Sequence[Sequence[int]]
    ) -> None:
        self.choice = choice
        self.keys = choice.keys
        self.columns = columns
        self.so_far = Gathered(choice.merged, len(choice.keys), len(columns))
        self._known = known

    def bounds(self) -> Sequence[Sequence[int]]:
        """What other tiles know, or else just below some designs of this one's front."""
        if self._known:
            return self._known
        return [[value - 1 for value in row] for row in self.choice.known(self.so_far.stay)]

    def add(self, chunk: "Chunk", kept: Any) -> None:
        """Take in what the front so far does not dominate."""
        import numpy as np

        columns = [
            np.broadcast_to(key.of(chunk.values(key.name)), chunk.shape) for key in self.keys
        ]
        for bound in self._known:
            below = [column <= most for column, most in zip(columns, bound, strict=True)]
            open_yet = np.logical_or.reduce(below)
            kept = open_yet if kept is None else open_yet & kept
        points = self.so_far.stay.points
        if len(self.keys) == 2 and len(points):
            # the front is a staircase: down in the second key as the first goes up
            step = np.searchsorted(points[:, 0], columns[0], side="right") - 1
            open_yet = (step < 0) | (columns[1] < points[:, 1][step])
            kept = open_yet if kept is None else open_yet & kept
        positions = chunk.positions(kept)
        if len(positions):
            enough = len(points)
            points = np.stack([column.ravel()[positions] for column in columns], axis=1)
            first = front(points)
            positions = positions[first]
            designs = chunk.designs(self.columns, positions)
            self.so_far.add(Stay(points[first], chunk.places(positions), designs), enough)

    def end(self) -> Stay:
        """The front."""
        return self.so_far.end()
