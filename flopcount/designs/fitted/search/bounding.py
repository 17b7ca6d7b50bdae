"""The best design of a grid that is too large to be priced whole: branch and bound.

Boxes of the grid are looked at, those first in which the goal may be largest. Of each a bound is
proved (relaxed.py): budgets are added to the goal, each times a multiplier λ ≥ 0, which no design
within them has less of (Everett, 1963, "Generalized Lagrange multiplier method"); since what is
then bounded is a sum over the axes, values that cannot be part of a better design are cut off too.
What remains is halved, and priced whole once it is small (leaves.py).
"""

from collections.abc import Sequence
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count
from math import floor, prod
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ....sizes.bounds import least
from ....sizes.condition import Condition
from ....sizes.polynomial import ONE, Number, Polynomial, terms_of
from ....sizes.values import holds
from ...grid.factors import Factors, reach
from ...grid.filters import MOST
from .climbing import Climb
from .intervals import Whole, always_holds
from .leaves import Best, Leaves
from .multipliers import Multipliers, Sums
from .problem import Budget, Found, Problem
from .relaxed import Relaxation

if TYPE_CHECKING:
    from ...grid.factors import Array

Indices: TypeAlias = "tuple[range, ...]"  # of values in ascending order, along each axis

LEAF = 2**14  # designs that are priced whole sooner than their bound is worked out
BOX = 2**14  # what a bound takes, in designs
_FAR = 2**200  # no goal is larger
_EQUALS = 2**24  # work at least on which of several equally good designs is the first
_ROUNDS = 3  # of cutting off values, as long as that halves a box
_CLIMBS = 64  # boxes whose most promising design is improved upon; later every _CLIMBS-th …
_BY_TWO = {4**power for power in range(20)}  # … and at these along two axes, which takes long


def bounded(
    problem: Problem,
    limit: int,
    above: int | None = None,
    *,
    first: bool = True,
    leaf: int = LEAF,
) -> Found:
    """The best design of a problem, proved so; past a `limit` of work the best that was found.

    Work is counted in designs that are priced; working out the bound of a box counts as 16,384.
    Where no design can be better any more, at most as much work again goes into which of those as
    good is the `first` in the grid; else any of them is found. Designs whose goal is not `above` a
    number are not looked for. Boxes of at most `leaf` designs are priced whole. The goal and the
    counts of budgets lie within int64 all over the grid.

    >>> from flopcount.sizes.polynomial import Space
    >>> from .problem import Budget
    >>> space = Space()
    >>> a, b = space.name("a", 1, 10**6), space.name("b", 1, 10**6)
    >>> values = range(1, 10**6 + 1)
    >>> bounded(Problem(("a", "b"), (values, values), 3 * a + b, (Budget(a * b, 10**6),)), 10**6)
    Found(point=(1000000, 1), goal=3000001, bound=3000001, looked_at=...)
    """
    if not problem.axes:
        return _only(problem, above)
    return _Search(problem, above, leaf, first=first).run(limit)


def _only(problem: Problem, above: int | None) -> Found:
    """The design of a grid without axes, where it is what is looked for."""
    goal = least(problem.goal)  # a number: no name is left in it
    assert isinstance(goal, int)  # noqa: S101
    fits = all(one.count <= one.most for one in problem.budgets) and not any(
        one.decided() for one in problem.conditions
    )
    if not fits or (above is not None and goal <= above):
        return Found(None, None, None, 1)
    return Found((), goal, goal, 1)


class _Open(NamedTuple):
    """A box that is still open, in the order in which boxes are looked at."""

    bound: int  # negated: the largest first
    first: tuple[int, ...]  # no design of it comes before this place
    number: int
    box: Indices
    axis: int  # along which it is halved
    multipliers: Multipliers


