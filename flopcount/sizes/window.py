"""A window that slides over an image: how many outputs it has, and how many taps hit the image."""

from dataclasses import dataclass
from typing import TypeAlias

from ..errors import FlopcountError
from ..reading import Pair
from .size import Size, ceil_div, certainly, maximum, minimum, symbolic

Padding: TypeAlias = str | Pair  # "same", "valid", or explicit rows and columns on both sides


def _sized(out: Size) -> Size:
    """The size of a grid; in a walk with symbols, the symbol that stands for it."""
    walk = symbolic.get() if type(out) is not int else None
    return out if walk is None else walk.size(out)


@dataclass(frozen=True, slots=True)
class Window:
    """A kernel that slides over an image: its size, step, spread and padding, each per axis.

    `padding` is ``"same"`` (TensorFlow's: ⌈n/s⌉ outputs, the odd row at the end), ``"valid"``
    (none), or explicit rows and columns on both sides. `ceil` rounds the number of outputs up, as
    Caffe's and PyTorch's pooling do, but no window starts beyond the image and its left padding.
    """

    kernel: Pair
    stride: Pair = (1, 1)
    dilation: Pair = (1, 1)
    padding: Padding = "same"
    ceil: bool = False

    def _axis(self, n: Size, axis: int) -> tuple[Size, Size]:
        """The number of outputs along an axis of `n`, and the padding before its first element."""
        walk = symbolic.get() if type(n) is not int else None
        if walk is None:
            return self._find_axis(n, axis)
        key = (self, n, axis)
        if key not in walk.known:
            walk.known[key] = self._find_axis(n, axis)
        out, before = walk.known[key]
        return out, before

    def _find_axis(self, n: Size, axis: int) -> tuple[Size, Size]:
        k, s = self.kernel[axis], self.stride[axis]
        span = (k - 1) * self.dilation[axis] + 1
        if self.padding == "same":
            out = _sized(ceil_div(n, s))
            padded = (out - 1) * s + span - n  # at least span − s
            return out, (padded if span >= s else maximum(padded, 0)) // 2
        before = 0 if self.padding == "valid" else int(self.padding[axis])
        room = n + 2 * before - span
        if certainly(room < 0):
            high, wide = self.kernel
            spread = f" that spans {span}" if span != k else ""
            padded = f" with {before} of padding on both sides" if before else ""
            raise FlopcountError(
                f"the {high}×{wide} kernel{spread} does not fit a "
                f"{('height', 'width')[axis]} of {n}{padded} (a larger image, or 'same')"
            )
        if not self.ceil:
            return _sized(room // s + 1), before
        # ⌈room/s⌉ + 1 windows, but none that starts beyond n + before: the smaller of two ceilings
        # over s whose numerators differ by a constant
        return _sized(ceil_div(n + before + min(before + s - span, 0), s)), before

    def grid(self, height: Size, width: Size) -> tuple[Size, Size]:
        """Output height and width. Raises `FlopcountError` where the kernel does not fit.

        >>> Window((7, 7), (2, 2)).grid(224, 224)
        (112, 112)
        >>> Window((3, 3), (2, 2), padding="valid", ceil=True).grid(112, 112)
        (56, 56)
        """
        return self._axis(height, 0)[0], self._axis(width, 1)[0]

    def taps(self, height: Size, width: Size) -> tuple[Size, Size]:
        """Per axis, the (output, tap) pairs that land on the image and not on its padding.

        For each tap t, the outputs o with 0 ≤ o·s + t·d − p < n, clamped to those that exist:
        O(k) per axis, for any stride s, dilation d and padding p.

        >>> Window((5, 5)).taps(28, 28)  # 5·28 − 6 per axis
        (134, 134)
        """
        return self._axis_taps(height, 0), self._axis_taps(width, 1)

    def _axis_taps(self, n: Size, axis: int) -> Size:
        walk = symbolic.get() if type(n) is not int else None
        if walk is None:
            return self._find_taps(n, axis)
        if walk.taps is not None:
            return walk.taps
        key = (self, n, axis, "taps")
        if key not in walk.known:
            walk.known[key] = self._find_taps(n, axis)
        return walk.known[key]

    def _find_taps(self, n: Size, axis: int) -> Size:
        s, d = self.stride[axis], self.dilation[axis]
        out, before = self._axis(n, axis)
        inside: Size = 0
        for tap in range(self.kernel[axis]):
            shift = before - tap * d
            first = maximum(ceil_div(shift, s), 0)
            last = minimum((n - 1 + shift) // s, out - 1)
            inside = inside + maximum(last - first + 1, 0)
        return inside
