"""The arithmetic of sizes, written once for whole numbers, numpy int64 arrays and sympy symbols.

Only ``+ - * //`` and the helpers of this page are used, so that one line prices all three. A
condition on a size is asked through `certainly`, which is true only where it can be decided.
"""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..errors import FlopcountError, quote
from ..reading import MAX_SIZE

Size: TypeAlias = Any  # int | numpy int64 array | sympy integer expression
Shape: TypeAlias = tuple[Size, ...]  # of one sample, channels last: height, width, channels, say


def ceil_div(a: Size, b: Size) -> Size:
    """⌈a / b⌉ in whole numbers.

    >>> ceil_div(7, 2), ceil_div(-7, 2)
    (4, -3)
    """
    return -(-a // b)


def maximum(a: Size, b: Size) -> Size:
    """The larger of two whole numbers: (a + b + |a − b|) / 2.

    >>> maximum(3, 5)
    5
    """
    if type(a) is int and type(b) is int:
        return a if a > b else b  # noqa: FURB136  a call less in the taps
    return (a + b + abs(a - b)) // 2


def minimum(a: Size, b: Size) -> Size:
    """The smaller of two whole numbers: (a + b − |a − b|) / 2.

    >>> minimum(3, 5)
    3
    """
    if type(a) is int and type(b) is int:
        return a if a < b else b  # noqa: FURB136  likewise
    return (a + b - abs(a - b)) // 2


@dataclass(slots=True)
class Symbolic:
    """How a walk with symbols is helped along, and what it leaves behind.

    `size` gives a symbol for the size of a grid; `conditions` are those that could not be
    decided: a formula holds where none of them does. `known` keeps what was found along an axis,
    since the same few symbols come again and again.
    """

    size: Callable[[Any], Any]
    conditions: list[Any] = field(default_factory=list)
    known: dict[Any, Any] = field(default_factory=dict)


symbolic: ContextVar[Symbolic | None] = ContextVar("symbolic", default=None)


def certainly(condition: Any) -> bool:
    """Whether a condition can be decided and holds: for one design of an array, that is enough.

    >>> certainly(1 > 2)
    False
    """
    if condition is True or condition is False:
        return condition
    if hasattr(condition, "any"):  # a numpy array
        return bool(condition.any())
    walk = symbolic.get()
    if walk is not None and is_open(condition):
        walk.conditions.append(condition)
    return bool(condition == True)  # noqa: E712  sympy: an undecided relation is not equal to true


def differ(a: Size, b: Size) -> bool:
    """Whether two sizes certainly differ; symbols that may be equal do not.

    Asked by order, since sympy compares expressions for equality by how they are written.

    >>> differ(28, 14)
    True
    """
    return certainly(a > b) or certainly(a < b)


def is_open(size: Size) -> bool:
    """Whether a size, or a condition on one, has a symbol in it.

    >>> is_open(28)
    False
    """
    return bool(getattr(size, "free_symbols", None))


def split(size: Size, parts: Size) -> Size:
    """A size that `parts` divide, over them; of symbols a fraction, so that nothing is rounded.

    >>> split(12, 4)
    3
    """
    return size / parts if is_open(size) else size // parts


def product(sizes: Iterable[Size]) -> Size:
    """Multiply sizes.

    >>> product((5, 5, 28, 28, 192, 32))
    120422400
    """
    result: Size = 1
    for size in sizes:
        result = result * size
    return result


def as_size(value: Any, what: str) -> Size:
    """Let a size in: a whole number from 1 to 2**31, an array of them, or an integer symbol.

    Arrays come out as int64, since int32 wraps silently. Raises `FlopcountError` for a bool, a
    float, a string, an unsigned array, a symbol that may not be a positive integer, or a number
    out of range.

    >>> as_size(28, "height")
    28
    >>> as_size(True, "height")
    Traceback (most recent call last):
        ...
    flopcount.errors.FlopcountError: height is True, not a whole number from 1 to 2**31
    """
    allowed = f"{what} is {quote(value)}, not a whole number from 1 to 2**31"
    if type(value) is int:
        if not 1 <= value <= MAX_SIZE:
            raise FlopcountError(allowed)
        return value
    if hasattr(value, "dtype"):
        if value.dtype.kind != "i" or certainly((value < 1) | (value > MAX_SIZE)):
            raise FlopcountError(allowed)
        return value.astype("int64") if value.shape else int(value)
    if is_open(value):
        if not (value.is_integer and value.is_positive):
            raise FlopcountError(f"{what} is {quote(value)}, not a positive integer symbol")
        return value
    if getattr(value, "is_Integer", False):  # a sympy number
        return as_size(int(value), what)
    raise FlopcountError(allowed)
