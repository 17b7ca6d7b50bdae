"""Windows over tensors that have their channels before the grid: … × channels × height × width."""

from collections.abc import Sequence

from ....records import dataclass
from ....sizes import Meet, Ragged, Shape
from ...nest import Nest
from ...op import Work
from ..convolution import Conv, in_groups
from ..pooling import STEPS, AdaptivePool, Pool
from ..tail import Tail
from ..transposed import Transposed
from .written import computed_text, parted


def biased(output: Shape, axes: int, tail: Tail, computed: str) -> list[Nest]:
    """A bias for each channel, if the tail has one; it comes in where it is `computed`."""
    if not tail.bias:
        return []
    before, channels, grid = parted(output, axes)
    text = computed_text("y[... k s*] = y[... k s*] + B[k]", computed)
    return [Nest(text, {"...": before, "k": channels, "s": grid})]


@dataclass(frozen=True)
class FirstConv(Conv):
    """A convolution, its kernel out × in/groups × k_h × k_w as PyTorch and ONNX have it.

    `computed` are the capitals of parameters that come in instead of being held. The multiplies,
    and what is raised, are those of `Conv`.
    """

    computed: str = ""
    bare = True
    channels_last = False

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        axes = len(self.window.kernel)
        before, channels, grid = parted(inputs[0], axes)
        width, parts = self.parts(channels)
        slides = self.window.slides(grid)
        output = (*before, width, *[slide.outputs for slide in slides])
        sizes = {"...": before, "o": output[-axes:], "t": self.window.kernel}
        text = computed_text("y[... g k o*] += x[... g c o*:t*] * W[g k c t*]", self.computed)
        product = Nest(text, {**sizes, **parts}, {"o:t": slides})
        return Work((product, *biased(output, axes, self.tail, self.computed)), (output,))


@dataclass(frozen=True)
class FirstTransposed(Transposed):
    """A transposed convolution, its kernel in × out/groups × k_h × k_w; else as `FirstConv`."""

    computed: str = ""

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        axes = len(self.window.kernel)
        before, channels, grid = parted(inputs[0], axes)
        each, out = in_groups(channels, self.width, self.groups)
        slides = self.window.transposed(grid, self.outpad)
        output = (*before, self.width, *[slide.n for slide in slides])
        sizes = {"...": before, "o": grid, "t": self.window.kernel}
        text = computed_text("y[... g k o*:t*] += x[... g c o*] * W[g c k t*]", self.computed)
        product = Nest(text, {**sizes, "g": self.groups, "c": each, "k": out}, {"o:t": slides})
        return Work((product, *biased(output, axes, self.tail, self.computed)), (output,))


# The channels are among the axes that come before the grid.
_STEPS = {kind: [text.replace(" c]", "]") for text in texts] for kind, texts in STEPS.items()}


def _pooled(kind: str, before: Shape, to: Shape, taps: Shape, meets: Sequence[Meet]) -> Work:
    sizes = {"...": before, "o": to, "t": taps}
    nests = tuple(Nest(text, sizes, {"o:t": tuple(meets)}) for text in _STEPS[kind])
    return Work(nests, ((*before, *to),))


@dataclass(frozen=True)
class FirstPool(Pool):
    """Max or average pooling of a window that slides over the last axes."""

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        axes = len(self.window.kernel)
        before, grid = inputs[0][:-axes], inputs[0][-axes:]
        slides = self.window.slides(grid)
        to = tuple([slide.outputs for slide in slides])
        return _pooled(self.kind, before, to, self.window.kernel, slides)


@dataclass(frozen=True)
class FirstAdaptivePool(AdaptivePool):
    """Max or average pooling of the last axes to a given grid, in PyTorch's cells."""

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        axes = len(self.to)
        before, grid = inputs[0][:-axes], inputs[0][-axes:]
        cells = [Ragged(n, m) for n, m in zip(grid, self.to, strict=True)]
        return _pooled(self.kind, before, self.to, grid, cells)
