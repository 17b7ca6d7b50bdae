"""What onnx' own compiled code says of a node: its shapes, the body of its function.

A node of somebody else's can crash that code (a LayerNormalization with an axis of 2³¹), or keep
it for ever (an Expand to so many axes): it is asked in a copy of this process.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import onnx
from onnx import defs, helper

from ..models.forked import Forked


def _answer(data: bytes) -> bytes:
    """Shapes, as values of a graph, or the bytes of a function; empty where onnx has none."""
    model = onnx.ModelProto.FromString(data)
    (node,) = model.graph.node
    opsets = {one.domain: one.version for one in model.opset_import}
    try:
        schema: Any = defs.get_schema(node.op_type, opsets.get(node.domain, 1), node.domain)
        types = {one.name: one.type for one in model.graph.input}
        if model.producer_name == "body":
            given = [one.type.SerializeToString() for one in model.graph.input]
            return bytes(
                schema.get_context_dependent_function(node.SerializeToString(), given) or b""
            )
        numbers = {one.name: one for one in model.graph.initializer}
        found = onnx.shape_inference.infer_node_outputs(
            schema,
            node,
            types,
            numbers,
            opset_imports=list(model.opset_import),
            ir_version=model.ir_version,
        )
    except Exception:  # noqa: BLE001  it raises whatever it meets
        return b""
    graph = onnx.GraphProto()
    for name, kind in found.items():
        value = graph.value_info.add()
        value.name = name
        value.type.CopyFrom(kind)
    return bytes(graph.SerializeToString())


ASK = Forked(_answer)


def shapes_of(
    node: onnx.NodeProto,
    types: Mapping[str, onnx.TypeProto],
    numbers: Mapping[str, onnx.TensorProto],
    opsets: Mapping[str, int],
    ir: int,
) -> dict[str, onnx.TypeProto]:
    """The types of a node's outputs by their names, as onnx infers them; none where it does not."""
    model = _question(node, types, opsets)
    model.ir_version = ir
    model.graph.initializer.extend(numbers.values())
    found = ASK(model.SerializeToString())
    if not found:
        return {}
    return {one.name: one.type for one in onnx.GraphProto.FromString(found).value_info}


def body_of(
    node: onnx.NodeProto, types: Sequence[onnx.TypeProto], opsets: Mapping[str, int]
) -> onnx.FunctionProto | None:
    """The function that onnx writes for a node; None where it has none."""
    named = {f"{place}": kind for place, kind in enumerate(types)}
    model = _question(node, named, opsets)
    model.producer_name = "body"
    found = ASK(model.SerializeToString())
    return onnx.FunctionProto.FromString(found) if found else None


def _question(
    node: onnx.NodeProto, types: Mapping[str, onnx.TypeProto], opsets: Mapping[str, Any]
) -> onnx.ModelProto:
    model = onnx.ModelProto()
    model.graph.node.add().CopyFrom(node)
    for domain, version in opsets.items():
        model.opset_import.append(helper.make_opsetid(domain, version))
    for name, kind in types.items():
        value = model.graph.input.add()
        value.name = name
        value.type.CopyFrom(kind)
    return model
