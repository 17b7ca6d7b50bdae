"""What a size lies between where its names do: as often as is asked, without new polynomials."""

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeAlias

from ....sizes.atoms import Atom, Gcd, Name, Taps
from ....sizes.condition import Condition
from ....sizes.polynomial import Number

Whole: TypeAlias = "tuple[int, int]"  # the least and the most
Known: TypeAlias = "dict[Atom, Whole]"


def ends(
    number: Number, names: Mapping[str, Whole], known: Known
) -> tuple[Fraction | int, Fraction | int]:
    """What a size is at least and at most: by intervals, term by term.

    `known` keeps what atoms lie between for the next with the same names.

    >>> from flopcount.sizes.polynomial import Space
    >>> H = Space().name("H")
    >>> ends(3 * (H // 2) - 1, {"H": (4, 9)}, {})
    (5, 11)
    """
    if isinstance(number, int):
        return number, number
    low: Fraction | int = 0
    high: Fraction | int = 0
    for monomial, count in number.terms.items():
        product = 1, 1
        for atom, power in monomial:
            found = _of_atom(atom, names, known)
            for _ in range(power):
                corners = [a * b for a in product for b in found]
                product = min(corners), max(corners)
        one, other = product[0] * count, product[1] * count
        low, high = low + min(one, other), high + max(one, other)
    return low, high


def _of_atom(atom: Atom, names: Mapping[str, Whole], known: Known) -> Whole:
    if isinstance(atom, Name):
        return names[atom.name]
    if atom not in known:
        known[atom] = _worked_out(atom, names, known)
    return known[atom]


def _worked_out(atom: Atom, names: Mapping[str, Whole], known: Known) -> Whole:
    if isinstance(atom, Gcd):
        return int(atom.low), int(atom.high)
    parts = [_whole(ends(part, names, known)) for part in atom.parts]
    lows, highs = zip(*parts, strict=True)
    if isinstance(atom, Taps):  # more land on a longer axis, and of more outputs
        before = parts[2]
        if before[0] != before[1]:
            return 0, max(highs[1], 0) * atom.numbers[0]
        return atom.value(*lows), atom.value(*highs)
    if not atom.grows:
        raise TypeError(atom)
    return atom.value(*lows), atom.value(*highs)


def _whole(interval: tuple[Fraction | int, Fraction | int]) -> Whole:
    """The whole numbers in it: a size is one."""
    return -((-interval[0]) // 1), interval[1] // 1


def always_holds(condition: Condition, names: Mapping[str, Whole], known: Known) -> bool:
    """Whether it is proved that a condition holds wherever its names lie between these ends."""
    low, high = ends(condition.value, names, known)
    if condition.relation == "<":
        return high < 0
    if condition.relation == "≠":
        return low > 0 or high < 0
    return low == high == 0
