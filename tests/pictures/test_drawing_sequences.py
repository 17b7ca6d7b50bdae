"""Drawings of networks with tokens: what a box says, what enters it, and whose ground is where."""

from itertools import combinations
from pathlib import Path

import pytest

import flopcount as fc
from flopcount.pictures.drawing.plan import Panel, Plan, planned
from tests.pictures.drawn import texts

TWO = """
[input]
source = "64x32"
target = "48x32"
[block.encode]
as = "(identity + attention 8) > norm=layer > (identity + dense 64 relu > dense 32) > norm=layer"
[rows]
encoder = "from source > 6 * encode"
self    = "from target > (identity + attention 8 causal) > norm=layer"
cross   = "(identity + attention 8 from encoder) > norm=layer"
head    = "dense 10"
"""
PYRAMID = """
input = "64x64x3"
[rows]
stem = "conv 3x3/2 32"
s3   = "conv 3x3/2 64 > 2 * (identity + conv 3x3 64)"
s4   = "conv 3x3/2 64 > 2 * (identity + conv 3x3 64)"
p4   = "conv 1x1 32"
p3   = "(from p4 > upsample 2 + from s3 > conv 1x1 32)"
p2   = "(from p3 > upsample 2 + from stem > conv 1x1 32)"
cls4 = "from p4 > conv 3x3 32 > conv 3x3 9"
box4 = "from p4 > conv 3x3 32 > conv 3x3 4"
cls3 = "from p3 > conv 3x3 32 > conv 3x3 9"
box3 = "from p3 > conv 3x3 32 > conv 3x3 4"
"""


def plan_of(table: str, folder: Path) -> Plan:
    path = folder / "net.toml"
    path.write_text(table, encoding="utf-8")
    return planned(fc.analyze(fc.load(path)), 1.6)


def overlap(one: Panel, other: Panel) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


@pytest.mark.parametrize("table", [TWO, PYRAMID])
def test_no_ground_lies_on_another(table: str, tmp_path: Path) -> None:
    panels = [*plan_of(table, tmp_path).panels()]
    assert len(panels) > 3
    for one, other in combinations(panels, 2):
        assert not overlap(one, other), (one.repeat.name, other.repeat.name)


def test_two_bands_enter_cross_attention_side_by_side(tmp_path: Path) -> None:
    plan = plan_of(TWO, tmp_path)
    (column,) = [one for one in plan.columns if any(n.module == "cross" for n in one.nodes)]
    (number,) = [
        at
        for at, node in enumerate(column.nodes)
        if node.module == "cross" and node.op.word == "attention"
    ]
    (box,) = [box for box in column.drawing.boxes if box.layer == number]
    assert not box.bar
    ends = {link.way[-1] for link in column.drawing.links if link.end == number}
    assert len(ends) == 2
    assert all(abs(x - box.x) < box.width / 2 and y == box.y for x, y in ends)


def test_a_layer_of_many_words_has_two_lines_and_all_of_them() -> None:
    spec = "512x768 > (identity + attention 12 kv=4 causal window=128 relative=64 rotary)"
    found = texts(fc.analyze(spec).plot("drawing"))
    assert {"attention 12 kv=4 causal", "window=128 relative=64 rotary"} <= set(found)


def test_directions_and_experts_are_told_apart() -> None:
    found = texts(fc.analyze("20x24 > lstm 16 both last").plot("drawing"))
    assert {"lstm 16 last", "lstm 16 back last"} <= set(found)
    found = texts(fc.analyze("16x24 > experts 8 top=2 [dense 32 relu > dense in]").plot("drawing"))
    assert {"experts 8 top=2", "dense 32", "experts=8", "combine 16×24"} <= set(found)
