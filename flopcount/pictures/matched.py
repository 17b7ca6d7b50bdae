"""Networks side by side: the multiplies of their matching modules."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..analysis import analyze
from ..analysis.comparisons import matched, repeats_note, told_apart
from ..analysis.repeats import Repeat, repeats
from ..analysis.units import MULTIPLIES, Measure
from ..core import Network
from ..errors import FlopcountError, listed, plural, shorten
from ..reading import few_layers
from .axes import count_axis, new_figure, wide
from .bars import Bars, label_end, largest, name_bars, room_for, room_for_rows
from .kernels import mixed
from .style import Theme, ink_on, styled, theme
from .texts import LONGEST_NAME, apart, in_all, units
from .words import begun, of_measure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHADES, _FAINTEST, _STEP = 6, 0.8, 0.5  # from the first towards the ground; at most a step apart
_HATCHES = ("", "//////", "......")
MOST_SERIES = _SHADES * len(_HATCHES)
_BAR, _AIR = 0.15, 0.12  # inches, of a bar and between rows
_MOST_TITLED = 3


@styled
def by_module(networks: Sequence[Network], measure: Measure = MULTIPLIES) -> "Figure":
    """Multiplies of networks by matching module, in a unit, and their totals in the legend.

    Modules that all networks repeat are a row; modules without multiplies are left out; past
    `MOST_BARS` rows, the sums of the smallest are written below. Raises `FlopcountError` past
    `MOST_SERIES` networks, for too many layers, and where no layer multiplies.
    """
    from matplotlib.patches import Patch

    if len(networks) > MOST_SERIES:
        raise FlopcountError(
            f"{len(networks)} networks; a picture by module shows at most {MOST_SERIES}"
        )
    for network in networks:
        few_layers(len(network.nodes), "a picture shows", of_modules=False)
    each = _AIR + _BAR * len(networks)
    names = apart(told_apart([network.name for network in networks]), 2 * LONGEST_NAME)
    scale = measure.scale
    reports = [analyze(network) for network in networks]
    totals = [in_all(report.multiplies * measure.times, scale) for report in reports]
    handles = [
        Patch(**look(place, len(names)), label=f"{name}: {total}")
        for place, (name, total) in enumerate(zip(names, totals, strict=True))
    ]
    titles = [shorten(network.title or network.name) for network in networks]
    if len(set(titles)) < len(titles):  # variants that share one
        titles = told_apart([shorten(network.name) for network in networks])
    what = listed(titles) if len(titles) <= _MOST_TITLED else plural(len(titles), "network")
    heading = (
        f"{begun(measure.unit)} of {what}, by module",
        (
            f"modules of one name in all are a row{repeats_note(networks)}; "
            "the others are summed by the grid they put out"
        ),
    )
    rows, others = largest(_folded(networks, measure.times), room_for_rows(each, heading, handles))
    if not rows:
        raise FlopcountError("nothing to draw: no layer multiplies")
    high = 0.6 + each * max(len(rows) + bool(others), 2)
    figure = new_figure(high, heading, handles, rows=True)
    axes = figure.subplots()
    high = 0.84 / len(networks)
    labels = []
    for place in range(len(networks)):
        heights = [row + (place - (len(networks) - 1) / 2) * high for row in range(len(rows))]
        ends = [float(counts[place]) for _, counts in rows]
        axes.barh(heights, ends, high * 0.9, **look(place, len(networks)))
        labels += [
            label_end(axes, units(end, scale), end, height)
            for end, height in zip(ends, heights, strict=True)
            if end
        ]
    name_bars(axes, rows, others, lambda sums: ", ".join(units(count, scale) for count in sums))
    layers = (row for report in reports for row in report.rows)
    count_axis(axes.xaxis, of_measure(measure, layers), 0.6 * wide(), scale=scale)
    room_for(labels, figure, axes)
    return figure


def look(place: int, count: int) -> dict[str, Any]:
    """Shade and hatch of a network's bars, by its place among so many, at most `MOST_SERIES`."""
    shade, hatch = shade_of(place, count, theme())
    return {"facecolor": shade, "edgecolor": ink_on(shade), "hatch": hatch, "linewidth": 0}


def shade_of(place: int, count: int, colours: Theme) -> tuple[str, str]:
    """The same as a colour of a theme and the signs of the hatch."""
    step = min(_STEP, _FAINTEST / max(1, min(count, _SHADES) - 1))
    shade = mixed(colours.built, colours.ground, step * (place % _SHADES))
    return shade, _HATCHES[place // _SHADES % len(_HATCHES)]


def repeated(networks: Sequence[Network]) -> list[Repeat]:
    """The modules that repeat each other in all networks."""
    found = [
        {repeat.modules: repeat for repeat in repeats(analyze(network))} for network in networks
    ]
    return [
        repeat
        for modules, repeat in found[0].items()
        if len(modules) > 1 and all(modules in other for other in found)
    ]


def _folded(networks: Sequence[Network], times: int) -> Bars:
    """So many times the multiplies of matching modules.

    Those that repeat each other in all networks are one.
    """
    names = {module: repeat.name for repeat in repeated(networks) for module in repeat.modules}
    rows: dict[str, list[int]] = {}
    for name, counts in matched(networks):
        row = rows.setdefault(names.get(name, name), [0] * len(networks))
        for place, count in enumerate(counts):
            row[place] += count[0] * times if count else 0
    return list(rows.items())
