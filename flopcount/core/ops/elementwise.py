"""Layers that work element by element: activations, softmax, a residual's scale; and nothing."""

import re
from functools import partial

from ...errors import FlopcountError
from ...records import dataclass
from ...sizes import Shape, Slide, differ, nearest_divided, product, split
from ..nest import Nest
from ..op import Kind, Work, register

# As functions of x, in steps; their operations are read off them. relu6: Howard et al.
# arXiv:1704.04861; elu: Clevert et al. 1511.07289; gelu: the tanh form of Hendrycks & Gimpel
# 1606.08415, its tanh written out as (e^2z − 1) / (e^2z + 1); silu: Elfwing et al. 1702.03118;
# hardswish: Howard et al. 1905.02244; selu: Klambauer et al. 1706.02515; mish: x·tanh(softplus x),
# Misra 1908.08681; prelu: He et al. 1502.01852, its slope a of each channel trained. leaky's slope
# and hardsigmoid are Keras'.
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
    "selu": "y = 1.0507009874 * (x if x > 0 else 1.6732632423 * (exp(x) - 1))",
    "mish": "e = exp(x); p = e * (e + 2); y = x * (p / (p + 2))",
    "softplus": "y = log(1 + exp(x))",
    "prelu": "y = x if x > 0 else a * x",
}


def activation(kind: str, of: str, axes: str = "... k") -> list[str]:
    """The nests of an activation of a tensor on these axes, the last of them its channels.

    >>> activation("softplus", "x")
    ['y[... k] = log(1 + exp(x[... k]))']
    """
    tensors = {"x": f"{of}[{axes}]", "a": f"A[{axes.rpartition(' ')[2]}]"}
    tensors |= {name: f"{name}[{axes}]" for name in "eyp"}
    return [
        re.sub(r"\b[xeypa]\b", lambda name: tensors[name[0]], step)
        for step in ACTIVATIONS[kind].split("; ")
    ]


@dataclass(frozen=True)
class Activation:
    """An activation on its own, as `ACTIVATIONS` has it."""

    kind: str
    channelwise = True
    positionwise = True

    @property
    def word(self) -> str:  # noqa: D102
        return self.kind

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        sizes = {"...": x[:-1], "k": x[-1]}
        return Work(tuple(Nest(text, sizes) for text in activation(self.kind, "x")), (x,))


# By which activation of its other half a half is gated: Dauphin et al. 1612.08083, Shazeer
# 2002.05202.
GATES = {"glu": "sigmoid", "reglu": "relu", "geglu": "gelu", "swiglu": "silu"}


@dataclass(frozen=True)
class Gated:
    """Half of the channels times an activation of the other half: x[:h] · f(x[h:]) of 2h channels.

    Raises `FlopcountError` where the channels have no half.
    """

    word: str
    positionwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        ((*before, channels),) = inputs
        if differ(channels % 2, 0):
            raise FlopcountError(
                f"{self.word} halves the channels, and {channels} is odd"
                f"{nearest_divided(channels, 2)}"
            )
        half = split(channels, 2)
        sizes = {"...": tuple(before), "k": half, "t": 1, "u": 1}
        first, second = Slide(channels, half, 1), Slide(channels, half, 1, before=-half)
        meets = {"k:t": (first,), "k:u": (second,)}
        texts = ["h[... k] = x[... k:u]", *activation(GATES[self.word], "h")]
        texts.append("y[... k] = x[... k:t] * y[... k]")
        return Work(tuple(Nest(text, sizes, meets) for text in texts), ((*before, half),))


@dataclass(frozen=True)
class Softmax:
    """Softmax over the channels, as it is computed: e^(x − max x) / Σ."""

    word = "softmax"
    positionwise = True

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


@dataclass(frozen=True)
class Scale:
    """Multiply by a constant, as a residual's scaling does."""

    word = "scale"
    channelwise = True
    positionwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        return Work((Nest("y[...] = 0.1 * x[...]", {"...": x}),), (x,))


@dataclass(frozen=True)
class LayerScale:
    """A trained factor for each channel, the same at all positions (Touvron et al., 2103.17239)."""

    word = "layerscale"
    channelwise = True
    positionwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        sizes = {"...": x[:-1], "k": x[-1]}
        return Work((Nest("y[... k] = x[... k] * A[k]", sizes),), (x,))


@dataclass(frozen=True)
class PassThrough:
    """A layer that computes nothing at inference: ``identity`` or ``dropout``."""

    word: str = "identity"
    channelwise = True
    positionwise = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        return Work((), (x,))


@dataclass(frozen=True)
class Flatten:
    """All elements in a row, 1 on each axis of the grid: 1×1×(h·w·c) of h×w×c, a view."""

    word = "flatten"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        return Work((), ((*(1 for _ in x[:-1]), product(x)),), view=True)


register("softmax", Kind(lambda _: (Softmax(),)))
register("scale", Kind(lambda _: (Scale(),)))
register("layerscale", Kind(lambda _: (LayerScale(),)))
register("flatten", Kind(lambda _: (Flatten(),)))
register("identity", Kind(lambda _: (PassThrough("identity"),)))
register("dropout", Kind(lambda _: (PassThrough("dropout"),)))
for _name in GATES:
    register(_name, Kind(partial(lambda name, _: (Gated(name),), _name)))
for _name in ACTIVATIONS:
    register(_name, Kind(partial(lambda name, _: (Activation(name),), _name)))
