"""One small frozen dataclass per kind of layer: what comes out (`shape`), what it costs (`cost`).

Shapes are (height, width, channels) of one sample. A formula stands here once, for whole numbers,
arrays and symbols alike; `elementwise` counts are documented per layer with their source.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ..errors import FlopcountError
from ..reading import Pair
from ..sizes.size import Shape, Size, differ
from ..sizes.window import Window
from .cost import Cost, Elementwise

# Operations per element. relu6: Howard et al. arXiv:1704.04861; elu: Clevert et al. 1511.07289;
# gelu: the tanh form of Hendrycks & Gimpel 1606.08415; silu: Elfwing et al. 1702.03118;
# hardswish: Howard et al. 1905.02244. tanh is (e^2x − 1) / (e^2x + 1), sigmoid 1 / (1 + e^−x).
ACTIVATIONS = {
    "relu": Elementwise(compares=1),
    "relu6": Elementwise(compares=2),
    "leaky": Elementwise(compares=1, multiplies=1),
    "elu": Elementwise(compares=1, exponentials=1, adds=1, multiplies=1),
    "sigmoid": Elementwise(exponentials=1, adds=1, divides=1),
    "tanh": Elementwise(multiplies=1, exponentials=1, adds=2, divides=1),
    "silu": Elementwise(exponentials=1, adds=1, divides=1, multiplies=1),
    "gelu": Elementwise(multiplies=7, adds=4, exponentials=1, divides=1),
    "hardsigmoid": Elementwise(adds=1, compares=2, divides=1),
    "hardswish": Elementwise(adds=1, compares=2, divides=1, multiplies=1),
}
# Batch norm's trained numbers per channel: γ and β, β alone, γ alone, neither.
NORMS = {"norm": 2, "shift": 1, "scale": 1, "stats": 0}


class Op(Protocol):
    """What the walk asks of a layer."""

    @property
    def word(self) -> str:
        """The notation's word for this kind of layer."""

    def shape(self, *inputs: Shape) -> Shape:
        """The output's shape. Raises `FlopcountError` where the inputs do not fit."""

    def cost(self, inputs: tuple[Shape, ...], output: Shape) -> Cost:
        """The counts for one sample, given the shapes that go in and come out."""


def elements(shape: Shape) -> Size:
    """Height × width × channels."""
    return shape[0] * shape[1] * shape[2]


class Factors(NamedTuple):
    """The factors of a layer's multiplies: all of them; without the grid, those of its weights."""

    kernel: tuple[Size, ...] = ()
    grid: tuple[Size, ...] = ()
    channels: tuple[Size, ...] = ()  # those in (of a group), those out


def product(*groups: tuple[Size, ...]) -> Size:
    """Multiply factors: the one place where they become a count.

    >>> product((5, 5), (28, 28), (192, 32))
    120422400
    """
    result: Size = 1
    for group in groups:
        for factor in group:
            result = result * factor
    return result


@dataclass(frozen=True, slots=True)
class Tail:
    """What rides on a convolution or dense layer: bias, batch norm and activation.

    Elementwise, per output element: a bias is 1 add; batch norm at inference is 1 multiply and
    1 add (y = s·x + t, with s and t known per channel); the activation as in `ACTIVATIONS`.
    """

    bias: bool = True
    norm: str | None = None
    activation: str | None = None

    def cost(self, output: Shape, multiplies: Size, unpadded: Size, weights: Size) -> Cost:
        """The whole layer's cost, given that of its kernel."""
        channels, count = output[2], elements(output)
        adds = (1 if self.bias else 0) + (1 if self.norm else 0)
        extra = Elementwise(adds, 1 if self.norm else 0)
        if self.activation:
            extra = extra + ACTIVATIONS[self.activation]
        return Cost(
            multiplies=multiplies,
            multiplies_unpadded=unpadded,
            weights=weights,
            biases=channels if self.bias else 0,
            norm_params=NORMS[self.norm] * channels if self.norm else 0,
            norm_stats=2 * channels if self.norm else 0,
            activations=count,
            elementwise=extra * count,
        )


