"""The controls of a page: what each sets, from where to where, and what it is called."""

import re
from dataclasses import fields
from pathlib import Path

import flopcount as fc
from flopcount.notation.inputs import InputSize
from flopcount.notation.references import draft
from flopcount.notation.variables import Of, Variable, column_of, sides_of
from flopcount.page import controls
from flopcount.page.controls import Control
from flopcount.page.live import live
from tests.page.running import of

SIDES = sides_of(InputSize((224, 224, 3)))


def test_the_controls_of_a_network() -> None:
    found = {control.name: control for control in of("googlenet").controls}
    assert found["input"] == Control("input", "input, height and width", SIDES, 1, 512, 224)
    r5 = (column_of("3a", "r5"),)
    assert found["3a.r5"] == Control(
        "3a.r5", "3a.r5 (3a/5x5/1)", r5, 1, 192, 16, ("3a",), ("3a/5x5/1",)
    )
    assert found["width"] == Control(
        "width", "width multiplier, all layers", (), 5, 200, 100, step=5, divisor=100
    )
    assert len(found) == 1 + 2 * 9 + 1  # the input, r3 and r5 of nine modules, the multiplier
    typed = {control.name: control for control in of("inception-v4").controls}
    assert typed["A.2/3x3/1"].modules == ("A.2",)
    assert typed["A.2/3x3/1"].label == "A.2/3x3/1"
    assert typed["A.2/3x3/1"].variables == (Variable("A.2/3x3/1", Of.LAYER),)
    assert typed["input"].low == 75  # below, the last kernel has nothing to stand on


def test_a_control_says_what_it_changes() -> None:
    def labels(reference: str) -> list[str]:
        return [control.label for control in of(reference).controls]

    sides = ["input height", "input width"]
    widths = ["spec/1", "width multiplier, all layers"]
    assert labels("28x32x192 > conv 1x1 16 reduce > conv 5x5 32") == [*sides, *widths]
    found = labels("inception-v3")
    assert (found[0], found[-1]) == ("input, height and width", widths[-1])
    assert "6b.c7 (2 layers)" in found
    assert "3a.r5 (3a/5x5/1)" in labels("googlenet")


def test_a_column_of_several_layers_is_one_control() -> None:
    found = {control.name: control for control in of("inception-v3").controls}
    assert found["6b.c7"].layers == ("6b/7x7/1", "6b/double-7x7/1")
    assert not any(name.startswith("6b/") for name in found)


def test_the_scripts_read_only_what_a_control_has() -> None:
    names = {field.name for field in fields(Control)}
    for script in (Path(controls.__file__).parent / "static").glob("*.js"):
        read = re.findall(r"\bcontrol\.(\w+)", script.read_text(encoding="utf-8"))
        assert set(read) <= names, script.name


def test_a_width_reaches_its_inputs_and_twice_where_it_starts() -> None:
    for spec, high in (
        ("8x8x99 > conv 1x1 8 reduce > conv 3x3 4", 99),
        ("8x8x4 > conv 1x1 8 reduce > conv 3x3 4", 16),
        ("8x8x4 > conv 1x1 2147483647 reduce > conv 3x3 4", 2**31),
    ):
        (width,) = [control for control in of(spec).controls if control.name == "spec/1"]
        assert (width.low, width.high) == (1, high)


def test_a_side_reaches_512_and_twice_where_it_starts() -> None:
    for side, high in ((8, 512), (299, 598), (2**30 + 1, 2**31)):
        (sides,) = of(f"{side}x{side}x3 > relu").controls
        assert (sides.low, sides.start, sides.high) == (1, side, high)


def test_a_side_goes_down_to_the_least_that_fits() -> None:
    for kernel in range(1, 9):
        (sides, _) = of(f"9x9x3 > conv {kernel}x{kernel} 4 valid > conv 1x1 2").controls
        assert sides.low == kernel


def test_what_a_network_does_not_have_has_no_control() -> None:
    bare = of("28x30x3 > maxpool 3x3 > relu")
    assert [(control.name, control.label, control.variables) for control in bare.controls] == [
        ("H", "input height", SIDES[:1]),
        ("W", "input width", SIDES[1:]),
    ]
    assert not bare.naive
    plan = draft("googlenet")
    assert not live(plan, fc.analyze(plan.build(), naive="figure")).naive
    assert live(plan, fc.analyze(plan.build(), naive="chained")).naive
    assert not of("googlenet@naive").naive
