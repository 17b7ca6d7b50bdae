"""Where the rectangles of a treemap lie: modules by size, in each its branches, their layers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..core import Counts
from .kernels import kernel_of
from .parts import by_layer

if TYPE_CHECKING:
    from ..analysis import Report
    from ..core import Row
    from .parts import Part

SMALLEST = 1e-9  # of the whole area: smaller layers are left out
_SLICES = 12  # of one rectangle side by side; more would be lines


class Box(NamedTuple):
    """A rectangle by its upper left corner; `top` grows downwards."""

    left: float
    top: float
    wide: float
    high: float


# Ours, for squarify of PyPI calls itself once a row of the treemap: of one layer ten million times
# as large as its 1,999 neighbours it ends in RecursionError.
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
    """A rectangle: a layer's, with its colour and hatch, or, where `layer` is None, a module's.

    `layer` is its name within the module. Of modules that repeat each other it is all of them.
    """

    box: Box
    module: str
    layer: str | None
    multiplies: int
    look: tuple[str, str] = ("", "")


def pieces(report: "Report", box: Box) -> list[Piece]:
    """The rectangles of a report's layers, those of a module before the module's own.

    Modules fill the rectangle as `squarified` does. A module's branches are columns in the
    network's order, and their layers lie below each other as they follow: so two modules that are
    alike look alike, and what a reduction takes is seen above what it serves. A layer of less than
    `SMALLEST` of the whole, which no picture could show, is left out.
    """
    least = SMALLEST * report.cost.multiplies
    modules = []
    for repeat, layers in by_layer(report):
        sizes = [(part, int(Counts(part.rows, report.batch).multiplies)) for part in layers]
        if seen := [(part, size) for part, size in sizes if size > least]:
            modules.append((repeat, seen, sum(size for _, size in seen)))
    modules.sort(key=lambda module: -module[2])
    outer = squarified([size for _, _, size in modules], box)
    found = []
    for (repeat, seen, size), whole in zip(modules, outer, strict=True):
        branches: dict[str | None, list[tuple[Part, int]]] = {}
        for part, cost in seen:
            branches.setdefault(part.rows[0].node.branch, []).append((part, cost))
        columns = [sum(cost for _, cost in branch) for branch in branches.values()]
        for own, column in zip(branches.values(), sliced(columns, whole), strict=True):
            slices = sliced([cost for _, cost in own], column, down=True)
            for (part, cost), piece in zip(own, slices, strict=True):
                row = part.rows[0]
                _, *look = kernel_of(row.node.op)
                found.append(Piece(piece, repeat.name, _inside(row), cost, (look[0], look[1])))
        found.append(Piece(whole, repeat.name, None, size))
    return found


def _inside(row: "Row") -> str:
    """A layer's name in its module; a number alone names nothing."""
    name = row.node.path.removeprefix(f"{row.node.module}/")
    return row.node.path if name.isdecimal() else name


def sliced(sizes: Sequence[int], box: Box, *, down: bool = False) -> list[Box]:
    """Cut a rectangle side by side, or downwards, in this order; many parts as `squarified` does.

    >>> sliced([1, 3], Box(0, 0, 4, 1))
    [Box(left=0.0, top=0.0, wide=1.0, high=1.0), Box(left=1.0, top=0.0, wide=3.0, high=1.0)]
    """
    if len(sizes) > _SLICES:
        order = sorted(range(len(sizes)), key=lambda place: -sizes[place])
        boxes = squarified([sizes[place] for place in order], box)
        return [box for _, box in sorted(zip(order, boxes, strict=True))]
    left, top, wide, high = map(float, box)
    found, before, whole = [], 0, sum(sizes)
    for size in sizes:
        start, part = before / whole, size / whole
        found.append(
            Box(left, top + high * start, wide, high * part)
            if down
            else Box(left + wide * start, top, wide * part, high)
        )
        before += size
    return found
