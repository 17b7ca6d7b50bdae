"""A graph that writes down what its nodes read and put out while it grows."""

from collections.abc import Mapping
from typing import NamedTuple

import onnx

from ....core import Network
from ....sizes import Shape
from ..graph import Graph, Values
from ..values import Value


class Seen(NamedTuple):
    """A node: what it reads and puts out, which rows are its own, whether it stands on top."""

    node: onnx.NodeProto
    opsets: Mapping[str, int]
    reads: tuple[Value | None, ...]
    outputs: tuple[Value, ...]
    rows: range
    is_on_top: bool


class Watched(Graph):
    """The same graph, and its nodes as they came."""

    def __init__(self, proto: onnx.ModelProto, *, as_filed: bool) -> None:
        super().__init__(proto, {}, as_filed=as_filed)
        self.passed: list[Seen] = []

    def outputs_of(self, node: onnx.NodeProto, values: Values) -> list[Value]:
        """What comes out of a node, once it is added."""
        before = len(self.nodes)
        reads = tuple(values.get(name) if name else None for name in node.input)
        top, opsets = not self.depth, dict(self.opsets)
        outputs = super().outputs_of(node, values)
        rows = range(before, len(self.nodes))
        self.passed.append(Seen(node, opsets, reads, tuple(outputs), rows, top))
        return outputs


def watched(proto: onnx.ModelProto, shapes: Mapping[str, Shape]) -> tuple[Network, list[Seen]]:
    """Read a model, and what its nodes are."""
    graph = Watched(proto, as_filed=False)
    network = graph.network(shapes)
    clashes = {node.path for node in network.nodes} & set(network.inputs)
    if clashes:
        graph = Watched(proto, as_filed=False)
        graph.renamed = {at: f"{at}_" for at in clashes}
        network = graph.network(shapes)
    return network, graph.passed
