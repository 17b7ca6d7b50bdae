"""The drawing of what was read from a model: what is a box, what a line, what is told once."""

import pytest

import flopcount as fc
from flopcount.analysis.layer_text import layer_text
from flopcount.pictures import draw
from flopcount.pictures.drawing import sketch as sketches
from flopcount.pictures.drawing.plan import planned
from flopcount.pictures.drawing.scene import built
from flopcount.pictures.drawing.sketch import sketch, sketched
from tests.pictures.drawn import REPORT, texts
from tests.pictures.models import ADD, CONV, GRID, node, read, residual, unknown

MODEL = fc.analyze(residual())


def test_a_table_is_drawn_as_it_is() -> None:
    assert sketched(REPORT) is REPORT


def test_tails_ride_on_their_layer_and_what_moves_is_a_line() -> None:
    shown = sketch(MODEL)
    paths = [row.node.path for row in shown.rows]
    assert paths[:4] == ["stem", "stage/0/conv1", "stage/0/conv2", "stage/0/add"]
    inner = {row.node.path: row.node.inputs for row in shown.rows}
    assert inner["stage/0/conv2"] == ("stage/0/conv1",)  # past norm, relu and copy
    assert inner["stage/1/conv1"] == ("stage/0/add",)  # past the relu on the sum
    assert inner["stage/1/add"] == ("stage/1/conv2", "stage/0/add")
    assert "pos" not in paths


def test_every_layer_that_counts_is_in_one_box() -> None:
    shown = sketch(MODEL)
    inside = [row.node.path for unit in shown.units.values() for row in unit.rows]
    assert len(inside) == len(set(inside))
    counting = {row.node.path for row in MODEL.rows if row.count("multiplies")}
    assert counting <= set(inside)
    assert sum(int(row.count("multiplies") or 0) for row in shown.rows) == MODEL.multiplies


def test_blocks_that_repeat_are_drawn_once() -> None:
    shown = sketch(MODEL)
    panels = [panel.repeat.name for panel in planned(shown, 0.5).panels()]
    assert panels[:2] == ["stem", "stage/0–2 × 3"]
    cards = built(shown, planned(shown, 0.5)).cards
    assert ("1×8×16×16", "3 × 147,456") in {card.lines for card in cards}


def test_a_module_is_a_box_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sketches, "MOST_BOXES", 5)
    shown = sketch(MODEL)
    assert {layer_text(row) for row in shown.rows} >= {"stage StageClass"}
    assert sum(int(row.count("multiplies") or 0) for row in shown.rows) == MODEL.multiplies
    drawn = texts(draw("drawing", [MODEL]))
    assert any("StageClass" in text for text in drawn)


def test_a_module_that_is_called_again_has_a_ground_of_its_own() -> None:
    twice = read(
        [
            node("a", CONV, "x", W="a.weight"),
            node("b", CONV, "a", W="b.weight"),
            node("a.2", CONV, "b", scope="a", W="a.weight"),
        ],
        {},
        "a.2",
    )
    shown = sketch(fc.analyze(twice))
    assert [row.node.module for row in shown.rows] == ["a", "b", "a.2"]


def test_layers_that_read_nothing_are_drawn() -> None:
    embed = node("pos", CONV, "x", W="pos.weight")
    alone = read(
        [embed, node("y", CONV, "x", W="y.weight"), node("add", ADD, "pos", "y")], {}, "add"
    )
    assert draw("drawing", [fc.analyze(alone)])


def test_what_nobody_knows_is_a_dash_and_the_total_at_least() -> None:
    report = fc.analyze(residual(2, unknown(), last="fft"))
    drawn = texts(draw("drawing", [report]))
    assert "–" in drawn
    assert "aten.fft" in drawn
    total = f"{report.multiplies:,}"
    assert any(f"at least {total} multiplies" in text for text in drawn)


def test_shapes_keep_the_order_of_the_framework() -> None:
    drawn = texts(draw("drawing", [MODEL]))
    assert "×".join(map(str, GRID)) in drawn
    assert "nets:residual" in drawn  # as it is typed


def test_a_part_is_drawn_by_its_blocks() -> None:
    part = fc.analyze(residual(), modules=["stage"])
    drawn = texts(draw("drawing", [part]))
    assert "Module stage of nets:residual" in drawn
    assert "3 × 147,456" in drawn
