"""The what-ifs of the page: its script, run, beside the report's own walk.

The whole page runs in tests/page/test_browser_*.py.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount.notation.references import draft
from flopcount.page.live import live
from flopcount.page.script import named_atoms, text
from flopcount.sizes.polynomial import Space
from flopcount.sizes.printed.alphabets import javascript_walk
from flopcount.sizes.printed.languages import JAVASCRIPT, helpers
from flopcount.sizes.simplest import larger, smaller
from flopcount.sizes.values import value
from tests.page.running import (
    assert_same,
    command,
    counted,
    counted_at,
    of,
    priced_unbounded,
    ran,
    rows_counted,
    said,
    settings,
    shown,
    shown_at,
    unbounded,
    what_ifs,
)

SPEC = "28x30x192 > conv 1x1 16 reduce > conv 5x5 32"
KINDS = "9x8x12 > conv 3x3/2 16 valid > maxpool 3x3/2 > depthwise 3x3 norm > flatten > dense 10"


@pytest.mark.slow
def test_the_options_of_the_report_stay() -> None:
    options = {"set": {"3a.r5": 24, "3a.n1": 80}, "input": "160x160", "classes": 10, "aux": True}
    reference = "googlenet@torchvision@factorize=nxn@width=0.5"
    changed = what_ifs(reference, **options)
    assert shown(changed, {}) == counted(reference, **options)
    found = shown(changed, {"3a.r5": 32, "classes": 7, "width": 50})
    options |= {"set": {"3a.r5": 32, "3a.n1": 80}, "classes": 7}
    assert found == counted(f"{reference}@width=0.5", **options)


def test_the_chained_reading() -> None:
    found = shown(of("googlenet", "chained"), {"H": 96}, "naive")
    assert found == counted("googlenet@naive=chained", input="96x224")


@pytest.mark.slow
def test_the_reading_of_each_module_alone() -> None:
    values = {"W": 320, "4e.r5": 9, "4d.n1": 99, "width": 85}
    changed = fc.load("googlenet@width=0.85", input="224x320", set={"4e.r5": 9, "4d.n1": 99})
    bare = fc.analyze(changed, naive="figure").naive
    assert shown(of("googlenet", "figure"), values, "naive") == rows_counted(bare.values())


@pytest.mark.parametrize(
    ("spec", "options", "values", "written"),
    [
        ("250x3 > conv 7/2 16", {}, {"L": 99}, "--input 99"),
        ("8x9x9x3 > conv 3 4", {}, {"D": 7, "W": 5}, "--input 7x9x5"),
        ("8x8x8x3 > conv 3 4", {}, {"D": 5}, "--input 5x8x8"),
        ("64x8 > conv 3 4", {"input": "32x6"}, {"L": 5}, "--input 5x6"),
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
    assert said(line) == shown(page, values)


@pytest.mark.parametrize(
    ("spec", "values"),
    [
        ("30x30x3 > conv 7x7/2 4 valid > maxpool 9x9 valid", {"H": 20}),
        ("8x8x4 > conv 1x1 6 reduce > conv 3x3 8 groups=2", {"spec/1": 7}),
        ("8x8x4 > conv 1x1 6 reduce > conv 3x3 8 groups=2", {"spec/2": 7}),
        ("9x9x4 > (maxpool 3x3/2 valid + maxpool 2x2/2 valid)", {"W": 10}),
        ("9x9x4 > (identity + conv 3x3 4)", {"spec/1/2": 5}),
    ],
)
def test_what_does_not_fit_names_the_layer(spec: str, values: dict[str, int]) -> None:
    with pytest.raises(fc.FlopcountError) as caught:
        priced_unbounded(spec, values)
    assert_same(str(caught.value), counted_at(of(spec), spec, values))
    assert priced_unbounded(spec, {}) == counted(spec)


WIDE = "1x1x3 > [conv 1x1 1500000000 | conv 1x1 600000000] > relu"
SCALED = "8x8x3 > conv 1x1 2147483647 reduce > conv 3x3 1500000000 > conv 1x1 4"


@pytest.mark.parametrize(
    ("spec", "values", "where"),
    [
        ("1x1x3 > conv 1x1 1500000000 > flatten", {"spec/1": 2**31}, None),
        ("1x1x3 > conv 1x1 1500000000 > flatten", {"H": 2}, "spec/2"),
        (WIDE, {"spec/1/2": 2**31 - 1_500_000_000}, None),
        (WIDE, {"spec/1/2": 2**31 - 1_500_000_000 + 1}, "spec/1"),
        (SCALED, {"spec/1": 2**31, "spec/2": 2**31, "H": 512, "spec/3": 8}, None),
        (SCALED, {"spec/1": 5, "width": 140}, None),
        (SCALED, {"spec/1": 5, "width": 145}, "spec/2"),
        (SCALED, {"width": 105}, "spec/1"),
    ],
)
def test_a_size_beyond_the_limit_is_refused_where_the_report_refuses_it(
    spec: str, values: dict[str, int], where: str | None
) -> None:
    page = of(spec)
    for which, rewrite in (("built", ""), ("naive", "@naive"))[: 1 + page.naive]:
        (found,) = shown_at(page, [values], which)
        assert_same(found, counted_at(page, spec, values, rewrite))
        assert found == f"{where} does not fit these sizes" if where else type(found) is dict


@pytest.mark.slow
def test_a_check_that_the_bounds_of_the_sliders_settle_is_not_written() -> None:
    program, controls = unbounded("inception-v4")
    height, width, _ = program.shapes["input"]
    assert (height.low, height.high, width.low) == (1, controls[0].high, 1)
    assert [check.path for check in program.checks][:4] == ["conv1/1"] * 2 + ["conv2/1"] * 2
    assert "error" not in of("inception-v4").script  # from 75 on, all kernels fit
    assert "3c/concat does not fit" in of("bn-inception").script  # 28 and 27, at some sizes


def test_what_many_layers_have_is_written_once() -> None:
    kinds, *functions = re.split(r"^function ", of("inception-v4").script, flags=re.MULTILINE)
    written = re.findall(r"^const k\d+ = (.*);$", kinds, re.MULTILINE)
    assert len(written) == len(set(written)) > 5
    for function in functions:
        for short in "sp":  # a size, and the shape of an output
            defined = re.findall(rf"^const {short}\d+ = (.*);$", function, re.MULTILINE)
            assert len(defined) == len(set(defined))
        rounded = [line for line in function.splitlines() if "floorDiv(" in line]
        assert all(line.startswith("const ") and line.count("floorDiv(") == 1 for line in rounded)


@pytest.mark.slow
def test_the_script_is_the_same_bytes_in_each_process() -> None:
    code = f"from tests.page.running import of; print(of({KINDS!r}).script)"
    home = str(Path(__file__).parents[2])
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONPATH": home, "PYTHONHASHSEED": seed}
        said = subprocess.check_output([sys.executable, "-c", code], env=environment, text=True)
        assert said == of(KINDS).script + "\n"


def columns(row: str) -> list[str]:
    return [f"{row}.{column}" for column in ("n1", "r3", "n3", "r5", "n5", "proj")]


def test_the_controls_of_some_modules() -> None:
    plan = draft("googlenet")
    found = live(plan, fc.analyze(plan.build(), modules=["3b", "4a"]))
    assert [control.name for control in found.controls] == [
        *("H", "W", "batch", *columns("3b"), *columns("4a"), "width")
    ]
    assert {path.partition("/")[0] for path in found.layers} == {"3b", "4a"}
    assert found.inputs == ("3a/concat", "pool3/1")
    values = {"H": 100, "W": 90, "width": 50}
    answer = f"live.naive({settings(found.controls, values)}).inputs"
    changed = fc.load("googlenet@width=0.5", input="100x90").rows
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
    for helper in ("floorDiv", "max", "taps"):
        assert script.count(f"const {helper} = ") == 1
    for helper in ("gcd", "min"):
        assert f"const {helper} = " not in script


@pytest.mark.slow
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


@pytest.mark.slow
def test_layers_that_are_joined_to_all_before_them_stay_short() -> None:
    def lengths(blocks: int) -> int:
        joined = "[identity | conv 1x1 8 reduce > conv 3x3 4]"
        page = of(f"9x9x3 > {blocks} * {joined} > conv 1x1 5")
        values = {one.name: one.high for one in page.controls if one.kind == "width"}
        assert shown(page, values)[f"spec/{blocks + 1}"]["output"] == (9, 9, 10)
        return max(map(len, re.findall(r"^const [sp]\d+ = .*", page.script, re.MULTILINE)))

    assert lengths(40) < lengths(4) + 10  # longer names
