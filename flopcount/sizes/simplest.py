"""The simplest form that is proved of floors, extremes, divisors and taps.

Each function takes the sizes of an atom and then its whole numbers, and gives a number, a
polynomial, or the atom where nothing simpler is proved.
"""

from collections.abc import Callable, Iterable, Mapping
from math import gcd

from ..errors import FlopcountError
from .atoms import Atom, Floor, Gcd, Max, Min, Sum, Taps, spelling
from .bounds import least, most
from .polynomial import ONE, Monomial, Number, Polynomial, opened, sole_atom, terms_of
from .size import as_factor
from .taps import taps_inside


def _atom(parts: Iterable[Number], atom: Atom) -> Polynomial:
    return next(part.space for part in parts if isinstance(part, Polynomial)).atom(atom)


def floor_div(number: Number, by: int) -> Number:
    """⌊number / by⌋, for a whole by ≥ 1.

    What is whole is taken out: ⌊(m·a + b)/m⌋ = a + ⌊b/m⌋. A common divisor of the terms is taken
    away. A floor inside is merged, since ⌊(⌊x⌋ + k)/m⌋ = ⌊(x + k)/m⌋. The first term is positive,
    since ⌊−x/m⌋ = −⌊(x + m − 1)/m⌋.
    """
    if isinstance(number, int) or by == 1:
        return number // by if isinstance(number, int) else number
    space, number = number.space, opened(number)  # a sum of halves is a factor without any
    if isinstance(number, int):
        return number // by
    by, number = by * number.denominator, number * number.denominator
    terms = {one: int(count) for one, count in terms_of(number).items()}
    whole = {one: count // by for one, count in terms.items() if count % by == 0 or one == ONE}
    rest = {one: terms[one] - whole.get(one, 0) * by for one in terms}
    outside, inside = space.sum(whole), space.sum(rest)
    return outside if isinstance(inside, int) else outside + _floor(inside, by)


def _floor(inside: Polynomial, by: int) -> Number:
    """⌊inside / by⌋ of what has nothing whole to take out."""
    space = inside.space
    constant = int(inside.terms.get(ONE, 0))
    counts = {one: int(count) for one, count in inside.terms.items() if one != ONE}
    common = gcd(by, *counts.values())
    if common > 1:
        less = {one: count // common for one, count in counts.items()}
        return floor_div(space.sum({**less, ONE: constant // common}), by // common)
    if _leading(counts) < 0:
        return -floor_div(-inside + (by - 1), by)
    if len(counts) == 1:
        ((monomial, count),) = counts.items()
        if count == 1 and isinstance(inner := sole_atom(monomial), Floor):
            return floor_div(inner.inside + constant * inner.by, by * inner.by)
    low, high = least(inside), most(inside)
    if isinstance(low, int) and isinstance(high, int) and low // by == high // by:
        return low // by
    return space.atom(Floor(inside, by))


def _leading(counts: Mapping[Monomial, int]) -> int:
    """The coefficient of the product that is spelt last, in whatever order they were added up."""
    return counts[max(counts, key=spelling)] if len(counts) > 1 else next(iter(counts.values()))


def larger(a: Number, b: Number) -> Number:
    """The larger of two."""
    return _chosen(Max, opened(a), opened(b))


def smaller(a: Number, b: Number) -> Number:
    """The smaller of two."""
    return _chosen(Min, opened(a), opened(b))


def _chosen(kind: type[Max | Min], a: Number, b: Number) -> Number:
    """One of two, where it is proved which is not less; the atom elsewhere.

    One of a kind inside is asked about its own two: min(K − 1, min(w, K)) = min(w, K − 1). Their
    order is always the same, so that min(a, b) − min(b, a) is 0.
    """
    if isinstance(a, int) and isinstance(b, int):
        return int(kind.of(a, b))
    if (found := _proved(kind, a, b)) is not None:
        return found
    for one, other in ((a, b), (b, a)):
        for x, y in _within(kind, other):
            if (found := _proved(kind, one, x)) is not None:
                return other if found == x else _chosen(kind, one, y)
    a, b = sorted((a, b), key=_place)
    return _atom((a, b), kind(a, b))


def _proved(kind: type[Max | Min], a: Number, b: Number) -> "Number | None":
    difference = a - b
    if least(difference) >= 0:
        return a if kind is Max else b
    if most(difference) <= 0:
        return b if kind is Max else a
    return None


def _within(kind: type[Max | Min], number: Number) -> list[tuple[Number, Number]]:
    """The two of a size that is nothing but one of two, both ways round."""
    atom = next(iter(number.atoms), None) if isinstance(number, Polynomial) else None
    if not isinstance(atom, kind) or number != atom.space.atom(atom):
        return []
    a, b = atom.parts
    return [(a, b), (b, a)]


def _place(number: Number) -> tuple[bool, list[str]]:
    """Numbers are last."""
    terms = terms_of(number).items()
    return isinstance(number, int), sorted(f"{spelling(one)} {count}" for one, count in terms)


def greatest_divisor(number: Number, by: int) -> Number:
    """The greatest common divisor of a size and a whole number."""
    if isinstance(number, int):
        return gcd(number, by)
    rest = number.opened()
    if isinstance(rest, int):
        return gcd(rest, by)
    if all(count % by == 0 for count in rest.terms.values()):
        return by
    return rest.space.atom(Gcd(rest, by))


def taps(  # noqa: PLR0913, PLR0917  as few as a window has
    n: Number, m: Number, p: Number, k: Number, s: int, d: int
) -> Number:
    """The taps of a window that fall inside its axis (taps.py); a closed form where it is proved.

    Where every tap of every output falls inside, k·m. Where n − s·m and p do not vary, each tap has
    as many outputs as m, less the same few at either end, once m is large enough for both.
    """
    if isinstance(n, int) and isinstance(m, int) and isinstance(p, int) and isinstance(k, int):
        return int(taps_inside(n, m, p, k, s, d))
    n, m, p = opened(n), opened(m), opened(p)
    if most(p) <= 0 and least(n - 1 - (m - 1) * s - (k - 1) * d + p) >= 0:
        full: Number = as_factor(m * k)
        return full
    if not isinstance(k, int):
        raise FlopcountError(f"the size of a kernel is a number in a formula, not {k}")
    beyond = n - m * s
    if isinstance(beyond, int) and isinstance(p, int):
        # tap t misses max(⌈(p − t·d)/s⌉, 0) outputs at the start, and at the end as many as
        # max(−⌊(p − t·d + beyond − 1)/s⌋ − 1, 0): both together at most
        start, end = -(-p // s), -((p - (k - 1) * d + beyond - 1) // s) - 1
        enough = max(start, end, (s - 1 - beyond) // s, 0)
        if least(m) >= enough:
            lost = k * enough - taps_inside(s * enough + beyond, enough, p, k, s, d)
            rest: Number = as_factor(m * k - lost)
            return rest
    return _atom((n, m, p), Taps(n, m, p, k, s, d))


_MADE: Mapping[type[Atom], Callable[..., Number]] = {
    Sum: as_factor,
    Floor: floor_div,
    Max: larger,
    Min: smaller,
    Gcd: greatest_divisor,
    Taps: taps,
}


def made(atom: Atom, parts: Iterable[Number]) -> Number:
    """The same as an atom, of other parts."""
    return _MADE[type(atom)](*parts, *atom.numbers)
