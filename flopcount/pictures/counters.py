"""One network in all counters: a bar each, of what it adds up, by family of operation."""

from typing import TYPE_CHECKING

from ..counters.families import FAMILIES, by_family
from ..counters.networks import calls_of
from ..counters.rules import tools
from ..errors import FlopcountError, plural
from .axes import count_axis, new_figure, wide
from .bars import figures_of, label_end, largest, name_bars, room_for, room_for_rows
from .kernels import LARGER, OTHER, POINT, REDUCES, SEVEN, THREE
from .style import area, styled
from .words import aside, at_least, headed, network_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

    from ..analysis import Report

_LOOKS = dict(zip(FAMILIES, (THREE, POINT, REDUCES, SEVEN, LARGER, OTHER), strict=True))
_ROW, _LEAST = 0.24, 0.17  # inches
_OWN = "flopcount"


@styled
def counters(report: "Report") -> "Figure":
    """A bar a counter, in the counter's own unit, the largest first; flopcount's own on top.

    Its pieces are what it counts by family: products, biases, norms, activations, pools, others.
    A counter whose rule does not fit is named in the heading. Raises `FlopcountError` where the
    network's model does not run.
    """
    from matplotlib.patches import Patch

    network = network_of(report)
    watched = calls_of(network)
    found: dict[str, dict[str, int]] = {}
    missing = []
    for tool in tools().values():
        if tool.unit == "parameters":
            continue
        try:
            found[tool.name] = by_family(watched.count(tool))
        except FlopcountError:  # a rule of it does not fit: `flopcount counters` says which
            missing.append(tool.name)
    own = by_family(watched.own("MAC"))
    unit = {_OWN: "MAC"} | {name: tool.unit for name, tool in tools().items()}
    ordered = {_OWN: own} | dict(sorted(found.items(), key=lambda one: -sum(one[1].values())))
    shown = [name for name in FAMILIES if any(families[name] for families in ordered.values())]
    handles = [Patch(**area(_LOOKS[name]), label=name) for name in shown]
    nothing = sum(not any(families.values()) for families in found.values())
    heading = (
        f"{headed(network)} in other counters, each in its own unit",
        aside(
            network,
            f"not drawn: {', '.join(missing)}" if missing else "",
            watched.unknown_note,
            f"{plural(nothing, 'other counter')} with 0" if nothing else "",
        ),
        watched.says,
    )
    sums = [(name, [sum(families.values())]) for name, families in ordered.items()]
    own_row, *others_rows = sums  # the first stays, however small the picture is
    rows, others = largest(others_rows, room_for_rows(_LEAST, heading, handles) - 1)
    rows.insert(0, own_row)
    figure = new_figure(0.75 + _ROW * max(len(rows), 2), heading, handles, rows=True)
    axes = figure.subplots()
    _stacks(axes, [ordered[name] for name, _ in rows], shown)
    say = figures_of(0, report.scale)
    name_bars(axes, rows, others)
    least = ("", at_least(report))
    ends = [
        label_end(axes, f"{least[name == _OWN]}{say(end)} {unit[name]}", float(end), row)
        for row, (name, (end,)) in enumerate(rows)
    ]
    count_axis(axes.xaxis, "MACs or FLOPs, as each counter prints them", 0.7 * wide())
    room_for(ends, figure, axes)
    return figure


def _stacks(axes: object, bars: "list[Mapping[str, int]]", shown: list[str]) -> None:
    starts = [0] * len(bars)
    for name in shown:
        sizes = [families[name] for families in bars]
        axes.barh(  # type: ignore[attr-defined]
            range(len(bars)),
            [float(size) for size in sizes],
            0.72,
            [float(start) for start in starts],
            **area(_LOOKS[name]),
        )
        starts = [start + size for start, size in zip(starts, sizes, strict=True)]
