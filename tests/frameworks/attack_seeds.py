"""Files of models that are whole, of many kinds: what `attacked.py` changes."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT, LONG, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


def of_onnx_package(folder: Path) -> None:
    """Real graphs without their weights, and small ones, which the onnx package has with it."""
    data = Path(onnx.__file__).parent / "backend/test/data"
    for path in [*data.glob("light/*.onnx"), *data.glob("simple/*/model.onnx")]:
        name = path.name if path.parent.name == "light" else f"{path.parent.name}.onnx"
        shutil.copyfile(path, folder / name)


def of_helpers(folder: Path) -> None:
    """Graphs that are written here: recurrence, branches, loops, functions, quantised."""
    for make in (network, recurrent, branches, loops, functions, quantised, shapes, attention):
        model = make()
        onnx.checker.check_model(model)
        onnx.save(model, folder / f"{make.__name__}.onnx")


def _model(nodes: Any, inputs: Any, outputs: Any, held: Any = (), **more: Any) -> onnx.ModelProto:
    ins = [helper.make_tensor_value_info(name, *said) for name, said in inputs.items()]
    outs = [helper.make_tensor_value_info(name, *said) for name, said in outputs.items()]
    tensors = [
        numpy_helper.from_array(np.asarray(array), name) for name, array in dict(held).items()
    ]
    graph = helper.make_graph(nodes, "graph", ins, outs, tensors)
    opsets = [helper.make_opsetid("", 21), *(more.pop("opsets", ()))]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10, **more)


def _random(*shape: int) -> Any:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def network() -> onnx.ModelProto:
    node = helper.make_node
    nodes = [
        node("Conv", ["x", "w", "b"], ["c"], "stem/conv", pads=[1, 1, 1, 1], strides=[2, 2]),
        node("BatchNormalization", ["c", "g", "b", "m", "v"], ["n"], "stem/norm"),
        node("Relu", ["n"], ["r"], "stem/relu"),
        node("MaxPool", ["r"], ["p"], "pool", kernel_shape=[2, 2], strides=[2, 2]),
        node("ConvTranspose", ["p", "wt"], ["t"], "up", strides=[2, 2], group=2),
        node("Add", ["t", "r"], ["a"], "add"),
        node("GlobalAveragePool", ["a"], ["ga"], "mean"),
        node("Flatten", ["ga"], ["f"], "flatten"),
        node("Gemm", ["f", "wf", "bf"], ["y"], "head", transB=1),
    ]
    eight = np.ones(8, np.float32)
    held = {"w": _random(8, 3, 3, 3), "b": eight, "g": eight, "m": eight, "v": eight}
    held |= {"wt": _random(8, 4, 2, 2), "wf": _random(10, 8), "bf": np.ones(10, np.float32)}
    ins, outs = {"x": (FLOAT, [1, 3, 32, 32])}, {"y": (FLOAT, [1, 10])}
    return _model(nodes, ins, outs, held)


def recurrent() -> onnx.ModelProto:
    node = helper.make_node
    nodes = [
        node("Gather", ["table", "ids"], ["e"], "embed"),
        node(
            "LSTM",
            ["e", "w", "r", "b"],
            ["h", "hn", "cn"],
            hidden_size=4,
            direction="bidirectional",
        ),
        node("Transpose", ["h"], ["t"], perm=[0, 2, 1, 3]),
        node("Reshape", ["t", "to"], ["s"]),
        node("GRU", ["s", "wg", "rg"], ["y"], "gru", hidden_size=3, linear_before_reset=1),
    ]
    held = {"table": _random(11, 5), "w": _random(2, 16, 5), "r": _random(2, 16, 4)}
    held |= {"b": _random(2, 32), "to": np.array([0, -1, 8]), "wg": _random(1, 9, 8)}
    held |= {"rg": _random(1, 9, 3)}
    return _model(nodes, {"ids": (LONG, [6, 2])}, {"y": (FLOAT, [None] * 4)}, held)


def attention() -> onnx.ModelProto:
    node = helper.make_node
    nodes = [
        node("LayerNormalization", ["x", "g"], ["n"], "norm"),
        *(node("MatMul", ["n", f"w{one}"], [one], f"attn/{one}") for one in "qkv"),
        *(node("Reshape", [one, "heads"], [f"{one}h"]) for one in "qkv"),
        node("Transpose", ["qh"], ["qt"], perm=[0, 2, 1, 3]),
        node("Transpose", ["kh"], ["kt"], perm=[0, 2, 3, 1]),
        node("Transpose", ["vh"], ["vt"], perm=[0, 2, 1, 3]),
        node("MatMul", ["qt", "kt"], ["scores"], "attn/scores"),
        node("Mul", ["scores", "scale"], ["scaled"]),
        node("Softmax", ["scaled"], ["soft"], axis=-1),
        node("Einsum", ["soft", "vt"], ["z"], equation="bhqk,bhkc->bqhc"),
        node("Reshape", ["z", "flat"], ["f"]),
        node("Gelu", ["f"], ["ge"], "mlp/gelu"),
        node("Add", ["ge", "x"], ["y"]),
    ]
    held = {f"w{one}": _random(8, 8) for one in "qkv"} | {"g": np.ones(8, np.float32)}
    held |= {"heads": np.array([0, 0, 2, 4]), "flat": np.array([0, 0, 8])}
    held |= {"scale": np.array(0.5, np.float32)}
    shape = (FLOAT, ["batch", "tokens", 8])
    return _model(nodes, {"x": (FLOAT, [1, 5, 8])}, {"y": shape}, held)


def branches() -> onnx.ModelProto:
    def branch(name: str, nodes: Any) -> Any:
        return helper.make_graph(
            nodes, name, [], [helper.make_tensor_value_info("out", FLOAT, [None, None])]
        )

    then = branch("then", [helper.make_node("MatMul", ["x", "w"], ["out"], "then/matmul")])
    other = branch("else", [helper.make_node("Identity", ["x"], ["out"])])
    nodes = [
        helper.make_node("ReduceSum", ["x"], ["s"], keepdims=0),
        helper.make_node("Cast", ["s"], ["c"], to=BOOL),
        helper.make_node("If", ["c"], ["y"], "if", then_branch=then, else_branch=other),
    ]
    return _model(nodes, {"x": (FLOAT, [2, 4])}, {"y": (FLOAT, [None] * 2)}, {"w": _random(4, 4)})


def loops() -> onnx.ModelProto:
    info = helper.make_tensor_value_info
    body = helper.make_graph(
        [
            helper.make_node("MatMul", ["state", "w"], ["next"], "body/matmul"),
            helper.make_node("Identity", ["going"], ["goes"]),
            helper.make_node("Identity", ["next"], ["seen"]),
        ],
        "body",
        [info("i", LONG, []), info("going", BOOL, []), info("state", FLOAT, [2, 4])],
        [info("goes", BOOL, []), info("next", FLOAT, [2, 4]), info("seen", FLOAT, [2, 4])],
    )
    scanned = helper.make_graph(
        [
            helper.make_node("Add", ["sum_in", "one"], ["sum_out"]),
            helper.make_node("Identity", ["sum_out"], ["each"]),
        ],
        "scanned",
        [info("sum_in", FLOAT, [4]), info("one", FLOAT, [4])],
        [info("sum_out", FLOAT, [4]), info("each", FLOAT, [4])],
    )
    nodes = [
        helper.make_node("Loop", ["trips", "", "x"], ["last", "all"], "loop", body=body),
        helper.make_node(
            "Scan", ["zero", "last"], ["sum", "sums"], body=scanned, num_scan_inputs=1
        ),
    ]
    held = {"w": _random(4, 4), "trips": np.array(7), "zero": np.zeros(4, np.float32)}
    outs = {"all": (FLOAT, [None] * 3), "sums": (FLOAT, [None] * 2)}
    return _model(nodes, {"x": (FLOAT, [2, 4])}, outs, held)


def functions() -> onnx.ModelProto:
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("own", 1)]
    inner = [helper.make_node("MatMul", ["a", "b"], ["m"]), helper.make_node("Relu", ["m"], ["c"])]
    outer = [
        helper.make_node("dense", ["a", "b"], ["d"], domain="own"),
        helper.make_node("dense", ["d", "b"], ["e"], domain="own"),
    ]
    made = [
        helper.make_function("own", "dense", ["a", "b"], ["c"], inner, opsets),
        helper.make_function("own", "twice", ["a", "b"], ["e"], outer, opsets),
    ]
    nodes = [helper.make_node("twice", ["x", "w"], ["y"], "first", domain="own")]
    given = {"functions": made, "opsets": opsets[1:]}
    return _model(
        nodes, {"x": (FLOAT, [2, 4])}, {"y": (FLOAT, [None] * 2)}, {"w": _random(4, 4)}, **given
    )


def quantised() -> onnx.ModelProto:
    node = helper.make_node
    nodes = [
        node("QuantizeLinear", ["x", "s", "z"], ["q"], "quantise"),
        node("QLinearConv", ["q", "s", "z", "w", "s", "wz", "s", "z"], ["c"], "conv"),
        node("DequantizeLinear", ["c", "s", "z"], ["d"], "dequantise"),
        node("Flatten", ["d"], ["f"]),
        node("DynamicQuantizeLinear", ["f"], ["dq", "ds", "dz"]),
        node("MatMulInteger", ["dq", "wm", "dz"], ["y"], "dense"),
    ]
    held = {"s": np.array(0.1, np.float32), "z": np.array(3, np.uint8), "wz": np.array(0, np.int8)}
    held |= {"w": np.ones((4, 3, 3, 3), np.int8), "wm": np.ones((144, 5), np.int8)}
    ins = {"x": (FLOAT, [1, 3, 8, 8])}
    return _model(nodes, ins, {"y": (TensorProto.INT32, [None] * 2)}, held)


def shapes() -> onnx.ModelProto:
    node = helper.make_node
    nodes = [
        node("Shape", ["x"], ["sh"]),
        node("Gather", ["sh", "zero"], ["n"], axis=0),
        node("Unsqueeze", ["n", "axes"], ["n1"]),
        node("Concat", ["n1", "minus"], ["to"], axis=0),
        node("Reshape", ["x", "to"], ["r"], "flat"),
        node("Slice", ["r", "zero1", "end", "one1"], ["sl"], "slice"),
        node("Split", ["sl"], ["s1", "s2"], "split", axis=1, num_outputs=2),
        node("Concat", ["s2", "s1"], ["ct"], axis=1),
        node("Pad", ["ct", "pads"], ["p"], "pad"),
        node("Expand", ["p", "three"], ["ex"], "expand"),
        node("Tile", ["ex", "times"], ["ti"], "tile"),
        node("ConstantOfShape", ["sh"], ["zeros"], "zeros"),
        node("Range", ["start", "n", "step"], ["ra"], "range"),
        node("TopK", ["ti", "k"], ["tv", "tk"], "topk"),
        node("Resize", ["zeros", "", "", "sizes"], ["re"], "resize", mode="nearest"),
        node("ReduceMean", ["re", "axes"], ["y"], "mean"),
    ]
    held = {"zero": np.array(0), "axes": np.array([0]), "minus": np.array([-1]), "three": [3, 1, 1]}
    held |= {
        "zero1": np.array([0]),
        "end": np.array([10]),
        "one1": np.array([1]),
        "k": np.array([2]),
    }
    held |= {"pads": np.array([0, 1, 0, 1]), "times": np.array([1, 2, 1]), "start": np.array(0)}
    held |= {"step": np.array(1), "sizes": np.array([2, 3, 16, 16])}
    outs = {"y": (FLOAT, [None] * 4), "tk": (LONG, [None] * 3), "ra": (LONG, [None])}
    return _model(nodes, {"x": (FLOAT, [2, 3, 8, 8])}, outs, held)


def of_torch(folder: Path) -> None:
    """Exports of small modules, by both exporters; it takes a minute."""
    import torch
    from torch import nn

    class Attention(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)

        def forward(self, x: Any) -> Any:
            return self.layer(x)

    image, tokens = torch.zeros(1, 3, 16, 16), torch.zeros(1, 5, 16)
    modules: dict[str, tuple[Any, Any]] = {
        "conv": (
            nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.SiLU(), nn.Flatten()),
            image,
        ),
        "lstm": (nn.LSTM(16, 8, 2, bidirectional=True, batch_first=True), tokens),
        "gru": (nn.GRU(16, 8, batch_first=True), tokens),
        "transformer": (Attention(), tokens),
        "up": (nn.Sequential(nn.ConvTranspose2d(3, 4, 2, 2), nn.Upsample(scale_factor=2)), image),
        "norm": (nn.Sequential(nn.GroupNorm(1, 3), nn.Conv2d(3, 6, 3, groups=3), nn.GELU()), image),
    }
    for name, (module, x) in modules.items():
        for dynamo in (False, True):
            path = folder / f"{name}_{'dynamo' if dynamo else 'script'}.onnx"
            torch.onnx.export(module.eval(), (x,), path, dynamo=dynamo, external_data=False)
