"""Pictures of several designs: a reduction's cost against its width, networks side by side."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .breakeven import Reduction
from .comparisons import matched
from .errors import shorten
from .graph import Network
from .render import number
from .report import analyze

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLOURS = ("#1f4e79", "#c9762b", "#7a9e7e", "#8c6bb1", "#b3b3b3", "#333333")


def breakeven_curve(network: Network, found: Sequence[Reduction]) -> "Figure":
    """Cost against width for each reduction: its line, the cost without it, where they cross.

    The chosen width is a point, the break-even width a ring.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import EngFormatter

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    for place, one in enumerate(found):
        colour = _COLOURS[place % len(_COLOURS)]
        style = ("-", "--", "-.", ":")[place % 4]
        end = max(float(one.breakeven), one.width) * 1.25
        most = one.slope * end + one.rest
        axes.plot([0, end], [one.rest, most], style, color=colour, label=one.path)
        axes.plot([0, end], [one.without, one.without], style, color=colour, linewidth=0.8)
        axes.plot(one.width, one.slope * one.width + one.rest, "o", color=colour)
        axes.plot(float(one.breakeven), one.without, "o", markerfacecolor="white", color=colour)
        axes.annotate(
            f"chosen {one.width}",
            (one.width, one.slope * one.width + one.rest),
            xytext=(6, -12),
            textcoords="offset points",
        )
        axes.annotate(
            f"break-even {float(one.breakeven):,.1f}",
            (float(one.breakeven), one.without),
            xytext=(-6, 8),
            textcoords="offset points",
            ha="right",
        )
    axes.set_xlim(0)
    axes.set_ylim(0)
    axes.set_xlabel("width of the reduction, channels")
    axes.set_ylabel(f"{found[0].count} of the module")
    axes.yaxis.set_major_formatter(EngFormatter())
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper right", ncols=3, frameon=False)
    axes.set_title(f"{shorten(network.name)}; thin: without the reduction", loc="left")
    return figure


def comparison(networks: Sequence[Network]) -> "Figure":
    """Multiplies of networks by matching module, and their totals in the legend."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import EngFormatter

    rows = [(name, counts) for name, counts in matched(networks) if any(c and c[0] for c in counts)]
    figure = Figure(figsize=(8, 1.6 + 0.28 * len(rows) * len(networks)), layout="constrained")
    axes = figure.subplots()
    high = 0.8 / len(networks)
    for place, network in enumerate(networks):
        total = number(analyze(network).cost.multiplies)
        axes.barh(
            [row + (place - (len(networks) - 1) / 2) * high for row in range(len(rows))],
            [float((counts[place] or (0, 0))[0]) for _, counts in rows],
            high * 0.9,
            color=_COLOURS[place % len(_COLOURS)],
            label=f"{shorten(network.name)}: {total}",
        )
    axes.set_yticks(list(range(len(rows))), [shorten(name) for name, _ in rows])
    axes.invert_yaxis()
    axes.set_xlabel("multiplies per sample, taps on padding included")
    axes.xaxis.set_major_formatter(EngFormatter())
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper left", ncols=1, frameon=False)
    return figure
