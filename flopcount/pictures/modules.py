"""A network by module: multiplies beside parameters, each bar stacked by kernel."""

from functools import partial
from typing import TYPE_CHECKING

from ..core import Counts
from .axes import count_axis, new_figure, wide
from .bars import label_end, largest, name_bars, room_for, room_for_rows
from .parts import fold_note, kernels_in, parts_of, split
from .style import area, styled
from .texts import counted, in_all, units
from .words import aside, at_least, begun, network_of, nothing, of_count, subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    from ..analysis import Report
    from ..core import Row
    from ..writing.scale import Scale
    from .parts import Part

_ROW, _LEAST = 0.24, 0.17  # inches
_BESIDE = 5.5  # inches from which on the panels stand beside each other


@styled
def modules(report: "Report") -> "Figure":
    """A bar per module, or per branch of one, in two panels: multiplies and parameters.

    A bar's pieces are its layers by kernel, which has its colour in all networks; its end says the
    sum. Parts with neither multiplies nor parameters are left out; past `MOST_BARS` of them, the
    sums of the smallest are written below. Raises `FlopcountError` where no layer has either.
    """
    what, parts = parts_of(report)
    beside = wide() >= _BESIDE
    total = [max(1, counted(report, report.cost.multiplies)), max(1, int(report.cost.params))]
    counting = [row for part in parts for row in part.rows if any(_counts(report, [row]))]
    if not counting:
        raise nothing(report, "no layer has multiplies or parameters")
    handles = swatches(counting)
    heading = (
        f"{begun(report.unit)} and parameters of {subject(network_of(report))}, by {what}",
        aside(network_of(report), fold_note(parts)),
    )
    panels = 1 if beside else 2
    rows, others = largest(
        ((part.name, _counts(report, part.rows)) for part in parts),
        room_for_rows(_LEAST, heading, handles, panels),
        # by their share of either, so that no panel loses what is large in it
        lambda counts: max(count / of for count, of in zip(counts, total, strict=True)),
    )
    named = {part.name: part for part in parts}
    high = panels * (0.75 + _ROW * max(len(rows) + bool(others), 2))
    figure = new_figure(high, heading, handles, rows=True)
    both = figure.subplots(*((1, 2) if beside else (2, 1)), sharey=beside)
    labels_of = of_count(report), report.params_scale.heading("parameters")
    scales = report.scale, report.params_scale
    for axes, column, label, scale in zip(both, (0, 1), labels_of, scales, strict=True):
        _stacks(axes, report, [named[name] for name, _ in rows], column)
        own, rest = ([(name, [counts[column]]) for name, counts in part] for part in (rows, others))
        name_bars(axes, own, rest, partial(_sum_text, scale))
        labels = [
            label_end(axes, units(count, scale), float(count), row)
            for row, (_, (count,)) in enumerate(own)
            if count
        ]
        count_axis(axes.xaxis, label, (0.36 if beside else 0.62) * wide(), scale=scale)
        room_for(labels, figure, axes)
        whole = sum(counts[0] for _, counts in own + rest)
        known = "" if column else at_least(report)
        axes.set_title(f"{known}{in_all(whole, scale)} in all", loc="left")
    return figure


def _counts(report: "Report", rows: "Sequence[Row]") -> list[int]:
    """Multiplies in the report's unit, and parameters."""
    counts = Counts(rows, report.batch)
    return [counted(report, counts.multiplies), int(counts.params)]


def _sum_text(scale: "Scale", sums: "list[int]") -> str:
    return units(sums[0], scale)


def swatches(rows: "Iterable[Row]") -> "list[Patch]":
    """A legend's entry for each kind of layer."""
    from matplotlib.patches import Patch

    return [Patch(**area(*look), label=word) for word, *look in kernels_in(rows)]


def _stacks(axes: "Axes", report: "Report", parts: "Sequence[Part]", column: int) -> None:
    """The bars of a panel, each kind of layer from where the one before it ends."""
    looks = [split(part.rows) for part in parts]
    starts = [0] * len(parts)
    for word, colour, hatch in kernels_in(row for part in parts for row in part.rows):
        sizes = [_counts(report, kinds.get((colour, hatch), ()))[column] for kinds in looks]
        places = [place for place, size in enumerate(sizes) if size]
        if places:
            axes.barh(
                places,
                [float(sizes[place]) for place in places],
                0.72,
                [float(starts[place]) for place in places],
                label=f"_{word}",
                **area(colour, hatch),
            )
        starts = [start + size for start, size in zip(starts, sizes, strict=True)]
