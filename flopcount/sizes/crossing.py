"""From which whole number on a polynomial is above 0: exactly, by the signs of its coefficients."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from math import comb, lcm

_MOST = 10_000  # numbers that are looked at one by one


def crossing(terms: Mapping[int, Fraction | int]) -> tuple[int, int | None] | None:
    """The least x ≥ 1 from which on it is above 0, and where it is 0 just before, if it is there.

    `terms` gives a coefficient for each power; that of the highest is above 0. As many roots lie
    above a as the coefficients of p(x + a) change their sign, or fewer by an even number (Budan):
    the last root is found by bisection where it is the only one above some a. None where that
    is not so.

    >>> crossing({2: 1, 1: -6, 0: 8})  # (x − 2)·(x − 4)
    (5, 4)
    >>> crossing({2: 2, 1: -7})  # 3.5
    (4, None)
    """
    below = lcm(*(Fraction(count).denominator for count in terms.values()))
    whole = [int(terms.get(power, 0) * below) for power in range(max(terms) + 1)]
    first = _positive(whole)
    for _ in range(_MOST):  # most often one step; more where roots lie close together
        if first == 1 or _at(whole, first - 1) <= 0:
            return first, first - 1 if first > 1 and _at(whole, first - 1) == 0 else None
        first -= 1
    return None


def _positive(whole: list[int]) -> int:
    """A whole number from which on it is above 0."""
    start = 0 if _changes(whole, 0) <= 1 else _least(lambda a: _changes(whole, a) <= 1, 1)
    if _changes(whole, start) == 1:  # one root lies above
        return _least(lambda x: _at(whole, x) > 0, max(start, 1))
    first = max(start, 1)
    return first if _at(whole, first) > 0 else first + 1


def _least(holds: Callable[[int], bool], first: int) -> int:
    """The least number from `first` on for which something holds that holds for all above."""
    last = first
    while not holds(last):
        last *= 2
    while first < last:
        middle = (first + last) // 2
        first, last = (first, middle) if holds(middle) else (middle + 1, last)
    return first


def _at(whole: list[int], x: int) -> int:
    return sum(count * x**power for power, count in enumerate(whole))


def _changes(whole: list[int], by: int) -> int:
    """How often the coefficients of p(x + by) change their sign."""
    shifted = [
        sum(
            count * comb(power, at) * by ** (power - at)
            for power, count in enumerate(whole[at:], at)
        )
        for at in range(len(whole))
    ]
    signs = [count > 0 for count in shifted if count]
    return sum(a is not b for a, b in pairwise(signs))
