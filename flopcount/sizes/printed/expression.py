"""A polynomial as an expression of sympy, for those who go on with it there."""

from typing import Any

from sympy import Expr, Function, Integer, Max, Min, Rational, Symbol, ceiling, floor, gcd

from .. import atoms
from ..polynomial import Number
from ..taps import taps_inside
from .forms import rounding


class taps(Function):  # type: ignore[misc]  # noqa: N801  no types; as it is written
    """The taps inside an axis, taps(n, m, k, s, d, p): worked out where all are numbers."""

    is_integer = True
    is_nonnegative = True

    @classmethod
    def eval(cls, *sizes: Any) -> Any:
        """Its value, once there is one."""
        if all(size.is_Integer for size in sizes):
            n, m, k, s, d, p = map(int, sizes)
            return Integer(taps_inside(n, m, p, k, s, d))
        return None


class divisor(Function):  # type: ignore[misc]  # noqa: N801  likewise
    """The greatest common divisor of whole numbers: sympy's gcd is that of polynomials."""

    is_integer = True
    is_positive = True

    @classmethod
    def eval(cls, *sizes: Any) -> Any:
        """Its value, once there is one."""
        return Integer(gcd(*sizes)) if all(size.is_Integer for size in sizes) else None


def symbol(name: str) -> Symbol:
    """The symbol of a size or width: a positive integer."""
    return Symbol(name, integer=True, positive=True)


def expression(number: Number) -> Expr:
    """The expression that a polynomial is.

    >>> from flopcount.sizes.polynomial import Space
    >>> H = Space().name("H")
    >>> expression(3 * (-(-H // 2)) + 1)
    3*ceiling(H/2) + 1
    """
    if isinstance(number, int):
        return Integer(number)
    if (found := rounding(number, up=True)) is not None:
        above, by, up = found
        return (ceiling if up else floor)(expression(above) / by)
    total = Integer(0)
    for monomial, count in number.terms.items():
        term = Rational(count)
        for atom, power in monomial:
            term *= _of_atom(atom) ** power
        total += term
    return total


def _of_atom(atom: atoms.Atom) -> Expr:
    if isinstance(atom, atoms.Name):
        return symbol(atom.name)
    if isinstance(atom, atoms.Floor):
        return expression(atom.space.atom(atom))
    parts = [expression(part) for part in atom.parts]
    if isinstance(atom, atoms.Sum):
        return parts[0]
    if isinstance(atom, atoms.Taps):
        n, m, p = parts
        return taps(n, m, *atom.numbers, p)
    if isinstance(atom, atoms.Gcd):
        return divisor(*parts, *atom.numbers)
    # sympy would compare what is inside, in a time that doubles with each that lies in another
    return (Max if isinstance(atom, atoms.Max) else Min)(*parts, evaluate=False)
