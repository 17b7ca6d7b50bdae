"""The controls of a page: what each sets, from where to where, and what it is called."""

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

import flopcount as fc
from flopcount.core import role_of, width_of
from flopcount.notation.inputs import InputSize
from flopcount.notation.references import draft
from flopcount.notation.variables import CLASSES, Of, Variable, column_of, sides_of
from flopcount.page import controls
from flopcount.page.controls import Control
from flopcount.page.live import live
from tests.page.running import of
from tests.shipped import INCEPTION

SIDES = sides_of(InputSize((224, 224, 3)))


@pytest.mark.slow
def test_the_controls_of_a_network() -> None:
    found = {control.name: control for control in of("googlenet").controls}
    assert found["H"] == Control("H", "input height", "side", SIDES[:1], 1, 512, 224)
    assert found["W"] == Control("W", "input width", "side", SIDES[1:], 1, 512, 224)
    assert found["batch"] == Control("batch", "batch", "batch", (), 1, 1024, 1)
    assert found["classes"] == Control("classes", "classes", "classes", (CLASSES,), 1, 2000, 1000)
    r5 = Control("3a.r5", "3a.r5 (3a/5x5/1)", "width", (column_of("3a", "r5"),), 1, 192, 16)
    assert found["3a.r5"] == replace(r5, modules=("3a",), layers=("3a/5x5/1",), reduces=True)
    n5 = Control("3a.n5", "3a.n5 (3a/5x5/2)", "width", (column_of("3a", "n5"),), 1, 64, 32)
    assert found["3a.n5"] == replace(n5, modules=("3a",), layers=("3a/5x5/2",))
    multiplier = Control("width", "width multiplier, all layers", "multiplier", (), 5, 200, 100)
    assert found["width"] == replace(multiplier, step=5, divisor=100)
    kinds = [control.kind for control in found.values()]
    # three layers of the stem, six columns of nine modules
    assert kinds == [*("side",) * 2, "batch", "classes", *("width",) * (3 + 6 * 9), "multiplier"]
    typed = {control.name: control for control in of("inception-v4").controls}
    assert typed["A.2/3x3/1"].modules == ("A.2",)
    assert typed["A.2/3x3/1"].label == "A.2/3x3/1"
    assert typed["A.2/3x3/1"].variables == (Variable("A.2/3x3/1", Of.LAYER),)
    assert typed["H"].low == typed["W"].low == 75  # below, the last kernel has nothing to stand on


@pytest.mark.slow
@pytest.mark.parametrize("name", INCEPTION)
def test_each_width_is_a_control_once_and_none_that_follows_another(name: str) -> None:
    nodes = fc.load(name).nodes
    free = [node.path for node in nodes if width_of(node.op) is not None and node.like is None]
    widths = [control for control in of(name).controls if control.kind == "width"]
    own = [path for control in widths for path in control.layers]
    (classifier,) = [node.path for node in nodes if node.op.word == "dense"]
    assert sorted([*own, classifier]) == sorted(free)
    reductions = {node.path for node in nodes if role_of(node.op) == "reduce"}
    for control in widths:
        assert control.reduces == bool(reductions.intersection(control.layers))


def test_a_width_that_is_set_is_a_control_where_it_stands() -> None:
    widths = {"3a.n1": 80, "3b/1x1/1": 9, "linear/1": 30}
    plan = draft("googlenet", set=widths)
    found = {control.name: control for control in live(plan, fc.analyze(plan.build())).controls}
    assert {name: found[name].start for name in widths} == widths
    assert "3b.n1" not in found  # no layer has it
    assert "classes" not in found


@pytest.mark.slow
def test_a_rewritten_width_is_a_control_of_all_its_layers() -> None:
    found = {control.name: control for control in of("googlenet@factorize=nxn@width=0.5").controls}
    assert found["3a.n5"].layers == ("3a/5x5/2/1x5", "3a/5x5/2")
    assert found["3a.n5"].start == 32
    spec = {control.name: control for control in of("8x8x4 > conv 3x3 6@factorize=nxn").controls}
    assert spec["spec/1"].layers == ("spec/1/1x3", "spec/1")


