"""How a picture looks, as a user chooses it: title, size, font, dots an inch, theme."""

import re
from typing import TYPE_CHECKING

from ..errors import FlopcountError, nearest, one_of, quote, shorten
from ..records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

THEMES = ("light", "dark")
FONT = "DejaVu Sans"  # comes with matplotlib, so that widths are the same on each machine
GENERIC = ("sans-serif", "serif", "monospace")  # which matplotlib has a font of its own for
DPI = 150
_DPI = (20, 2400)
_INCHES = (1.5, 100.0)  # of a side
_UNITS = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4, "pt": 1 / 72}  # inches
_NUMBER = r"([0-9]{1,6}(?:\.[0-9]{0,6})?|\.[0-9]{1,6})"
_SIZE = re.compile(rf"{_NUMBER}(?:\s*[x×]\s*{_NUMBER})?\s*({'|'.join(_UNITS)})")
_LONGEST_TITLE = 1_000


@dataclass(frozen=True)
class Settings:
    """How a picture looks: what `chosen` read.

    `title` takes the place of the heading's first line. `width` and `height` are in inches; a
    height of None is what the kind of picture takes. `theme` is one of `THEMES`.
    """

    title: str | None = None
    width: float | None = None
    height: float | None = None
    font: str = FONT
    dpi: int = DPI
    theme: str = "light"
    heading: bool = True
    transparent: bool = False


def chosen(  # noqa: PLR0913  the options of a picture
    *,
    title: str | None = None,
    size: str | None = None,
    font: str | None = None,
    dpi: int | str | None = None,
    theme: str | None = None,
    heading: bool = True,
    transparent: bool = False,
) -> Settings:
    """Read what a user chose, None for the usual: sizes are ``"3.3in"`` or ``"84x60mm"``.

    Raises `FlopcountError` for what does not fit, and for a font that matplotlib does not have.

    >>> settings = chosen(size="3.3x2.5in", theme="dark")
    >>> settings.width, settings.height, settings.dpi, settings.theme
    (3.3, 2.5, 150, 'dark')
    """
    if title is not None and not isinstance(title, str):
        raise FlopcountError(f"title: expected a text, not {quote(title)}")
    if title is not None and (not title.strip() or len(title) > _LONGEST_TITLE):
        which = "an empty title" if not title.strip() else f"more than {_LONGEST_TITLE:,} signs"
        raise FlopcountError(f"title: {which}; leave the heading out with --no-heading")
    if theme is not None and theme not in THEMES:
        raise FlopcountError(one_of(theme, THEMES, "theme"))
    width, height = (None, None) if size is None else _size(size)
    return Settings(
        title,
        width,
        height,
        FONT if font is None else _font(font),
        DPI if dpi is None else _dots(dpi),
        "light" if theme is None else theme,
        heading,
        transparent,
    )


def _size(text: str) -> tuple[float, float | None]:
    """Width and height in inches, the height None where there is no second number."""
    form = f"size is {quote(text)}, not a width or width x height such as 3.3in or 84x60mm"
    found = _SIZE.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        raise FlopcountError(f"{form} (in, cm, mm or pt)")
    inches = _UNITS[found[3]]
    sides = [round(float(side) * inches, 4) for side in (found[1], found[2]) if side]
    least, most = _INCHES
    if not all(least <= side <= most for side in sides):
        raise FlopcountError(
            f"size is {quote(text)}; a side has from {least} to {most:g} inches "
            f"({25.4 * least:.0f} to {25.4 * most:.0f} mm)"
        )
    return sides[0], sides[1] if len(sides) > 1 else None


def _dots(dpi: int | str) -> int:
    least, most = _DPI
    text = str(dpi) if isinstance(dpi, int | str) and not isinstance(dpi, bool) else ""
    if not re.fullmatch("[0-9]{1,6}", text, re.ASCII) or not least <= int(text) <= most:
        raise FlopcountError(f"dpi is {quote(dpi)}, not a whole number from {least} to {most:,}")
    return int(text)


def _font(name: str) -> str:
    """The family of that name, in capitals and small letters as matplotlib has it."""
    known = [*GENERIC, *families()]
    if not isinstance(name, str):
        raise FlopcountError(f"font: expected the name of a family, not {quote(name)}")
    wanted = " ".join(name.split()).casefold()
    alike = (one for one in known if one.casefold() == wanted)
    family = name if name in known else next(alike, None)
    if family is None:
        near = nearest(name, known) or f"; {', '.join(GENERIC)} and {FONT} are always there"
        raise FlopcountError(f"unknown font {quote(name)}{near}")
    _check_readable(family)
    return family


def _check_readable(family: str) -> None:
    """Raise `FlopcountError` for a font that matplotlib lists and cannot read."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    try:
        get_font(findfont(FontProperties(family=[family])))
    except Exception as error:  # noqa: BLE001  whatever is wrong with the file
        cause = " ".join(str(error).split()) or type(error).__name__
        raise FlopcountError(
            f"matplotlib cannot read the font {quote(family)}: {shorten(cause)}"
        ) from None


def families() -> "Sequence[str]":
    """The families of fonts that matplotlib finds on this machine, in the alphabet's order."""
    from .loading import load_matplotlib

    load_matplotlib()
    from matplotlib.font_manager import fontManager

    return sorted(fontManager.get_font_names())
