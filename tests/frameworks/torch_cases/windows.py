"""Convolutions, pools, resampling, windows cut out and added up."""

from typing import Any

import torch

from .draws import Call, Draw, call, case


@case("convolution", "_convolution", "mkldnn_convolution")
def convolution(d: Draw) -> Call:
    axes = d.size(1, 3)
    most = 3 if axes < 3 else 2
    groups, each, out = d.sizes(3, 1, 2)
    kernel = d.sizes(axes, 1, most)
    stride, dilation = d.sizes(axes, 1, 2), d.sizes(axes, 1, 2)
    padding = d.sizes(axes, 0, 1)
    turned = d.name == "convolution" and d.yes()
    grid = [
        max((k - 1) * s + 1, 1) + d.size(0, most) for k, s in zip(kernel, dilation, strict=True)
    ]
    if turned:  # of which padding takes away: something is left
        padding = [p * (k > 2) for p, k in zip(padding, kernel, strict=True)]
    outer = [d.size(0, s - 1) for s in stride] if turned else [0] * axes
    first, second = (groups * each, out) if turned else (groups * out, each)
    w = d.tensor(first, second, *kernel)
    bias = d.tensor(second * groups if turned else first) if d.yes() else None
    held = d.one_of((), ("weight",), ("weight", "bias"))
    x = d.tensor(d.size(1, 2), groups * each, *grid)
    if d.name == "mkldnn_convolution":
        return call("default", x, w, bias, padding, stride, dilation, groups, held=held)
    more: tuple[Any, ...] = (False, False, True, True) if d.name == "_convolution" else ()
    settings = (stride, padding, dilation, turned, outer, groups)
    return call("default", x, w, bias, *settings, *more, held=held)


def _axes(d: Draw) -> int:
    return int(next(letter for letter in d.name if letter.isdigit()))


def _pooled(d: Draw) -> tuple[Any, list[int], list[int], list[int]]:
    axes = _axes(d)
    kernel, stride = d.sizes(axes, 1, 3 if axes < 3 else 2), d.sizes(axes, 1, 3)
    padding = [d.size(0, k // 2) for k in kernel]
    grid = [k + d.size(0, 4 if axes < 3 else 2) for k in kernel]
    return d.tensor(d.size(1, 2), d.size(1, 2), *grid), kernel, stride, padding


@case(*(f"avg_pool{n}d" for n in (1, 2, 3)))
def average(d: Draw) -> Call:
    x, kernel, stride, padding = _pooled(d)
    return call("default", x, kernel, d.one_of(stride, []), padding, d.yes(), d.yes())


@case(*(f"max_pool{n}d{more}" for n in (1, 2, 3) for more in ("", "_with_indices")))
def largest(d: Draw) -> Call:
    x, kernel, stride, padding = _pooled(d)
    dilation = [d.size(1, 2) if k < n / 2 else 1 for k, n in zip(kernel, x.shape[2:], strict=True)]
    return call("default", x, kernel, d.one_of(stride, []), padding, dilation, d.yes())


@case(*(f"adaptive_avg_pool{n}d" for n in (1, 2, 3)), *(f"_adaptive_avg_pool{n}d" for n in (2, 3)))
def adaptive_average(d: Draw) -> Call:
    axes = _axes(d)
    return call("default", d.tensor(2, 2, *d.sizes(axes, 1, 5)), d.sizes(axes, 1, 3))


@case(*(f"adaptive_max_pool{n}d" for n in (1, 2, 3)))
def adaptive_largest(d: Draw) -> Call:
    axes = _axes(d)
    return call("default", d.tensor(2, 2, *d.sizes(axes, 1, 5)), d.sizes(axes, 1, 3))


@case(
    *(f"{kind}{n}d" for n in (1, 2, 3) for kind in ("upsample_nearest", "_upsample_nearest_exact"))
)
def nearest(d: Draw) -> Call:
    axes = _axes(d)
    return call("default", d.tensor(1, 2, *d.sizes(axes, 1, 3)), d.sizes(axes, 1, 6))


@case("upsample_linear1d", "upsample_bilinear2d", "upsample_trilinear3d", "upsample_bicubic2d")
def resampled(d: Draw) -> Call:
    axes = _axes(d)
    return call("default", d.tensor(1, 2, *d.sizes(axes, 2, 3)), d.sizes(axes, 2, 5), d.yes())


@case("_upsample_bilinear2d_aa", "_upsample_bicubic2d_aa")
def smoothed(d: Draw) -> Call:
    return call("default", d.tensor(1, 2, *d.sizes(2, 2, 5)), d.sizes(2, 2, 5), d.yes())


@case("grid_sampler_2d")
def sampled(d: Draw) -> Call:
    x, at = d.tensor(2, 2, 3, 4), d.tensor(2, 3, 2, 2)
    return call("default", x, at, d.size(0, 2), d.size(0, 1), d.yes())


@case("grid_sampler_3d")
def sampled_in_3d(d: Draw) -> Call:
    x, at = d.tensor(2, 2, 3, 4, 2), d.tensor(2, 3, 2, 2, 3)
    return call("default", x, at, d.size(0, 1), d.size(0, 1), d.yes())


@case("col2im")
def added_up(d: Draw) -> Call:
    (kh, kw), channels = d.sizes(2, 1, 2), d.size(1, 2)
    height, width = kh + 2, kw + 1
    windows = (height - kh + 1) * (width - kw + 1)
    x = d.tensor(2, channels * kh * kw, windows)
    return call("default", x, [height, width], [kh, kw], [1, 1], [0, 0], [1, 1])


@case("im2col")
def cut_out(d: Draw) -> Call:
    return call("default", d.tensor(1, 2, 4, 5), [2, 3], [1, 1], [0, 1], [1, 2])


@case("torchvision.roi_align")
def regions(d: Draw) -> Call:
    places = torch.tensor([[0, 0.0, 0.0, 3.0, 2.0], [1, 1.0, 1.0, 3.0, 4.0]], dtype=torch.float64)
    x, cells = d.tensor(2, 3, 5, 5), d.sizes(2, 1, 3)
    return call("default", x, places, 1.0, *cells, d.size(1, 2), aligned=d.yes())


@case("torchvision.deform_conv2d")
def deformed(d: Draw) -> Call:
    groups, kernel, offsets = d.size(1, 2), d.sizes(2, 1, 2), d.size(1, 2)
    grid = [5 - k + 1 for k in kernel]
    x, w = d.tensor(2, 4, 5, 5), d.tensor(2 * groups, 4 // groups, *kernel)
    taps = offsets * kernel[0] * kernel[1]
    places, mask = d.tensor(2, 2 * taps, *grid), d.tensor(2, taps, *grid)
    settings = (1, 1, 0, 0, 1, 1, groups, offsets)
    bias, held = d.tensor(2 * groups), d.one_of((), ("weight",), ("weight", "bias"))
    return call("default", x, w, places, mask, bias, *settings, use_mask=d.yes(), held=held)
