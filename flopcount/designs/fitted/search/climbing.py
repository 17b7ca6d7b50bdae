"""Good designs found early: from one to the best of those that differ along an axis, or two."""

from collections.abc import Generator, Iterator, Sequence
from itertools import combinations
from math import isqrt, prod
from typing import Any

from .leaves import Best, Leaves

_TURNS = 16  # of improving upon a design


class Climb:
    """Climbs over a grid of so many values along each axis, `reach` designs at a time."""

    def __init__(self, leaves: Leaves, lengths: Sequence[int], reach: int) -> None:
        self._leaves, self._lengths, self._reach = leaves, lengths, reach
        self.looked_at = 0

    def up(self, place: Sequence[int], *, by_two: bool) -> Iterator[Best]:
        """The designs within the budgets on the way up from a place, which need not be one."""
        moves: list[tuple[int, ...]] = [(axis,) for axis in range(len(place))]
        place = yield from self._up(place, moves)
        if by_two:
            yield from self._up(place, [*combinations(range(len(place)), 2)])

    def _up(
        self, place: Sequence[int], moves: Sequence[tuple[int, ...]]
    ) -> Generator[Best, None, Sequence[int]]:
        """With the best of each move after the other, until none changes anything."""
        import numpy as np

        before: Any = None
        for _ in range(_TURNS):
            found: Any = None
            for axes in moves:
                reach = self._reach if len(axes) == 1 else isqrt(self._reach)
                along = [np.array([one]) for one in place]
                for axis in axes:
                    values = self._lengths[axis]
                    first = max(min(place[axis] - reach // 2, values - reach), 0)
                    along[axis] = np.arange(first, min(first + reach, values))
                self.looked_at += prod(map(len, along))
                found, fits = self._leaves.nearest(along)
                place = found.place
                if fits:
                    yield found
            if found == before:
                break
            before = found
        return place
