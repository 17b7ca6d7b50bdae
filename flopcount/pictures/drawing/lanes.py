"""A module as the papers draw it: which box stands where, and the way of each link between them.

A module is taken apart into parts in series and parts side by side; each branch gets a lane of its
own, so that boxes never overlap and a link runs over no box. What is neither (layers that name
each other crosswise) is set in levels, and its long links get lanes beside the boxes.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from ...core import Node

BOX, BOX_HIGH, BAR_HIGH = 136, 60, 26  # of a layer; a join is a bar over what it joins
LANE, GAP, STEP = 48, 24, 48  # of a link alone; between lanes; between rows
_SOURCE, _SINK = -1, -2  # what enters the module, and what reads its result, among the layers


@dataclass(frozen=True)
class Box:
    """A layer's rectangle; of `layer` None, that of what enters. A `bar` has a line of text."""

    layer: int | None
    x: float  # of its middle
    y: float  # of its top
    width: float
    height: float
    bar: bool


@dataclass(frozen=True)
class Link:
    """From the box of a layer to that of another, `lane` where it goes down.

    A link from what enters, whose `start` is None, has the index of its `input` in `entering`.
    """

    start: int | None
    input: int | None
    end: int
    lane: float


@dataclass(frozen=True)
class Drawing:
    """Boxes and links of a module, read from top to bottom, in a rectangle."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    links: tuple[Link, ...]


class _Edge(NamedTuple):
    """A link before it has a way; `number` says which of the inputs of `end` it is."""

    start: int
    end: int
    number: int

    def joins(self, start: int, end: int) -> bool:
        return self.start == start and self.end == end


class _Position(NamedTuple):
    x: float  # of a box's middle
    row: int


@dataclass
class _Block:
    """A part that is laid out: layers by middle and row; links that have a lane of their own."""

    width: float = LANE
    rows: int = 0
    positions: dict[int, _Position] = field(default_factory=dict)
    spans: dict[int, float] = field(default_factory=dict)  # the width of what a join joins
    lanes: dict[_Edge, float] = field(default_factory=dict)

    def take(self, other: "_Block", x: float, row: int) -> None:
        """Put another block into this one."""
        self.positions |= {
            layer: _Position(x + inner.x, row + inner.row)
            for layer, inner in other.positions.items()
        }
        self.lanes |= {edge: x + lane for edge, lane in other.lanes.items()}
        self.spans |= other.spans


def entering(nodes: Collection[Node]) -> list[str]:
    """The paths that a module reads from outside, in the order in which it reads them."""
    inner = {node.path for node in nodes}
    return list(dict.fromkeys(path for node in nodes for path in node.inputs if path not in inner))


def placed(layers: Mapping[int, Node]) -> Drawing:
    """Lay out a module's layers, each by a number of its own that rises: no input comes later."""
    numbers = {node.path: layer for layer, node in layers.items()}
    edges = [
        _Edge(numbers.get(path, _SOURCE), layer, number)
        for layer, node in layers.items()
        for number, path in enumerate(node.inputs)
    ]
    read = {edge.start for edge in edges}
    edges += [_Edge(layer, _SINK, 0) for layer in layers if layer not in read]
    block = _region(list(layers), edges, _SOURCE, _SINK)
    first = min((position.row for position in block.positions.values()), default=0)
    top = [position for position in block.positions.values() if position.row == first]
    wide = block.width if len(top) > 1 or block.lanes else BOX
    return _drawing(layers, _below_source(block, wide), edges)


def _below_source(block: _Block, wide: float) -> _Block:
    """Put what enters the module above it, as wide as what reads it."""
    whole = _Block(block.width, block.rows + 1)
    whole.take(block, 0, 1)
    whole.positions[_SOURCE] = _Position(block.width / 2, 0)
    whole.spans[_SOURCE] = wide
    return whole


def _region(inner: Sequence[int], edges: Sequence[_Edge], start: int, end: int) -> _Block:
    """Lay out the layers between two others: side by side, or one part after the other."""
    direct = [edge for edge in edges if edge.joins(start, end)]
    parts = _components(inner, [edge for edge in edges if edge not in direct], end)
    if len(parts) + len(direct) > 1 or not parts:
        return _parallel(parts, direct, edges, start, end)
    return _series(inner, edges, start, end)


def _components(inner: Sequence[int], edges: Sequence[_Edge], end: int) -> list[list[int]]:
    """The parts that no link ties to each other, in the order in which `end` reads them."""
    tied_to = {layer: layer for layer in inner}

    def root(layer: int) -> int:
        while tied_to[layer] != layer:
            layer = tied_to[layer]
        return layer

    for edge in edges:
        if edge.start in tied_to and edge.end in tied_to:
            low, high = sorted((root(edge.start), root(edge.end)))
            tied_to[high] = low
    read_as: dict[int, int] = {}  # a part's first number among what `end` reads
    for edge in edges:
        if edge.start in tied_to and edge.end == end:
            part = root(edge.start)
            read_as[part] = min(edge.number, read_as.get(part, edge.number))
    parts: dict[int, list[int]] = {}
    for layer in inner:
        parts.setdefault(root(layer), []).append(layer)
    return [parts[key] for key in sorted(parts, key=lambda key: (read_as.get(key, 0), key))]


