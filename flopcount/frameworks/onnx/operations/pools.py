"""Windows that slide over a grid and have no weights: pooling, whole grids, and regions of one."""

from ....core import Op
from ....core.ops.tensors import (
    FirstAdaptivePool,
    FirstLRN,
    FirstPool,
    Fold,
    Move,
    NormPool,
    Reduction,
    RoiAlign,
    Unknown,
)
from ....errors import FlopcountError
from ....sizes import Shape, Window
from ...models.operands import Made, Operand, given_one
from .table import Called, Result, Several, numbers, rule
from .windows import window


def _slides(a: Called) -> Window:
    kernel = a.get("kernel_shape")
    if not kernel:
        raise FlopcountError("its kernel_shape is missing")
    return window(a, kernel, ceil=bool(a.get("ceil_mode", 0)))


def shape_of(op: Op, x: Operand) -> Shape:
    """The shape that an op puts out for such an input."""
    return op.nests(x.shape).outputs[0]


@rule("MaxPool")
def _largest(a: Called) -> Result:
    """Its second output are the places of what it found: to say them takes nothing more."""
    pool = Made(FirstPool("max", _slides(a)), (a.x,))
    if a.outputs < 2:
        return pool
    places = Move("indices", (shape_of(pool.op, a.x),))
    return Several((pool, Made(places, (a.x,))), (0, 1))


@rule("AveragePool")
def _average(a: Called) -> Made:
    return Made(FirstPool("avg", _slides(a)), (a.x,))


@rule("LpPool")
def _norm(a: Called) -> Made:
    return Made(NormPool(_slides(a), float(a.get("p", 2))), (a.x,))


@rule("GlobalAveragePool", "GlobalMaxPool")
def _global(a: Called) -> Made:
    kind = "max" if a.name == "GlobalMaxPool" else "avg"
    return Made(FirstAdaptivePool(kind, (1,) * (len(a.x.shape) - 2)), (a.x,))


@rule("GlobalLpPool")
def _global_norm(a: Called) -> Made:
    return Made(norm(a.x, tuple(range(2, len(a.x.shape))), float(a.get("p", 2))), (a.x,))


def norm(x: Operand, axes: tuple[int, ...], power: float) -> Reduction:
    """The p-norm over some axes, which stay with a size of 1."""
    kind = {1.0: "abs sum", 2.0: "norm"}.get(power, "power")
    return Reduction("norm", kind, axes, keep=True, given=given_one(x), power=power)


@rule("MaxUnpool")
def _unpool(a: Called) -> Made:
    """The numbers at the places that they came from, all else 0."""
    x, kernel = a.x, a.get("kernel_shape") or ()
    to = a.input(2)
    if to is not None:
        shape = to.sizes
    else:
        axes = len(kernel)
        stride, pads = numbers(a.get("strides"), 1, axes), numbers(a.get("pads"), 0, 2 * axes)
        sides = zip(x.shape[2:], kernel, stride, pads[:axes], pads[axes:], strict=True)
        shape = (*x.shape[:2], *[(n - 1) * s + k - p - q for n, k, s, p, q in sides])
    return Made(Move("unpool", (shape,)), (x, a.needed(1)))


@rule("MaxRoiPool")
def _regions(a: Called) -> Made:
    """The largest number of each cell, whose size the regions say: how many compares, nobody."""
    regions = a.needed(1)
    shape = (regions.shape[0], a.x.shape[1], *a.get("pooled_shape", ()))
    return Made(Unknown("max_roi_pool", (shape,)), (a.x, regions))


@rule("RoiAlign")
def _roi_align(a: Called) -> Made:
    """With as many samples a cell as it says; without, the sizes of the regions say how many."""
    regions, samples = a.needed(1), a.get("sampling_ratio", 0)
    to = (a.get("output_height", 1), a.get("output_width", 1))
    if samples <= 0:
        shape = (regions.shape[0], a.x.shape[1], *to)
        return Made(Unknown("roi_align", (shape,)), (a.x, regions))
    return Made(RoiAlign(to, samples, a.get("mode", "avg")), (a.x, regions))


@rule("LRN")
def _lrn(a: Called) -> Made:
    settings = (a.get("alpha", 1e-4), a.get("beta", 0.75), a.get("bias", 1.0))
    return Made(FirstLRN(a.get("size"), *settings), (a.x,))


@rule("Col2Im")
def _fold(a: Called) -> Made:
    """Windows added up to an image."""
    to, kernel = a.inputs[1], a.inputs[2]
    if to is None or kernel is None:
        raise FlopcountError("the shape of its image or of its blocks is missing")
    return Made(Fold(window(a, kernel.sizes), to.sizes), (a.x,))


@rule("DepthToSpace", "SpaceToDepth")
def _shuffled(a: Called) -> Made:
    n, channels, *grid = a.x.shape
    by, shrinks = a.get("blocksize"), a.name == "SpaceToDepth"
    if shrinks:
        shape: Shape = (n, channels * by ** len(grid), *[side // by for side in grid])
        return Made(Move("pixelunshuffle", (shape,)), (a.x,))
    shape = (n, channels // by ** len(grid), *[side * by for side in grid])
    return Made(Move("pixelshuffle", (shape,)), (a.x,))
