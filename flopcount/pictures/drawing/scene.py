"""What a drawing shows of one network: what is written in each box, and how wide each band is."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from ...analysis import Report
from ...analysis.layer_text import layer_text
from ...core import Port, Row, shapes_of
from ...sizes import Shape
from ...writing.sheet import number, shape_text
from ..kernels import Kernel, kernel_of
from ..texts import counted
from .lanes import Box, entering, layer_of
from .plan import Column, Plan

WIDEST, NARROWEST = 44, 1.2  # of a band


class Point(NamedTuple):
    """A place in a drawing; `y` grows downwards."""

    x: float
    y: float


@dataclass(frozen=True)
class Card:
    """A box with what it says; `count` are its multiplies, of all repeats, in the report's unit."""

    box: Box
    name: str
    lines: tuple[str, ...]
    kernel: Kernel | None
    count: int


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


def built(report: Report, plan: Plan) -> Scene:
    """The network as it is built."""
    return _scene(report, plan, {row.node.path: row for row in report.rows})


def naive(report: Report, plan: Plan) -> Scene:
    """The same without its reductions: what enters a bypassed layer goes on through its place."""
    paths = (row.node.path for row in report.rows)
    return _scene(report, plan, {at: report.naive[at] for at in paths if at in report.naive})


def _scene(report: Report, plan: Plan, rows: Mapping[str, Row]) -> Scene:
    shapes = shapes_of(report.network, rows.values())
    for row in rows.values():  # a naive module may read more than the one that is built
        shapes |= zip(row.node.inputs, row.inputs, strict=True)
    cards: list[Card] = []
    bands: list[Band] = []
    for column in plan.columns:
        cards += _cards(report, column, rows, shapes)
        bands += _bands(plan, column, rows, shapes)
    total = sum(_counted(report, row) for row in rows.values())
    return Scene(plan, tuple(cards), tuple(bands), total)


def _counted(report: Report, row: Row) -> int:
    return counted(report, row.count("multiplies") * report.batch)


def _cards(
    report: Report, column: Column, rows: Mapping[str, Row], shapes: Mapping[Port, Shape]
) -> Iterator[Card]:
    times = {repeat.modules[0]: len(repeat.modules) for repeat in column.repeats}
    for placed in column.drawing.boxes:
        box = replace(placed, x=placed.x + column.x)
        if box.layer is None:
            enters = (shape_text(shapes[port]) for port in entering(column.nodes))
            yield Card(box, ", ".join(enters), (), None, 0)
            continue
        row = rows.get(column.nodes[box.layer].path)
        if row is None:
            continue
        node, shape = row.node, shape_text(row.output)
        each, often = _counted(report, row), times[node.module]
        said = f"{often} × {number(each)}" if often > 1 else number(each)
        lines = (shape, said) if each else (shape,)
        kernel = kernel_of(node.op)
        yield Card(box, layer_text(row), lines, kernel, each * often)


def _bands(
    plan: Plan, column: Column, rows: Mapping[str, Row], shapes: Mapping[Port, Shape]
) -> Iterator[Band]:
    outside = entering(column.nodes)
    into = {link.end: link for link in column.drawing.links}  # of a layer that reads one thing
    for link in column.drawing.links:
        row = rows.get(column.nodes[link.end].path)
        if row is None:
            continue
        way = link.way
        while link.start is not None and column.nodes[link.start].path not in rows:
            link = into[link.start]  # noqa: PLW2901  past a layer that is bypassed
            way = (*link.way, *way)
        if link.start is None:
            port = outside[link.input or 0]
        else:
            path = column.nodes[link.start].path
            read = (plan.stands_for.get(port, port) for port in row.node.inputs)
            port = next(port for port in read if layer_of(port) == path)
        points = tuple(Point(x + column.x, y) for x, y in way)
        yield Band(points, math.prod(map(int, shapes[port])))
