"""Convolutions, pools, regions, windows added up."""

import numpy as np

from flopcount.frameworks.onnx.checking.calls import Call, call
from tests.frameworks.onnx_cases.draws import Draw, case, sizes

AUTO = ("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID")


@case("Conv")
def convolution(d: Draw) -> Call:
    axes = d.size(1, 3)
    groups, each, out = d.sizes(3, 1, 2)
    kernel, stride, spread = (
        d.sizes(axes, 1, 2 + (axes < 3)),
        d.sizes(axes, 1, 2),
        d.sizes(axes, 1, 2),
    )
    grid = [(k - 1) * s + 1 + d.size(0, 2) for k, s in zip(kernel, spread, strict=True)]
    w = d.whole(groups * out, each, *kernel)
    bias = d.whole(groups * out) if d.yes() else None
    padding = {"auto_pad": d.one_of(*AUTO)} if d.yes() else {"pads": d.sizes(2 * axes, 0, 1)}
    settings = {"strides": stride, "dilations": spread, "group": groups, **padding}
    held = [place for place in d.held(1, 2) if place == 1 or bias is not None]
    x = d.whole(d.size(1, 2), groups * each, *grid)
    return call("Conv", x, w, bias, held=held, attributes=settings)


@case("ConvTranspose")
def transposed(d: Draw) -> Call:
    """Several groups as one after the other, which is not the reference's strong point."""
    axes, groups = d.size(1, 2), d.size(1, 2)
    each, out = d.size(1, 2), d.size(1, 2)
    kernel, stride = d.sizes(axes, 2, 3), d.sizes(axes, 1, 2)
    bias = d.whole(groups * out) if d.yes() else None
    settings = {"strides": stride}
    if d.yes():
        settings["pads"] = d.sizes(2 * axes, 0, 1)
        settings["output_padding"] = [d.size(0, s - 1) for s in stride]
    else:
        settings["auto_pad"] = d.one_of(*AUTO)
    held = [place for place in d.held(1, 2) if place == 1 or bias is not None]
    x = d.whole(d.size(1, 2), groups * each, *d.sizes(axes, 2, 3))
    w = d.whole(groups * each, out, *kernel)
    alone = zip(np.split(x, groups, 1), np.split(w, groups), strict=True)
    parts = [call("ConvTranspose", *pair, attributes=settings).run()[0] for pair in alone]
    y = np.concatenate(parts, 1)
    if bias is not None:
        y = y + bias.reshape(-1, *(1,) * axes)
    settings = {**settings, "group": groups}
    return call("ConvTranspose", x, w, bias, held=held, attributes=settings, expected=[y])


@case("DeformConv")
def deformed(d: Draw) -> Call:
    x, w = d.tensor(1, 2, 4, 4), d.tensor(3, 2, 2, 2)
    mask = d.tensor(1, 4, 3, 3) if d.yes() else None
    bias = d.tensor(3) if d.yes() else None
    held = (1, 3) if bias is not None else (1,)
    return call("DeformConv", x, w, d.tensor(1, 8, 3, 3), bias, mask, held=held)


@case("CausalConvWithState")
def causal(d: Draw) -> Call:
    channels, k = d.size(1, 3), d.size(2, 3)
    past = d.whole(2, channels, k - 1) if d.yes() else None
    bias = d.whole(channels) if d.yes() else None
    held = (1, 2) if bias is not None else (1,)
    x, w = d.whole(2, channels, 4), d.whole(channels, 1, k)
    activation = d.one_of("none", "silu", "swish")
    return call(
        d.name, x, w, bias, past, held=held, opset=27, outputs=d.size(1, 2), activation=activation
    )


