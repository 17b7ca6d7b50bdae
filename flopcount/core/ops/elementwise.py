"""Layers that work element by element: activations, softmax, a residual's scale; and nothing."""

import re
from dataclasses import dataclass
from functools import partial

from ...sizes import Shape, product
from ..nest import Nest
from ..op import Kind, Work, register

# As functions of x, in steps; their operations are read off them. relu6: Howard et al.
# arXiv:1704.04861; elu: Clevert et al. 1511.07289; gelu: the tanh form of Hendrycks & Gimpel
# 1606.08415, its tanh written out as (e^2z − 1) / (e^2z + 1); silu: Elfwing et al. 1702.03118;
# hardswish: Howard et al. 1905.02244. leaky's slope and hardsigmoid are Keras'.
ACTIVATIONS = {
    "relu": "y = max(x, 0)",
    "relu6": "y = min(max(x, 0), 6)",
    "leaky": "y = max(x, 0.2 * x)",
    "elu": "y = x if x > 0 else 1.0 * (exp(x) - 1)",
    "sigmoid": "y = 1 / (1 + exp(-x))",
    "tanh": "e = exp(2 * x); y = (e - 1) / (e + 1)",
    "silu": "y = x * (1 / (1 + exp(-x)))",
    "gelu": "e = exp(2 * (0.7978845608 * (x + 0.044715 * (x * x * x)))); "
    "y = 0.5 * x * (1 + (e - 1) / (e + 1))",
    "hardsigmoid": "y = min(max(x + 3, 0), 6) / 6",
    "hardswish": "y = x * (min(max(x + 3, 0), 6) / 6)",
}


def activation(kind: str, of: str, axes: str = "...") -> list[str]:
    """The nests of an activation of a tensor on these axes.

    >>> activation("tanh", "x")
    ['e[...] = exp(2 * x[...])', 'y[...] = (e[...] - 1) / (e[...] + 1)']
    """
    tensors = {"x": f"{of}[{axes}]", "e": f"e[{axes}]", "y": f"y[{axes}]"}
    return [
        re.sub(r"\b[xey]\b", lambda name: tensors[name[0]], step)
        for step in ACTIVATIONS[kind].split("; ")
    ]


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation on its own, as `ACTIVATIONS` has it."""

    kind: str
    channelwise = True

    @property
    def word(self) -> str:  # noqa: D102
        return self.kind

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        nests = tuple(Nest(text, {"...": x}) for text in activation(self.kind, "x"))
        return Work(nests, (x,))


@dataclass(frozen=True, slots=True)
class Softmax:
    """Softmax over the channels, as it is computed: e^(x − max x) / Σ."""

    word = "softmax"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        sizes = {"...": x[:-1], "c": x[-1]}
        steps = (
            "m[...] max= x[... c]",
            "e[... c] = exp(x[... c] - m[...])",
            "s[...] += e[... c]",
            "y[... c] = e[... c] / s[...]",
        )
        return Work(tuple(Nest(text, sizes) for text in steps), (x,))


@dataclass(frozen=True, slots=True)
class Scale:
    """Multiply by a constant, as a residual's scaling does."""

    word = "scale"
    channelwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        return Work((Nest("y[...] = 0.1 * x[...]", {"...": x}),), (x,))


@dataclass(frozen=True, slots=True)
class PassThrough:
    """A layer that computes nothing at inference: ``identity`` or ``dropout``."""

    word: str = "identity"
    channelwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        return Work((), (x,))


@dataclass(frozen=True, slots=True)
class Flatten:
    """All elements in a row, 1 on each axis of the grid: 1×1×(h·w·c) of h×w×c, a view."""

    word = "flatten"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        return Work((), ((*(1 for _ in x[:-1]), product(x)),), view=True)


register("softmax", Kind(lambda _: (Softmax(),)))
register("scale", Kind(lambda _: (Scale(),)))
register("flatten", Kind(lambda _: (Flatten(),)))
register("identity", Kind(lambda _: (PassThrough("identity"),)))
register("dropout", Kind(lambda _: (PassThrough("dropout"),)))
for _name in ACTIVATIONS:
    register(_name, Kind(partial(lambda name, _: (Activation(name),), _name)))
