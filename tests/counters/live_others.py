"""Counters of ONNX, XLA and Keras, run: what each prints for a model of its own framework."""

import contextlib
import io
import warnings
from collections.abc import Callable
from typing import Any

OPERATOR_SET = 17  # of the file that is counted: with a node for a layer norm


def onnx_tool(module: Any, inputs: tuple[Any, ...]) -> int:
    """The MACs that onnx-tool adds up over the file that torch's exporter writes of a module."""
    import onnx
    import onnx_tool as tool
    import torch

    file: Any = io.BytesIO()
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(module, inputs, file, dynamo=False, opset_version=OPERATOR_SET)
        graph = tool.Model(onnx.load_from_string(file.getvalue())).graph
        graph.shape_infer()
        graph.profile()
    return int(graph.macs[0])


def xla(module: Any, *inputs: Any) -> float:
    """The flops of XLA's cost analysis of a Flax module in evaluation, lowered and not compiled.

    `inputs` are shapes, in single precision, or have a type of their own.
    """
    import jax

    given = [jax.ShapeDtypeStruct(x, "float32") if isinstance(x, tuple) else x for x in inputs]
    weights = jax.eval_shape(module.init, jax.random.key(0), *given)
    analysis = jax.jit(module.apply).lower(weights, *given).cost_analysis()
    return float((analysis or {}).get("flops", 0))  # XLA leaves a count of zero out


def keras_summary(model: Any) -> int:
    """The "Total params" that a Keras model's summary prints."""
    lines: list[str] = []
    model.summary(print_fn=lambda text, **_: lines.extend(text.splitlines()))
    said = next(line for line in lines if "Total params:" in line)
    return int(said.partition(":")[2].partition("(")[0].replace(",", ""))


RUNNERS: dict[str, Callable[..., float]] = {
    "onnx-tool": onnx_tool,
    "xla": xla,
    "keras": keras_summary,
}
