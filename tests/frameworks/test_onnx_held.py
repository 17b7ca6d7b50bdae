"""Weights of an ONNX file that are looked up, turned, cut or cast before they are used."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from flopcount.core import Network
from flopcount.frameworks.onnx.reader import read

node = helper.make_node


def network(
    nodes: Sequence[onnx.NodeProto], tensors: Mapping[str, Any], domain: str = "", **shapes: Any
) -> Network:
    """The network of a graph; a tensor of whole numbers says a shape."""
    held = [numpy_helper.from_array(np.asarray(array), key) for key, array in tensors.items()]
    kinds = {name: TensorProto.INT64 for name in shapes if name.startswith("tokens")}
    inputs = [
        helper.make_tensor_value_info(name, kinds.get(name, TensorProto.FLOAT), shape)
        for name, shape in shapes.items()
    ]
    last = [helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, None)]
    graph = helper.make_graph(nodes, "graph", inputs, last, held)
    opsets = [helper.make_opsetid("", 17)] + ([helper.make_opsetid(domain, 1)] if domain else [])
    return read(helper.make_model(graph, opset_imports=opsets), shapes)


def total(of: Network, count: str) -> int:
    return int(sum(row.known(count) for row in of.rows))


def words(of: Network) -> list[str]:
    return [row.node.op.word for row in of.rows]


def floats(*shape: int) -> Any:
    return np.zeros(shape, np.float32)


def test_a_table_that_is_tied_to_the_head_is_one_parameter() -> None:
    nodes = [
        node("Gather", ["table", "tokens"], ["x"]),
        node("Transpose", ["table"], ["turned"], perm=[1, 0]),
        node("MatMul", ["x", "turned"], ["y"]),
    ]
    tied = network(nodes, {"table": floats(50, 8)}, tokens=(2, 5))
    assert words(tied) == ["embed", "dense"]
    assert total(tied, "params") == 50 * 8
    assert total(tied, "multiplies") == 2 * 5 * 8 * 50


def test_a_weight_in_another_type_and_order_is_a_weight() -> None:
    nodes = [
        node("Cast", ["w"], ["wide"], to=TensorProto.FLOAT),
        node("Transpose", ["wide"], ["turned"]),
        node("Identity", ["turned"], ["same"]),
        node("MatMul", ["x", "same"], ["y"]),
    ]
    dense = network(nodes, {"w": np.zeros((6, 4), np.float16)}, x=(3, 4))
    assert words(dense) == ["dense"]
    assert (total(dense, "params"), total(dense, "multiplies")) == (24, 3 * 4 * 6)


def test_a_part_of_a_table_of_positions_is_added() -> None:
    """The whole table is held; what is read of it says the shape of the input."""
    nodes = [
        node("Shape", ["x"], ["length"], start=1, end=2),
        node("Slice", ["table", "zero", "length", "one"], ["part"]),
        node("Add", ["x", "part"], ["y"]),
    ]
    numbers = {"zero": np.array([0]), "one": np.array([1])}
    added = network(nodes, {"table": floats(1, 64, 8), **numbers}, x=(2, 10, 8))
    assert total(added, "params") == 64 * 8
    assert total(added, "elementwise.adds") == 2 * 10 * 8


def test_scalars_stand_in_the_formula_and_are_no_parameters() -> None:
    nodes = [
        node("Mul", ["x", "half"], ["a"]),
        node("Constant", [], ["two"], value_float=2.0),
        node("Pow", ["a", "two"], ["y"]),
    ]
    scaled = network(nodes, {"half": np.array(0.1, np.float32)}, x=(3, 4))
    steps = [row.node.op.steps for row in scaled.rows]  # type: ignore[attr-defined]
    assert steps == [("y = x * 0.1",), ("y = x * x",)]
    assert total(scaled, "params") == 0


def test_slopes_of_channels_are_those_of_prelu() -> None:
    nodes = [node("PRelu", ["x", "slopes"], ["y"])]
    prelu = network(nodes, {"slopes": floats(3, 1, 1) + 1}, x=(2, 3, 4, 4))
    assert words(prelu) == ["prelu"]
    assert total(prelu, "params") == 3


def test_a_loss_weighs_each_class() -> None:
    nodes = [node("SoftmaxCrossEntropyLoss", ["x", "tokens", "weights"], ["y"])]
    loss = network(nodes, {"weights": floats(5)}, x=(4, 5), tokens=(4,))
    assert words(loss)[-3:] == ["sum", "sum", "div"]
    # log softmax and the loss of 4 samples: of each 5 exponentials and a logarithm
    assert total(loss, "elementwise.exponentials") == 4 * (5 + 5)
    assert total(loss, "elementwise.multiplies") == 4


def test_linear_models_are_products() -> None:
    """As scikit-learn's are written: 3 features, 2 targets."""
    numbers = {"coefficients": [0.5] * 6, "intercepts": [0.1, 0.2]}
    made = node("LinearRegressor", ["x"], ["y"], domain="ai.onnx.ml", targets=2, **numbers)
    linear = network([made], {}, "ai.onnx.ml", x=(4, 3))
    assert total(linear, "multiplies") == 4 * 3 * 2
    assert total(linear, "elementwise.adds") == 4 * 2

    numbers = {"coefficients": [0.5] * 6, "intercepts": [0.1, 0.2], "classlabels_ints": [0, 1]}
    made = node("LinearClassifier", ["x"], ["y", "scores"], domain="ai.onnx.ml", **numbers)
    classes = network([made], {}, "ai.onnx.ml", x=(4, 3))
    assert total(classes, "multiplies") == 4 * 3 * 2
    assert classes.shapes[next(iter(classes.results.values()))] == (4,)


