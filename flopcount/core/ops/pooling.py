"""Pooling: the largest or the mean of a window, of a cell, of a whole grid."""

from collections.abc import Callable, Sequence

from ...errors import FlopcountError
from ...reading import axes_text
from ...records import dataclass
from ...sizes import Meet, Ragged, Shape, Size, Window
from ..nest import Nest
from ..op import Kind, Op, Work, Written, register

# Of n numbers the largest takes n − 1 compares, the mean n − 1 adds and a divide, those on the
# padding included, as XLA counts a window. By how many numbers a mean divides (n) is known
# beforehand: a framework may count the padding or not.
STEPS = {
    "max": ("y[... o* c] max= x[... o*:t* c]",),
    "avg": ("s[... o* c] += x[... o*:t* c]", "y[... o* c] = s[... o* c] / n[o*]"),
}


def _pool(
    kind: str, taps: Sequence[Size], outputs: Sequence[Size], channels: Size, meets: Sequence[Meet]
) -> Work:
    output = (*outputs, channels)
    sizes = {"...": (), "o": tuple(outputs), "t": tuple(taps), "c": channels}
    met = {"o:t": tuple(meets)}
    return Work(tuple(Nest(text, sizes, met) for text in STEPS[kind]), (output,))


@dataclass(frozen=True)
class Pool:
    """Max or average pooling of a window that slides. Raises `FlopcountError` where none fits."""

    kind: str
    window: Window

    @property
    def word(self) -> str:  # noqa: D102
        return f"{self.kind}pool"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        ((*grid, channels),) = inputs
        slides = self.window.slides(grid)
        outputs = [slide.outputs for slide in slides]
        return _pool(self.kind, self.window.kernel, outputs, channels, slides)


@dataclass(frozen=True)
class AdaptivePool:
    """Max or average pooling to a given grid, in PyTorch's cells; 1×1 is global pooling."""

    kind: str
    to: tuple[int, ...]

    @property
    def word(self) -> str:  # noqa: D102
        return f"{self.kind}pool"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        ((*grid, channels),) = inputs
        cells = [Ragged(n, m) for n, m in zip(grid, self.to, strict=True)]
        return _pool(self.kind, grid, self.to, channels, cells)


def _maker(kind: str) -> Callable[[Written], tuple[Op, ...]]:
    def make(layer: Written) -> tuple[Op, ...]:
        if layer.kernel is None:
            return (AdaptivePool(kind, layer.settings["extent"]),)
        window = layer.window
        pads = () if isinstance(window.padding, str) else window.padding
        if any(pad >= k for pad, k in zip(pads, layer.kernel, strict=False)):
            raise FlopcountError(
                f"a {kind}pool padded by {axes_text(pads)} has windows without any image in them; "
                f"the padding must be smaller than the kernel"
            )
        return (Pool(kind, window),)

    return make


for _kind in STEPS:
    register(
        f"{_kind}pool",
        Kind(
            _maker(_kind),
            kernel="kernel",
            takes=("padding", "rounding", "extent"),
            default="same floor",
        ),
    )
