"""What numbers have to divide, read off conditions: 16 the sides of a vision transformer's image.

A side that is a multiple of m is m·h. Of a formula over h nothing is left to divide; in one over
the side itself ⌊H/m⌋ is H/m.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import gcd, lcm

from .atoms import Atom, Floor, Name, Sum
from .condition import Condition
from .polynomial import ONE, Number, Polynomial, Space, sole_atom
from .size import as_factor
from .values import Substitution

_MOST = 2**16  # the largest multiple that is looked for


def divisor(condition: Condition) -> tuple[Polynomial, int] | None:
    """The q and m of a condition that is none where m divides q; None where it is no such.

    It is one of q − m·⌊q/m⌋, or of m·⌈q/m⌉ − q; of two floors a − b = m − 1 apart,
    ⌊(q + a)/m⌋ = ⌊(q + b)/m⌋, which are equal where m divides q + b; and of two that are 1 apart,
    which differ where it divides the larger.
    """
    value = condition.value
    if condition.relation != "≠" or isinstance(value, int):
        return None
    floors = {atom: count for atom, count in _alone(value) if isinstance(atom, Floor)}
    for atom, count in floors.items():
        by, q = atom.by, atom.inside
        whole = value.space.atom(atom)
        if count % by == 0 and value == (q - whole * by) * (-count // by):
            return q, by
        times = abs(count)
        rounded = whole * times - value if count > 0 else whole * times + value
        if times > 1 and isinstance(rounded, Polynomial):  # a floor of a floor is one of them
            down, up = rounded // times, -(-rounded // times)
            if whole in (down, up):
                return rounded, times
        for other, less in floors.items():
            if less != -count or other.by != by:
                continue
            apart, rest = q - other.inside, value - (whole - value.space.atom(other)) * count
            if apart == by - 1 and rest == 0:
                return other.inside, by
            if apart == 1 and rest == -count:
                return q, by
    return None


def _alone(value: Polynomial) -> Iterator[tuple[Atom, int]]:
    """The atoms that stand alone in a term, and their coefficients, which are whole there."""
    for monomial, count in value.terms.items():
        if (atom := sole_atom(monomial)) is not None:
            yield atom, int(count)


def multiples(conditions: Iterable[Condition]) -> dict[str, int]:
    """The number that has to divide a name, of each for which there is one.

    >>> from flopcount.sizes.condition import unequal
    >>> H = Space().name("H")
    >>> multiples([unequal(H % 2, 0), unequal(H // 2 % 8, 0)])
    {'H': 16}
    """
    return _found(conditions, enough=False)


def enough(conditions: Iterable[Condition]) -> dict[str, int]:
    """Likewise a number that is enough, where what has to divide is a rounded part of the name.

    Where 56 divides ⌊H/4⌋, H may be any of 224·h to 224·h + 3: a multiple of 224 fits. A name of
    which no multiple fits, where 4 divides H + 1 say, is left out.

    >>> from flopcount.sizes.condition import unequal
    >>> H = Space().name("H")
    >>> enough([unequal(H // 4 % 56, 0)]), enough([unequal((H + 1) % 4, 0)])
    ({'H': 224}, {})
    """
    return _found(conditions, enough=True)


def _found(conditions: Iterable[Condition], *, enough: bool) -> dict[str, int]:
    found: dict[str, int] = {}
    asked, refused = [*conditions], set[str]()
    while True:
        put, more = multiplied(found), dict[str, int]()
        for one in asked:
            names = one.value.names if isinstance(one.value, Polynomial) else frozenset()
            here = put.condition(one) if names else False
            if here is True:
                refused |= names
            parts = None if isinstance(here, bool) else divisor(here)
            if parts is None or len(parts[0].names) != 1:
                continue
            (name,) = parts[0].names
            by = _factor(*parts, enough=enough)
            if by * found.get(name, 1) > _MOST or by == 1:
                refused.add(name)
            else:
                more[name] = lcm(more.get(name, 1), by)
        more = {name: by for name, by in more.items() if not (enough and name in refused)}
        if not more:
            break
        for name, by in more.items():
            found[name] = found.get(name, 1) * by
    return {name: by for name, by in found.items() if not (enough and name in refused)}


def _factor(whole: Polynomial, by: int, *, enough: bool) -> int:
    """What has to divide a name for a number to divide this; 1 where that is not found out."""
    (term, count), *others = whole.terms.items()
    atom = sole_atom(term)
    if not others and isinstance(atom, Name):
        return by // gcd(by, int(count))
    rounded = [one.by for one in whole.atoms if isinstance(one, Floor)] if enough else []
    return lcm(by, *rounded) if rounded else 1


def multiplied(multiples: Mapping[str, int]) -> Substitution:
    """What puts multiples into a size or a condition: 16·H in the place of H."""
    space = Space()
    return Substitution({name: space.name(name) * by for name, by in multiples.items()})


def divided(size: Number, multiples: Mapping[str, int]) -> Number:
    """A size over names that numbers divide: ⌊H/16⌋ is H/16 where 16 divides H.

    >>> H = Space().name("H")
    >>> print(divided(3 * (H // 16) + 3 * (H // 32), {"H": 16}))
    3·H/16 + 3·⌊H/32⌋
    """
    if isinstance(size, int):
        return size

    def put(atom: Atom) -> "Number | None":
        if isinstance(atom, Sum):
            inside: Number = as_factor(divided(atom.inside, multiples))
            return inside
        return _quotient(atom, multiples) if isinstance(atom, Floor) else None

    return size.mapped(put)


def _quotient(floor: Floor, multiples: Mapping[str, int]) -> "Number | None":
    """A floor of which only the constant is rounded; None of another."""
    terms = dict(floor.inside.terms)
    constant = int(terms.pop(ONE, 0))
    for term, count in terms.items():
        atom = sole_atom(term)
        if not isinstance(atom, Name) or count * multiples.get(atom.name, 1) % floor.by:
            return None
    parts = {term: count * Fraction(1, floor.by) for term, count in terms.items()}
    return floor.space.sum({**parts, ONE: constant // floor.by})
