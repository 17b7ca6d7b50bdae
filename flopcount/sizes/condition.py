"""A condition on open sizes: decided where that is proved for all of them, else kept."""

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import gcd
from typing import Any, NamedTuple

from .polynomial import Number, opened

# Of numbers, or of arrays of them.
RELATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "≠": operator.ne,
    "=": operator.eq,
}


class Condition(NamedTuple):
    """Something that does not fit: where `value` is < 0 (``<``), not 0 (``≠``), or 0 (``=``)."""

    value: Number
    relation: str

    def decided(self) -> "bool | Condition":
        """Whether it holds for all sizes, or for none; itself where that is not proved."""
        if isinstance(self.value, int):
            return bool(RELATIONS[self.relation](self.value, 0))
        low, high = self.value.low, self.value.high
        if self.relation == "<":
            return True if high < 0 else False if low >= 0 else self
        apart = low > 0 or high < 0
        return self.relation == "≠" if apart else self

    def decide(self) -> bool:
        """Keep it in the space of its names: it is not certain."""
        self.value.space.conditions.append(self)  # type: ignore[union-attr]
        return False


def negative(value: Number) -> "bool | Condition":
    """Whether a size is less than 0."""
    return Condition(primitive(value), "<").decided()


def unequal(a: Number, b: Number) -> "bool | Condition":
    """Whether two sizes differ."""
    return Condition(primitive(a - b), "≠").decided()


def primitive(number: Number) -> Number:
    """What has the same sign and the least whole coefficients: 2·F − 4 becomes F − 2."""
    if isinstance(number, int):
        return number
    whole = opened(number)  # a sum of halves is one factor: its fractions are seen once it is open
    if isinstance(whole, int):
        return whole
    below = whole.denominator
    return whole * Fraction(below, gcd(*(int(count * below) for count in whole.terms.values())))
