"""A figure with its heading above, and axes with units."""

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from ..errors import FlopcountError
from ..writing.scale import EXACT, Scale
from .settings import DPI
from .style import SIZE, SMALL, settings, theme
from .texts import width, wrapped

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from matplotlib.ticker import Formatter

WIDE = 8.0  # inches, unless a size is chosen
TITLE = SIZE + 2  # points
_LOWEST = 2.2  # inches below the heading: less is no picture
_EDGE = 0.08  # inches, round all
_LEADING = 1.3  # of a line, in sizes of its letters
_ENTRY = 5 * SMALL / 72  # inches of a legend's entry beside its text
_MOST_DOTS = 50_000_000  # of a picture: more take gigabytes of memory to draw


def wide() -> float:
    """How wide the picture is, in inches."""
    return settings().width or WIDE


def new_figure(
    high: float, heading: Sequence[str], handles: "Sequence[Artist]" = (), *, rows: bool = False
) -> "Figure":
    """An empty figure, above it a title, quieter lines, and a legend of these.

    Below them it is `high` inches. Where a width was chosen, that height keeps its proportion to
    it, as far as it goes; of `rows`, which each need their height, it stays. Raises
    `FlopcountError` for more dots than a computer's memory is made for.
    """
    from matplotlib.figure import Figure

    if settings().width is not None and not rows:
        high = max(high * wide() / WIDE, min(high, _LOWEST))
    within_dots(wide(), settings().height or high)
    figure = Figure(figsize=(wide(), high), layout="constrained")
    lines, legend = _lines(heading), _legend(figure, handles) if handles else None
    top = _height(lines, legend)
    tall = settings().height or math.ceil(10 * (high + top)) / 10
    dots = settings().dpi  # whole ones: half a dot at an edge is a line round a dark picture
    figure.set_size_inches(within_dots(round(wide() * dots) / dots, round(tall * dots) / dots))
    down = _EDGE
    for line, size, colour in lines:
        figure.text(_EDGE / wide(), 1 - down / tall, line, va="top", fontsize=size, color=colour)
        down += _LEADING * size / 72
    if legend:
        legend.set_bbox_to_anchor((_EDGE / wide(), 1 - down / tall), figure.transFigure)
    if engine := figure.get_layout_engine():
        engine.set(rect=(0, 0, 1, max(1 - top / tall, 0.01)))  # type: ignore[call-arg]
    return figure


def room_below(heading: Sequence[str], handles: "Sequence[Artist]") -> float:
    """How many inches a chosen height leaves below a heading and a legend."""
    from matplotlib.figure import Figure

    legend = _legend(Figure(figsize=(wide(), 1)), handles) if handles else None
    return (settings().height or math.inf) - _height(_lines(heading), legend)


def body(figure: "Figure") -> float:
    """How many inches a figure of `new_figure` has below its heading and its legend."""
    engine = figure.get_layout_engine()
    return float(figure.get_size_inches()[1] * (engine.get()["rect"][3] if engine else 1))


def _height(lines: Sequence[tuple[str, float, str]], legend: "Legend | None") -> float:
    """How many inches heading and legend take."""
    texts = sum(_LEADING * size / 72 for _, size, _ in lines)
    swatches = legend.get_window_extent().height / legend.figure.dpi + _EDGE if legend else 0.0
    return texts + swatches + (_EDGE if lines or legend else 0.0)


def within_dots(wide: float, high: float) -> tuple[float, float]:
    """The size of a figure, in inches. Raises `FlopcountError` for too many dots."""
    dots = wide * high * settings().dpi ** 2
    if dots > _MOST_DOTS:
        raise FlopcountError(
            f"the picture would have {dots:,.0f} dots, at most {_MOST_DOTS:,} are drawn; "
            f"choose a smaller --size or --dpi (default: {DPI})"
        )
    return wide, high


def _lines(heading: Sequence[str]) -> list[tuple[str, float, str]]:
    """The lines of a heading, each with its size and its colour."""
    if not settings().heading:
        return []
    title, *asides = heading
    title = settings().title or title
    room = wide() - 2 * _EDGE
    return [
        *((line, TITLE, theme().ink) for line in wrapped(title, room, TITLE)),
        *((line, SMALL, theme().quiet) for text in asides for line in wrapped(text, room, SMALL)),
    ]


def _legend(figure: "Figure", handles: "Sequence[Artist]") -> "Legend":
    """A legend in rows, as many entries in each as there is room for."""
    room = wide() - 2 * _EDGE
    widths = []
    for handle in handles:
        lines = wrapped(str(handle.get_label()), room - _ENTRY, SMALL)
        handle.set_label("\n".join(lines))
        widths.append(max(width(line, SMALL) for line in lines) + _ENTRY)
    columns = next(
        columns
        for columns in range(len(handles), 0, -1)
        if columns == 1 or sum(max(widths[place::columns]) for place in range(columns)) <= room
    )
    return figure.legend(  # matplotlib fills column by column; people read row by row
        handles=[one for place in range(columns) for one in handles[place::columns]],
        loc="upper left",
        bbox_to_anchor=(0, 1),
        borderaxespad=0,
        borderpad=0.2,
        handlelength=1.6,
        columnspacing=1.4,
        ncols=columns,
    )


def count_axis(
    axis: "Axis", label: str, inches: float, gap: float = 0.6, *, scale: Scale = EXACT
) -> None:
    """Ticks with engineering units (20 M, 1.5 G) at whole numbers, and what they count.

    The axis is so many inches long, and ticks stand at least a `gap` apart. In a `scale` ticks are
    bare numbers: the label says what they are.
    """
    from matplotlib.ticker import MaxNLocator

    # what is counted, and below it how
    parts = [label] if width(label) <= inches else label.replace(", ", ",\n", 1).split("\n")
    lines = [line for part in parts for line in wrapped(part, inches)]
    axis.set_label_text("\n".join(lines))
    axis.set_major_formatter(ticks_in(scale))
    most = max(1, min(9, int(inches / gap)))
    axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 5, 10], integer=True))


def ticks_in(scale: Scale) -> "Formatter":
    """How ticks are written: in full digits of a scale, else with engineering units."""
    from matplotlib.ticker import EngFormatter, FuncFormatter

    def text(value: float, _place: int | None) -> str:
        return f"{Decimal(round(value)).scaleb(-scale.power).normalize():,f}"

    return FuncFormatter(text) if scale else EngFormatter()


def check_room(draw: "Callable[[], Figure]") -> "Figure":
    """Draw into the size that was chosen; raise `FlopcountError` where the parts do not fit."""
    import warnings

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        figure = draw()
        figure.draw_without_rendering()
    for warning in said:
        if "layout" not in str(warning.message):
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )
    if any("layout" in str(warning.message) for warning in said):
        raise no_room()
    return figure


def no_room() -> FlopcountError:
    """Say that the chosen size is too small."""
    return FlopcountError(
        f"the picture does not fit into {wide():.3g}"
        + (f"×{settings().height:.3g} inches" if settings().height else " inches")
        + "; choose a larger --size"
        + (", or a width alone" if settings().height else "")
    )
