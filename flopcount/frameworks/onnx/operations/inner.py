"""Activations that an operator has within it, by their names: of recurrent layers, fused ones."""

from collections.abc import Mapping
from typing import NamedTuple

from ....core.ops.elementwise import ACTIVATIONS as OWN
from ....errors import FlopcountError
from ...models.operands import number

# As a function of x, with α and β, and what these are where nobody says (ONNX' LSTM, Affine's are
# of its operator of that name).
_FORMS: Mapping[str, tuple[str, float, float]] = {
    "relu": (OWN["relu"], 0, 0),
    "tanh": (OWN["tanh"], 0, 0),
    "sigmoid": (OWN["sigmoid"], 0, 0),
    "affine": ("y = {a} * x + {b}", 1.0, 0.0),
    "leakyrelu": ("y = x if x >= 0 else {a} * x", 0.01, 0),
    "thresholdedrelu": ("y = x if x >= {a} else 0", 1.0, 0),
    "scaledtanh": ("e = exp(2 * ({b} * x)); y = {a} * ((e - 1) / (e + 1))", 1.7159, 0.6667),
    "hardsigmoid": ("y = min(max({a} * x + {b}, 0), 1)", 0.2, 0.5),
    "elu": ("y = x if x >= 0 else {a} * (exp(x) - 1)", 1.0, 0),
    "softsign": ("y = x / (1 + max(x, -x))", 0, 0),
    "softplus": (OWN["softplus"], 0, 0),
    "clip": ("y = min(max(x, {a}), {b})", 0, 0),
    "gelu": (OWN["gelu"], 0, 0),
    "silu": (OWN["silu"], 0, 0),
    "quickgelu": ("y = x * (1 / (1 + exp(-{a} * x)))", 1.702, 0),
}
HAS_ALPHA = {name for name, (text, *_) in _FORMS.items() if "{a}" in text}
HAS_BETA = {name for name, (text, *_) in _FORMS.items() if "{b}" in text}


class Function(NamedTuple):
    """An activation: its name, small and in one word, and its steps with y as their result."""

    name: str
    steps: tuple[str, ...]


def function(name: str, alpha: float | None = None, beta: float | None = None) -> Function:
    """An activation by ONNX' name, in any case. Raises `FlopcountError` for one that is not known.

    >>> function("LeakyRelu").steps
    ('y = x if x >= 0 else 0.01 * x',)
    """
    known = _FORMS.get(name.lower())
    if known is None:
        raise FlopcountError(f"the activation {name} is not known")
    text, a, b = known
    values = (a if alpha is None else alpha, b if beta is None else beta)
    written = text.format(a=number(values[0]), b=number(values[1]))
    return Function(name.lower(), tuple(written.split("; ")))
