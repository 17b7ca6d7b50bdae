"""Grids made larger or smaller, or read between their places."""

from collections.abc import Sequence
from fractions import Fraction
from struct import pack, unpack
from typing import NamedTuple

from ....core.ops.tensors import GridSample, Move, Placing, Product, Resize
from ....errors import FlopcountError
from ....sizes import Shape, Size
from ...models.operands import Made, given_one
from ..values import Value
from .table import Called, Result, rule

_KINDS = {"nearest": "nearest", "linear": "linear", "bilinear": "linear", "cubic": "cubic"}
_KINDS |= {"bicubic": "cubic"}


class _Axis(NamedTuple):
    """An axis that is resampled: how long it becomes, and by how much."""

    to: Size
    scale: float = 0.0
    start: float = 0.0
    end: float = 1.0

    def changes(self, n: Size) -> bool:
        """Whether anything comes out of it but what comes in."""
        part = (self.start, self.end) != (0, 1)
        return bool(self.to != n) or self.scale not in (0, 1) or part


def _numbers(value: Value | None) -> Sequence[float] | None:
    """The numbers of an input; None where it is left out, or is empty. Raises as `sizes` does."""
    if value is None or value.shape in ((0,), ()):
        return None
    return value.numbers if value.numbers is not None else value.sizes


def scaled(n: Size, by: float) -> Size:
    """⌊n · scale⌋ in single precision, as ONNX has it; of a size with a name by an exact fraction.

    Raises `FlopcountError` where there is none that is simple.
    """
    if isinstance(n, int):
        return int(unpack("f", pack("f", n * by))[0])
    part = Fraction(by).limit_denominator(4096)
    if abs(float(part) - by) > 1e-6 * by:
        raise FlopcountError(f"an open size does not become {by:g} times as large")
    return (n * part.numerator) // part.denominator


def resampled(a: Called, axes: dict[int, _Axis], transformation: str, rounding: str) -> Made:
    """The axes from the first to the last that become something else; a copy where none does."""
    x, kind = a.x, _KINDS.get(a.get("mode", "nearest"))
    if kind is None:
        raise FlopcountError(f"its mode {a.get('mode')} is not known")
    changed = [place for place, axis in axes.items() if axis.changes(x.shape[place])]
    if not changed:
        return Made(Move("copy", (x.shape,)), (x,))
    grid = range(min(changed), max(changed) + 1)
    each = [axes.get(place, _Axis(x.shape[place])) for place in grid]
    placings = [
        Placing(transformation, rounding, axis.scale, axis.start, axis.end) for axis in each
    ]
    own = tuple(placings[:1] if len({*placings}) == 1 else placings)
    to = tuple(axis.to for axis in each)
    sides = zip(grid, each, strict=True)
    # of an open size it is not known whether it becomes smaller: to be smooth it has to be
    smaller = any(axis.scale < 1 and axis.changes(x.shape[place]) for place, axis in sides)
    smooth = bool(a.get("antialias", 0)) and kind != "nearest" and smaller
    op = Resize(kind, to, own, len(x.shape) - grid.stop, smooth, given_one(x))
    return Made(op, (x,))


@rule("Upsample")
def _upsample(a: Called) -> Result:
    scales = a.get("scales") or _numbers(a.input(1))
    return _by_scales(a, scales) if scales else None


def _by_scales(a: Called, scales: Sequence[float]) -> Made:
    sides = zip(a.x.shape, scales, strict=True)
    axes = {place: _Axis(scaled(n, by), by) for place, (n, by) in enumerate(sides)}
    return resampled(a, axes, "asymmetric", "floor")


@rule("Resize")
def _resize(a: Called) -> Result:
    if a.opset < 11:
        scales = _numbers(a.input(1))
        return _by_scales(a, scales) if scales else None
    x = a.x
    chosen = tuple(axis % len(x.shape) for axis in a.get("axes") or range(len(x.shape)))
    transformation = a.get("coordinate_transformation_mode", "half_pixel")
    scales, sizes = _numbers(a.input(2)) or (), _numbers(a.input(3)) or ()
    roi: Sequence[float] | None = None
    if transformation == "tf_crop_and_resize":
        roi = _numbers(a.input(1))
        if roi is None:
            return None
    if not scales and not sizes:
        return None
    axes: dict[int, _Axis] = {}
    uniform = _uniform(a.get("keep_aspect_ratio_policy", "stretch"), x.shape, chosen, sizes)
    for place, axis in enumerate(chosen):
        n = x.shape[axis]
        start, end = (roi[place], roi[place + len(chosen)]) if roi else (0.0, 1.0)
        if scales:
            by, part = scales[place], float(end - start)
            to = scaled(n, by) if part == 1 else scaled(n, by * part)
        else:
            to = int(sizes[place]) if isinstance(sizes[place], float) else sizes[place]
            whole = isinstance(to, int) and isinstance(n, int)
            by = to / n if whole else 0.0
            if uniform:
                by, to = uniform, int(n * uniform + 0.5)
        axes[axis] = _Axis(to, by, start, end)
    rounding = a.get("nearest_mode", "round_prefer_floor")
    return resampled(a, axes, transformation, rounding)


def _uniform(policy: str, shape: Shape, chosen: Sequence[int], sizes: Sequence[Size]) -> float:
    """By how much all axes grow where their ratio is kept; 0 where it is not."""
    if policy == "stretch" or not sizes:
        return 0
    ratios = [to / shape[axis] for axis, to in zip(chosen, sizes, strict=True)]
    return float(min(ratios) if policy == "not_larger" else max(ratios))


@rule("GridSample")
def _grid_sample(a: Called) -> Made:
    kind = _KINDS.get(a.get("mode", "linear"))
    if kind is None:
        raise FlopcountError(f"its mode {a.get('mode')} is not known")
    return Made(GridSample(kind), (a.x, a.needed(1)))


@rule("AffineGrid")
def _affine_grid(a: Called) -> Result:
    """The coordinates of each place, and a 1, times the matrix of each sample."""
    theta, size = a.x, a.input(1)
    if size is None:
        return None
    grid = size.sizes[2:]
    loops = " ".join("hwd"[: len(grid)])
    text = f"y[b {loops} k] += x[{loops} c] * x1[b k c]"
    places = (*grid, theta.shape[2])
    return Made(Product(text, given=(places, given_one(theta))), (theta,))
