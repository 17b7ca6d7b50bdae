"""A module as the papers draw it: which box stands where, and the way of each link between them.

A module is taken apart into parts in series and parts side by side; each branch gets a lane of its
own, so that boxes never overlap and a link runs over no box. What is neither (layers that name
each other crosswise) is set in levels, and its long links get lanes beside the boxes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from ..core.graph import Node

BOX, BOX_HIGH, BAR_HIGH = 136, 60, 26  # of a layer; a join is a bar over what it joins
LANE, GAP, STEP = 48, 24, 48  # of a link alone; between lanes; between rows
_JOINS = ("concat", "add")
_SOURCE, _SINK = -1, -2

_Edge = tuple[int, int, int]  # from, to, and which of the inputs of `to` it is


class Box(NamedTuple):
    """A layer, by its place among the module's nodes (−1 is what enters), and its rectangle."""

    node: int
    x: float  # of its middle
    y: float  # of its top
    width: float
    height: float


class Link(NamedTuple):
    """From a box to a box; `number` is the input of `end` that it is, `lane` where it goes down."""

    start: int
    end: int
    number: int
    lane: float


@dataclass(frozen=True)
class Drawing:
    """Boxes and links of a module, read from top to bottom, in a rectangle."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    links: tuple[Link, ...]


@dataclass
class _Block:
    """A part that is laid out: nodes by middle and row; links that have a lane of their own."""

    width: float = LANE
    rows: int = 0
    nodes: dict[int, tuple[float, int]] = field(default_factory=dict)
    spans: dict[int, float] = field(default_factory=dict)  # the width of what a join joins
    lanes: dict[_Edge, float] = field(default_factory=dict)

    def take(self, other: "_Block", x: float, row: int) -> None:
        """Put another block into this one."""
        self.nodes |= {node: (x + at, row + down) for node, (at, down) in other.nodes.items()}
        self.lanes |= {edge: x + at for edge, at in other.lanes.items()}
        self.spans |= other.spans


def draw(nodes: Sequence[Node]) -> Drawing:
    """Lay out a module's nodes, each input named before it is used."""
    places = {node.path: place for place, node in enumerate(nodes)}
    edges = [
        (places.get(path, _SOURCE), place, number)
        for place, node in enumerate(nodes)
        for number, path in enumerate(node.inputs)
    ]
    read = {start for start, _, _ in edges}
    edges += [(place, _SINK, 0) for place in range(len(nodes)) if place not in read]
    block = _region(list(range(len(nodes))), edges, _SOURCE, _SINK)
    first = min((row for _, row in block.nodes.values()), default=0)
    below = [x for x, row in block.nodes.values() if row == first]
    wide = block.width if len(below) > 1 or block.lanes else BOX
    block = _shifted(block, wide)
    return _drawing(nodes, block, edges)


def _shifted(block: _Block, wide: float) -> _Block:
    """Put what enters the module above it, as wide as what reads it."""
    whole = _Block(block.width, block.rows + 1)
    whole.take(block, 0, 1)
    whole.nodes[_SOURCE] = (block.width / 2, 0)
    whole.spans[_SOURCE] = wide
    return whole


def _region(inner: Sequence[int], edges: Sequence[_Edge], start: int, end: int) -> _Block:
    """Lay out the nodes between two others: side by side, or one part after the other."""
    direct = [edge for edge in edges if edge[:2] == (start, end)]
    parts = _components(inner, [edge for edge in edges if edge not in direct], end)
    if len(parts) + len(direct) > 1 or not parts:
        return _parallel(parts, direct, edges, start, end)
    return _series(inner, edges, start, end)


def _components(inner: Sequence[int], edges: Sequence[_Edge], end: int) -> list[list[int]]:
    """The parts that no link ties to each other, in the order in which `end` reads them."""
    group = {node: node for node in inner}

    def root(node: int) -> int:
        while group[node] != node:
            node = group[node]
        return node

    last: dict[int, int] = {}
    for a, b, _ in edges:
        if a in group and b in group:
            low, high = sorted((root(a), root(b)))
            group[high] = low
    for a, b, number in edges:
        if a in group and b == end:
            last[root(a)] = min(number, last.get(root(a), number))
    found: dict[int, list[int]] = {}
    for node in inner:
        found.setdefault(root(node), []).append(node)
    return [found[key] for key in sorted(found, key=lambda key: (last.get(key, 0), key))]


def _within(edges: Iterable[_Edge], inner: Iterable[int], start: int, end: int) -> list[_Edge]:
    own = set(inner)
    starts, ends = own | {start}, own | {end}
    return [e for e in edges if e[0] in starts and e[1] in ends and e[:2] != (start, end)]


