"""Parts of a figure: its size, its heading, bars with their names, axes with units."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import FlopcountError
from ..writing.sheet import number
from .kernels import lightness
from .settings import DPI
from .style import EDGE, PALETTE, SIZE, SMALL, settings
from .texts import apart, fitted, width

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

MOST_BARS = 60  # rows with their names; past them the smallest are summed in words
_MOST_DOTS = 50_000_000  # of a picture: more take gigabytes of memory to draw
_ENTRY = 5 * SMALL / 72  # inches of a legend's entry beside its text


def new_figure(wide: float, high: float, *, rows: bool = False) -> "Figure":
    """An empty figure of so many inches, or of the chosen size.

    Where a width alone was chosen, the height keeps its proportion to it; of `rows`, which each
    need their height, it stays. Else each side is up to half an inch more, so that no edge is half
    a pixel. Raises `FlopcountError` for more dots than a computer's memory is made for.
    """
    from matplotlib.figure import Figure

    chosen = settings()
    size = math.ceil(2 * wide) / 2, math.ceil(2 * high) / 2
    if chosen.width is not None:
        size = chosen.width, chosen.height or (high if rows else high * chosen.width / wide)
    return Figure(figsize=within_dots(*size), layout="constrained")


def within_dots(wide: float, high: float) -> tuple[float, float]:
    """The size of a figure, in inches. Raises `FlopcountError` for too many dots."""
    dots = wide * high * settings().dpi ** 2
    if dots > _MOST_DOTS:
        raise FlopcountError(
            f"the picture would have {dots:,.0f} dots, at most {_MOST_DOTS:,} are drawn; "
            f"choose a smaller --size or --dpi (default: {DPI})"
        )
    return wide, high


HATCHES = ("", "//////", "......")
MOST_SERIES = len(PALETTE) * len(HATCHES)


def look(place: int) -> "dict[str, Any]":
    """Colour, hatch and edge of a series, by its place among at most `MOST_SERIES`."""
    colour = PALETTE[place % len(PALETTE)]
    hatch = HATCHES[place // len(PALETTE) % len(HATCHES)]
    ink = "white" if lightness(colour) < 60 else EDGE
    return {"facecolor": colour, "edgecolor": ink if hatch else EDGE, "hatch": hatch}


def head(figure: "Figure", texts: Sequence[str], handles: "Sequence[Artist]" = ()) -> None:
    """Put a heading, a line for each text, and a legend of these below it, on top of a figure."""
    wide = figure.get_size_inches()[0] - 0.3
    if settings().title is not None:
        texts = [str(settings().title), *texts[1:]]
    lines = "\n".join(fitted(text, wide) for text in texts if settings().heading)
    if not handles and not lines:
        return
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
