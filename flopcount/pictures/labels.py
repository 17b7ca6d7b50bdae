"""Names at the points of a picture: near their own, clear of every other."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .style import SMALL, theme
from .texts import width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches, from the middle of a point.
OWN = 0.08  # to its name
OTHER = 0.16  # at least, to another name
_ONE = 0.03  # to another point which looks the same: their names stand together
_DOT = 0.05  # that a line keeps from another point
_AIR = 0.03  # inches, between names, and from a name to the edge
STEP, _RINGS = 0.12, 14  # how far a name that finds no place moves away, and how often
# In which directions, of 24, a place is looked for: right, left, above, below, then between.
_TURNS = (
    *(0, 12, 6, 18, 2, 10, 22, 14, 4, 8, 20, 16),
    *(1, 11, 23, 13, 5, 7, 19, 17, 3, 9, 21, 15),
)
_Pair = tuple[float, float]


class Box(NamedTuple):
    """Where a name stands, in inches."""

    left: float
    bottom: float
    right: float
    top: float

    def nearest(self, x: float, y: float) -> _Pair:
        """The place in the box that is nearest to a point."""
        return min(max(x, self.left), self.right), min(max(y, self.bottom), self.top)


def name_points(figure: "Figure", axes: "Axes", names: Mapping[_Pair, str]) -> bool:
    """Write the names, a line each, where it is free; say whether all have found a place."""
    figure.draw_without_rendering()
    frame = axes.get_window_extent()
    inches = [
        ((x - frame.x0) / figure.dpi, (y - frame.y0) / figure.dpi)
        for x, y in axes.transData.transform(list(names))
    ]
    # from the top downwards: of points in a row, which growing networks are, most find room so
    together = sorted(gathered(inches), key=lambda group: -inches[group[0]][1])
    points = [inches[group[0]] for group in together]
    named = list(names)
    labels = ["\n".join(names[named[index]] for index in group) for group in together]
    sizes = [_size(label) for label in labels]
    room = (frame.width / figure.dpi, frame.height / figure.dpi)
    boxes = placed(points, sizes, room)
    if boxes is None:
        return False
    for group, label, (x, y), box in zip(together, labels, points, boxes, strict=True):
        near = box.nearest(x, y)
        # the side towards the point is what is fixed: widths differ a little between formats
        side = "left" if near[0] > x else "right" if near[0] < x else "center"
        at = {"left": box.left, "right": box.right, "center": (box.left + box.right) / 2}[side]
        marks: list[tuple[str, _Pair, dict[str, Any]]] = [
            (label, (at, (box.bottom + box.top) / 2), {"ha": side})
        ]
        if math.dist(near, (x, y)) > 1.5 * OWN:
            arrow = {"arrowstyle": "-", "linewidth": 0.6, "color": theme().quiet, "shrinkA": 0}
            marks.append(("", near, {"arrowprops": arrow, "zorder": 1}))
        for text, (across, up), more in marks:
            axes.annotate(
                text,
                named[group[0]],
                xytext=(72 * (across - x), 72 * (up - y)),
                textcoords="offset points",
                fontsize=SMALL,
                va="center",
                **more,
            ).set_in_layout(False)  # it lies inside the axes
    return True


def _size(label: str) -> _Pair:
    lines = label.split("\n")
    wide = max(width(line, SMALL) for line in lines)
    return 1.02 * wide, (1.2 * len(lines) - 0.1) * SMALL / 72


def gathered(points: Sequence[_Pair]) -> list[list[int]]:
    """The indices of the points by what looks like one point.

    >>> gathered([(1, 1), (2, 2), (1.02, 1)])
    [[0, 2], [1]]
    """
    groups: list[list[int]] = []
    for index, point in enumerate(points):
        near = (group for group in groups if math.dist(points[group[0]], point) <= _ONE)
        group = next(near, None)
        if group is None:
            groups.append([index])
        else:
            group.append(index)
    return groups


def placed(points: Sequence[_Pair], sizes: Sequence[_Pair], frame: _Pair) -> list[Box] | None:
    """Where each name stands: inside the frame, `OTHER` away from all points but its own.

    In inches; None where a name finds no place. The line from a name to its point runs through
    no other name or point.

    >>> [box] = placed([(1, 1)], [(1, 0.1)], (4, 2))  # to the right, level with it
    >>> [round(side, 2) for side in box]
    [1.08, 0.95, 2.08, 1.05]
    """
    boxes: list[Box] = []
    lines: list[tuple[_Pair, _Pair]] = []
    for index, (point, size) in enumerate(zip(points, sizes, strict=True)):
        others = [other for at, other in enumerate(points) if at != index]
        free = (
            box
            for box in _around(*point, *size)
            if min(box.left, box.bottom, frame[0] - box.right, frame[1] - box.top) >= _AIR
            and not any(_touch(box, other) for other in boxes)
            and all(math.dist(box.nearest(*other), other) >= OTHER for other in others)
            and not any(_crosses(*line, box) for line in lines)
            and not any(_crosses(point, box.nearest(*point), other) for other in boxes)
            and not any(_passes(point, box.nearest(*point), other) for other in others)
        )
        best = next(free, None)
        if best is None:
            return None
        boxes.append(best)
        lines.append((point, best.nearest(*point)))
    return boxes


def _around(x: float, y: float, wide: float, high: float) -> Iterator[Box]:
    """Places round a point, all of a ring as far from it: level and upright ones, then corners."""
    for ring in range(_RINGS):
        away = OWN + ring * STEP
        for turn in _TURNS:
            across, up = math.cos(turn * math.pi / 12), math.sin(turn * math.pi / 12)
            left = x + away * across - wide * (6 < turn < 18)
            bottom = y + away * up - high * (turn > 12)
            if turn in (0, 12):
                bottom = y - high / 2
            elif turn in (6, 18):
                left = x - wide / 2
            yield Box(left, bottom, left + wide, bottom + high)


def _touch(one: Box, other: Box) -> bool:
    return (
        one.left < other.right + _AIR
        and other.left < one.right + _AIR
        and one.bottom < other.top + _AIR
        and other.bottom < one.top + _AIR
    )


def _along(start: _Pair, end: _Pair) -> Iterator[_Pair]:
    """Every twentieth of a line."""
    for part in range(21):
        share = part / 20
        yield start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def _crosses(start: _Pair, end: _Pair, box: Box) -> bool:
    """Whether a line runs through a name."""
    return any(box.left < x < box.right and box.bottom < y < box.top for x, y in _along(start, end))


def _passes(start: _Pair, end: _Pair, point: _Pair) -> bool:
    """Whether a line comes nearer to another point than to where it begins."""
    return any(math.dist(at, point) < min(_DOT, math.dist(at, start)) for at in _along(start, end))
