"""Operators of ONNX read with names for sizes: at numbers they are what a reading in numbers is.

All sizes above 1 of what comes into a test of the onnx package's get a name, equal ones the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from flopcount.core import Network
from flopcount.core.counts import NAMED
from flopcount.core.ops.tensors import Unknown
from flopcount.errors import FlopcountError
from flopcount.frameworks.onnx.graph import Graph
from flopcount.sizes import is_open
from flopcount.sizes.polynomial import Space
from flopcount.sizes.values import value as value_at
from tests.frameworks.onnx_node_cases import QUICK, Case, cases, network_of

# Where a size that these take as a number has a name, other nodes are left, or nobody knows: a
# slice that is all of an axis, a kernel. Of an attention it is so in its function's body, where the
# scale is worked out of a size, and where a mask is shorter than the keys, and so padded.
OTHERWISE = (
    *("test_flexattention_gqa", "test_causal_conv_", "test_center_crop_pad_"),
    *("test_split_to_sequence_", "test_gathernd_example"),
)


def is_otherwise(name: str) -> bool:
    is_attention = name.startswith("test_attention_")
    in_parts = is_attention and ("_expanded" in name or "_padded_kv" in name)
    return in_parts or name.startswith(OTHERWISE)


class Opened(NamedTuple):
    """A case read in numbers and in names: both networks and what comes out, by its name."""

    numbers: Mapping[str, int]
    closed: Network
    opened: Network
    shapes: Sequence[tuple[Any, Any]]


def number(size: Any, numbers: Mapping[str, int]) -> int:
    return int(value_at(size, numbers, {}) if is_open(size) else size)


def opened(case: Case) -> Opened | None:
    """A case read both ways; None where it is not read with names, or not at all."""
    model, shapes = case.prepared()
    space, numbers = Space(), {}

    def name(size: int) -> Any:
        if size < 2:
            return size
        numbers[f"S{size}"] = size
        return space.name(f"S{size}")

    named = {key: tuple(map(name, shape)) for key, shape in shapes.items()}
    try:
        closed, values = network_of(Graph(model, {}, as_filed=False), shapes)
        network, ours = network_of(Graph(model, numbers, as_filed=False), named)
        assert len(closed.rows) * len(network.rows) >= 0
    except FlopcountError:
        return None
    outputs = [one.name for one in model.graph.output if one.name in values and one.name in ours]
    known = [one for one in outputs if values[one].has_shape and ours[one].has_shape]
    return Opened(numbers, closed, network, [(values[n].shape, ours[n].shape) for n in known])


def unknown(network: Network) -> int:
    return sum(isinstance(row.node.op, Unknown) for row in network.rows)


def agrees(case: Case) -> bool:
    """Whether a case is read with names; asserts that what is read is the same."""
    both = opened(case)
    if both is None:
        return False
    for shape, formula in both.shapes:
        assert tuple(number(size, both.numbers) for size in formula) == shape, case.name
    if is_otherwise(case.name):
        return True
    assert unknown(both.opened) == unknown(both.closed), case.name
    kernels = {"Conv", "ConvInteger", "ConvTranspose", "QLinearConv", "DeformConv"}
    if kernels & {node.op_type for node in case.model.graph.node}:
        return True  # a kernel's own sizes are numbers
    for count in NAMED:
        closed = sum(row.known(count) for row in both.closed.rows)
        formula = sum((row.known(count) for row in both.opened.rows), 0)
        assert number(formula, both.numbers) == closed, (case.name, count)
    return True


def test_common_operators_are_the_same_with_names() -> None:
    few: dict[str, Case] = {}
    for case in cases(QUICK.split()):
        few.setdefault(case.model.graph.node[0].op_type, case)
    read = [agrees(case) for case in few.values()]
    assert sum(read) >= 40


@pytest.mark.slow
def test_all_operators_are_the_same_with_names() -> None:
    read = [agrees(case) for case in cases(())]
    assert sum(read) >= 1750


def graph_of(nodes: Sequence[Any], tensors: Mapping[str, Any], **shapes: Any) -> Mapping[str, Any]:
    """The values of a graph of an input x, by their names."""
    held = [numpy_helper.from_array(np.asarray(array), key) for key, array in tensors.items()]
    inputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in shapes]
    outputs = [helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, None)]
    graph = helper.make_graph(nodes, "graph", inputs, outputs, held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    return network_of(Graph(model, {}, as_filed=False), shapes)[1]


def test_a_shape_of_ten_million_numbers_is_refused() -> None:
    nodes = [
        helper.make_node("ConstantOfShape", ["many"], ["shape"]),
        helper.make_node("Cast", ["shape"], ["whole"], to=TensorProto.INT64),
        helper.make_node("Reshape", ["x", "whole"], ["y"]),
    ]
    said = r"^Reshape of y: a shape, or a list of axes, of 10,000,000 numbers; the limit is 4,096$"
    with pytest.raises(FlopcountError, match=said):
        graph_of(nodes, {"many": np.array([10_000_000])}, x=(2, 3))


def test_heads_are_split_off_by_a_chain_of_shapes() -> None:
    """As exporters write ``x.view(b, t, 4, -1).transpose(1, 2)``."""
    space = Space()
    b, t = space.name("B"), space.name("T")
    node = helper.make_node
    nodes = [
        node("Shape", ["x"], ["shape"]),
        node("Gather", ["shape", "zero"], ["b"]),
        node("Gather", ["shape", "one"], ["t"]),
        node("Unsqueeze", ["b", "axes"], ["b1"]),
        node("Unsqueeze", ["t", "axes"], ["t1"]),
        node("Concat", ["b1", "t1", "heads", "rest"], ["to"], axis=0),
        node("Reshape", ["x", "to"], ["view"]),
        node("Transpose", ["view"], ["y"], perm=[0, 2, 1, 3]),
    ]
    numbers = {"zero": 0, "one": 1, "axes": [0], "heads": [4], "rest": [-1]}
    values = graph_of(nodes, {k: np.array(n) for k, n in numbers.items()}, x=(b, t, 32))
    assert values["to"].numbers == (b, t, 4, -1)
    assert values["y"].shape == (b, 4, t, 8)


def test_a_mask_is_spread_where_a_size_is_never_minus_one() -> None:
    """Exporters ask of each size whether it is −1, which no size is."""
    space = Space()
    b, t = space.name("B"), space.name("T")
    node = helper.make_node
    nodes = [
        node("Shape", ["x"], ["shape"]),
        node("ConstantOfShape", ["two"], ["ones"], value=numpy_helper.from_array(np.array([1]))),
        node("Mul", ["ones", "minus"], ["none"]),
        node("Equal", ["shape", "none"], ["same"]),
        node("Where", ["same", "ones", "shape"], ["to"]),
        node("Expand", ["mask", "to"], ["y"]),
    ]
    tensors = {"two": np.array([2]), "minus": np.array(-1), "mask": np.ones((1, 1), bool)}
    values = graph_of(nodes, tensors, x=(b, t))
    assert values["to"].numbers == (b, t)
    assert values["y"].shape == (b, t)


def test_a_grid_is_resized_to_that_of_the_input() -> None:
    space = Space()
    h, w = space.name("H"), space.name("W")
    node = helper.make_node
    nodes = [
        node("Shape", ["x"], ["to"], start=2),
        node("MaxPool", ["x"], ["small"], kernel_shape=[2, 2], strides=[2, 2]),
        node("Shape", ["small"], ["before"], end=2),
        node("Concat", ["before", "to"], ["sizes"], axis=0),
        node("Resize", ["small", "", "", "sizes"], ["y"], mode="linear"),
    ]
    values = graph_of(nodes, {}, x=(1, 3, h, w))
    assert values["small"].shape == (1, 3, h // 2, w // 2)
    assert values["y"].shape == (1, 3, h, w)


def test_the_size_of_a_kernel_has_no_name() -> None:
    shapes = {"x": (1, 3, 32, 32), "w": (8, 3, "K", 3)}
    inputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in shapes.items()]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
    node = helper.make_node("Conv", ["x", "w"], ["y"], pads=[1, 1, 1, 1])
    graph = helper.make_graph([node], "graph", inputs, outputs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    size = Space().name("K")
    network = network_of(Graph(model, {"K": 3}, as_filed=False), {**shapes, "w": (8, 3, size, 3)})
    with pytest.raises(
        FlopcountError, match="the size of a kernel is a number in a formula, not K"
    ):
        network[0].rows[0].count("multiplies_unpadded")
