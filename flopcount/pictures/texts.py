"""Texts of pictures: as wide as the font makes them, cut or broken where they do not fit."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

from ..analysis import UNITS, Report
from ..writing.scale import EXACT, Scale
from .style import SIZE, SMALL, fonts

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


def ending(text: str, inches: float, size: float = SIZE) -> str:
    """A path as `fitted`, but its first steps are left out before anything else is.

    >>> ending("encoder/layers/encoder_layer_0", 1.5), ending("3a", 2)
    ('…/encoder_layer_0', '3a')
    """
    steps = _printable(text).split("/")
    shorter = ("/".join(["…", *steps[at:]]) for at in range(1, len(steps)))
    fits = (path for path in ("/".join(steps), *shorter) if width(path, size) <= inches)
    return next(fits, None) or fitted(text, inches, size)


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


def wrapped(text: str, inches: float, size: float = SIZE, most: int = 3) -> list[str]:
    """A text in lines of at most this width, broken between words, the last one cut to fit.

    >>> wrapped("What the reductions save in module 3a", 1.3)
    ['What the reductions', 'save in module 3a']
    """
    lines = [""]
    for word in _printable(text).split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(lines) < most and width(longer[:400], size) > inches:
            lines.append(word)
        else:
            lines[-1] = longer
    return [fitted(line, inches, size) for line in lines]


def _cut(text: str, stay: int) -> str:
    end = stay // 2
    return f"{text[: stay - end]}…{text[len(text) - end :]}"


def _printable(text: str) -> str:
    """One line of signs that the font has; marks that would pile up on a letter are left out."""
    return _in_fonts(text, *fonts())


@cache
def _in_fonts(text: str, *names: str) -> str:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    # a name alone would be read as a pattern, in which a hyphen has a meaning
    known = [get_font(findfont(FontProperties(family=[name]))) for name in names]
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


def units(value: float, scale: Scale = EXACT) -> str:
    """A number with three digits and an engineering unit; bare where a scale was chosen.

    >>> units(107978752), units(12443648), units(999)
    ('108 M', '12.4 M', '999')
    """
    from matplotlib.ticker import EngFormatter

    if scale:
        return scale.text(int(value))
    places = max(0, 3 - len(f"{int(abs(value)):,}".split(",", maxsplit=1)[0]))
    return str(EngFormatter(places=places if abs(value) >= 1000 else 0)(value))


def in_all(value: int, scale: Scale = EXACT) -> str:
    """A number by itself: in full, or in a scale that was chosen, which it names.

    >>> in_all(1582671872), in_all(1582671872, Scale("G"))
    ('1,582,671,872', '1.58 G')
    """
    return f"{scale.text(value)} {scale.prefix}".rstrip()


def counted(report: Report, multiplies: Any) -> int:
    """Multiplies in the report's unit."""
    return int(multiplies * UNITS[report.unit])


def fewer(before: int, after: int) -> str:
    """The ratio in words; what would be 1.00× in percent.

    >>> fewer(120422400, 12443648), fewer(5, 7), fewer(5, 5), fewer(5, 0)
    ('9.68× fewer', '1.40× more', 'as many', 'none left')
    >>> fewer(1000, 999), fewer(10**9, 10**9 + 1)
    ('0.10 % fewer', '<0.01 % more')
    """
    if before == after:
        return "as many"
    if not before or not after:
        return "none left" if before else "from none"
    what, times = "fewer" if before > after else "more", max(before, after) / min(before, after)
    if times >= 1.005:
        return f"{times:,.2f}× {what}"
    percent = 100 * abs(after - before) / before
    return f"{percent:.2f} % {what}" if percent >= 0.01 else f"<0.01 % {what}"
