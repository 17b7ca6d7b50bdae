"""Modules that stand abreast: the name of one never lies on a box of another."""

import tomllib

import flopcount as fc
from flopcount.notation.networks import Options, build
from flopcount.notation.tables import parse_table
from flopcount.pictures.drawing.plan import planned

TABLE = """
input = {left = "9x9x3", right = "9x9x3"}
[rows]
first  = "from left > conv 3x3 4 > relu"
second = "from right > first"
both   = "[from first | from second]"
"""


def report(text: str) -> fc.Report:
    return fc.analyze(build(parse_table(tomllib.loads(text)), "own", Options()))


def test_a_name_has_the_room_up_to_the_next_box() -> None:
    plan = planned(report(TABLE), 1.0)
    first, second, both = plan.panels()
    boxes = [plan.boxes["first/1"], plan.boxes["second/1"]]
    assert [panel.repeat.name for panel in (first, second, both)] == ["first", "second", "both"]
    assert first.room == both.room > 100
    right_of_first = boxes[0].x + boxes[0].width / 2
    assert second.room == second.x - right_of_first - 4 < 20


def test_a_name_without_room_stands_above_its_module() -> None:
    figure = report(TABLE).plot("drawing")
    axes = figure.axes[1]
    plan = planned(report(TABLE), 1.0)
    tops = {panel.repeat.name: panel.y for panel in plan.panels()}
    names = {text.get_text(): text for text in axes.texts}
    assert names["second"].get_horizontalalignment() == "left"
    assert names["first"].get_horizontalalignment() == "right"
    assert tops["first"] == tops["second"]
    figure.canvas.draw()
    name = names["second"].get_window_extent()
    for text in axes.texts:
        if text is not names["second"]:
            assert not name.overlaps(text.get_window_extent()), text.get_text()
