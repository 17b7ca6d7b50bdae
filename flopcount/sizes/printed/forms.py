"""A polynomial as text, LaTeX, Python and JavaScript: one walk over its terms, four alphabets.

Sums are ordered by how fast their terms grow. An alphabet says how a product, a power and each kind
of atom are written; it never sees a polynomial.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Protocol

from ..atoms import Atom, Floor, Name, Sum
from ..polynomial import ONE, Coefficient, Monomial, Number, Polynomial, sole_atom, terms_of
from ..values import value_of_atom

_LARGE = 2**20  # where it is seen which term grows faster


class Alphabet(Protocol):
    """How the parts of a formula are written."""

    minus: str
    divides: bool  # whether a term may be a fraction; code divides a whole sum
    rounds_up: bool  # whether ⌈a/m⌉ is written, or all as ⌊(a + m − 1)/m⌋

    def name(self, name: str) -> str:
        """A size or width."""

    def term(self, count: Fraction, factors: Sequence[str]) -> str:
        """A product with a coefficient above 0."""

    def negative(self, term: str) -> str:
        """A term that is the first, and taken away."""

    def power(self, base: str, power: int) -> str:
        """A name, or what stands in brackets, to a power of 2 or more."""

    def group(self, written: str) -> str:
        """A sum in brackets."""

    def quotient(self, above: str, below: int, *, is_sum: bool) -> str:
        """What is divided without a rest."""

    def rounded(self, above: str, below: int, *, up: bool, is_sum: bool) -> str:
        """What is divided and rounded, down or up."""

    def call(self, function: str, sizes: Sequence[str], numbers: Sequence[int]) -> str:
        """A function's value."""


class Walk:
    """The walk over the terms in one alphabet; `named` has a name for some atoms.

    `called` are the functions that what was written calls: ``floor``, ``taps``, ``gcd``, ….
    """

    def __init__(self, alphabet: Alphabet, named: Mapping[Atom, str] | None = None) -> None:
        self.alphabet = alphabet
        self.named = named or {}
        self.called: set[str] = set()

    def written(self, number: Number) -> str:
        """A whole formula."""
        if isinstance(number, int):
            return self._sum({ONE: number})
        rounded = self._rounded(number)
        if rounded is not None:
            return rounded
        below = 1 if self.alphabet.divides else number.denominator
        if below == 1:
            return self._sum(number.terms)
        whole = number * below
        self.called.add("floor")
        return self.alphabet.quotient(self.written(whole), below, is_sum=is_sum(whole))

    def summands(self, number: Number) -> list[str]:
        """A formula in pieces, each a term with its sign before it."""
        whole = isinstance(number, int) or self.alphabet.divides or number.denominator == 1
        if not whole or rounding(number, up=False) is not None:
            return [self.written(number)]
        return self._signed(terms_of(number))

    def _sum(self, terms: Mapping[Monomial, Coefficient]) -> str:
        return " ".join(self._signed(terms))

    def _signed(self, terms: Mapping[Monomial, Coefficient]) -> list[str]:
        written: list[str] = []
        for monomial, count in sorted(terms.items(), key=_place_in_sum):
            term = self.alphabet.term(abs(Fraction(count)), self._factors(monomial))
            if written:
                written.append(f"{'+' if count > 0 else self.alphabet.minus} {term}")
            else:
                written.append(term if count >= 0 else self.alphabet.negative(term))
        return written

    def _factors(self, monomial: Monomial) -> list[str]:
        """The factors, names before brackets."""
        return [
            self.factor(atom) if power == 1 else self.alphabet.power(self.factor(atom), power)
            for atom, power in sorted(monomial, key=_order)
        ]

    def factor(self, atom: Atom) -> str:
        """An atom as a factor of a product."""
        if atom in self.named:
            return self.named[atom]
        return self.defined(atom)

    def defined(self, atom: Atom) -> str:
        """An atom written out."""
        if isinstance(atom, Name):
            return self.alphabet.name(atom.name)
        if isinstance(atom, Sum):
            rounded = self._rounded(atom.inside)
            return rounded or self.alphabet.group(self.written(atom.inside))
        if isinstance(atom, Floor):
            found = rounding(atom.space.atom(atom), up=self.alphabet.rounds_up)
            return self._divided(*(found or (atom.inside, atom.by, False)))
        name = type(atom).__name__.lower()
        self.called.add(name)
        return self.alphabet.call(name, [*map(self.written, atom.parts)], atom.numbers)

    def _rounded(self, number: Polynomial) -> str | None:
        if self.named.keys() & number.atoms:
            return None
        found = rounding(number, up=self.alphabet.rounds_up)
        return found and self._divided(*found)

    def _divided(self, above: Number, by: int, up: bool) -> str:  # noqa: FBT001
        self.called.add("floor")
        return self.alphabet.rounded(self.written(above), by, up=up, is_sum=is_sum(above))


