"""Up to which width reductions pay: the cost against the width, or the widths of many."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..analysis.breakeven import Reduction
from ..core import Network
from ..errors import shorten
from ..writing.sheet import number
from .axes import MOST_BARS, count_axis, head, new_figure, room_for
from .style import BUILT, PALETTE, SMALL, styled
from .texts import apart, units

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PAYS, _COSTS = BUILT, PALETTE[3]
_POINT: dict[str, Any] = {"marker": "o", "linestyle": "", "color": BUILT}
_RING = _POINT | {"markerfacecolor": "white"}
_WIDTH = "width of the reduction, channels"
_COUNT, _TAPS = "multiplies of the module per sample", "taps on padding included"


def breakeven(network: Network, reductions: Sequence[Reduction]) -> "Figure":
    """One reduction as a curve, several as rows: see `curve` and `widths`."""
    return curve(network, reductions[0]) if len(reductions) == 1 else widths(network, reductions)


@styled
def curve(network: Network, reduction: Reduction) -> "Figure":
    """The module's multiplies against the width of a reduction, and those without it.

    The chosen width is a point, the break-even width a ring.
    """
    from matplotlib.lines import Line2D

    figure = new_figure(8, 4.5)
    axes = figure.subplots()
    even, end = float(reduction.breakeven), _far(reduction) * 1.25
    axes.plot([0, end], [reduction.rest, reduction.slope * end + reduction.rest], color=BUILT)
    axes.plot([0, end], [reduction.without, reduction.without], "--", color=BUILT, linewidth=0.9)
    axes.plot(reduction.width, reduction.slope * reduction.width + reduction.rest, **_POINT)
    axes.plot(even, reduction.without, **_RING)
    axes.set_xlim(0)
    axes.set_ylim(0)
    axes.set_xlabel(_WIDTH)
    count_axis(axes.yaxis, f"{_COUNT},\n{_TAPS}")
    handles = [
        Line2D([], [], color=BUILT, label="with the reduction"),
        Line2D([], [], color=BUILT, linestyle="--", label="with it bypassed"),
        Line2D([], [], **_POINT, label=f"chosen {number(reduction.width)}"),
        Line2D([], [], **_RING, label=f"break-even {even:,.1f}"),
    ]
    head(figure, (shorten(network.name), reduction.path), handles)
    return figure


@styled
def widths(network: Network, reductions: Sequence[Reduction]) -> "Figure":
    """A row per reduction: its chosen width, a point, and the width up to which it pays, a ring.

    What each saves is written on it. Repeated modules with the same numbers are one row; past
    `MOST_BARS` rows, those that save or cost least are left out, and the heading says how many.
    """
    from matplotlib.lines import Line2D
    from matplotlib.ticker import MaxNLocator

    rows = _rows(reductions)
    order = sorted(range(len(rows)), key=lambda index: -abs(_saved(rows[index][0])))
    shown = [rows[index] for index in sorted(order[:MOST_BARS])]
    figure = new_figure(8, 1.6 + 0.24 * len(shown))
    axes = figure.subplots()
    labels = []
    for height, row in enumerate(shown):
        reduction, even, saved = row[0], float(row[0].breakeven), _saved(row[0])
        colour = _PAYS if saved >= 0 else _COSTS
        style = "-" if saved >= 0 else ":"
        axes.plot([reduction.width, even], [height, height], style, color=colour, linewidth=1.5)
        axes.plot(reduction.width, height, "o", color=colour, markersize=5)
        axes.plot(even, height, "o", color=colour, markersize=5, markerfacecolor="white")
        each = "" if len(row) == 1 else f", each of {len(row)}"
        labels.append(
            axes.annotate(
                f"{'saves' if saved >= 0 else 'costs'} {units(abs(saved))}{each}",
                (_far(reduction), height),
                xytext=(7, 0),
                textcoords="offset points",
                va="center",
                fontsize=SMALL,
            )
        )
    axes.set_yticks(range(len(shown)), apart([_name(row) for row in shown]))
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlim(0, 1.05 * max(_far(row[0]) for row in shown))
    axes.set_xlabel(_WIDTH)
    axes.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10], integer=True))
    most = "" if len(shown) == len(rows) else f"{len(shown)} of {number(len(rows))} reductions, "
    most += "those that save or cost most; " if most else ""
    head(
        figure,
        (shorten(network.name), f"{most}saves: {_COUNT}, {_TAPS}"),
        [
            Line2D([], [], **_POINT, label="chosen width"),
            Line2D([], [], **_RING, label="pays up to"),
        ],
    )
    room_for(labels, figure, axes)
    return figure


def _far(reduction: Reduction) -> float:
    return max(float(reduction.breakeven), reduction.width)


def _saved(reduction: Reduction) -> int:
    return reduction.saved(reduction.width)


def _rows(reductions: Sequence[Reduction]) -> list[list[Reduction]]:
    """The same layer of the repeats of one block (B.1 … B.10), if its numbers are the same."""

    def same(reduction: Reduction) -> tuple[Any, ...]:
        block = reduction.module.rpartition(".")[0] or reduction.module
        layer = reduction.path.removeprefix(reduction.module)
        return block, layer, reduction.width, reduction.without, reduction.slope, reduction.rest

    groups: dict[tuple[Any, ...], list[Reduction]] = {}
    for reduction in reductions:
        groups.setdefault(same(reduction), []).append(reduction)
    return list(groups.values())


def _name(row: Sequence[Reduction]) -> str:
    first, last = row[0], row[-1]
    if len(row) == 1:
        return first.path
    ends = [reduction.module.rpartition(".")[2] for reduction in (first, last)]
    closed = all(map(str.isdecimal, ends)) and int(ends[1]) - int(ends[0]) == len(row) - 1
    modules = (
        f"{first.module}…{last.module}"
        if closed
        else ", ".join(reduction.module for reduction in row)
    )
    return modules + first.path.removeprefix(first.module)
