"""Numbers with decimals, compared and added exactly: whole numbers, all over one whole number."""

import operator
from collections.abc import Callable
from math import lcm
from typing import TYPE_CHECKING, Any, TypeAlias

from ..grid.filters import MOST

if TYPE_CHECKING:
    from fractions import Fraction

    from ..grid.factors import Array

Number: TypeAlias = "Decimals | int | Fraction"


class Decimals:
    """An array of numbers, or one: ``whole / below``, in which no float is ever used.

    `whole` is int64 while all that is worked out fits, and else Python's integers.

    >>> import numpy as np
    >>> from fractions import Fraction
    >>> accuracy = Decimals(np.array([7130, 7100]), 10_000)
    >>> accuracy >= Fraction("0.713")
    array([ True, False])
    """

    __slots__ = ("below", "whole")

    def __init__(self, whole: "Array | int", below: int = 1) -> None:
        self.whole, self.below = whole, below

    def at(self, place: int) -> "Fraction":
        """One of them."""
        from fractions import Fraction

        whole: Any = self.whole
        return Fraction(int(whole[place]), self.below)

    def _with(self, other: Number) -> "tuple[Any, Any, int]":
        """The whole numbers of both over the same one, and that one."""
        if not isinstance(other, Decimals):
            other = Decimals(other.numerator, other.denominator)
        below = lcm(self.below, other.below)
        own = _worked_out(operator.mul, self.whole, below // self.below)
        return own, _worked_out(operator.mul, other.whole, below // other.below), below

    def _compared(self, function: Callable[[Any, Any], Any], other: Any) -> Any:
        own, others, _ = self._with(other)
        return _worked_out(function, own, others)

    def __lt__(self, other: Number) -> Any:
        """Where it is less."""
        return self._compared(operator.lt, other)

    def __le__(self, other: Number) -> Any:
        """Where it is no more."""
        return self._compared(operator.le, other)

    def __gt__(self, other: Number) -> Any:
        """Where it is more."""
        return self._compared(operator.gt, other)

    def __ge__(self, other: Number) -> Any:
        """Where it is no less."""
        return self._compared(operator.ge, other)

    def __eq__(self, other: object) -> Any:
        """Where it is the same number."""
        return self._compared(operator.eq, other)

    def __ne__(self, other: object) -> Any:
        """Where it is another number."""
        return self._compared(operator.ne, other)

    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: Number) -> "Decimals":
        """The sum."""
        own, others, below = self._with(other)
        return Decimals(_worked_out(operator.add, own, others), below)

    def __sub__(self, other: Number) -> "Decimals":
        """The difference."""
        return self + -other

    def __mul__(self, other: Number) -> "Decimals":
        """The product."""
        if not isinstance(other, Decimals):
            other = Decimals(other.numerator, other.denominator)
        whole = _worked_out(operator.mul, self.whole, other.whole)
        return Decimals(whole, self.below * other.below)

    def __neg__(self) -> "Decimals":
        """The number below 0 for one above it."""
        return Decimals(-self.whole, self.below)

    def __rsub__(self, other: Number) -> "Decimals":
        """The difference, the other way round."""
        return -self + other

    __radd__ = __add__
    __rmul__ = __mul__


def _worked_out(function: Callable[[Any, Any], Any], one: Any, other: Any) -> Any:
    """A sum, a product or a comparison of whole numbers: in int64 where that holds it."""
    reach = max(1, _most(one)), max(1, _most(other))
    most = reach[0] * reach[1] if function is operator.mul else sum(reach)
    if most > MOST:
        one, other = _exact(one), _exact(other)
    return function(one, other)


def _most(whole: Any) -> int:
    if isinstance(whole, int):
        return abs(whole)
    return max(abs(int(whole.max())), abs(int(whole.min()))) if whole.size else 0


def _exact(whole: Any) -> Any:
    return whole if isinstance(whole, int) else whole.astype(object)
