"""A window over a grid: its kernel, step, spread and padding, each per axis."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

from ..errors import FlopcountError
from ..records import dataclass
from .meets import Slide
from .size import Size, as_factor, ceil_div, certainly, maximum

Padding: TypeAlias = str | tuple[int, ...]  # "same", "valid", or explicit sizes on both sides

# What the axes of a grid are called, by how many there are.
AXES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}


@dataclass(frozen=True)
class Window:
    """A kernel that slides over a grid of as many axes.

    `padding` is ``"same"`` (TensorFlow's: ⌈n/s⌉ outputs, the odd element at the end; at the
    beginning with ``"same lower"``), ``"valid"`` (none), or an explicit size on both sides of each
    axis; `after` is that at its end, where it is another; below 0 it crops. `ceil` rounds the
    number of outputs up, as Caffe's and PyTorch's pooling do, but no window starts beyond the grid
    and the padding before it.
    """

    kernel: tuple[int, ...]
    stride: tuple[int, ...] = ()
    dilation: tuple[int, ...] = ()
    padding: Padding = "same"
    ceil: bool = False
    after: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """A stride or dilation that is not given is 1 on each axis."""
        ones = (1,) * len(self.kernel)
        object.__setattr__(self, "stride", self.stride or ones)
        object.__setattr__(self, "dilation", self.dilation or ones)

    def slides(self, grid: Sequence[Size]) -> tuple[Slide, ...]:
        """How the window slides along each axis of a grid.

        Raises `FlopcountError` where the kernel does not fit, or has another number of axes.

        >>> [slide.outputs for slide in Window((7, 7), (2, 2)).slides((224, 224))]
        [112, 112]
        >>> Window((3,), (2,), padding="valid", ceil=True).slides((112,))[0].outputs
        56
        """
        self._check_axes(grid)
        if {*map(type, grid)} == {int}:
            return _known(self, tuple(grid))
        return self._axes(grid)

    def transposed(self, grid: Sequence[Size], outpad: Sequence[int] = ()) -> tuple[Slide, ...]:
        """How it slides along each axis of what a transposed convolution of the grid puts out.

        Back from there it would have the grid as its outputs: (n − 1)·s + d·(k − 1) + 1 − 2·p
        numbers, and `outpad` more at the end; with ``"same"`` n·s. Raises `FlopcountError` where
        there is none, or the kernel has another number of axes.

        >>> [slide.n for slide in Window((4, 4), (2, 2), padding=(1, 1)).transposed((8, 8))]
        [16, 16]
        """
        self._check_axes(grid)
        slides = []
        for axis, n in enumerate(grid):
            k, s, d = self.kernel[axis], self.stride[axis], self.dilation[axis]
            span = (k - 1) * d + 1
            before, after = self._pads(axis)
            longer = outpad[axis] if outpad else 0
            output = n * s
            if self.padding == "same":
                before = max(span - s, 0) // 2
            else:
                output = (n - 1) * s + span - before - after + longer
            if certainly(output < 1):
                raise FlopcountError(f"{_padded(before, after)} leave nothing of {n}")
            slides.append(Slide(as_factor(output), n, k, s, d, before))
        return tuple(slides)

    def _check_axes(self, grid: Sequence[Size]) -> None:
        if len(grid) != len(self.kernel):
            raise FlopcountError(
                f"a kernel of {len(self.kernel)} axes does not fit a grid of {len(grid)}"
            )

    def _axes(self, grid: Sequence[Size]) -> tuple[Slide, ...]:
        return tuple([self._slide(n, axis) for axis, n in enumerate(grid)])

    def _slide(self, n: Size, axis: int) -> Slide:
        k, s, d = self.kernel[axis], self.stride[axis], self.dilation[axis]
        span = (k - 1) * d + 1
        if self.padding in ("same", "same lower"):
            outputs = as_factor(ceil_div(n, s))
            padded = (outputs - 1) * s + span - n  # at least span − s
            padded = padded if span >= s else maximum(padded, 0)
            before = (padded + (self.padding == "same lower")) // 2
            return Slide(n, outputs, k, s, d, before)
        before, after = self._pads(axis)
        room = n + before + after - span
        if certainly(room < 0):
            shape = "×".join(map(str, self.kernel))
            spread = f" that spans {span}" if span != k else ""
            padded = f" with {_padded(before, after)}" if before or after else ""
            raise FlopcountError(
                f"the {shape} kernel{spread} does not fit a "
                f"{AXES[len(self.kernel)][axis]} of {n}{padded} (a larger image, or 'same')"
            )
        if not self.ceil:
            return Slide(n, as_factor(room // s + 1), k, s, d, before)
        # ⌈room/s⌉ + 1 windows, but none that starts beyond n + before: the smaller of two ceilings
        # over s whose numerators differ by a constant
        outputs = as_factor(ceil_div(n + before + min(after + s - span, 0), s))
        return Slide(n, outputs, k, s, d, before)

    def _pads(self, axis: int) -> tuple[int, int]:
        """The padding before and after an axis."""
        before = self.padding[axis] if isinstance(self.padding, tuple) else 0
        return before, self.after[axis] if self.after else before


def _padded(before: int, after: int) -> str:
    if before == after:
        return f"{before} of padding on both sides"
    return f"{before} of padding before it and {after} behind it"


@lru_cache(maxsize=1024)
def _known(window: Window, grid: tuple[int, ...]) -> tuple[Slide, ...]:
    """The slides along a grid of whole numbers: many layers have the same."""
    return window._axes(grid)  # noqa: SLF001
