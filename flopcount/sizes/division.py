"""What a message says of two numbers of which one does not divide the other: what is near."""

from collections.abc import Sequence
from math import isqrt

from ..errors import FlopcountError
from .size import Size, differ


def nearest_divided(size: Size, by: int, what: str = "") -> str:
    """The end of a message: the sizes next to this one that `by` divides; nothing of an open one.

    >>> nearest_divided(19, 4), nearest_divided(3, 8), nearest_divided(19, 2, " input channels")
    ('; 16 and 20 would do', '; 8 would do', '; 18 and 20 input channels would do')
    """
    if type(size) is not int:
        return ""
    below, above = size // by * by, -(-size // by) * by
    return f"; {f'{below} and {above}' if below else above}{what} would do"


def nearest_divisors(size: Size, by: int, what: str = "") -> str:
    """The end of a message: the divisors of a size next to a number that is none; or nothing.

    Of an open size that is. With `what` they are, it stands behind other sizes that would do.

    >>> nearest_divisors(12, 5), nearest_divisors(12, 16), nearest_divisors(760, 12, " heads")
    ('; 4 and 6 would do', '; 12 would do', ', or 10 and 19 heads')
    """
    if type(size) is not int:
        return ""
    small = [n for n in range(1, isqrt(size) + 1) if size % n == 0]
    parts = [*small, *[size // n for n in reversed(small)]]
    near = [*[n for n in parts if n < by][-1:], *[n for n in parts if n > by][:1]]
    listed = " and ".join(map(str, near))
    return f", or {listed}{what}" if what else f"; {listed} would do"


def check_parts(grid: Sequence[Size], parts: Sequence[int], what: str) -> None:
    """Raise `FlopcountError` unless parts of this size cover each side of a grid.

    >>> check_parts((224, 225), (16, 16), "patch")
    Traceback (most recent call last):
        ...
    flopcount.errors.FlopcountError: patch 16 does not divide a side of 225; 224 and 240 would do
    """
    for n, by in zip(grid, parts, strict=True):
        if differ(n % by, 0):
            raise FlopcountError(
                f"{what} {by} does not divide a side of {n}{nearest_divided(n, by)}"
            )