def test_sequences_cost_nothing_but_what_is_joined() -> None:
    nodes = [
        node("SplitToSequence", ["x", "two"], ["parts"], axis=1),
        node("SequenceAt", ["parts", "one"], ["part"]),
        node("SequenceInsert", ["parts", "part"], ["more"]),
        node("ConcatFromSequence", ["more"], ["y"], axis=1),
    ]
    numbers = {"two": np.array(2), "one": np.array(1)}
    joined = network(nodes, numbers, x=(3, 6))
    assert words(joined) == ["split", "concat"]
    assert joined.rows[-1].output == (3, 8)


def product(weight: str) -> onnx.NodeProto:
    return node("MatMul", ["x", weight], [f"of_{weight}"])


def branch(name: str) -> onnx.GraphProto:
    """A branch with a weight of its own, which is called as that of any other."""
    held = [numpy_helper.from_array(floats(4, 4), "w")]
    out = [helper.make_tensor_value_info(name, TensorProto.FLOAT, (3, 4))]
    return helper.make_graph([node("MatMul", ["x", "w"], [name])], name, [], out, held)


def test_weights_of_one_name_in_four_branches_are_four() -> None:
    """A name is unique in its graph, and not among blocks beside each other: 4 of 4 × 4, 2 used."""
    nodes = [
        node("If", ["no"], ["y"], then_branch=branch("a"), else_branch=branch("b")),
        node("If", ["yes"], ["z"], then_branch=branch("c"), else_branch=branch("d")),
        node("Add", ["y", "z"], ["sum"]),
    ]
    both = network(nodes, {"no": np.array(False), "yes": np.array(True)}, x=(3, 4))
    assert total(both, "params") == 4 * 16
    assert sum(n.call == "parameter" for n in both.nodes) == 2
    assert total(both, "multiplies") == 2 * 3 * 16


def test_names_that_differ_in_their_colons_alone_are_two_weights() -> None:
    names = ("w", "w:0", "w:", "w::", "w_")
    nodes = [*map(product, names), node("Sum", [f"of_{name}" for name in names], ["y"])]
    assert total(network(nodes, {name: floats(4, 4) for name in names}, x=(3, 4)), "params") == 80


def test_a_constant_of_a_function_is_one_for_all_its_calls() -> None:
    """Two functions with one each: called three times, 2 of 4 × 4."""
    opsets = [helper.make_opsetid("", 17)]
    held = numpy_helper.from_array(floats(4, 4), "w")
    body = [node("Constant", [], ["w"], value=held), node("MatMul", ["x", "w"], ["y"])]
    functions = [
        helper.make_function("own", name, ["x"], ["y"], body, opsets) for name in ("F", "G")
    ]
    calls = [("F", "x", "a"), ("G", "a", "b"), ("F", "b", "c")]
    nodes = [node(name, [reads], [out], domain="own") for name, reads, out in calls]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, (3, 4)) for name in "xc"]
    graph = helper.make_graph(nodes, "graph", ends[:1], ends[1:])
    model = helper.make_model(
        graph, opset_imports=[*opsets, helper.make_opsetid("own", 1)], functions=functions
    )
    called = read(model, {"x": (3, 4)})
    assert total(called, "params") == 2 * 16
    assert total(called, "multiplies") == 3 * 3 * 16


def test_a_state_of_zeros_that_a_layer_begins_with_is_no_parameter() -> None:
    """As PyTorch exports them: a constant, spread over the batch. One that was trained is one."""
    nodes = [
        node("Constant", [], ["zeros"], value=numpy_helper.from_array(floats(1, 1, 40), "zeros")),
        node("Expand", ["zeros", "shape"], ["before"]),
        node("LSTM", ["x", "w", "r", "", "", "before", "cell"], ["y"], hidden_size=40),
    ]
    held = {"w": floats(1, 160, 3), "r": floats(1, 160, 40), "shape": np.array([1, 2, 40])}
    weights = 160 * 3 + 160 * 40
    for cell, more in ((floats(1, 2, 40), 0), (floats(1, 2, 40) + 1, 80)):
        layer = network(nodes, held | {"cell": cell}, x=(5, 2, 3))
        assert total(layer, "params") == weights + more
        assert total(layer, "multiplies") == 5 * 2 * weights
