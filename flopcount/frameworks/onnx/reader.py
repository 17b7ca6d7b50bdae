"""A graph of ONNX → ours: node after node, its shapes from our own ops, small numbers followed."""

from collections.abc import Mapping

import onnx

from ...core import Network
from ...records import replace
from ...sizes import Shape
from .asked import ASK
from .graph import Graph


def read(
    proto: onnx.ModelProto,
    shapes: Mapping[str, Shape],
    hints: Mapping[str, int] | None = None,
    *,
    as_filed: bool = True,
) -> Network:
    """Read a model as a network, with these shapes for its inputs.

    `hints` are whole numbers for the names of sizes that are open; `as_filed`: the inputs have the
    sizes that the file fixes, so that the shapes which it notes itself hold. Raises
    `FlopcountError`, with the node's name, where something does not fit.
    """
    ASK.renew()
    graph = Graph(proto, hints or {}, as_filed=as_filed)
    network = graph.network(shapes)
    clashes = {node.path for node in network.nodes} & set(network.inputs)
    if clashes:  # a layer has the name of an input: that one gets another
        graph = Graph(proto, hints or {}, as_filed=as_filed)
        graph.renamed = {at: f"{at}_" for at in clashes}
        network = graph.network(shapes)
    return replace(network, notes=tuple(graph.told()))
