"""Several networks: multiplies against parameters; the multiplies of their modules."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..analysis import Report, analyze
from ..analysis.comparisons import matched, told_apart
from ..core import Network
from ..errors import FlopcountError
from ..reading import few_layers
from ..writing.sheet import number, shape_text
from .axes import MOST_SERIES, count_axis, head, largest, look, name_bars, new_figure
from .labels import name_points
from .style import BUILT, styled
from .texts import LONGEST_NAME, apart, counted, of_count, units

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_POINTS = 40  # networks whose names still fit
_DOT: dict[str, Any] = {"color": BUILT, "markersize": 6, "markeredgecolor": "white"}
_WIDE_RANGE = 30  # largest ÷ smallest from which on an axis is logarithmic


@styled
def scatter(reports: Sequence[Report]) -> "Figure":
    """Each network a point with its name: parameters to the right, multiplies upwards.

    Networks of one name are numbered; where they have different inputs, a name says its own. A
    name that does not fit at its point is led to it by a line; those of points that look like one
    are one label. Raises `FlopcountError` for fewer than two networks, for more than `MOST_POINTS`,
    where there is no room for the names, and where no network has multiplies or parameters.
    """
    if len(reports) < 2:
        raise FlopcountError("name at least two networks to compare")
    if len(reports) > MOST_POINTS:
        raise FlopcountError(
            f"{len(reports)} networks; a picture names at most {MOST_POINTS} "
            "(flopcount compare prints all of them)"
        )
    if not any(report.cost.params or report.cost.multiplies for report in reports):
        raise FlopcountError("nothing to draw: no network has multiplies or parameters")
    points = [
        (float(report.cost.params), float(counted(report, report.cost.multiplies)))
        for report in reports
    ]
    shapes = [shape_text(next(iter(report.network.inputs.values()))) for report in reports]
    alike = len(set(shapes)) == 1
    names: dict[tuple[float, float], list[str]] = {}  # of one point, a line each
    # a network that is named twice is one point; others of its name have a number
    one = zip((report.network.name for report in reports), points, shapes, strict=True)
    named = list(dict.fromkeys(one))
    shown = apart(told_apart([name for name, _, _ in named]), 2 * LONGEST_NAME)
    for name, (_, point, shape) in zip(shown, named, strict=True):
        names.setdefault(point, []).append(name if alike else f"{name}, {shape}")
    labels = {point: "\n".join(own) for point, own in names.items()}
    for side in (1.0, 1.4, 2.0):
        figure = new_figure(8 * side, 5.5 * side)
        axes = figure.subplots()
        axes.plot(*zip(*points, strict=True), "o", clip_on=False, zorder=3, **_DOT)
        axes.set_xlabel("parameters")
        axes.set_ylabel(of_count(reports[0]))
        for along, values in zip("xy", zip(*points, strict=True), strict=True):
            _scale(axes, along, values)
        if alike:
            head(figure, [f"input {shapes[0]}"])
        if name_points(figure, axes, labels):
            return figure
    raise FlopcountError(
        "the points are too close for their names; compare fewer networks "
        "(flopcount compare prints all of them)"
    )


def _scale(axes: "Axes", along: str, values: Sequence[float]) -> None:
    """Let the x or y axis begin at zero; where the values differ much, let it be logarithmic."""
    from matplotlib.ticker import EngFormatter, NullFormatter

    most, least = max(values), min(values)
    axis = axes.xaxis if along == "x" else axes.yaxis
    if least > 0 and most / least > _WIDE_RANGE:
        axes.set(**{f"{along}scale": "log", f"{along}lim": (least / 2, most * 2)})
        axis.set_major_formatter(EngFormatter())
        axis.set_minor_formatter(NullFormatter())
    else:
        axes.set(**{f"{along}lim": (0, 1.1 * max(most, 1.0))})
        count_axis(axis, axis.get_label_text())


@styled
def by_module(networks: Sequence[Network]) -> "Figure":
    """Multiplies of networks by matching module, and their totals in the legend.

    Modules without multiplies are left out; past `MOST_BARS` of them, the sums of the
    smallest are written below. Raises `FlopcountError` past `MOST_SERIES` networks, for too many
    layers, and where no layer multiplies.
    """
    from matplotlib.patches import Patch

    if len(networks) > MOST_SERIES:
        raise FlopcountError(
            f"{len(networks)} networks; a picture by module shows at most {MOST_SERIES}"
        )
    for network in networks:
        few_layers(len(network.nodes), "a picture shows", of_modules=False)
    rows, others = largest(
        (name, [count[0] if count else 0 for count in counts]) for name, counts in matched(networks)
    )
    if not rows:
        raise FlopcountError("nothing to draw: no layer multiplies")
    figure = new_figure(8, 1.6 + (0.12 + 0.16 * len(networks)) * max(len(rows) + bool(others), 2))
    axes = figure.subplots()
    high = 0.8 / len(networks)
    handles = []
    shown = apart(told_apart([network.name for network in networks]), 2 * LONGEST_NAME)
    for place, (name, network) in enumerate(zip(shown, networks, strict=True)):
        axes.barh(
            [row + (place - (len(networks) - 1) / 2) * high for row in range(len(rows))],
            [float(counts[place]) for _, counts in rows],
            high * 0.9,
            linewidth=0.4,
            **look(place),
        )
        total = number(analyze(network).cost.multiplies)
        handles.append(Patch(**look(place), label=f"{name}: {total}"))
    name_bars(axes, rows, others, lambda sums: ", ".join(map(units, sums)))
    count_axis(axes.xaxis, "multiplies per sample, taps on padding included")
    head(figure, (), handles)
    return figure
