"""Windows over a grid: convolution, pooling; resampling, and what cuts windows out or adds them."""

from ....core.ops.tail import Tail
from ....core.ops.tensors import (
    DeformConv,
    FirstAdaptivePool,
    FirstConv,
    FirstPool,
    FirstTransposed,
    FirstUpsample,
    Fold,
    GridSample,
    RoiAlign,
)
from ....sizes import Window
from ...models.operands import Made, given_one, own
from .arguments import Arguments
from .table import Rule, along, rule


@rule("convolution", "_convolution", "cudnn_convolution", "mkldnn_convolution")
def _convolution(a: Arguments) -> Made:
    x, w, bias = a.tensors[0], a["weight"], a.get("bias")
    axes = len(w.shape) - 2
    stride, spread, padding = (along(a[n], axes) for n in ("stride", "dilation", "padding"))
    window = Window(tuple(w.shape[2:]), stride, spread, padding)
    parameters = own(W=w, B=bias)
    computed = parameters.computed
    tail, groups = Tail(bias=bias is not None), a["groups"]
    op: FirstConv | FirstTransposed
    if a.get("transposed"):
        outpad = along(a["output_padding"], axes)
        op = FirstTransposed(window, w.shape[1] * groups, groups, tail, outpad, computed=computed)
    elif groups > 1 and w.shape[1] == 1:
        multiplier = w.shape[0] // groups
        op = FirstConv(window, tail=tail, multiplier=multiplier, computed=computed)
    else:
        op = FirstConv(window, w.shape[0], groups, tail, computed=computed)
    return Made(op, (x, *parameters.flows), parameters.weights)


def _pool(kind: str, axes: int) -> Rule:
    def make(a: Arguments) -> Made:
        kernel = along(a["kernel_size"], axes)
        stride, spread = along(a["stride"] or kernel, axes), along(a.get("dilation", 1), axes)
        ceil = bool(a["ceil_mode"])
        window = Window(kernel, stride, spread, along(a["padding"], axes), ceil)
        return Made(FirstPool(kind, window), (a["self"],))

    return make


def _adaptive(kind: str) -> Rule:
    return lambda a: Made(FirstAdaptivePool(kind, tuple(a["output_size"])), (a["self"],))


def _resampled(kind: str, axes: int, *, smooth: bool = False) -> Rule:
    def make(a: Arguments) -> Made:
        x = a.tensors[0]
        return Made(FirstUpsample(kind, a.outputs[0][-axes:], smooth, given_one(x)), (x,))

    return make


for _axes in (1, 2, 3):
    rule(f"max_pool{_axes}d_with_indices", f"max_pool{_axes}d")(_pool("max", _axes))
    rule(f"avg_pool{_axes}d")(_pool("avg", _axes))
    rule(f"adaptive_avg_pool{_axes}d")(_adaptive("avg"))
    rule(f"adaptive_max_pool{_axes}d")(_adaptive("max"))
    rule(f"upsample_nearest{_axes}d")(_resampled("nearest", _axes))
    rule(f"_upsample_nearest_exact{_axes}d")(_resampled("exact", _axes))
rule("_adaptive_avg_pool2d", "_adaptive_avg_pool3d")(_adaptive("avg"))
rule("upsample_linear1d")(_resampled("linear", 1))
rule("upsample_bilinear2d")(_resampled("linear", 2))
rule("upsample_trilinear3d")(_resampled("linear", 3))
rule("upsample_bicubic2d")(_resampled("cubic", 2))
rule("_upsample_bilinear2d_aa")(_resampled("linear", 2, smooth=True))
rule("_upsample_bicubic2d_aa")(_resampled("cubic", 2, smooth=True))


@rule("grid_sampler_2d", "grid_sampler_3d")
def _grid_sampler(a: Arguments) -> Made:
    kind = ("linear", "nearest", "cubic")[a["interpolation_mode"]]
    return Made(GridSample(kind), (a["input"], a["grid"]))


@rule("col2im")
def _fold(a: Arguments) -> Made:
    kernel, stride, spread, padding = (
        tuple(a[name]) for name in ("kernel_size", "stride", "dilation", "padding")
    )
    window = Window(kernel, stride, spread, padding)
    return Made(Fold(window, tuple(a["output_size"])), (a["self"],))


@rule("torchvision.roi_align")
def _roi_align(a: Arguments) -> Made | None:
    """With as many samples a cell as it says; without, the sizes of the regions say how many."""
    if a["sampling_ratio"] <= 0:
        return None
    op = RoiAlign((a["pooled_height"], a["pooled_width"]), a["sampling_ratio"])
    return Made(op, (a["input"], a["rois"]))


@rule("torchvision.deform_conv2d")
def _deform_conv(a: Arguments) -> Made:
    """Without a bias PyTorch has one of zeros, which counts as one that comes in."""
    w, masked = a["weight"], bool(a["use_mask"])
    parameters = own(W=w, B=a["bias"])
    stride, padding, spread = (
        (a[f"{name}_h"], a[f"{name}_w"]) for name in ("stride", "pad", "dilation")
    )
    op = DeformConv(
        Window(tuple(w.shape[2:]), stride, spread, padding),
        w.shape[0],
        a["groups"],
        Tail(bias=True),
        a["offset_groups"],
        masked,
        parameters.computed,
    )
    read = [a["input"], a["offset"], *([a["mask"]] if masked else [])]
    return Made(op, (*read, *parameters.flows), parameters.weights)
