"""Bars in rows: as many as there is room for, named, each with its number at its end."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from ..writing.cells import number
from ..writing.scale import Scale
from .axes import no_room, room_below, wide
from .style import SMALL, settings
from .texts import LONGEST_NAME, apart, fitted, units

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

MOST_BARS = 60  # rows with their names; past them the smallest are summed in words
_AROUND = 0.7  # inches, above and below the rows of a panel
_GAP = 4  # points, from a bar to its number
_EXACT = 12  # rows up to which a wide picture has numbers in full

Bars = list[tuple[str, list[int]]]  # a name, and a number for each bar that it has


def room_for_rows(
    least: float, heading: Sequence[str], handles: "Sequence[Artist]", panels: int = 1
) -> int:
    """How many rows there is room for below a heading and a legend, each of so many inches.

    Raises `FlopcountError` for fewer than two.
    """
    if settings().height is None:
        return MOST_BARS
    rows = int((room_below(heading, handles) / panels - _AROUND) / least)
    if rows < 2:
        raise no_room()
    return min(MOST_BARS, rows)


def largest(
    rows: Iterable[tuple[str, list[int]]],
    most: int = MOST_BARS,
    weight: Callable[[list[int]], float] = max,
) -> tuple[Bars, Bars]:
    """The rows that are not zero: the largest, as many as there is room for, and the rest."""
    rows = [row for row in rows if any(row[1])]
    room = most if len(rows) <= most else most - 1  # a row says what the rest is
    order = sorted(range(len(rows)), key=lambda place: -weight(rows[place][1]))
    kept, rest = sorted(order[:room]), sorted(order[room:])
    return [rows[place] for place in kept], [rows[place] for place in rest]


def longest_name() -> float:
    """How long the name of a row may be, in inches."""
    return min(LONGEST_NAME, 0.4 * wide())


def figures_of(rows: int, scale: Scale) -> "Callable[[int], str]":
    """How numbers stand on bars: in full where there is room for them, else with a unit."""
    if scale:
        return scale.text
    return number if rows <= _EXACT and wide() >= 6 else units


def name_bars(
    axes: "Axes", rows: Bars, others: Bars, say: "Callable[[list[int]], str] | None" = None
) -> None:
    """Name the rows of a bar chart, the first on top; what is left out is summed in words below.

    A bar of many others would dwarf the rest. Without `say`, numbers that have no sum are not.
    """
    names = apart([name for name, _ in rows], longest_name())
    if others:
        sums = [sum(column) for column in zip(*(counts for _, counts in others), strict=True)]
        names.append(f"{number(len(others))} others")
        text = fitted(f"sum: {say(sums)}" if say else "not drawn", 0.6 * wide(), SMALL)
        axes.text(0, len(rows), f" {text}", va="center", fontsize=SMALL)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(max(len(names), 2) - 0.4, -0.6)
    axes.set_xlim(0, 1.05 * max(float(count) for _, counts in rows for count in (*counts, 1)))


def label_end(axes: "Axes", text: str, end: float, row: float) -> "Annotation":
    """Write at the end of a bar."""
    return axes.annotate(
        text,
        (end, row),
        xytext=(_GAP, 0),
        textcoords="offset points",
        va="center",
        fontsize=SMALL,
    )


def room_for(labels: Sequence["Annotation"], figure: "Figure", axes: "Axes") -> None:
    """Widen the axis until the labels at the ends of the bars are inside of it."""
    for label in labels:
        label.set_in_layout(False)  # or the axes would be narrower, to make room beside them
    figure.draw_without_rendering()
    across = axes.get_window_extent().width
    room = 2 * _GAP * figure.dpi / 72
    # a letter may be a little wider in another format
    ends = [(label.xy[0], 1.04 * label.get_window_extent().width + room) for label in labels]
    needed = [end * across / max(across - extent, 0.2 * across) for end, extent in ends]
    axes.set_xlim(0, max([axes.get_xlim()[1], *needed]))
