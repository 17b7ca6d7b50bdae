"""Pictures of several designs: a reduction's cost against its width, networks side by side."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .breakeven import Reduction
from .comparisons import matched
from .errors import FlopcountError, shorten
from .graph import Network
from .plot import MOST_BARS
from .render import number
from .report import analyze

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_CURVES = 24  # so many pairs of colour and style
_COLOURS = ("#1f4e79", "#c9762b", "#7a9e7e", "#8c6bb1", "#b3b3b3", "#333333")


def breakeven_curve(network: Network, found: Sequence[Reduction]) -> "Figure":
    """Cost against width for each reduction: its line, the cost without it, where they cross.

    The chosen width is a point, the break-even width a ring. Raises `FlopcountError` past
    `MOST_CURVES` reductions.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import EngFormatter

    if len(found) > MOST_CURVES:
        raise FlopcountError(
            f"{shorten(network.name)}: {len(found)} reductions; a picture shows at most "
            f"{MOST_CURVES} (choose with --module or --branch)"
        )
    columns = 1 if max(len(one.path) for one in found) > 20 else 2  # of the legend
    lines = -(-len(found) // columns)
    figure = Figure(figsize=(8, 4.25 + 0.25 * lines), layout="constrained")
    axes = figure.subplots()
    widest = max(_end(one) for one in found)
    for place, one in enumerate(found):
        colour = _COLOURS[place % len(_COLOURS)]
        style = ("-", "--", "-.", ":")[
            (place + place // 12) % 4
        ]  # no pair of colour and style twice
        even, end = float(one.breakeven), _end(one)
        cost = one.slope * one.width + one.rest
        label = f"{_name(one.path)}: chosen {one.width}, break-even {even:,.1f}"
        axes.plot(
            [0, end],
            [one.rest, one.slope * end + one.rest],
            style,
            color=colour,
            label=_safe(label),
        )
        axes.plot([0, end], [one.without, one.without], style, color=colour, linewidth=0.8)
        axes.plot(one.width, cost, "o", color=colour)
        axes.plot(even, one.without, "o", markerfacecolor="white", color=colour)
        if len(found) <= 2:  # the labels of more run into each other; the legend says it too
            # a rising line leaves room below it on the right, above it on the left
            right: dict[str, Any] = {
                "xytext": (7, -13),
                "textcoords": "offset points",
                "ha": "left",
            }
            left: dict[str, Any] = {"xytext": (-7, 9), "textcoords": "offset points", "ha": "right"}
            axes.annotate(f"chosen {one.width}", (one.width, cost), **right)
            side = left if even > widest / 2 else right
            axes.annotate(f"break-even {even:,.1f}", (even, one.without), **side)
    axes.set_xlim(0)
    axes.set_ylim(0)
    axes.set_xlabel("width of the reduction, channels")
    axes.set_ylabel(f"{found[0].count} of the module")
    axes.yaxis.set_major_formatter(EngFormatter())
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper left", ncols=columns, frameon=False)
    axes.set_title(_safe(f"{shorten(network.name)}; thin: without the reduction"), loc="left")
    return figure


def _name(path: str) -> str:
    """A layer's name, cut in the middle where it is long."""
    return path if len(path) <= 40 else f"{path[:20]}…{path[-19:]}"


def _end(one: Reduction) -> float:
    """How far to the right its line is drawn."""
    return max(float(one.breakeven), one.width) * 1.25


def _safe(text: str) -> str:
    """A text in which matplotlib reads no formula."""
    return text.replace("$", r"\$")


def comparison(networks: Sequence[Network]) -> "Figure":
    """Multiplies of networks by matching module, and their totals in the legend.

    Modules without multiplies are left out; past `MOST_BARS` of them, the smallest are one row.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import EngFormatter

    named = [
        (name, [count[0] if count else 0 for count in counts]) for name, counts in matched(networks)
    ]
    rows = _largest([(name, counts) for name, counts in named if any(counts)])
    figure = Figure(
        figsize=(8, 1.6 + 0.25 * len(networks) * (1 + max(len(rows), 2))), layout="constrained"
    )
    axes = figure.subplots()
    high = 0.8 / len(networks)
    for place, network in enumerate(networks):
        total = number(analyze(network).cost.multiplies)
        axes.barh(
            [row + (place - (len(networks) - 1) / 2) * high for row in range(len(rows))],
            [float(counts[place]) for _, counts in rows],
            high * 0.9,
            color=_COLOURS[place % len(_COLOURS)],
            label=_safe(f"{shorten(network.name)}: {total}"),
        )
    axes.set_yticks(list(range(len(rows))), [shorten(name) for name, _ in rows])
    axes.set_xlim(0, 1.05 * max([1.0, *(float(count) for _, counts in rows for count in counts)]))
    axes.invert_yaxis()
    axes.set_xlabel("multiplies per sample, taps on padding included")
    axes.xaxis.set_major_formatter(EngFormatter())
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper left", ncols=1, frameon=False)
    return figure


def _largest(rows: list[tuple[str, list[int]]]) -> list[tuple[str, list[int]]]:
    """Add up the smallest where there are more than a picture shows."""
    if len(rows) <= MOST_BARS:
        return rows
    order = sorted(range(len(rows)), key=lambda place: -max(rows[place][1]))
    kept, others = sorted(order[: MOST_BARS - 1]), order[MOST_BARS - 1 :]
    sums = [sum(column) for column in zip(*(rows[place][1] for place in others), strict=True)]
    return [*(rows[place] for place in kept), (f"{len(others)} others", sums)]
