"""Activations: by their name in ``keras.activations``, and the layers that are one."""

from collections.abc import Mapping
from typing import Any

from .....core.ops import tensors as ops
from .....core.ops.elementwise import ACTIVATIONS
from .....errors import FlopcountError, quote
from ....models.operands import Operand, number
from ..config import Layer, NotPlainError, read_layer
from .table import Call, layer, operation

# Names of Keras' and what core/ops/elementwise.py calls the same.
SAME = {"hard_sigmoid": "hardsigmoid", "hard_silu": "hardswish", "hard_swish": "hardswish"}
SAME |= {"swish": "silu"}
SAME |= {
    name: name
    for name in ["relu", "relu6", "elu", "sigmoid", "tanh", "silu", "selu", "mish", "softplus"]
}
_MAGNITUDE = "max(x, -x)"
# The others, in steps, as keras.activations defines them.
FORMULAS = {
    "leaky_relu": "y = x if x > 0 else {slope} * x",
    "celu": "y = x if x > 0 else {alpha} * (exp(x / {alpha}) - 1)",
    "softsign": f"y = x / (1 + {_MAGNITUDE})",
    "squareplus": "y = (x + pow(x * x + {b}, 0.5)) / 2",
    "soft_shrink": "y = max(x - {threshold}, 0) + min(x + {threshold}, 0)",
    "hard_shrink": f"y = x if {_MAGNITUDE} > {{threshold}} else 0",
    "tanh_shrink": "e = exp(2 * x); y = x - (e - 1) / (e + 1)",
    "sparse_plus": "y = 0 if x <= -1 else ((x + 1) * (x + 1) / 4 if x < 1 else x)",
    "sparse_sigmoid": "y = min(max((x + 1) / 2, 0), 1)",
    "hard_tanh": "y = min(max(x, -1), 1)",
    "log_sigmoid": "y = -log(1 + exp(-x))",
    "exponential": "y = exp(x)",
    "gelu": "y = 0.5 * x * (1 + erf(0.7071067811865476 * x))",
}
_NUMBERS = {"slope": 0.2, "alpha": 1.0, "b": 4.0, "threshold": 0.5}
_MODULES = ("", "builtins", "keras.activations", "keras.src.activations.activations")


def steps_of(name: str, numbers: Mapping[str, float] = _NUMBERS) -> tuple[str, ...] | None:
    """The steps of an activation that works element by element; None of any other."""
    if name in SAME:
        return tuple(ACTIVATIONS[SAME[name]].split("; "))
    if name not in FORMULAS:
        return None
    values = {key: number(value) for key, value in {**_NUMBERS, **numbers}.items()}
    return tuple(step.format(**values) for step in FORMULAS[name].split("; "))


def name_of(value: Any) -> str | Layer:
    """Which activation a setting names, or the layer that it is. Raises `NotPlainError`."""
    if value is None:
        return "linear"
    if isinstance(value, Mapping):
        if value.get("class_name") == "function":
            if str(value.get("module") or "") not in _MODULES:
                raise NotPlainError(quote(str(value.get("config"))))
            value = value.get("config")
        else:
            return read_layer(value)
    if not isinstance(value, str):
        raise FlopcountError("an activation that cannot be read")
    return value


def activated(call: Call, x: Operand, value: Any) -> Operand:
    """What an activation makes of a tensor: no node where it is linear."""
    name = name_of(value)
    if isinstance(name, Layer):
        found: Operand = call.inner(name, [x])
        return found
    if name in ("linear", ""):
        return x
    if name in ("softmax", "log_softmax"):
        return call.add(ops.Softmax(-1, name != "softmax"), x)
    if name == "glu":
        return call.add(ops.Gated(-1), x)
    if name == "sparsemax":
        return call.add(ops.Unknown(name, (x.shape,)), x)
    steps = steps_of(name)
    if steps is None:
        raise NotPlainError(quote(name))
    return call.add(ops.Elementwise(name, steps), x)


@layer("Activation")
def _activation(call: Call) -> Operand:
    return activated(call, call.x, call.layer.get("activation"))


@layer("ReLU")
def _relu(call: Call) -> Operand:
    """min(max(x, 0), most) with a slope below the threshold, all of which may be left out."""
    slope = call.layer.number("negative_slope", 0.0)
    least = call.layer.number("threshold", 0.0)
    most = None if call.layer.get("max_value") is None else call.layer.number("max_value", 0.0)
    if not slope and not least and most == 6:
        return call.add(ops.Elementwise("relu6", steps_of("relu6") or ()), call.x)
    text = f"x if x > {number(least)} else 0" if least else "max(x, 0)"
    if slope and not least and most is None:
        text = f"x if x > 0 else {number(slope)} * x"
    else:
        text = f"min({text}, {number(most)})" if most is not None and not least else text
        text = f"min(({text}), {number(most)})" if most is not None and least else text
        if slope:
            text = f"({text}) - {number(slope)} * max({number(least)} - x, 0)"
    return call.add(ops.Elementwise("relu" if not slope else "leaky", (f"y = {text}",)), call.x)


@layer("LeakyReLU")
def _leaky(call: Call) -> Operand:
    default = call.layer.number("alpha", 0.3)  # as Keras 2 calls it
    slope = call.layer.number("negative_slope", default)
    return call.add(
        ops.Elementwise("leaky", steps_of("leaky_relu", {"slope": slope}) or ()), call.x
    )


@layer("ELU")
def _elu(call: Call) -> Operand:
    alpha = number(call.layer.number("alpha", 1.0))
    return call.add(
        ops.Elementwise("elu", (f"y = x if x > 0 else {alpha} * (exp(x) - 1)",)), call.x
    )


@layer("PReLU")
def _prelu(call: Call) -> Operand:
    x, rank = call.x, len(call.x.shape)
    shared = call.layer.get("shared_axes")
    over = call.layer.axes("shared_axes", rank) if shared is not None else ()
    shape = tuple(1 if axis in over else x.shape[axis] for axis in range(1, rank))
    slopes = call.held("alpha", *shape)
    on = tuple(axis for axis in range(1, rank) if axis not in over)
    return call.add(ops.PReLU(on=on), x, A=slopes)


@layer("Softmax")
def _softmax(call: Call) -> Operand:
    return softmax(call, call.x)


@operation("Softmax")
def _softmax_of(call: Call) -> Operand:
    return softmax(call, call.x)


def softmax(call: Call, x: Operand) -> Operand:
    """Softmax along an axis, or over several that become one."""
    axes = call.layer.axes("axis", len(x.shape))
    if len(axes) == 1:
        return call.add(ops.Softmax(axes[0]), x)
    return softmax_over(call, x, axes)


def softmax_over(call: Call, x: Operand, axes: tuple[int, ...]) -> Operand:
    """Softmax over axes side by side: over all of them as one."""
    first, last = axes[0], axes[-1]
    if axes != tuple(range(first, last + 1)):
        return call.add(ops.Unknown("softmax", (x.shape,)), x)
    together: Any = 1
    for axis in axes:
        together = together * x.shape[axis]
    flat = call.view(x, (*x.shape[:first], together, *x.shape[last + 1 :]))
    return call.view(call.add(ops.Softmax(first), flat), x.shape)