class _Search:
    """A search, and what it has found.

    Values of an axis for which a condition on it alone holds are left out beforehand. Bounds are of
    values in ascending order; `_places` says of each where it stands in the grid.
    """

    def __init__(self, problem: Problem, above: int | None, leaf: int, *, first: bool) -> None:
        import numpy as np

        self._leaf, self._first = leaf, first
        box = tuple(_fitting(problem))
        several = tuple([one for one in problem.conditions if len(_names(one)) != 1])
        self._problem = Problem(problem.axes, box, problem.goal, problem.budgets, several)
        self._is_empty = not all(box) or any(one.decided() is True for one in several)
        if self._is_empty:
            return
        self._leaves = Leaves(self._problem)
        self._climber = Climb(self._leaves, [len(values) for values in box], leaf)
        places = [np.argsort(np.array(values), kind="stable") for values in box]
        self._places = places
        self._values = [
            [values[int(place)] for place in order]
            for values, order in zip(box, places, strict=True)
        ]
        factors = Factors(problem.axes, tuple(self._values))
        names = problem.axes
        self._goal = Relaxation(problem.goal, factors, names)
        self._slacks = [Relaxation(one.most - one.count, factors, names) for one in problem.budgets]
        self._best: Best | None = None
        self._target = -_FAR if above is None else above + 1  # the least goal that is asked for
        self._priced_whole = self._boxes = self._pushed = self._proved_after = 0
        self._open: list[_Open] = []

    def run(self, limit: int) -> Found:
        """Look at boxes until none is open, or the limit is reached."""
        problem = self._problem
        if self._is_empty:
            return Found(None, None, None, 0)
        whole = tuple([range(len(values)) for values in self._values])
        most = min([_FAR, *(_cap(problem.goal, one) for one in problem.budgets)])
        self._look_at(whole, most, (0.0,) * len(self._slacks))
        while self._open and self._work < limit:
            box = heappop(self._open)
            if not self._may_hold(-box.bound, box.first):
                continue
            if self._best is not None and -box.bound == self._best.goal:  # so have all others
                limit = min(limit, max(2 * self._proved_after, _EQUALS))
            else:
                self._proved_after = self._work
            for half in _halves(box.box, box.axis):
                self._look_at(half, -box.bound, box.multipliers)
        left = [-one.bound for one in self._open if self._may_hold(-one.bound, one.first)]
        if self._best is None:
            return Found(None, None, max(left, default=None), self._looked_at)
        point = [
            values[place] for values, place in zip(self._problem.box, self._best.place, strict=True)
        ]
        bound = max([self._best.goal, *left])
        return Found(tuple(point), self._best.goal, bound, self._looked_at)

    @property
    def _looked_at(self) -> int:
        return self._priced_whole + self._climber.looked_at

    @property
    def _work(self) -> int:
        return self._looked_at + BOX * self._boxes

    def _may_hold(self, bound: int, first: tuple[int, ...]) -> bool:
        """Whether a box may hold a better design, or as good a one that comes before the best."""
        if bound < self._target:
            return False
        return self._best is None or bound > self._best.goal or first < self._best.place

    def _look_at(self, box: Indices, most: int, multipliers: Multipliers) -> None:
        """Price a box that is small; open another, where it may hold what is looked for.

        The goal is at `most` so large in it, as far as that is known already.
        """
        if _size(box) <= self._leaf:
            self._take(self._priced(box))
            return
        found = self._bounded(box, multipliers)
        if found is None:
            return
        bound, box, axis, multipliers = found
        bound = min(bound, most)
        if _size(box) <= self._leaf:
            self._take(self._priced(box))
            return
        first = tuple([int(self._in_grid(axis, one).min()) for axis, one in enumerate(box)])
        if self._may_hold(bound, first):
            self._pushed += 1
            heappush(self._open, _Open(-bound, first, self._pushed, box, axis, multipliers))

    def _in_grid(self, axis: int, indices: range) -> "Array":
        return self._places[axis][indices.start : indices.stop]

    def _priced(self, box: Indices) -> Best | None:
        import numpy as np

        self._priced_whole += _size(box)
        return self._leaves.best([np.sort(self._in_grid(*one)) for one in enumerate(box)])

    def _take(self, found: Best | None) -> None:
        """Keep what is found, if it is better, or as good and earlier in the grid."""
        if found is not None and self._may_hold(found.goal, found.place):
            self._best = found
            self._target = found.goal if self._first else found.goal + 1

    def _climb(self, box: Indices, along: Sequence[int]) -> None:
        """Improve upon a design, given by its position along each axis of a box."""
        place = [
            int(places[indices[one]])
            for places, indices, one in zip(self._places, box, along, strict=True)
        ]
        by_two = self._boxes in _BY_TWO
        for found in self._climber.up(place, by_two=by_two):
            self._take(found)

    # bounds

    def _bounded(
        self, box: Indices, multipliers: Multipliers
    ) -> tuple[int, Indices, int, Multipliers] | None:
        """A bound of the goal in a box, and the part of it that may hold what is looked for."""
        for rounds in count(1):
            sums = self._sums(box)
            if sums is None or not sums.can_be(self._target):
                break
            multipliers, promising = sums.best_multipliers(multipliers)
            if self._boxes <= _CLIMBS or self._boxes % _CLIMBS == 0:
                self._climb(box, promising)
            kept = sums.kept(multipliers, self._target)
            if kept is None:
                break
            before, box = _size(box), kept
            if 2 * _size(box) > before or _size(box) <= self._leaf or rounds == _ROUNDS:
                axis = sums.widest(multipliers, box) if _size(box) > 1 else 0
                return sums.bound(multipliers), box, axis, multipliers
        return None

    def _sums(self, box: Indices) -> Sums | None:
        """The goal and the slacks over a box; None where it is proved that no design fits."""
        self._boxes += 1
        ends, known = self._ends(box), dict[Any, Whole]()
        if any(always_holds(one, ends, known) for one in self._problem.conditions):
            return None
        slacks = [slack.over(box, ends, known) for slack in self._slacks]
        return Sums(self._goal.over(box, ends, known), slacks, box)

    def _ends(self, box: Indices) -> dict[str, Whole]:
        return {
            name: (values[one[0]], values[one[-1]])
            for name, values, one in zip(self._problem.axes, self._values, box, strict=True)
        }