def _within(edges: Iterable[_Edge], inner: Iterable[int], start: int, end: int) -> list[_Edge]:
    layers = set(inner)
    starts, ends = layers | {start}, layers | {end}
    return [
        edge
        for edge in edges
        if edge.start in starts and edge.end in ends and not edge.joins(start, end)
    ]


def _parallel(
    parts: Sequence[Sequence[int]],
    direct: Sequence[_Edge],
    edges: Sequence[_Edge],
    start: int,
    end: int,
) -> _Block:
    """Lanes side by side, all beginning at the top."""
    lanes: list[tuple[int, _Block]] = [
        (edge.number, _Block(lanes={edge: LANE / 2})) for edge in direct
    ]
    for part in parts:
        within = _within(edges, part, start, end)
        number = min((edge.number for edge in within if edge.end == end), default=0)
        lanes.append((number, _series(part, within, start, end)))
    whole = _Block(0)
    for _, lane in sorted(lanes, key=lambda pair: pair[0]):
        whole.take(lane, whole.width, 0)
        whole.rows = max(whole.rows, lane.rows)
        whole.width += lane.width + GAP
    whole.width -= GAP
    return whole


def _cuts(order: Mapping[int, int], edges: Sequence[_Edge]) -> list[int]:
    """The layers that every path goes through: no link passes over them."""
    changes = [0] * len(order)  # of how many links pass over, from each layer to the next
    for edge in edges:
        changes[order[edge.start] + 1] += 1
        changes[order[edge.end]] -= 1
    over = list(accumulate(changes))
    return [layer for layer, at in order.items() if 0 <= at < len(order) - 2 and not over[at]]


def _series(inner: Sequence[int], edges: Sequence[_Edge], start: int, end: int) -> _Block:
    """One after the other: the layers that every path goes through, and what lies between them."""
    order = {layer: at for at, layer in enumerate([start, *sorted(inner), end], start=-1)}
    cuts = _cuts(order, edges)
    if not cuts:
        return _levels(sorted(inner), edges, start, end)
    pieces: list[tuple[int | None, _Block]] = []  # each with the layer that reads it, if one does
    for above, below in zip([start, *cuts], [*cuts, end], strict=True):
        first, last = order[above], order[below]
        between = [layer for layer in inner if first < order[layer] < last]
        within = [edge for edge in edges if first <= order[edge.start] and order[edge.end] <= last]
        if between or len(within) > 1:
            pieces.append((below, _region(between, within, above, below)))
        if below != end:
            pieces.append((None, _Block(BOX, 1, {below: _Position(BOX / 2, 0)})))
    whole = _Block(max(piece.width for _, piece in pieces))
    for reader, piece in pieces:
        whole.take(piece, (whole.width - piece.width) / 2, whole.rows)
        whole.rows += piece.rows
        if reader is not None:
            whole.spans[reader] = piece.width
    return whole


def _levels(inner: Sequence[int], edges: Sequence[_Edge], start: int, end: int) -> _Block:
    """Layers tied crosswise: each below all that it reads, long links in lanes at the right."""
    level: dict[int, int] = {start: -1}
    for layer in inner:
        level[layer] = 1 + max(level[edge.start] for edge in edges if edge.end == layer)
    level[end] = 1 + max(level.values())
    rows = [[layer for layer in inner if level[layer] == row] for row in range(level[end])]
    wide = max(len(row) * (BOX + GAP) for row in rows)
    whole = _Block(wide - GAP, len(rows))
    for row, layers in enumerate(rows):
        left = (wide - len(layers) * (BOX + GAP)) / 2
        for column, layer in enumerate(layers):
            whole.positions[layer] = _Position(left + column * (BOX + GAP) + BOX / 2, row)
    for edge in edges:
        if level[edge.end] > level[edge.start] + 1:
            whole.lanes[edge] = whole.width + GAP + LANE / 2
            whole.width += GAP + LANE
    return whole


def _drawing(layers: Mapping[int, Node], block: _Block, edges: Sequence[_Edge]) -> Drawing:
    """Rows and lanes → rectangles."""

    def is_bar(layer: int) -> bool:
        return layer == _SOURCE or len(layers[layer].inputs) > 1

    high = [BAR_HIGH] * block.rows
    for layer, position in block.positions.items():
        if not is_bar(layer):
            high[position.row] = BOX_HIGH
    tops = [sum(high[:row]) + STEP * row for row in range(block.rows)]
    boxes = tuple(
        Box(
            None if layer == _SOURCE else layer,
            position.x,
            tops[position.row],
            max(block.spans.get(layer, BOX), BOX) if is_bar(layer) else BOX,
            BAR_HIGH if is_bar(layer) else BOX_HIGH,
            is_bar(layer),
        )
        for layer, position in sorted(block.positions.items())
    )
    outside = entering(layers.values())
    links = []
    for edge in edges:
        if edge.end == _SINK:
            continue
        start, end = block.positions[edge.start], block.positions[edge.end]
        near = end.row - start.row == 1 and not is_bar(edge.end)
        lane = block.lanes.get(edge, end.x if near else start.x)
        if edge.start == _SOURCE:
            path = layers[edge.end].inputs[edge.number]
            links.append(Link(None, outside.index(path), edge.end, lane))
        else:
            links.append(Link(edge.start, None, edge.end, lane))
    return Drawing(block.width, tops[-1] + high[-1], boxes, tuple(links))
