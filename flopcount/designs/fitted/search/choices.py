"""The designs of a group that may be part of the best one: two choices of a sweep (chosen/)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ...chosen import Gathered, Key, Stay
from .undominated import undominated

if TYPE_CHECKING:
    from ...grid.chunks import Chunk
    from ...grid.factors import Array

MOST_FRONT = 10**6  # designs of a front …
MOST_WIDE_FRONT = 10**5  # … and where more than three keys make it slow to find


class TooLongError(Exception):
    """More designs are better than no other one than are kept."""


class Undominated(NamedTuple):
    """A `Choice`: the designs that no other one dominates, of any number of keys.

    Raises `TooLongError` where they are too many.
    """

    keys: tuple[Key, ...]

    def selection(
        self,
        columns: Sequence[str],  # noqa: ARG002  as every choice has them
        known: Sequence[Sequence[int]] = (),  # noqa: ARG002
    ) -> "_Taken":
        """See `Choice`."""
        return _Taken(self)

    def merged(self, parts: Sequence[Stay]) -> Stay:
        """The front of their designs."""
        both = Stay.joined(parts)
        stay = both.at(undominated(both.points, both.places[:, None]))
        check_length(stay.points)
        return stay

    def known(self, part: Stay) -> Sequence[Sequence[int]]:  # noqa: ARG002  likewise
        """None."""
        return ()

    def finished(self, part: Stay) -> Stay:
        """The front."""
        return part


def check_length(points: "Array") -> None:
    """Raise `TooLongError` for a front that is too long to go on with."""
    if len(points) > (MOST_FRONT if points.shape[1] <= 3 else MOST_WIDE_FRONT):
        raise TooLongError


class _Taken:
    """Takes the chunks of a group in."""

    cuts = 0

    def __init__(self, choice: Undominated) -> None:
        self.keys = choice.keys
        self.so_far = Gathered(choice.merged, len(choice.keys))

    def bounds(self) -> Sequence[Sequence[int]]:
        """None."""
        return ()

    def add(self, chunk: "Chunk", kept: Any) -> None:
        """Take in what the rest of the chunk does not dominate."""
        import numpy as np

        positions = chunk.positions(kept)
        if not len(positions):
            return
        columns = [np.broadcast_to(chunk.values(key.name), chunk.shape) for key in self.keys]
        points = np.stack([column.ravel()[positions] for column in columns], axis=1)
        first = undominated(points, positions[:, None])
        nothing = np.empty((len(first), 0), dtype=np.int64)
        found = Stay(points[first], chunk.places(positions[first]), nothing)
        self.so_far.add(found, enough=len(self.so_far.stay.points))

    def end(self) -> Stay:
        """The front."""
        return self.so_far.end()


class First(NamedTuple):
    """A `Choice`: the design that is best by the first key, of equal ones by the next.

    Of those that are equal by all it is the first in the grid.
    """

    keys: tuple[Key, ...]

    def selection(
        self,
        columns: Sequence[str],  # noqa: ARG002  as every choice has them
        known: Sequence[Sequence[int]] = (),  # noqa: ARG002
    ) -> "_OneTaken":
        """See `Choice`."""
        return _OneTaken(self)

    def merged(self, parts: Sequence[Stay]) -> Stay:
        """The best of them."""
        import numpy as np

        both = Stay.joined(parts)
        return both.at(np.lexsort((both.places, *both.points.T[::-1]))[:1])

    def known(self, part: Stay) -> Sequence[Sequence[int]]:
        """What is more by the first key does not stay."""
        bounds: list[list[int]] = part.points[:, :1].tolist()
        return bounds

    def finished(self, part: Stay) -> Stay:
        """The best."""
        return part


class _OneTaken:
    """Takes the chunks of a group in, for `First`."""

    cuts = 1

    def __init__(self, choice: First) -> None:
        self.choice = choice
        self.keys = choice.keys[:1]
        self.best = Stay.none(len(choice.keys), 0)

    def bounds(self) -> Sequence[Sequence[int]]:
        """See `First.known`."""
        return self.choice.known(self.best)

    def add(self, chunk: "Chunk", kept: Any) -> None:
        """Take in the best of a chunk."""
        import numpy as np

        for key in self.choice.keys:
            if kept is not None and not np.any(kept):
                return
            values = np.broadcast_to(chunk.values(key.name), chunk.shape)
            of_kept = values if kept is None else values[np.broadcast_to(kept, chunk.shape)]
            low = of_kept.min()
            if (
                key == self.choice.keys[0]
                and len(self.best.points)
                and (low > self.best.points[0, 0])
            ):
                return
            fewer = values == low
            kept = fewer if kept is None else fewer & kept
        positions = chunk.positions(kept)[:1]
        point = [
            np.broadcast_to(chunk.values(key.name), chunk.shape).ravel()[positions]
            for key in self.choice.keys
        ]
        nothing = np.empty((1, 0), dtype=np.int64)
        found = Stay(np.stack(point, axis=1), chunk.places(positions), nothing)
        self.best = self.choice.merged([self.best, found])

    def end(self) -> Stay:
        """The best."""
        return self.best
