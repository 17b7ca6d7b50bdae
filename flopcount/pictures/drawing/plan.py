"""Where the layers of a whole network stand: modules in columns, those that repeat drawn once."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise

from ...analysis import Report
from ...analysis.repeats import Repeat, repeats
from ...core import Node
from ...core.graph import layer_of
from ...records import dataclass, replace
from .lanes import BAR_HIGH, STEP, Box, Drawing, placed

GUTTER = 116  # left of a column, for the names of its modules
APART = 40  # between columns
_LONG = 24  # layers of a module that may be broken into columns
_STEP = 34  # between rows, where there are several modules
_MARGIN = 10  # of a module's ground round its boxes
_NAME_HIGH, _NAME_LOW = 14, 38  # from a ground's top, where its name stands
_APART = 4  # of a name from what is left of it


@dataclass(frozen=True)
class Panel:
    """The ground of a module, or of several that repeat each other: a rectangle, from its left.

    So much `room` is free left of it for its name; a longer one stands above it.
    """

    repeat: Repeat
    x: float
    y: float
    width: float
    height: float
    room: float


@dataclass(frozen=True)
class Column:
    """Modules one below the other; `x` is where their drawing begins."""

    x: float
    drawing: Drawing
    nodes: Sequence[Node]  # by the number that the drawing has for a layer
    repeats: Sequence[Repeat]


@dataclass(frozen=True)
class Plan:
    """A network's columns, read down and then from left to right."""

    columns: tuple[Column, ...]

    @cached_property
    def boxes(self) -> dict[str, Box]:
        """Each layer's box by its path, from the left of the whole."""
        return {
            column.nodes[box.layer].path: replace(box, x=box.x + column.x)
            for column in self.columns
            for box in column.drawing.boxes
            if box.layer is not None
        }

    @cached_property
    def branches(self) -> dict[str, tuple[str, str | None]]:
        """Each layer's module and branch by its path."""
        return {
            node.path: (node.module, node.branch)
            for column in self.columns
            for node in column.nodes
        }

    @property
    def width(self) -> float:
        """Of all columns."""
        last = self.columns[-1]
        return last.x + last.drawing.width

    @property
    def height(self) -> float:
        """Of the highest column."""
        return max(column.drawing.height for column in self.columns)

    def panels(self) -> Iterator[Panel]:
        """The ground of each module; of one alone there is none."""
        if len({repeat for column in self.columns for repeat in column.repeats}) == 1:
            return
        for column in self.columns:
            for repeat in column.repeats:
                nodes = (node for node in column.nodes if node.module == repeat.modules[0])
                boxes = [self.boxes[node.path] for node in nodes]
                left = min(box.x - box.width / 2 for box in boxes) - _MARGIN
                right = max(box.x + box.width / 2 for box in boxes) + _MARGIN
                top = min(box.y for box in boxes) - _MARGIN
                bottom = max(box.y + box.height for box in boxes) + _MARGIN
                room = _free(left, top, column)
                yield Panel(repeat, left, top, right - left, bottom - top, room)


def _free(left: float, top: float, column: Column) -> float:
    """How far it is from a ground to the next box left of it, where its name would stand."""
    beside = [
        box.x + column.x + box.width / 2
        for box in column.drawing.boxes
        if box.y < top + _NAME_LOW and box.y + box.height > top + _NAME_HIGH
    ]
    return left - max([left - GUTTER, *(right for right in beside if right < left)]) - _APART


def planned(report: Report, aspect: float) -> Plan:
    """Lay out a report's layers, in so many columns that the whole is near to an `aspect`.

    That is width to height; a short module has one column.
    """
    folded = repeats(report)
    stands_for: dict[str, str] = {}  # the result of a module that is not drawn → of the one that is
    last = {row.node.module: row.node.path for row in report.rows}
    for repeat in folded:
        first = last[repeat.modules[0]]
        stands_for |= {last[module]: first for module in repeat.modules[1:]}
    shown = {repeat.modules[0] for repeat in folded}
    nodes = [
        replace(row.node, inputs=tuple(stands_for.get(port, port) for port in row.node.inputs))
        for row in report.rows
        if row.node.module in shown
    ]
    return arranged(nodes, folded, report.network.heads, aspect)


