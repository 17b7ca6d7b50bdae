"""What tells one question from another: the same in each process, whatever its texts' hashes."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from json import dumps
from typing import Any

from ...records import fields, replace
from ...sizes.atoms import Atom
from ...sizes.polynomial import Polynomial
from ..grid.filters import Filter
from ..grid.tiles import Tiles
from ..question import Question


def fingerprint(question: Question, tiles: Tiles) -> str:
    """Of the grid, its cut into tiles, the counts' formulas, the filters, the choice, the columns.

    64 digits. Filters are told apart as they are typed, spaces aside; which device prices a tile
    changes nothing.
    """
    return _digest(_Plain().of([replace(question, device=""), tiles]))


def _digest(plain: Any) -> str:
    return sha256(dumps(plain).encode()).hexdigest()


class _Plain:
    """Values as lists, texts and numbers. An atom is its digest: it may come many times."""

    def __init__(self) -> None:
        self._of_atoms: dict[Atom, str] = {}

    def of(self, value: Any) -> Any:
        """A value and all that is in it; raises `TypeError` for what may differ by the process."""
        if value is None or isinstance(value, str | int | float):  # JSON tells them apart
            return value
        if isinstance(value, Polynomial):
            return ["polynomial", *self._terms(value)]
        if isinstance(value, Filter):
            return ["filter", " ".join(value.text.split())]
        if isinstance(value, Mapping):
            return ["mapping", *sorted([name, self.of(part)] for name, part in value.items())]
        if isinstance(value, Sequence):
            return [*map(self.of, value)]
        if names := [one.name for one in fields(value) if one.compare]:
            return [
                type(value).__name__,
                *([name, self.of(getattr(value, name))] for name in names),
            ]
        raise TypeError(type(value).__name__)

    def _terms(self, number: Polynomial) -> list[Any]:
        """Each product as its factors' digests and powers, and what it is taken times."""
        return sorted(
            [sorted([self._atom(atom), power] for atom, power in monomial), str(times)]
            for monomial, times in number.terms.items()
        )

    def _atom(self, atom: Atom) -> str:
        if atom not in self._of_atoms:
            self._of_atoms[atom] = _digest(self.of(atom.key))
        return self._of_atoms[atom]
