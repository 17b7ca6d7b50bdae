"""Networks as points: multiplies against parameters, or what was measured against multiplies."""

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..analysis import UNIT_NAMES, Report
from ..analysis.comparisons import told_apart
from ..analysis.ends import inputs_text
from ..errors import FlopcountError, plural
from ..records import replace
from ..rewrites import with_part
from ..writing.scale import EXACT, Scale
from .axes import WIDE, body, count_axis, new_figure, ticks_in, wide
from .labels import name_points
from .style import SMALL, drawing, settings, styled, theme
from .texts import LONGEST_NAME, apart, counted, wrapped
from .words import of_count

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

    from .measured import Measured

MOST_POINTS = 40  # networks whose names still fit
_HIGH = 4.8  # inches
_MARGIN = 1.6  # of a logarithmic axis, times the largest and below the smallest
_MOST_LINES = 4  # of equal ratio
_DIGITS = (  # with which ticks begin, from many to few
    *((1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)),
)
_CLOSE = (
    "the points are too close for their names; compare fewer networks "
    "(flopcount compare prints all of them)"
)
_Pair = tuple[float, float]


class _Along(NamedTuple):
    """An axis: what it shows, a value for each network, and whether it may be logarithmic."""

    label: str
    values: Sequence[float]
    grows: bool = True
    scale: Scale = EXACT


