"""What a polynomial is at least and at most, proved: by intervals, and by what a floor cuts off."""

from fractions import Fraction
from math import ceil, floor, inf
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .atoms import Floor
    from .polynomial import Coefficient, Monomial, Number, Polynomial

Interval: TypeAlias = "tuple[Bound, Bound]"
Bound: TypeAlias = "float | Fraction"  # exact, or ±∞

_CUTS = 32  # floors in floors: further down a chain of layers nothing cancels any more


def least(number: "Number") -> float:
    """What a size is at least, as far as that is proved: an int, or −∞."""
    return number if isinstance(number, int) else number.low


def most(number: "Number") -> float:
    """What a size is at most, likewise."""
    return number if isinstance(number, int) else number.high


def bounds(polynomial: "Polynomial") -> tuple[float, float]:
    """The least and the most, as far as they are proved: ints, or ±∞.

    By intervals; and once more with each floor that stands alone written as what it is cut from,
    since ⌊q/m⌋ = (q − r)/m with 0 ≤ r < m: there 2·⌈n/2⌉ − n is seen to be 0 or 1.
    """
    low, high = _interval(polynomial.terms)
    cut = polynomial.terms
    loss: Interval = (0, 0)
    for _ in range(_CUTS):
        if len(cut) < 2 or not (found := _floor_in(cut)):
            break
        cut, loss = _without(cut, *found, loss)
    if cut is not polynomial.terms:
        other = _plus(_interval(cut), loss)
        low, high = max(low, other[0]), min(high, other[1])
    return (-inf if low == -inf else ceil(low), inf if high == inf else floor(high))


def _floor_in(terms: "Mapping[Monomial, Coefficient]") -> "tuple[Monomial, Floor] | None":
    """A floor that stands alone in a term."""
    from .atoms import Floor
    from .polynomial import sole_atom

    for monomial in terms:
        if isinstance(atom := sole_atom(monomial), Floor):
            return monomial, atom
    return None


def _without(
    terms: "Mapping[Monomial, Coefficient]", monomial: "Monomial", atom: "Floor", loss: Interval
) -> "tuple[Mapping[Monomial, Coefficient], Interval]":
    """The terms with (q − r)/m in the place of a floor, and what the r can come to."""
    less = dict(terms)
    share = Fraction(less.pop(monomial)) / atom.by
    for one, count in atom.inside.terms.items():
        less[one] = less.get(one, 0) + share * count
    less = {one: count for one, count in less.items() if count}
    return less, _plus(loss, _scaled((1 - atom.by, 0), share))


def _interval(terms: "Mapping[Monomial, Coefficient]") -> Interval:
    """The sum of what each term lies between."""
    total: Interval = (0, 0)
    for monomial, count in terms.items():
        product: Interval = (1, 1)
        for atom, power in monomial:
            for _ in range(power):
                product = _multiplied(product, (atom.low, atom.high))
        total = _plus(total, _scaled(product, count))
    return total


def _plus(one: Interval, other: Interval) -> Interval:
    return _sum(one[0], other[0], -inf), _sum(one[1], other[1], inf)


def _sum(a: Bound, b: Bound, unbounded: float) -> Bound:
    """A sum; an end is unbounded on its own side alone, and no number is made a float."""
    return unbounded if unbounded in {a, b} else a + b


def _scaled(interval: Interval, by: "Coefficient") -> Interval:
    return _multiplied(interval, (by, by))


def _multiplied(one: Interval, other: Interval) -> Interval:
    ends = [_times(a, b) for a in one for b in other]
    return min(ends), max(ends)


def _times(a: Bound, b: Bound) -> Bound:
    """A product; 0 times ∞ is 0, and no number is made a float."""
    if a == 0 or b == 0:
        return 0
    if abs(a) == inf or abs(b) == inf:
        return inf if (a > 0) == (b > 0) else -inf
    return a * b
