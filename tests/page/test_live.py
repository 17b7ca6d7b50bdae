"""The what-ifs of the page: its script, run, beside the report's own walk.

The whole page runs in tests/page/test_browser_*.py.
"""

import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount.notation.references import draft
from flopcount.page.controls import Control
from flopcount.page.live import live
from flopcount.page.script import named_atoms, text
from flopcount.sizes.polynomial import Space
from flopcount.sizes.printed.alphabets import javascript_walk
from flopcount.sizes.printed.languages import JAVASCRIPT, helpers
from flopcount.sizes.simplest import larger, smaller
from flopcount.sizes.values import value
from tests.page.browsing import counted as said_by
from tests.page.running import (
    Counts,
    command,
    counted,
    of,
    priced_unbounded,
    ran,
    rows_counted,
    settings,
    shown,
    unbounded,
    what_ifs,
)

SPEC = "28x30x192 > conv 1x1 16 reduce > conv 5x5 32"
KINDS = """65x75x12 > conv 3x3/2 16 valid > maxpool 3x3/2 ceil
> [a: conv 1x1 8 reduce > conv 3x3 24 groups=4 | b: (maxpool 2x2 floor + depthwise 3x3) | identity]
> separable 3x3/2 18 multiplier=2 dilation=2 > [maxpool 3x3/2 valid | conv 3x3/2 9 valid]
> avgpool to=3x2 > flatten > dense 10""".replace("\n", " ")
NETWORKS = [*fc.names(), SPEC, KINDS]
Draw = Callable[[Control], int]


def drawn(seed: int) -> Draw:
    """Somewhere from low to high, by chance; what is not drawn stays where it starts."""
    pick = random.Random(seed)  # noqa: S311  no secret

    def draw(control: Control) -> int:
        if seed < 3 and pick.randrange(3) > seed:
            return control.start
        return pick.randrange(control.low, control.high + 1, control.step)

    return draw


def assert_the_script_is_the_report(name: str, draw: Draw) -> None:
    """As built and in the naive reading, at the same settings, given to the report by hand.

    Or what does not fit is the same layer.
    """
    values = {control.name: draw(control) for control in of(name).controls}
    sides = fc.load(name).inputs["input"]
    height = values.get("input", values.get("H", sides[0]))
    width = values.get("input", values.get("W", sides[1]))
    options: dict[str, Any] = {"input": f"{height}x{width}"}
    options["set"] = {key: value for key, value in values.items() if "." in key or "/" in key}
    factor = f"@width={values.get('width', 100) / 100}"
    for which, rewrite in (("built", ""), ("naive", "@naive")):
        expected = outcome(counted, f"{name}{factor}{rewrite}", **options)
        found = outcome(shown, of(name), values, which)
        if isinstance(expected, str):
            assert f" {layer_of(found)}: " in expected
        else:
            assert found == expected


def outcome(counts: Callable[..., Counts], *of_what: Any, **options: Any) -> Counts | str:
    """Counts, or what is said where something does not fit."""
    try:
        return counts(*of_what, **options)
    except fc.FlopcountError as error:
        return str(error)


def layer_of(error: object) -> str:
    """The layer that a page says does not fit."""
    found = re.fullmatch("(.+) does not fit these sizes", str(error))
    assert found
    return found[1]


@pytest.mark.parametrize("draw", [drawn(0), drawn(3)], ids=["few", "all"])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_script_is_the_report(name: str, draw: Draw) -> None:
    assert_the_script_is_the_report(name, draw)


@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_script_is_the_report_where_all_sliders_end(name: str, end: str) -> None:
    assert_the_script_is_the_report(name, lambda control: getattr(control, end))


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_the_script_is_the_report_at_many_settings(name: str) -> None:
    for seed in range(200):
        assert_the_script_is_the_report(name, drawn(seed))


def test_the_options_of_the_report_stay() -> None:
    options = {"set": {"3a.r5": 24, "3a.n1": 80}, "input": "160x160", "classes": 10, "aux": True}
    reference = "googlenet@torchvision@factorize=nxn@width=0.5"
    changed = what_ifs(reference, **options)
    assert shown(changed, {}) == counted(reference, **options)
    found = shown(changed, {"3a.r5": 32, "width": 50})
    options["set"] = {"3a.r5": 32, "3a.n1": 80}
    assert found == counted(f"{reference}@width=0.5", **options)


def test_the_chained_reading() -> None:
    found = shown(of("googlenet", "chained"), {"input": 96}, "naive")
    assert found == counted("googlenet@naive=chained", input="96x96")


def test_the_reading_of_each_module_alone() -> None:
    values = {"input": 320, "4e.r5": 9, "width": 85}
    changed = fc.load("googlenet@width=0.85", input="320x320", set={"4e.r5": 9})
    bare = fc.analyze(changed, naive="figure").naive
    assert shown(of("googlenet", "figure"), values, "naive") == rows_counted(bare.values())


@pytest.mark.parametrize("naive", [False, True])
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("googlenet", {"input": 97, "3a.r5": 24, "width": 85}),
        ("inception-v3", {"5c/5x5/1": 40, "6b.c7": 100}),
        (SPEC, {"H": 31, "spec/1": 7, "width": 105}),
    ],
)
def test_the_script_is_what_its_command_line_says(
    name: str, values: dict[str, int], *, naive: bool
) -> None:
    found = shown(of(name), values, "naive" if naive else "built")
    said = said_by(command(of(name), values, naive=naive))
    assert {key[-1]: counts for key, counts in said.items() if key[-1] in found} == {
        path: counts[:2] for path, counts in found.items()
    }


