"""The walk over a network, and the parts of a network that are networks."""

import dataclasses
import sys
from typing import Any

import pytest

import flopcount as fc
from flopcount import FlopcountError, Network
from flopcount.core.counts import COUNTS, Counts
from flopcount.core.graph import INPUT, Node, Scope, shapes_of, walk
from flopcount.core.op import Op, Work
from flopcount.core.ops.convolution import Conv
from flopcount.core.ops.elementwise import PassThrough
from flopcount.core.ops.joining import Concat
from flopcount.core.ops.norm import LRN, Norm
from flopcount.sizes.size import Shape
from flopcount.sizes.window import Window
from tests.shipped import SAMPLE


@pytest.mark.parametrize("name", SAMPLE)
def test_walking_any_network(name: str) -> None:
    network = fc.load(name)
    rows = walk(network)
    assert [row.node.path for row in rows] == [node.path for node in network.nodes]
    shapes = {**network.inputs, **{row.node.path: row.output for row in rows}}
    split = {path: n for row in rows for path, n in row.ports.items() if path != row.node.path}
    assert all(":" in path and shapes[path.partition(":")[0]] == n for path, n in split.items())
    shapes |= split  # into equal parts, of which the first has the layer's own path
    assert shapes_of(network, rows) == shapes
    for row in rows:
        assert row.inputs == tuple(shapes[path] for path in row.node.inputs)
        copied = row.node.op.word not in ("flatten", "split")  # views of what went in
        assert row.count("activations") == copied * row.output[0] * row.output[1] * row.output[2]
    assert rows == walk(network)


def test_how_networks_show_themselves() -> None:
    assert repr(fc.load("googlenet")) == "<Network googlenet: 224×224×3 → 1×1×1000, 85 layers>"
    assert str(fc.load("googlenet")) == "googlenet"
    assert repr(fc.parse("8x8x4 > conv 9x9 4 valid")).startswith(
        "<Network 8x8x4 > conv 9x9 4 valid"
    )
    assert "does not fit" in repr(fc.parse("8x8x4 > conv 9x9 4 valid"))


# --- the walk itself


A = (Scope("a"),)


def chain(layers: int, *, equal: bool = True) -> Network:
    paths = [INPUT, *(f"a/{i}" for i in range(1, layers + 1))]
    widths = [16 if equal else i for i in range(layers + 1)]
    nodes = tuple(
        Node(paths[i], Conv(Window((3, 3)), widths[i]), (paths[i - 1],), A)
        for i in range(1, layers + 1)
    )
    return Network("long", nodes, {INPUT: (8, 8, 16)}, paths[-1])


@pytest.mark.slow
def test_a_hundred_thousand_layers() -> None:
    rows = walk(chain(100_000))
    assert len(rows) == 100_000
    assert sum(row.count("multiplies") for row in rows) == 100_000 * 3**2 * 8**2 * 16 * 16
    assert rows[-1].output == (8, 8, 16)


def test_nothing_recurses_per_layer() -> None:
    layers = 3_000
    frames, frame = 0, sys._getframe()  # noqa: SLF001  how deep this test itself is
    while frame.f_back:
        frames, frame = frames + 1, frame.f_back
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(frames + 150)
    try:
        report = fc.analyze(chain(layers))
        text = report.to_text()
        parsed = fc.parse(f"8x8x16 > {layers} * conv 3x3 16")
        naive = fc.analyze(parsed, naive="chained").total.cost
        nested = walk(fc.parse("8x8x16 > " + " > ".join(["conv 3x3 16"] * layers)))
    finally:
        sys.setrecursionlimit(before)
    assert report.total.cost.multiplies == naive.multiplies == layers * 3**2 * 8**2 * 16 * 16
    assert len(nested) == layers
    assert text


def test_one_walk_prices_each_layer_once(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Conv.nests
    priced = []

    def counted(conv: Conv, *inputs: Shape) -> Work:
        priced.append(inputs)
        return right(conv, *inputs)

    monkeypatch.setattr(Conv, "nests", counted)
    for layers in (10, 1_000):
        priced.clear()
        walk(chain(layers, equal=False))
        assert len(priced) == layers
        priced.clear()
        walk(chain(layers))
        assert len(priced) == 1  # equal layers share their work


def test_a_walk_counts_each_layer_once(monkeypatch: pytest.MonkeyPatch) -> None:
    right = COUNTS["multiplies"]
    counted = []

    def of(row: Any) -> Any:
        counted.append(row)
        return right.of(row)

    monkeypatch.setitem(COUNTS, "multiplies", right._replace(of=of))
    rows = walk(chain(100, equal=False))
    assert counted == []
    assert Counts(rows).multiplies == sum(Counts([row]).multiplies for row in rows)
    assert counted == rows


def test_a_width_like_another_layers_is_filled_in() -> None:
    nodes = (
        Node("a/1", Conv(Window((1, 1)), 7), (INPUT,), A),
        Node("a/2", Conv(Window((1, 1)), 1), ("a/1",), A, like=INPUT),
    )
    rows = walk(Network("t", nodes, {INPUT: (8, 8, 5)}, "a/2"))
    assert rows[1].output == (8, 8, 5)
    assert rows[1].node.op == Conv(Window((1, 1)), 5)
    assert nodes[1].op == Conv(Window((1, 1)), 1)


def test_an_error_names_network_and_layer() -> None:
    nodes = (
        Node("m/x/1", PassThrough(), (INPUT,), (Scope("m"), Scope("x"))),
        Node("m/y/1", Conv(Window((8, 8), padding="valid"), 4), (INPUT,), (Scope("m"), Scope("y"))),
        Node("m/concat", Concat(), ("m/x/1", "m/y/1"), (Scope("m"),)),
    )
    with pytest.raises(FlopcountError, match=r"^t: m/concat: branches that do not fit a concat"):
        walk(Network("t", nodes, {INPUT: (8, 8, 5)}, "m/concat"))


def test_networks_are_values() -> None:
    network = fc.load("googlenet")
    assert network == fc.load("googlenet")
    with pytest.raises(dataclasses.FrozenInstanceError):
        network.name = "other"  # type: ignore[misc]


def test_a_node_can_be_looked_up_whatever_it_shares() -> None:
    alone = Node("a/1", Conv(Window((1, 1)), 7), (INPUT,), A)
    shared = dataclasses.replace(alone, weights={"W": "embedding.weight"})
    assert {alone: 1, shared: 2}[shared] == 2


@pytest.mark.parametrize("op", [LRN(), Norm(), PassThrough()], ids=lambda op: op.word)
def test_an_op_made_by_hand_is_what_its_bare_word_makes(op: Op) -> None:
    assert fc.parse(f"8x8x6 > {op.word}").nodes[0].op == op
