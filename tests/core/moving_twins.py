"""Numeric twins, in JAX, of the layers that change a grid or part channels, and draws of them."""

import functools
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from flopcount.core.op import Op
from flopcount.core.ops.elementwise import GATES, Gated
from flopcount.core.ops.joining import Multiply, Shuffle, Split
from flopcount.core.ops.resampling import Crop, Pad, PixelShuffle, Upsample
from flopcount.core.ops.transposed import Transposed
from flopcount.sizes import Window
from tests.core.twins import (
    FUNCTIONS,
    TWINS,
    Array,
    Rng,
    Twin,
    draw_rank,
    draw_tail,
    numbers,
    shape,
    tail,
)

Drawn = tuple[Op, list[tuple[int, ...]]]
Parameters = Mapping[str, Array]


def transposed(op: Transposed, x: Array, p: Parameters) -> Array:
    """As zeros between the numbers and a convolution with the kernel turned round."""
    window, rank = op.window, len(op.window.kernel)
    kernel = p["W"].reshape(*window.kernel, op.groups, x.shape[-1] // op.groups, -1)
    kernel = jnp.moveaxis(kernel, rank, rank + 1)
    kernel = jnp.flip(kernel.reshape(*window.kernel, x.shape[-1] // op.groups, -1), range(rank))
    sides = []
    for axis, (k, s, d) in enumerate(
        zip(window.kernel, window.stride, window.dilation, strict=True)
    ):
        span = d * (k - 1) + 1
        pad = window.padding[axis] if isinstance(window.padding, tuple) else 0
        extra = op.outpad[axis] if op.outpad else 0
        if window.padding == "same":  # n·s numbers, the first of those cropped before them
            pad, longer = max(span - s, 0) // 2, x.shape[axis] * s
            extra = longer - ((x.shape[axis] - 1) * s + span - 2 * pad)
        sides.append((span - 1 - pad, span - 1 - pad + extra))
    y = jax.lax.conv_general_dilated(
        x[None],
        kernel,
        (1,) * rank,
        sides,
        lhs_dilation=window.stride,
        rhs_dilation=window.dilation,
        dimension_numbers=numbers(rank),
        feature_group_count=op.groups,
    )
    return tail(y[0], op.tail, p)


def draw_transposed(rng: Rng) -> Drawn:
    rank = draw_rank(rng)
    kernel, stride = ((*map(int, rng.integers(1, 5, rank)),) for _ in range(2))
    spread = tuple(int(d) for d in rng.integers(1, 3, rank))
    grid = tuple(int(n) for n in rng.integers(1, 8 - 2 * rank, rank)) if rank < 3 else (1, 2, 1)
    groups, each, out = (int(n) for n in rng.integers(1, 4, 3))
    axes = list(zip(grid, kernel, stride, spread, strict=True))
    padding: Any = ["same", "valid", None][rng.integers(3)]
    outpad: tuple[int, ...] = ()
    if padding is None:  # so much that something is left
        most = [min(d * (k - 1), ((n - 1) * s + d * (k - 1)) // 2) for n, k, s, d in axes]
        padding = tuple(int(rng.integers(0, m + 1)) for m in most)
        outpad = tuple(int(rng.integers(0, max(s, d))) for _, _, s, d in axes)
    window = Window(kernel, stride, spread, padding)
    op = Transposed(window, groups * out, groups, draw_tail(rng), outpad)
    return op, [(*grid, groups * each)]


def upsample(op: Upsample, x: Array, _: Parameters) -> Array:
    """JAX's own resizing: bilinear with half-pixel centres, or PyTorch's nearest, ⌊o·n/m⌋."""
    outputs = op.nests(x.shape).outputs[0]
    if op.smooth:
        return jax.image.resize(x, outputs, "linear", antialias=False)
    for axis, (n, m) in enumerate(zip(x.shape[:-1], outputs[:-1], strict=True)):
        x = jnp.take(x, np.arange(m) * n // m, axis=axis)
    return x


def nearness(op: Upsample, grid: tuple[int, ...]) -> Any:
    """How much each of the two neighbours weighs: the nearer its centre, the more."""
    outputs = op.nests((*grid, 1)).outputs[0][:-1]
    axes = []
    for n, m in zip(grid, outputs, strict=True):
        place = (np.arange(m) + 0.5) * n / m - 0.5
        beyond = place - np.floor(place)
        axes.append(np.stack([1 - beyond, beyond], axis=1))
    rank = len(axes)
    weights = functools.reduce(np.multiply.outer, axes)
    return weights.transpose(*range(0, 2 * rank, 2), *range(1, 2 * rank, 2))


def draw_upsample(rng: Rng) -> Drawn:
    drawn = shape(rng)[-4:]
    factor = tuple(int(n) for n in rng.integers(1, 4, len(drawn) - 1))
    smooth = bool(rng.integers(2))
    if rng.integers(2):
        return Upsample(factor, smooth=smooth), [drawn]
    return Upsample(to=tuple(n + f for n, f in zip(drawn, factor, strict=False)), smooth=smooth), [
        drawn
    ]


def pixel_shuffle(op: PixelShuffle, x: Array, _: Parameters) -> Array:
    """The channels of each position as a grid of its own, those of one output side by side."""
    rank, factor = x.ndim - 1, op.factor
    if op.back:
        for axis, by in enumerate(factor):
            x = x.reshape(*x.shape[: 2 * axis], -1, by, *x.shape[2 * axis + 1 :])
        x = x.transpose(*range(0, 2 * rank, 2), *range(1, 2 * rank, 2), 2 * rank)
        return x.reshape(*x.shape[:rank], -1)
    x = x.reshape(*x.shape[:-1], *factor, -1)
    order = [axis for place in range(rank) for axis in (place, rank + place)]
    return x.transpose(*order, 2 * rank).reshape(*op.nests(shape_of(x, rank, factor)).outputs[0])


def shape_of(x: Array, rank: int, factor: tuple[int, ...]) -> tuple[int, ...]:
    return (*x.shape[:rank], x.shape[-1] * int(np.prod(factor)))


def draw_pixel_shuffle(rng: Rng) -> Drawn:
    (*grid, channels) = shape(rng)
    factor = tuple(int(n) for n in rng.integers(1, 4, len(grid)))
    if rng.integers(2):
        sides = [n * by for n, by in zip(grid, factor, strict=True)]
        return PixelShuffle(factor, back=True), [(*sides, channels)]
    return PixelShuffle(factor), [(*grid, channels * int(np.prod(factor)))]


def draw_pad(rng: Rng) -> Drawn:
    drawn = shape(rng)
    before, after = (tuple(int(n) for n in rng.integers(0, 3, len(drawn) - 1)) for _ in range(2))
    return Pad(before, after), [drawn]


def draw_crop(rng: Rng) -> Drawn:
    drawn = shape(rng)
    if rng.integers(2):
        return Crop(to=tuple(int(rng.integers(1, n + 1)) for n in drawn[:-1])), [drawn]
    before = tuple(int(rng.integers(0, n)) for n in drawn[:-1])
    after = tuple(int(rng.integers(0, n - b)) for n, b in zip(drawn, before, strict=False))
    return Crop(before, after), [drawn]


def crop(op: Crop, x: Array, _: Parameters) -> Array:
    for axis, n in enumerate(x.shape[:-1]):
        if op.to:
            start = (n - op.to[axis]) // 2
            x = jax.lax.slice_in_dim(x, start, start + op.to[axis], axis=axis)
        else:
            x = jax.lax.slice_in_dim(x, op.before[axis], n - op.after[axis], axis=axis)
    return x


def draw_multiply(rng: Rng) -> Drawn:
    whole = shape(rng)
    others = [tuple(n if rng.integers(2) else 1 for n in whole) for _ in range(rng.integers(1, 3))]
    return Multiply(), [whole, *others] if rng.integers(2) else [*others, whole]


def draw_split(rng: Rng) -> Drawn:
    parts = int(rng.integers(2, 5))
    (*grid, channels) = shape(rng)
    return Split(parts), [(*grid, channels * parts)]


def draw_shuffle(rng: Rng) -> Drawn:
    groups = int(rng.integers(1, 5))
    (*grid, channels) = shape(rng)
    return Shuffle(groups), [(*grid, channels * groups)]


def draw_gated(rng: Rng) -> Drawn:
    (*grid, channels) = shape(rng)
    return Gated(str(rng.choice(list(GATES)))), [(*grid, 2 * channels)]


def gated(op: Gated, x: Array, _: Parameters) -> Array:
    first, second = jnp.split(x, 2, axis=-1)
    return first * FUNCTIONS[GATES[op.word]](second)


def shuffled(op: Shuffle, x: Array, _: Parameters) -> Array:
    parted = x.reshape(*x.shape[:-1], op.groups, -1)
    return jnp.swapaxes(parted, -1, -2).reshape(x.shape)


def padded(op: Pad, x: Array, _: Parameters) -> Array:
    return jnp.pad(x, [*zip(op.before, op.after, strict=True), (0, 0)])


TWINS |= {
    Transposed: Twin(transposed, draw_transposed),
    Upsample: Twin(upsample, draw_upsample),
    PixelShuffle: Twin(pixel_shuffle, draw_pixel_shuffle),
    Pad: Twin(padded, draw_pad),
    Crop: Twin(crop, draw_crop),
    Multiply: Twin(lambda _, *xs: functools.reduce(jnp.multiply, xs[:-1]), draw_multiply),
    Split: Twin(lambda op, x, _: jnp.split(x, op.parts, axis=-1), draw_split),
    Shuffle: Twin(shuffled, draw_shuffle),
    Gated: Twin(gated, draw_gated),
}