@case("AveragePool", "LpPool")
def pool(d: Draw) -> Call:
    axes = d.size(1, 2)
    kernel = d.sizes(axes, 1, 3)
    stride = [d.size(1, k) for k in kernel]
    settings = {"kernel_shape": kernel, "strides": stride}
    way = d.one_of("pads", "auto", "plain")
    if way == "pads":
        settings["pads"] = [d.size(0, n // 2) for n in kernel] * 2
    elif way == "auto":
        settings["auto_pad"] = d.one_of("SAME_UPPER", "SAME_LOWER", "VALID")
    if d.name == "AveragePool":
        settings["count_include_pad"] = d.size(0, 1)
    else:
        settings["p"] = d.size(1, 3)
    x = d.tensor(1, 2, *[n + d.size(1, 4) for n in kernel])
    return call(d.name, x, opset=22, attributes=settings)


@case("MaxPool")
def largest(d: Draw) -> Call:
    """The largest of each window, by hand."""
    axes = d.size(1, 2)
    kernel, stride, spread = d.sizes(axes, 1, 3), d.sizes(axes, 1, 3), d.sizes(axes, 1, 2)
    spans = [(k - 1) * s + 1 for k, s in zip(kernel, spread, strict=True)]
    x = d.tensor(1, 2, *[n + d.size(1, 4) for n in spans])
    settings = {"kernel_shape": kernel, "strides": stride, "dilations": spread}
    pads = [d.size(0, n // 2) for n in kernel] * 2
    if d.yes():
        settings["auto_pad"] = way = d.one_of("SAME_UPPER", "SAME_LOWER", "VALID")
        pads = [0] * 2 * axes
        for axis, (n, s) in enumerate(zip(x.shape[2:], stride, strict=True)):
            whole = max((-(-n // s) - 1) * s + spans[axis] - n, 0) * (way != "VALID")
            pads[axis] = whole // 2 + (whole % 2 if way == "SAME_LOWER" else 0)
            pads[axes + axis] = whole - pads[axis]
    else:
        settings["pads"] = pads
    around = [(0, 0), (0, 0), *zip(pads[:axes], pads[axes:], strict=True)]
    y = np.pad(x, around, constant_values=-np.inf)
    for axis, (k, s, apart) in enumerate(zip(kernel, stride, spread, strict=True), 2):
        many = (y.shape[axis] - spans[axis - 2]) // s + 1
        taps = [
            np.take(y, range(t * apart, t * apart + many * s, s)[:many], axis) for t in range(k)
        ]
        y = np.max(taps, 0)
    return call("MaxPool", x, opset=22, outputs=1, attributes=settings, expected=[y])


@case("GlobalAveragePool", "GlobalMaxPool")
def whole_grid(d: Draw) -> Call:
    return call(d.name, d.tensor(2, 2, *d.sizes(2)))


@case("GlobalLpPool")
def norm_of_grid(d: Draw) -> Call:
    """The reference has none: (Σ|x|ᵖ)^(1/p) over the grid."""
    x, p = d.tensor(2, 2, *d.shape(1, 2)), d.size(1, 3)
    axes = tuple(range(2, x.ndim))
    norm = (abs(x) ** p).sum(axes, keepdims=True) ** (1 / p)
    return call(d.name, x, p=p, expected=[norm])


@case("MaxUnpool")
def unpooled(d: Draw) -> Call:
    x = d.tensor(1, 1, 2, 2)
    places = np.array([[[[0, 2], [8, 10]]]])
    if d.yes():
        return call(d.name, x, places, kernel_shape=[2, 2], strides=[2, 2])
    return call(
        d.name, x, places, sizes(1, 1, 5, 5), given=(2,), kernel_shape=[2, 2], strides=[2, 2]
    )


@case("MaxRoiPool")
def regions_pooled(d: Draw) -> Call:
    shape = (2, 3, 2, 2)
    regions = np.array([[0, 0, 0, 3, 3], [0, 1, 1, 2, 3]], np.float32)
    return call(
        d.name, d.tensor(1, 3, 6, 6), regions, pooled_shape=[2, 2], expected=[np.zeros(shape)]
    )


@case("RoiAlign")
def aligned(d: Draw) -> Call:
    regions, whose = abs(d.tensor(3, 4)), np.zeros(3, np.int64)
    settings = {"output_height": 2, "output_width": 3, "sampling_ratio": d.size(0, 2)}
    settings["mode"] = d.one_of("avg", "max")
    return call(d.name, d.tensor(1, 2, 6, 6), regions, whose, attributes=settings)


@case("LRN")
def response_norm(d: Draw) -> Call:
    """With as many samples as channels: the reference takes one for the other."""
    x = d.tensor(4, 4, *d.sizes(2, 1, 2))
    return call(d.name, x, size=d.size(1, 5), alpha=0.1, beta=0.5, bias=2.0)


@case("Col2Im")
def folded(d: Draw) -> Call:
    """Of blocks that leave nothing out."""
    h, w = d.sizes(2, 2, 3)
    windows = (4 - h + 1) * (5 - w + 1)
    x = d.whole(1, 2 * h * w, windows)
    return call(d.name, x, sizes(4, 5), sizes(h, w), given=(1, 2))


@case("DepthToSpace", "SpaceToDepth")
def shuffled(d: Draw) -> Call:
    shape = (2, 8, *d.sizes(2, 1, 3)) if d.name == "DepthToSpace" else (2, d.size(), 4, 6)
    return call(d.name, d.whole(*shape), blocksize=2)
