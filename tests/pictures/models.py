"""Small networks as a reader of models makes them: nested modules, views, parameters, unknowns."""

from collections.abc import Sequence

import flopcount as fc
from flopcount.api import of_graph
from flopcount.core import Network, Node, Op, Scope
from flopcount.core.ops.tail import Tail
from flopcount.core.ops.tensors import (
    BatchNorm,
    Elementwise,
    FirstConv,
    Move,
    Parameter,
    Product,
    Reduction,
    Unknown,
)
from flopcount.sizes import Shape, Window

GRID: Shape = (1, 8, 16, 16)
CONV = FirstConv(Window((3, 3), (1, 1), (), (1, 1)), 8, tail=Tail(bias=False))
RELU = Elementwise("relu", ("y = max(x, 0)",))
ADD = Elementwise("add", ("y = x + x1",))


def node(path: str, op: Op, *inputs: str, scope: str = "", **weights: str) -> Node:
    """A node in the modules that `scope` names, by default those of its path."""
    steps = tuple(Scope(name, f"{name.title()}Class") for name in (scope or path).split("/"))
    call = "parameter" if isinstance(op, Parameter) else "module"
    return Node(path, op, inputs, steps, weights=weights, call=call)


def block(name: str, before: str, grid: Shape = GRID) -> list[Node]:
    """Two convolutions, each with its norm, and what enters added to them; the last is an add."""
    return [
        node(f"{name}/conv1", CONV, before, W=f"{name}.conv1.weight"),
        node(f"{name}/bn1", BatchNorm(), f"{name}/conv1"),
        node(f"{name}/relu", RELU, f"{name}/bn1"),
        node(f"{name}/copy", Move("copy", (grid,)), f"{name}/relu", scope=name),
        node(f"{name}/conv2", CONV, f"{name}/copy", W=f"{name}.conv2.weight"),
        node(f"{name}/bn2", BatchNorm(), f"{name}/conv2"),
        node(f"{name}/add", ADD, f"{name}/bn2", before, scope=name),
        node(f"{name}/relu.2", RELU, f"{name}/add", scope=f"{name}/relu"),
    ]


def residual(blocks: int = 3, *more: Node, last: str = "fc", grid: Shape = GRID) -> fc.Network:
    """A convolution, residual blocks in one stage, a mean, a view and a dense layer."""
    nodes = [node("stem", CONV, "x", W="stem.weight")]
    before = "stem"
    for number in range(blocks):
        nodes += block(f"stage/{number}", before, grid)
        before = nodes[-1].path
    nodes += [
        node("pos", Parameter((1, 8, 1, 1)), E="pos"),
        node("add", ADD, before, "pos"),
        node("pool", Reduction("mean", "mean", (2, 3)), "add"),
        node("fc", Product("y[m k] += x[m c] * W[k c]", 10), "pool:v0", W="fc.weight"),
    ]
    return read([*nodes, *more], {"pool:v0": (grid[0], 8)}, last, grid)


def read(
    nodes: Sequence[Node], views: dict[str, Shape], last: str = "fc", grid: Shape = GRID
) -> fc.Network:
    """The nodes as a network that was read."""
    network = Network(
        "nets:residual", tuple(nodes), {"x": grid}, last, views=views, reader={"name": "torch"}
    )
    return of_graph(network)


def unknown() -> Node:
    """An operation that nobody priced, behind the last layer."""
    return node("fft", Unknown("aten.fft", ((1, 10),)), "fc")
