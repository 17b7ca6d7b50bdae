"""Quantised graphs, and graphs as onnxruntime's optimiser leaves them, whole."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

from flopcount.core import Counts, Network
from flopcount.frameworks.onnx.reader import read as read_proto

FLOAT = onnx.TensorProto.FLOAT
HELD = {
    "w": np.ones((8, 3, 3, 3), np.int8),
    "w_scale": np.ones(8, np.float32),
    "w_zero": np.zeros(8, np.int8),
    "b": np.ones(8, np.int32),
    "b_scale": np.ones(8, np.float32),
    "b_zero": np.zeros(8, np.int32),
    "x_scale": np.array(0.1, np.float32),
    "x_zero": np.array(3, np.uint8),
    "by": np.array([1, 1, 2, 2], np.float32),
    "m": np.ones((8, 5), np.int8),
    "m_scale": np.array(0.2, np.float32),
    "m_zero": np.array(0, np.int8),
}


def network(nodes: list, shape: tuple[int, ...], *, more: str = "") -> Network:
    names = {name for node in nodes for name in node.input}
    held = [numpy_helper.from_array(a, n) for n, a in HELD.items() if n in names]
    opsets = [helper.make_opsetid("", 21), *([helper.make_opsetid(more, 1)] if more else [])]
    x = helper.make_tensor_value_info("x", FLOAT, shape)
    y = onnx.ValueInfoProto(name=nodes[-1].output[0])
    graph = helper.make_graph(nodes, "graph", [x], [y], held)
    return read_proto(helper.make_model(graph, opset_imports=opsets), {"x": shape})


def paths(read: Network, count: str) -> dict[str, int]:
    found = {row.node.path: row.count(count) for row in read.rows}
    return {path: int(number) for path, number in found.items() if number}


QUANTISED = [
    helper.make_node("QuantizeLinear", ["x", "x_scale", "x_zero"], ["q"], "quantise"),
    helper.make_node("DequantizeLinear", ["q", "x_scale", "x_zero"], ["d"], "back"),
    helper.make_node("DequantizeLinear", ["w", "w_scale", "w_zero"], ["dw"], "weights", axis=0),
    helper.make_node("DequantizeLinear", ["b", "b_scale", "b_zero"], ["db"], "bias", axis=0),
    helper.make_node("Conv", ["d", "dw", "db"], ["c"], "conv", pads=[1, 1, 1, 1]),
    helper.make_node("GlobalAveragePool", ["c"], ["p"], "pool"),
    helper.make_node("Flatten", ["p"], ["f"], "flatten"),
    helper.make_node("DequantizeLinear", ["m", "m_scale", "m_zero"], ["dm"], "matrix"),
    helper.make_node("MatMul", ["f", "dm"], ["y"], "matmul"),
]


def test_weights_between_quantising_and_back_are_their_layers_own() -> None:
    """The kernel and the bias are the convolution's, once; their scales stand by themselves."""
    read = network(QUANTISED, (2, 3, 6, 6))
    assert paths(read, "multiplies") == {"conv": 2 * 36 * 8 * 27, "matmul": 2 * 8 * 5}
    params = paths(read, "params")
    assert (params["conv"], params["matmul"]) == (8 * 27 + 8, 40)
    # two scales for each of 8 channels; single scales, and zero points, are constants
    assert int(Counts(read.rows)["params"]) == 8 * 27 + 8 + 40 + 8 + 8
    assert Counts(read.rows).complete


def test_a_matrix_that_is_turned_between_them_is_read_in_its_own_order() -> None:
    turned = [
        helper.make_node("DequantizeLinear", ["m", "m_scale", "m_zero"], ["dm"], "matrix"),
        helper.make_node("Transpose", ["dm"], ["t"], "turn", perm=[1, 0]),
        helper.make_node("MatMul", ["x", "t"], ["y"], "matmul"),
    ]
    read = network(turned, (2, 5))
    (row,) = [row for row in read.rows if row.count("multiplies")]
    assert row.work.nests[0].text == "y[m k] += x[m c] * W[k c]"
    assert (row.count("multiplies"), row.count("params")) == (2 * 40, 40)


def test_whole_numbers_are_multiplied_as_they_are() -> None:
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["x"], ["q", "s", "z"], "bytes"),
        helper.make_node("MatMulInteger", ["q", "m", "z"], ["i"], "matmul"),
        helper.make_node("Cast", ["i"], ["r"], "cast", to=FLOAT),
        helper.make_node("Mul", ["r", "s"], ["y"], "scale"),
    ]
    read = network(nodes, (3, 8))
    assert int(Counts(read.rows)["multiplies"]) == 3 * 40
    assert int(Counts(read.rows)["params"]) == 40
    assert read.rows[-1].output == (3, 5)


def test_operators_of_onnxruntimes_are_read() -> None:
    nodes = [
        helper.make_node("FastGelu", ["x"], ["g"], "gelu", domain="com.microsoft"),
        helper.make_node(
            "FusedMatMul", ["g", "m"], ["y"], "matmul", domain="com.microsoft", alpha=0.5
        ),
    ]
    read = network(nodes, (2, 3, 8), more="com.microsoft")
    assert paths(read, "multiplies") == {"matmul": 6 * 40}
    assert read.rows[-1].output == (2, 3, 5)


def test_an_operator_that_nobody_knows_is_said_to_be() -> None:
    nodes = [helper.make_node("TransposeMatMul2", ["x", "m"], ["y"], "odd", domain="com.microsoft")]
    read = network(nodes, (2, 8), more="com.microsoft")
    assert not Counts(read.rows).complete


def test_the_scales_of_a_grid_are_no_parameters() -> None:
    nodes = [helper.make_node("Resize", ["x", "", "by"], ["y"], "larger", mode="linear")]
    read = network(nodes, (1, 2, 3, 4))
    assert [(row.output, row.count("params")) for row in read.rows] == [((1, 2, 6, 8), 0)]
