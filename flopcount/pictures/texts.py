"""Texts of pictures: cut where they do not fit, told apart, and what they say of a report."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ..analysis import UNITS, Report
from ..errors import FlopcountError, shorten
from ..writing.sheet import number, shape_text
from .style import SIZE, SMALL, fonts

if TYPE_CHECKING:
    from ..core import Network

LONGEST_NAME = 1.8  # inches, of a part of a network
_MISSING = "□"  # for a character that the font does not have


def fitted(text: str, inches: float, size: float = SIZE) -> str:
    """A text in one line of at most this width, cut in the middle where it is longer.

    What the font has no sign for is shown as a box.

    >>> fitted("3a/5x5/2", 2), len(fitted("w" * 2000, 2)) < 30
    ('3a/5x5/2', True)
    """
    text = _printable(text)
    if width(text, size) <= inches:
        return text
    low, high = 0, min(len(text), 400)  # characters that stay
    while low < high:
        middle = (low + high + 1) // 2
        if width(_cut(text, middle), size) <= inches:
            low = middle
        else:
            high = middle - 1
    return _cut(text, low)


def apart(texts: Sequence[str], inches: float = LONGEST_NAME, size: float = SMALL) -> list[str]:
    """Each text as `fitted`; where two that differ would look the same, the second gets a number.

    >>> apart(["3a", "w" * 99 + "1" + "w" * 99, "3a", "w" * 99 + "2" + "w" * 99], 0.7)
    ['3a', 'www…www', '3a', 'ww…ww (2)']
    """
    shown: dict[str, str] = {}
    taken: dict[str, int] = {}  # how often
    for text in texts:
        if text in shown:
            continue
        name = first = fitted(text, inches, size)
        while name in taken:
            taken[first] += 1
            mark = f" ({taken[first]})"
            name = fitted(text, inches - width(mark, size), size) + mark
        taken[name] = 1
        shown[text] = name
    return [shown[text] for text in texts]


def _cut(text: str, stay: int) -> str:
    end = stay // 2
    return f"{text[: stay - end]}…{text[len(text) - end :]}"


def _printable(text: str) -> str:
    """One line of signs that the font has; marks that would pile up on a letter are left out."""
    return _in_fonts(text, *fonts())


@cache
def _in_fonts(text: str, *names: str) -> str:
    from matplotlib.font_manager import findfont, get_font

    known = [get_font(findfont(name)) for name in names]
    signs = []
    for sign in unicodedata.normalize("NFC", " ".join(text.split())):
        if unicodedata.category(sign) not in ("Mn", "Me"):
            shown = sign.isprintable() and any(font.get_char_index(ord(sign)) for font in known)
            signs.append(sign if shown else _MISSING)
    return "".join(signs)


def width(text: str, size: float = SIZE) -> float:
    """How wide a line of text is in the chosen font, in inches."""
    return _wide(text, size, *fonts())


@cache
def _wide(text: str, size: float, *names: str) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=names, size=size)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]) / 72


def units(value: float) -> str:
    """A number with three digits and an engineering unit.

    >>> units(107978752), units(12443648), units(999)
    ('108 M', '12.4 M', '999')
    """
    from matplotlib.ticker import EngFormatter

    places = max(0, 3 - len(f"{int(abs(value)):,}".split(",", maxsplit=1)[0]))
    return str(EngFormatter(places=places if abs(value) >= 1000 else 0)(value))


def of_count(report: Report) -> str:
    """What an axis of this report counts: the unit with its convention."""
    unit = {"multiplies": "multiplies", "macs": "MACs", "flops": "FLOPs (2 × MACs)"}[report.unit]
    samples = "per sample" if report.batch == 1 else f"for {number(report.batch)} samples"
    return f"{unit} {samples}, taps on padding included"


def counted(report: Report, multiplies: Any) -> int:
    """Multiplies in the report's unit."""
    return int(multiplies * UNITS[report.unit])


def headline(network: "Network") -> tuple[str, str]:
    """What is shown, in two lines: the network or its modules; the input and what was changed."""
    part = f", module {', '.join(network.modules)}" if network.whole else ""
    first = shape_text(next(iter(network.inputs.values())))
    changed = "".join(f"; {shorten(note)}" for note in network.changes)
    return f"{shorten(network.name)}{part}", f"{first}{changed}"


def nothing(report: Report, what: str) -> FlopcountError:
    """Say that a picture would be empty."""
    name = shorten(report.network.name)
    part = f", module {', '.join(report.network.modules)}" if report.network.whole else ""
    return FlopcountError(f"{name}{shorten(part)}: nothing to draw: {what}")
