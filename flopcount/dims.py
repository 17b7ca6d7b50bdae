"""The arithmetic of sizes, written once for whole numbers, numpy int64 arrays and sympy symbols.

Only ``+ - * //`` and the helpers of this page are used, so that one line prices all three. A
condition on a size is asked through `certainly`, which is true only where it can be decided.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .errors import FlopcountError, quote

Size: TypeAlias = Any  # int | numpy int64 array | sympy integer expression
Shape: TypeAlias = tuple[Size, Size, Size]  # height, width, channels of one sample
Pair: TypeAlias = tuple[int, int]  # height, width
Padding: TypeAlias = str | Pair  # "same", "valid", or explicit rows and columns on both sides

MAX_SIZE = 2**31
MAX_KERNEL = 10_000  # the taps along an axis are counted one by one


def ceil_div(a: Size, b: Size) -> Size:
    """⌈a / b⌉ in whole numbers.

    >>> ceil_div(7, 2), ceil_div(-7, 2)
    (4, -3)
    """
    return -(-a // b)


def maximum(a: Size, b: Size) -> Size:
    """The larger of two whole numbers: (a + b + |a − b|) / 2.

    >>> maximum(3, 5)
    5
    """
    if type(a) is int and type(b) is int:
        return a if a > b else b  # noqa: FURB136  a call less in the taps
    return (a + b + abs(a - b)) // 2


def minimum(a: Size, b: Size) -> Size:
    """The smaller of two whole numbers: (a + b − |a − b|) / 2.

    >>> minimum(3, 5)
    3
    """
    if type(a) is int and type(b) is int:
        return a if a < b else b  # noqa: FURB136  likewise
    return (a + b - abs(a - b)) // 2


@dataclass(slots=True)
class Symbolic:
    """How a walk with symbols is helped along, and what it leaves behind.

    `size` gives a symbol for the size of a grid; `conditions` are those that could not be
    decided: a formula holds where none of them does. `taps`, where it is given, stands for all
    taps inside the image, which are slow to count. `known` keeps what was found along an axis,
    since the same few symbols come again and again.
    """

    size: Callable[[Any], Any]
    taps: Any = None
    conditions: list[Any] = field(default_factory=list)
    known: dict[Any, Any] = field(default_factory=dict)


symbolic: ContextVar[Symbolic | None] = ContextVar("symbolic", default=None)


def certainly(condition: Any) -> bool:
    """Whether a condition can be decided and holds: for one design of an array, that is enough.

    >>> certainly(1 > 2)
    False
    """
    if condition is True or condition is False:
        return condition
    if hasattr(condition, "any"):  # a numpy array
        return bool(condition.any())
    walk = symbolic.get()
    if walk is not None and getattr(condition, "free_symbols", None):
        walk.conditions.append(condition)
    return bool(condition == True)  # noqa: E712  sympy: an undecided relation is not equal to true


def differ(a: Size, b: Size) -> bool:
    """Whether two sizes certainly differ; symbols that may be equal do not.

    Asked by order, since sympy compares expressions for equality by how they are written.

    >>> differ(28, 14)
    True
    """
    return certainly(a > b) or certainly(a < b)


def as_size(value: Any, what: str) -> Size:
    """Let a size in: a whole number from 1 to 2**31, an array of them, or an integer symbol.

    Arrays come out as int64, since int32 wraps silently. Raises `FlopcountError` for a bool, a
    float, a string, an unsigned array, a symbol that may not be a positive integer, or a number
    out of range.

    >>> as_size(28, "height")
    28
    >>> as_size(True, "height")
    Traceback (most recent call last):
        ...
    flopcount.errors.FlopcountError: height is True, not a whole number from 1 to 2**31
    """
    allowed = f"{what} is {quote(value)}, not a whole number from 1 to 2**31"
    if type(value) is int:
        if not 1 <= value <= MAX_SIZE:
            raise FlopcountError(allowed)
        return value
    if hasattr(value, "dtype"):
        if value.dtype.kind != "i" or certainly((value < 1) | (value > MAX_SIZE)):
            raise FlopcountError(allowed)
        return value.astype("int64") if value.shape else int(value)
    if getattr(value, "free_symbols", None):
        if not (value.is_integer and value.is_positive):
            raise FlopcountError(f"{what} is {quote(value)}, not a positive integer symbol")
        return value
    if getattr(value, "is_Integer", False):  # a sympy number
        return as_size(int(value), what)
    raise FlopcountError(allowed)


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
