"""What a message says of two numbers of which one does not divide the other: what is near."""

from .size import Size


def nearest_divided(size: Size, by: int, what: str = "") -> str:
    """The end of a message: the sizes next to this one that `by` divides; nothing of an open one.

    >>> nearest_divided(19, 4), nearest_divided(3, 8), nearest_divided(19, 2, " input channels")
    ('; 16 and 20 would do', '; 8 would do', '; 18 and 20 input channels would do')
    """
    if type(size) is not int:
        return ""
    below, above = size // by * by, -(-size // by) * by
    return f"; {f'{below} and {above}' if below else above}{what} would do"


def nearest_divisors(size: int, by: int) -> str:
    """The end of a message: the divisors of a size next to a number that is none.

    >>> nearest_divisors(12, 5), nearest_divisors(12, 16)
    ('; 4 and 6 would do', '; 12 would do')
    """
    parts = [n for n in range(1, size + 1) if size % n == 0]
    near = [*[n for n in parts if n < by][-1:], *[n for n in parts if n > by][:1]]
    return f"; {' and '.join(map(str, near))} would do"
