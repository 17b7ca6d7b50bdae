"""What a drawing shows of one network: what is written in each box, and how wide each band is."""

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from ...analysis import Report
from ...analysis.layer_text import layer_text
from ...core import Row, shapes_of
from ...records import dataclass, replace
from ...writing.cells import shape_text
from ..kernels import Kernel, kernel_of
from ..texts import counted
from .lanes import Box, entering
from .plan import Column, Plan

WIDEST, NARROWEST = 44, 1.2  # of a band
UNKNOWN = "–"  # of a layer, of which nobody knows what it computes


class Point(NamedTuple):
    """A place in a drawing; `y` grows downwards."""

    x: float
    y: float


@dataclass(frozen=True)
class Card:
    """A box with what it says; `count` are its multiplies, of all repeats, in the report's unit.

    It is `marked` where the other side has no equal layer.
    """

    box: Box
    name: str
    lines: tuple[str, ...]
    kernel: Kernel | None
    count: int
    marked: bool = False


@dataclass(frozen=True)
class Band:
    """What flows from one box to another, along its way, and how many activations that is."""

    way: tuple[Point, ...]
    activations: int


@dataclass(frozen=True)
class Scene:
    """A network as it is drawn on a plan; `total` are the multiplies in the report's unit."""

    plan: Plan
    cards: tuple[Card, ...]
    bands: tuple[Band, ...]
    total: int


def built(report: Report, plan: Plan, marked: Collection[str] = ()) -> Scene:
    """The network as it is built; the boxes of some paths are `marked`."""
    return _scene(report, plan, {row.node.path: row for row in report.rows}, marked)


def naive(report: Report, plan: Plan) -> Scene:
    """The same without its reductions: what enters a bypassed layer goes on through its place."""
    paths = (row.node.path for row in report.rows)
    return _scene(report, plan, {at: report.naive[at] for at in paths if at in report.naive})


def _scene(
    report: Report, plan: Plan, rows: Mapping[str, Row], marked: Collection[str] = ()
) -> Scene:
    cards: list[Card] = []
    bands: list[Band] = []
    for column in plan.columns:
        cards += _cards(report, column, rows, marked)
        bands += _bands(column, rows)
    total = sum(_counted(report, row) or 0 for row in rows.values())
    return Scene(plan, tuple(cards), tuple(bands), total)


def _counted(report: Report, row: Row) -> int | None:
    count = row.count("multiplies")
    return None if count is None else counted(report, count * report.batch)


def _entered(report: Report, column: Column, rows: Mapping[str, Row]) -> str:
    """The shapes of what enters a column, as its layers read it."""
    read = shapes_of(report.network, rows.values())
    as_built = {row.node.path: row for row in report.rows}
    for node in reversed(column.nodes):
        row = rows.get(node.path)
        if row:
            read |= zip(node.inputs, row.inputs, strict=True)
        elif node.path in read:  # bypassed: what reads it reads what it would
            read[node.inputs[0]] = read[node.path]
        else:
            read.setdefault(node.inputs[0], as_built[node.path].inputs[0])
    return ", ".join(shape_text(read[port]) for port in entering(column.nodes))


def _cards(
    report: Report, column: Column, rows: Mapping[str, Row], marked: Collection[str]
) -> Iterator[Card]:
    modules = {repeat.modules[0]: repeat.modules for repeat in column.repeats}
    for placed in column.drawing.boxes:
        box = replace(placed, x=placed.x + column.x)
        if box.layer is None:
            yield Card(box, _entered(report, column, rows), (), None, 0)
            continue
        row = rows.get(column.nodes[box.layer].path)
        if row is None:
            continue
        node, shape = row.node, shape_text(row.output)
        each, often = _counted(report, row), len(modules[node.module])
        count = UNKNOWN if each is None else report.scale.text(each)
        said = f"{often} × {count}" if often > 1 else count
        lines = (shape,) if each == 0 else (shape, said)
        kernel = kernel_of(node.op)
        inside = node.path.removeprefix(node.module)
        differs = any(f"{module}{inside}" in marked for module in modules[node.module])
        yield Card(box, layer_text(row), lines, kernel, (each or 0) * often, differs)


def _bands(column: Column, rows: Mapping[str, Row]) -> Iterator[Band]:
    into = {link.end: link for link in column.drawing.links}  # of a layer that reads one thing
    number = Counter[int]()  # of the links into each layer, which are in the order of its inputs
    for link in column.drawing.links:
        row = rows.get(column.nodes[link.end].path)
        if row is None:
            continue
        activations = math.prod(map(int, row.inputs[number[link.end]]))
        number[link.end] += 1
        way = link.way
        while link.start is not None and column.nodes[link.start].path not in rows:
            link = into[link.start]  # noqa: PLW2901  past a layer that is bypassed
            way = (*link.way, *way)
        yield Band(tuple(Point(x + column.x, y) for x, y in way), activations)
