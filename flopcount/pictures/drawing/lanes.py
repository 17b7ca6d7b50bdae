"""A module as the papers draw it: which box stands where, and the way of each link between them.

A module is taken apart into parts in series and parts side by side; each branch gets a lane of its
own, so that boxes never overlap and a link runs over no box. What is neither (layers that read
each other crosswise) is set in rows by `layered`, and what is around it stays in lanes.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate, pairwise

from ...core import Node
from ...core.graph import layer_of
from ...records import dataclass
from ..kernels import is_plain
from .block import BOX, GAP, LANE, Block, Edge, Position
from .layered import layered

BOX_HIGH, BAR_HIGH, STEP = 60, 26, 48  # of a layer; of a join, a bar; between rows
_MOST_NESTED = 100  # parts within parts; deeper ones are set in rows, as Python's calls nest too
_INSET = 14  # of a link from the corner of a bar
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
    """From the box of a layer to that of another, by the points (x, y) of its `way`.

    The way begins below the one box and ends above the other. Between two points it goes straight
    down or, from one x to another, in a curve; rows have their boxes beside the straight parts.
    A link from what enters, whose `start` is None, has the index of its `input` in `entering`.
    """

    start: int | None
    input: int | None
    end: int
    way: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Drawing:
    """Boxes and links of a module, read from top to bottom, in a rectangle.

    The links into a layer are in the order of its inputs.
    """

    width: float
    height: float
    boxes: tuple[Box, ...]
    links: tuple[Link, ...]


def entering(nodes: Collection[Node]) -> list[str]:
    """The ports that a module reads from outside, in the order in which it reads them."""
    inner = {node.path for node in nodes}
    ports = dict.fromkeys(port for node in nodes for port in node.inputs)
    return [port for port in ports if layer_of(port) not in inner]


def placed(layers: Mapping[int, Node], step: float = STEP) -> Drawing:
    """Lay out a module's layers, each by a number of its own that rises: no input comes later.

    `step` is what lies between two rows.
    """
    numbers = {node.path: layer for layer, node in layers.items()}
    edges = [
        Edge(numbers.get(layer_of(port), _SOURCE), layer, number, node.module)
        for layer, node in layers.items()
        for number, port in enumerate(node.inputs)
    ]
    edges += [
        Edge(_SOURCE, layer, 0, node.module) for layer, node in layers.items() if not node.inputs
    ]
    read = {edge.start for edge in edges}
    edges += [Edge(layer, _SINK, 0) for layer in layers if layer not in read]
    block = _region(list(layers), edges, _SOURCE, _SINK)
    first = min((position.row for position in block.positions.values()), default=0)
    top = [position for position in block.positions.values() if position.row == first]
    wide = block.width if len(top) > 1 or block.lanes else BOX
    return _drawing(layers, _below_source(block, wide), edges, step)


def _below_source(block: Block, wide: float) -> Block:
    """Put what enters the module above it, as wide as what reads it."""
    whole = Block(block.width, block.rows + 1)
    whole.take(block, 0, 1)
    whole.positions[_SOURCE] = Position(block.width / 2, 0)
    whole.spans[_SOURCE] = wide
    return whole


def _region(
    inner: Sequence[int], edges: Sequence[Edge], start: int, end: int, depth: int = 0
) -> Block:
    """Lay out the layers between two others: side by side, or one part after the other."""
    direct = [edge for edge in edges if edge.joins(start, end)]
    parts = _components(inner, [edge for edge in edges if not edge.joins(start, end)], end)
    if len(parts) + len(direct) > 1 or not parts:
        return _parallel(parts, edges, start, end, depth)
    return _series(inner, edges, start, end, depth)


def _components(inner: Sequence[int], edges: Sequence[Edge], end: int) -> list[list[int]]:
    """The parts that no link ties to each other, in the order in which `end` reads them."""
    tied_to = {layer: layer for layer in inner}

    def root(layer: int) -> int:
        while tied_to[layer] != layer:
            tied_to[layer] = layer = tied_to[tied_to[layer]]  # halves the way for the next
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


def _within(edges: Iterable[Edge], inner: Iterable[int], start: int, end: int) -> list[Edge]:
    layers = set(inner)
    starts, ends = layers | {start}, layers | {end}
    return [
        edge
        for edge in edges
        if edge.start in starts and edge.end in ends and not edge.joins(start, end)
    ]


def _parallel(
    parts: Sequence[Sequence[int]], edges: Sequence[Edge], start: int, end: int, depth: int
) -> Block:
    """Lanes side by side, all beginning at the top."""
    lanes: list[tuple[int, Block]] = [
        (edge.number, Block(lanes={edge: [Position(LANE / 2, 0)]}))
        for edge in edges
        if edge.joins(start, end)
    ]
    for part in parts:
        within = _within(edges, part, start, end)
        number = min((edge.number for edge in within if edge.end == end), default=0)
        lanes.append((number, _series(part, within, start, end, depth)))
    whole = Block(0)
    for _, lane in sorted(lanes, key=lambda pair: pair[0]):
        whole.take(lane, whole.width, 0)
        whole.rows = max(whole.rows, lane.rows)
        whole.width += lane.width + GAP
    whole.width -= GAP
    return whole


def _cuts(order: Mapping[int, int], edges: Sequence[Edge]) -> list[int]:
    """The layers that every path goes through: no link passes over them."""
    changes = [0] * len(order)  # of how many links pass over, from each layer to the next
    for edge in edges:
        changes[order[edge.start] + 1] += 1
        changes[order[edge.end]] -= 1
    over = list(accumulate(changes))
    return [layer for layer, at in order.items() if 0 <= at < len(order) - 2 and not over[at]]


def _series(inner: Sequence[int], edges: Sequence[Edge], start: int, end: int, depth: int) -> Block:
    """One after the other: the layers that every path goes through, and what lies between them."""
    layers = sorted(inner)
    order = {layer: at for at, layer in enumerate([start, *layers, end], start=-1)}
    cuts = _cuts(order, edges)
    if not cuts or depth > _MOST_NESTED:
        return layered(layers, edges, start, end)
    at_cuts = [order[cut] for cut in cuts]
    within: list[list[Edge]] = [[] for _ in range(len(cuts) + 1)]
    for edge in edges:
        within[bisect_left(at_cuts, order[edge.end])].append(edge)
    pieces: list[tuple[int | None, Block]] = []  # each with the layer that reads it, if one does
    for number, (above, below) in enumerate(pairwise([start, *cuts, end])):
        between = layers[order[above] + 1 : order[below]]
        if between or len(within[number]) > 1:
            pieces.append((below, _region(between, within[number], above, below, depth + 1)))
        if below != end:
            pieces.append((None, Block(BOX, 1, {below: Position(BOX / 2, 0)})))
    whole = Block(max(piece.width for _, piece in pieces))
    for reader, piece in pieces:
        whole.take(piece, (whole.width - piece.width) / 2, whole.rows)
        whole.rows += piece.rows
        if reader is not None:
            whole.spans[reader] = piece.width
    return whole


def _drawing(
    layers: Mapping[int, Node], block: Block, edges: Sequence[Edge], step: float
) -> Drawing:
    """Rows and lanes → rectangles."""

    def is_bar(layer: int) -> bool:
        return layer == _SOURCE or (len(layers[layer].inputs) > 1 and is_plain(layers[layer].op))

    high = [BAR_HIGH] * block.rows
    for layer, position in block.positions.items():
        if not is_bar(layer):
            high[position.row] = BOX_HIGH
    tops = [top + step * row for row, top in enumerate(accumulate(high[:-1], initial=0))]
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
    by_layer = {_SOURCE if box.layer is None else box.layer: box for box in boxes}
    spaces = [(top, top + row) for top, row in zip(tops, high, strict=True)]
    outside = entering(layers.values())
    links = []
    for edge in edges:
        if edge.end == _SINK or not layers[edge.end].inputs:  # what reads nothing has no link
            continue
        start, end = by_layer[edge.start], by_layer[edge.end]
        rows = block.positions[edge.start].row, block.positions[edge.end].row
        wide = end.bar or len(layers[edge.end].inputs) > 1
        way = _way(start, end, rows, block.lanes.get(edge, ()), spaces, wide=wide)
        if edge.start == _SOURCE:
            port = layers[edge.end].inputs[edge.number]
            links.append(Link(None, outside.index(port), edge.end, way))
        else:
            links.append(Link(edge.start, None, edge.end, way))
    return Drawing(block.width, tops[-1] + high[-1], boxes, tuple(links))


def _way(  # noqa: PLR0913  all that a link has beside it
    start: Box,
    end: Box,
    rows: tuple[int, int],
    lanes: Sequence[Position],
    spaces: Sequence[tuple[float, float]],
    *,
    wide: bool,
) -> tuple[tuple[float, float], ...]:
    """Down from a row to another; each has its space, from top to bottom, and turns are between.

    One of several links into `end`, which is `wide`, meets it where it comes from.
    """
    first, last = rows
    free = end.x if last - first == 1 and not wide else start.x
    passed = [lane for lane in lanes or [Position(free, first + 1)] if lane.row < last]
    lane = lanes[0].x if lanes else free
    x = _beside(start, lane) if start.bar else start.x
    points = [(x, start.y + start.height)]
    met = _beside(end, passed[-1].x if passed else lane) if wide else end.x
    for to, row in (*passed, Position(met, last)):
        if to != x:
            points += [(x, spaces[row - 1][1]), (to, spaces[row][0])]
            x = to
    points.append((x, end.y))
    return tuple(dict.fromkeys(points))


def _beside(box: Box, lane: float) -> float:
    """Where a link meets a box that has room for several: where the lane is."""
    reach = box.width / 2 - _INSET
    return max(box.x - reach, min(box.x + reach, lane))
