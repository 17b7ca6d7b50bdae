"""One size over another that divides it: sizes with names as polynomials."""

from fractions import Fraction
from typing import Any

from ....sizes import Size, is_open
from ....sizes.polynomial import Polynomial, opened, terms_of

MOST_STEPS = 1000  # terms of a quotient


def divided(size: Size, by: Size) -> Size | None:
    """A size over another that divides it whatever the names are; None where none is found.

    >>> from flopcount.sizes.polynomial import Space
    >>> space = Space()
    >>> h, w = space.name("h"), space.name("w")
    >>> divided(12 * h * w + 8 * h, 4 * h), divided(h * h - w * w, h - w), divided(h + 1, w)
    (3·w + 2, h + w, None)
    """
    if not is_open(size) and not is_open(by):
        return size // by if by and size % by == 0 else None
    size, by = opened(size), opened(by)
    left, over = dict(terms_of(size)), terms_of(by)
    space = next(one.space for one in (size, by) if isinstance(one, Polynomial))
    if not any(over.values()):
        return None
    lead = max(over, key=_order)
    result: dict[Any, Any] = {}
    for _ in range(MOST_STEPS):
        if not left:
            quotient = space.sum(result)
            return quotient if _is_whole(quotient) else None
        first = max(left, key=_order)
        factor = _less(first, lead)
        if factor is None:
            return None
        count = Fraction(left[first]) / over[lead]
        result[factor] = result.get(factor, 0) + count
        for monomial, times in over.items():
            both = _more(monomial, factor)
            rest = left.get(both, 0) - count * times
            if rest:
                left[both] = rest
            else:
                left.pop(both, None)
    return None


def _is_whole(size: Any) -> bool:
    """Whether it is a whole number; one with fractions beside names is whole if `size` says so."""
    return isinstance(size, Polynomial) or size == int(size)


def _order(monomial: Any) -> Any:
    """An order of products that multiplying by one keeps: by the first name, then the next."""
    powers = sorted(((atom.spelling, power) for atom, power in monomial), key=lambda pair: pair[0])
    return _Lexical(powers)


class _Lexical:
    """Powers by name, compared name by name: who has the earlier name, or more of it, is larger."""

    def __init__(self, powers: list[tuple[str, int]]) -> None:
        self.powers = powers

    def __lt__(self, other: "_Lexical") -> bool:
        for (name, power), (their_name, their_power) in zip(
            self.powers, other.powers, strict=False
        ):
            if name != their_name:
                return name > their_name
            if power != their_power:
                return power < their_power
        return len(self.powers) < len(other.powers)


def _less(monomial: Any, by: Any) -> Any:
    """One product over another; None where that does not divide it."""
    powers = dict(monomial)
    for atom, power in by:
        powers[atom] = powers.get(atom, 0) - power
        if powers[atom] < 0:
            return None
        if not powers[atom]:
            del powers[atom]
    return frozenset(powers.items())


def _more(one: Any, other: Any) -> Any:
    powers = dict(one)
    for atom, power in other:
        powers[atom] = powers.get(atom, 0) + power
    return frozenset(powers.items())
