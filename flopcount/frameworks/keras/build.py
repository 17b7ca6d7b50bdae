"""A network → the same network in Keras 3: hyper-parameters are handed over, nothing is computed.

No size, shape, padding or count of this package is used: what a layer puts out, which variables
it has and how large they are is for Keras to say, and is what `check` compares.
"""

import functools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ...core import Row
from ...core.ops.convolution import Conv
from ...core.ops.dense import Dense
from ...core.ops.elementwise import Activation, Flatten, PassThrough, Scale, Softmax
from ...core.ops.joining import Add, Concat
from ...core.ops.norm import LRN, Norm
from ...core.ops.pooling import AdaptivePool, Pool
from ...core.ops.tail import Tail
from ...errors import FlopcountError
from ...sizes import Window
from .backend import import_keras, naming
from .layers import (
    adaptive_pool_layer,
    lrn_layer,
    padded_pool_layer,
    strided_dilated_conv_layer,
    strided_dilated_depthwise_layer,
)

if TYPE_CHECKING:
    import numpy as np

# Keras' names where they are not ours.
ACTIVATION_NAMES = {
    "leaky": "leaky_relu",
    "hardsigmoid": "hard_sigmoid",
    "hardswish": "hard_swish",
}
# What a table does not hold: a dropout's rate, a residual's factor. Neither changes any count.
DROPOUT_RATE = 0.5
RESIDUAL_SCALE = 0.1


def layer_name(path: str, part: str = "") -> str:
    """The name of a row's Keras layer: Keras refuses ``/``, PyTorch ``.``; no path has a ``>``.

    >>> layer_name("3a/5x5/2"), layer_name("C.1/3x3/1", "norm")
    ('3a>5x5>2', 'C>>1>3x3>1>norm')
    """
    return (f"{path}/{part}" if part else path).replace("/", ">").replace(".", ">>")


def layer_path(name: str) -> str:
    """The path that a Keras layer's name stands for: `layer_name` undone.

    >>> layer_path("C>>1>3x3>1>norm")
    'C.1/3x3/1/norm'
    """
    return name.replace(">>", ".").replace(">", "/")


def zeros(shape: Any, dtype: Any = None) -> Any:  # noqa: ARG001  Keras asks so
    """Zeros from numpy: Keras' own on JAX take 15 s for GoogLeNet."""
    import numpy as np

    return placed(np.zeros(shape, np.float32))


def ones(shape: Any, dtype: Any = None) -> Any:  # noqa: ARG001  likewise
    """Ones from numpy."""
    import numpy as np

    return placed(np.ones(shape, np.float32))


def placed(array: "np.ndarray[Any, Any]") -> Any:
    """A numpy array where Keras wants it: on JAX put there, else Keras compiles a copy a shape."""
    import keras

    if keras.backend.backend() != "jax":
        return array
    import jax

    return jax.device_put(array)


class Layers:
    """The Keras layers of a network's rows, made when a row is first called.

    Called on Keras' symbols they make a model; called on arrays they compute. `of` gives a row's
    layers by part: ``""`` is the layer itself, ``"norm"`` its batch norm.
    """

    def __init__(self, kernel: Any = zeros) -> None:
        self.keras = import_keras()
        self.kernel = kernel
        self.of: dict[str, dict[str, Any]] = {}

    def __call__(self, row: Row, inputs: Iterable[Any]) -> Any:
        """What a row puts out. Raises `FlopcountError` that names it, whatever goes wrong."""
        node = row.node
        with naming(node.path):
            if type(node.op) not in _CALLS:
                raise FlopcountError(f"{node.path}: no Keras layer is known for {node.op.word}")
            return _CALLS[type(node.op)](RowLayers(self, node.path), node.op, *inputs)

    def made(self) -> list[Any]:
        """Every Keras layer, in the order in which they were made."""
        return [layer for parts in self.of.values() for layer in parts.values()]


class RowLayers:
    """Where a row's Keras layers are made and found again."""

    def __init__(self, layers: Layers, path: str) -> None:
        self._layers = layers
        self._path = path
        self._parts = layers.of.setdefault(path, {})
        self.kinds = layers.keras.layers

    def layer(self, kind: Any, part: str = "", /, **settings: Any) -> Any:
        """The row's layer for a part, made the first time."""
        if part not in self._parts:
            self._parts[part] = kind(name=layer_name(self._path, part), **settings)
        return self._parts[part]

    def grid(self, x: Any, part: str = "grid") -> Any:
        """A tensor with height and width, as those of flat layers have not."""
        if len(x.shape) == 4:
            return x
        return self.layer(self.kinds.Reshape, part, target_shape=(1, 1, x.shape[-1]))(x)

    def flat(self, x: Any) -> Any:
        """A tensor without height and width."""
        if len(x.shape) == 2:
            return x
        return self.layer(self.kinds.Flatten, "flat", data_format="channels_last")(x)

    def window(self, x: Any, window: Window) -> tuple[Any, dict[str, Any]]:
        """The input, padded where the padding is explicit, and the settings of a convolution."""
        padding = window.padding
        if isinstance(padding, tuple):
            pad = self.kinds.ZeroPadding2D
            x = self.layer(pad, "pad", padding=padding, data_format="channels_last")(x)
            padding = "valid"
        return x, {
            "kernel_size": window.kernel,
            "strides": window.stride,
            "dilation_rate": window.dilation,
            "padding": padding,
            "data_format": "channels_last",
        }

    def biased(self, tail: Tail) -> dict[str, Any]:
        """The settings of a layer with a kernel."""
        return {"use_bias": tail.bias, "bias_initializer": zeros}

    @property
    def kernel(self) -> Any:
        """What fills the kernels."""
        return self._layers.kernel

    def norm(self, x: Any, kind: str, part: str = "") -> Any:
        """Batch norm: γ and β as its kind says."""
        return self.layer(
            self.kinds.BatchNormalization,
            part,
            scale=kind in ("norm", "scale"),
            center=kind in ("norm", "shift"),
            gamma_initializer=ones,
            beta_initializer=zeros,
            moving_mean_initializer=zeros,
            moving_variance_initializer=ones,
        )(x)

    def activation(self, x: Any, kind: str, part: str = "") -> Any:
        """An activation, by our name for it."""
        name = ACTIVATION_NAMES.get(kind, kind)
        return self.layer(self.kinds.Activation, part, activation=name)(x)

    def tail(self, x: Any, tail: Tail) -> Any:
        """What follows a kernel and its bias."""
        if tail.norm:
            x = self.norm(x, tail.norm, "norm")
        return self.activation(x, tail.activation, tail.activation) if tail.activation else x


