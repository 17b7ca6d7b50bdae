"""Layers of any graph have a place: none on another, no link over one, the same each time."""

import sys
from dataclasses import replace

import pytest

from flopcount.errors import FlopcountError
from flopcount.pictures.drawing import layered, placed
from tests.pictures.graphs import SHAPES, Graph, chain, dense, faults, graph, ladder, unet


def check(graph: Graph) -> None:
    drawing = placed(graph)
    assert faults(drawing) == []
    assert [box.layer for box in drawing.boxes] == [None, *graph]
    read = [(link.start, link.end) for link in drawing.links]
    told = [
        (None if path == "input" else int(path), layer)
        for layer, node in graph.items()
        for path in node.inputs
    ]
    assert read == told
    assert placed(graph) == drawing


@pytest.mark.parametrize("count", [2, 7, 16])
@pytest.mark.parametrize("shape", SHAPES)
def test_any_graph_is_drawn(shape: str, count: int) -> None:
    check(SHAPES[shape](count, count))


@pytest.mark.slow
def test_a_long_chain_and_deep_brackets_are_drawn_too() -> None:
    assert faults(placed(chain(150))) == []
    assert len(placed(chain(2000)).boxes) == 2001
    deep = placed(unet(130))
    assert len(deep.boxes) == 262
    assert faults(deep) == []


def test_a_layer_that_all_later_ones_read_has_one_lane_for_them() -> None:
    drawing = placed(dense(8))
    for layer in range(8):
        ways = [link.way for link in drawing.links if link.start == layer]
        assert len(ways) == 7 - layer
        assert len({x for way in ways for x, _ in way[:-1]}) == (layer < 7)


def test_around_what_is_crosswise_layers_stay_in_lanes() -> None:
    crossed = [[0], [0], [1, 2], [2], [1], [4, 5]]  # 3 and 6 read both of 1 and 2
    nodes = graph([[-1], *crossed, [0], [3, 6, 7]])
    drawing = placed(nodes)
    check(nodes)
    x = {box.layer: box.x for box in drawing.boxes}
    assert x[0] == x[8]
    assert x[7] > max(x[layer] for layer in range(1, 7))
    assert drawing.boxes[9].bar
    assert drawing.boxes[9].width == drawing.width


def test_links_of_a_ladder_cross_once_a_rung_and_go_down_at_once() -> None:
    drawing = placed(ladder(6))
    assert all(len(link.way) == 2 for link in drawing.links)
    assert len({box.x for box in drawing.boxes if box.layer is not None}) == 2


def test_another_output_of_a_layer_comes_from_the_layer() -> None:
    nodes = dict(chain(3))
    nodes[2] = replace(nodes[2], inputs=("0:1",))
    assert [(link.start, link.end) for link in placed(nodes).links] == [(None, 0), (0, 1), (0, 2)]


def test_without_igraph_only_what_needs_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "igraph", None)
    monkeypatch.setattr(layered, "find_spec", lambda _: None)
    assert placed(unet(3)).boxes
    with pytest.raises(FlopcountError) as caught:
        placed(dense(4))
    assert str(caught.value) == (
        "a drawing of layers that read each other crosswise needs igraph: "
        "pip install 'flopcount[drawing]'"
    )


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_very_many_graphs_are_drawn(shape: str) -> None:
    for count in range(2, 41):
        for seed in range(20):
            check(SHAPES[shape](seed, count))
