"""What the reductions save: naive beside as built."""

from typing import TYPE_CHECKING

from ..analysis import Line, Report
from ..writing.sheet import number
from .axes import count_axis, head, largest, name_bars, new_figure, room_for
from .style import BUILT, NAIVE, styled
from .texts import counted, headline, nothing, of_count, units

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@styled
def savings(report: Report) -> "Figure":
    """Naive beside built: a pair of bars per branch (one module) or per module, ratio written on.

    Parts without multiplies are left out; past `MOST_BARS` parts, the sum of the
    smallest is written below. Raises `FlopcountError` where no layer multiplies.
    """
    from matplotlib.patches import Patch

    one = len(report.network.modules) == 1
    lines = report.lines
    if report.grain not in ("layer", "op"):
        lines = report.grouped("branch" if one else "module")
    rows, others = largest(
        (
            _name(line, one=one),
            [counted(report, cost.multiplies) for cost in (line.naive, line.cost)],
        )
        for line in lines
    )
    if not rows:
        raise nothing(report, "no layer multiplies")
    figure = new_figure(8, 1.6 + 0.36 * max(len(rows) + bool(others), 2))
    axes = figure.subplots()
    naive = [float(counts[0]) for _, counts in rows]
    built = [float(counts[1]) for _, counts in rows]
    axes.barh([place - 0.2 for place in range(len(rows))], naive, 0.38, color=NAIVE)
    axes.barh([place + 0.2 for place in range(len(rows))], built, 0.38, color=BUILT)
    labels = [
        axes.annotate(
            f"{counts[0] / counts[1]:,.2f}×",
            (float(max(counts)), place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
        )
        for place, (_, counts) in enumerate(rows)
        if all(counts) and counts[0] != counts[1]
    ]
    name_bars(
        axes,
        rows,
        others,
        lambda sums: f"naive {units(sums[0])}, as built {units(sums[1])}{_ratio(*sums)}",
    )
    count_axis(axes.xaxis, of_count(report))
    total = report.total
    sums = [counted(report, cost.multiplies) for cost in (total.naive, total.cost)]
    swatches = [
        Patch(color=NAIVE, label=f"naive: {number(sums[0])}"),
        Patch(color=BUILT, label=f"as built: {number(sums[1])}{_ratio(*sums)}"),
    ]
    title, said = headline(report.network)
    head(figure, (title, f"{said}; naive reading: {report.reading}"), swatches)
    room_for(labels, figure, axes)
    return figure


def _ratio(naive: int, built: int) -> str:
    return f" ({naive / built:,.2f}×)" if naive and built and naive != built else ""


def _name(line: Line, *, one: bool) -> str:
    if one and not (line.branch or line.layer or line.op):
        return "outside"
    return str(line.layer or line.op or line.branch or line.module)
