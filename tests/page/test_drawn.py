"""The page's drawings: what the pictures show, box for box, and where each box stands."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

import flopcount as fc
from flopcount.analysis import Report, analyze
from flopcount.core import Scope
from flopcount.page.data import document
from flopcount.page.drawn import MOST_BOXES, MOST_LAYERS, Drawn, module_drawn, whole_drawn
from flopcount.pictures.drawing.plan import planned
from flopcount.pictures.drawing.scene import Scene, built, naive
from flopcount.pictures.drawing.sides import NAIVE
from flopcount.pictures.kernels import kernels_of
from tests.page.running import text
from tests.page.scripted import Scripted
from tests.pictures.drawn import SHIPPED, chain
from tests.pictures.graphs import dense


@cache
def report_of(name: str, reading: str = "reduce") -> Report:
    return analyze(fc.load(name, aux=name != "cifar10-inception"), naive=reading)


def drawn(report: Report) -> dict[str | None, Any]:
    """Each drawing's boxes as the page's scripts make them: of each module, and of the whole."""
    from py_mini_racer import MiniRacer

    kernels = kernels_of(row.node.op for row in report.rows)
    data = text(document(report, (), kernels, None, "title"), vars)
    colours = {kernel.word: kernel.colour for kernel in kernels}
    with MiniRacer() as engine:
        page = Scripted(engine, data)
        return {
            module: [
                ([" ".join(texts)], None)
                if card["is_bar"]
                else (texts, card["kernel"] and colours[card["kernel"]])
                for scene in page.scenes(module)
                for card in scene["cards"]
                for texts in [[card["name"], *card["lines"]]]
            ]
            for module in (*report.network.modules, None)
        }


def shown(*scenes: Scene) -> list[tuple[list[str], str | None]]:
    """Of each box in the picture its texts and its colour."""
    return [
        ([" ".join(texts)], None)
        if card.box.bar
        else (texts, card.kernel.colour if card.kernel else None)
        for scene in scenes
        for card in scene.cards
        for texts in [[card.name, *card.lines]]
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "reading"),
    [
        *((name, "reduce") for name in SHIPPED),
        ("googlenet", "figure"),
        ("googlenet", "chained"),
    ],
)
def test_a_drawing_has_the_words_colours_and_order_of_the_picture(name: str, reading: str) -> None:
    report = report_of(name, reading)
    drawings = drawn(report)
    assert drawings[None] == shown(built(report, planned(report, 1.6)))
    for module in report.network.modules:
        part = analyze(report.network, modules=[module], naive=reading)
        plan = planned(part, 1.2)
        scenes = sorted((built(part, plan), naive(part, plan)), key=lambda scene: -scene.total)
        differ = scenes[0].total != scenes[1].total
        assert drawings[module] == shown(*scenes if differ else (built(part, plan),))


@pytest.mark.parametrize("name", SHIPPED)
def test_each_layer_stands_once_in_its_module_and_in_the_whole(name: str) -> None:
    report = report_of(name)
    drawing = whole_drawn(report)
    assert drawing is not None
    everything = sorted(layer for box in drawing.boxes for layer in box.layers)
    assert everything == list(range(len(report.rows)))
    assert_sound(drawing)
    for module in report.network.modules:
        alone = module_drawn(report, module)
        assert alone is not None
        assert_sound(alone)
        assert sorted(layer for box in alone.boxes for layer in box.layers) == [
            at for at, row in enumerate(report.rows) if row.node.module == module
        ]


def assert_sound(drawing: Drawn) -> None:
    """What refers to something refers to what is there; nothing stands outside."""
    for link in drawing.links:
        start, end = drawing.boxes[link.start], drawing.boxes[link.end]
        assert (link.input is None) == bool(start.layers)
        assert link.input is None or link.input in start.inputs
        assert link.way[0][1] == start.y + start.height
        assert link.way[-1][1] == end.y
    for box in drawing.boxes:
        assert box.x + box.width / 2 <= drawing.width
        assert box.y + box.height <= drawing.height
        assert bool(box.layers) != bool(box.inputs)


def test_what_is_read_after_repeats_is_what_the_last_of_them_puts_out() -> None:
    report = report_of("inception-resnet-v2")
    drawing = whole_drawn(report)
    assert drawing is not None
    read = [report.rows[at].node.path for at in drawing.inputs if isinstance(at, int)]
    after = [path for path in read if path.startswith(("A.", "B."))]
    assert after == ["A.10/relu", "B.20/relu"]


@pytest.mark.slow
def test_what_is_too_much_is_not_drawn() -> None:
    assert module_drawn(analyze(chain(MOST_LAYERS)), "spec") is not None
    assert module_drawn(analyze(chain(MOST_LAYERS + 1)), "spec") is None
    layers = dense(80)
    network = replace(fc.parse("8x8x4 > conv 3x3 4"), nodes=tuple(layers.values()), output="79")
    assert module_drawn(analyze(network), "m") is None
    assert whole_drawn(analyze(network)) is None  # a module alone
    for count in (MOST_BOXES // 2, MOST_BOXES):  # with what enters each column
        long = chain(count)
        nodes = tuple(replace(node, scope=(Scope(str(at)),)) for at, node in enumerate(long.nodes))
        drawing = whole_drawn(analyze(replace(long, nodes=nodes)))
        assert (drawing is None) == (count == MOST_BOXES)


def test_two_sides_are_named_as_in_the_picture() -> None:
    report = report_of("googlenet")
    for reading, name in NAIVE.items():
        kernels = kernels_of(row.node.op for row in report.rows)
        assert document(replace(report, reading=reading), (), kernels, None, "").naive_name == name
