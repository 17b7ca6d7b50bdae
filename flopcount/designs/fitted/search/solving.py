"""The best design of a grid: which way there is to it, and how far that is a proof.

Exact where the grid falls into independent groups that can each be priced whole (combined.py),
all of it being one; likewise where it does so once one or two names have a value, for each of
theirs. Else, or where that would take minutes, boxes of designs are bounded and halved
(bounding.py), within a limit.
"""

from collections.abc import Mapping
from itertools import chain, combinations, product
from math import inf, prod
from typing import Any, NamedTuple

from ....sizes.bounds import least, most
from ....sizes.condition import Condition
from ....sizes.values import Substitution, value
from .choices import TooLongError
from .combined import combined
from .enumerated import Digits, fronts_of
from .groups import Keys, check_reach, constant, groups_of, joined, keys_of, together
from .problem import Budget, Problem
from .ties import settled

MOST_PRICED = 10**8  # designs of a group that are priced, each
MOST_LOOKED_AT = 5 * 10**7  # the work of a search by bounds, in designs: some seconds
MOST_HELD = 4_096  # values of names that are held in turn …
_OF_VALUE = 10**5  # … each of which takes about as long as so many designs
_AT_ONCE = 10**9  # designs in all, past which a search is tried before they are priced …
_IN_ALL = 10**10  # … and past which that would take very long, and they are not


class Solved(NamedTuple):
    """The best design: the index of its value along each axis, its goal, negated, and its counts.

    Of designs with the same goal that is the one with the least of the first budget's count, then
    of the next, then the first in the grid; where a search did not prove which, it may be another.
    Both are None where none is within the budgets. No design has a goal above `bound`, which is the
    best's where that is proved; None where nothing is known of the rest. `priced` designs were
    looked at, of so many independent `groups`, once for each value of what was `held`.
    """

    indices: tuple[int, ...] | None
    keys: tuple[int, ...] | None
    bound: int | None
    priced: int
    groups: int = 1
    held: tuple[str, ...] = ()
    searched: bool = False  # by bounds

    @property
    def is_proved(self) -> bool:
        """Whether no other design is better, or there is none."""
        return self.bound == (self.keys and -self.keys[0])


def solved(problem: Problem, known: Solved | None = None, grids: int = 1) -> Solved:
    """The best design of a grid. Raises `FlopcountError` where counts pass 64 bits.

    One that is not as good as a `known` one need not be found. The grid is one of so many `grids`,
    which share the work of a search by bounds.
    """
    keys = keys_of(problem)
    check_reach(keys.numbers)
    cost, held = _held(problem, keys)
    below = None if known is None or known.keys is None else known.keys[0]
    work = MOST_LOOKED_AT // grids
    first = _searched(problem, below, work) if cost * grids > _AT_ONCE else None
    if first is not None and (first.is_proved or cost * grids > _IN_ALL):
        return first
    found = _by_values(problem, keys, held, below)
    if found is not None and found.is_proved:
        return found
    first = first or _searched(problem, below, work)
    nothing = first.is_proved and first.keys is None
    return first if found is None or nothing else _of_both(found, first)


def _of_groups(problem: Problem, keys: Keys, below: int | None) -> Solved | None:
    """Exact, from the fronts of the groups; None where they are too long.

    A design whose goal, negated, is not `below` that or equal need not be found.
    """
    groups = groups_of(problem, keys.numbers)
    fixed = [constant(key) for key in keys.numbers]
    limits = [
        int(min(max(limit, least(key) - 1), most(key))) - own
        for limit, key, own in zip(keys.limits, keys.numbers[1:], fixed[1:], strict=True)
    ]
    priced = sum(group.size for group in groups) or 1
    digits = Digits(problem.box)
    try:
        fronts = fronts_of(groups, digits, limits) or [digits.nowhere(len(limits))]
    except TooLongError:
        return None
    known = None if below is None else below * keys.times[0] - fixed[0]
    best, bound = combined(fronts, limits, known)
    most_goal = None if bound is None else (bound + fixed[0]) // -keys.times[0]
    if best is None:
        return Solved(None, None, most_goal, priced, max(len(groups), 1))
    whole = keys.plain([key + own for key, own in zip(best.keys, fixed, strict=True)])
    indices = tuple(digits.indices(best.place))
    return Solved(indices, whole, most_goal, priced, max(len(groups), 1))


