"""Of equally good designs the one that a front keeps, found by branch and bound."""

from ....records import replace
from ....sizes.values import value
from .bounding import bounded
from .problem import Budget, Found, Problem

_SHARE = 8


def settled(problem: Problem, limit: int, above: int | None = None) -> Found:
    """The best design, as `bounded` finds it, where of equal ones one is meant.

    That is the one with the least of the first budget's count, then of the second's and so on, then
    the first in the grid. The search for it, after the best, takes an eighth of the `limit` at most
    for each budget; past that another of them may be found.
    """
    found = bounded(problem, limit, above, first=not problem.budgets)
    if found.point is None or found.goal is None:
        return found
    point, looked_at = found.point, found.looked_at
    pinned = (*problem.budgets, Budget(-problem.goal, -found.goal))
    for number, budget in enumerate(problem.budgets, 1):
        names = dict(zip(problem.axes, point, strict=True))
        own = value(budget.count, names)
        least = bounded(
            replace(problem, goal=-budget.count, budgets=pinned),
            limit // _SHARE,
            -own - 1,
            first=number == len(problem.budgets),
        )
        looked_at += least.looked_at
        if least.point is not None and least.goal is not None:
            point, own = least.point, -least.goal
        pinned = (*pinned, Budget(budget.count, own))
    return found._replace(point=point, looked_at=looked_at)
