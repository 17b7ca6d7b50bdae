"""A network by module: multiplies above, parameters below, each stacked by branch."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from ..writing.sheet import number
from .axes import MOST_BARS, MOST_SERIES, count_axis, head, look, new_figure
from .style import EDGE, SMALL, styled
from .texts import apart, counted, headline, nothing, of_count, width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    from ..analysis import Report

OUTSIDE, OTHERS = "outside the branches", "other branches"
_GREY = {"facecolor": "#ffffff", "edgecolor": "#8c8c8c", "hatch": "///"}  # of what is outside
_DARK = {"facecolor": "#777777", "edgecolor": EDGE}  # of the other branches
_LINE = SMALL * 1.2 / 72  # inches from one upright name to the next


@styled
def modules(report: "Report") -> "Figure":
    """A bar per module, in the network's order, in two panels: multiplies and parameters.

    A branch has its colour in all modules; past `MOST_SERIES` branches the smallest share one.
    Modules with neither multiplies nor parameters are left out. Where the names of neighbours
    would touch, every second, third, … module is named. Raises `FlopcountError` where no layer
    has either.
    """
    pieces: dict[str, dict[str, tuple[int, int]]] = {}  # by module, then by series
    series = branch_looks(report)
    for line in report.grouped("branch"):
        counts = counted(report, line.cost.multiplies), int(line.cost.params)
        if any(counts):
            stack = pieces.setdefault(str(line.module), {})
            name = series_of(line.branch, series)
            before = stack.get(name, (0, 0))
            stack[name] = (before[0] + counts[0], before[1] + counts[1])
    if not pieces:
        raise nothing(report, "no layer has multiplies or parameters")
    wide = min(16, max(8, 1.6 + 0.35 * len(pieces)))
    figure = new_figure(wide, 6.5)
    panels = figure.subplots(2, 1, sharex=True)
    for axes, place, what in zip(panels, (0, 1), (of_count(report), "parameters"), strict=True):
        _stacks(axes, pieces, series, place)
        count_axis(axes.yaxis, what.replace(", ", ",\n"))
        total = sum(counts[place] for stack in pieces.values() for counts in stack.values())
        axes.set_title(f"{number(total)} in all", loc="right", fontsize=SMALL)
    _names(panels[1], list(pieces), (wide - 1.4) / len(pieces))
    used = {name for stack in pieces.values() for name in stack}
    head(figure, headline(report.network), legend(series, used))
    return figure


def legend(series: Mapping[str, dict[str, Any]], used: AbstractSet[str]) -> "list[Patch]":
    """A swatch for each series that is drawn; none where nothing is in a branch."""
    from matplotlib.patches import Patch

    labels = zip(series, apart(list(series)), strict=True)
    swatches = [Patch(**series[name], label=label) for name, label in labels if name in used]
    return swatches if used != {OUTSIDE} else []


def branch_looks(report: "Report") -> Mapping[str, dict[str, Any]]:
    """How each branch is drawn, by its name: the same in a network and in each of its modules.

    The colours go by the order of the branches in the whole network, whatever their sizes; past
    `MOST_SERIES` names the smallest share one. What is outside the branches comes first.
    """
    sizes: dict[str, int] = {}
    for row in (report.network.whole or report.network).rows:
        branch, size = row.node.branch, int(row.count("multiplies") + row.count("params"))
        if branch is not None and size:
            sizes[branch] = sizes.get(branch, 0) + size
    shown = list(sizes)
    if len(shown) > MOST_SERIES:
        largest = set(sorted(shown, key=lambda name: -sizes[name])[: MOST_SERIES - 1])
        shown = [name for name in shown if name in largest]
    looks = {name: look(place) for place, name in enumerate(shown)}
    return {OUTSIDE: _GREY if looks else look(4), **looks, OTHERS: _DARK}


def series_of(branch: str | None, series: Mapping[str, Any]) -> str:
    """The series that a branch belongs to."""
    return OUTSIDE if branch is None else branch if branch in series else OTHERS


def _stacks(
    axes: "Axes",
    pieces: Mapping[str, Mapping[str, tuple[int, int]]],
    series: Mapping[str, Mapping[str, Any]],
    count: int,
) -> None:
    ends = [0] * len(pieces)
    for name, style in series.items():
        sizes = [stack.get(name, (0, 0))[count] for stack in pieces.values()]
        shown = [place for place, size in enumerate(sizes) if size]
        if shown:
            heights = [float(sizes[place]) for place in shown]
            bottoms = [float(ends[place]) for place in shown]
            edge = 0.4 if len(pieces) <= MOST_BARS else 0.0  # wider, it would be most of a bar
            axes.bar(shown, heights, 0.8, bottoms, linewidth=edge, label=f"_{name}", **style)
        ends = [end + size for end, size in zip(ends, sizes, strict=True)]
    axes.set_xlim(-0.6, len(pieces) - 0.4)
    axes.set_ylim(0, 1.05 * max(1.0, *map(float, ends)))


def _names(axes: "Axes", names: Sequence[str], slot: float) -> None:
    """Name the modules: level where they fit beside each other, else upright, else some of them."""
    names = apart(names)
    upright = max(width(name, SMALL) for name in names) > 0.85 * slot
    step = max(1, -int(-_LINE // slot)) if upright else 1
    shown = range(0, len(names), step)
    axes.set_xticks(shown, [names[place] for place in shown], rotation=90 if upright else 0)
    axes.set_xlabel("module" if step == 1 else f"module, one in {step} named")
