"""The sizes of convolutions, and of those that are transposed."""

from math import prod

from .....sizes import Slide, Window
from .table import Operator, grids, rule


@rule(
    *(f"conv{axes}d" for axes in (1, 2, 3)),
    *(f"conv_transpose{axes}d" for axes in (1, 2, 3)),
    "convolution",
    "_convolution",
    "mkldnn_convolution",
    "conv_depthwise3d",
    "_slow_conv2d_forward",
    "slow_conv3d",
    "slow_conv_transpose2d",
    "slow_conv_transpose3d",
)
def _convolution(a: Operator) -> dict[str, int]:
    """Each output has a tap of the kernel for each channel of its group; transposed, each input."""
    x, w, out = a.shape(next(iter(a.bound))), a.shape("weight"), a.out
    axes = len(w) - 2
    groups = a.get("groups", 1)
    transposed = a.get("transposed", "transpose" in a.name)
    biased = a.get("bias") is not None
    each = prod(w[1:])
    strides = a.along("stride", axes)
    kernel = w[2:]
    slides = _slides(a, x[-axes:], out[-axes:], kernel, transposed=transposed)
    others = prod(x[:-axes]) if transposed else prod(out[:-axes])
    return (
        {"shrunk": _shrunk(a, x[-axes:], kernel)}
        | grids(x, out, axes)
        | {
            "macs": (prod(x) if transposed else prod(out)) * each,
            "inside": others * w[1] * prod(slide.inside for slide in slides),
            "bias": prod(out) if biased else 0,
            "biased": int(biased),
            "kernel": prod(kernel),
            "groups": groups,
            "stride": prod(strides),
            "dilated": int(max(a.along("dilation", axes)) > 1),
            "folded": 0,
        }
    )


def _shrunk(a: Operator, grid: tuple[int, ...], kernel: tuple[int, ...]) -> int:
    """The positions that a convolution gives of a grid, by the numbers of a transposed one too.

    What is padded by a word is padded on each side by half, rounded down.
    """
    axes = len(kernel)
    steps, gaps = (a.along(name, axes, 1) for name in ("stride", "dilation"))
    word = a.get("padding", 0)
    if isinstance(word, str):
        same = word == "same"
        pads = tuple(gap * (k - 1) // 2 * same for k, gap in zip(kernel, gaps, strict=True))
    else:
        pads = a.along("padding", axes, 0)
    sizes = zip(grid, kernel, steps, gaps, pads, strict=True)
    return prod((n + 2 * pad - (gap * (k - 1) + 1)) // step + 1 for n, k, step, gap, pad in sizes)


def _slides(
    a: Operator,
    grid: tuple[int, ...],
    out: tuple[int, ...],
    kernel: tuple[int, ...],
    *,
    transposed: bool,
) -> list[Slide]:
    """How the kernel meets the grid along each axis; transposed, how it meets what comes out."""
    axes = len(kernel)
    strides, spreads = a.along("stride", axes), a.along("dilation", axes)
    slides = []
    for axis, taps in enumerate(kernel):
        before = _before(a.get("padding"), axis, axes, (taps - 1) * spreads[axis])
        n, outputs = (out[axis], grid[axis]) if transposed else (grid[axis], out[axis])
        slides.append(Slide(n, outputs, taps, strides[axis], spreads[axis], before))
    return slides


def _before(padding: object, axis: int, axes: int, reach: int) -> int:
    """The padding before an axis: `same` has the odd one behind it, as PyTorch does."""
    if isinstance(padding, str):
        return reach // 2 if padding == "same" else 0
    if isinstance(padding, int):
        return padding
    numbers = tuple(padding) if isinstance(padding, list | tuple) else ()
    return (numbers * axes)[axis] if len(numbers) == 1 else numbers[axis] if numbers else 0


@rule("torchvision.deform_conv2d")
def _deformed(a: Operator) -> dict[str, int]:
    """As of a plain convolution: where its taps read, the numbers say."""
    x, w, out = a.shape("input"), a.shape("weight"), a.out
    macs = prod(out) * prod(w[1:])
    return grids(x, out, 2) | {
        "macs": macs,
        "inside": macs,
        "bias": prod(out),
        "biased": 1,
        "kernel": prod(w[2:]),
        "groups": a["groups"],
        "stride": a["stride_h"] * a["stride_w"],
        "dilated": int(max(a["dilation_h"], a["dilation_w"]) > 1),
        "folded": 0,
    }


def window_of(a: Operator, axes: int) -> Window:
    """The window of a pool."""
    kernel = a.along("kernel_size", axes)
    stride = a.along("stride", axes) if a.get("stride") else kernel
    ceil = bool(a.get("ceil_mode"))
    spread, padding = a.along("dilation", axes), a.along("padding", axes, 0)
    return Window(kernel, stride, spread, padding, ceil)
