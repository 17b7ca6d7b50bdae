"""How each kind of cell is written: counts, ratios, shapes, shares; for print and for programs."""

import math
from collections.abc import Callable, Sequence
from typing import Any

DASH = "–"
_LONGEST_NUMBER = 60
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def raised(power: int) -> str:
    """A power as it stands above what it is of.

    >>> f"T{raised(12)}"
    'T¹²'
    """
    return str(power).translate(_RAISED)


class AtLeast(int):
    """A count of something of which a part is unknown: it is that, or more."""

    __slots__ = ()


def number(value: Any) -> str:
    """An integer with separators, whatever its type; a very large round one as a power of ten.

    >>> number(120422400), number(15 * 10**299), number(AtLeast(1200))
    ('120,422,400', '15·10²⁹⁹', '≥ 1,200')
    """
    return f"≥ {_number(value)}" if isinstance(value, AtLeast) else _number(value)


def _number(value: Any) -> str:
    text = f"{int(value):,}"
    if len(text) < _LONGEST_NUMBER:
        return text
    digits = text.replace(",", "")
    kept = digits.rstrip("0")
    if len(kept) > 12:  # a power would hide digits, or not be shorter
        return text
    power = raised(len(digits) - len(kept))
    return f"10{power}" if kept == "1" else f"{int(kept):,}·10{power}"


def signed(value: int) -> str:
    """How many more, or, below 0, how many fewer.

    >>> signed(26560), signed(-53120), signed(0)
    ('+26,560', '−53,120', '0')
    """
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{number(abs(value))}"


def shape_text(shape: Sequence[Any]) -> str:
    """A shape as people write it.

    >>> shape_text((28, 28, 192)), shape_text(())
    ('28×28×192', 'scalar')
    """
    return "×".join(str(size) for size in shape) or getattr(shape, "text", "scalar")


def _ratio(value: float) -> str:
    """Two decimals; of less than a hundredth, the first two digits that are not zero."""
    if value >= 0.01 or value == 0:
        return f"{value:,.2f}×"
    return f"{value:.{1 - math.floor(math.log10(value))}f}".rstrip("0") + "×"


def kernel_text(op: Sequence[Any], sign: str = "×") -> str:
    """The notation's word of a layer, and its kernel.

    >>> kernel_text(("conv", 3, 3)), kernel_text(("dense",))
    ('conv 3×3', 'dense')
    """
    word, *kernel = op
    return f"{word} {sign.join(map(str, kernel))}" if kernel else word


def plain_number(text: str) -> int | float:
    """A number as somebody typed it, for programs.

    >>> plain_number("0.7130"), plain_number("+12"), plain_number("1e-3")
    (0.713, 12, 0.001)
    """
    return int(text) if text.lstrip("+-").isdigit() else float(text)


PRINTED: dict[str, Callable[[Any], str]] = {
    "text": str,
    "count": number,
    "more": signed,
    "ratio": _ratio,
    "share": lambda tenths: f"{tenths // 10}.{tenths % 10} %",
    "change": lambda value: f"{100 * value:+.1f} %".replace("-0.0", "+0.0"),
    "figure": str,
    "measured": lambda pair: str(pair[1]),
    "typed": str,
    "number": lambda value: f"{value:,.1f}",
    "percent": lambda value: f"{100 * value:.1f} %",
    "shape": shape_text,
    "op": kernel_text,
    "flag": str,
}
PLAIN: dict[str, Callable[[Any], Any]] = {
    "text": str,
    "count": int,
    "more": int,
    "ratio": lambda value: float(_ratio(value).rstrip("×").replace(",", "")),
    "share": lambda tenths: tenths / 10,
    "change": lambda value: round(value, 6),
    "figure": str,
    "measured": lambda pair: int(pair[0]) if pair[0] == int(pair[0]) else round(float(pair[0]), 6),
    "typed": plain_number,
    "number": lambda value: round(value, 4),
    "percent": lambda value: round(100 * value, 2),
    "shape": lambda shape: shape_text(shape).replace("×", "x"),
    "op": lambda op: kernel_text(op, "x"),
    "flag": bool,
}
LEFT = ("text", "shape", "measured", "op")