def _parallel(
    parts: Sequence[Sequence[int]],
    direct: Sequence[_Edge],
    edges: Sequence[_Edge],
    start: int,
    end: int,
) -> _Block:
    """Lanes side by side, all beginning at the top."""
    whole = _Block(0)
    lanes: list[tuple[int, _Block]] = [
        (number, _Block(lanes={edge: LANE / 2})) for edge in direct for number in edge[2:]
    ]
    for part in parts:
        own = _within(edges, part, start, end)
        number = min((edge[2] for edge in own if edge[1] == end), default=0)
        lanes.append((number, _series(part, own, start, end)))
    for _, lane in sorted(lanes, key=lambda pair: pair[0]):
        whole.take(lane, whole.width, 0)
        whole.rows = max(whole.rows, lane.rows)
        whole.width += lane.width + GAP
    whole.width -= GAP
    return whole


def _cuts(order: Mapping[int, int], edges: Sequence[_Edge]) -> list[int]:
    """The nodes that every path goes through: no link passes over them."""
    covered = [0] * len(order)  # how many links pass over each place, as differences
    for a, b, _ in edges:
        covered[order[a] + 1] += 1
        covered[order[b]] -= 1
    over = list(accumulate(covered))
    return [
        node for node, place in order.items() if 0 <= place < len(order) - 2 and not over[place]
    ]


def _series(inner: Sequence[int], edges: Sequence[_Edge], start: int, end: int) -> _Block:
    """One after the other: the nodes that every path goes through, and what lies between them."""
    order = {node: place for place, node in enumerate([start, *sorted(inner), end], start=-1)}
    cuts = _cuts(order, edges)
    if not cuts:
        return _levels(sorted(inner), edges, start, end)
    pieces: list[tuple[int | None, _Block]] = []
    for a, b in zip([start, *cuts], [*cuts, end], strict=True):
        between = [node for node in inner if order[a] < order[node] < order[b]]
        own = [edge for edge in edges if order[a] <= order[edge[0]] and order[edge[1]] <= order[b]]
        if between or len(own) > 1:
            pieces.append((b, _region(between, own, a, b)))
        if b != end:
            pieces.append((None, _Block(BOX, 1, {b: (BOX / 2, 0)})))
    whole = _Block(max(piece.width for _, piece in pieces))
    for joined, piece in pieces:
        whole.take(piece, (whole.width - piece.width) / 2, whole.rows)
        whole.rows += piece.rows
        if joined is not None:
            whole.spans[joined] = piece.width
    return whole


def _levels(inner: Sequence[int], edges: Sequence[_Edge], start: int, end: int) -> _Block:
    """Nodes tied crosswise: each below all that it reads, long links in lanes at the right."""
    level: dict[int, int] = {start: -1}
    for node in inner:
        level[node] = 1 + max(level[a] for a, b, _ in edges if b == node)
    level[end] = 1 + max(level.values())
    rows = [[node for node in inner if level[node] == row] for row in range(level[end])]
    wide = max(len(row) * (BOX + GAP) for row in rows)
    whole = _Block(wide - GAP, len(rows))
    for place, row in enumerate(rows):
        left = (wide - len(row) * (BOX + GAP)) / 2
        for number, node in enumerate(row):
            whole.nodes[node] = (left + number * (BOX + GAP) + BOX / 2, place)
    for edge in edges:
        if level[edge[1]] > level[edge[0]] + 1:
            whole.lanes[edge] = whole.width + GAP + LANE / 2
            whole.width += GAP + LANE
    return whole


def _drawing(nodes: Sequence[Node], block: _Block, edges: Sequence[_Edge]) -> Drawing:
    """Rows and lanes → rectangles."""

    def is_bar(node: int) -> bool:
        return node == _SOURCE or nodes[node].op.word in _JOINS

    high = [BAR_HIGH] * block.rows
    for node, (_, row) in block.nodes.items():
        if not is_bar(node):
            high[row] = BOX_HIGH
    tops = [sum(high[:row]) + STEP * row for row in range(block.rows)]
    boxes = tuple(
        Box(
            node,
            x,
            tops[row],
            max(block.spans.get(node, BOX), BOX) if is_bar(node) else BOX,
            BAR_HIGH if is_bar(node) else BOX_HIGH,
        )
        for node, (x, row) in sorted(block.nodes.items())
    )
    links = []
    for edge in edges:
        start, end, number = edge
        if end != _SINK:
            near = block.nodes[end][1] - block.nodes[start][1] == 1 and not is_bar(end)
            own = block.nodes[end if near else start][0]
            links.append(Link(start, end, number, block.lanes.get(edge, own)))
    return Drawing(block.width, tops[-1] + high[-1], boxes, tuple(links))