def _held(problem: Problem, keys: Keys) -> tuple[float, tuple[str, ...]]:
    """The names without which the rest falls into groups that take the least to price, and what.

    At most two, in all their values. What it takes, in designs, is infinite where there are none.
    """
    sets = together(problem, keys.numbers)
    lengths = {name: len(values) for name, values in zip(problem.axes, problem.box, strict=True)}
    costs: list[tuple[float, int, tuple[str, ...]]] = [(inf, 0, ())]
    for names in chain.from_iterable(combinations(problem.axes, count) for count in range(3)):
        times = prod(lengths[name] for name in names)
        rest = joined(one - set(names) for one in sets)
        sizes = [prod(lengths[name] for name in group) for group in rest]
        if max(sizes, default=0) <= MOST_PRICED and times <= MOST_HELD:
            designs = times * (sum(sizes) + (_OF_VALUE if names else 0))
            costs.append((designs, len(names), names))
    cost, _, held = min(costs)
    return cost, held


def _by_values(
    problem: Problem, keys: Keys, held: tuple[str, ...], below: int | None
) -> Solved | None:
    """The best of the best for each value of the held names."""
    if not held:
        return _of_groups(problem, keys, below)
    places = [problem.axes.index(name) for name in held]
    best: Solved | None = None
    for values in product(*(enumerate(problem.box[place]) for place in places)):
        rest = _with(problem, {name: value for name, (_, value) in zip(held, values, strict=True)})
        if rest is None:  # no design fits
            continue
        below = best.keys[0] if best and best.keys else below
        found = _of_groups(rest, keys_of(rest), below)
        if found is None:
            return None
        indices = None if found.indices is None else list(found.indices)
        for place, (index, _) in zip(places, values, strict=True):  # in the order of the grid
            if indices is not None:
                indices.insert(place, index)
        whole = found._replace(indices=None if indices is None else tuple(indices), held=held)
        best = whole if best is None else of_parts(best, whole)
    return best or Solved(None, None, None, 0, held=held)


def _with(problem: Problem, values: Mapping[str, int]) -> Problem | None:
    """The rest of a problem where some names have a value; None where nothing fits there."""
    put = Substitution(values)
    conditions = [put.condition(one) for one in problem.conditions]
    if True in conditions:
        return None
    rest = [place for place, name in enumerate(problem.axes) if name not in values]
    return Problem(
        tuple([problem.axes[place] for place in rest]),
        tuple([problem.box[place] for place in rest]),
        put.of(problem.goal),
        tuple([Budget(put.of(budget.count), budget.most) for budget in problem.budgets]),
        tuple([one for one in conditions if isinstance(one, Condition)]),
    )


def of_parts(one: Solved, other: Solved) -> Solved:
    """The better of what was found in two parts of a grid; the larger of their bounds."""
    both = [part for part in (one, other) if part.keys is not None]
    best = min(both, key=lambda part: (part.keys, part.indices), default=one)
    bound = max((part.bound for part in (one, other) if part.bound is not None), default=None)
    return best._replace(
        bound=bound,
        priced=one.priced + other.priced,
        groups=max(one.groups, other.groups),
        held=tuple(dict.fromkeys([*one.held, *other.held])),
        searched=one.searched or other.searched,
    )


def _of_both(one: Solved, other: Solved) -> Solved:
    """The better of what was found in two ways; the smaller of their bounds."""
    both = of_parts(one, other)
    bound = min((way.bound for way in (one, other) if way.bound is not None), default=None)
    return both._replace(bound=bound)


def _searched(problem: Problem, below: int | None, limit: int) -> Solved:
    """By boxes that are bounded and halved; not for what is more than `below` by the first key."""
    found = settled(problem, limit, None if below is None else -below - 1)
    if found.point is None:
        return Solved(None, None, found.bound, found.looked_at, searched=True)
    names: dict[str, Any] = dict(zip(problem.axes, found.point, strict=True))
    counts = [value(budget.count, names) for budget in problem.budgets]
    keys = (-value(problem.goal, names), *counts)
    pairs = zip(problem.box, found.point, strict=True)
    indices = tuple([list(values).index(one) for values, one in pairs])
    return Solved(indices, keys, found.bound, found.looked_at, searched=True)
