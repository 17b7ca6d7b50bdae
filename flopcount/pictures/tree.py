"""A treemap: the network, in it its modules, their branches, their layers, by multiplies."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..writing.sheet import number
from .axes import head, new_figure
from .kernels import lightness
from .modules import branch_looks, legend, series_of
from .style import EDGE, SMALL, styled
from .texts import apart, counted, headline, nothing, of_count, width

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
    boxes: list[Box] = []
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
            length = short * size / row
            if wide >= high:
                boxes.append(Box(left, top + along, depth, length))
            else:
                boxes.append(Box(left + along, top, length, depth))
            along += length
        if wide >= high:
            left, wide = left + depth, wide - depth
        else:
            top, high = top + depth, high - depth
        rest -= row
        start = end
    return boxes


class Piece(NamedTuple):
    """A rectangle of the picture; a `layer` of None is a whole module, edges and name."""

    box: Box
    module: str
    branch: str | None
    layer: str | None
    multiplies: int


def pieces(report: "Report", box: Box) -> Iterator[Piece]:
    """The rectangles of a report's layers, each in its branch's, in its module's, in this one.

    A layer of less than `SMALLEST` of the whole, which no picture could show, is left out.
    """
    least = SMALLEST * report.total.cost.multiplies
    seen = [line for line in report.grouped("layer") if line.cost.multiplies > least]
    for module, outer, size, lines in _cut(seen, "module", box):
        for branch, inner, _, within in _cut(lines, "branch", outer):
            for layer, innermost, cost, _ in _cut(within, "layer", inner):
                yield Piece(innermost, str(module), branch, layer, cost)
        yield Piece(outer, str(module), None, None, size)


def _cut(
    lines: "Sequence[Line]", grain: str, box: Box
) -> Iterator[tuple[str | None, Box, int, "Sequence[Line]"]]:
    """Cut a rectangle among the values of a grain, the largest first."""
    groups: dict[str | None, list[Line]] = {}
    for line in lines:
        groups.setdefault(getattr(line, grain), []).append(line)
    sizes = {
        name: sum(int(line.cost.multiplies) for line in group) for name, group in groups.items()
    }
    order = sorted(groups, key=lambda name: -sizes[name])
    boxes = squarified([sizes[name] for name in order], box)
    for name, part in zip(order, boxes, strict=True):
        yield name, part, sizes[name], groups[name]


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
    title, opened = headline(report.network)
    head(figure, (title, f"{opened}; {said}"), swatches)
    figure.draw_without_rendering()
    inches = axes.get_window_extent().transformed(figure.dpi_scale_trans.inverted())
    # rounded down, so that a hair's breadth of text does not decide how the rows are cut
    canvas = Box(0, 0, math.floor(2 * inches.width) / 2, math.floor(2 * inches.height) / 2)
    axes.set(xlim=(0, canvas.wide), ylim=(canvas.high, 0))
    taken: list[Box] = []
    drawn = list(pieces(report, canvas))
    for piece in drawn:
        box = piece.box
        side = min(box.wide, box.high)  # a line is never most of what it goes round
        thick = min(1.8, 6 * side)
        inks: list[dict[str, Any]] = [
            {"fill": False, "edgecolor": "black", "linewidth": thick, "zorder": 2}
        ]
        if piece.layer is not None:
            style = series[series_of(piece.branch, series)]
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
        piece.module
        for piece in drawn
        if piece.layer is None
        and _module_name(axes, piece, names[piece.module], _share(piece, total), taken)
    }
    order = {row.node.path: index for index, row in enumerate(report.rows)}
    layers = [piece for piece in drawn if piece.layer]
    within: dict[str, list[Piece]] = {}
    for piece in sorted(layers, key=lambda piece: order[str(piece.layer)]):
        within.setdefault(piece.module, []).append(piece)
    for named in (within[module] for module in modules if module in shown):
        for piece, label in zip(named, apart([*map(_inside, named)], size=TINY), strict=True):
            colour = series[series_of(piece.branch, series)]["facecolor"]
            _layer_name(axes, piece.box, [f"{label}\n{_share(piece, total)}", label], colour, taken)
    return figure


def _share(piece: Piece, total: int) -> str:
    return f"{100 * piece.multiplies / total:.1f} %"


def _inside(piece: Piece) -> str:
    """A layer's name in its module; a number alone names nothing."""
    name = str(piece.layer).removeprefix(f"{piece.module}/")
    return str(piece.layer) if name.isdecimal() else name


def _module_name(axes: "Axes", piece: Piece, name: str, share: str, taken: list[Box]) -> bool:
    """Write a module's name in its corner, with its share if there is room; say if it fits."""
    box = piece.box
    for text in (f"{name}  {share}", name):
        label = Box(box.left + _PAD, box.top + _PAD, width(text, SMALL), _LINE)
        if label.wide + 2 * _PAD <= box.wide and label.high + 2 * _PAD <= box.high:
            taken.append(label)
            axes.text(
                label.left,
                label.top,
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
            label = Box(
                box.left + (box.wide - across) / 2, box.top + (box.high - up) / 2, across, up
            )
            fits = across + 2 * _PAD <= box.wide and up + 2 * _PAD <= box.high
            if fits and not any(_touch(label, other) for other in taken):
                taken.append(label)
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
