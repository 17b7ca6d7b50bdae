"""Values of an axis that a condition does not tell apart: (a + b) mod 4 asks for a mod 4 alone.

Where a condition is asked at the first value of each such class alone, along each axis, the first
design for which it holds is that of the whole grid: it still holds where a value is replaced by the
first of its class, and that stands no later.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import lcm, prod
from typing import TYPE_CHECKING

from ...errors import FlopcountError
from ...sizes.atoms import Atom, Floor, Gcd, Name
from ...sizes.condition import Condition
from ...sizes.polynomial import Monomial, Number, Polynomial, Space, terms_of
from ...sizes.values import Substitution, value
from .axes import MAX_VALUES, Box
from .factors import reach
from .filters import MOST

if TYPE_CHECKING:
    from fractions import Fraction


def firsts(condition: Condition, names: Sequence[str], box: Box) -> Box:
    """Indices along each axis of a box, ascending: the first of the values that are told apart."""
    return tuple(
        [_firsts(condition.value, name, points) for name, points in zip(names, box, strict=True)]
    )


def _firsts(number: Number, name: str, points: Sequence[int]) -> Sequence[int]:
    if isinstance(number, int) or name not in number.names:
        return range(1)
    indices: Sequence[int] = range(len(points))
    by = period(number, name, min(points), max(points))
    if by is not None:
        indices = _first_of_each(indices, [(point % by,) for point in points])
    asked = [points[index] for index in indices]
    columns = [_values(part, name, asked) for part in dict.fromkeys(_seen(number, name))]
    return _first_of_each(indices, zip(*columns, strict=True))


def _first_of_each(indices: Sequence[int], keys: Iterable[tuple[int, ...]]) -> list[int]:
    first: dict[tuple[int, ...], int] = {}
    for index, key in zip(indices, keys, strict=True):
        first.setdefault(key, index)
    return [*first.values()]


def _values(part: Number, name: str, points: Sequence[int]) -> list[int]:
    import numpy as np

    number = np.int64 if reach(part) <= MOST else object
    found: list[int] = value(part, {name: np.array(points, dtype=number)}).tolist()
    return found


def _seen(number: Number, name: str) -> Iterator[Number]:
    """Sizes of the name alone; two of its values are alike to a number where each of these is."""
    if isinstance(number, int):
        return
    alone: dict[Monomial, int | Fraction] = {}
    for monomial, count in number.terms.items():
        if frozenset().union(*(atom.names for atom, _ in monomial)) == {name}:
            alone[monomial] = count * number.denominator
            continue
        for atom, _ in monomial:
            if atom.names == {name}:
                yield Polynomial(Space(), {frozenset({(atom, 1)}): 1})
            else:
                for part in atom.parts:
                    yield from _seen(part, name)
    if alone:
        yield Polynomial(Space(), alone)


def period(number: Number, name: str, low: int, high: int) -> int | None:
    """An m so that a number is at x + m what it is at x, all from `low` to `high`; None without.

    That is proved: with x + m in the place of the name it is written as it is with x. Only of what
    has no fractions: each of its parts is then whole at every x.

    >>> a, b = (Space().name(name, 1, 100) for name in "ab")
    >>> period((a + 2 * b) % 12, "a", 1, 100), period((a + 2 * b) % 12, "b", 1, 100)
    (12, 6)
    >>> period(a + b // 2, "b", 1, 100) is None
    True
    """
    atoms = _atoms(number)
    named = [one for one in atoms if isinstance(one, Name) and one.name == name]
    parts = [number, *(part for atom in atoms for part in atom.parts)]
    whole = all(type(count) is int for part in parts for count in terms_of(part).values())
    if len(named) != 1 or not whole or not named[0].low <= low <= high <= named[0].high:
        return None
    kinds = [one for one in atoms if isinstance(one, Floor | Gcd) and name in one.names]
    rounded = [one.numbers[0] for one in kinds]
    for found in (lcm(*rounded), prod(rounded)):
        if 1 < found <= MAX_VALUES and _repeats(number, named[0], found):
            return _without_factors(number, named[0], found)
    return None


def _without_factors(number: Number, name: Name, found: int) -> int:
    """A period without those of its prime factors that it can do without."""
    rest, factor = found, 2
    while factor <= rest:
        if rest % factor:
            factor += 1
            continue
        rest //= factor
        if _repeats(number, name, found // factor):
            found //= factor
    return found


def _repeats(number: Number, name: Name, by: int) -> bool:
    number = apart(number)
    plain = Polynomial(Space(), {frozenset({(name, 1)}): 1})
    try:
        here, there = (Substitution({name.name: plain + add}).of(number) for add in (0, by))
    except FlopcountError:  # it takes too many terms to say
        return False
    return here == there


def apart(number: Number) -> Number:
    """The same in a space of its own: what is worked out there counts for no limit of another."""
    return _into(number, Space())


def _into(number: Number, space: Space) -> Number:
    if isinstance(number, int):
        return number
    known = {atom: _atom_into(atom, space) for atom in number.atoms}
    terms = {
        frozenset((known[atom], power) for atom, power in monomial): count
        for monomial, count in number.terms.items()
    }
    return Polynomial(space, terms)


def _atom_into(atom: Atom, space: Space) -> Atom:
    if isinstance(atom, Name):
        return atom
    return type(atom)(*(_into(part, space) for part in atom.parts), *atom.numbers)


def _atoms(number: Number) -> set[Atom]:
    """The atoms in it, those inside others too."""
    found: set[Atom] = set()
    waiting = [number]
    while waiting:
        one = waiting.pop()
        for atom in one.atoms if isinstance(one, Polynomial) else ():
            if atom not in found:
                found.add(atom)
                waiting += atom.parts
    return found
