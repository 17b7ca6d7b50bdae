"""The graphs of a model, within each other, and what a message calls a node."""

from typing import TYPE_CHECKING

from ....errors import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    import onnx

OWN = ("", "ai.onnx")  # domains of ONNX itself


def graphs(proto: "onnx.ModelProto") -> "Iterator[onnx.GraphProto]":
    """The graph, and all those within its nodes and those of functions."""
    waiting = [proto.graph]
    for function in proto.functions:
        waiting += [g for node in function.node for g in inner(node)]
    while waiting:
        graph = waiting.pop()
        yield graph
        waiting += [g for node in graph.node for g in inner(node)]


def every_node(proto: "onnx.ModelProto") -> "Iterator[onnx.NodeProto]":
    """All nodes, those of graphs within others and of functions too."""
    for graph in graphs(proto):
        yield from graph.node
    for function in proto.functions:
        yield from function.node


def inner(node: "onnx.NodeProto") -> "Iterator[onnx.GraphProto]":
    """The graphs within a node: branches, and the body of a loop."""
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.g
        yield from attribute.graphs


def called(node: "onnx.NodeProto") -> str:
    """A node as a message names it."""
    return f"node {quote(node.name or node.op_type)}"
