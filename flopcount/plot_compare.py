"""Several networks: multiplies against parameters; the multiplies of their modules."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .comparisons import matched
from .errors import FlopcountError
from .graph import Network
from .plot_style import (
    BUILT,
    LONGEST_NAME,
    MOST_SERIES,
    SMALL,
    count_axis,
    counted,
    fitted,
    head,
    look,
    merged,
    new_figure,
    of_count,
    styled,
    width,
)
from .render import number, shape_text
from .report import Report, analyze

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_POINTS = 40  # networks whose names still fit
_WIDE_RANGE = 30  # largest ÷ smallest from which on an axis is logarithmic
_HIGH = SMALL * 1.3 / 72  # inches, of a name
_RADIUS = 0.06  # inches, of a point and the air around it
_AIR = 0.03  # inches, from a name to the edge


@styled
def scatter(reports: Sequence[Report]) -> "Figure":
    """Each network a point with its name: parameters to the right, multiplies upwards.

    Where the networks have different inputs, a name says its own. A name that does not fit at its
    point is led to it by a line. Raises `FlopcountError` for fewer than two, for more than
    `MOST_POINTS`.
    """
    if len(reports) < 2:
        raise FlopcountError("name at least two networks to compare")
    if len(reports) > MOST_POINTS:
        raise FlopcountError(
            f"{len(reports)} networks; a picture names at most {MOST_POINTS} "
            "(flopcount compare prints all of them)"
        )
    points = [
        (float(report.cost.params), float(counted(report, report.cost.multiplies)))
        for report in reports
    ]
    shapes = [shape_text(next(iter(report.network.inputs.values()))) for report in reports]
    alike = len(set(shapes)) == 1
    names = [
        fitted(report.network.name, 2 * LONGEST_NAME, SMALL) + ("" if alike else f", {shape}")
        for report, shape in zip(reports, shapes, strict=True)
    ]
    for side in (1.0, 1.4, 2.0):
        figure = new_figure(8 * side, 5.5 * side)
        axes = figure.subplots()
        axes.plot(
            *zip(*points, strict=True), "o", color=BUILT, markersize=6, markeredgecolor="white"
        )
        axes.set_xlabel("parameters")
        axes.set_ylabel(of_count(reports[0]))
        for along, values in zip("xy", zip(*points, strict=True), strict=True):
            _scale(axes, along, values)
        if alike:
            head(figure, f"input {shapes[0]}")
        if _name_points(figure, axes, points, names):
            return figure
    raise FlopcountError("the points are too close for their names; compare fewer networks")


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


def _name_points(
    figure: "Figure", axes: "Axes", points: Sequence[tuple[float, float]], names: Sequence[str]
) -> bool:
    """Write each name where it is free; say whether all have found a place."""
    figure.draw_without_rendering()
    frame = axes.get_window_extent()
    at = [
        ((x - frame.x0) / figure.dpi, (y - frame.y0) / figure.dpi)
        for x, y in axes.transData.transform(points)
    ]
    sizes = [(width(name, SMALL), _HIGH) for name in names]
    places = placed(at, sizes, (frame.width / figure.dpi, frame.height / figure.dpi))
    if places is None:
        return False
    for name, point, (x, y), (left, bottom) in zip(names, points, at, places, strict=True):
        wide = width(name, SMALL)
        label = axes.annotate(
            name,
            point,
            xytext=(72 * (left - x), 72 * (bottom + 0.2 * _HIGH - y)),
            textcoords="offset points",
            fontsize=SMALL,
        )
        label.set_in_layout(False)  # it lies inside the axes
        end = (min(max(x, left), left + wide), min(max(y, bottom), bottom + _HIGH))
        if math.dist(end, (x, y)) > 2 * _RADIUS:
            line = axes.annotate(
                "",
                point,
                xytext=(72 * (end[0] - x), 72 * (end[1] - y)),
                textcoords="offset points",
                arrowprops={"arrowstyle": "-", "linewidth": 0.6, "color": "#777777"},
            )
            line.set_in_layout(False)
    return True


_Pair = tuple[float, float]


def placed(points: Sequence[_Pair], sizes: Sequence[_Pair], frame: _Pair) -> list[_Pair] | None:
    """The lower left corner of each label, near its point, on nothing else and inside the frame.

    All in one unit of length; None where a label finds no place.

    >>> [(left, bottom)] = placed([(1, 1)], [(1, 0.1)], (4, 2))  # to the right, level with it
    >>> round(left, 2), round(bottom, 2)
    (1.06, 0.95)
    """
    taken = [(x - _RADIUS, y - _RADIUS, x + _RADIUS, y + _RADIUS) for x, y in points]
    lines: list[tuple[_Pair, _Pair]] = []
    found = []
    for (x, y), (wide, high) in zip(points, sizes, strict=True):
        for left, bottom in _around(x, y, wide, high):
            box = (left, bottom, left + wide, bottom + high)
            end = (min(max(x, left), box[2]), min(max(y, bottom), box[3]))
            if (
                min(left, bottom, frame[0] - box[2], frame[1] - box[3]) >= _AIR
                and not any(_overlap(box, other) for other in taken)
                and not any(_crosses(*line, box) for line in lines)
                and not any(_crosses((x, y), end, other) for other in taken[len(points) :])
            ):
                taken.append(box)
                lines.append(((x, y), end))
                found.append((left, bottom))
                break
        else:
            return None
    return found


def _around(x: float, y: float, wide: float, high: float) -> Iterator[_Pair]:
    """Corners of places round a point: right, left, above, below, then between, then farther."""
    turns = (0, 8, 4, 12, 2, 6, 14, 10, 1, 15, 7, 9, 3, 5, 11, 13)  # of sixteenths
    for ring in range(16):
        away = 1.01 * _RADIUS + ring * 0.12
        for turn in turns:
            across, up = math.cos(turn * math.pi / 8), math.sin(turn * math.pi / 8)
            yield (
                x - wide / 2 + across * (away + wide / 2),
                y - high / 2 + up * (away + high / 2),
            )


def _overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _crosses(start: _Pair, end: _Pair, box: Sequence[float]) -> bool:
    """Whether a line runs through a box, looked at every twentieth of it."""
    return any(
        box[0] < start[0] + part * (end[0] - start[0]) / 20 < box[2]
        and box[1] < start[1] + part * (end[1] - start[1]) / 20 < box[3]
        for part in range(21)
    )


@styled
def by_module(networks: Sequence[Network]) -> "Figure":
    """Multiplies of networks by matching module, and their totals in the legend.

    Modules without multiplies are left out; past `MOST_BARS` of them, the smallest are one row.
    Raises `FlopcountError` past `MOST_SERIES` networks.
    """
    from matplotlib.patches import Patch

    if len(networks) > MOST_SERIES:
        raise FlopcountError(
            f"{len(networks)} networks; a picture by module shows at most {MOST_SERIES}"
        )
    rows = merged(
        (name, [count[0] if count else 0 for count in counts]) for name, counts in matched(networks)
    )
    figure = new_figure(8, 1.6 + 0.2 * (1 + len(networks)) * max(len(rows), 2))
    axes = figure.subplots()
    high = 0.8 / len(networks)
    handles = []
    for place, network in enumerate(networks):
        axes.barh(
            [row + (place - (len(networks) - 1) / 2) * high for row in range(len(rows))],
            [float(counts[place]) for _, counts in rows],
            high * 0.9,
            linewidth=0.4,
            **look(place),
        )
        total = number(analyze(network).cost.multiplies)
        name = fitted(network.name, 2 * LONGEST_NAME, SMALL)
        handles.append(Patch(**look(place), label=f"{name}: {total}"))
    if not rows:
        axes.text(0.5, 0.5, "no layer multiplies", transform=axes.transAxes, ha="center")
    axes.set_yticks(range(len(rows)), [fitted(name, LONGEST_NAME, SMALL) for name, _ in rows])
    axes.set_ylim(max(len(rows), 2) - 0.4, -0.6)
    axes.set_xlim(0, 1.05 * max([1.0, *(float(count) for _, counts in rows for count in counts)]))
    count_axis(axes.xaxis, "multiplies per sample, taps on padding included")
    head(figure, "", handles)
    return figure
