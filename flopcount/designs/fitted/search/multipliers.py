"""A goal and budgets over a box, each at most a sum over the axes: multipliers, what is cut off.

With s the slack of a budget, what it leaves, each design within it has s ≥ 0, so that for each
λ ≥ 0 its goal is at most goal + λ·s, whose maximum over the box is that of each axis by itself.
"""

from collections.abc import Sequence
from math import floor
from typing import TYPE_CHECKING

from .relaxed import Relaxed

if TYPE_CHECKING:
    from ...grid.factors import Array

_STEP = 1.25  # from a multiplier to the next that is tried; then its square, and so on …
_NEAR = 1.01  # … until two between which the best lies are as near as this
_FAR = 2.0**200  # no multiplier is larger, nor smaller but 0
_ROUNDING = 2.0**-52

Multipliers = tuple[float, ...]  # one for each budget


class Sums:
    """What the goal and each budget's slack are at most over a box of indices."""

    def __init__(self, goal: Relaxed, slacks: Sequence[Relaxed], box: Sequence[range]) -> None:
        import numpy as np

        self._goal, self._slacks, self._box = goal, slacks, box
        self._ends = np.cumsum([len(indices) for indices in box])
        self._starts = self._ends - [len(indices) for indices in box]
        self._of_goal = np.concatenate(goal.parts)
        self._of_slacks = np.array([np.concatenate(slack.parts) for slack in slacks]).reshape(
            len(slacks), len(self._of_goal)
        )
        self._bases = np.array([slack.base for slack in slacks])

    def can_be(self, target: int) -> bool:
        """Whether a design within the budgets may have so much of the goal."""
        return self._most_of(self._goal, self._of_goal) >= target and all(
            self._most_of(slack, parts) >= 0
            for slack, parts in zip(self._slacks, self._of_slacks, strict=True)
        )

    def _most_of(self, relaxed: Relaxed, parts: "Array") -> float:
        total = relaxed.base + float(self._largest(parts).sum())
        return min(relaxed.high, total) + relaxed.margin

    def _largest(self, parts: "Array") -> "Array":
        """Along each axis."""
        import numpy as np

        largest: Array = np.maximum.reduceat(parts, self._starts)
        return largest

    def bound(self, multipliers: Multipliers) -> int:
        """What the goal is at most within the budgets."""
        by_multipliers = self._total(multipliers) + self._margin(multipliers)
        return floor(min(by_multipliers, self._most_of(self._goal, self._of_goal)))

    def _parts(self, multipliers: "Sequence[float] | Array") -> "Array":
        import numpy as np

        parts: Array = self._of_goal + np.asarray(multipliers) @ self._of_slacks
        return parts

    def _total(self, multipliers: "Sequence[float] | Array") -> float:
        import numpy as np

        of_bases = float(np.asarray(multipliers, dtype=np.float64) @ self._bases)
        return self._goal.base + of_bases + float(self._largest(self._parts(multipliers)).sum())

    def _margin(self, multipliers: Multipliers) -> float:
        of_slacks = sum(
            times * slack.margin for times, slack in zip(multipliers, self._slacks, strict=True)
        )
        return self._goal.margin + of_slacks

    # multipliers

    def best_multipliers(self, start: Multipliers) -> tuple[Multipliers, list[int]]:
        """Multipliers, looked for near others, whose bound is low; and a promising design.

        That is given by its position along each axis of the box.
        """
        import numpy as np

        found = np.array(start, dtype=np.float64)
        picked = self._picked(found)
        for _ in range(min(len(start), 2)):
            for budget in range(len(start)):
                found[budget], picked = self._best(found, budget)
        return tuple(found.tolist()), [
            int(one - start) for one, start in zip(picked, self._starts, strict=True)
        ]

    def _picked(self, multipliers: "Array") -> list[int]:
        """Where the maximum lies along each axis."""
        parts = self._parts(multipliers)
        return [
            int(start + parts[start:end].argmax())
            for start, end in zip(self._starts, self._ends, strict=True)
        ]

    def _best(self, multipliers: "Array", budget: int) -> tuple[float, list[int]]:
        """One multiplier, given the others: where what is left of the budget changes its sign."""
        import numpy as np

        tried = multipliers.copy()
        picked: list[int] = []

        def left(multiplier: float) -> bool:
            tried[budget] = multiplier
            nonlocal picked
            picked = self._picked(tried)
            return bool(self._bases[budget] + self._of_slacks[budget][picked].sum() >= 0)

        if left(0.0):
            return 0.0, picked
        low = high = float(multipliers[budget]) or self._ratio(budget)
        step = _STEP
        if left(high):
            while low * _FAR > 1 and left(low / step):
                low, step = low / step, step * step
            low, high = low / step, low
        else:
            while high < _FAR and not left(high * step):
                high, step = high * step, step * step
            low, high = high, high * step
        while high > low * _NEAR:
            middle = float(np.sqrt(low) * np.sqrt(high))
            low, high = (low, middle) if left(middle) else (middle, high)
        left(high)
        both = multipliers.copy()
        totals = []
        for one in (high, low):
            both[budget] = one
            totals.append(self._total(both))
        return (high if totals[0] <= totals[1] else low), picked

    def _ratio(self, budget: int) -> float:
        """How much of the goal there is for one of a budget, about."""
        goal, slack = (
            float((self._largest(parts) + self._largest(-parts)).sum())
            for parts in (self._of_goal, self._of_slacks[budget])
        )
        return min(max(goal / slack, 1 / _FAR), _FAR) if goal > 0 and slack > 0 else 1.0

    # what is cut off, and halved

    def kept(self, multipliers: Multipliers, target: int) -> tuple[range, ...] | None:
        """The box without ends of which no design is within the budgets and has so much.

        None where nothing is left.
        """
        import numpy as np

        asked = target - abs(target) * _ROUNDING
        margin = self._margin(multipliers)
        sums = [(self._parts(multipliers), self._total(multipliers) + margin - asked)]
        goal, *slacks = (
            relaxed.base + float(self._largest(parts).sum()) + relaxed.margin
            for relaxed, parts in zip(
                (self._goal, *self._slacks), (self._of_goal, *self._of_slacks), strict=True
            )
        )
        sums += [(self._of_goal, goal - asked), *zip(self._of_slacks, slacks, strict=True)]
        stay = np.ones(len(self._of_goal), dtype=bool)
        lengths = self._ends - self._starts
        for parts, room in sums:
            stay &= np.repeat(self._largest(parts), lengths) - parts <= room
        kept: list[range] = []
        for start, end, indices in zip(self._starts, self._ends, self._box, strict=True):
            (positions,) = np.nonzero(stay[start:end])
            if not len(positions):
                return None
            kept.append(indices[int(positions[0]) : int(positions[-1]) + 1])
        return tuple(kept)

    def widest(self, multipliers: Multipliers, kept: Sequence[range]) -> int:
        """The axis, of those of a part of the box, along which goal and budgets change most."""
        import numpy as np

        ends = np.empty(2 * len(kept), dtype=np.intp)
        for axis, (start, whole, part) in enumerate(
            zip(self._starts, self._box, kept, strict=True)
        ):
            ends[2 * axis] = start + part.start - whole.start
            ends[2 * axis + 1] = ends[2 * axis] + len(part)

        def changes(parts: "Array") -> "Array":
            more = np.append(parts, 0.0)  # an end is an index too
            largest, least = (of.reduceat(more, ends)[::2] for of in (np.maximum, np.minimum))
            return np.asarray(largest - least)

        weighed, relative = changes(self._of_goal), np.zeros(len(kept))
        for times, parts, slack in zip(multipliers, self._of_slacks, self._slacks, strict=True):
            weighed = weighed + times * changes(parts)
            relative = relative + changes(parts) / (abs(slack.high) + abs(slack.base) + 1)
        several = [axis for axis, indices in enumerate(kept) if len(indices) > 1]
        return max(
            several, key=lambda axis: (weighed[axis], relative[axis], len(kept[axis]), -axis)
        )