def test_a_control_says_what_it_changes() -> None:
    def labels(reference: str) -> list[str]:
        return [control.label for control in of(reference).controls]

    widths = ["spec/1", "spec/2", "width multiplier, all layers"]
    spec = "28x32x192 > conv 1x1 16 reduce > conv 5x5 32"
    assert labels(spec) == ["input height", "input width", "batch", *widths]
    found = labels("inception-v3")
    assert found[:4] == ["input height", "input width", "batch", "classes"]
    assert found[-1] == widths[-1]
    assert "6b.c7 (6 layers)" in found
    assert "3a.n1 (3a/1x1/1)" in labels("googlenet")
    assert labels("250x3 > relu") == ["input length", "batch"]
    assert labels("4x5x6x3 > relu") == ["input depth", "input height", "input width", "batch"]


def test_a_column_of_several_layers_is_one_control() -> None:
    found = {control.name: control for control in of("inception-v3").controls}
    assert found["6b.c7"].layers[:2] == ("6b/7x7/1", "6b/7x7/2")
    assert found["6b.c7"].reduces
    assert not {f"6b/{path}" for path in ("7x7/1", "7x7/2", "double-7x7/1")} & found.keys()


def test_the_scripts_read_only_what_a_control_has() -> None:
    names = {field.name for field in fields(Control)}
    for script in (Path(controls.__file__).parent / "static").rglob("*.js"):
        read = re.findall(r"\bcontrol\.(\w+)", script.read_text(encoding="utf-8"))
        assert set(read) <= names, script.name


def test_a_width_reaches_twice_where_it_starts_and_a_reduction_what_it_reads() -> None:
    for spec, high in (
        ("8x8x99 > conv 1x1 8 reduce > conv 3x3 4", 99),
        ("8x8x4 > conv 1x1 8 reduce > conv 3x3 4", 16),
        ("8x8x99 > conv 1x1 8 > conv 3x3 4", 16),
        ("8x8x4 > conv 1x1 2147483647 reduce > conv 3x3 4", 2**31),
    ):
        (width,) = [control for control in of(spec).controls if control.name == "spec/1"]
        assert (width.low, width.high) == (1, high)


def test_a_side_reaches_512_and_twice_where_it_starts() -> None:
    for side, high in ((8, 512), (299, 598), (2**30 + 1, 2**31)):
        height, width, _ = of(f"{side}x{side}x3 > relu").controls
        assert (height.low, height.start, height.high) == (1, side, high)
        assert (width.low, width.start, width.high) == (1, side, high)


@pytest.mark.slow
def test_a_batch_and_classes_reach_twice_where_they_start() -> None:
    plan = draft("googlenet", classes=400)
    for batch, high in ((2, 1024), (900, 1800), (2**31, 2**31)):
        found = live(plan, fc.analyze(plan.build(), batch=batch)).controls
        batches, classes = found[2:4]
        assert (batches.low, batches.start, batches.high) == (1, batch, high)
        assert (classes.low, classes.start, classes.high) == (1, 400, 1000)


def test_a_side_goes_down_to_the_least_that_fits_beside_the_others() -> None:
    for kernel in range(1, 9):
        height, width, *_ = of(f"9x30x3 > conv {kernel}x{kernel + 1} 4 valid > relu").controls
        assert (height.low, width.low) == (kernel, kernel + 1)


@pytest.mark.slow
def test_what_a_network_does_not_have_has_no_control() -> None:
    bare = of("28x30x3 > maxpool 3x3 > relu")
    assert [(control.name, control.variables) for control in bare.controls] == [
        ("H", SIDES[:1]),
        ("W", SIDES[1:]),
        ("batch", ()),
    ]
    assert not bare.naive
    plan = draft("googlenet")
    assert not live(plan, fc.analyze(plan.build(), naive="figure")).naive
    assert live(plan, fc.analyze(plan.build(), naive="chained")).naive
    assert not of("googlenet@naive").naive
