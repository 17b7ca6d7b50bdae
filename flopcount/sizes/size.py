"""The arithmetic of sizes, written once for whole numbers and for polynomials in open names.

Only ``+ - * //`` and the helpers of this page are used, so that one line prices both. A condition
on a size is asked through `certainly` or `differ`, which are true only where that is proved.
"""

from collections.abc import Iterable
from math import gcd, inf
from typing import Any, TypeAlias

from ..errors import FlopcountError, quote
from ..reading import MAX_SIZE

Size: TypeAlias = Any  # int | Polynomial
Shape: TypeAlias = tuple[Size, ...]  # of one sample, channels last: height, width, channels, say


class NoShape(tuple[()]):
    """The shape of what nobody knows the shape of: it has no sizes, as a number by itself has none.

    `text` is how it is printed.
    """

    __slots__ = ()
    text = "?"


NO_SHAPE = NoShape()


def ceil_div(a: Size, b: int) -> Size:
    """⌈a / b⌉ in whole numbers.

    >>> ceil_div(7, 2), ceil_div(-7, 2)
    (4, -3)
    """
    return -(-a // b)


def maximum(a: Size, b: Size) -> Size:
    """The larger of two sizes.

    >>> maximum(3, 5)
    5
    """
    if type(a) is int and type(b) is int:
        return max(a, b)
    from .simplest import larger

    return larger(a, b)


def minimum(a: Size, b: Size) -> Size:
    """The smaller of two sizes.

    >>> minimum(3, 5)
    3
    """
    if type(a) is int and type(b) is int:
        return min(a, b)
    from .simplest import smaller

    return smaller(a, b)


def common_divisor(a: Size, b: int) -> Size:
    """The greatest common divisor of a size and a whole number.

    >>> common_divisor(12, 8)
    4
    """
    if type(a) is int:
        return gcd(a, b)
    from .simplest import greatest_divisor

    return greatest_divisor(a, b)


def certainly(condition: Any) -> bool:
    """Whether a condition holds for all sizes; one that cannot be decided is kept in its space.

    >>> certainly(1 > 2)
    False
    """
    return condition if type(condition) is bool else condition.decide()


def differ(a: Size, b: Size) -> bool:
    """Whether two sizes differ, whatever they are; that they may is kept in their space.

    >>> differ(28, 14)
    True
    """
    if type(a) is int and type(b) is int:
        return a != b
    from .condition import unequal

    return certainly(unequal(a, b))


def is_open(size: Size) -> bool:
    """Whether a size has a name in it.

    >>> is_open(28)
    False
    """
    return type(size) is not int


def is_unbounded(size: Size) -> bool:
    """Whether a size may be as large as one likes, as far as is proved.

    >>> is_unbounded(28)
    False
    """
    return type(size) is not int and size.high == inf


def split(size: Size, parts: int) -> Size:
    """A size that `parts` divide, over them.

    >>> split(12, 4)
    3
    """
    return size // parts if type(size) is int else size.over(parts)


def part_of(size: Size, times: Size = 1, over: int = 1, multiple: int = 1) -> Size:
    """A size times a number, over another; to a `multiple`, as `scaled_width` rounds.

    Raises `FlopcountError` where it does not divide and is not rounded.

    >>> part_of(30, 3, 2), part_of(64, over=4)
    (45, 16)
    >>> part_of(30, over=4, multiple=8)
    8
    >>> part_of(30, over=4)
    Traceback (most recent call last):
        ...
    flopcount.errors.FlopcountError: 4 does not divide a width of 30; 28 and 32 would do
    """
    if multiple > 1:
        return scaled_width(size, times, over, multiple)
    if over == 1:
        return size * times
    reduced = type(times) is int
    by = over // gcd(times, over) if reduced else over  # has to divide what it is a multiple of
    if differ((size if reduced else size * times) % by, 0):
        factor = "" if reduced and times == 1 else f"{times}·"
        near = _divided(size, by) if reduced and not is_open(size) else ""
        raise FlopcountError(f"{over} does not divide a width of {factor}{size}{near}")
    return split(size * times, over)


def scaled_width(width: Size, p: Size, q: int, multiple: int = 1) -> Size:
    """A width times p/q, rounded half up, and at least 1: ⌊(2·w·p + q) / 2q⌋.

    Or to a `multiple` as mobile networks do: rounded half up to one, at least one, and to the one
    above where less than 0.9 of the product would be left (``make_divisible`` of Sandler et al.,
    arXiv:1801.04381, in their code).

    >>> [scaled_width(width, 1, 2) for width in (96, 5, 1)]
    [48, 3, 1]
    >>> [scaled_width(width, 35, 100, 8) for width in (16, 24, 32, 96)]  # 5.6, 8.4, 11.2, 33.6
    [8, 8, 16, 32]
    """
    rounded = (2 * width * p + multiple * q) // (2 * multiple * q)
    half = type(p) is int and multiple == 1 and 2 * p >= q  # half of 1 is rounded up to 1
    rounded = rounded if half else maximum(rounded, 1)
    if multiple == 1:
        return rounded
    less = 9 * width * p - 10 * q * multiple * rounded  # 10·q times 0.9·w·p/q less what is left
    return (rounded + minimum(maximum(less, 0), 1)) * multiple


def _divided(size: int, by: int) -> str:
    """The sizes next to one that a number divides."""
    below, above = size // by * by, -(-size // by) * by
    return f"; {f'{below} and {above}' if below else above} would do"


def as_factor(size: Size) -> Size:
    """A sum as one factor, so that a product of such sizes is not multiplied out.

    >>> as_factor(28)
    28
    """
    return size if type(size) is int else size.as_factor()


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
    """Let a size in: a whole number from 1 to 2**31, or a polynomial that is at least 1.

    Raises `FlopcountError` for anything else: a bool, a float, a string, an array, a number out
    of range.

    >>> as_size(28, "height")
    28
    >>> as_size(True, "height")
    Traceback (most recent call last):
        ...
    flopcount.errors.FlopcountError: height is True, not a whole number from 1 to 2**31
    """
    if type(value) is int:
        if 1 <= value <= MAX_SIZE:
            return value
    elif getattr(value, "is_polynomial", False) is True:  # sympy has a method of that name
        if value.low >= 1:
            return value
        raise FlopcountError(f"{what} is {value}, which may be less than 1")
    elif getattr(getattr(value, "dtype", None), "kind", "") == "i" and value.shape == ():
        return as_size(int(value), what)
    raise FlopcountError(f"{what} is {quote(value)}, not a whole number from 1 to 2**31")
