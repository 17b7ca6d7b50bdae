"""The best designs by a key."""

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from ...records import dataclass
from .fronts import least
from .gathered import Gathered
from .keys import Key
from .parts import Stay

if TYPE_CHECKING:
    from ..grid.chunks import Chunk

MAX_TOP = 10**6


@dataclass(frozen=True)
class Top:
    """The best `count` designs by a key; of equal ones, those that come first in the grid."""

    count: int
    key: Key

    @property
    def keys(self) -> tuple[Key, ...]:
        """The key."""
        return (self.key,)

    def selection(self, columns: Sequence[str], known: Sequence[Sequence[int]] = ()) -> "TopOfTile":
        """See `Choice`."""
        return TopOfTile(self, columns, known)

    def merged(self, parts: Sequence[Stay]) -> Stay:
        """The best of them, in order."""
        import numpy as np

        joined = Stay.joined(parts)
        return joined.at(np.argsort(joined.points[:, 0], kind="stable")[: self.count])

    def known(self, part: Stay) -> Sequence[Sequence[int]]:
        """The worst of as many as are asked for: what is above does not stay."""
        full = len(part.points) >= self.count
        return [[int(part.points[-1, 0])]] if full else ()

    def finished(self, part: Stay) -> Stay:
        """See `Choice`."""
        return part


class TopOfTile:
    """Takes the best of a tile in."""

    cuts = 1

    def __init__(self, choice: Top, columns: Sequence[str], known: Sequence[Sequence[int]]) -> None:
        self.choice = choice
        self.keys = choice.keys
        self.columns = columns
        self.so_far = Gathered(choice.merged, 1, len(columns))
        self._known = known[0][0] if known else None

    def bounds(self) -> Sequence[Sequence[int]]:
        """Just below the worst so far: of equal ones the first stays."""
        own = [row[0] - 1 for row in self.choice.known(self.so_far.stay)]
        known = [] if self._known is None else [self._known]
        return [[min([*own, *known])]] if own or known else ()

    def add(self, chunk: "Chunk", kept: Any) -> None:
        """Take in what is better than the worst so far."""
        import numpy as np

        if kept is not None and not np.any(kept):
            return
        key = self.choice.key
        keys = key.of(chunk.values(key.name))
        for (bound,) in self.bounds():
            better = keys <= bound
            kept = better if kept is None else better & kept
        positions = chunk.positions(kept)
        if len(positions):
            points = np.broadcast_to(keys, chunk.shape).ravel()[positions]
            first = least(points, self.choice.count)
            positions = positions[first]
            designs = chunk.designs(self.columns, positions)
            found = Stay(points[first, None], chunk.places(positions), designs)
            self.so_far.add(found, enough=ceil(self.choice.count / 4))

    def end(self) -> Stay:
        """The best, in order."""
        return self.so_far.end()
