"""The sliders of a page whose network shares weights, or has several inputs."""

import json
import re
from pathlib import Path

import pytest

import flopcount as fc
from flopcount.notation.references import draft
from flopcount.page.live import live
from tests.page.running import command, counted, reference, rows_counted, said, shown, what_ifs

TOWER = "conv 1x1 4 reduce > conv 3x3 8 > conv 1x1 6"
SPEC = f"9x8x6 > [a: shared t ({TOWER}) | b: shared t] > conv 1x1 6 > shared t"
TABLE = """
outputs = ["near", "far"]
[input]
left  = "9x8x3"
right = "9x8x1"
[rows]
a    = "from left > conv 3x3/2 6"
b    = "from right > conv 3x3/2 6"
near = "from a > conv 3x3 5"
far  = "from b > near"
"""
NOTE = "The inputs have different sizes, so no slider here changes them; --input does."


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "two.toml"
    path.write_text(TABLE, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("naive", ["reduce", "figure", "chained"])
def test_shared_weights_have_one_slider_and_count_once(naive: str) -> None:
    page = what_ifs(SPEC, naive)
    widths = {control.name: control for control in page.controls if control.kind == "width"}
    assert [*widths] == ["spec/a/1", "spec/a/2", "spec/a/3", "spec/2"]
    assert widths["spec/a/1"].layers == ("spec/a/1", "spec/b/1", "spec/3")
    assert widths["spec/a/1"].label == "spec/a/1 (3 layers)"
    settings = {"H": 17, "spec/a/1": 3, "spec/a/2": 11}
    changed = counted(SPEC, input="17x8", set={"spec/a/1": 3, "spec/a/2": 11})
    assert shown(page, settings) == changed
    assert said(command(page, settings)) == changed
    bare = fc.analyze(fc.load(SPEC, set={"spec/a/2": 11}), naive=naive).naive.values()
    if naive == "reduce":
        assert shown(page, {"spec/a/2": 11}, "naive") == rows_counted(bare)


def test_what_must_be_equal_to_be_shared_does_not_fit_where_it_is_not() -> None:
    with pytest.raises(fc.FlopcountError, match="spec/3 does not fit these sizes"):
        shown(what_ifs(SPEC), {"spec/2": 7})


def test_a_part_holds_what_its_layers_use(table: str) -> None:
    plan = draft(table)
    report = fc.analyze(plan.build(), modules=["far"])
    page = live(plan, report)
    found = shown(page, {})
    assert found == rows_counted(report.rows)
    assert found["far/1"]["params"] == 9 * 6 * 5 + 5


def test_sides_are_of_all_inputs(table: str) -> None:
    page = what_ifs(table)
    sides = [control.name for control in page.controls if control.kind == "side"]
    assert sides == ["H", "W"]
    assert shown(page, {"H": 20, "W": 12}) == counted(table, input="20x12")
    assert said(command(page, {"H": 20, "W": 12})) == counted(table, input="20x12")
    assert reference(page, {"H": 20, "W": 12}).endswith("two.toml@input=20x12")


def test_inputs_that_were_given_by_name_stay_so(table: str) -> None:
    given = {"left": "20x12x3", "right": "20x12x2"}
    page = what_ifs(table, input=given)
    assert said(command(page, {})) == counted(table, input=given)
    assert "--input left=24x12x3 --input right=24x12x2" in command(page, {"H": 24})
    uneven = what_ifs(table, input={"left": "20x12"})
    assert [control.name for control in uneven.controls if control.kind == "side"] == []
    assert command(uneven, {}).endswith("two.toml --input left=20x12")
    assert said(command(uneven, {})) == counted(table, input={"left": "20x12"})


def test_a_page_says_why_no_slider_changes_its_inputs(table: str) -> None:
    even, uneven = draft(table), draft(table, input={"left": "20x12"})
    assert NOTE not in fc.analyze(table).to_page(even)
    report = fc.analyze(fc.load(table, input={"left": "20x12"}))
    assert NOTE in report.to_page(uneven)
    assert NOTE not in report.to_page()  # which has no slider at all


def test_what_is_shared_is_said_on_the_page(table: str) -> None:
    page = fc.analyze(table).to_page()
    assert "weights that are shared count once: far has those of near" in page
    data = json.loads(re.findall('id="data">(.*?)</script>', page, re.DOTALL)[0])
    assert data["inputs"] == {"left": ["9", "8", "3"], "right": ["9", "8", "1"]}


def test_what_a_split_puts_out_has_its_shape_as_sliders_move() -> None:
    spec = "8x8x4 > conv 1x1 8 > split [identity | conv 1x1 2] > conv 3x3 4"
    page = what_ifs(spec)
    assert shown(page, {"H": 11, "spec/1": 12}) == counted(spec, input="11x8", set={"spec/1": 12})
    assert page.inputs == ("input", "spec/2:1")
    with pytest.raises(fc.FlopcountError, match="spec/2 does not fit these sizes"):
        shown(page, {"spec/1": 7})
