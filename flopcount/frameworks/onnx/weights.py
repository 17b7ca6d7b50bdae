"""Which tensors that a file holds are parameters: numbers that train, and not shapes or factors."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import onnx

from ...sizes import Shape, product
from .constants import is_float
from .scopes import plain

Place: TypeAlias = onnx.GraphProto | onnx.FunctionProto

# Operators that read weights, and at which of their inputs: there a single number is one, and so is
# what a file makes of ConstantOfShape, as those do that leave their numbers out.
_WEIGHTS = {
    "Conv": (1, 2),
    "ConvTranspose": (1, 2),
    "Gemm": (1, 2),
    "MatMul": (1,),
    "BatchNormalization": (1, 2, 3, 4),
    "InstanceNormalization": (1, 2),
    "LayerNormalization": (1, 2),
    "GroupNormalization": (1, 2),
    "RMSNormalization": (1,),
    "PRelu": (1,),
    "LSTM": (1, 2, 3, 7),
    "GRU": (1, 2, 3),
    "RNN": (1, 2, 3),
    "ConvInteger": (1,),
    "MatMulInteger": (1,),
    "QLinearConv": (3, 8),
    "QLinearMatMul": (3,),
    "DequantizeLinear": (0,),
    "DeformConv": (1, 3),
    "CausalConvWithState": (1, 2),
    "FusedConv": (1, 2),  # from here on of onnxruntime's own
    "FusedGemm": (1, 2),
    "FusedMatMul": (1,),
    "MatMulNBits": (1,),
    "MatMulIntegerToFloat": (1,),
    "DynamicQuantizeMatMul": (1,),
    "QGemm": (3, 6),
}
# Inputs of floats that say how much, and train with nothing: scales of a grid, the part of one.
_SETTINGS = {"Resize": (1, 2), "Upsample": (1,)}
# Where a recurrence begins: exporters write zeros there, which are spread over the batch, and cut.
_STATES = {"LSTM": (5, 6), "GRU": (5,), "RNN": (5,)}
# What gives its first input on, under another shape or type.
_PASSED = ("Cast", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze")
_SPREAD = (*_PASSED, "Concat", "Expand", "Slice")
# Types of shapes, indices and masks.
_WHOLE = ("int64", "uint64", "bool", "string", "uint32", "int16", "uint16")


def read_as_weights(nodes: Sequence[onnx.NodeProto]) -> set[str]:
    """The names that some nodes read where weights stand, under another shape too."""
    found: set[str] = set()
    for node in reversed(nodes):
        inputs = node.input
        for place in _WEIGHTS.get(node.op_type, ()):
            if place < len(inputs):
                found.add(inputs[place])
        if node.op_type in _PASSED and inputs and node.output and node.output[0] in found:
            found.add(inputs[0])
    return found


def read_as_settings(graph: Place) -> set[str]:
    """The names of floats that say what a node does, or stand where a recurrence begins, all 0."""
    found, states = set(), set()
    for node in reversed(graph.node):
        found |= _read_at(node, _SETTINGS)
        states |= _read_at(node, _STATES)
        if node.op_type in _SPREAD and not states.isdisjoint(node.output):
            states.update(node.input)
    if not states:
        return found
    held = {tensor.name: tensor for tensor in getattr(graph, "initializer", ())}
    for node in graph.node:
        if node.op_type == "Constant" and [one.name for one in node.attribute] == ["value"]:
            held.update((name, node.attribute[0].t) for name in node.output)
    return found | {name for name in states & held.keys() if _is_zero(held[name])}


def _read_at(node: onnx.NodeProto, places: Mapping[str, Sequence[int]]) -> set[str]:
    inputs = node.input
    return {inputs[at] for at in places.get(node.op_type, ()) if at < len(inputs) and inputs[at]}


def _is_zero(tensor: onnx.TensorProto) -> bool:
    """Whether none of its numbers that are kept is another: those of a large one are not."""
    return not (any(tensor.raw_data) or any(tensor.float_data) or any(tensor.double_data))


def is_held(node: onnx.NodeProto, as_weights: set[str]) -> bool:
    """Whether a node puts out what the file holds: a constant, or one whose numbers it leaves out.

    The onnx package makes models small so (onnx.tools.replace_constants): a ConstantOfShape in the
    place of an initializer, of the same name, from a shape of that name and ``__SHAPE``.
    """
    if node.op_type != "ConstantOfShape":
        return node.op_type == "Constant"
    (name,) = node.output
    return name in as_weights or node.input[0] == f"{name}__SHAPE"


def is_parameter(shape: Shape, dtype: str, *, as_weights: bool) -> bool:
    """Whether a tensor of that shape and type is one.

    Whole numbers are where they stand as weights, as quantised ones do; so is a single number,
    which is a factor elsewhere. A number without an axis never is.
    """
    if not shape or product(shape) == 0:
        return False
    if not is_float(dtype):
        return as_weights and dtype not in _WHOLE
    return as_weights or product(shape) != 1


class Keys:
    """What each tensor that the file holds is called, two of one name in two places apart.

    Names are unique within a graph alone: the branches of two Ifs, and two functions, may each have
    a weight of the same name and shape.
    """

    def __init__(self) -> None:
        self._keys: dict[tuple[Any, str], str] = {}
        self._used: Counter[str] = Counter()
        self._alive: dict[int, Place] = {}  # an id is that of no other graph as long as it lives

    def key(self, name: str, place: Place, node: onnx.NodeProto | None = None) -> str:
        """The key of a tensor of a graph's, or of what a node of a function's puts out.

        A function's constant is one however often it is called, unless calls give it its numbers.
        """
        where: Any = id(place)
        if isinstance(place, onnx.FunctionProto):
            where = (place.domain, place.name, node.SerializeToString() if node else b"")
        else:
            self._alive[where] = place
        if (where, name) not in self._keys:
            key = first = plain(name)
            while key in self._used:
                self._used[first] += 1
                key = f"{first}.{self._used[first]}"
            self._used[key] += 1
            self._keys[where, name] = key
        return self._keys[where, name]
