"""Up to which width reductions pay: the cost against the width, or the widths of many."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..analysis import analyze
from ..analysis.breakeven import Reduction
from ..analysis.repeats import repeats
from ..core import Network
from ..writing.cells import number
from .axes import body, count_axis, new_figure, wide
from .bars import label_end, longest_name, room_for, room_for_rows
from .style import styled, theme
from .texts import apart, units, wrapped
from .words import aside, subject

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WIDTH = "width of the reduction, channels"
_COUNT, _TAPS = "multiplies of the module per sample", "taps on padding included"
_MOST = "those that save or cost most"
_ROW, _LEAST = 0.24, 0.17  # inches
_Row = tuple[str, list[Reduction]]  # a name, and what has it


def breakeven(network: Network, reductions: Sequence[Reduction]) -> "Figure":
    """One reduction as a curve, several as rows: see `curve` and `widths`."""
    return curve(network, reductions[0]) if len(reductions) == 1 else widths(network, reductions)


@styled
def curve(network: Network, reduction: Reduction) -> "Figure":
    """The module's multiplies against the width of a reduction, and those without it.

    The chosen width is a point, the break-even width a ring.
    """
    from matplotlib.lines import Line2D

    even, end = float(reduction.breakeven), _far(reduction) * 1.25
    ink, (point, ring) = theme().built, _marks()
    handles = [
        Line2D([], [], color=ink, label="with the reduction"),
        Line2D([], [], color=ink, linestyle="--", label="without it"),
        Line2D([], [], **point, label=f"as built: {number(reduction.width)}"),
        Line2D([], [], **ring, label=f"pays up to {even:,.1f}"),
    ]
    title = f"Up to which width the reduction {reduction.path} of {subject(_whole(network))} pays"
    figure = new_figure(3.9, (title, aside(network, _TAPS)), handles)
    axes = figure.subplots()
    axes.plot([0, end], [reduction.rest, reduction.slope * end + reduction.rest], color=ink)
    axes.plot([0, end], [reduction.without, reduction.without], "--", color=ink, linewidth=0.9)
    axes.plot(reduction.width, reduction.slope * reduction.width + reduction.rest, **point)
    axes.plot(even, reduction.without, **ring)
    axes.set_xlim(0)
    axes.set_ylim(0)
    axes.set_xlabel("\n".join(wrapped(_WIDTH, wide() - 0.8)))
    count_axis(axes.yaxis, _COUNT, 0.75 * body(figure), 0.35)
    return figure


@styled
def widths(network: Network, reductions: Sequence[Reduction]) -> "Figure":
    """A row per reduction: its chosen width, a point, and the width up to which it pays, a ring.

    What each saves is written on it. Repeated modules are one row; past `MOST_BARS` rows, those
    that save or cost least are left out, and the heading says how many.
    """
    from matplotlib.lines import Line2D
    from matplotlib.ticker import MaxNLocator

    rows = _rows(network, reductions)
    order = sorted(range(len(rows)), key=lambda index: -abs(_saved(rows[index][1][0])))
    point, ring = _marks()
    handles = [
        Line2D([], [], **point, label="width as built"),
        Line2D([], [], **ring, label="pays up to this width"),
    ]
    title = f"Up to which width each 1×1 reduction of {subject(network)} pays"
    said = aside(network, f"saves: {_COUNT}, {_TAPS}")
    room = room_for_rows(_LEAST, (title, said, _MOST), handles)
    shown = [rows[index] for index in sorted(order[:room])]
    most = f"{len(shown)} of {number(len(rows))} reductions, {_MOST}"
    heading = (title, said, *([most] if len(shown) < len(rows) else []))
    figure = new_figure(0.6 + _ROW * len(shown), heading, handles, rows=True)
    axes = figure.subplots()
    labels = []
    for height, (_, (reduction, *more)) in enumerate(shown):
        even, saved = float(reduction.breakeven), _saved(reduction)
        colour, style = (theme().built, "-") if saved >= 0 else (theme().costs, ":")
        axes.plot([reduction.width, even], [height, height], style, color=colour, linewidth=1.5)
        axes.plot(reduction.width, height, **point | {"color": colour})
        axes.plot(even, height, **ring | {"color": colour})
        text = f"{'saves' if saved >= 0 else 'costs'} {units(abs(saved))}{' each' * bool(more)}"
        labels.append(label_end(axes, text, _far(reduction), height))
        labels[-1].xyann = (7, 0)  # clear of the mark
    axes.set_yticks(range(len(shown)), apart([name for name, _ in shown], longest_name()))
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlim(0, 1.05 * max(_far(row[0]) for _, row in shown))
    axes.set_xlabel("\n".join(wrapped(_WIDTH, 0.6 * wide())))
    ticks = max(2, min(9, int(wide())))
    axes.xaxis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 5, 10], integer=True))
    room_for(labels, figure, axes)
    return figure


def _marks() -> tuple[dict[str, Any], dict[str, Any]]:
    """How the chosen width is drawn, and the width up to which a reduction pays."""
    point: dict[str, Any] = {
        "marker": "o",
        "linestyle": "",
        "color": theme().built,
        "markersize": 5,
    }
    return point, point | {"markerfacecolor": theme().ground}


def _whole(network: Network) -> Network:
    return network.whole or network


def _far(reduction: Reduction) -> float:
    return max(float(reduction.breakeven), reduction.width)


def _saved(reduction: Reduction) -> int:
    return reduction.saved(reduction.width)


def _rows(network: Network, reductions: Sequence[Reduction]) -> list[_Row]:
    """The reductions by name, each together with those of its module's repeats."""
    by_module: dict[str, dict[str, Reduction]] = {}
    for reduction in reductions:
        inside = reduction.path.removeprefix(reduction.module)
        by_module.setdefault(reduction.module, {})[inside] = reduction
    rows: list[_Row] = []
    for repeat in repeats(analyze(network)):
        own = [by_module.get(module, {}) for module in repeat.modules]
        if all(own):
            rows += [(repeat.part(inside), [one[inside] for one in own]) for inside in own[0]]
        else:  # some of the repeats alone
            rows += [(reduction.path, [reduction]) for one in own for reduction in one.values()]
    return rows
