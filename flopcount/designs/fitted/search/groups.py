"""A problem in parts that have no name in common: what each adds to every key.

A key is what designs are compared by, the least being the best: the goal, negated, and then what is
within each budget. In a sum of products two names belong together that a product or a condition
has in common; the groups that this makes are independent.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from math import prod
from typing import NamedTuple

from ....errors import FlopcountError
from ....sizes.bounds import least, most
from ....sizes.condition import Condition
from ....sizes.polynomial import Number, Polynomial, opened, total
from ...grid.axes import Box
from .problem import Problem

MOST = 2**62  # what no key passes, whatever is added to what


class Group(NamedTuple):
    """Some axes, by number and in order, their values, and their share in each key."""

    axes: tuple[int, ...]
    names: tuple[str, ...]
    box: Box
    keys: tuple[Number, ...]
    conditions: tuple[Condition, ...]

    @property
    def size(self) -> int:
        """How many designs it has."""
        return prod(map(len, self.box))


class Keys(NamedTuple):
    """The keys over all axes, multiplied by `times`, each by its own, so that no fraction is left.

    `limits` are the most of each but the first.
    """

    numbers: tuple[Number, ...]
    limits: tuple[int, ...]
    times: tuple[int, ...]

    def plain(self, keys: Iterable[int]) -> tuple[int, ...]:
        """What a design has of the goal, negated, and of each budget's count, given its keys."""
        return tuple([key // times for key, times in zip(keys, self.times, strict=True)])


def keys_of(problem: Problem) -> Keys:
    """The keys of a problem, as sums of products."""
    goal, *counts = map(_spread, (problem.goal, *(budget.count for budget in problem.budgets)))
    numbers = [goal * -1, *counts]
    times = list(map(_below, numbers))
    limits = [budget.most * by for budget, by in zip(problem.budgets, times[1:], strict=True)]
    whole = [number * by for number, by in zip(numbers, times, strict=True)]
    return Keys(tuple(whole), tuple(limits), tuple(times))


def _below(number: Number) -> int:
    return number.denominator if isinstance(number, Polynomial) else 1


def _spread(number: Number) -> Number:
    """Multiplied out, as long as that is no very long sum."""
    try:
        return opened(number)
    except FlopcountError:
        return number


def together(problem: Problem, keys: Iterable[Number]) -> set[frozenset[str]]:
    """The names of each product and each condition."""
    names = frozenset(problem.axes)
    found = {*_products(keys), *(names_of(one.value) for one in problem.conditions)}
    return {asked & names for asked in found}


def groups_of(problem: Problem, keys: Sequence[Number]) -> list[Group]:
    """The independent groups; an axis that changes nothing belongs to none."""
    groups = []
    for part in joined(together(problem, keys)):
        axes = tuple([place for place, name in enumerate(problem.axes) if name in part])
        groups.append(
            Group(
                axes,
                tuple([problem.axes[place] for place in axes]),
                tuple([problem.box[place] for place in axes]),
                tuple([_share(key, part) for key in keys]),
                tuple([one for one in problem.conditions if part & names_of(one.value)]),
            )
        )
    return sorted(groups, key=lambda group: group.axes)


def constant(number: Number) -> int:
    """What no group has a share in."""
    if isinstance(number, int):
        return number
    return int(number.terms.get(frozenset(), 0))


def joined(sets: Iterable[AbstractSet[str]]) -> list[set[str]]:
    """Sets that have an element in common, made one.

    >>> sorted(map(sorted, joined([{"a", "b"}, {"c"}, {"b", "d"}, set()])))
    [['a', 'b', 'd'], ['c']]
    """
    found: list[set[str]] = []
    for one in set(map(frozenset, sets)):
        if one:
            touched = [other for other in found if not other.isdisjoint(one)]
            found = [other for other in found if other.isdisjoint(one)]
            found.append(set(one).union(*touched))
    return found


def _products(keys: Iterable[Number]) -> Iterator[frozenset[str]]:
    for key in keys:
        for monomial in key.terms if isinstance(key, Polynomial) else ():
            yield frozenset().union(*(atom.names for atom, _ in monomial))


def names_of(number: Number) -> frozenset[str]:
    """The names in it."""
    return number.names if isinstance(number, Polynomial) else frozenset()


def _share(key: Number, names: set[str]) -> Number:
    if isinstance(key, int):
        return 0
    space = key.space
    terms = {
        monomial: count
        for monomial, count in key.terms.items()
        if any(not atom.names.isdisjoint(names) for atom, _ in monomial)
    }
    return total([space.sum(terms)]) if terms else 0


def check_reach(keys: Sequence[Number]) -> None:
    """Raise `FlopcountError` where a key may be more than 64 bits hold."""
    for key in keys:
        if max(abs(least(key)), abs(most(key))) > MOST:
            raise FlopcountError("a count of these designs may pass 2**62; narrow the ranges")
