"""Operators of ONNX on known numbers: whole ones, floats, and sizes with a name.

A size with a name stays exact where a file makes a float of it. What cannot be decided of a name is
not followed.
"""

import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ....sizes import maximum, minimum
from ....sizes.polynomial import Polynomial
from .quotients import divided

SHORT: Mapping[str, Any] = {"float16": np.float16, "float32": np.float32}
FLOATS = ("float16", "float32", "float64", "bfloat16")
WHOLE_TYPES = tuple(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))
MOST_POWER = 64
MOST_DENOMINATOR = 1 << 16  # of a float that a size with a name is multiplied by


class UndecidedError(Exception):
    """What comes out depends on the value of a name."""


def is_size(number: Any) -> bool:
    """Whether a number is a size with a name."""
    return isinstance(number, Polynomial)


def rational(number: Any) -> Any:
    """A factor of a size: a whole number, or a float as the fraction that was meant."""
    if isinstance(number, float):
        near = Fraction(number).limit_denominator(MOST_DENOMINATOR)
        if not math.isfinite(number) or abs(float(near) - number) > 1e-9 * abs(number):
            raise UndecidedError
        return near.numerator if near.denominator == 1 else near
    return number


def _sized(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A sum or product: where one of the two is a size with a name the other is exact."""

    def of(a: Any, b: Any) -> Any:
        if is_size(a) or is_size(b):
            return function(rational(a), rational(b))
        return function(a, b)

    return of


def _decided(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], bool]:
    """A comparison. Raises `UndecidedError` where it depends on a name."""

    def of(a: Any, b: Any) -> bool:
        if not (is_size(a) or is_size(b)):
            return bool(function(a, b))
        held = function(rational(a) - rational(b), 0)
        if type(held) is bool:
            return held
        raise UndecidedError

    return of


def _equal(a: Any, b: Any) -> bool:
    if not (is_size(a) or is_size(b)):
        return bool(a == b)
    apart = rational(a) - rational(b)
    if not is_size(apart):
        return bool(apart == 0)
    if apart.low > 0 or apart.high < 0:
        return False
    raise UndecidedError


def _larger(*numbers: Any) -> Any:
    return _extreme(maximum, max, numbers)


def _smaller(*numbers: Any) -> Any:
    return _extreme(minimum, min, numbers)


def _extreme(of_sizes: Any, plain: Any, numbers: tuple[Any, ...]) -> Any:
    if not any(map(is_size, numbers)):
        return plain(numbers)
    result = rational(numbers[0])
    for number in numbers[1:]:
        result = of_sizes(result, rational(number))
    return result


def floor_of(number: Any) -> Any:
    """The whole part of a size with a name, or of a number."""
    if is_size(number):
        by = number.denominator
        return number if by == 1 else (number * by) // by
    return math.floor(number) if isinstance(number, Fraction) else float(math.floor(number))


def _ceil(number: Any) -> Any:
    return -floor_of(-number)


def quotient(a: Any, b: Any) -> Any:
    """One number over another, exactly where a size with a name is in them."""
    if not (is_size(a) or is_size(b)):
        return a / b
    a, b = rational(a), rational(b)
    if not is_size(b):
        return a * Fraction(1) * Fraction(1, b) if is_size(a) else Fraction(a, b)
    whole = divided(a, b)
    if whole is None:
        raise UndecidedError
    return whole


def whole_quotient(a: Any, b: Any) -> Any:
    """One whole number over another, towards 0."""
    if not (is_size(a) or is_size(b)):
        return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    if is_size(b):
        return quotient(a, b)
    if type(b) is not int or b == 0 or a.low < 0:
        raise UndecidedError
    return a // b if b > 0 else -(a // -b)


def _remainder(a: Any, b: Any) -> Any:
    if is_size(b) or (is_size(a) and (type(b) is not int or b <= 0)):
        raise UndecidedError
    return a % b


def _power(a: Any, b: Any) -> Any:
    if not is_size(a) and not is_size(b) and abs(b) <= MOST_POWER:
        power = a**b
        if isinstance(power, complex):
            raise UndecidedError
        return power
    if not is_size(a) or is_size(b) or b < 0 or b > 8 or b != int(b):
        raise UndecidedError
    return a ** int(b)


def _root(a: Any) -> Any:
    if is_size(a):
        raise UndecidedError
    return math.sqrt(a)


def _round(a: Any) -> Any:
    if is_size(a):
        raise UndecidedError
    return float(round(a))


def _absolute(a: Any) -> Any:
    if is_size(a):
        if a.low < 0:
            raise UndecidedError
        return a
    return abs(a)


def true(a: Any) -> bool:
    """Whether a number is not 0. Raises `UndecidedError` where a name's value says that."""
    return not _equal(a, 0)


# Operators of ONNX on known numbers; those of whole numbers where they differ.
FOLDS: Mapping[str, Callable[..., Any]] = {
    "Add": _sized(operator.add),
    "Sub": _sized(operator.sub),
    "Mul": _sized(operator.mul),
    "Div": quotient,
    "Mod": _remainder,
    "Pow": _power,
    "Sqrt": _root,
    "Reciprocal": lambda a: quotient(1, a),
    "Neg": operator.neg,
    "Abs": _absolute,
    "Floor": floor_of,
    "Ceil": _ceil,
    "Round": _round,
    "Max": _larger,
    "Min": _smaller,
    "Sum": lambda *numbers: _total(numbers),
    "Equal": _equal,
    "Less": _decided(operator.lt),
    "LessOrEqual": _decided(operator.le),
    "Greater": _decided(operator.gt),
    "GreaterOrEqual": _decided(operator.ge),
    "Not": lambda a: not true(a),
    "And": lambda a, b: true(a) and true(b),
    "Or": lambda a, b: true(a) or true(b),
    "Xor": lambda a, b: true(a) != true(b),
    "Where": lambda condition, a, b: a if true(condition) else b,
}
WHOLE: Mapping[str, Callable[..., Any]] = {"Div": whole_quotient}


def _total(numbers: Any) -> Any:
    result: Any = 0
    for number in numbers:
        result = FOLDS["Add"](result, number)
    return result


def cast(number: Any, dtype: str) -> Any:
    """A number as one of another type. Raises `UndecidedError` for a type of few bits."""
    if dtype == "bool":
        return true(number)
    if dtype in WHOLE_TYPES:
        if is_size(number):
            return floor_of(number) if number.low >= 0 else number
        return _wrapped(math.trunc(number), dtype)
    if dtype in FLOATS:
        return number if is_size(number) else float(number)
    raise UndecidedError


def _wrapped(number: int, dtype: str) -> int:
    """A whole number in as many bits as its type has."""
    bits = int(dtype.lstrip("uint") or 64)
    number &= (1 << bits) - 1
    return number - (1 << bits) if dtype.startswith("int") and number >> (bits - 1) else number


def stored(number: Any, dtype: str) -> Any:
    """A number as its type can hold it, so that none grows without an end."""
    number = number.item() if isinstance(number, np.generic) else number
    if type(number) is int and dtype in WHOLE_TYPES:
        return _wrapped(number, dtype)
    if isinstance(number, int | float) and dtype in SHORT and type(number) is not bool:
        with np.errstate(over="ignore"):
            return float(SHORT[dtype](number))
    return number
