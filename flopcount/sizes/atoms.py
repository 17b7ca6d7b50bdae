"""What a polynomial is made of: names, and what of a polynomial is none, such as ⌊p/m⌋.

Each kind of atom is a class: its parts, which are sizes, its whole numbers, what bounds its value,
and how that is worked out. They are made in simplest.py.
"""

import operator
from collections.abc import Callable
from functools import cached_property
from math import gcd, inf
from typing import Any, ClassVar

from .bounds import least, most
from .polynomial import Monomial, Number, Polynomial, Space
from .taps import taps_inside


class Atom:
    """A factor of a product: `parts` are sizes, `numbers` are whole; equal ones are alike.

    `of` works out its value from those of its parts, whole numbers or arrays of them, and its
    numbers. `grows` says that the value grows, or stays, with each part.
    """

    parts: tuple[Number, ...] = ()
    numbers: tuple[int, ...] = ()
    low: float = -inf  # what is proved of its value
    high: float = inf
    grows: ClassVar[bool] = False
    of: ClassVar[Callable[..., Any]]

    def __init__(self, *parts: Number, numbers: tuple[int, ...] = ()) -> None:
        self.parts, self.numbers = parts, numbers

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """What it is told apart by."""
        return type(self).__name__, self.parts, self.numbers

    @cached_property
    def _hash(self) -> int:
        return hash(self.key)

    def __hash__(self) -> int:
        """Equal ones are alike."""
        return self._hash

    def __eq__(self, other: object) -> bool:
        """Whether it has the same parts."""
        return self is other or (isinstance(other, Atom) and self.key == other.key)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names in it."""
        return frozenset().union(*(p.names for p in self.parts if isinstance(p, Polynomial)))

    @cached_property
    def depth(self) -> int:
        """How many atoms lie within each other in it, itself too."""
        return 1 + max((p.depth for p in self.parts if isinstance(p, Polynomial)), default=0)

    @cached_property
    def spelling(self) -> str:
        """In letters, the same each time: an order that no run changes."""
        kind, *rest = self.key
        return f"{kind}({', '.join(map(_spelt, rest))})"

    @property
    def space(self) -> Space:
        """The space of its parts."""
        return next(part.space for part in self.parts if isinstance(part, Polynomial))

    def __reduce__(self) -> tuple[Any, ...]:
        """Made anew by another process, where texts have other hashes."""
        return type(self), (*self.parts, *self.numbers)

    def value(self, *parts: Any) -> Any:
        """Its value, given those of its parts."""
        return type(self).of(*parts, *self.numbers)


class Name(Atom):
    """A size that is open."""

    def __init__(self, name: str, low: int = 1, high: float = inf) -> None:
        self.name, self.low, self.high = name, low, high

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """Names that are spelt alike may be bounded in other ways."""
        return "Name", self.name, self.low, self.high

    def __reduce__(self) -> tuple[Any, ...]:
        """Likewise."""
        return Name, (self.name, self.low, self.high)

    @cached_property
    def names(self) -> frozenset[str]:
        """Itself."""
        return frozenset({self.name})


class Sum(Atom):
    """A sum that stays one factor, so that (H − 2)(W − 2) is not multiplied out."""

    grows = True
    of = operator.pos

    def __init__(self, part: Polynomial) -> None:
        super().__init__(part)
        self.inside = part
        self.low, self.high = part.low, part.high

    @cached_property
    def depth(self) -> int:
        """That of the sum: none lies within another."""
        return self.inside.depth


class Floor(Atom):
    """⌊inside / by⌋."""

    grows = True
    of = operator.floordiv

    def __init__(self, inside: Polynomial, by: int) -> None:
        super().__init__(inside, numbers=(by,))
        self.inside, self.by = inside, by
        self.low, self.high = _divided(inside.low, by), _divided(inside.high, by)


class Max(Atom):
    """The larger of two."""

    grows = True

    def __init__(self, a: Number, b: Number) -> None:
        super().__init__(a, b)
        self.low, self.high = max(least(a), least(b)), max(most(a), most(b))

    @staticmethod
    def of(a: Any, b: Any) -> Any:
        """Of numbers, or of arrays."""
        return a + (b - a) * (b > a)


class Min(Atom):
    """The smaller of two."""

    grows = True

    def __init__(self, a: Number, b: Number) -> None:
        super().__init__(a, b)
        self.low, self.high = min(least(a), least(b)), min(most(a), most(b))

    @staticmethod
    def of(a: Any, b: Any) -> Any:
        """Of numbers, or of arrays."""
        return a + (b - a) * (b < a)


class Gcd(Atom):
    """The greatest common divisor of a part and a whole number."""

    low = 1

    def __init__(self, part: Polynomial, by: int) -> None:
        super().__init__(part, numbers=(by,))
        self.high = by

    @staticmethod
    def of(part: Any, by: int) -> Any:
        """Of a number, or of an array."""
        if isinstance(part, int):
            return gcd(part, by)
        import numpy as np

        return np.gcd(part, by)


class Taps(Atom):
    """The taps of a window that fall inside its axis: parts n, m and p, numbers k, s and d."""

    low = 0
    of = taps_inside

    def __init__(self, n: Number, m: Number, p: Number, *numbers: int) -> None:
        super().__init__(n, m, p, numbers=numbers)
        self.high = max(most(m), 0) * numbers[0]


def _divided(bound: float, by: int) -> float:
    return bound // by if isinstance(bound, int) else bound


def spelling(monomial: Monomial) -> str:
    """A product in letters, the same each time."""
    return " ".join(sorted(f"{atom.spelling}^{power}" for atom, power in monomial))


def _spelt(part: Any) -> str:
    if isinstance(part, tuple):
        return ", ".join(map(_spelt, part))
    if isinstance(part, Polynomial):
        return " + ".join(sorted(f"{n} {spelling(one)}" for one, n in part.terms.items()))
    return str(part)
