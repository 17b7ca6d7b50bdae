"""The compiler's own count: XLA's cost analysis of a bare convolution or dense layer, lowered.

Bias, activation and explicit padding layers stay outside: XLA counts the first two as operations
and the third as multiplies. The padding is handed to the convolution itself instead.
"""

import functools
from collections.abc import Mapping
from typing import Any

from ...errors import FlopcountError
from ...sizes import product
from ..jax.xla import flops_of

_Pairs = tuple[tuple[int, int], ...]


def lowered_flops(parts: Mapping[str, Any], shape: tuple[int, ...]) -> float:
    """XLA's count of a row's layer with a kernel, on one sample of an input of `shape`.

    Everything is read off the Keras layers of the row: the shape of the kernel, strides, padding,
    dilation, groups. Raises `FlopcountError` where the analysis holds no count.
    """
    layer = parts[""]
    kernel = tuple(layer.kernel.shape)
    if len(kernel) == 2:
        count = _dense(product(shape) // kernel[0], kernel)
    else:
        *grid, channels, outputs = kernel
        groups = getattr(layer, "groups", 1)
        if hasattr(layer, "depth_multiplier"):  # as Keras hands it to the compiler
            groups = channels
            kernel = (*grid, 1, channels * outputs)
        pad = parts.get("pad")
        padding: str | _Pairs = str(layer.padding).upper()
        if pad is not None:
            padding = _pairs(pad.padding, len(grid))
        spread = (tuple(layer.strides), tuple(layer.dilation_rate))
        shape = (*(1,) * (len(grid) + 1 - len(shape)), *shape)  # of a flat layer
        between = (1,) * len(grid)
        if hasattr(layer, "output_padding"):  # transposed: Keras' kernel has outputs first
            kernel = (*grid, outputs, channels)
            crop = parts.get("crop")
            padding = _hanging(layer, _pairs(crop.cropping, len(grid)) if crop else ())
            between, spread = spread[0], (between, spread[1])
        count = _convolution(shape, kernel, *spread, padding, int(groups), between)
    if count is None:
        raise FlopcountError("XLA's cost analysis has no count of it")
    return count


def _pairs(sides: Any, rank: int) -> _Pairs:
    """What Keras' layer keeps of its sides: one pair in 1-d, a pair an axis in others."""
    return tuple(map(tuple, [sides] if rank == 1 else sides))


def _hanging(layer: Any, crop: _Pairs) -> _Pairs:
    """How far the kernel of a transposed convolution hangs over its input, spread by the stride.

    As Keras hands it to JAX; what is cropped after it does not hang.
    """
    rank = len(layer.kernel_size)
    longer = layer.output_padding or (None,) * rank
    pairs = []
    axes = zip(layer.kernel_size, layer.strides, layer.dilation_rate, longer, strict=True)
    for axis, (k, s, d, extra) in enumerate(axes):
        reach = (k - 1) * d
        before = reach
        after = max(reach, s - 1) if extra is None else reach + extra
        if layer.padding == "same":
            both = reach + s - 1
            before = min(-(-both // 2), reach)
            after = both - before
        cut = crop[axis] if crop else (0, 0)
        pairs.append((before - cut[0], after - cut[1]))
    return tuple(pairs)


@functools.cache
def _dense(positions: int, kernel: tuple[int, int]) -> float | None:
    import jax.numpy as jnp

    return flops_of(jnp.dot, (positions, kernel[0]), kernel)


@functools.cache
def _convolution(  # noqa: PLR0913, PLR0917  what a convolution is; hashed as it stands
    shape: tuple[int, ...],
    kernel: tuple[int, ...],
    strides: tuple[int, ...],
    dilation: tuple[int, ...],
    padding: str | _Pairs,
    groups: int,
    between: tuple[int, ...],
) -> float | None:
    import jax

    axes = "DHW"[4 - len(shape) :]

    def bare(x: Any, weights: Any) -> Any:
        return jax.lax.conv_general_dilated(
            x,
            weights,
            strides,
            padding,
            lhs_dilation=between,
            rhs_dilation=dilation,
            dimension_numbers=(f"N{axes}C", f"{axes}IO", f"N{axes}C"),
            feature_group_count=groups,
        )

    return flops_of(bare, (1, *shape), kernel)