def _size(box: Indices) -> int:
    return prod([len(indices) for indices in box])


def _halves(box: Indices, axis: int) -> list[Indices]:
    middle = len(box[axis]) // 2
    parts = box[axis][:middle], box[axis][middle:]
    return [(*box[:axis], half, *box[axis + 1 :]) for half in parts]


def _cap(goal: Number, budget: Budget) -> int:
    """What the goal is at most where it is a multiple of a budget's count and a constant."""
    parts = terms_of(budget.count)
    for monomial, times in terms_of(goal).items():
        if monomial != ONE and monomial in parts:
            ratio = Fraction(times) / Fraction(parts[monomial])
            rest = terms_of(goal - budget.count * ratio)
            if ratio > 0 and rest.keys() <= {ONE}:
                return floor(ratio * budget.most + rest.get(ONE, 0))
            break
    return _FAR


def _names(condition: Condition) -> frozenset[str]:
    return condition.value.names if isinstance(condition.value, Polynomial) else frozenset()


def _fitting(problem: Problem) -> list[list[int]]:
    """The values of each axis for which no condition on it alone holds."""
    import numpy as np

    kept: list[list[int]] = []
    for name, values in zip(problem.axes, problem.box, strict=True):
        fits = np.ones(len(values), dtype=bool)
        for one in problem.conditions:
            if _names(one) == {name}:
                number = np.int64 if reach(one.value) <= MOST else object
                fits &= ~np.asarray(holds(one, {name: np.array(values, dtype=number)}), dtype=bool)
        kept.append([value for value, fit in zip(values, fits.tolist(), strict=True) if fit])
    return kept
