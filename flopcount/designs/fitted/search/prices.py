"""What no design of several groups betters: each budget with a price in place of its limit.

With prices p ≥ 0 the least of k₀ + p·(k − limits) over all designs, within the budgets or not, is
at most the least k₀ within them (Lagrangian relaxation; Fisher, "The Lagrangian relaxation method
for solving integer programming problems", Management Science 27, 1981). It is a sum over the
groups, so it is found for each alone. Worked out in floats, with more
room than they can be wrong by.
"""

from collections.abc import Sequence
from math import ceil, ulp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...grid.factors import Array

_STEPS = 60
_ROUNDS = 2
_HALVINGS = 36
_ALIKE = 1e-9
_SAMPLE = 4_000  # designs of a group that prices are found on


class Relaxed:
    """Bounds of the first key, by prices on the others."""

    def __init__(self, points: "Sequence[Array]", limits: Sequence[int]) -> None:
        import numpy as np

        self._limits = np.array(limits, dtype=float)
        self.prices = self._found([one[:: len(one) // _SAMPLE + 1].astype(float) for one in points])
        self._weights = np.concatenate([[1.0], self.prices])
        self._base = float(self.prices @ self._limits)
        self._least = [float((one @ self._weights).min()) for one in points]  # of each group
        reach = sum(float((abs(one) @ self._weights).max()) for one in points)
        self._slack = 64 * len(points) * ulp(max(reach, abs(self._base), 1.0))
        self._alike = _ALIKE * reach  # scores that prices found by halving do not tell apart
        bound = ceil(sum(self._least) - self._base - self._slack)
        for place, limit in enumerate(limits, start=1):  # the goal may be what has a budget
            if all((one[:, 0] == -one[:, place]).all() for one in points):
                bound = max(bound, -limit)
        self.bound = _next_reached(points, bound)

    def may_reach(self, points: "Array", groups: Sequence[int], known: int) -> "Array":
        """Which designs of some groups may be part of one as good as a known one."""
        rest = sum(least for place, least in enumerate(self._least) if place not in groups)
        scores = points @ self._weights
        reached: Array = scores + (rest - self._base) <= known + self._slack
        return reached

    def most_promising(self, points: "Array", most: int) -> "Array":
        """Where the designs are that may reach the least, about so many."""
        import numpy as np

        scores = points @ self._weights
        bound = np.partition(scores, most)[most]
        found: Array = np.flatnonzero(scores <= bound + self._alike)
        if len(found) <= 2 * most:
            return found
        along = found[np.argsort(points[found, 0], kind="stable")]  # some of each kind
        some: Array = along[:: len(along) // most]
        return some

    def _found(self, points: "Sequence[Array]") -> "Array":
        """Prices that bound well: each is raised while its budget is passed, and else lowered."""
        import numpy as np

        scale = np.maximum(abs(self._limits), 1.0)
        worth = max(sum(float(np.ptp(one[:, 0])) for one in points), 1.0)
        # in shares of the budgets and of what the first key varies by
        shares = [
            np.concatenate([one[:, :1] / worth, one[:, 1:] / scale], axis=1) for one in points
        ]
        full = self._limits / scale

        def priced(prices: "Array") -> "tuple[float, Array]":
            chosen = [one[np.argmin(one[:, 0] + one[:, 1:] @ prices)] for one in shares]
            total = np.sum(chosen, axis=0)
            over = total[1:] - full
            return float(total[0] + prices @ over), over

        prices = best = np.zeros(len(full))
        most = -np.inf
        for step in range(_STEPS if len(full) else 0):
            bound, over = priced(prices)
            if bound > most:
                most, best = bound, prices
            length = float(np.linalg.norm(over))
            if length == 0:
                break
            prices = np.maximum(prices + over / length * 4.0 / (1 + step), 0.0)
        for place in [*range(len(full))] * _ROUNDS:  # along one price, the bound is concave
            low, high = 0.0, 2 * float(best[place]) + 1.0
            for _ in range(_HALVINGS):
                tried = best.copy()
                tried[place] = (low + high) / 2
                bound, over = priced(tried)
                if bound >= most:
                    most, best = bound, tried
                if over[place] > 0:
                    low = tried[place]
                else:
                    high = tried[place]
        found: Array = best * worth / scale
        return found


def _next_reached(points: "Sequence[Array]", least: int) -> int:
    """The next number from `least` on that a sum of first keys, one of each group, may be.

    All such sums leave the same over the greatest common divisor of what they differ by.
    """
    import numpy as np

    start = sum(int(one[0, 0]) for one in points)
    step = int(np.gcd.reduce([int(np.gcd.reduce(one[:, 0] - one[0, 0])) for one in points]))
    return least + (start - least) % step if step else start
