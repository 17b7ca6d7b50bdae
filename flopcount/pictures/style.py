"""The style of all pictures: colours of a theme, the font, files with the same bytes each time."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec

from .kernels import lightness, tinted
from .loading import load_matplotlib
from .settings import FONT, Settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZE, SMALL = 9, 8  # points
_DARK_INK, _LIGHT = "#1c1b19", 60  # CIE L* from which on an area takes dark ink


class Theme(NamedTuple):
    """The colours of all that has no colour of its own, on the `ground` of a picture.

    `ink` is of texts and axes, `quiet` of what is said beside, `faint` of lines behind the rest;
    `built` and `naive` are the network as it is and without its reductions, `costs` what is
    dearer than without. Areas of kernels are `lighter` by so much of the way to white.
    """

    ground: str
    ink: str
    quiet: str
    faint: str
    built: str
    naive: str
    costs: str
    lighter: float


THEMES = {
    "light": Theme(
        *("#ffffff", "#1c1b19", "#5d5a54", "#d6d2c9"),
        built="#12355b",
        naive="#c9c9c9",
        costs="#b3331a",
        lighter=0,
    ),
    "dark": Theme(
        *("#191a1c", "#e9e6df", "#aaa59b", "#3f4043"),
        built="#8ec9ee",
        naive="#5f6165",
        costs="#f09a86",
        lighter=0.3,
    ),
}
_STYLE: dict[str, Any] = {
    "font.size": SIZE,
    "axes.titlesize": SIZE,
    "axes.labelsize": SIZE,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "legend.title_fontsize": SIZE,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "hatch.linewidth": 0.6,
    "text.parse_math": False,  # a $ in a name is a dollar
    "svg.fonttype": "none",  # text stays text
    "pdf.fonttype": 42,
    "svg.hashsalt": "flopcount",
}
_SETTINGS: ContextVar[Settings | None] = ContextVar("settings of the picture", default=None)
_Given = ParamSpec("_Given")


def settings() -> Settings:
    """The settings of the picture that is drawn."""
    return _SETTINGS.get() or Settings()


def theme() -> Theme:
    """The colours of the picture that is drawn."""
    return THEMES[settings().theme]


def area(colour: str, hatch: str = "") -> dict[str, Any]:
    """How matplotlib fills an area of a kernel's colour and hatch."""
    shown = tinted(colour, theme().lighter)
    return {"facecolor": shown, "edgecolor": ink_on(shown), "hatch": hatch, "linewidth": 0}


def ink_on(colour: str) -> str:
    """The colour of texts and lines that can be read on another."""
    return "#ffffff" if lightness(colour) < _LIGHT else _DARK_INK


def fonts() -> list[str]:
    """The chosen font, and the one that has the signs which the chosen one lacks."""
    return list(dict.fromkeys((settings().font, FONT)))


@contextmanager
def drawing(chosen: Settings) -> Iterator[None]:
    """Draw with these settings, whatever matplotlib's are; those stay as they are."""
    load_matplotlib()
    from matplotlib import style

    token = _SETTINGS.set(chosen)
    try:
        with style.context(["default", _STYLE, _chosen()]), warnings.catch_warnings():
            # of a font without a minus sign: it comes from the other one
            warnings.filterwarnings("ignore", message=".*font should ideally be used with mathtext")
            yield
    finally:
        _SETTINGS.reset(token)


def _chosen() -> dict[str, Any]:
    """What matplotlib is told of a user's settings."""
    colours, ground = theme(), "none" if settings().transparent else theme().ground
    inks = ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color")
    return {
        "font.family": fonts(),
        "figure.dpi": settings().dpi,
        "figure.facecolor": ground,
        "axes.facecolor": ground,
        "savefig.facecolor": "auto",
        "grid.color": colours.faint,
        **dict.fromkeys(inks, colours.ink),
    }


def styled(draw: "Callable[_Given, Figure]") -> "Callable[_Given, Figure]":
    """Let a function draw with the settings that hold, or with the usual ones."""

    @wraps(draw)
    def inside(*args: _Given.args, **kwargs: _Given.kwargs) -> "Figure":
        with drawing(settings()):
            return draw(*args, **kwargs)

    return inside


def picture(figure: "Figure", form: str) -> bytes:
    """A figure as png, svg or pdf, the same bytes for the same figure."""
    import io

    dates = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
    out = io.BytesIO()
    with drawing(Settings()):
        figure.savefig(out, format=form, dpi="figure", metadata=dates.get(form))
    return out.getvalue()
