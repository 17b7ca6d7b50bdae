"""What a message says of a size that a number does not divide: those near it which it does."""

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
