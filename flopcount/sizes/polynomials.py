"""Sizes on a grid of designs: exact polynomials in small arrays, each on its own axes.

A design is a point of a grid, with one axis for each varied name. A `Polynomial` stands where a
formula of an op or a window expects a size. What a formula adds and multiplies stays a sum of
products, so that an array is never larger than the axes that it depends on; only what is no
polynomial (⌊a/b⌋, |a|) is worked out, on those axes alone, into a new `Atom`. A size that no axis
reaches is a plain int.
"""

import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    import numpy as np

    Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
    Number: TypeAlias = "Polynomial | int"
    Monomial: TypeAlias = "tuple[Atom, ...]"

MAX_ATOM = 2**20  # elements: 8 MiB


class TooLargeError(Exception):
    """What is no polynomial depends on so many axes that its array would pass `MAX_ATOM`."""


class Atom:
    """An int64 array on some axes of the grid: ``values`` has one dimension for each of `axes`."""

    __slots__ = ("__weakref__", "axes", "serial", "values")

    def __init__(self, serial: int, axes: tuple[int, ...], values: "Array") -> None:
        self.serial = serial
        self.axes = axes
        self.values = values


class Space:
    """The axes of a grid, and the atoms that live on them: equal atoms are one."""

    def __init__(self, axes: Sequence[Sequence[int]]) -> None:
        import numpy as np

        self.lengths = tuple(len(values) for values in axes)
        self._made = 0
        self._known: WeakValueDictionary[tuple[tuple[int, ...], bytes], Atom] = (
            WeakValueDictionary()
        )
        self.axes = [np.array(values, dtype=np.int64) for values in axes]

    def variable(self, axis: int) -> "Number":
        """The size that varies along an axis."""
        return self.atom((axis,), self.axes[axis])

    def atom(self, axes: tuple[int, ...], values: "Array") -> "Number":
        """An array as a size; an int where it is the same for all designs."""
        from hashlib import sha256

        least = int(values.min())
        if least == int(values.max()):
            return least
        key = (axes, sha256(values.tobytes()).digest())
        known = self._known.get(key)
        if known is None:
            self._made += 1
            known = self._known[key] = Atom(self._made, axes, values)
        return Polynomial(self, {(known,): 1})

    def polynomial(self, terms: "dict[Monomial, int]") -> "Number":
        """A sum of products; an int where no axis is left in it."""
        terms = {atoms: count for atoms, count in terms.items() if count}
        return Polynomial(self, terms) if any(terms) else terms.get((), 0)


def wrapped(count: int) -> int:
    """An integer as int64 holds it.

    Sums and products that wrap around 2**64 still come out right where the result fits, which is
    checked beforehand; so a part of a polynomial may wrap, and its value does not.

    >>> wrapped(2**64 + 5), wrapped(-3)
    (5, -3)
    """
    return (count + 2**63) % 2**64 - 2**63


