"""Layers that share parameters, layers with several outputs, and scopes of any depth."""

import tracemalloc
from dataclasses import dataclass, replace

import pytest

import flopcount as fc
from flopcount.core.counts import Counts
from flopcount.core.graph import INPUT, KEPT, Network, Node, Scope, port, walk
from flopcount.core.op import Work
from flopcount.core.ops.convolution import Conv
from flopcount.core.ops.dense import Dense
from flopcount.core.ops.joining import Add
from flopcount.sizes.size import Shape
from flopcount.sizes.window import Window

SCOPE = (Scope("encoder", "Encoder"), Scope("3", "Block"), Scope("attention"), Scope("q"))


@dataclass(frozen=True)
class Halves:
    """Two outputs, each of half the channels."""

    word = "halves"

    def nests(self, *inputs: Shape) -> Work:
        ((*grid, channels),) = inputs
        half = (*grid, channels // 2)
        return Work((), (half, half))


def network(*nodes: Node, shape: Shape = (8, 6)) -> Network:
    return Network("by hand", nodes, {INPUT: shape}, nodes[-1].path)


def test_shared_weights_count_once_and_their_multiplies_each_time() -> None:
    shared = {"W": "embedding.weight"}
    rows = walk(
        network(
            Node("first", Dense(6), (INPUT,), SCOPE, weights=shared),
            Node("again", Dense(6), ("first",), SCOPE, weights=shared),
            Node("other", Dense(6), ("again",), SCOPE),
        )
    )
    assert [row.count("weights") for row in rows] == [6 * 6, 0, 6 * 6]
    assert [row.count("biases") for row in rows] == [6, 6, 6]  # those are its own
    assert [row.count("multiplies") for row in rows] == [8 * 6 * 6] * 3
    assert rows[1].shares == {"W": "first"}
    assert Counts(rows, batch=5).params == 2 * 6 * 6 + 3 * 6
    assert Counts(rows, batch=5).multiplies == 5 * 3 * 8 * 6 * 6


def test_the_json_says_where_shared_weights_stand() -> None:
    shared = {"W": "w", "B": "b"}
    net = network(
        Node("first", Conv(Window((1, 1)), 6), (INPUT,), SCOPE, weights=shared),
        Node("again", Conv(Window((1, 1)), 6), ("first",), SCOPE, weights=shared),
        shape=(8, 8, 6),
    )
    first, again = fc.analyze(net).to_dict()["layers"]
    assert "shares" not in first
    assert (again["shares"], again["params"]) == ("first", 0)
    assert again["scope"] == ["encoder", "3", "attention", "q"]
    assert fc.analyze(net).total.cost.params == 6 * 6 + 6


def test_a_layer_reads_the_output_that_its_port_names() -> None:
    rows = walk(
        network(
            Node("split", Halves(), (INPUT,), SCOPE),
            Node("a", Dense(3), (port("split"),), SCOPE),
            Node("b", Dense(3), (port("split", 1),), SCOPE),
            Node("sum", Add(), ("a", "b"), SCOPE),
        )
    )
    assert [row.count("multiplies") for row in rows] == [0, 8 * 3 * 3, 8 * 3 * 3, 0]
    assert rows[0].count("activations") == 8 * 6
    assert rows[-1].count("elementwise.adds") == 8 * 3


def test_module_and_branch_name_the_first_two_steps_of_a_scope() -> None:
    node = Node("q", Dense(3), (INPUT,), SCOPE)
    assert (node.module, node.branch) == ("encoder", "3")
    assert Node("q", Dense(3), (INPUT,), SCOPE[:1]).branch is None


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_convolution_has_the_rank_of_its_kernel(rank: int) -> None:
    window = Window((3,) * rank)
    (row,) = walk(network(Node("c", Conv(window, 5), (INPUT,), SCOPE), shape=(*[7] * rank, 4)))
    assert row.output == (*[7] * rank, 5)
    assert row.count("multiplies") == 3**rank * 7**rank * 4 * 5
    assert row.count("multiplies_unpadded") == (3 * 7 - 2) ** rank * 4 * 5
    assert row.count("weights") == 3**rank * 4 * 5


def test_a_kernel_of_another_rank_is_refused() -> None:
    net = network(Node("c", Conv(Window((3, 3)), 5), (INPUT,), SCOPE), shape=(7, 4))
    with pytest.raises(fc.FlopcountError, match="a kernel of 2 axes does not fit a grid of 1"):
        walk(net)


def test_equal_layers_share_their_work() -> None:
    rows = walk(fc.parse("8x8x4 > 50 * conv 3x3 4"))
    assert len({id(row.work) for row in rows}) == 1


@pytest.mark.slow
def test_works_of_many_different_layers_are_told_again_and_not_kept() -> None:
    node = fc.parse("8x8x4 > conv 3x3 4").nodes[0]
    widths = range(1, 2 * KEPT + 1)
    nodes = [replace(node, path=f"{w}", op=Conv(Window((3, 3)), w)) for w in widths]
    tracemalloc.start()
    rows = walk(network(*nodes, shape=(8, 8, 4)))
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert sum(row.held.work is not None for row in rows) == KEPT
    assert held < 1100 * len(rows)  # bytes
    assert [row.count("weights") for row in rows] == [9 * 4 * w for w in widths]
    assert [row.count("multiplies") for row in rows] == [9 * 4 * w * 64 for w in widths]


def test_the_naive_reading_shares_what_the_layers_that_it_leaves_alone_hold() -> None:
    net = fc.parse("8x8x4 > conv 3x3 4 > conv 1x1 2 reduce > conv 3x3 8 > relu > conv 3x3 in")
    report = fc.analyze(net)
    held = {row.node.path: row.held for row in report.rows}
    same = [path for path, row in report.naive.items() if row.held is held[path]]
    assert same == ["spec/1", "spec/4", "spec/5"]
    assert report.naive["spec/3"].inputs == ((8, 8, 4),)
