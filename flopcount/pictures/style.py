"""What all pictures share: colours, texts that fit, axes with units, files."""

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec

from ..analysis import UNITS, Report
from ..errors import FlopcountError, shorten
from ..writing.sheet import number, shape_text
from .loading import load_matplotlib

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

    from ..core import Network

MOST_BARS = 60  # rows with their names; past them the smallest are summed in words
SIZE, SMALL = 9, 8  # points
LONGEST_NAME = 1.8  # inches, of a part of a network
_ENTRY = 5 * SMALL / 72  # inches of a legend's entry beside its text
# Evenly spaced in lightness (CIE L* 22, 36, 51, 64, 78, 89): grey print and colour-blind eyes tell
# neighbours apart. Past six, the same again with a hatch.
PALETTE = ("#12355b", "#8f3b1b", "#1b8a6b", "#d98b00", "#8ec9ee", "#f0e07a")
HATCHES = ("", "//////", "......")
MOST_SERIES = len(PALETTE) * len(HATCHES)
NAIVE, BUILT, EDGE = "#c9c9c9", PALETTE[0], "#333333"
_MISSING = "□"  # for a character that the font does not have
_FONT = "DejaVu Sans"  # comes with matplotlib, so that widths are the same on each machine
_STYLE = {
    "font.family": [_FONT],
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
_Given = ParamSpec("_Given")


def _style() -> AbstractContextManager[None]:
    load_matplotlib()
    from matplotlib import style

    return style.context(["default", _STYLE])


def styled(draw: "Callable[_Given, Figure]") -> "Callable[_Given, Figure]":
    """Let a function draw in this style, whatever matplotlib's settings are; they stay as set."""

    @wraps(draw)
    def inside(*args: _Given.args, **kwargs: _Given.kwargs) -> "Figure":
        with _style():
            return draw(*args, **kwargs)

    return inside


def picture(figure: "Figure", form: str) -> bytes:
    """A figure as png, svg or pdf, the same bytes for the same figure."""
    import io

    dates = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
    out = io.BytesIO()
    with _style():
        figure.savefig(out, format=form, dpi=150, metadata=dates.get(form))
    return out.getvalue()


# -- texts


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


@cache
def _printable(text: str) -> str:
    """One line of signs that the font has; marks that would pile up on a letter are left out."""
    from matplotlib.font_manager import findfont, get_font

    font = get_font(findfont(_FONT))
    signs = []
    for sign in unicodedata.normalize("NFC", " ".join(text.split())):
        if unicodedata.category(sign) not in ("Mn", "Me"):
            known = sign.isprintable() and font.get_char_index(ord(sign))
            signs.append(sign if known else _MISSING)
    return "".join(signs)


@cache
def width(text: str, size: float = SIZE) -> float:
    """How wide a line of text is, in inches."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=_FONT, size=size)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]) / 72


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


# -- parts of a figure


def new_figure(wide: float, high: float) -> "Figure":
    """An empty figure of so many inches or up to half an inch more: no edge is half a pixel."""
    from matplotlib.figure import Figure

    return Figure(figsize=(math.ceil(2 * wide) / 2, math.ceil(2 * high) / 2), layout="constrained")


def look(place: int) -> dict[str, Any]:
    """Colour, hatch and edge of a series, by its place among at most `MOST_SERIES`."""
    colour = PALETTE[place % len(PALETTE)]
    hatch = HATCHES[place // len(PALETTE) % len(HATCHES)]
    ink = "white" if lightness(colour) < 60 else EDGE
    return {"facecolor": colour, "edgecolor": ink if hatch else EDGE, "hatch": hatch}


def lightness(colour: str) -> float:
    """CIE L* of a colour, from 0 (black) to 100 (white): what stays of it in grey print."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * light ** (1 / 3) - 16 if light > 216 / 24389 else light * 24389 / 27


def head(figure: "Figure", texts: Sequence[str], handles: "Sequence[Artist]" = ()) -> None:
    """Put a heading, a line for each text, and a legend of these below it, on top of a figure."""
    wide = figure.get_size_inches()[0] - 0.3
    lines = "\n".join(fitted(text, wide) for text in texts)
    if not handles:
        figure.suptitle(lines, x=0.01, ha="left", fontsize=SIZE)
        return
    count = len(handles)
    widths = [width(str(handle.get_label()), SMALL) + _ENTRY for handle in handles]
    columns = next(
        (
            columns
            for columns in range(count, 1, -1)
            if sum(max(widths[place::columns]) for place in range(columns)) <= wide
        ),
        1,
    )
    figure.legend(  # matplotlib fills column by column; people read row by row
        handles=[one for place in range(columns) for one in handles[place::columns]],
        title=lines,
        loc="outside upper left",
        alignment="left",
        ncols=columns,
    )


def count_axis(axis: "Axis", label: str) -> None:
    """Ticks with engineering units (20 M, 1.5 G) at whole numbers, and what they count."""
    from matplotlib.ticker import EngFormatter, MaxNLocator

    axis.set_label_text(label)
    axis.set_major_formatter(EngFormatter())
    axis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10], integer=True))


def units(value: float) -> str:
    """A number with three digits and an engineering unit.

    >>> units(107978752), units(12443648), units(999)
    ('108 M', '12.4 M', '999')
    """
    from matplotlib.ticker import EngFormatter

    places = max(0, 3 - len(f"{int(abs(value)):,}".split(",", maxsplit=1)[0]))
    return str(EngFormatter(places=places if abs(value) >= 1000 else 0)(value))


Bars = list[tuple[str, list[int]]]  # a name, and a number for each bar that it has


def largest(rows: Iterable[tuple[str, list[int]]]) -> tuple[Bars, Bars]:
    """The rows that are not zero: the largest, as many as there is room for, and the rest."""
    rows = [row for row in rows if any(row[1])]
    room = MOST_BARS if len(rows) <= MOST_BARS else MOST_BARS - 1  # a row says what the rest is
    order = sorted(range(len(rows)), key=lambda place: -max(rows[place][1]))
    kept, rest = sorted(order[:room]), sorted(order[room:])
    return [rows[place] for place in kept], [rows[place] for place in rest]


def name_bars(axes: "Axes", rows: Bars, others: Bars, say: "Callable[[list[int]], str]") -> None:
    """Name the rows of a bar chart, the first on top; what is left out is summed in words below.

    A bar of many others would dwarf the rest.
    """
    names = apart([name for name, _ in rows])
    if others:
        sums = [sum(column) for column in zip(*(counts for _, counts in others), strict=True)]
        names.append(f"{number(len(others))} others")
        axes.text(0, len(rows), f"  together: {say(sums)}", va="center", fontsize=SMALL)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(max(len(names), 2) - 0.4, -0.6)
    axes.set_xlim(0, 1.05 * max(float(count) for _, counts in rows for count in counts))


def room_for(labels: Sequence["Annotation"], figure: "Figure", axes: "Axes") -> None:
    """Widen the axis until the labels at the ends of the bars are inside the figure."""
    figure.draw_without_rendering()
    wide = axes.get_window_extent().width
    ends = [(label.xy[0], label.get_window_extent().width + SIZE + 1) for label in labels]
    room = [end * wide / max(wide - extent, 0.2 * wide) for end, extent in ends]
    axes.set_xlim(0, max([axes.get_xlim()[1], *room]))
