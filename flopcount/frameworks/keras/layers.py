"""The few layers that Keras lacks, as Keras layers; each class is made when it is first needed."""

import functools
from typing import Any


def serializable(layer: Any) -> Any:
    """Let Keras load a saved model that holds a layer of this class."""
    import keras

    return keras.saving.register_keras_serializable("flopcount")(layer)


def shares(scores: Any) -> Any:
    """A softmax over the last axis, also of one number: Keras' own warns of that."""
    from keras import ops

    raised = ops.exp(scores - ops.max(scores, axis=-1, keepdims=True))
    return raised / ops.sum(raised, axis=-1, keepdims=True)


def register() -> None:
    """Make every class of ours, so that Keras can load a saved model that holds one."""
    from .attention import windowed_layer
    from .attention_layer import attention_layer
    from .experts import of_experts_layer, router_layer, weighted_layer
    from .lookup import class_tokens_layer, position_layer, reversible_layer
    from .moving import resized_layer, split_layer
    from .recurrent import biased_layer, cell_layer, reversed_layer
    from .transposed import free_transposed_layer

    for make in (lrn_layer, adaptive_pool_layer, padded_pool_layer, bias_layer, rms_layer):
        make()
    for make in (layer_scale, gated_layer, resized_layer, split_layer):
        make()
    for make in (attention_layer, of_experts_layer, router_layer, weighted_layer, cell_layer):
        make()
    for make in (class_tokens_layer, position_layer, reversible_layer, biased_layer):
        make()
    reversed_layer()
    for name in ("MultiHeadAttention", "GroupQueryAttention"):
        windowed_layer(name)
    for name in ("Conv1D", "Conv2D", "Conv3D", "DepthwiseConv1D", "DepthwiseConv2D"):
        strided_dilated_layer(name)
    for rank in (1, 2, 3):
        free_transposed_layer(f"Conv{rank}DTranspose")


@functools.cache
def lrn_layer() -> Any:
    """The class of local response normalisation over `size` channels, as Krizhevsky et al. 2012.

    x / (k + (α/n)·Σx²)^β with AlexNet's and GoogLeNet's α = 1e-4, β = 0.75, and Caffe's k = 1.
    """
    import keras
    import numpy as np

    class LRN(keras.layers.Layer):
        def __init__(self, size: int = 5, **settings: Any) -> None:
            super().__init__(**settings)
            self.size = size

        def call(self, x: Any) -> Any:
            places = np.arange(x.shape[-1])
            first = places - self.size // 2
            near = (first <= places[:, None]) & (places[:, None] < first + self.size)
            band = keras.ops.cast(near.astype("float32"), x.dtype)
            sums = keras.ops.matmul(keras.ops.square(x), band)
            return x * keras.ops.power(1.0 + (1e-4 / self.size) * sums, -0.75)

        def compute_output_shape(self, shape: Any) -> Any:
            return shape

        def get_config(self) -> dict[str, Any]:
            return super().get_config() | {"size": self.size}

    return serializable(LRN)


