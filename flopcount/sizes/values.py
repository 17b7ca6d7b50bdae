"""What a polynomial comes to where its names have values: whole numbers, or arrays of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .atoms import Atom, Name, Sum
from .condition import RELATIONS, Condition, primitive
from .polynomial import Number, Polynomial, sole_atom, total
from .simplest import made

if TYPE_CHECKING:
    from collections.abc import Iterator


def value(number: Number, names: Mapping[str, Any], known: dict[Atom, Any] | None = None) -> Any:
    """Its value, exact. `known` keeps the atoms' values for the next with the same names.

    Raises `KeyError` for a name that has no value.

    >>> from flopcount.sizes.polynomial import Space
    >>> H = Space().name("H")
    >>> value(3 * (H // 2) + 1, {"H": 7})
    10
    """
    if isinstance(number, int):
        return number
    known = {} if known is None else known
    below = number.denominator
    result: Any = 0
    for monomial, count in number.terms.items():
        term: Any = int(count * below)
        for atom, power in monomial:
            if atom not in known:
                known[atom] = value_of_atom(atom, names, known)
            term = term * known[atom] ** power
        result = result + term
    return result if below == 1 else result // below


def value_of_atom(atom: Atom, names: Mapping[str, Any], known: dict[Atom, Any]) -> Any:
    """An atom's value."""
    if isinstance(atom, Name):
        return names[atom.name]
    return atom.value(*(value(part, names, known) for part in atom.parts))


def holds(condition: Condition, names: Mapping[str, Any], known: Any = None) -> Any:
    """Whether a condition holds there: a bool, or an array of them."""
    found = value(condition.value, names, known)
    return RELATIONS[condition.relation](found, 0)


class Substitution:
    """Sizes in the place of names, followed into every atom, which is made anew of them."""

    def __init__(self, puts: Mapping[str, Number]) -> None:
        self._puts = puts
        self._known: dict[Atom, Number] = {}

    def of(self, number: Number) -> Number:
        """A size with the others put in."""
        if isinstance(number, int) or number.names.isdisjoint(self._puts):
            return number
        return number.mapped(self._put)

    def condition(self, condition: Condition) -> "bool | Condition":
        """A condition, decided where it can be then."""
        return condition._replace(value=primitive(self.of(condition.value))).decided()

    def _put(self, atom: Atom) -> "Number | None":
        if atom.names.isdisjoint(self._puts):
            return None
        if atom not in self._known:
            if isinstance(atom, Name):
                self._known[atom] = self._puts[atom.name]
            else:
                self._known[atom] = made(atom, map(self.of, atom.parts))
        return self._known[atom]


def tidied(number: Number) -> Number:
    """With a sum that is multiplied by a number alone written out: 3·(H − 2) as 3·H − 6."""
    return number if isinstance(number, int) else total(_open_terms(number))


def _open_terms(number: Polynomial) -> "Iterator[Number]":
    for monomial, count in number.terms.items():
        atom = sole_atom(monomial)
        if isinstance(atom, Sum):
            yield atom.inside * count
        else:
            yield number.space.sum({monomial: count})
