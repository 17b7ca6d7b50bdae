"""Layers that move numbers, in Keras: resampling, shuffles, padding, cropping, splits.

What Keras has a layer for is that layer, or a reshape, a permutation and a reshape.
"""

import functools
from typing import Any

from ...core.ops.joining import Shuffle, Split
from ...core.ops.resampling import Crop, Pad, PixelShuffle, Upsample
from .layers import serializable
from .parts import RowLayers


def upsample(at: RowLayers, op: Upsample, x: Any) -> Any:
    """Keras' own by a whole factor; to a given grid, or smooth off a plane, axis by axis."""
    rank = len(op.to or op.factor)
    x = at.grid(x, rank)
    if op.to or (op.smooth and rank != 2):
        return at.layer(
            resized_layer(), factor=op.factor or None, to=op.to or None, smooth=op.smooth
        )(x)
    settings: dict[str, Any] = {"size": op.factor if rank > 1 else op.factor[0]}
    if rank > 1:
        settings["data_format"] = "channels_last"
    if op.smooth:
        settings["interpolation"] = "bilinear"
    return at.layer(at.ranked("UpSampling", rank), **settings)(x)


@functools.cache
def resized_layer() -> Any:
    """The class of a grid of any rank made larger, axis by axis.

    Smooth is Keras' bilinear resize of one axis, beside all others as they are. Nearest is
    PyTorch's, ⌊o·n/m⌋: Keras' own goes by half-pixel centres.
    """
    import keras
    import numpy as np

    class Resized(keras.layers.Layer):
        def __init__(self, factor: Any, to: Any, *, smooth: bool, **settings: Any) -> None:
            super().__init__(**settings)
            self.factor = factor and tuple(factor)
            self.to = to and tuple(to)
            self.smooth = smooth

        def call(self, x: Any) -> Any:
            grid = x.shape[1:-1]
            sides = self.to or [n * by for n, by in zip(grid, self.factor, strict=True)]
            for axis, (n, m) in enumerate(zip(grid, sides, strict=True), 1):
                if not self.smooth:
                    x = keras.ops.take(x, np.arange(m) * n // m, axis=axis)
                    continue
                first = keras.ops.moveaxis(x, axis, 1)
                flat = keras.ops.reshape(first, (-1, n, int(np.prod(first.shape[2:])), 1))
                size = (m, flat.shape[2])
                longer = keras.ops.image.resize(
                    flat, size, interpolation="bilinear", data_format="channels_last"
                )
                longer = keras.ops.reshape(longer, (-1, m, *first.shape[2:]))
                x = keras.ops.moveaxis(longer, 1, axis)
            return x

        def get_config(self) -> dict[str, Any]:
            own = ("factor", "to", "smooth")
            return super().get_config() | {name: getattr(self, name) for name in own}

    return serializable(Resized)


def _permuted(at: RowLayers, x: Any, apart: Any, order: Any, together: Any) -> Any:
    x = at.layer(at.kinds.Reshape, "apart", target_shape=tuple(apart))(x)
    x = at.layer(at.kinds.Permute, "order", dims=tuple(axis + 1 for axis in order))(x)
    return at.layer(at.kinds.Reshape, target_shape=tuple(together))(x)


def shuffle(at: RowLayers, op: Shuffle, x: Any) -> Any:
    """Groups × channels, transposed."""
    *grid, channels = x.shape[1:]
    apart = (*grid, op.groups, channels // op.groups)
    rank = len(grid)
    return _permuted(at, x, apart, (*range(rank), rank + 1, rank), (*grid, channels))


def pixel_shuffle(at: RowLayers, op: PixelShuffle, x: Any) -> Any:
    """Channels to a grid, those of one output side by side as TensorFlow's, or back."""
    rank = len(op.factor)
    x = at.grid(x, rank)
    *grid, channels = x.shape[1:]
    pairs = list(zip(grid, op.factor, strict=True))
    if op.back:
        apart = [part for n, by in pairs for part in (n // by, by)]
        sides, depth = [n // by for n, by in pairs], -1
        order = [*range(0, 2 * rank, 2), *range(1, 2 * rank, 2), 2 * rank]
        return _permuted(at, x, [*apart, channels], order, [*sides, depth])
    whole = functools.reduce(lambda a, b: a * b, op.factor)
    order = [axis for place in range(rank) for axis in (place, rank + place)]
    sides = [n * by for n, by in pairs]
    apart = [*grid, *op.factor, channels // whole]
    return _permuted(at, x, apart, [*order, 2 * rank], [*sides, channels // whole])


def pad(at: RowLayers, op: Pad, x: Any) -> Any:
    """Zeros around a grid."""
    sides = tuple(zip(op.before, op.after, strict=True))
    return at.bordered("ZeroPadding", "padding", at.grid(x, len(sides)), sides)


def crop(at: RowLayers, op: Crop, x: Any) -> Any:
    """A grid without its border; of an odd one, the middle lies one nearer to the beginning."""
    x = at.grid(x, len(op.to or op.before))
    sides = tuple(zip(op.before, op.after, strict=True))
    if op.to:
        left = [n - m for n, m in zip(x.shape[1:-1], op.to, strict=True)]
        sides = tuple((n // 2, n - n // 2) for n in left)
    return at.bordered("Cropping", "cropping", x, sides)


def split(at: RowLayers, op: Split, x: Any) -> Any:
    """The parts of the channels, in a list."""
    return at.layer(split_layer(), parts=op.parts)(x)


@functools.cache
def split_layer() -> Any:
    """The class of a split of the channels in equal parts."""
    import keras

    class Split(keras.layers.Layer):
        def __init__(self, parts: int, **settings: Any) -> None:
            super().__init__(**settings)
            self.parts = parts

        def call(self, x: Any) -> Any:
            return list(keras.ops.split(x, self.parts, axis=-1))

        def get_config(self) -> dict[str, Any]:
            return super().get_config() | {"parts": self.parts}

    return serializable(Split)
