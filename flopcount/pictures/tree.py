"""A treemap: the network, in it its modules, their branches, their layers, by multiplies."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..writing.sheet import number
from .modules import branch_looks, legend, series_of
from .style import (
    EDGE,
    SMALL,
    apart,
    counted,
    head,
    headline,
    lightness,
    new_figure,
    nothing,
    of_count,
    styled,
    width,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..analysis import Line, Report

SMALLEST = 1e-9  # of the whole area: smaller layers are left out
TINY = 7  # points, of a layer's name
_PAD = 0.03  # inches, between a name and the edge
_LINE = SMALL * 1.25 / 72  # inches, of a module's name


class Box(NamedTuple):
    """A rectangle by its upper left corner; `top` grows downwards."""

    left: float
    top: float
    wide: float
    high: float


def squarified(sizes: Sequence[float], box: Box) -> list[Box]:
    """Cut a rectangle into parts of these sizes, each as near to a square as rows allow.

    The sizes are positive and fall; the parts fill the rectangle in proportion to them. Bruls,
    Huizing, van Wijk, Squarified Treemaps, 2000.

    >>> squarified([3, 1], Box(0, 0, 4, 1))
    [Box(left=0.0, top=0.0, wide=3.0, high=1.0), Box(left=3.0, top=0.0, wide=1.0, high=1.0)]
    """
    found: list[Box] = []
    left, top, wide, high = map(float, box)
    rest = float(sum(sizes))
    start = 0
    while start < len(sizes):
        short, area = min(wide, high), wide * high / rest  # area: of a size of 1
        end, row, worst = start, 0.0, float("inf")
        while end < len(sizes):
            more = (row + sizes[end]) * area
            largest, smallest = sizes[start] * area, sizes[end] * area
            ratio = max(short**2 * largest / more**2, more**2 / (short**2 * smallest))
            if ratio > worst:
                break
            row, worst, end = row + sizes[end], ratio, end + 1
        depth = row * area / short
        along = 0.0
        for size in sizes[start:end]:
            part = short * size / row
            if wide >= high:
                found.append(Box(left, top + along, depth, part))
            else:
                found.append(Box(left + along, top, part, depth))
            along += part
        if wide >= high:
            left, wide = left + depth, wide - depth
        else:
            top, high = top + depth, high - depth
        rest -= row
        start = end
    return found


class Part(NamedTuple):
    """A rectangle of the picture; a `layer` of None is a whole module, edges and name."""

    box: Box
    module: str
    branch: str | None
    layer: str | None
    multiplies: int


def parts(report: "Report", box: Box) -> Iterator[Part]:
    """The rectangles of a report's layers, each in its branch's, in its module's, in this one.

    A layer of less than `SMALLEST` of the whole, which no picture could show, is left out.
    """
    least = SMALLEST * report.total.cost.multiplies
    seen = [line for line in report.grouped("layer") if line.cost.multiplies > least]
    for name, module, size, lines in _cut(seen, "module", box):
        for branch, inner, _, own in _cut(lines, "branch", module):
            for layer, place, cost, _ in _cut(own, "layer", inner):
                yield Part(place, str(name), branch, layer, cost)
        yield Part(module, str(name), None, None, size)


def _cut(
    lines: "Sequence[Line]", grain: str, box: Box
) -> Iterator[tuple[str | None, Box, int, "Sequence[Line]"]]:
    """Cut a rectangle among the values of a grain, the largest first."""
    groups: dict[str | None, list[Line]] = {}
    for line in lines:
        groups.setdefault(getattr(line, grain), []).append(line)
    sizes = {name: sum(int(line.cost.multiplies) for line in own) for name, own in groups.items()}
    order = sorted(groups, key=lambda name: -sizes[name])
    boxes = squarified([sizes[name] for name in order], box)
    for name, place in zip(order, boxes, strict=True):
        yield name, place, sizes[name], groups[name]


@styled
def tree(report: "Report") -> "Figure":
    """A treemap: area is multiplies, thick lines are modules, colours branches, pieces layers.

    Names stand where they fit; a layer's only where its module's does. Raises
    `FlopcountError` where no layer multiplies.
    """
    from matplotlib.patches import Rectangle

    total = int(report.total.cost.multiplies)
    if not total:
        raise nothing(report, "no layer multiplies")
    figure = new_figure(10, 6.5)
    axes = figure.subplots()
    axes.set_axis_off()
    series = branch_looks(report)
    lines = [line for line in report.grouped("branch") if line.cost.multiplies]
    swatches = legend(series, {series_of(line.branch, series) for line in lines})
    said = f"area: {of_count(report)}, {number(counted(report, total))} in all"
    head(figure, f"{headline(report.network)}; {said}", swatches)
    figure.draw_without_rendering()
    inches = axes.get_window_extent().transformed(figure.dpi_scale_trans.inverted())
    # rounded down, so that a hair's breadth of text does not decide how the rows are cut
    canvas = Box(0, 0, math.floor(2 * inches.width) / 2, math.floor(2 * inches.height) / 2)
    axes.set(xlim=(0, canvas.wide), ylim=(canvas.high, 0))
    taken: list[Box] = []
    found = list(parts(report, canvas))
    for part in found:
        box = part.box
        side = min(box.wide, box.high)  # a line is never most of what it goes round
        thick = min(1.8, 6 * side)
        inks: list[dict[str, Any]] = [
            {"fill": False, "edgecolor": "black", "linewidth": thick, "zorder": 2}
        ]
        if part.layer is not None:
            style = series[series_of(part.branch, series)]
            edge = "white" if lightness(style["facecolor"]) < 60 else EDGE
            inks = [
                {**style, "linewidth": 0},
                {"fill": False, "edgecolor": edge, "linewidth": min(0.6, 2 * side)},
            ]
        for ink in inks:
            axes.add_artist(Rectangle(box[:2], box.wide, box.high, **ink))
    modules = report.network.modules
    names = dict(zip(modules, apart(modules), strict=True))
    shown = {
        part.module
        for part in found
        if part.layer is None
        and _module_name(axes, part, names[part.module], _share(part, total), taken)
    }
    order = {row.node.path: place for place, row in enumerate(report.rows)}
    inner: dict[str, list[Part]] = {}
    for part in sorted((part for part in found if part.layer), key=lambda it: order[str(it.layer)]):
        inner.setdefault(part.module, []).append(part)
    for own in (inner[module] for module in modules if module in shown):
        for part, label in zip(own, apart([*map(_inside, own)], size=TINY), strict=True):
            colour = series[series_of(part.branch, series)]["facecolor"]
            _layer_name(axes, part.box, [f"{label}\n{_share(part, total)}", label], colour, taken)
    return figure


def _share(part: Part, total: int) -> str:
    return f"{100 * part.multiplies / total:.1f} %"


def _inside(part: Part) -> str:
    """A layer's name in its module; a number alone names nothing."""
    name = str(part.layer).removeprefix(f"{part.module}/")
    return str(part.layer) if name.isdecimal() else name


