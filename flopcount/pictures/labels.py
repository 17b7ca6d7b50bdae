"""Names at the points of a picture, on nothing else."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from .style import SMALL, width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HIGH = SMALL * 1.3 / 72  # inches, of a name
_RADIUS = 0.06  # inches, of a point and the air around it
_AIR = 0.03  # inches, from a name to the edge
_Pair = tuple[float, float]


def name_points(
    figure: "Figure", axes: "Axes", labels: Mapping[_Pair, str], *, strict: bool
) -> bool:
    """Write each name where it is free; say whether all have found a place."""
    figure.draw_without_rendering()
    frame = axes.get_window_extent()
    at = [
        ((x - frame.x0) / figure.dpi, (y - frame.y0) / figure.dpi)
        for x, y in axes.transData.transform(list(labels))
    ]
    lines = [label.split("\n") for label in labels.values()]
    sizes = [(max(width(name, SMALL) for name in own), _HIGH * len(own)) for own in lines]
    inches = (frame.width / figure.dpi, frame.height / figure.dpi)
    places = placed(at, sizes, inches, strict=strict)
    if places is None:
        return False
    for (point, label), (x, y), (left, bottom), (wide, high) in zip(
        labels.items(), at, places, sizes, strict=True
    ):
        name = axes.annotate(
            label,
            point,
            xytext=(72 * (left - x), 72 * (bottom + high / 2 - y)),
            textcoords="offset points",
            fontsize=SMALL,
            va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
        )
        name.set_in_layout(False)  # it lies inside the axes
        end = (min(max(x, left), left + wide), min(max(y, bottom), bottom + high))
        if math.dist(end, (x, y)) > 1.5 * _RADIUS:
            line = axes.annotate(
                "",
                point,
                xytext=(72 * (end[0] - x), 72 * (end[1] - y)),
                textcoords="offset points",
                arrowprops={"arrowstyle": "-", "linewidth": 0.6, "color": "#777777"},
                zorder=1,
            )
            line.set_in_layout(False)
    return True


def placed(
    points: Sequence[_Pair], sizes: Sequence[_Pair], frame: _Pair, *, strict: bool = False
) -> list[_Pair] | None:
    """The lower left corner of each label, near its point, on nothing else and inside the frame.

    In inches; None where a label finds no place. The line from a label to its point runs through
    no other label where that can be had; if that is `strict`, always, and the line is short.

    >>> [(left, bottom)] = placed([(1, 1)], [(1, 0.1)], (4, 2))  # to the right, level with it
    >>> round(left, 2), round(bottom, 2)
    (1.06, 0.95)
    """
    taken = [(x - _RADIUS, y - _RADIUS, x + _RADIUS, y + _RADIUS) for x, y in points]
    lines: list[tuple[_Pair, _Pair]] = []
    found = []
    for (x, y), (wide, high) in zip(points, sizes, strict=True):
        free = [
            (left, bottom, left + wide, bottom + high)
            for left, bottom in _around(x, y, wide, high, rings=8 if strict else 24)
            if min(left, bottom, frame[0] - left - wide, frame[1] - bottom - high) >= _AIR
        ]
        free = [box for box in free if not any(_overlap(box, other) for other in taken)]
        ends = [(min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3])) for box in free]
        clear = (
            place
            for place, (box, end) in enumerate(zip(free, ends, strict=True))
            if not any(_crosses(*line, box) for line in lines)
            and not any(_crosses((x, y), end, other) for other in taken[len(points) :])
        )
        best = next(clear, -1 if strict or not free else 0)
        if best < 0:
            return None
        taken.append(free[best])
        lines.append(((x, y), ends[best]))
        found.append(free[best][:2])
    return found


def _around(x: float, y: float, wide: float, high: float, *, rings: int) -> Iterator[_Pair]:
    """Corners of places round a point: right, left, above, below, then between, then farther."""
    turns = (0, 8, 4, 12, 2, 6, 14, 10, 1, 15, 7, 9, 3, 5, 11, 13)  # of sixteenths
    for ring in range(rings):
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
