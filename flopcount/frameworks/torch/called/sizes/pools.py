"""The sizes of pools: what their windows hold."""

from math import prod

from .....sizes import Ragged
from .convolution import window_of
from .table import Operator, grids, rule


def _axes_of(a: Operator) -> int:
    return int(a.name.split("pool")[1][0])


@rule(
    *(f"{kind}_pool{axes}d" for kind in ("max", "avg") for axes in (1, 2, 3)),
    *(f"max_pool{axes}d_with_indices" for axes in (1, 2, 3)),
)
def _pool(a: Operator) -> dict[str, int]:
    axes = _axes_of(a)
    x, window = a.shape("self"), window_of(a, axes)
    slides = window.slides(x[-axes:])
    return grids(x, a.out, axes) | {
        "kernel": prod(window.kernel),
        "kernel_given": prod(window.kernel),
        "stride": prod(window.stride),
        "windows": prod(x[:-axes]) * prod(slide.inside for slide in slides),
    }


@rule(
    *(f"adaptive_{kind}_pool{axes}d" for kind in ("max", "avg") for axes in (1, 2, 3)),
    "_adaptive_avg_pool2d",
    "_adaptive_avg_pool3d",
)
def _adaptive(a: Operator) -> dict[str, int]:
    """A cell is from ⌊o·n/m⌋ to ⌈(o+1)·n/m⌉."""
    axes = _axes_of(a)
    x, out = a.shape("self"), a.out
    pairs = list(zip(x[-axes:], out[-axes:], strict=True))
    return grids(x, out, axes) | {
        "floors": prod(n // m for n, m in pairs),
        "windows": prod(x[:-axes]) * prod(int(Ragged(n, m).full) for n, m in pairs),
    }


@rule("mean")
def _mean(a: Operator) -> dict[str, int]:
    """What an adaptive average to one place is dispatched as."""
    return {"windows": prod(a.shape("self"))}


@rule("fractional_max_pool2d", "fractional_max_pool3d")
def _fractional(a: Operator) -> dict[str, int]:
    axes = _axes_of(a)
    x, kernel = a.shape("self"), prod(a.along("kernel_size", axes))
    sizes = {"kernel": kernel, "kernel_given": kernel, "windows": prod(a.out) * kernel}
    return grids(x, a.out, axes) | sizes
