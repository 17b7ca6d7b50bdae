"""Bars, tree map and curves of what was read from a model: by modules that are told apart."""

import pytest

import flopcount as fc
from flopcount.pictures import draw
from flopcount.pictures.grouped import Grouped, grouped
from flopcount.pictures.parts import parts_of
from tests.pictures.drawn import REPORT, texts
from tests.pictures.models import residual, unknown

MODEL = fc.analyze(residual())


def test_a_table_stays_as_it_is() -> None:
    assert grouped(REPORT) is REPORT


def test_modules_stand_where_none_is_most_of_the_whole() -> None:
    shown = grouped(MODEL)
    assert isinstance(shown, Grouped)
    assert shown.at == 2
    assert [part.name for part in parts_of(shown)[1]][:2] == ["stem", "stage/0–2 × 3"]
    assert shown.multiplies == MODEL.multiplies
    assert [row.node.path for row in shown.rows] == [row.node.path for row in MODEL.rows]


@pytest.mark.parametrize("depth", [2, 3])
def test_a_depth_that_was_chosen_holds(depth: int) -> None:
    shown = grouped(MODEL.by("module", depth))
    assert [len(module.split("/")) for module in shown.network.modules][1] == depth
    assert sum(line.multiplies or 0 for line in shown.grouped("module")) == MODEL.multiplies


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["savings", "modules", "layers", "tree"])
def test_each_kind_is_drawn_with_unknown_layers_too(kind: str) -> None:
    report = fc.analyze(residual(2, unknown(), last="fft"))
    drawn = texts(draw(kind, [report]))
    assert any("nets:residual" in text for text in drawn)
    if kind != "layers":
        assert any(f"at least {report.multiplies:,} in all" in text for text in drawn)


def test_counts_are_of_the_whole_input() -> None:
    drawn = texts(draw("savings", [MODEL]))
    assert "multiplies for the whole input, taps on padding included" in drawn


@pytest.mark.slow
def test_a_part_is_named_by_the_part() -> None:
    part = fc.analyze(residual(), modules=["stage"])
    drawn = texts(draw("modules", [part]))
    assert "Multiplies and parameters of module stage of nets:residual, by layer" in drawn
