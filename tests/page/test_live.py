"""The what-ifs of the page: the script's formulas, read as Python, beside the report's own walk.

The script itself runs in tests/page/test_browser_*.py.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Abs, Integer, Mod, Rational, ceiling, floor, symbols

import flopcount as fc
from flopcount.notation.references import draft
from flopcount.notation.rewriting import read_rewrite
from flopcount.notation.variables import SIDES, Of, Variable, column_of
from flopcount.page import controls
from flopcount.page.controls import Control
from flopcount.page.live import Live, live, trace, value_symbol
from flopcount.sizes.javascript import javascript, text

PYTHON = {
    "floorDiv": lambda a, b: a // b,
    "ceilDiv": lambda a, b: -(-a // b),
    "mod": lambda a, b: a % b,
    "abs": abs,
}


def evaluated(code: str, names: Mapping[str, int]) -> Any:
    """Code of whole numbers is Python too, but for the n of a BigInt."""
    return eval(re.sub(r"\b([0-9]+)n\b", r"\1", code), {**PYTHON, **names})  # noqa: S307


def traced(reference: str, naive: Any, **options: Any) -> tuple[tuple[Control, ...], Any]:
    """The controls of a page and the program behind them, whatever they are set to."""
    plan = draft(reference, **options)
    controls = live(plan, fc.analyze(plan.build())).controls if options else of(reference).controls
    return controls, trace(plan, controls, naive)


traced_once = cache(traced)


def priced(reference: str, values: Mapping[str, int], **options: Any) -> dict[str, Any]:
    """Per layer multiplies, params and output, from the formulas, as a page computes them."""
    naive = options.pop("naive", None)
    of_reference = traced if options else traced_once
    controls, program = of_reference(reference, naive, **options)
    names = {
        value_symbol(index).name: values.get(control.name, control.start)
        for index, control in enumerate(controls)
    }
    for name, expression in program.definitions.items():
        names[name.name] = evaluated(javascript(expression), names)
    for path, condition in program.checks:
        if evaluated(javascript(condition), names):
            raise fc.FlopcountError(path)
    found = {
        row.node.path: tuple(
            evaluated(javascript(one), names)
            for one in (row.count("multiplies"), row.count("params"), *row.output)
        )
        for row in program.rows
    }
    for path, counts in found.items():
        shape = tuple(evaluated(javascript(one), names) for one in program.shapes[path])
        assert shape == counts[2:]
    return found


def counted(network: fc.Network) -> dict[str, Any]:
    return {
        row.node.path: (int(row.count("multiplies")), int(row.count("params")), *row.output)
        for row in fc.analyze(network).rows
    }


@cache
def of(reference: str) -> Live:
    plan = draft(reference)
    return live(plan, fc.analyze(plan.build()))


def chosen(controls: tuple[Control, ...], seed: int) -> dict[str, int]:
    """Some settings of the controls, drawn by chance."""
    pick = random.Random(seed)  # noqa: S311  no secret
    several = pick.sample(controls, min(len(controls), 1 + seed))
    return {one.name: pick.randrange(one.low, one.high + 1, one.step) for one in several}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", [*fc.names(), "28x30x192 > conv 1x1 16 reduce > conv 5x5 32"])
def test_the_formulas_are_the_report(name: str, seed: int) -> None:
    values = chosen(of(name).controls, seed)
    sides = fc.load(name).inputs["input"]
    height = values.get("input", values.get("H", sides[0]))
    width = values.get("input", values.get("W", sides[1]))
    options: dict[str, Any] = {"input": f"{height}x{width}"}
    options["set"] = {key: value for key, value in values.items() if "." in key or "/" in key}
    factor = f"@width={values.get('width', 100) / 100}"
    assert priced(name, values) == counted(fc.load(f"{name}{factor}", **options))
    naive = priced(name, values, naive=read_rewrite("naive"))
    assert naive == counted(fc.load(f"{name}{factor}@naive", **options))


def test_the_options_of_the_report_stay() -> None:
    options = {"set": {"3a.r5": 24, "3a.n1": 80}, "input": "160x160", "classes": 10, "aux": True}
    reference = "googlenet@torchvision@factorize=nxn@width=0.5"
    assert priced(reference, {}, **options) == counted(fc.load(reference, **options))
    changed = priced(reference, {"3a.r5": 32, "width": 50}, **options)
    options["set"] = {"3a.r5": 32, "3a.n1": 80}
    assert changed == counted(fc.load(f"{reference}@width=0.5", **options))


def test_the_chained_reading() -> None:
    found = priced("googlenet", {"input": 96}, naive=read_rewrite("naive", "chained"))
    assert found == counted(fc.load("googlenet@naive=chained", input="96x96"))


@pytest.mark.parametrize(
    ("spec", "values"),
    [
        ("30x30x3 > conv 7x7/2 4 valid > maxpool 9x9 valid", {"input": 20}),
        ("8x8x4 > conv 1x1 6 reduce > conv 3x3 8 groups=2", {"spec/1": 7}),
        ("9x9x4 > (maxpool 3x3/2 valid + maxpool 2x2/2 valid)", {"input": 10}),
    ],
)
def test_what_does_not_fit_names_the_layer(spec: str, values: dict[str, int]) -> None:
    side = values.get("input")
    widths = {name: value for name, value in values.items() if "/" in name}
    with pytest.raises(fc.FlopcountError) as exact:
        fc.analyze(fc.load(spec, set=widths, input=f"{side}x{side}" if side else None))
    with pytest.raises(fc.FlopcountError) as caught:
        priced(spec, values)
    assert f" {caught.value}: " in str(exact.value)
    assert priced(spec, {}) == counted(fc.load(spec))


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


def test_the_controls_of_some_modules() -> None:
    plan = draft("googlenet")
    found = live(plan, fc.analyze(plan.build(), modules=["3b", "4a"]))
    assert [control.name for control in found.controls] == [
        *("input", "3b.r3", "3b.r5", "4a.r3", "4a.r5", "width")
    ]
    assert {path.partition("/")[0] for path in found.layers} == {"3b", "4a"}
    assert found.inputs == ("3a/concat", "pool3/1")


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


def test_a_text_cannot_end_the_script() -> None:
    assert "<" not in text('</script><!--"\u2028')
    table = of("28x28x192 > conv 1x1 16 reduce > conv 5x5 32")
    assert "</" not in table.script
    assert "eval" not in table.script
    assert "Function(" not in table.script


@given(st.integers(1, 10**30), st.integers(1, 10**30), st.integers(1, 50))
def test_javascript_is_the_formula(high: int, wide: int, by: int) -> None:
    H, W = symbols("H W", integer=True, positive=True)  # noqa: N806  the field's names
    formula = 3 * ceiling((H - 7) / by) ** 2 * W + Mod(H + W, by) - floor((W - H) / by) + Abs(H - W)
    exact = formula.subs({H: high, W: wide})
    assert evaluated(javascript(formula), {"H": high, "W": wide}) == exact
    assert evaluated(javascript(H >= W), {"H": high, "W": wide}) == (high >= wide)


def test_javascript_takes_whole_numbers_alone() -> None:
    assert javascript(Integer(-3)) == javascript(-3) == "-3n"
    with pytest.raises(TypeError, match="no formula of whole numbers"):
        javascript(Rational(1, 2))
    with pytest.raises(TypeError, match="no formula of whole numbers"):
        javascript(1 / symbols("H", integer=True, positive=True))