def is_sum(number: Number) -> bool:
    """Whether it takes brackets where it is a factor."""
    return len(terms_of(number)) > 1


def rounding(number: Number, *, up: bool) -> tuple[Number, int, bool] | None:
    """⌊q/m⌋ + k as ⌊(q + k·m)/m⌋: what is divided, by what, and whether it is rounded up.

    With `up`, as ⌈(q + k·m − m + 1)/m⌉ where the constant in it is smaller. None for anything else,
    and where all of k would come out of it again: ⌈H/6⌉ − 1 is no ⌈(H − 6)/6⌉.
    """
    rest = dict(terms_of(number))
    beside = rest.pop(ONE, 0)
    if len(rest) != 1 or not isinstance(beside, int):
        return None
    ((monomial, count),) = rest.items()
    atom = sole_atom(monomial)
    if count != 1 or not isinstance(atom, Floor):
        return None
    inside, by = atom.inside, atom.by
    constant = int(terms_of(inside).get(ONE, 0)) + beside * by
    turned = up and abs(constant - by + 1) < abs(constant)
    written = constant - by + 1 if turned else constant
    if beside and written % by == 0:
        return None
    return inside + (beside * by - (by - 1 if turned else 0)), by, turned


def _place_in_sum(term: tuple[Monomial, Coefficient]) -> tuple[int, bool, str]:
    """The fastest growing term first; of two that grow alike, the one that is added."""
    monomial, count = term
    size = 1
    for atom, power in monomial:
        size *= _large(atom) ** power
    return -abs(size), count < 0, " ".join(part for *_, part in sorted(map(_order, monomial)))


@lru_cache(maxsize=2**12)
def _large(atom: Atom) -> int:
    """Its value where all is large."""
    return int(value_of_atom(atom, dict.fromkeys(atom.names, _LARGE), {}))


def _order(factor: tuple[Atom, int]) -> tuple[bool, list[str], str]:
    return _place(factor[0])


@lru_cache(maxsize=2**12)
def _place(atom: Atom) -> tuple[bool, list[str], str]:
    """Names before brackets, then by what they hold."""
    return not isinstance(atom, Name), sorted(atom.names), _TEXT.factor(atom)


_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class _Text:
    minus, divides, rounds_up = "−", True, True

    def name(self, name: str) -> str:
        return name

    def term(self, count: Fraction, factors: Sequence[str]) -> str:
        above = [str(count.numerator)] if count.numerator != 1 or not factors else []
        joined = "".join(factors[:1])
        for factor in factors[1:]:
            touches = joined[-1] in "⌉⌋)" and factor[0] in "⌈⌊("
            joined += factor if touches else f"·{factor}"
        written = "·".join([*above, joined] if joined else above)
        return written if count.denominator == 1 else f"{written}/{count.denominator}"

    def negative(self, term: str) -> str:
        return f"−{term}"

    def power(self, base: str, power: int) -> str:
        return base + str(power).translate(_SUPERSCRIPT)

    def group(self, written: str) -> str:
        return f"({written})"

    def quotient(self, above: str, below: int, *, is_sum: bool) -> str:
        return f"({above})/{below}" if is_sum else f"{above}/{below}"

    def rounded(self, above: str, below: int, *, up: bool, is_sum: bool) -> str:
        inside = self.quotient(above, below, is_sum=is_sum)
        return f"⌈{inside}⌉" if up else f"⌊{inside}⌋"

    def call(self, function: str, sizes: Sequence[str], numbers: Sequence[int]) -> str:
        return called(function, sizes, numbers, "; ")


def called(function: str, sizes: Sequence[str], numbers: Sequence[int], between: str) -> str:
    """A call: of taps as ``taps(n, m; k, s, d, p)``."""
    if function == "taps":
        return f"taps({', '.join(sizes[:2])}{between}{', '.join([*map(str, numbers), sizes[2]])})"
    return f"{function}({', '.join([*sizes, *map(str, numbers)])})"


_TEXT = Walk(_Text())


def text_walk() -> Walk:
    """The walk that writes text."""
    return Walk(_Text())


def text(number: Number) -> str:
    """As people write it.

    >>> from flopcount.sizes.polynomial import Space
    >>> H = Space().name("H")
    >>> text(1024000 + 9408 * (-(-H // 2)) * H)
    '9408·H·⌈H/2⌉ + 1024000'
    """
    return _TEXT.written(number)
