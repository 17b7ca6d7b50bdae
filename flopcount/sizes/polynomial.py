"""Polynomials with whole values: sums of products of names, floors and the like, exact.

A `Polynomial` stands where a formula of an op or a window expects a size, and is written as text,
LaTeX and code (printed/), worked out for numbers and arrays (values.py), bounded (bounds.py). A sum
in which no name is left is a plain int.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from math import inf, lcm
from typing import TYPE_CHECKING, Any, TypeAlias

from ..errors import FlopcountError

if TYPE_CHECKING:
    from .atoms import Atom
    from .condition import Condition

Coefficient: TypeAlias = "int | Fraction"
Monomial: TypeAlias = "frozenset[tuple[Atom, int]]"  # each atom with its power; 1 is empty
Terms: TypeAlias = Mapping[Monomial, Coefficient]
Number: TypeAlias = "Polynomial | int"

ONE: "Monomial" = frozenset()
MAX_STEPS = 250_000  # terms of all sums that are worked out in one space
MAX_DEPTH = 50  # of atoms within atoms: what follows them goes as deep


class Space:
    """What some names have in common: the conditions on them that nobody could decide.

    Each says that something does not fit; a formula holds where none of them does.
    """

    def __init__(self) -> None:
        self.conditions: list[Condition] = []
        self._steps = 0

    def name(self, name: str, low: int = 1, high: float = inf) -> "Polynomial":
        """A size that is open, from `low` to `high`."""
        from .atoms import Name

        return self.atom(Name(name, low, high))

    def atom(self, atom: "Atom") -> "Polynomial":
        """An atom as a polynomial. Raises `FlopcountError` past `MAX_DEPTH`."""
        if atom.depth > MAX_DEPTH:
            raise FlopcountError(
                f"a size is rounded more than {MAX_DEPTH} times, one in the other, with a name in "
                "it; a number has no such limit"
            )
        return Polynomial(self, {frozenset({(atom, 1)}): 1})

    def sum(self, terms: Terms) -> "Number":
        """A sum of products; an int where no name is left in it.

        Raises `FlopcountError` past `MAX_STEPS` terms, those of all sums so far.
        """
        self._steps += 1 + len(terms)
        if self._steps > MAX_STEPS:
            raise FlopcountError(
                f"to work this formula out takes more than {MAX_STEPS} terms; leave fewer sizes "
                "and widths open, or write a smaller part of the network"
            )
        terms = {one: _plain(count) for one, count in terms.items() if count}
        rest = terms.get(ONE, 0)
        alone = not terms or (len(terms) == 1 and ONE in terms)
        return rest if alone and isinstance(rest, int) else Polynomial(self, terms)


class Polynomial:
    """A whole number for all values of its names: the sum, over `terms`, of coefficient × product.

    Takes ``+ - * //`` and ``%`` with whole numbers, and polynomials, as an int does. Equal are two
    that are written alike; ``<`` and its like are bools where that is proved, else a `Condition`.
    """

    is_polynomial = True

    def __init__(self, space: Space, terms: Terms) -> None:
        self.space = space
        self.terms = terms

    @cached_property
    def _hash(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __hash__(self) -> int:
        """Equal ones are alike."""
        return self._hash

    def __eq__(self, other: object) -> bool:
        """Whether it is written like the other: never undecided."""
        return isinstance(other, Polynomial) and (self is other or self.terms == other.terms)

    def __reduce__(self) -> tuple[Any, ...]:
        """Made anew by another process, where texts have other hashes."""
        return Polynomial, (self.space, self.terms)

    @cached_property
    def atoms(self) -> "frozenset[Atom]":
        """The atoms of its products, not what is inside them."""
        return frozenset(atom for monomial in self.terms for atom, _ in monomial)

    @cached_property
    def depth(self) -> int:
        """How many atoms lie within each other in it."""
        return max(atom.depth for atom in self.atoms)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names in it, inside atoms too."""
        return frozenset().union(*(atom.names for atom in self.atoms))

    @cached_property
    def _bounds(self) -> tuple[float, float]:
        from .bounds import bounds

        return bounds(self)

    @property
    def low(self) -> float:
        """What it is at least, as far as that is proved; an int, or −∞."""
        return self._bounds[0]

    @property
    def high(self) -> float:
        """What it is at most, likewise."""
        return self._bounds[1]

    @property
    def denominator(self) -> int:
        """The least whole number that leaves no fraction in its coefficients."""
        return lcm(*(Fraction(count).denominator for count in self.terms.values()))

    def __add__(self, other: Number) -> Number:
        """Add, term by term."""
        terms = dict(self.terms)
        for monomial, count in terms_of(other).items():
            terms[monomial] = terms.get(monomial, 0) + count
        return self.space.sum(terms)

    __radd__ = __add__

    def __neg__(self) -> Number:
        """Negate."""
        return self * -1

    def __sub__(self, other: Number) -> Number:
        """Subtract."""
        return self + (-other)

    def __rsub__(self, other: Number) -> Number:
        """Subtract from."""
        return -self + other

    def __mul__(self, other: "Number | Fraction") -> Number:
        """Multiply, each term by each."""
        if not isinstance(other, Polynomial):
            return self.space.sum({one: count * other for one, count in self.terms.items()})
        terms: dict[Monomial, Coefficient] = {}
        for more, times in other.terms.items():
            for monomial, count in self.terms.items():
                both = _times(monomial, more)
                terms[both] = terms.get(both, 0) + count * times
        return self.space.sum(terms)

    __rmul__ = __mul__

    def __pow__(self, power: int) -> Number:
        """Multiply so many of it."""
        result: Number = 1
        for _ in range(power):
            result = self * result
        return result

    def __floordiv__(self, by: int) -> Number:
        """⌊a / b⌋ for a whole b ≥ 1."""
        from .simplest import floor_div

        return floor_div(self, by)

    def __mod__(self, by: int) -> Number:
        """What ⌊a / b⌋ leaves."""
        opened = self.opened()
        return opened - opened // by * by

    def over(self, by: int) -> Number:
        """A b-th of it, which b divides; that it does has been asked for."""
        return self * Fraction(1, by)

    def opened(self) -> Number:
        """With the sums that stood for one factor multiplied out."""
        from .atoms import Sum

        if not any(isinstance(atom, Sum) for atom in self.atoms):
            return self
        return self.mapped(lambda atom: atom.inside if isinstance(atom, Sum) else None)

    def mapped(self, put: Any) -> Number:
        """With what ``put(atom)`` gives in an atom's place; None leaves it."""
        known = {atom: put(atom) for atom in self.atoms}

        def mapped(monomial: Monomial, count: Coefficient) -> Number:
            kept = frozenset(pair for pair in monomial if known[pair[0]] is None)
            term = self.space.sum({kept: count})
            for atom, power in monomial:
                if known[atom] is not None:
                    term = known[atom] ** power * term
            return term

        return total(mapped(monomial, count) for monomial, count in self.terms.items())

    def as_factor(self) -> "Number":
        """A sum as one factor of products."""
        from .atoms import Sum

        if len(self.terms) < 2:
            return self
        inside = self.opened()  # two sums can cancel each other
        return inside.space.atom(Sum(inside)) if isinstance(inside, Polynomial) else inside

    def __lt__(self, other: Number) -> "bool | Condition":
        """Whether less."""
        from .condition import negative

        return negative(self - other)

    def __le__(self, other: Number) -> "bool | Condition":
        """Whether not more."""
        from .condition import negative

        return negative(self - other - 1)

    def __gt__(self, other: Number) -> "bool | Condition":
        """Whether more."""
        from .condition import negative

        return negative(other - self)

    def __ge__(self, other: Number) -> "bool | Condition":
        """Whether not less."""
        from .condition import negative

        return negative(other - self - 1)

    def __str__(self) -> str:
        """As people write it."""
        from .printed.forms import text

        return text(self)

    __repr__ = __str__