@dataclass(frozen=True, slots=True)
class Conv:
    """Convolution: k_h·k_w·(c_in/groups)·c_out·h_out·w_out multiplies (GoogLeNet paper's count).

    `role` says why a 1×1 exists (``"reduce"``, ``"project"``); rewrites read it. Raises
    `FlopcountError` where the kernel does not fit or the groups do not divide the channels.
    """

    window: Window
    width: Size
    groups: int = 1
    tail: Tail = Tail()
    role: str | None = None
    word = "conv"

    def shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        ((height, width, channels),) = inputs
        if differ(channels % self.groups, 0) or differ(self.width % self.groups, 0):
            raise FlopcountError(
                f"groups={self.groups} does not divide {channels} input and "
                f"{self.width} output channels"
            )
        return (*self.window.grid(height, width), self.width)

    def factors(self, inputs: tuple[Shape, ...], output: Shape) -> Factors:
        """The multiplies, factor by factor: kernel, output grid, channels in a group, channels."""
        channels = (inputs[0][2] // self.groups, output[2])
        return Factors(self.window.kernel, output[:2], channels)

    def cost(self, inputs: tuple[Shape, ...], output: Shape) -> Cost:  # noqa: D102
        return _convolution(self.factors(inputs, output), self.window, self.tail, inputs[0], output)


@dataclass(frozen=True, slots=True)
class Depthwise:
    """Depthwise convolution: each channel its own kernels, c_in·multiplier channels out.

    Multiplies as of `Conv` with groups = c_in: k_h·k_w·1·(c_in·multiplier)·h_out·w_out.
    """

    window: Window
    multiplier: int = 1
    tail: Tail = Tail()
    word = "depthwise"

    def shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        ((height, width, channels),) = inputs
        return (*self.window.grid(height, width), channels * self.multiplier)

    def factors(self, inputs: tuple[Shape, ...], output: Shape) -> Factors:  # noqa: ARG002
        """The multiplies, factor by factor: kernel, output grid, one channel, channels out."""
        return Factors(self.window.kernel, output[:2], (1, output[2]))

    def cost(self, inputs: tuple[Shape, ...], output: Shape) -> Cost:  # noqa: D102
        return _convolution(self.factors(inputs, output), self.window, self.tail, inputs[0], output)


def _convolution(factors: Factors, window: Window, tail: Tail, x: Shape, output: Shape) -> Cost:
    """Price a convolution from its factors; off the padding, the taps that land on the image."""
    return tail.cost(
        output,
        multiplies=product(*factors),
        unpadded=product(window.taps(x[0], x[1]), factors.channels),
        weights=product(factors.kernel, factors.channels),
    )


@dataclass(frozen=True, slots=True)
class Dense:
    """Fully connected layer on all that comes in, flattened: (h·w·c)·units multiplies."""

    width: Size
    tail: Tail = Tail()
    word = "dense"

    def shape(self, *inputs: Shape) -> Shape:  # noqa: ARG002, D102
        return (1, 1, self.width)

    def factors(self, inputs: tuple[Shape, ...], output: Shape) -> Factors:
        """The multiplies, factor by factor: numbers in, numbers out."""
        return Factors(channels=(elements(inputs[0]), output[2]))

    def cost(self, inputs: tuple[Shape, ...], output: Shape) -> Cost:  # noqa: D102
        multiplies = product(*self.factors(inputs, output))
        return self.tail.cost(output, multiplies, unpadded=multiplies, weights=multiplies)


def _pooling(kind: str, window_elements: Size, outputs: Size) -> Elementwise:
    """Of n numbers the largest takes n − 1 compares, the mean n − 1 adds and a divide."""
    if kind == "max":
        return Elementwise(compares=window_elements - outputs)
    return Elementwise(adds=window_elements - outputs, divides=outputs)


@dataclass(frozen=True, slots=True)
class Pool:
    """Max or average pooling. Elementwise: k_h·k_w − 1 operations an output, as XLA counts it."""

    kind: str
    window: Window

    @property
    def word(self) -> str:  # noqa: D102
        return f"{self.kind}pool"

    def shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        ((height, width, channels),) = inputs
        return (*self.window.grid(height, width), channels)

    def cost(self, inputs: tuple[Shape, ...], output: Shape) -> Cost:  # noqa: ARG002, D102
        count = elements(output)
        k_h, k_w = self.window.kernel
        return Cost(activations=count, elementwise=_pooling(self.kind, k_h * k_w * count, count))


@dataclass(frozen=True, slots=True)
class AdaptivePool:
    """Max or average pooling to a given grid; 1×1 is global pooling.

    Window i of m along an axis of n runs from ⌊i·n/m⌋ to ⌈(i+1)·n/m⌉, as PyTorch's adaptive
    pooling has it; elementwise counts are of the numbers in those windows.
    """

    kind: str
    to: Pair

    @property
    def word(self) -> str:  # noqa: D102
        return f"{self.kind}pool"

    def shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        return (*self.to, inputs[0][2])

    def cost(self, inputs: tuple[Shape, ...], output: Shape) -> Cost:  # noqa: D102
        count, covered = elements(output), inputs[0][2]
        for n, m in zip(inputs[0], self.to, strict=False):
            along: Size = n if m == 1 else sum(-(-(i + 1) * n // m) - i * n // m for i in range(m))
            covered = covered * along
        return Cost(activations=count, elementwise=_pooling(self.kind, covered, count))


@dataclass(frozen=True, slots=True)
class LRN:
    """Local response normalisation over `size` channels (Krizhevsky et al. 2012, section 3.3).

    x / (k + (α/n)·Σx²)^β, per element: the square and the scaling (2 multiplies), the sum and k
    (n adds, also at the first and last channels, where fewer exist), a power and a divide.
    """

    size: int = 5
    word = "lrn"

    def shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        return inputs[0]

    def cost(self, inputs: tuple[Shape, ...], output: Shape) -> Cost:  # noqa: ARG002, D102
        count = elements(output)
        per_element = Elementwise(self.size, multiplies=2, divides=1, exponentials=1)
        return Cost(activations=count, elementwise=per_element * count)


@dataclass(frozen=True, slots=True)
class Norm:
    """Batch norm on its own: γ and β as `kind` says (`NORMS`), moving statistics apart."""

    kind: str = "norm"
    word = "norm"

    def shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        return inputs[0]

    def cost(self, inputs: tuple[Shape, ...], output: Shape) -> Cost:  # noqa: ARG002, D102
        return Tail(bias=False, norm=self.kind).cost(output, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation on its own: operations per element as in `ACTIVATIONS`."""

    kind: str

    @property
    def word(self) -> str:  # noqa: D102
        return self.kind

    def shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        return inputs[0]

    def cost(self, inputs: tuple[Shape, ...], output: Shape) -> Cost:  # noqa: ARG002, D102
        return Tail(bias=False, activation=self.kind).cost(output, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Softmax:
    """Softmax over the channels, as it is computed: e^(x − max x) / Σ.

    Per position of c channels: c − 1 compares, c subtractions and c − 1 adds, c exponentials and
    c divides.
    """

    word = "softmax"

    def shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        return inputs[0]

    def cost(self, inputs: tuple[Shape, ...], output: Shape) -> Cost:  # noqa: ARG002, D102
        count, positions = elements(output), output[0] * output[1]
        work = Elementwise(
            adds=2 * count - positions,
            compares=count - positions,
            divides=count,
            exponentials=count,
        )
        return Cost(activations=count, elementwise=work)


@dataclass(frozen=True, slots=True)
class Scale:
    """Multiply by a constant, as a residual's scaling does: 1 multiply an element, elementwise."""

    word = "scale"

    def shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        return inputs[0]

    def cost(self, inputs: tuple[Shape, ...], output: Shape) -> Cost:  # noqa: ARG002, D102
        count = elements(output)
        return Cost(activations=count, elementwise=Elementwise(multiplies=count))


@dataclass(frozen=True, slots=True)
class PassThrough:
    """A layer that computes nothing at inference: ``identity`` or ``dropout``."""

    word: str = "identity"

    def shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        return inputs[0]

    def cost(self, inputs: tuple[Shape, ...], output: Shape) -> Cost:  # noqa: ARG002, D102
        return Cost(activations=elements(output))


@dataclass(frozen=True, slots=True)
class Flatten:
    """All elements in a row: 1×1×(h·w·c)."""

    word = "flatten"

    def shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        return (1, 1, elements(inputs[0]))

    def cost(self, inputs: tuple[Shape, ...], output: Shape) -> Cost:  # noqa: ARG002, D102
        return Cost(activations=elements(output))


def _fit(inputs: tuple[Shape, ...], axes: int, what: str) -> None:
    """Raise `FlopcountError` unless all inputs agree on the first `axes` sizes."""
    for other in inputs[1:]:
        if any(differ(a, b) for a, b in zip(inputs[0][:axes], other[:axes], strict=True)):
            shapes = ", ".join("x".join(map(str, shape)) for shape in inputs)
            raise FlopcountError(f"branches that do not fit {what}: {shapes}")


@dataclass(frozen=True, slots=True)
class Concat:
    """Branches side by side on one grid, their channels one after the other."""

    word = "concat"

    def shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        _fit(inputs, 2, "a concat (height and width must be equal)")
        channels = inputs[0][2]
        for other in inputs[1:]:
            channels = channels + other[2]
        return (inputs[0][0], inputs[0][1], channels)

    def cost(self, inputs: tuple[Shape, ...], output: Shape) -> Cost:  # noqa: ARG002, D102
        return Cost(activations=elements(output))


@dataclass(frozen=True, slots=True)
class Add:
    """Branches added element by element: n − 1 adds an element for n branches."""

    word = "add"

    def shape(self, *inputs: Shape) -> Shape:  # noqa: D102
        _fit(inputs, 3, "an add (shapes must be equal)")
        return inputs[0]

    def cost(self, inputs: tuple[Shape, ...], output: Shape) -> Cost:  # noqa: D102
        count = elements(output)
        return Cost(activations=count, elementwise=Elementwise((len(inputs) - 1) * count))
