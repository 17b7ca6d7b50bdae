"""One small network in three forms: an ONNX file, a .keras file, a function of JAX.

A 3×3 convolution, a 1×1 and a 5×5 behind it, what entered added, a mean and a dense layer.
"""

import json
import zipfile
from pathlib import Path
from typing import Any

SIDE = 16
STEM, REDUCE, FIVE = (n * SIDE**2 for n in (3**2 * 3 * 8, 8 * 4, 5**2 * 4 * 8))
HEAD = 8 * 10
MULTIPLIES = STEM + REDUCE + FIVE + HEAD  # 294,992
PARAMS = (3**2 * 3 * 8 + 8) + (8 * 4 + 4) + (5**2 * 4 * 8 + 8) + (8 * 10 + 10)

FUNCTION = """
import jax
import jax.numpy as jnp
from jax import lax

ORDER = ("NHWC", "HWIO", "NHWC")


def conv(name, x, kernel, out):
    with jax.named_scope(name):
        shape = (kernel, kernel, x.shape[-1], out)
        y = lax.conv_general_dilated(x, W[name, shape], (1, 1), "SAME", dimension_numbers=ORDER)
        return y + B[name, out]


W = {
    (name, shape): jnp.zeros(shape)
    for name, shape in {
        "stem": (3, 3, 3, 8), "reduce": (1, 1, 8, 4), "five": (5, 5, 4, 8), "head": (8, 10)
    }.items()
}
B = {(name, shape[-1]): jnp.zeros(shape[-1]) for name, shape in W}


def apply(image):
    x = conv("stem", image, 3, 8)
    x = x + conv("five", conv("reduce", x, 1, 4), 5, 8)
    with jax.named_scope("head"):
        return x.mean((1, 2)) @ W["head", (8, 10)] + B["head", 10]
"""


def write_onnx(path: Path) -> str:
    """The network as an ONNX file whose batch, height and width are free."""
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    shapes = {"stem": (8, 3, 3, 3), "reduce": (4, 8, 1, 1), "five": (8, 4, 5, 5), "head": (10, 8)}
    held = []
    for name, shape in shapes.items():
        held.append(numpy_helper.from_array(np.ones(shape, np.float32), f"{name}.weight"))
        held.append(numpy_helper.from_array(np.ones(shape[0], np.float32), f"{name}.bias"))

    def conv(name: str, x: str) -> Any:
        pads = [(shapes[name][2] - 1) // 2] * 4
        inputs = [x, f"{name}.weight", f"{name}.bias"]
        return helper.make_node("Conv", inputs, [name], name, pads=pads)

    nodes = [
        conv("stem", "image"),
        conv("reduce", "stem"),
        conv("five", "reduce"),
        helper.make_node("Add", ["stem", "five"], ["sum"], "add"),
        helper.make_node("GlobalAveragePool", ["sum"], ["mean"], "pool"),
        helper.make_node("Flatten", ["mean"], ["flat"], "flatten"),
        helper.make_node("Gemm", ["flat", "head.weight", "head.bias"], ["y"], "head", transB=1),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, "H", "W"])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 10])
    graph = helper.make_graph(nodes, "small", [image], [y], held)
    opsets = [helper.make_opsetid("", 20)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=10), path)
    return str(path)


def _layer(kind: str, name: str, *reads: str, **settings: Any) -> dict[str, Any]:
    tensors = [
        {
            "class_name": "__keras_tensor__",
            "config": {"shape": [None], "dtype": "float32", "keras_history": [read, 0, 0]},
        }
        for read in reads
    ]
    args = [tensors] if len(tensors) > 1 else tensors
    return {
        "module": "keras.layers",
        "class_name": kind,
        "config": {"name": name, "trainable": name != "stem", **settings},
        "registered_name": None,
        "name": name,
        "inbound_nodes": [{"args": args, "kwargs": {}}] if reads else [],
    }


def write_keras(path: Path) -> str:
    """The network as a .keras file, without weights; its stem does not train."""

    def conv(name: str, x: str, kernel: int, filters: int) -> dict[str, Any]:
        sizes = {"kernel_size": [kernel, kernel], "strides": [1, 1], "padding": "same"}
        return _layer("Conv2D", name, x, filters=filters, **sizes)

    layers = [
        _layer("InputLayer", "image", batch_shape=[None, None, None, 3], dtype="float32"),
        conv("stem", "image", 3, 8),
        conv("reduce", "stem", 1, 4),
        conv("five", "reduce", 5, 8),
        _layer("Add", "add", "stem", "five"),
        _layer("GlobalAveragePooling2D", "pool", "add"),
        _layer("Dense", "head", "pool", units=10),
    ]
    inside = {"layers": layers, "input_layers": ["image", 0, 0], "output_layers": ["head", 0, 0]}
    config = {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": {"name": "small", "trainable": True, **inside},
        "registered_name": "Functional",
    }
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))
        archive.writestr("config.json", json.dumps(config))
    return str(path)
