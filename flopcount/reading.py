"""Numbers and pairs of numbers from text, and the limits that hold for all of them."""

import re
from typing import TypeAlias

from .errors import FlopcountError, quote

Pair: TypeAlias = tuple[int, int]  # height, width

MAX_SIZE = 2**31

NUMBER = re.compile(
    r"[0-9]+(?:_[0-9]+)*(\.[0-9]+)?([eE][+]?[0-9]{1,3})?"
)  # as `exact_number` reads
_NUMBER = re.compile(r"[0-9]+")
_PAIR = re.compile(r"([0-9]+)(?:x([0-9]+))?")


def whole_number(text: str, what: str, most: int = MAX_SIZE, least: int = 1) -> int:
    """Read a whole number from `least` to `most`, digits only.

    >>> whole_number("64", "width")
    64
    >>> whole_number("6.4", "width")
    Traceback (most recent call last):
        ...
    flopcount.errors.FlopcountError: width is '6.4', not a whole number from 1 to 2**31
    """
    digits = text.lstrip("0") or "0"
    if _NUMBER.fullmatch(text) and len(digits) <= len(str(most)) and least <= int(digits) <= most:
        return int(digits)
    limit = "2**31" if most == MAX_SIZE else most
    raise FlopcountError(f"{what} is {quote(text)}, not a whole number from {least} to {limit}")


def exact_number(text: str) -> int:
    """Read a whole number that may be written ``100e6``, ``1.5e9`` or ``1_000``; no float is used.

    >>> exact_number("9007199254740.993e3")
    9007199254740993
    """
    from fractions import Fraction

    if NUMBER.fullmatch(text):
        try:
            value = Fraction(text)
        except ValueError:  # Python reads a few thousand digits and no more
            raise FlopcountError(f"{quote(text)} has too many digits") from None
        if value.denominator == 1:
            return int(value)
    raise FlopcountError(f"{quote(text)} is not a whole number")


def pair(text: str, what: str, most: int = MAX_SIZE, least: int = 1) -> Pair:
    """Read ``2`` or ``2x1`` (height, width).

    >>> pair("2", "stride")
    (2, 2)
    """
    found = _PAIR.fullmatch(text)
    if not found:
        raise FlopcountError(f"{what} is {quote(text)}, not of the form 2 or 2x1")
    high = whole_number(found[1], what, most, least)
    return high, whole_number(found[2], what, most, least) if found[2] else high


def pair_text(sizes: tuple[int, ...], times: str = "x") -> str:
    """Write what `pair` reads, along any number of axes: one number where they are equal."""
    return str(sizes[0]) if len(set(sizes)) == 1 else times.join(map(str, sizes))
