"""The sizes of resampling: how, and by what factors or to what size."""

from fractions import Fraction
from math import prod
from typing import Any

from .table import Operator, grids, rule

_WAYS = {
    "nearest": "upsample_nearest{}d",
    "exact": "_upsample_nearest_exact{}d",
    "linear": "upsample_linear{}d",
    "bilinear": "upsample_bilinear{}d",
    "trilinear": "upsample_trilinear{}d",
    "cubic": "upsample_bicubic{}d",
    "smooth linear": "_upsample_bilinear{}d_aa",
    "smooth cubic": "_upsample_bicubic{}d_aa",
}


def given(size: Any, scale: Any, axes: int) -> dict[str, int]:
    """The product of the sizes or of the factors, whichever were given."""
    return {
        "scale": 0 if scale is None else factor(scale, axes),
        "size": 0 if size is None or scale is not None else prod(numbers(size)),
    }


def factor(scale: Any, axes: int) -> int:
    """The product of scale factors, of one for all axes too, without what is behind the point."""
    factors = numbers(scale)
    if isinstance(scale, int | float):
        factors *= axes
    return int(prod(map(Fraction, factors), start=Fraction(1)))


def numbers(value: Any) -> list[Any]:
    """Those that were given, of one too."""
    return list(value) if isinstance(value, list | tuple) else [value]


def _resampling(way: str, axes: int) -> Any:
    def sizes(a: Operator) -> dict[str, int]:
        x = a.shape(next(iter(a.bound)))
        scales = a.get("scale_factors")
        if scales is None and "scale_factors" not in a.bound:  # what is dispatched has one an axis
            each = [a.get(name) for name in ("scales_d", "scales_h", "scales_w", "scales")]
            scales = [scale for scale in each if scale is not None] or None
        return grids(x, a.out, axes) | {
            "nearest": int(way in {"nearest", "exact"}),
            "linear": int("linear" in way),
            "cubic": int("cubic" in way),
            **given(a.get("output_size"), scales, axes),
        }

    return sizes


for _way, _name in _WAYS.items():
    for _axes in (1, 2, 3):
        rule(_name.format(_axes))(_resampling(_way, _axes))
