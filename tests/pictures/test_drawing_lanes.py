"""Where a drawing has its boxes: none lies on another; widths are those of the branches."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

import flopcount as fc
from flopcount.pictures.drawing.lanes import BAR_HIGH, Drawing, placed
from tests.pictures.graphs import faults
from tests.shipped import SAMPLE


def drawings() -> Iterator[tuple[str, Drawing, int]]:
    for name in SAMPLE:
        network = fc.load(name, aux=name != "cifar10-inception")
        for module in network.modules:
            layers = {
                index: node for index, node in enumerate(network.nodes) if node.module == module
            }
            yield f"{name} {module}", placed(layers), len(layers)


@pytest.mark.slow
def test_no_box_and_no_link_lies_on_another() -> None:
    for name, drawing, count in drawings():
        assert faults(drawing) == [], name
        assert len(drawing.boxes) == count + 1, name


def test_branches_stand_side_by_side_and_a_join_is_as_wide_as_they() -> None:
    nodes = dict(enumerate(fc.load("googlenet")["3a"].nodes))
    drawing = placed(nodes)
    boxes = {nodes[box.layer].path: box for box in drawing.boxes if box.layer is not None}
    firsts = [boxes[f"3a/{branch}/1"] for branch in ("1x1", "3x3", "5x5", "pool")]
    assert len({box.y for box in firsts}) == 1
    assert [box.x for box in firsts] == sorted({box.x for box in firsts})
    assert boxes["3a/5x5/1"].x == boxes["3a/5x5/2"].x
    join = boxes["3a/concat"]
    assert join.height == BAR_HIGH
    assert join.width == drawing.width
    assert join.bar
    assert not any(box.bar for box in firsts)


def test_layers_that_read_each_other_crosswise_are_drawn_too() -> None:
    nodes = list(
        fc.parse("8x8x4 > [a: conv 3x3 4 > conv 1x1 4 | b: conv 1x1 4 > conv 3x3 4]").nodes
    )
    assert [node.op.word for node in nodes] == ["conv"] * 4 + ["concat"]
    a, b = nodes[0].path, nodes[2].path
    add = fc.parse("8x8x4 > (identity + conv 3x3 4)").nodes[-1]
    both = replace(add, path="both", inputs=(a, b))
    nodes[3] = replace(nodes[3], inputs=("both",))
    crossed = [nodes[0], nodes[2], both, nodes[1], nodes[3], nodes[4]]
    drawing = placed(dict(enumerate(crossed)))
    assert faults(drawing) == []
    assert len(drawing.boxes) == 7
    assert len(drawing.links) == 8