def _skips_and_spreads(window: Window) -> bool:
    return {*window.stride} != {1} and {*window.dilation} != {1}


def _conv(at: RowLayers, op: Conv, x: Any) -> Any:
    if op.width is None:
        return _depthwise(at, op, x)
    x, settings = at.window(at.grid(x), op.window)
    refused = _skips_and_spreads(op.window)
    kind = strided_dilated_conv_layer() if refused else at.kinds.Conv2D
    settings |= {"filters": op.width, "groups": op.groups, "kernel_initializer": at.kernel}
    return at.tail(at.layer(kind, **settings, **at.biased(op.tail))(x), op.tail)


def _depthwise(at: RowLayers, op: Conv, x: Any) -> Any:
    x, settings = at.window(at.grid(x), op.window)
    refused = _skips_and_spreads(op.window)
    kind = strided_dilated_depthwise_layer() if refused else at.kinds.DepthwiseConv2D
    settings |= {"depth_multiplier": op.multiplier, "depthwise_initializer": at.kernel}
    return at.tail(at.layer(kind, **settings, **at.biased(op.tail))(x), op.tail)


def _dense(at: RowLayers, op: Dense, x: Any) -> Any:
    settings = {"units": op.width, "kernel_initializer": at.kernel, **at.biased(op.tail)}
    return at.tail(at.layer(at.kinds.Dense, **settings)(at.flat(x)), op.tail)


def _pool(at: RowLayers, op: Pool, x: Any) -> Any:
    x, window = at.grid(x), op.window
    if window.padding == "same" or (window.padding == "valid" and not window.ceil):
        kind = at.kinds.MaxPooling2D if op.kind == "max" else at.kinds.AveragePooling2D
        return at.layer(
            kind,
            pool_size=window.kernel,
            strides=window.stride,
            padding=window.padding,
            data_format="channels_last",
        )(x)
    pad = window.padding if isinstance(window.padding, tuple) else (0, 0)
    return at.layer(
        padded_pool_layer(),
        kind=op.kind,
        kernel=window.kernel,
        stride=window.stride,
        pad=pad,
        ceil=window.ceil,
    )(x)


def _adaptive(at: RowLayers, op: AdaptivePool, x: Any) -> Any:
    x = at.grid(x)
    if op.to != (1, 1):
        return at.layer(adaptive_pool_layer(), kind=op.kind, to=op.to)(x)
    most = op.kind == "max"
    kind = at.kinds.GlobalMaxPooling2D if most else at.kinds.GlobalAveragePooling2D
    return at.layer(kind, keepdims=True, data_format="channels_last")(x)


def _join(at: RowLayers, kind: Any, inputs: tuple[Any, ...]) -> Any:
    if len({len(x.shape) for x in inputs}) > 1:
        inputs = tuple(at.grid(x, f"grid.{place}") for place, x in enumerate(inputs, 1))
    return at.layer(kind)(list(inputs))


def _concat(at: RowLayers, _: Concat, *inputs: Any) -> Any:
    return _join(at, functools.partial(at.kinds.Concatenate, axis=-1), inputs)


_CALLS: dict[type, Callable[..., Any]] = {
    Conv: _conv,
    Dense: _dense,
    Pool: _pool,
    AdaptivePool: _adaptive,
    LRN: lambda at, op, x: at.layer(lrn_layer(), size=op.size)(x),
    Norm: lambda at, op, x: at.norm(x, op.kind),
    Activation: lambda at, op, x: at.activation(x, op.kind),
    Softmax: lambda at, _, x: at.layer(at.kinds.Softmax)(x),
    Scale: lambda at, _, x: at.layer(at.kinds.Rescaling, scale=RESIDUAL_SCALE)(x),
    PassThrough: lambda at, op, x: (
        at.layer(at.kinds.Dropout, rate=DROPOUT_RATE)(x)
        if op.word == "dropout"
        else at.layer(at.kinds.Identity)(x)
    ),
    Flatten: lambda at, _, x: at.layer(at.kinds.Flatten, data_format="channels_last")(x),
    Concat: _concat,
    Add: lambda at, _, *inputs: _join(at, at.kinds.Add, inputs),
}
