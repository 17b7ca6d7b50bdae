"""Windows over tensors that have their channels behind the grid: … × height × width × channels."""

from collections.abc import Sequence

from ....records import dataclass
from ....sizes import Meet, Ragged, Shape
from ...nest import Nest
from ...op import Work
from ..convolution import Conv, in_groups
from ..pooling import STEPS, AdaptivePool, Pool
from ..tail import Tail
from ..transposed import Transposed
from .written import computed_text


def tailed(output: Shape, tail: Tail, computed: str) -> list[Nest]:
    """What rides on a layer: a bias that comes in where it is `computed`, and an activation."""
    return [
        Nest(computed_text(nest.text, computed), nest.sizes, nest.meets)
        for nest in tail.nests(output)
    ]


@dataclass(frozen=True)
class LastConv(Conv):
    """A convolution, its kernel k_h × k_w × in/groups × out as Keras and JAX have it.

    `computed` are the capitals of parameters that come in instead of being held. The multiplies,
    and what is raised, are those of `Conv`.
    """

    computed: str = ""
    bare = True
    channels_last = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        axes = len(self.window.kernel)
        x = inputs[0]
        before, grid, channels = x[: -axes - 1], x[-axes - 1 : -1], x[-1]
        width, parts = self.parts(channels)
        slides = self.window.slides(grid)
        output = (*before, *[slide.outputs for slide in slides], width)
        sizes = {"...": before, "o": output[-axes - 1 : -1], "t": self.window.kernel}
        text = computed_text("y[... o* g k] += x[... o*:t* g c] * W[t* g c k]", self.computed)
        product = Nest(text, {**sizes, **parts}, {"o:t": slides})
        return Work((product, *tailed(output, self.tail, self.computed)), (output,))


@dataclass(frozen=True)
class LastTransposed(Transposed):
    """A transposed convolution, its channels behind the grid; else as `LastConv`."""

    computed: str = ""
    bare = True
    channels_last = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        axes = len(self.window.kernel)
        x = inputs[0]
        before, grid, channels = x[: -axes - 1], x[-axes - 1 : -1], x[-1]
        each, out = in_groups(channels, self.width, self.groups)
        slides = self.window.transposed(grid, self.outpad)
        output = (*before, *[slide.n for slide in slides], self.width)
        sizes = {"...": before, "o": grid, "t": self.window.kernel}
        text = computed_text("y[... o*:t* g k] += x[... o* g c] * W[t* g c k]", self.computed)
        product = Nest(text, {**sizes, "g": self.groups, "c": each, "k": out}, {"o:t": slides})
        return Work((product, *tailed(output, self.tail, self.computed)), (output,))


def _pooled(kind: str, x: Shape, to: Shape, taps: Shape, meets: Sequence[Meet]) -> Work:
    before = x[: -len(to) - 1]
    sizes = {"...": before, "o": to, "t": taps, "c": x[-1]}
    nests = tuple(Nest(text, sizes, {"o:t": tuple(meets)}) for text in STEPS[kind])
    return Work(nests, ((*before, *to, x[-1]),))


@dataclass(frozen=True)
class LastPool(Pool):
    """Max or average pooling of a window that slides over the axes before the channels."""

    channels_last = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        axes = len(self.window.kernel)
        slides = self.window.slides(inputs[0][-axes - 1 : -1])
        to = tuple([slide.outputs for slide in slides])
        return _pooled(self.kind, inputs[0], to, self.window.kernel, slides)


@dataclass(frozen=True)
class LastAdaptivePool(AdaptivePool):
    """Max or average pooling of the axes before the channels to a given grid."""

    channels_last = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        grid = inputs[0][-len(self.to) - 1 : -1]
        cells = [Ragged(n, m) for n, m in zip(grid, self.to, strict=True)]
        return _pooled(self.kind, inputs[0], self.to, grid, cells)
