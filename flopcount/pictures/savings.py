"""What the reductions save: naive beside as built; where they save nothing, single bars."""

from typing import TYPE_CHECKING

from ..analysis import Report
from ..analysis.report import UNCHANGED
from .axes import count_axis, new_figure, wide
from .bars import figures_of, label_end, largest, name_bars, room_for, room_for_rows
from .parts import fold_note, parts_of
from .style import styled, theme
from .texts import counted, fewer, in_all, units
from .words import aside, at_least, begun, network_of, nothing, of_count, subject

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PAIR, _SINGLE = 0.36, 0.26  # inches of a row
_LEAST = 0.3
# What is left out in each naive reading, and what the naive network is.
_LEFT_OUT = {
    "reduce": "1×1 reductions",
    "figure": "1×1 reductions and pool projections",
    "chained": "1×1 reductions and pool projections",
}
_NAIVE = {
    "reduce": "naive: the same without its 1×1 reductions",
    "figure": "naive: the same without them, each module on its real input",
    "chained": "naive: the same without them, each module on what the naive one before puts out",
}


@styled
def savings(report: Report) -> "Figure":
    """Naive beside built: two bars per branch (one module) or per module, ratio written on.

    A part that costs the same either way has one bar. Parts without multiplies are left out; past
    `MOST_BARS` parts, the sum of the smallest is written below. Raises `FlopcountError` where no
    layer multiplies.
    """
    from matplotlib.patches import Patch

    what, parts = parts_of(report)
    counts = [(part.name, [part.naive(report), part.multiplies(report)]) for part in parts]
    total = report.total
    sums = [counted(report, cost.multiplies) for cost in (total.naive, total.cost)]
    totals = [in_all(count, report.scale) for count in sums]
    colours, handles = theme(), []
    title = f"{begun(report.unit)} of {subject(network_of(report))}, by {what}"
    said = f"{at_least(report)}{in_all(sums[1], report.scale)} in all"
    if report.asked and not report.bypasses:
        said += f"; naive ({report.reading}): {UNCHANGED}"
    differ = any(naive != built for _, (naive, built) in counts)
    if differ:
        buys = "save" if sums[0] >= sums[1] else "cost"
        title = f"What the {_LEFT_OUT[report.reading]} {buys} in {subject(network_of(report))}"
        said = _NAIVE[report.reading]
        handles = [
            Patch(color=colours.naive, label=f"naive: {totals[0]}"),
            Patch(color=colours.built, label=f"as built: {_beside(totals[1], *sums)}"),
        ]
    heading = (title, aside(network_of(report), fold_note(parts), said))
    rows, others = largest(counts, room_for_rows(_LEAST, heading, handles))
    if not rows:
        raise nothing(report, "no layer multiplies")
    high = (_PAIR if differ else _SINGLE) * max(len(rows) + bool(others), 2)
    figure = new_figure(0.6 + high, heading, handles, rows=True)
    axes = figure.subplots()
    pairs = [row for row, (_, (naive, built)) in enumerate(rows) if naive != built]
    alone = [row for row in range(len(rows)) if row not in pairs]
    write = figures_of(len(rows), report.scale)
    labels = []
    for places, shift, column, colour in (
        (pairs, -0.2, 0, colours.naive),
        (pairs, 0.2, 1, colours.built),
        (alone, 0, 1, colours.built),
    ):
        ends = [float(rows[row][1][column]) for row in places]
        axes.barh([row + shift for row in places], ends, 0.36 if shift else 0.5, color=colour)
        for row, end in zip(places, ends, strict=True):
            naive, built = rows[row][1]
            text = write(naive) if not column else _beside(write(built), naive, built)
            labels.append(label_end(axes, text, end, row + shift))

    def others_sum(rest: list[int]) -> str:
        naive, built = (units(count, report.scale) for count in rest)
        return f"naive {naive}, built {built}" if differ else built

    name_bars(axes, rows, others, others_sum)
    count_axis(axes.xaxis, of_count(report), 0.6 * wide(), scale=report.scale)
    room_for(labels, figure, axes)
    return figure


def _beside(text: str, naive: int, built: int) -> str:
    """The number as built, and how many times fewer or more it is than the naive one."""
    return f"{text}, {fewer(naive, built)}" if naive and built and naive != built else text
