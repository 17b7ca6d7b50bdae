"""ONNX models with something wrong in them, each with a part of the line that says what."""

from collections.abc import Callable
from typing import Any

import onnx
from onnx import ModelProto, TensorProto, helper

from flopcount.frameworks.onnx.loading.wire import written

Change = Callable[[ModelProto], Any]


def initializer(model: ModelProto, name: str) -> TensorProto:
    return next(one for one in model.graph.initializer if one.name == name)


def change_dims(*dims: int) -> Change:
    def change(model: ModelProto) -> None:
        initializer(model, "w").dims[:] = dims

    return change


def external(location: str, **said: str) -> Change:
    def change(model: ModelProto) -> None:
        tensor = initializer(model, "w")
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in {"location": location, **said}.items():
            tensor.external_data.add(key=key, value=value)

    return change


def functions(*calls: tuple[str, list[str]]) -> Change:
    """Functions, each of which calls others; the first node is a call of the first."""

    def change(model: ModelProto) -> None:
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid("own", 1)]
        for name, others in calls:
            nodes = [
                helper.make_node(other, ["a"], [f"b{n}"], domain="own")
                for n, other in enumerate(others)
            ] or [helper.make_node("Relu", ["a"], ["b0"])]
            model.functions.append(helper.make_function("own", name, ["a"], ["b0"], nodes, opsets))
        model.opset_import.append(opsets[1])
        model.graph.node.insert(0, helper.make_node(calls[0][0], ["x"], ["f0"], domain="own"))

    return change


def nested(depth: int) -> bytes:
    """A model with so many graphs in each other, written as bytes: protobuf does not go so deep."""

    def field(number: int, data: bytes) -> bytes:
        return written(number << 3 | 2) + written(len(data)) + data

    leaf = graph = field(1, helper.make_node("Relu", ["x"], ["out"]).SerializeToString())
    for _ in range(depth):
        node = field(1, b"x") + field(2, b"out") + field(4, b"If")
        for name, body in (("then_branch", graph), ("else_branch", leaf)):
            kind = written(20 << 3) + written(onnx.AttributeProto.GRAPH)
            node += field(5, field(1, name.encode()) + kind + field(6, body))
        graph = field(1, node)
    x = [helper.make_tensor_value_info("x", 1, [1])]
    whole = helper.make_graph([], "g", x, x)
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", 21)])
    return model.SerializeToString() + field(7, graph)


CASES: dict[str, tuple[Change, str]] = {
    "a size below 0": (change_dims(8, 3, 3, -3), "-3 is no size of an axis, from 0 to 2^40"),
    "a size of 2^62": (change_dims(8, 2**62), "is no size of an axis"),
    "2^80 elements": (change_dims(2**40, 2**40), "tensor 'w': it has more than 2^62 elements"),
    "too few numbers": (
        change_dims(8, 3, 3, 4),
        "tensor 'w': its shape has 1,152 bytes, and the file has 864: it is damaged",
    ),
    "100 axes": (change_dims(*[1] * 100), "tensor 'w': it has more than 64 axes"),
    "an unknown type": (
        lambda m: setattr(initializer(m, "w"), "data_type", 77),
        "tensor 'w': of type 77, which is none that is known (pip install -U onnx)",
    ),
    "a newer opset": (
        lambda m: setattr(m.opset_import[0], "version", 99),
        "it is of opset 99, and onnx",
    ),
    "a newer format": (lambda m: setattr(m, "ir_version", 99), "of version 99 of the format"),
    "an old opset": (
        lambda m: setattr(m.opset_import[0], "version", 6),
        "it is of opset 6, whose BatchNormalization is another than that of opset 7",
    ),
    "nothing": (lambda m: m.graph.Clear(), "its graph puts out nothing: it is empty, or damaged"),
    "no opset": (lambda m: m.ClearField("opset_import"), "it does not say of which opset it is"),
    "data elsewhere": (
        external("w.bin"),
        "tensor 'w': its numbers lie in 'w.bin', which is missing: put that file beside the model",
    ),
    "data above": (external("../w.bin"), "lie in '../w.bin', outside the model's folder"),
    "data at a path": (external("/etc/passwd"), "expected a file in the model's folder"),
    "data on a drive": (external("C:\\w.bin"), "expected a file in the model's folder"),
    "data nowhere": (external(""), "lie in another file, and it does not say in which"),
    "data in a folder": (external("."), "which is no file"),
    "two of a name": (
        lambda m: setattr(initializer(m, "wf"), "name", "w"),
        "it has two initializers of the name 'w'",
    ),
    "made twice": (
        lambda m: m.graph.node[2].output.__setitem__(0, "c"),
        "node 'stem/relu' makes 'c', which is there already",
    ),
    "a cycle": (
        lambda m: m.graph.node[0].input.__setitem__(0, "y"),
        "node 'stem/conv' reads 'y', which node 'head' makes only later: nodes must stand in",
    ),
    "read, and never made": (
        lambda m: m.graph.node[3].input.__setitem__(0, "nobody"),
        "node 'pool' reads 'nobody', which nothing makes: a node or an input is missing",
    ),
    "no such output": (
        lambda m: setattr(m.graph.output[0], "name", "z"),
        "its output 'z' is made by no node",
    ),
    "an attribute twice": (
        lambda m: m.graph.node[0].attribute.append(m.graph.node[0].attribute[0]),
        "node 'stem/conv' has its attribute 'pads' twice",
    ),
    "an attribute of another type": (
        lambda m: m.graph.node[0].attribute.append(helper.make_attribute("group", 1.5)),
        "node 'stem/conv' has 'group' as something else than int: the file is damaged",
    ),
    "a stride of 0": (
        lambda m: m.graph.node[0].attribute[1].ints.__setitem__(0, 0),
        "node 'stem/conv' has 0 in its strides, which is no size: the file is damaged",
    ),
    "no attribute": (
        lambda m: m.graph.node[3].ClearField("attribute"),
        "node 'pool' lacks its attribute kernel_shape: the file is damaged",
    ),
    "too few inputs": (
        lambda m: m.graph.node[0].input.__delitem__(slice(1, None)),
        "node 'stem/conv' has 1 input, and Conv takes 2: the file is damaged",
    ),
    "an input of 2^50": (
        lambda m: setattr(m.graph.input[0].type.tensor_type.shape.dim[0], "dim_value", 2**50),
        "'x': 1125899906842624 is no size of an axis",
    ),
    "a function that calls itself": (functions(("f", ["f"])), "in function 'f', it calls itself"),
    "functions in a ring": (functions(("f", ["g"]), ("g", ["f"])), "it calls itself"),
    "functions that explode": (
        functions(*((f"f{n}", [f"f{n + 1}"] * 10) for n in range(8)), ("f8", [])),
        "with its functions it has more than 50,000 nodes",
    ),
    "40 functions deep": (
        functions(*((f"f{n}", [f"f{n + 1}"]) for n in range(40)), ("f40", [])),
        "more than 16 functions call each other",
    ),
    "a name of 100 kB": (
        lambda m: setattr(m.graph.node[0], "name", "n" * 100_000),
        "NodeProto 3 is too long: 100,000 bytes, it begins 'nnnn",
    ),
    "an attribute of 100,000 numbers": (
        lambda m: m.graph.node[3].attribute[0].ints.extend([1] * 100_000),
        "node 'pool' lacks its attribute kernel_shape",
    ),
}
