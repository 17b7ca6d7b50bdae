"""The shapes that onnx infers for a whole model, in a copy of the process; multiplies of them."""

import math
from collections.abc import Mapping, Sequence

import onnx

from ....sizes import Shape
from ...models.forked import Forked

SECONDS = 20.0


def _answer(data: bytes) -> bytes:
    """The values of a model with the shapes that onnx infers."""
    model = onnx.ModelProto.FromString(data)
    try:
        found = onnx.shape_inference.infer_shapes(model, strict_mode=False, data_prop=True)
    except Exception:  # noqa: BLE001  it raises whatever it meets
        return b""
    graph = onnx.GraphProto()
    graph.value_info.extend([*found.graph.value_info, *found.graph.output])
    return graph.SerializeToString() or b"\0"


def shapes_of(proto: onnx.ModelProto, shapes: Mapping[str, Shape]) -> dict[str, Shape] | None:
    """The shape of each value by its name, where onnx infers all of it, with these of the inputs.

    What the file says itself of shapes is not asked. None where onnx infers nothing: it raises,
    crashes, or takes longer than `SECONDS`.
    """
    model = onnx.ModelProto()
    model.CopyFrom(proto)
    del model.graph.value_info[:]
    for value in model.graph.output:
        value.type.tensor_type.ClearField("shape")
    for value in model.graph.input:
        if value.name in shapes:
            value.type.tensor_type.ClearField("shape")
            for size in shapes[value.name]:
                value.type.tensor_type.shape.dim.add().dim_value = int(size)
    ask = Forked(_answer, SECONDS)
    try:
        answer = ask(model.SerializeToString())
    finally:
        ask.stop()
    if not answer:
        return None
    known = {one.name: tuple(one.dims) for one in proto.graph.initializer}
    known |= {name: tuple(map(int, shape)) for name, shape in shapes.items()}
    for value in onnx.GraphProto.FromString(answer).value_info:
        kind = value.type.tensor_type
        if not value.type.HasField("tensor_type") or not kind.HasField("shape"):
            continue
        if all(size.HasField("dim_value") for size in kind.shape.dim):
            known[value.name] = tuple(size.dim_value for size in kind.shape.dim)
    return known


def multiplies(node: onnx.NodeProto, known: Mapping[str, Sequence[int]]) -> int | None:
    """The multiplies of a node by its operator's definition and the shapes that onnx infers.

    A convolution has for each number of its output those of a filter, C/groups·k²; a transposed
    one for each number of its input; a product of matrices for each of its output as many as the
    axis along which it sums. None of other operators.
    """
    if node.domain not in {"", "ai.onnx"} or any(name and name not in known for name in node.input):
        return None
    reads = [known.get(name, ()) for name in node.input]
    puts_out = known.get(node.output[0])
    if node.op_type == "ConvTranspose":
        return math.prod(reads[0]) * math.prod(reads[1][1:])
    if puts_out is None or node.op_type not in {"Conv", "MatMul", "Gemm"}:
        return None
    each = reads[0][-1] if node.op_type == "MatMul" else math.prod(reads[1][1:])
    if node.op_type == "Gemm":
        turned = any(one.name == "transA" and one.i for one in node.attribute)
        each = reads[0][0 if turned else 1]
    return math.prod(puts_out) * each
