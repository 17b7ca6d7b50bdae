"""Graphs of many shapes to draw, and what is wrong with a drawing."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

import flopcount as fc
from flopcount.core import Node, Scope
from flopcount.pictures.drawing import Box, Drawing

Graph = Mapping[int, Node]

CONV = fc.parse("8x8x4 > conv 3x3 4").nodes[0].op
ADD = fc.parse("8x8x4 > (identity + conv 3x3 4)").nodes[-1].op


def graph(reads: Iterable[Sequence[int]]) -> Graph:
    """A layer for each sequence of those before it that it reads; -1 is what enters."""
    return {
        layer: Node(
            str(layer),
            CONV if len(read) == 1 else ADD,
            tuple("input" if number < 0 else str(number) for number in read),
            (Scope("m"),),
        )
        for layer, read in enumerate(reads)
    }


def chain(count: int) -> Graph:
    return graph([number - 1] for number in range(count))


def dense(count: int) -> Graph:
    """Each layer reads all before it."""
    return graph(range(-1, number) for number in range(count))


def ladder(count: int) -> Graph:
    """Two branches, each layer of which reads the last of both."""
    first = [[-1], [-1]]
    return graph(first + [[2 * rung, 2 * rung + 1] for rung in range(count) for _ in range(2)])


def unet(depth: int) -> Graph:
    """Down and up again; each level on the way up reads its like on the way down."""
    down = [[level - 1] for level in range(depth + 1)]
    up = [[depth + level, depth - 1 - level] for level in range(depth)]
    return graph(down + up)


def nested_unet(depth: int) -> Graph:
    """U-Net++: a node of row i and column j reads all before it in its row, and the one below."""
    numbers: dict[tuple[int, int], int] = {}
    reads = []
    for column in range(depth):
        for row in range(depth - column):
            numbers[row, column] = len(reads)
            if column:
                same = [numbers[row, before] for before in range(column)]
                reads.append([*same, numbers[row + 1, column - 1]])
            else:
                reads.append([len(reads) - 1])
    return graph(reads)


def cell(seed: int, blocks: int) -> Graph:
    """As NASNet has them: each block adds two layers, each of an earlier block; all are joined."""
    choose = random.Random(seed)  # noqa: S311 - a graph, no secret
    ends = [-1]
    reads = []
    for _ in range(blocks):
        reads += [[choose.choice(ends)] for _ in range(2)]
        ends.append(len(reads))
        reads.append([len(reads) - 2, len(reads) - 1])
    return graph([*reads, ends[1:]])


def any_graph(seed: int, count: int) -> Graph:
    """Each layer reads one to four of those before it, mostly of the last few."""
    choose = random.Random(seed)  # noqa: S311 - a graph, no secret
    reads = []
    for number in range(count):
        near = [max(-1, number - choose.randint(1, 5)) for _ in range(choose.choice([1, 1, 2, 3]))]
        far = [choose.randint(-1, number - 1)] if choose.random() < 0.2 else []
        reads.append([*near, *far])
    return graph(reads)


def series_parallel(seed: int, count: int) -> Graph:
    """Grown from one layer: a link has another put into it or beside it."""
    choose = random.Random(seed)  # noqa: S311 - a graph, no secret
    links = [("in", "out")]
    for number in range(count):
        at = choose.randrange(len(links))
        start, end = links[at]
        if choose.random() < 0.5:
            del links[at]
        links += [(start, str(number)), (str(number), end)]
    placed: dict[str, int] = {"in": -1}
    reads: list[list[int]] = []
    waiting = [*dict.fromkeys(end for _, end in links if end != "out")]
    while waiting:
        for name in list(waiting):
            starts = [start for start, end in links if end == name]
            if all(start in placed for start in starts):
                placed[name] = len(reads)
                reads.append([placed[start] for start in starts])
                waiting.remove(name)
    return graph([*reads, [placed[start] for start, end in links if end == "out"]])


SHAPES: dict[str, Callable[[int, int], Graph]] = {
    "chain": lambda _, count: chain(count),
    "dense": lambda _, count: dense(min(count, 16)),
    "ladder": lambda _, count: ladder(count // 2),
    "unet": lambda _, count: unet(count // 2),
    "nested unet": lambda _, count: nested_unet(2 + count // 8),
    "cell": lambda seed, count: cell(seed, 1 + count // 3),
    "any": any_graph,
    "series-parallel": series_parallel,
}


def faults(drawing: Drawing) -> list[str]:
    """Boxes on boxes or outside, and links that run over a box, upwards or beside their boxes."""
    return [*_boxes_at_fault(drawing.boxes, drawing), *_links_at_fault(drawing)]


def _boxes_at_fault(boxes: Sequence[Box], drawing: Drawing) -> Iterable[str]:
    for at, box in enumerate(boxes):
        inside = box.x >= box.width / 2 and box.x + box.width / 2 <= drawing.width
        if not inside or box.y < 0 or box.y + box.height > drawing.height:
            yield f"{box} is outside"
        for other in boxes[:at]:
            apart = abs(box.x - other.x) >= (box.width + other.width) / 2
            level = box.y >= other.y + other.height or other.y >= box.y + box.height
            if not apart and not level:
                yield f"{box} on {other}"


def _links_at_fault(drawing: Drawing) -> Iterable[str]:
    boxes = {box.layer: box for box in drawing.boxes}
    for link in drawing.links:
        start, end = boxes[link.start], boxes[link.end]
        (first_x, first_y), (last_x, last_y) = link.way[0], link.way[-1]
        if first_y != start.y + start.height or last_y != end.y:
            yield f"{link} does not go from {start} to {end}"
        for x, box in ((first_x, start), (last_x, end)):
            if abs(x - box.x) > (box.width / 2 if box.bar else 0):
                yield f"{link} is beside {box}"
        for (x, y), (to_x, to_y) in pairwise(link.way):
            if y >= to_y or not 0 <= x <= drawing.width:
                yield f"{link} does not go down inside"
            low, high = sorted((x, to_x))
            yield from (
                f"{link} over {box}"
                for box in drawing.boxes
                if y < box.y + box.height
                and box.y < to_y
                and low < box.x + box.width / 2
                and box.x - box.width / 2 < high
            )
