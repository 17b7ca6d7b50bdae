"""Grids made larger or smaller, or read between their places."""

import numpy as np

from flopcount.frameworks.onnx.checking.calls import Call, call
from tests.frameworks.onnx_cases.draws import Draw, case, sizes

WAYS = ("half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "asymmetric")
ROUNDINGS = ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")


def scales(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


@case("Resize")
def resized(d: Draw) -> Call:
    x = d.tensor(1, 2, 3, 4)
    mode = d.one_of("nearest", "linear", "cubic")
    settings = {"mode": mode, "coordinate_transformation_mode": d.one_of(*WAYS)}
    form = d.one_of("scales", "sizes", "axes", "last", "crop", "kept", "corners", "old")
    if mode == "nearest":
        settings["nearest_mode"] = d.one_of(*ROUNDINGS)
    if form == "scales":
        by = scales(1, 1, *(d.one_of(0.6, 0.75, 1, 1.5, 2) for _ in "hw"))
        return call("Resize", x, None, by, given=(2,), attributes=settings)
    if form == "axes":
        by = scales(d.one_of(0.5, 2), 2)
        antialias = {"antialias": 1} if mode != "nearest" and by[0] < 1 else {}
        settings |= {"axes": [3, 2], **antialias}
        return call("Resize", x, None, by, given=(2,), attributes=settings)
    if form == "last":  # channels behind the grid
        return call(
            "Resize", d.tensor(1, 3, 4, 2), None, scales(1, 2, 1.5, 1), given=(2,), mode=mode
        )
    if form == "kept":
        settings |= {
            "axes": [2, 3],
            "keep_aspect_ratio_policy": d.one_of("not_larger", "not_smaller"),
        }
        return call("Resize", x, None, None, sizes(7, 7), given=(3,), attributes=settings)
    if form == "old":
        # before opset 11 without a way of laying places: the reference has none of these
        whole = np.repeat(np.repeat(x, 2, 2), 2, 3)
        by = scales(1, 1, 2, 2)
        return call("Resize", x, by, given=(1,), mode="nearest", opset=10, expected=[whole])
    to = sizes(1, 2, *d.sizes(2, 1, 6))
    if form == "corners":
        settings["coordinate_transformation_mode"] = "align_corners"
    region = None
    if form == "crop":
        settings["coordinate_transformation_mode"] = "tf_crop_and_resize"
        region = scales(0, 0, 0.2, 0.1, 1, 1, 0.8, 0.9)
    given = (1, 3) if region is not None else (3,)
    return call("Resize", x, region, None, to, given=given, attributes=settings)


@case("Upsample")
def upsampled(d: Draw) -> Call:
    """By whole factors, nearest: of these alone the reference has numbers."""
    x, by = d.tensor(1, 2, 3, 4), (1, 1, *d.sizes(2, 1, 3))
    whole = np.repeat(np.repeat(x, by[2], 2), by[3], 3)
    if d.yes():
        return call("Upsample", x, opset=7, expected=[whole], scales=[float(n) for n in by])
    return call("Upsample", x, scales(*by), given=(1,), opset=9, expected=[whole])


@case("GridSample")
def sampled(d: Draw) -> Call:
    if d.yes():
        return call(d.name, d.tensor(1, 2, 3, 3, 3), d.tensor(1, 2, 4, 2, 3), mode="nearest")
    mode = d.one_of("linear", "nearest", "cubic")
    return call(d.name, d.tensor(1, 2, 3, 3), d.tensor(1, 2, 4, 2), mode=mode)


def places(*grid: int) -> np.ndarray:
    """The places of a grid from −1 to 1, the last axis first, and a 1 behind each."""
    axes = [(np.arange(n) * 2 + 1) / n - 1 for n in grid]
    laid = np.meshgrid(*axes, indexing="ij")
    return np.stack([*laid[::-1], np.ones(grid)], -1)


@case("AffineGrid")
def laid(d: Draw) -> Call:
    grid = d.sizes(d.size(2, 3), 1, 4)
    axes = len(grid)
    theta, size = d.tensor(2, axes, axes + 1), sizes(2, 3, *grid)
    return call(d.name, theta, size, given=(1,), known={"x": places(*grid)})
