"""Which designs of a sweep stay: all, the top so many, or those that no other one dominates."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ..errors import FlopcountError

if TYPE_CHECKING:
    from .chunks import Chunk
    from .factors import Array

MAX_TOP = 10**6
MAX_FRONT = 10**6
MAX_KEYS = 3  # of a Pareto front


class Key(NamedTuple):
    """A count or a varied name to order designs by: the least first, or the most."""

    name: str
    descending: bool = False

    def of(self, values: "Array") -> "Array":
        """Turn values so that the least is the best."""
        return -values if self.descending else values


class Selection(Protocol):
    """Gets the chunks of a grid in order, each with where its filters keep a design.

    A design can stay only if, for each of `bounds`, at most `cuts`, one of its `keys`, turned so
    that the least is the best, is not above.
    """

    cuts: int

    @property
    def keys(self) -> Sequence[Key]:
        """What designs are chosen by."""

    def bounds(self) -> "Sequence[Sequence[int]]":
        """The bounds so far, each with a number for each key."""

    def add(self, chunk: "Chunk", kept: Any) -> "Array | None":
        """Take a chunk in; hand on what can be told already: a row for each design."""

    def end(self) -> "Array | None":
        """What stays in the end, where that is only known then."""


class All:
    """Every design that the filters keep."""

    keys: Sequence[Key] = ()
    cuts = 0

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    def bounds(self) -> "Sequence[Sequence[int]]":
        """None."""
        return ()

    def add(self, chunk: "Chunk", kept: Any) -> "Array | None":
        """Hand the kept designs on."""
        positions = chunk.positions(kept)
        return chunk.designs(self.names, positions) if len(positions) else None

    def end(self) -> "Array | None":
        """All has been handed on."""
        return None


class Top:
    """The best `count` designs by a key; of equal ones, those that come first in the grid."""

    cuts = 1

    def __init__(self, names: Sequence[str], count: int, key: Key) -> None:
        import numpy as np

        self.names = names
        self.count = count
        self.key = key
        self.keys = (key,)
        self.best_keys = np.empty(0, dtype=np.int64)
        self.best = np.empty((0, len(names)), dtype=np.int64)
        self.waiting: list[tuple[Array, Array]] = []  # keys and designs yet to be sorted in

    @property
    def is_full(self) -> bool:
        """Whether there are as many already as are asked for."""
        return len(self.best_keys) >= self.count

    def bounds(self) -> "Sequence[Sequence[int]]":
        """Just below the worst so far: of equal ones the first stays."""
        return [[int(self.best_keys[-1]) - 1]] if self.is_full else ()

    def add(self, chunk: "Chunk", kept: Any) -> "Array | None":
        """Take in what is better than the worst so far."""
        import numpy as np

        if kept is not None and not np.any(kept):
            return None
        keys = self.key.of(chunk.values(self.key.name))
        if self.is_full:
            better = keys < self.best_keys[-1]
            kept = better if kept is None else better & kept
        positions = chunk.positions(kept)
        if len(positions):
            kept_keys = np.broadcast_to(keys, chunk.shape).ravel()[positions]
            first = least(kept_keys, self.count)
            self.waiting.append((kept_keys[first], chunk.designs(self.names, positions[first])))
            if 4 * sum(len(keys) for keys, _ in self.waiting) >= self.count:
                self._sort_in()
        return None

    def _sort_in(self) -> None:
        import numpy as np

        keys, designs = zip((self.best_keys, self.best), *self.waiting, strict=True)
        self.waiting = []
        self.best_keys, self.best = np.concatenate(keys), np.concatenate(designs)
        order = np.argsort(self.best_keys, kind="stable")[: self.count]
        self.best_keys, self.best = self.best_keys[order], self.best[order]

    def end(self) -> "Array | None":
        """The best, in order."""
        self._sort_in()
        return self.best


class Pareto:
    """The designs that no other one dominates: as good by every key, and better by one.

    Of designs that are equal by every key, the one that comes first in the grid. In the order of
    the keys, at most `MAX_KEYS`. Raises `FlopcountError` past `MAX_FRONT` designs.
    """

    cuts = 4

    def __init__(self, names: Sequence[str], keys: Sequence[Key]) -> None:
        import numpy as np

        self.names = names
        self.keys = keys
        self.points = np.empty((0, len(keys)), dtype=np.int64)
        self.designs = np.empty((0, len(names)), dtype=np.int64)
        self.waiting: list[tuple[Array, Array]] = []  # points and designs yet to be sorted in

    def bounds(self) -> "Sequence[Sequence[int]]":
        """Just below some designs of the front: a design as bad by all keys does not stay."""
        count = len(self.points)
        chosen = {(2 * cut + 1) * count // (2 * self.cuts) for cut in range(self.cuts)}
        return (self.points[sorted(chosen)] - 1).tolist() if count else ()

    def add(self, chunk: "Chunk", kept: Any) -> "Array | None":
        """Take in what the front so far does not dominate."""
        import numpy as np

        columns = [
            np.broadcast_to(key.of(chunk.values(key.name)), chunk.shape) for key in self.keys
        ]
        if len(self.keys) == 2 and len(self.points):
            # the front is a staircase: down in the second key as the first goes up
            step = np.searchsorted(self.points[:, 0], columns[0], side="right") - 1
            open_yet = (step < 0) | (columns[1] < self.points[:, 1][step])
            kept = open_yet if kept is None else open_yet & kept
        positions = chunk.positions(kept)
        if len(positions):
            points = np.stack([column.ravel()[positions] for column in columns], axis=1)
            first = front(points)
            self.waiting.append((points[first], chunk.designs(self.names, positions[first])))
            if sum(len(points) for points, _ in self.waiting) >= len(self.points):
                self._sort_in()
        return None

    def _sort_in(self) -> None:
        import numpy as np

        points, designs = zip((self.points, self.designs), *self.waiting, strict=True)
        self.waiting = []
        self.points, self.designs = np.concatenate(points), np.concatenate(designs)
        first = front(self.points)
        self.points, self.designs = self.points[first], self.designs[first]
        if len(first) > MAX_FRONT:
            raise FlopcountError(
                f"the Pareto front has more than {MAX_FRONT:,} designs, the limit; "
                "narrow the grid with --keep"
            )

    def end(self) -> "Array | None":
        """The front."""
        self._sort_in()
        return self.designs


def least(values: "Array", count: int) -> "Array":
    """Where the `count` least are, of equal ones the first; in the order that they stand in.

    >>> import numpy as np
    >>> least(np.array([3, 1, 2, 1, 1]), 2)
    array([1, 3])
    """
    import numpy as np

    if len(values) <= count:
        return np.arange(len(values))
    bound = np.partition(values, count - 1)[count - 1]
    below = np.flatnonzero(values < bound)
    equal = np.flatnonzero(values == bound)[: count - len(below)]
    return np.sort(np.concatenate([below, equal]))


def front(points: "Array") -> "Array":
    """Where the points are that no other one dominates, the least being the best in each column.

    Up to three columns, in O(n log n); sorted by the columns, and of equal points the first.

    >>> import numpy as np
    >>> front(np.array([[3, 1], [2, 2], [3, 3], [2, 2], [1, 5]]))
    array([4, 1, 0])
    """
    import numpy as np

    order = np.lexsort(points.T[::-1])
    if points.shape[1] == 3:
        return order[_new_in_plane(points[order, 1:].tolist())]
    if points.shape[1] == 1:
        return order[:1]
    last = points[order, 1]
    new = np.ones(len(last), dtype=bool)
    new[1:] = last[1:] < np.minimum.accumulate(last)[:-1]
    return order[new]


def _new_in_plane(points: Sequence[Sequence[int]]) -> list[int]:
    """Where, one after the other, a point of the plane is dominated by none before it.

    Those seen make a staircase: down in the second column as the first goes up.
    """
    new, along, down = [], [-(2**63)], [2**63]  # the stairs: first and second columns
    for position, (first, second) in enumerate(points):
        step = bisect_right(along, first)
        if down[step - 1] <= second:
            continue
        new.append(position)
        start = step - 1 if along[step - 1] == first else step
        while step < len(down) and down[step] >= second:
            step += 1
        along[start:step], down[start:step] = [first], [second]
    return new