@functools.cache
def adaptive_pool_layer() -> Any:
    """The class of pooling to a grid, PyTorch's windows: ⌊i·n/m⌋ up to, not including, ⌈(i+1)·n/m⌉.

    Written out, since Keras has such layers only from 3.13 on.
    """
    import keras

    class AdaptivePool(keras.layers.Layer):
        def __init__(self, kind: str, to: Any, **settings: Any) -> None:
            super().__init__(**settings)
            self.kind = kind
            self.to = tuple(to)

        def call(self, x: Any) -> Any:
            reduce = keras.ops.max if self.kind == "max" else keras.ops.mean
            for axis, m in enumerate(self.to, 1):
                n = x.shape[axis]
                bounds = [(i * n // m, -((-(i + 1) * n) // m)) for i in range(m)]
                before = (slice(None),) * axis
                parts = [x[(*before, slice(first, last))] for first, last in bounds]
                x = keras.ops.stack([reduce(part, axis=axis) for part in parts], axis=axis)
            return x

        def get_config(self) -> dict[str, Any]:
            return super().get_config() | {"kind": self.kind, "to": self.to}

    return serializable(AdaptivePool)


def rows_after(size: int, kernel: int, stride: int, pad: int) -> int:
    """The rows of padding after an image where the number of windows is rounded up.

    Steps from window to window: the last one reaches or passes the padded end, and is dropped if
    it would start beyond the image.

    >>> rows_after(112, 3, 2, 0)
    1
    """
    start = -pad
    while start + kernel < size + pad:
        start += stride
    if start >= size:
        start -= stride
    return max(pad, start + kernel - size)


@functools.cache
def padded_pool_layer() -> Any:
    """The class of pooling with explicit padding, its number of outputs rounded down or up.

    A maximum never takes the padding; a mean counts it, but not the rows that rounding up adds.
    """
    import keras

    class PaddedPool(keras.layers.Layer):
        def __init__(
            self, kind: str, kernel: Any, stride: Any, pad: Any, *, ceil: bool, **settings: Any
        ) -> None:
            super().__init__(**settings)
            self.kind, self.ceil = kind, ceil
            self.kernel, self.stride, self.pad = tuple(kernel), tuple(stride), tuple(pad)

        def call(self, x: Any) -> Any:
            axes = zip(x.shape[1:-1], self.kernel, self.stride, self.pad, strict=True)
            sides = [(p, rows_after(n, k, s, p) if self.ceil else p) for n, k, s, p in axes]
            margins = [(0, 0), *sides, (0, 0)]
            pool: dict[str, Any] = {
                "pool_size": self.kernel,
                "strides": self.stride,
                "padding": "valid",
                "data_format": "channels_last",
            }
            if self.kind == "max":
                padded = keras.ops.pad(x, margins, constant_values=float("-inf"))
                return keras.ops.max_pool(padded, **pool)
            own = [(p, p) for p in (0, *self.pad, 0)]
            added = [(0, after - p) for (p, after) in margins]
            counted = keras.ops.pad(keras.ops.ones_like(x), own, constant_values=1.0)
            share = keras.ops.average_pool(keras.ops.pad(counted, added), **pool)
            return keras.ops.average_pool(keras.ops.pad(x, margins), **pool) / share

        def get_config(self) -> dict[str, Any]:
            own = ("kind", "kernel", "stride", "pad", "ceil")
            return super().get_config() | {name: getattr(self, name) for name in own}

    return serializable(PaddedPool)


def _strided(base: Any) -> Any:
    class Strided(base):
        """Steps and holes in one layer, which Keras' constructor refuses and JAX computes."""

        def __init__(self, *args: Any, strides: Any = 1, **settings: Any) -> None:
            super().__init__(*args, strides=1, **settings)
            rank = len(self.kernel_size)
            self.strides = (strides,) * rank if isinstance(strides, int) else tuple(strides)

    Strided.__name__ = Strided.__qualname__ = f"StridedDilated{base.__name__}"
    return serializable(Strided)


@functools.cache
def strided_dilated_layer(name: str) -> Any:
    """The class of a convolution of Keras, by its name, that takes a stride with a dilation."""
    import keras

    return _strided(getattr(keras.layers, name))


@functools.cache
def bias_layer() -> Any:
    """The class of a bias alone, for those whose kernel is shared."""
    import keras

    class Bias(keras.layers.Layer):
        def build(self, shape: Any) -> None:
            self.bias = self.add_weight(shape=shape[-1:], initializer="zeros", name="bias")
            self.built = True

        def call(self, x: Any) -> Any:
            return x + self.bias

        def compute_output_shape(self, shape: Any) -> Any:
            return shape

    return serializable(Bias)


@functools.cache
def layer_scale() -> Any:
    """The class of a trained factor for each channel."""
    import keras

    class LayerScale(keras.layers.Layer):
        def build(self, shape: Any) -> None:
            self.alpha = self.add_weight(shape=shape[-1:], initializer="ones", name="alpha")
            self.built = True

        def call(self, x: Any) -> Any:
            return x * self.alpha

        def compute_output_shape(self, shape: Any) -> Any:
            return shape

    return serializable(LayerScale)


@functools.cache
def rms_layer() -> Any:
    """The class of a division by the root of the mean square, with γ or without.

    Keras has it from 3.9 on, and never without γ.
    """
    import keras

    class RootMeanSquare(keras.layers.Layer):
        def __init__(self, epsilon: float, *, scale: bool, **settings: Any) -> None:
            super().__init__(**settings)
            self.epsilon, self.scale = epsilon, scale

        def build(self, shape: Any) -> None:
            if self.scale:
                self.gamma = self.add_weight(shape=shape[-1:], initializer="ones", name="gamma")
            self.built = True

        def call(self, x: Any) -> Any:
            mean = keras.ops.mean(keras.ops.square(x), axis=-1, keepdims=True)
            normed = x * keras.ops.rsqrt(mean + self.epsilon)
            return normed * self.gamma if self.scale else normed

        def compute_output_shape(self, shape: Any) -> Any:
            return shape

        def get_config(self) -> dict[str, Any]:
            return super().get_config() | {"epsilon": self.epsilon, "scale": self.scale}

    return serializable(RootMeanSquare)


@functools.cache
def gated_layer() -> Any:
    """The class of half of the channels times an activation of the other half."""
    import keras

    class Gated(keras.layers.Layer):
        def __init__(self, activation: str, **settings: Any) -> None:
            super().__init__(**settings)
            self.activation = activation

        def call(self, x: Any) -> Any:
            first, second = keras.ops.split(x, 2, axis=-1)
            return first * keras.activations.get(self.activation)(second)

        def get_config(self) -> dict[str, Any]:
            return super().get_config() | {"activation": self.activation}

    return serializable(Gated)