def opened(number: Number) -> Number:
    """With the sums that stood for one factor multiplied out."""
    return number if isinstance(number, int) else number.opened()


def _plain(count: Coefficient) -> Coefficient:
    """A whole number as an int."""
    return count if type(count) is int or count.denominator > 1 else int(count)


def sole_atom(monomial: Monomial) -> "Atom | None":
    """The one atom of a product that has no other, and it once."""
    (atom, power), *others = monomial or [(None, 0)]
    return atom if power == 1 and not others else None


def terms_of(number: Number) -> Terms:
    """The terms of a polynomial, or of a number."""
    return number.terms if isinstance(number, Polynomial) else {ONE: number}


def total(numbers: Iterable[Number]) -> Number:
    """Add up many, each term once: of n terms in all it takes n steps."""
    terms: dict[Monomial, Coefficient] = {}
    space = None
    for number in numbers:
        space = getattr(number, "space", space)
        for monomial, count in terms_of(number).items():
            terms[monomial] = terms.get(monomial, 0) + count
    return space.sum(terms) if space else int(terms.get(ONE, 0))


def _times(one: Monomial, other: Monomial) -> Monomial:
    if not one or not other:
        return one or other
    powers = dict(one)
    for atom, power in other:
        powers[atom] = powers.get(atom, 0) + power
    return frozenset(powers.items())