class Polynomial:
    """A whole number for each design: the sum, over `terms`, of coefficient × atoms.

    Behaves in ops and windows as an int64 array does: ``+ - * // % abs`` and comparisons, with
    whole numbers or polynomials of the same space; a comparison that holds alike for all designs
    is a bool, others are arrays of them. Raises `TooLargeError` where an array would be.
    """

    __slots__ = ("space", "terms")
    __hash__ = None  # type: ignore[assignment]  # `==` compares design by design

    def __init__(self, space: Space, terms: "dict[Monomial, int]") -> None:
        self.space = space
        self.terms = terms

    @property
    def dtype(self) -> "np.dtype[Any]":
        """What `as_size` asks an array for."""
        import numpy as np

        return np.dtype(np.int64)

    @property
    def shape(self) -> tuple[int, ...]:
        """Likewise: one dimension for each axis of the grid."""
        return self.space.lengths

    def astype(self, _dtype: str) -> "Polynomial":
        """Likewise."""
        return self

    def axes(self) -> tuple[int, ...]:
        """The axes that it depends on."""
        return tuple(sorted({axis for atoms in self.terms for atom in atoms for axis in atom.axes}))

    def at(self, indices: "Sequence[Array]") -> "Array":
        """Its values at the designs with these indices along the axes (arrays that broadcast)."""
        return evaluate(self, indices)

    def values(self) -> "tuple[tuple[int, ...], Array]":
        """The axes that it depends on, and its values on them."""
        import numpy as np

        axes, lengths = self.axes(), self.space.lengths
        size = 1
        for axis in axes:
            size *= lengths[axis]
        if size > MAX_ATOM:
            raise TooLargeError
        open_grid: list[Array] = [np.zeros(1, dtype=np.intp)] * len(lengths)
        grids = np.ogrid[tuple(slice(lengths[axis]) for axis in axes)]
        for axis, index in zip(axes, grids, strict=True):
            open_grid[axis] = index
        shape = tuple(lengths[axis] for axis in axes)
        return axes, np.ascontiguousarray(np.broadcast_to(self.at(open_grid), shape))

    def __add__(self, other: "Number") -> "Number":
        """Add, term by term."""
        terms = dict(self.terms)
        for atoms, count in _terms(other).items():
            terms[atoms] = terms.get(atoms, 0) + count
        return self.space.polynomial(terms)

    __radd__ = __add__

    def __neg__(self) -> "Number":
        """Negate."""
        return self * -1

    def __sub__(self, other: "Number") -> "Number":
        """Subtract."""
        return self + (-other)

    def __rsub__(self, other: "Number") -> "Number":
        """Subtract from."""
        return -self + other

    def __mul__(self, other: "Number") -> "Number":
        """Multiply, each term by each."""
        terms: dict[Monomial, int] = {}
        for more, times in _terms(other).items():
            for atoms, count in self.terms.items():
                both = tuple(sorted((*atoms, *more), key=_serial)) if more else atoms
                terms[both] = terms.get(both, 0) + count * times
        return self.space.polynomial(terms)

    __rmul__ = __mul__

    def __floordiv__(self, by: int) -> "Number":
        """⌊a / b⌋: what b divides term by term stays a polynomial, the rest becomes an atom."""
        whole = {atoms: count // by for atoms, count in self.terms.items() if atoms or by == 1}
        even = {atoms: count for atoms, count in whole.items() if self.terms[atoms] % by == 0}
        rest = {atoms: count for atoms, count in self.terms.items() if atoms not in even}
        quotient = self.space.polynomial(even)
        remainder = self.space.polynomial(rest)
        if isinstance(remainder, int):
            return quotient + remainder // by
        axes, values = remainder.values()
        return quotient + self.space.atom(axes, values // by)

    def __mod__(self, by: int) -> "Number":
        """What ⌊a / b⌋ leaves."""
        return self - self // by * by

    def __abs__(self) -> "Number":
        """|a|: a polynomial still where no design, or every one, is negative."""
        axes, values = self.values()
        if values.min() >= 0:
            return self
        if values.max() <= 0:
            return -self
        return self.space.atom(axes, abs(values))

    def _compared(self, other: object, how: Callable[[Any, Any], Any]) -> Any:
        if not isinstance(other, int | Polynomial):
            return NotImplemented
        difference = self - other
        if isinstance(difference, int):
            return how(difference, 0)
        return how(difference.values()[1], 0)

    def __eq__(self, other: object) -> Any:
        """Whether equal, design by design."""
        return self._compared(other, operator.eq)

    def __ne__(self, other: object) -> Any:
        """Whether different, design by design."""
        return self._compared(other, operator.ne)

    def __lt__(self, other: object) -> Any:
        """Whether less, design by design."""
        return self._compared(other, operator.lt)

    def __le__(self, other: object) -> Any:
        """Whether not more, design by design."""
        return self._compared(other, operator.le)

    def __gt__(self, other: object) -> Any:
        """Whether more, design by design."""
        return self._compared(other, operator.gt)

    def __ge__(self, other: object) -> Any:
        """Whether not less, design by design."""
        return self._compared(other, operator.ge)

    def __repr__(self) -> str:
        """The least and the largest of its values, where they can be seen."""
        try:
            values = self.values()[1]
        except TooLargeError:
            return "…"
        return f"{values.min()}…{values.max()}"


def evaluate(count: "Number", indices: "Sequence[Array]") -> "Array":
    """The values of a count at the designs with these indices along the axes."""
    import numpy as np

    total = np.zeros((1,) * max(index.ndim for index in indices), dtype=np.int64)
    for atoms, times in _terms(count).items():
        term: Array | None = None
        for atom in atoms:
            factor = atom.values[tuple(indices[axis] for axis in atom.axes)]
            term = factor if term is None else term * factor
        if term is None:
            total = total + wrapped(times)
        else:
            total = total + (term if times == 1 else term * wrapped(times))
    return total


def _terms(number: "Number") -> "dict[Monomial, int]":
    return {(): number} if isinstance(number, int) else number.terms


def _serial(atom: Atom) -> int:
    return atom.serial
