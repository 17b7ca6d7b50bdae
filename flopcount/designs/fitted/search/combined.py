"""The fronts of independent groups combined: the best design of all, exact.

Each design of one front with each of another, what is over a budget with the least of the rest
dropped, and what cannot be as good any more as a design that is known (prices.py).
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from .choices import TooLongError, check_length
from .enumerated import Front
from .prices import Relaxed
from .undominated import undominated

if TYPE_CHECKING:
    from ...grid.factors import Array

_AT_ONCE = 2**20  # pairs
MOST_PAIRS = 3 * 10**7
_BEAM = 2_048  # designs of a front that go on where any good design will do


class Best(NamedTuple):
    """The best of some designs: its keys and its place in the grid; how many of that kind exist."""

    keys: tuple[int, ...]
    place: tuple[int, ...]


class Combined(NamedTuple):
    """The best design of all groups, or the best that was found; no other has a first key below.

    `bound` is the best's where that is proved. Both are None where there is none within budgets.
    """

    best: Best | None
    bound: int | None


def combined(
    fronts: Sequence[Front],
    limits: Sequence[int],
    known: int | None = None,
    most_pairs: int = MOST_PAIRS,
) -> Combined:
    """The best design: the least first key with all others within their limits.

    Of equal designs the least by the second key, and so on; then the first in the grid. One whose
    first key is more than a `known` one need not be found. Where there are too many designs, the
    best may be one of several that are equal.
    """
    fronts = sorted(fronts, key=lambda front: len(front.points))
    if not all(len(front.points) for front in fronts):
        return Combined(None, None)
    if len(fronts) == 1:  # nothing to combine
        fronts = [*fronts, front_of_nothing(fronts[0])]
    search = _Search(fronts, limits, most_pairs)
    bound = search.relaxed.bound
    if known is not None and bound > known:
        return Combined(None, None)
    found: Best | None = None
    try:
        found = search.good(known)
        if found is None or found.keys[0] > bound:  # the least first key, whatever the others
            found = search.best(known if found is None else found.keys[0] - 1) or found
    except TooLongError:
        return Combined(found, bound)
    return (
        Combined(None, None)
        if found is None
        else Combined(_first_of_equal(fronts, limits, found, most_pairs), found.keys[0])
    )


def _first_of_equal(
    fronts: Sequence[Front], limits: Sequence[int], found: Best, most_pairs: int
) -> Best:
    """Of all that are as good as what was found by the first key: the least by the next, and so on.

    What was found where there are too many.
    """
    if limits:
        # the second key in the first one's place, which now has a limit; its own limit is met
        fronts = [front._replace(points=_swapped(front.points)) for front in fronts]
        limits = [found.keys[0], *limits[1:]]
    swapped = _Search(fronts, limits, most_pairs)
    least = found.keys[1] if limits else found.keys[0]
    try:
        other = swapped.good(least)
        least = least if other is None else other.keys[0]
        best = swapped.best(least)
    except TooLongError:
        return found
    if best is None:
        raise AssertionError(found)
    first, second, *rest = best.keys if limits else (*best.keys, 0)
    return best._replace(keys=(second, first, *rest)) if limits else best


def _swapped(points: "Array") -> "Array":
    import numpy as np

    return np.concatenate([points[:, 1:2], points[:, :1], points[:, 2:]], axis=1)


class _Search:
    """Combines fronts one after the other, the longest last."""

    def __init__(self, fronts: Sequence[Front], limits: Sequence[int], most_pairs: int) -> None:
        import numpy as np

        self.fronts = fronts
        self.relaxed = Relaxed([front.points for front in fronts], limits)
        self._limits = np.array(limits, dtype=np.int64)
        self._least = [front.points[:, 1:].min(axis=0) for front in fronts]
        self._most_pairs = most_pairs
        self._pairs_so_far = 0

    def good(self, known: int | None) -> Best | None:
        """A good design, soon: of two halves of the groups some of their promising designs.

        None where none is found that has at most a `known` first key.
        """
        self._pairs_so_far = 0
        halves = [list(range(start, len(self.fronts), 2)) for start in (0, 1)]
        first, second = (self._joined(half, known, beam=True) for half in halves if half)
        return _first(self._pairs(first, second, range(len(self.fronts)), known))

    def best(self, known: int | None) -> Best | None:
        """The best design that has at most a `known` first key."""
        self._pairs_so_far = 0
        *rest, last = range(len(self.fronts))
        front = self._joined(rest, known, beam=False)
        return _first(self._pairs(front, self.fronts[last], range(last + 1), known))

    def _joined(self, groups: Sequence[int], known: int | None, *, beam: bool) -> Front:
        """The front of several groups."""
        first, *rest = groups
        front = self._open(self.fronts[first], groups[:1], known)
        for count, other in enumerate(rest, start=2):
            parts: list[Front] = []
            for part in self._pairs(front, self.fronts[other], groups[:count], known):
                parts.append(part)
                if sum(len(one.points) for one in parts) > 2 * len(parts[0].points) + _AT_ONCE:
                    parts = [self._sorted(parts, beam=beam)]
            front = self._sorted(parts, beam=beam)
        return front

    def _pairs(
        self, front: Front, other: Front, groups: Sequence[int], known: int | None
    ) -> Iterator[Front]:
        """The designs of both, some at a time."""
        self._pairs_so_far += len(front.points) * len(other.points)
        if self._pairs_so_far > self._most_pairs:
            raise TooLongError
        height = max(_AT_ONCE // max(len(other.points), 1), 1)
        for start in range(0, max(len(front.points), 1), height):
            part = front.at(slice(start, start + height))
            both = Front(*(_sums(*pair) for pair in zip(part, other, strict=True)))
            yield self._open(both, groups, known)

    def _open(self, front: Front, groups: Sequence[int], known: int | None) -> Front:
        """The designs of some groups that may be part of the best."""
        import numpy as np

        others = [least for place, least in enumerate(self._least) if place not in groups]
        room = self._limits - sum(others, np.zeros_like(self._limits))
        stay = np.logical_and.reduce(front.points[:, 1:] <= room, axis=1)
        if known is not None:
            stay &= self.relaxed.may_reach(front.points, groups, known)
            if len(groups) == len(self.fronts):
                stay &= front.points[:, 0] <= known
        return front.at(stay)

    def _sorted(self, parts: Sequence[Front], *, beam: bool) -> Front:
        import numpy as np

        both = Front(*map(np.concatenate, zip(*parts, strict=True)))
        if beam and len(both.points) > _BEAM:
            both = both.at(self.relaxed.most_promising(both.points, _BEAM))
        front = both.at(undominated(both.points, both.places))
        check_length(front.points)
        return front


def front_of_nothing(like: Front) -> Front:
    """One design that adds nothing to any key."""
    import numpy as np

    return Front(*(np.zeros_like(part, shape=(1, part.shape[1])) for part in like))


def _sums(one: "Array", other: "Array") -> "Array":
    sums: Array = (one[:, None] + other[None]).reshape(-1, one.shape[1])
    return sums


def _first(parts: "Iterator[Front] | Sequence[Front]") -> Best | None:
    """The first by the keys, and then by the place."""
    import numpy as np

    best: Best | None = None
    for front in parts:
        rows = np.concatenate([front.points, front.places], axis=1)
        for column in range(rows.shape[1]):
            if len(rows):
                rows = rows[rows[:, column] == rows[:, column].min()]
        if len(rows):
            keys = front.points.shape[1]
            row = rows[0].tolist()
            found = Best(tuple(row[:keys]), tuple(row[keys:]))
            best = found if best is None else min(best, found)
    return best
