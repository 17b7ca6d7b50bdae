"""How few layers make most of the cost: cumulative shares, the largest layers first."""

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from ..errors import plural
from ..writing.sheet import number
from .axes import head, new_figure
from .style import PALETTE, SMALL, styled
from .texts import apart, headline, nothing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..analysis import Report

MARKS = (50, 90)  # percent
_NAMED = 3  # of the largest layers
_LOOKS: dict[str, dict[str, Any]] = {
    "multiplies": {"color": PALETTE[0], "linestyle": "-", "marker": "o"},
    "parameters": {"color": PALETTE[3], "linestyle": "--", "marker": "s"},
}


@styled
def layers(report: "Report") -> "Figure":
    """Cumulative share of the multiplies, and of the parameters, over the layers by size.

    Each curve has its own order, the largest layer first; marked is how many layers make 50 % and
    90 %, and the largest are named. Raises `FlopcountError` where no layer has either.
    """
    from matplotlib.lines import Line2D
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    costs = [(line.layer, line.cost) for line in report.grouped("layer")]
    counts = {
        "multiplies": [(int(cost.multiplies), str(name)) for name, cost in costs],
        "parameters": [(int(cost.params), str(name)) for name, cost in costs],
    }
    ranked = {
        what: sorted((one for one in sizes if one[0]), key=lambda one: -one[0])
        for what, sizes in counts.items()
    }
    ranked = {what: sizes for what, sizes in ranked.items() if sizes}
    if not ranked:
        raise nothing(report, "no layer has multiplies or parameters")
    most = [name for sizes in ranked.values() for _, name in sizes[:_NAMED]]
    shown = dict(zip(most, apart(most), strict=True))
    figure = new_figure(8, 5)
    axes = figure.subplots()
    named = []
    handles = []
    for what, sizes in ranked.items():
        sums = list(accumulate(size for size, _ in sizes))
        shares = [0.0, *(100 * part / sums[-1] for part in sums)]
        ends = [layers_for(sums, percent) for percent in MARKS]
        axes.plot(range(len(shares)), shares, markevery=ends, clip_on=False, **_LOOKS[what])
        said = ", ".join(
            f"{number(end)} {'makes' if end == 1 else 'make'} {percent} %"
            for end, percent in zip(ends, MARKS, strict=True)
        )
        label = f"{what}: of {plural(len(sizes), 'layer')} {said}"
        handles.append(Line2D([], [], **_LOOKS[what], label=label))
        named += ["", f"most {what}"]
        named += [f"{shown[name]}  {100 * size / sums[-1]:.1f} %" for size, name in sizes[:_NAMED]]
    axes.hlines(
        MARKS, 0, 1, transform=axes.get_yaxis_transform(), color="#bbbbbb", linewidth=0.6, zorder=0
    )
    # below the diagonal there is no curve: the largest come first
    axes.text(
        0.99, 0.02, "\n".join(named[1:]), transform=axes.transAxes, ha="right", fontsize=SMALL
    )
    axes.set_xlim(0, max(len(sizes) for sizes in ranked.values()))
    axes.set_ylim(0, 102)
    axes.set_yticks(range(0, 101, 10))
    axes.yaxis.set_major_formatter(PercentFormatter(decimals=0, symbol=" %"))
    axes.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10], integer=True))
    axes.set_xlabel("number of layers, the largest first")
    axes.set_ylabel("share of all, cumulative")
    head(figure, headline(report.network), handles)
    return figure


def layers_for(sums: Sequence[int], percent: int) -> int:
    """The least number of layers that make so many percent, from the sums of the largest first.

    >>> layers_for([5, 8, 10], 50), layers_for([5, 8, 10], 81)
    (1, 3)
    """
    return next(place for place, part in enumerate(sums, 1) if 100 * part >= percent * sums[-1])