@styled
def scatter(reports: Sequence[Report], measured: "Measured | None" = None) -> "Figure":
    """Each network a point with its name: parameters to the right, multiplies upwards.

    With what was `measured`, that is upwards, and the multiplies are to the right. Axes are
    logarithmic, and faint lines join what has as many multiplies for each parameter. Networks of
    one name are numbered; where they have different inputs, a name says its own. A name that does
    not fit at its point is led to it by a line; those of points that look like one are one label.
    Raises `FlopcountError` for fewer than two networks, for more than `MOST_POINTS`, where there is
    no room for the names, and where no network has multiplies or parameters.
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
    across, up = _axes_of(reports, measured)
    shapes = [inputs_text(report.network) for report in reports]
    labels = _labels(reports, shapes, [*zip(across.values, up.values, strict=True)])
    distinct = plural(sum(label.count("\n") + 1 for label in labels.values()), "network")
    unit = UNIT_NAMES[reports[0].unit]
    title = f"What {distinct} cost: {unit} against parameters"
    if measured:
        title = f"{distinct}: {measured.label} against {unit}"
    asides = [f"input {shapes[0]}"] if len(set(shapes)) == 1 else []
    heading = (title, *asides)
    if settings().width is not None:
        figure = _figure(across, up, heading, unit)
        if name_points(figure, figure.axes[0], labels):
            return figure
        return _numbered(across, up, heading, unit, labels)
    for side in (1.0, 1.4, 2.0):
        with drawing(replace(settings(), width=WIDE * side)):
            figure = _figure(across, up, heading, unit)
            if name_points(figure, figure.axes[0], labels):
                return figure
    raise FlopcountError(_CLOSE)


def _numbered(
    across: _Along, up: _Along, heading: Sequence[str], unit: str, labels: dict[_Pair, str]
) -> "Figure":
    """The points with numbers, and above them whose these are: where names have no room."""
    numbers = {point: str(place) for place, point in enumerate(labels, 1)}
    names = [
        f"{numbers[point]}  {', '.join(label.splitlines())}" for point, label in labels.items()
    ]
    figure = _figure(across, up, heading, unit, names)
    if not name_points(figure, figure.axes[0], numbers):
        raise FlopcountError(f"{_CLOSE}, or choose a larger --size")
    return figure


def _axes_of(reports: Sequence[Report], measured: "Measured | None") -> tuple[_Along, _Along]:
    counts = [float(counted(report, report.cost.multiplies)) for report in reports]
    multiplies = _Along(of_count(*reports), counts, scale=reports[0].scale)
    if measured is None:
        params = [float(report.cost.params) for report in reports]
        scale = reports[0].params_scale
        return _Along(scale.heading("parameters"), params, scale=scale), multiplies
    return multiplies, _Along(measured.label, measured.values, grows=False)


def _labels(
    reports: Sequence[Report], shapes: Sequence[str], points: Sequence[_Pair]
) -> dict[_Pair, str]:
    """The names at each point, a line each; where inputs differ, each with its own."""
    # a network that is named twice is one point; others of its name have a number
    one = zip((with_part(report.network) for report in reports), points, shapes, strict=True)
    named = list(dict.fromkeys(one))
    longest = min(2 * LONGEST_NAME, 0.45 * wide())
    shown = apart(told_apart([name for name, _, _ in named]), longest)
    names: dict[_Pair, list[str]] = {}
    for name, (_, point, shape) in zip(shown, named, strict=True):
        alike = len(set(shapes)) == 1
        names.setdefault(point, []).append(name if alike else f"{name}, {shape}")
    return {point: "\n".join(own) for point, own in names.items()}


def _figure(
    across: _Along, up: _Along, heading: Sequence[str], unit: str, names: Sequence[str] = ()
) -> "Figure":
    """The points, without their names."""
    from matplotlib.lines import Line2D

    ratios = across.grows and up.grows and min(*across.values, *up.values) > 0
    line: dict[str, Any] = {"color": theme().faint, "linewidth": 0.8}
    key = [Line2D([], [], **line, label=f"equal {unit} for each parameter")] if ratios else []
    key += [Line2D([], [], linestyle="", label=name) for name in names]
    figure = new_figure(_HIGH, heading, key)
    axes = figure.subplots()
    dot: dict[str, Any] = {
        "color": theme().built,
        "markersize": 6,
        "markeredgecolor": theme().ground,
    }
    axes.plot(across.values, up.values, "o", clip_on=False, zorder=3, **dot)
    for axis, along, inches in (
        (axes.xaxis, across, wide() - 1),
        (axes.yaxis, up, body(figure) - 0.8),
    ):
        _scale(axis, along, inches, level=axis is axes.xaxis)
    if ratios:
        _lines(axes, line)
    return figure


def _scale(axis: "Axis", along: _Along, inches: float, *, level: bool) -> None:
    """Let an axis be logarithmic where all values are above zero, else begin at zero.

    One that does not grow without bounds, an accuracy, shows the range of its values.
    """
    from matplotlib.ticker import FixedLocator, NullFormatter

    most, least = max(along.values), min(along.values)
    set_limits = axis.axes.set_xlim if level else axis.axes.set_ylim
    if not along.grows:
        air = 0.12 * (most - least) or max(abs(most), 1.0) / 10
        set_limits(least - air, most + air)
    elif least > 0:
        (axis.axes.set_xscale if level else axis.axes.set_yscale)("log")
        low, high = least / _MARGIN, most * _MARGIN
        set_limits(low, high)
        axis.set_major_locator(FixedLocator(_ticks(low, high, inches / (0.6 if level else 0.3))))
        axis.set_minor_locator(FixedLocator([]))
        axis.set_major_formatter(ticks_in(along.scale))
        axis.set_minor_formatter(NullFormatter())
    else:
        count_axis(axis, along.label, inches, scale=along.scale)
        set_limits(0, 1.1 * max(most, 1.0))
    axis.set_label_text("\n".join(wrapped(along.label, inches)))


def _ticks(low: float, high: float, most: float) -> list[float]:
    """Round numbers from one to the other, at most so many, evenly on a logarithmic axis."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks: list[float] = []
    for digits in _DIGITS:
        ticks = [digit * 10.0**power for power in decades for digit in digits]
        ticks = [tick for tick in ticks if low <= tick <= high]
        gaps = [math.log(after / before) for before, after in itertools.pairwise(ticks)]
        if math.log(high / low) <= most * min(gaps, default=1.0):
            return ticks
    return ticks[:: max(1, math.ceil(len(ticks) / most))]


def _lines(axes: "Axes", look: dict[str, Any]) -> None:
    """Lines of equal ratio, each with its number where it leaves the frame."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    least, most = math.log10(low / right), math.log10(high / left)
    inner = 0.15 * (most - least)  # nearer to a corner a line is too short
    bounds = 10 ** (least + inner), 10 ** (most - inner)
    for ratio in _ticks(*bounds, _MOST_LINES):
        ends = [max(left, low / ratio), min(right, high / ratio)]
        axes.plot(ends, [ratio * end for end in ends], zorder=0, **look)
        at_top = high / ratio < right
        axes.annotate(
            f"{ratio:,g}",
            (ends[1], ratio * ends[1]),
            xytext=(0, 3) if at_top else (3, 0),
            textcoords="offset points",
            ha="center" if at_top else "left",
            va="bottom" if at_top else "center",
            fontsize=SMALL,
            color=theme().quiet,
            annotation_clip=False,
        )
