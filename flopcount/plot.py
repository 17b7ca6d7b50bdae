"""Pictures, by matplotlib."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .errors import shorten
from .render import number, shape_text
from .report import UNIT_NAMES, UNITS, Line, Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

MOST_BARS = 60
LONGEST_NAME = 24  # of a bar; a longer one is cut in the middle
# Far apart in lightness, so that grey print and colour-blind eyes tell them apart.
_NAIVE, _BUILT = "#c9c9c9", "#1f4e79"


def savings(report: Report) -> "Figure":
    """Naive beside built: a pair of bars per branch (one module) or per module, ratio written on.

    Parts without multiplies are left out; past `MOST_BARS` parts, the smallest are one bar.
    """
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch
    from matplotlib.ticker import EngFormatter, MaxNLocator

    scale, unit = UNITS[report.unit], UNIT_NAMES[report.unit]
    one = len(report.network.modules) == 1
    lines = report.lines
    if report.grain not in ("layer", "op"):
        lines = report.grouped("branch" if one else "module")
    named = [
        (_name(line, one=one), line.naive.multiplies * scale, line.cost.multiplies * scale)
        for line in lines
        if line.cost.multiplies or line.naive.multiplies
    ]
    if len(named) > MOST_BARS:
        order = sorted(range(len(named)), key=lambda place: -max(named[place][1:]))
        rest = [named[place] for place in order[MOST_BARS - 1 :]]
        named = [named[place] for place in sorted(order[: MOST_BARS - 1])]
        sums = (sum(bar[1] for bar in rest), sum(bar[2] for bar in rest))
        named.append((f"{len(rest)} others", *sums))
    figure = Figure(figsize=(8, 1.6 + 0.45 * max(len(named), 2)), layout="constrained")
    axes = figure.subplots()
    places = range(len(named))
    naive_bars = [float(bar[1]) for bar in named]
    built_bars = [float(bar[2]) for bar in named]
    axes.barh([p - 0.2 for p in places], naive_bars, 0.38, color=_NAIVE)
    axes.barh([p + 0.2 for p in places], built_bars, 0.38, color=_BUILT)
    labels = [
        axes.annotate(
            f"{before / built:,.2f}×",
            (float(max(before, built)), place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
        )
        for place, (_, before, built) in enumerate(named)
        if built and before and before != built
    ]
    axes.set_yticks(list(places), [bar[0] for bar in named])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.05 * max([*naive_bars, *built_bars, 1.0]))
    samples = "per sample" if report.batch == 1 else f"for {number(report.batch)} samples"
    axes.set_xlabel(f"{unit} {samples}, taps on padding included")
    axes.xaxis.set_major_formatter(EngFormatter())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    swatches = [Patch(color=_NAIVE, label="naive"), Patch(color=_BUILT, label="as built")]
    figure.legend(handles=swatches, loc="outside upper right", ncols=2, frameon=False)
    network = report.network
    part = f", module {', '.join(network.modules)}" if network.whole else ""
    first = shape_text(next(iter(network.inputs.values())))
    changed = "".join(f"; {note}" for note in network.notes if note.startswith("changed"))
    title = (
        f"{shorten(network.name)}{shorten(part)}\n"
        f"{first}{shorten(changed)}; naive reading: {report.reading}"
    )
    axes.set_title(title.replace("$", r"\$"), loc="left", fontsize="medium")
    _make_room(figure, axes, labels)
    return figure


def _make_room(figure: "Figure", axes: "Axes", labels: Sequence["Annotation"]) -> None:
    """Widen the axis until the labels at the ends of the bars are inside the figure."""
    figure.draw_without_rendering()
    wide = axes.get_window_extent().width
    ends = [(label.xy[0], label.get_window_extent().width + 10) for label in labels]
    room = [end * wide / max(wide - width, 0.2 * wide) for end, width in ends]
    axes.set_xlim(0, max([axes.get_xlim()[1], *room]))


def _name(line: Line, *, one: bool) -> str:
    if one and not (line.branch or line.layer or line.op):
        return "outside"
    name = str(line.layer or line.op or line.branch or line.module)
    return name if len(name) <= LONGEST_NAME else f"{name[:12]}…{name[-11:]}"


def picture(figure: "Figure", form: str) -> bytes:
    """A figure as png, svg or pdf, the same bytes for the same figure."""
    import io

    import matplotlib as mpl

    dates = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
    out = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "flopcount"}):
        figure.savefig(out, format=form, dpi=150, metadata=dates.get(form))
    return out.getvalue()