def _module_name(axes: "Axes", part: Part, name: str, share: str, taken: list[Box]) -> bool:
    """Write a module's name in its corner, with its share if there is room; say if it fits."""
    box = part.box
    for text in (f"{name}  {share}", name):
        place = Box(box.left + _PAD, box.top + _PAD, width(text, SMALL), _LINE)
        if place.wide + 2 * _PAD <= box.wide and place.high + 2 * _PAD <= box.high:
            taken.append(place)
            axes.text(
                place.left,
                place.top,
                text,
                fontsize=SMALL,
                va="top",
                zorder=4,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )
            return True
    return False


def _layer_name(
    axes: "Axes", box: Box, texts: Sequence[str], colour: str, taken: list[Box]
) -> None:
    """Write the first of the texts that fits in the middle of a box, upright if need be."""
    for text in texts:
        lines = text.splitlines()
        wide, high = max(width(line, TINY) for line in lines), len(lines) * TINY * 1.25 / 72
        for across, up, turn in ((wide, high, 0), (high, wide, 90)):
            place = Box(
                box.left + (box.wide - across) / 2, box.top + (box.high - up) / 2, across, up
            )
            fits = across + 2 * _PAD <= box.wide and up + 2 * _PAD <= box.high
            if fits and not any(_touch(place, other) for other in taken):
                taken.append(place)
                axes.text(
                    box.left + box.wide / 2,
                    box.top + box.high / 2,
                    text,
                    fontsize=TINY,
                    rotation=turn,
                    ha="center",
                    va="center",
                    color="white" if lightness(colour) < 60 else "black",
                    zorder=3,
                    bbox={"facecolor": colour, "edgecolor": "none", "pad": 0.5},
                )
                return


def _touch(one: Box, other: Box) -> bool:
    return (
        abs(2 * one.left + one.wide - 2 * other.left - other.wide)
        < one.wide + other.wide + 4 * _PAD
        and abs(2 * one.top + one.high - 2 * other.top - other.high)
        < one.high + other.high + 4 * _PAD
    )
