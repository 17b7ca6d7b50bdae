"""A graph of ONNX → ours: node after node, its shapes from our own ops, small numbers followed."""

from collections.abc import Mapping
from typing import Any

import onnx

from ...core import Network, Scope
from ...core.ops.tensors import Unknown
from ...errors import FlopcountError
from ...sizes import Shape
from ..models import graph as models
from ..models.operands import Made, Operand
from .operations import OPERATIONS
from .operations.table import Called, Computed, Several, Viewed
from .values import Value, known


def read(proto: onnx.ModelProto, shapes: Mapping[str, Shape]) -> Network:
    """Read a model as a network, with these shapes for its inputs.

    Raises `FlopcountError`, with the node's name, where something does not fit.
    """
    return Graph(proto).network(shapes)


class Graph(models.Graph):
    """A graph as it grows, node by node."""

    def __init__(self, proto: onnx.ModelProto) -> None:
        self.proto = proto
        self.opsets = {one.domain or "": one.version for one in proto.opset_import}
        held = {one.name: tuple(one.dims) for one in proto.graph.initializer}
        super().__init__({name: models.Held(shape) for name, shape in held.items()})
        self.values: dict[str, Value] = {
            name: Value(Operand(shape, held=name, is_parameter=True))
            for name, shape in held.items()
        }

    def network(self, shapes: Mapping[str, Shape]) -> Network:
        """The network, with these shapes for its inputs."""
        for name, shape in shapes.items():
            self.values[name] = Value(Operand(shape, port=name))
        for node in self.proto.graph.node:
            self.add(node)
        outputs = {one.name: self.values[one.name].operand.port for one in self.proto.graph.output}
        results = {name: at for name, at in outputs.items() if at is not None}
        return self.finished(shapes, results, {"name": "onnx", "onnx": onnx.__version__})

    def add(self, node: onnx.NodeProto) -> None:
        """Add what a node is."""
        called = Called(
            node.op_type,
            tuple(self.values[name] if name else None for name in node.input),
            {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute},
            self.opsets.get(node.domain or "", 1),
            len(node.output),
        )
        domain = "" if node.domain == "ai.onnx" else node.domain
        known_rule = OPERATIONS.get((domain, node.op_type))
        try:
            made = known_rule(called) if known_rule else None
            outputs = self.made(node, made)
        except FlopcountError as error:
            raise FlopcountError(f"{node.name or node.op_type}: {error}") from None
        self.values.update(zip(node.output, outputs, strict=False))

    def made(self, node: onnx.NodeProto, made: Any) -> list[Value]:
        """What comes out of it."""
        scope = (Scope(node.name or node.op_type, node.op_type),)
        if isinstance(made, Viewed):
            source = made.source._replace(shape=made.shape)
            return [Value(self.seen(source) if source.port else source, numbers=made.numbers)]
        if isinstance(made, Computed):
            numbers = known(made.shape, made.numbers)
            return [Value(Operand(made.shape), made.dtype, numbers)]
        if made is None or isinstance(made, Several):
            made = Made(Unknown(node.op_type, ((1,),)))
        path = self.node(scope, "operator", made)
        return [
            Value(self.output(path, number, shape))
            for number, shape in enumerate(self.given.shapes(made))
        ]
