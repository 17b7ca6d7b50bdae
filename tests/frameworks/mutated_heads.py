"""What the inputs, the weights and the head of an ONNX file say, changed at random."""

from random import Random
from typing import Any

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, TensorProto, helper

from tests.frameworks.mutated_bytes import NAMES, SIZES


def any_graph(model: ModelProto, random: Random) -> Any:
    """The graph, or one within it."""
    graphs, waiting = [], [model.graph]
    while waiting:
        graph = waiting.pop()
        graphs.append(graph)
        for node in graph.node:
            for attribute in node.attribute:
                waiting += [attribute.g] if attribute.HasField("g") else []
    return random.choice(graphs)


def any_node(model: ModelProto, random: Random) -> NodeProto:
    return random.choice(any_graph(model, random).node)


def dims(model: ModelProto, random: Random) -> None:
    tensor = random.choice(any_graph(model, random).initializer)
    place = random.randrange(len(tensor.dims) + 1)
    if place == len(tensor.dims):
        tensor.dims.append(random.choice(SIZES))
    else:
        tensor.dims[place] = random.choice(SIZES)


def dims_without_data(model: ModelProto, random: Random) -> None:
    """Another shape of a tensor whose numbers lie elsewhere or are as many as it says."""
    tensor = random.choice(any_graph(model, random).initializer)
    shape = [random.choice((0, 1, 2, 3, 5, 8, 64)) for _ in range(random.randrange(6))]
    array = np.zeros(shape, helper.tensor_dtype_to_np_dtype(tensor.data_type))
    tensor.CopyFrom(onnx.numpy_helper.from_array(array, tensor.name))


def transposed(model: ModelProto, random: Random) -> None:
    tensor = random.choice(any_graph(model, random).initializer)
    shape = list(tensor.dims)
    random.shuffle(shape)
    tensor.dims[:] = shape


def numbers(model: ModelProto, random: Random) -> None:
    """The numbers of a small tensor: a shape, axes, pads."""
    graph = any_graph(model, random)
    held = [one for one in graph.initializer if one.data_type in {6, 7} and len(one.dims) < 2]
    held += [
        a.t for node in graph.node for a in node.attribute if a.HasField("t") and a.t.data_type == 7
    ]
    tensor = random.choice(held)
    array = onnx.numpy_helper.to_array(tensor).copy()
    array.flat[random.randrange(array.size)] = random.choice(SIZES) % 2**63
    tensor.CopyFrom(onnx.numpy_helper.from_array(array, tensor.name))


def kind_of_tensor(model: ModelProto, random: Random) -> None:
    random.choice(any_graph(model, random).initializer).data_type = random.randrange(40)


def external(model: ModelProto, random: Random) -> None:
    tensor = random.choice(any_graph(model, random).initializer)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, values in (
        ("location", ("w.bin", "../w", "/etc/passwd", "", "a\0b", ".", "C:\\w", "/dev/zero")),
        ("offset", ("0", "-1", "x", str(2**70), "")),
        ("length", ("0", "4", "-1", str(2**63))),
    ):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, random.choice(values)


def opset(model: ModelProto, random: Random) -> None:
    random.choice(model.opset_import).version = random.choice((*SIZES, 7, 8, 9, 11, 13, 18, 23, 24))


def no_opset(model: ModelProto, random: Random) -> None:
    del model.opset_import[random.randrange(len(model.opset_import))]


def version(model: ModelProto, random: Random) -> None:
    model.ir_version = random.choice(SIZES)


def input_size(model: ModelProto, random: Random) -> None:
    value = random.choice((*model.graph.input, *model.graph.output, *model.graph.value_info))
    size = random.choice(value.type.tensor_type.shape.dim)
    if random.random() < 0.6:
        size.dim_value = random.choice(SIZES)
    else:
        size.dim_param = random.choice(NAMES)


def input_rank(model: ModelProto, random: Random) -> None:
    value = random.choice((*model.graph.input, *model.graph.value_info))
    sizes = value.type.tensor_type.shape.dim
    if random.random() < 0.5:
        sizes.pop()
    else:
        sizes.add().dim_value = random.choice(SIZES)


def input_kind(model: ModelProto, random: Random) -> None:
    value = random.choice(model.graph.input)
    if random.random() < 0.7:
        value.type.tensor_type.elem_type = random.randrange(-1, 40)
    else:
        value.type.sequence_type.elem_type.tensor_type.elem_type = 1


def no_initializer(model: ModelProto, random: Random) -> None:
    held = any_graph(model, random).initializer
    del held[random.randrange(len(held))]


def no_input(model: ModelProto, random: Random) -> None:
    del model.graph.input[random.randrange(len(model.graph.input))]


def no_graph(model: ModelProto, random: Random) -> None:
    if random.random() < 0.2:
        model.ClearField("graph")


CHANGES = (
    *(dims, dims_without_data, dims_without_data, transposed, numbers, numbers, numbers, external),
    *(opset, no_opset, version, input_size, input_size, input_size, input_rank, input_kind),
    *(no_initializer, no_input, no_graph, kind_of_tensor),
)
