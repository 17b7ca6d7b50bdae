"""Polynomials over a box of a grid: sums of products of small arrays, each on its own axes.

What a polynomial adds and multiplies stays so; its atoms are worked out once, on the axes that they
depend on alone, and equal arrays are one factor. What is the same for all designs is a number.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import count as numbers
from math import inf, lcm, prod
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from ...records import dataclass
from ...sizes.atoms import Atom, Name, Sum, Taps
from ...sizes.bounds import most
from ...sizes.condition import Condition
from ...sizes.polynomial import Number, Polynomial, terms_of
from ...sizes.values import holds, value_of_atom
from .axes import Box
from .filters import MOST

if TYPE_CHECKING:
    import numpy as np

    Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
    Terms: TypeAlias = "Mapping[tuple[Factor, ...], int]"

MAX_FACTOR = 2**20  # elements: 8 MiB
_SMALL = 2**31  # two such multiply in int64


class TooLargeError(Exception):
    """What is no sum of products depends on so many axes that its array would pass `MAX_FACTOR`."""


class Factor:
    """An int64 array on some axes of the grid: ``values`` has one dimension for each of `axes`.

    `number` orders those that were made for a box: the same for boxes that are alike.
    """

    __slots__ = ("axes", "number", "values")

    def __init__(self, axes: tuple[int, ...], values: "Array", number: int = 0) -> None:
        self.axes = axes
        self.values = values
        self.number = number


@dataclass(frozen=True)
class Products:
    """A count over a box: the sum, over `terms`, of coefficient × factors, divided by `divisor`.

    Sums and products that wrap around 2**64 still come out right where the result fits, which is
    proved beforehand: coefficients are kept as int64 holds them. A divisor is then a power of two,
    since an odd one has an inverse there, and what is divided fits too; where that is not proved,
    it is `exact`: worked out in Python's integers.
    """

    terms: "Terms"
    divisor: int = 1
    exact: bool = False

    @property
    def axes(self) -> set[int]:
        """The axes that it depends on."""
        return {axis for factors in self.terms for factor in factors for axis in factor.axes}

    def at(self, indices: "Sequence[Array]") -> "Array":
        """Its values at the designs with these indices along the axes (arrays that broadcast)."""
        import numpy as np

        number: Any = object if self.exact else np.int64
        total = np.zeros((1,) * max(index.ndim for index in indices), dtype=number)
        for factors, times in self.terms.items():
            term: Any = times
            for factor in factors:
                values = factor.values[tuple(indices[axis] for axis in factor.axes)]
                values = values.astype(object) if self.exact else values
                term = values if term is times and times == 1 else term * values
            total = total + term
        if self.divisor > 1:
            total = total // self.divisor
        return total.astype(np.int64) if self.exact else total


class Factors:
    """The factors over a box, whose axes have these names."""

    def __init__(self, names: Sequence[str], box: Box) -> None:
        import numpy as np

        self.lengths = tuple(map(len, box))
        self.axes = [np.array(values, dtype=np.int64) for values in box]
        self._numbers = {name: number for number, name in enumerate(names)}
        self._arrays: dict[tuple[int, ...], dict[Atom, Array]] = {}
        self._of_atoms: dict[Atom, tuple[int, Factor | None]] = {}
        self._kept_by: dict[tuple[tuple[int, ...], bytes], Factor] = {}
        self._made = numbers()

    def products(self, number: Number) -> Products:
        """A size as a sum of products. Raises `TooLargeError` where an array would be."""
        if isinstance(number, Polynomial) and any(map(_is_wide, number.atoms)):
            number = number.mapped(lambda atom: atom.parts[0] if _is_wide(atom) else None)
        apart: dict[tuple[Factor, ...], Fraction] = {}
        for monomial, count in terms_of(number).items():
            times, factors = Fraction(count), list[Factor]()
            for atom, power in monomial:
                scale, factor = self.factor(atom)
                times *= scale**power
                factors += [factor] * power if factor else []
            alike = tuple(sorted(factors, key=attrgetter("number")))
            apart[alike] = apart.get(alike, Fraction(0)) + times
        divisor = lcm(*(times.denominator for times in apart.values()))
        terms = {factors: int(times * divisor) for factors, times in apart.items() if times}
        twos = divisor & -divisor
        if divisor > 1 and most(number) * twos > MOST:
            return Products(terms, divisor, exact=True)
        odd = pow(divisor // twos, -1, 2**64)
        return Products(self._merged({one: times * odd for one, times in terms.items()}), twos)

    def first(self, condition: Condition) -> tuple[int, ...] | None:
        """The first design in the order of the grid for which it holds: indices along the axes.

        None where it holds for none. Raises `TooLargeError` where its array would be too large.
        """
        import numpy as np

        axes = self._axes(condition.value)
        names = self._names(axes, exact=reach(condition.value) > MOST)
        truths = np.broadcast_to(
            holds(condition, names), [self.lengths[axis] for axis in axes]
        ).ravel()
        position = int(truths.argmax())
        if not truths[position]:
            return None
        indices = np.unravel_index(position, [self.lengths[axis] for axis in axes])
        first = [0] * len(self.lengths)
        for axis, index in zip(axes, indices, strict=True):
            first[axis] = int(index)
        return tuple(first)

    def _axes(self, of: "Atom | Number") -> tuple[int, ...]:
        """The axes that it depends on. Raises `TooLargeError` where an array on them would be."""
        names = () if isinstance(of, int) else of.names
        axes = tuple(sorted(self._numbers[name] for name in names))
        if prod(self.lengths[axis] for axis in axes) > MAX_FACTOR:
            raise TooLargeError
        return axes

    def _names(self, axes: tuple[int, ...], *, exact: bool) -> "dict[str, Array]":
        """The values of the names of these axes, in arrays of as many dimensions."""
        arrays = {}
        for name, number in self._numbers.items():
            if number in axes:
                values = self.axes[number].astype(object) if exact else self.axes[number]
                shape = [1] * len(axes)
                shape[axes.index(number)] = -1
                arrays[name] = values.reshape(shape)
        return arrays

    def factor(self, atom: Atom) -> "tuple[int, Factor | None]":
        """An atom as a number times a factor without a common divisor; None is 1."""
        import numpy as np

        if atom not in self._of_atoms:
            axes = self._axes(atom)
            exact = reach_of_atom(atom) > MOST
            known = {} if exact else self._arrays.setdefault(axes, {})
            found = value_of_atom(atom, self._names(axes, exact=exact), known)
            values = np.broadcast_to(found, [self.lengths[axis] for axis in axes])
            common = int(np.gcd.reduce(values, axis=None))
            alike = bool((values == values.flat[0]).all())
            self._of_atoms[atom] = (
                (int(values.flat[0]), None)
                if alike
                else (common, self._kept(axes, values // common))
            )
        return self._of_atoms[atom]

    def _kept(self, axes: tuple[int, ...], values: "Array") -> Factor:
        """The factor of these values: of equal ones the first."""
        from hashlib import sha256  # with OpenSSL, which a budget does not need

        import numpy as np

        if values.dtype == object and abs(values).max() > MOST:
            return Factor(axes, values, next(self._made))
        values = np.ascontiguousarray(values, dtype=np.int64)
        key = axes, sha256(values.data).digest()
        return self._kept_by.setdefault(key, Factor(axes, values, next(self._made)))

    def _merged(self, terms: "Terms") -> "Terms":
        """With one factor for each axes in a product, and as few products as that leaves.

        Whatever passes int64 wraps.
        """
        merged: dict[tuple[Factor, ...], int] = {}
        for factors, times in terms.items():
            by_axes: dict[tuple[int, ...], Array] = {}
            for factor in factors:
                values, axes = _wrapped(factor.values), factor.axes
                by_axes[axes] = by_axes[axes] * values if axes in by_axes else values
            product = tuple(self._kept(axes, by_axes[axes]) for axes in sorted(by_axes))
            merged[product] = merged.get(product, 0) + times
        for axes in sorted({factor.axes for factors in merged for factor in factors}):
            merged = self._added(merged, axes)
        wrapped = {factors: _wrapped(times) for factors, times in merged.items()}
        return {factors: times for factors, times in wrapped.items() if times}

    def _added(self, terms: "Terms", axes: tuple[int, ...]) -> "dict[tuple[Factor, ...], int]":
        """With the factors on some axes added up where the others are alike."""
        added: dict[tuple[Factor, ...], int] = {}
        alike: dict[tuple[Factor, ...], list[tuple[Factor, int]]] = {}
        for factors, times in terms.items():
            own = [factor for factor in factors if factor.axes == axes]
            others = tuple(factor for factor in factors if factor.axes != axes)
            if own:
                alike.setdefault(others, []).append((own[0], times))
            else:
                added[factors] = added.get(factors, 0) + times
        for others, several in alike.items():
            (factor, times), *more = several
            if more or not others:
                values = sum(one.values * _wrapped(count) for one, count in several)
                first = int(values.flat[0])
                if (values == first).all():
                    added[others] = added.get(others, 0) + first
                    continue
                factor, times = self._kept(axes, values), 1
            product = tuple(sorted([*others, factor], key=attrgetter("axes")))
            added[product] = added.get(product, 0) + times
        return added


def _is_wide(atom: Atom) -> bool:
    """Whether it is a sum on several axes, better multiplied out."""
    return isinstance(atom, Sum) and len(atom.names) > 1


def _wrapped(number: Any) -> Any:
    """A number, or an array of Python's, as int64 holds it.

    >>> _wrapped(2**64 + 5), _wrapped(-3)
    (5, -3)
    """
    if isinstance(number, int):
        return (number + 2**63) % 2**64 - 2**63
    return number if number.dtype != object else ((number + 2**63) % 2**64 - 2**63).astype("int64")


def reach(number: Number) -> float:
    """What no number on the way to its value passes, as far as that is proved."""
    if isinstance(number, int):
        return abs(number)
    below = number.denominator
    total: float = below
    for monomial, count in number.terms.items():
        term: float = abs(int(count * below))
        for atom, power in monomial:
            term *= max(abs(atom.low), abs(atom.high), 1) ** power
        total += term
    return max(total, *map(reach_of_atom, number.atoms))


def reach_of_atom(atom: Atom) -> float:
    """Likewise of an atom's."""
    if isinstance(atom, Name):
        return max(abs(atom.low), abs(atom.high))
    of_parts = sum(map(reach, atom.parts))
    if isinstance(atom, Taps):
        n, m, p = map(reach, atom.parts)
        k, s, d = atom.numbers
        # a sum of floors is below k·k·d/2 + k·(n + p + m·s)
        return of_parts if n + p + k * d + m * s < _SMALL and k < _SMALL else inf
    return max(of_parts, *map(abs, atom.numbers), 0)
