"""How few layers make most of the cost: cumulative shares, the largest layers first."""

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import plural
from ..writing.cells import number
from .axes import new_figure, wide
from .parts import by_layer
from .style import SMALL, styled, theme
from .texts import apart, width, wrapped
from .words import aside, network_of, nothing, subject

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..analysis import Report

MARKS = (50, 90)  # percent
_NAMED = 3  # of the largest layers
_LINE = 1.25 * SMALL / 72  # inches from one name to the next


class _Layer(NamedTuple):
    """A layer's size and name, and how many there are of it."""

    size: int
    name: str
    times: int


@styled
def layers(report: "Report") -> "Figure":
    """Cumulative share of the multiplies, and of the parameters, over the layers by size.

    Each curve has its own order, the largest layer first; marked is how many layers make 50 % and
    90 %, and the largest are named. Raises `FlopcountError` where no layer has either.
    """
    from matplotlib.lines import Line2D
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    ranked = _ranked(report)
    if not ranked:
        raise nothing(report, "no layer has multiplies or parameters")
    looks: dict[str, dict[str, Any]] = {
        "multiplies": {"color": theme().built, "linestyle": "-", "marker": "o"},
        "parameters": {"color": theme().costs, "linestyle": "--", "marker": "s"},
    }
    curves, handles = {}, []
    for what, kinds in ranked.items():
        sums = list(accumulate(kind.size for kind in kinds for _ in range(kind.times)))
        curves[what] = sums
        said = [
            f"{number(least)} {'makes' if least == 1 else 'make'} {percent} %"
            for least, percent in ((layers_for(sums, percent), percent) for percent in MARKS)
        ]
        label = f"{what}: of {plural(len(sums), 'layer')} {', '.join(said)}"
        handles.append(Line2D([], [], **looks[what], label=label))
    title = f"How few layers make most of the cost of {subject(network_of(report))}"
    figure = new_figure(4.3, (title, aside(network_of(report))), handles)
    axes = figure.subplots()
    for what, sums in curves.items():
        shares = [0.0, *(100 * part / sums[-1] for part in sums)]
        ends = [layers_for(sums, percent) for percent in MARKS]
        axes.plot(range(len(shares)), shares, markevery=ends, clip_on=False, **looks[what])
    axes.hlines(
        MARKS,
        *(0, 1),
        transform=axes.get_yaxis_transform(),
        color=theme().faint,
        linewidth=0.8,
        zorder=0,
    )
    axes.set_xlim(0, max(len(sums) for sums in curves.values()))
    axes.set_ylim(0, 102)
    axes.set_yticks(range(0, 101, 10 if wide() > 4 else 25))
    axes.yaxis.set_major_formatter(PercentFormatter(decimals=0, symbol=" %"))
    axes.xaxis.set_major_locator(
        MaxNLocator(min(9, int(wide() / 0.45)), steps=[1, 2, 5, 10], integer=True)
    )
    axes.set_xlabel("\n".join(wrapped("number of layers, the largest first", wide() - 0.8)))
    axes.set_ylabel("cumulative share")
    figure.draw_without_rendering()
    _name_largest(axes, {what: (ranked[what], sums[-1]) for what, sums in curves.items()})
    return figure


def _ranked(report: "Report") -> dict[str, list[_Layer]]:
    """The layers that have multiplies, and those that have parameters, by size."""
    parts = [part for _, layers in by_layer(report) for part in layers]
    ranked: dict[str, list[_Layer]] = {}
    for what, count in (("multiplies", "multiplies"), ("parameters", "params")):
        sizes = [_Layer(int(part.rows[0].known(count)), part.name, part.times) for part in parts]
        kinds = sorted((layer for layer in sizes if layer.size), key=lambda layer: -layer.size)
        ranked |= {what: kinds} if kinds else {}
    return ranked


def _name_largest(axes: "Axes", ranked: dict[str, tuple[list[_Layer], int]]) -> None:
    """Name the largest below the diagonal, where no curve is; as many as there is room for.

    The largest come first, so that no curve is below it.
    """
    most = [layer.name for kinds, _ in ranked.values() for layer in kinds[:_NAMED]]
    shown = dict(zip(most, apart(most, 0.25 * wide()), strict=True))
    frame = axes.get_window_extent()
    across, high = frame.width / axes.figure.dpi, frame.height / axes.figure.dpi
    for count in range(_NAMED, 0, -1):
        lines: list[str] = []
        for what, (kinds, total) in ranked.items():
            lines += [*([""] if lines else []), f"most {what}"]
            for layer in kinds[:count]:
                each = " each" if layer.times > 1 else ""
                lines.append(f"{shown[layer.name]}  {100 * layer.size / total:.1f} %{each}")
        taken = 0.15 + max(width(line, SMALL) for line in lines)
        if 0.15 + _LINE * len(lines) < 0.97 * high * (1 - taken / across):
            axes.text(
                0.99,
                0.02,
                "\n".join(lines),
                transform=axes.transAxes,
                ha="right",
                fontsize=SMALL,
                linespacing=1.25,
            )
            return


def layers_for(sums: Sequence[int], percent: int) -> int:
    """The least number of layers that make so many percent, from the sums of the largest first.

    >>> layers_for([5, 8, 10], 50), layers_for([5, 8, 10], 81)
    (1, 3)
    """
    return next(place for place, part in enumerate(sums, 1) if 100 * part >= percent * sums[-1])
