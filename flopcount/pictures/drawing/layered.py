"""Layers that read each other crosswise: in rows, with few crossings, by igraph.

Sugiyama, Tagawa and Toda (1981): each layer stands below all that it reads; a link that passes
rows has a place of its own in each of them; the places of a row are put in the order in which the
fewest links cross. All links from one layer carry the same, so they go down in one lane.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from itertools import pairwise
from math import inf

from ...errors import FlopcountError
from .block import BOX, GAP, LANE, Block, Edge, Position

_BESIDE = 0.25  # of a column
_Place = tuple[int, int]  # a layer and a row: its own, or one that its links pass


def layered(inner: Sequence[int], edges: Sequence[Edge], start: int, end: int) -> Block:
    """Lay out the layers between two others, `inner` in an order where no input comes later.

    Raises `FlopcountError` where the extra ``drawing`` is not installed.
    """
    rows = _rows(inner, edges, start, end)
    last_read = dict(rows)
    for edge in edges:
        last_read[edge.start] = max(last_read[edge.start], rows[edge.end] - 1)
    places = [
        (layer, row)
        for layer in (start, *inner)
        for row in range(rows[layer], last_read[layer] + 1)
    ]
    links = [((layer, row - 1), (layer, row)) for layer, row in places if row > rows[layer]]
    links += [((edge.start, rows[edge.end] - 1), (edge.end, rows[edge.end])) for edge in edges]
    columns = _columns([*places, (end, rows[end])], links)
    del columns[start, rows[start]], columns[end, rows[end]]
    _straighten(columns)
    widths = {place: BOX if rows[place[0]] == place[1] else LANE for place in columns}
    width, middles = _spread(columns, widths)
    passed: dict[int, list[Position]] = {layer: [] for layer in (start, *inner)}
    for layer, row in places:
        if row > rows[layer]:
            passed[layer].append(Position(middles[layer, row], row))
    turns = {layer: _turns(lane) for layer, lane in passed.items()}
    lanes = {
        edge: [turn for turn in turns[edge.start] if turn.row < rows[edge.end]] for edge in edges
    }
    return Block(
        width,
        rows[end],
        {layer: Position(middles[layer, rows[layer]], rows[layer]) for layer in inner},
        lanes={edge: lane for edge, lane in lanes.items() if lane},
    )


def _turns(lane: Sequence[Position]) -> list[Position]:
    """Where a lane begins, and each place that is not below the one before it."""
    return [*lane[:1], *(after for before, after in pairwise(lane) if before.x != after.x)]


def _rows(inner: Sequence[int], edges: Sequence[Edge], start: int, end: int) -> dict[int, int]:
    """Each layer's row, the first below all that it reads; that of `start` is -1.

    It is also below all of each module that its own one reads: grounds lie on no other.
    """
    group = {edge.end: edge.group for edge in edges}
    reads, groups = defaultdict(list), defaultdict(set)
    for edge in edges:
        reads[edge.end].append(edge.start)
        if edge.start in group and edge.end != end:
            groups[edge.group].add(group[edge.start])
    rows = {start: -1}
    lowest: dict[str, int] = defaultdict(lambda: -1)  # of each module
    for layer in (*inner, end):
        others = groups[group[layer]] - {group[layer]} if layer != end else ()
        above = [*(rows[read] for read in reads[layer]), *(lowest[other] for other in others)]
        rows[layer] = 1 + max(above)
        lowest[group[layer]] = max(lowest[group[layer]], rows[layer])
    return rows


def _columns(
    places: Sequence[_Place], links: Sequence[tuple[_Place, _Place]]
) -> dict[_Place, float]:
    """How far to the right each place stands, in no unit: igraph has but one width for all."""
    if find_spec("igraph") is None:
        raise FlopcountError(
            "a drawing of layers that read each other crosswise needs igraph: "
            "pip install 'flopcount[drawing]'"
        )
    import igraph

    numbers = {place: number for number, place in enumerate(places)}
    graph = igraph.Graph(
        len(places), [(numbers[above], numbers[below]) for above, below in links], directed=True
    )
    layout = graph.layout_sugiyama(layers=[row + 1 for _, row in places])
    columns: dict[_Place, float] = {}
    free: dict[int, float] = {}  # of each row; igraph may give one column to two places
    for column, place in sorted((round(layout[numbers[place]][0], 3), place) for place in places):
        columns[place] = max(column, free.get(place[1], column))
        free[place[1]] = columns[place] + _BESIDE
    return columns


def _straighten(columns: dict[_Place, float]) -> None:
    """Put a lane into one column, that of most of its places, unless it passes another there."""
    neighbours = list(_neighbours(columns))
    right_of = dict(neighbours)
    left_of = {right: left for left, right in neighbours}
    lanes = defaultdict(list)
    for place in sorted(columns):
        lanes[place[0]].append(place)
    for lane in lanes.values():
        lefts = [columns[left_of[place]] if place in left_of else -inf for place in lane]
        rights = [columns[right_of[place]] if place in right_of else inf for place in lane]
        for column, _ in Counter(columns[place] for place in lane).most_common():
            if max(lefts) < column < min(rights):
                columns.update(dict.fromkeys(lane, column))
                break


def _spread(
    columns: Mapping[_Place, float], widths: Mapping[_Place, int]
) -> tuple[float, dict[_Place, float]]:
    """Columns → the width of all, and the middle of each place, as near as their widths allow.

    What is in one column stays so. Of the positions furthest left and furthest right, the mean.
    """
    order = {column: number for number, column in enumerate(sorted(set(columns.values())))}
    margins = [0.0] * len(order)  # what the widest place of a column needs on each side
    for place, column in columns.items():
        margins[order[column]] = max(margins[order[column]], widths[place] / 2)
    apart = [
        (order[columns[left]], order[columns[right]], (widths[left] + widths[right]) / 2 + GAP)
        for left, right in _neighbours(columns)
    ]
    left = _packed(margins, apart)
    width = max(map(sum, zip(left, margins, strict=True)))
    last = len(order) - 1
    mirrored = [(last - after, last - before, needed) for before, after, needed in apart]
    right = [width - x for x in reversed(_packed(margins[::-1], mirrored))]
    return width, {
        place: (left[order[column]] + right[order[column]]) / 2 for place, column in columns.items()
    }


def _neighbours(columns: Mapping[_Place, float]) -> Iterator[tuple[_Place, _Place]]:
    """Places beside each other in a row."""
    rows = defaultdict(list)
    for place in sorted(columns, key=columns.__getitem__):
        rows[place[1]].append(place)
    for row in rows.values():
        yield from pairwise(row)


def _packed(margins: Sequence[float], apart: Sequence[tuple[int, int, float]]) -> list[float]:
    """Columns as far left as they can stand: each no further left than the one before it."""
    before = defaultdict(list)
    for left, right, needed in apart:
        before[right].append((left, needed))
    middles: list[float] = []
    for column, margin in enumerate(margins):
        bounds = [middles[left] + needed for left, needed in before[column]]
        middles.append(max([margin, *middles[-1:], *bounds]))
    return middles