@pytest.mark.parametrize(
    ("spec", "options", "values", "written"),
    [
        ("250x3 > conv 7/2 16", {}, {"input": 99}, "--input 99"),
        ("8x9x9x3 > conv 3 4", {}, {"D": 7, "W": 5}, "--input 7x9x5"),
        ("8x8x8x3 > conv 3 4", {}, {"input": 5}, "--input 5x5x5"),
        ("64x8 > conv 3 4", {"input": "32x6"}, {"input": 5}, "--input 5x6"),
        # with its channels, what the sliders give looks like channels first
        ("64x64x3 > conv 3 4", {"input": "64x48x32"}, {"H": 3}, "--input '3x48x32 hwc'"),
        ("3x48x32 hwc > conv 3 4", {}, {"W": 50}, "'3x48x32 hwc > conv 3 4' --input 3x50"),
    ],
)
def test_the_input_is_written_as_its_rank_has_it(
    spec: str, options: dict[str, str], values: dict[str, int], written: str
) -> None:
    page = what_ifs(spec, **options)
    line = command(page, values)
    assert written in line
    ((path, counts),) = shown(page, values).items()
    assert {key[-1]: counts[:2] for key, counts in said_by(line).items()}[path] == counts[:2]


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
        priced_unbounded(spec, values)
    assert f" {layer_of(caught.value)}: " in str(exact.value)
    assert priced_unbounded(spec, {}) == counted(spec)


def test_a_check_that_the_bounds_of_the_sliders_settle_is_not_written() -> None:
    program, controls = unbounded("inception-v4")
    height = program.shapes["input"][0]
    assert (height.low, height.high) == (1, controls[0].high)
    assert [check.path for check in program.checks][:2] == ["conv1/1", "conv2/1"]
    assert "error" not in of("inception-v4").script  # from 75 on, all kernels fit
    assert "3c/concat does not fit" in of("bn-inception").script  # 28 and 27, at some sizes


def test_a_size_that_many_layers_have_is_worked_out_once() -> None:
    for function in re.split(r"^function ", of("inception-v4").script, flags=re.MULTILINE):
        defined = re.findall(r"^const s\d+ = (.*);$", function, re.MULTILINE)
        assert len(defined) == len(set(defined))
        rounded = [line for line in function.splitlines() if "floorDiv(" in line]
        assert all(line.startswith("const ") and line.count("floorDiv(") == 1 for line in rounded)


def test_the_script_is_the_same_bytes_in_each_process() -> None:
    code = f"from tests.page.running import of; print(of({KINDS!r}).script)"
    home = str(Path(__file__).parents[2])
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONPATH": home, "PYTHONHASHSEED": seed}
        said = subprocess.check_output([sys.executable, "-c", code], env=environment, text=True)
        assert said == of(KINDS).script + "\n"


def test_the_controls_of_some_modules() -> None:
    plan = draft("googlenet")
    found = live(plan, fc.analyze(plan.build(), modules=["3b", "4a"]))
    assert [control.name for control in found.controls] == [
        *("input", "3b.r3", "3b.r5", "4a.r3", "4a.r5", "width")
    ]
    assert {path.partition("/")[0] for path in found.layers} == {"3b", "4a"}
    assert found.inputs == ("3a/concat", "pool3/1")
    values = {"input": 100, "width": 50}
    answer = f"live.naive({settings(found.controls, values)}).inputs"
    changed = fc.load("googlenet@width=0.5", input="100x100").rows
    outputs = {row.node.path: list(map(str, row.output)) for row in changed}
    assert dict(ran(found.script, answer)) == {path: outputs[path] for path in found.inputs}


def test_a_text_cannot_end_the_script() -> None:
    assert "<" not in text('</script><!--"\u2028')
    table = of(SPEC)
    assert "</" not in table.script
    assert "eval" not in table.script
    assert "Function(" not in table.script


def test_only_what_is_called_is_defined() -> None:
    assert "floorDiv" not in of("28x30x3 > maxpool 3x3 > relu").script
    script = of("googlenet").script
    for helper in ("floorDiv", "max"):
        assert script.count(f"const {helper} = ") == 1
    for helper in ("gcd", "min", "taps"):
        assert f"const {helper} = " not in script


@given(st.integers(1, 10**30), st.integers(1, 10**30), st.integers(1, 50))
def test_javascript_is_the_formula(high: int, wide: int, by: int) -> None:
    space = Space()
    H, W = space.name("H"), space.name("W")  # noqa: N806  the field's names
    bounded = larger(H - W, (W - 3 * H) // by)
    total = (-(-(H - 7) // by) + W // 3).as_factor()
    formulas = [3 * total * total * W + (H + W) % by - (W - H) // by, total, bounded, 5 * H * W]
    formulas += [smaller(bounded * total, 7 - H) // 4 + 1, (H * (H + 1)).over(2) - W, -3]
    named = named_atoms(formulas)
    walk = javascript_walk(named=named)
    lines = [f"const {short} = {walk.defined(atom)};" for atom, short in named.items()]
    answer = f"[{', '.join(map(walk.written, formulas))}]"
    names = f"const H = {high}n; const W = {wide}n;"
    code = "\n".join([names, helpers(JAVASCRIPT, walk.called), *lines])
    exact = [value(one, {"H": high, "W": wide}) for one in formulas]
    assert list(map(int, ran(code, answer))) == exact
