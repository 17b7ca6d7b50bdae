"""What a count is to be: a figure as people write it, and how far from it a count may be."""

import re
from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

from ..errors import FlopcountError, quote
from ..writing.figures import read_printed

_PART = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,20})?)\s*(%)?")


class Expected(NamedTuple):
    """What a count is to be: as it is `written`, about `figure`, from `least` to `most`."""

    written: str
    figure: Fraction
    least: int
    most: int


def read_within(within: Any) -> Fraction:
    """A tolerance as a part of the whole, exactly: ``"2%"``, ``0.02``.

    Raises `FlopcountError` for what is none, and for more than all.

    >>> read_within("2%"), read_within(0.02), read_within(0)
    (Fraction(1, 50), Fraction(1, 50), Fraction(0, 1))
    """
    part: Fraction | None = None
    if isinstance(within, str):
        if found := _PART.fullmatch(within.strip()):
            part = Fraction(found[1]) / (100 if found[2] else 1)
    elif isinstance(within, float | int | Fraction) and not isinstance(within, bool):
        found = _PART.fullmatch(f"{within:.15f}") if isinstance(within, float) else None
        part = Fraction(repr(within)) if found else None
        part = part if isinstance(within, float) else Fraction(within)
    if part is None or not 0 <= part <= 1:
        raise FlopcountError(
            f'within is {quote(within)}, not a part of the whole from 0 to 1: "2%", or 0.02'
        )
    return part


def read_figure(figure: Any, name: str, within: Fraction) -> Expected:
    """What a count is to be, from a number or a text: ``4_089_184_256``, ``"4.1G"``.

    A number is meant exactly. A text is as exact as its last digit: it stands for each number that
    it is when rounded, or cut off, there. A count may be `within` a part of the figure of it, too.
    Raises `FlopcountError` for what is no figure, and for one that is of no whole number.

    >>> read_figure("4.1G", "multiplies", Fraction(0))[2:]
    (4050000000, 4199999999)
    >>> read_figure(1000, "params", Fraction(1, 50))[2:]
    (980, 1020)
    """
    number = _whole(figure)
    if number is None and not isinstance(figure, str):
        raise FlopcountError(
            f"{name} is {quote(figure)}, not a whole number from 0 on, nor a text such as "
            '"4.1G" or "25,557,032"'
        )
    printed = read_printed(figure if number is None else str(number), name, 1000)
    step = Fraction(printed.unit, 10**printed.decimals)
    exact = printed.number * printed.unit
    least, most = ceil(exact - step / 2), ceil(exact + step) - 1
    if least > most:
        raise FlopcountError(f"{name} is {quote(figure)}, and no count is a part of one")
    written = f"{number:,}" if number is not None else printed.text
    least, most = min(least, ceil(exact * (1 - within))), max(most, floor(exact * (1 + within)))
    return Expected(written, exact, max(least, 0), most)


def _whole(figure: Any) -> int | None:
    """A number as Python has it, or as numpy has it, or 1e9; None for another."""
    if isinstance(figure, bool):
        return None
    whole = hasattr(figure, "__index__") or (isinstance(figure, float) and figure.is_integer())
    return int(figure) if whole and 0 <= figure < 10**60 else None