def arranged(
    nodes: Sequence[Node], folded: Sequence[Repeat], heads: Collection[str], aspect: float
) -> Plan:
    """Lay out the layers of some modules, each the first of a repeat, likewise.

    `heads` are the modules of auxiliary heads.
    """
    named = {repeat.modules[0]: repeat for repeat in folded}
    return Plan(tuple(_columns(list(_units(nodes, heads)), named, aspect)))


def _units(nodes: Sequence[Node], heads: Collection[str]) -> Iterator[list[Node]]:
    """Runs of layers that must stand in one column: modules, and parts of a long one.

    A new one may begin wherever all that is still to come reads one thing; an auxiliary head
    stands alone.
    """
    main = [node for node in nodes if node.module not in heads]
    length = Counter(node.module for node in nodes)
    crossing = _crossing(main)
    unit = main[:1]
    for before, (at, node) in pairwise(enumerate(main)):
        new = before[1].module != node.module or length[node.module] > _LONG
        if new and crossing[at] == 1:
            yield unit
            unit = []
        unit.append(node)
    if unit:
        yield unit
    for head in dict.fromkeys(node.module for node in nodes if node.module in heads):
        yield [node for node in nodes if node.module == head]


def _crossing(nodes: Sequence[Node]) -> list[int]:
    """How many things each layer and those after it read from those before it, or from outside."""
    place = {node.path: at for at, node in enumerate(nodes)}
    last_reader = {port: at for at, node in enumerate(nodes) for port in node.inputs}
    changes = [0] * (len(nodes) + 1)
    for port, reader in last_reader.items():
        changes[place.get(layer_of(port), -1) + 1] += 1
        changes[reader + 1] -= 1
    return list(accumulate(changes))


def _columns(
    units: Sequence[Sequence[Node]], named: Mapping[str, Repeat], aspect: float
) -> Iterator[Column]:
    """The units in as many columns as bring the whole near to an aspect."""
    several = len(named) > 1
    step = _STEP if several else STEP
    drawings = [placed(dict(enumerate(unit)), step) for unit in units]
    heights = [drawing.height - BAR_HIGH for drawing in drawings]  # what enters stands once
    wide = max(drawing.width for drawing in drawings) + GUTTER + APART

    def too_wide(room: float) -> bool:
        return len(_runs(units, heights, room)) * wide > aspect * room

    few = len(_runs(units, heights, _room(heights, too_wide)))
    room = _room(heights, lambda room: len(_runs(units, heights, room)) > few)  # as high as another
    x = 0.0
    for group in _runs(units, heights, room):
        nodes = [node for at in group for node in units[at]]
        alone = len(group) == 1
        drawing = drawings[group[0]] if alone else placed(dict(enumerate(nodes)), step)
        modules = dict.fromkeys(node.module for node in nodes)
        x += GUTTER if several else 0
        yield Column(x, drawing, nodes, [named[module] for module in modules])
        x += drawing.width + APART


def _room(heights: Sequence[float], too: Callable[[float], bool]) -> float:
    """The least height of columns at which they are not too wide, or too many."""
    low, high = max(heights), sum(heights)
    while high - low > 1:
        middle = (low + high) / 2
        low, high = (middle, high) if too(middle) else (low, middle)
    return high


def _runs(
    units: Sequence[Sequence[Node]], heights: Sequence[float], room: float
) -> list[list[int]]:
    """The units of each column: in order, as many as there is room for, while they are tied."""
    runs: list[list[int]] = []
    filled, made = 0.0, set[str]()
    for at, (unit, height) in enumerate(zip(units, heights, strict=True)):
        tied = any(layer_of(port) in made for node in unit for port in node.inputs)
        made = {node.path for node in unit}
        if not runs or not tied or filled + height > room:
            runs.append([])
            filled = 0.0
        runs[-1].append(at)
        filled += height
    return runs
