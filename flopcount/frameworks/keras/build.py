"""A network → the same network in Keras 3: hyper-parameters are handed over, nothing is computed.

No size, shape, padding or count of this package is used: what a layer puts out, which variables
it has and how large they are is for Keras to say, and is what `check` compares.
"""

import functools
from collections.abc import Callable, Iterable
from typing import Any

from ...core import Row
from ...core.graph import layer_of
from ...core.ops.attention import Attention
from ...core.ops.convolution import Conv
from ...core.ops.dense import Dense
from ...core.ops.elementwise import (
    GATES,
    Activation,
    Flatten,
    Gated,
    LayerScale,
    PassThrough,
    Scale,
    Softmax,
)
from ...core.ops.experts import Combine, Route
from ...core.ops.joining import Add, Concat, Multiply, Shuffle, Split
from ...core.ops.lookup import Embed, Position, Tied
from ...core.ops.norm import LRN, Norm
from ...core.ops.pooling import AdaptivePool, Pool
from ...core.ops.recurrent import Recurrent
from ...core.ops.resampling import Crop, Pad, PixelShuffle, Upsample
from ...core.ops.tokens import Select, Tokens, Transpose
from ...core.ops.transposed import Transposed
from ...errors import FlopcountError
from ...sizes import Window
from . import attention, experts, lookup, moving, recurrent, transposed
from .backend import import_keras, naming
from .layers import (
    adaptive_pool_layer,
    gated_layer,
    layer_scale,
    lrn_layer,
    padded_pool_layer,
    strided_dilated_layer,
)
from .parts import RowLayers, SharedLayers, zeros

# What a table does not hold: a dropout's rate, a residual's factor. Neither changes any count.
DROPOUT_RATE = 0.5
RESIDUAL_SCALE = 0.1


class Layers:
    """The Keras layers of a network's rows, made when a row is first called.

    Called on Keras' symbols they make a model; called on arrays they compute. `of` gives a row's
    layers by part: ``""`` is the layer itself, ``"norm"`` its batch norm.
    """

    def __init__(self, kernel: Any = zeros) -> None:
        self.keras = import_keras()
        self.kernel = kernel
        self.of: dict[str, dict[str, Any]] = {}
        self._shared = SharedLayers()
        self._choices: dict[str, Any] = {}  # which experts a router chose, for what reads it

    def __call__(self, row: Row, inputs: Iterable[Any]) -> Any:
        """What a row puts out: a tensor, or a list of several.

        Raises `FlopcountError` that names the row, whatever goes wrong.
        """
        node = row.node
        parts = self.of.setdefault(node.path, {})
        at = RowLayers(self.keras, node, parts, self._shared, self.kernel)
        with naming(node.path):
            try:
                if type(node.op) not in _CALLS:
                    raise FlopcountError(f"no Keras layer is known for {node.op.word}")
                return self._routed(row, at, inputs)
            except FlopcountError as error:
                raise FlopcountError(f"{node.path}: {error}") from None

    def alone(self, row: Row, inputs: Iterable[Any]) -> Any:
        """What a row puts out with no other before it: among experts, each token's in turn."""
        self._choices.clear()
        return self(row, inputs)

    def _routed(self, row: Row, at: RowLayers, inputs: Iterable[Any]) -> Any:
        """Call a row; among experts it has what their router chose beside what it reads."""
        node = row.node
        if isinstance(node.op, Route):
            *given, self._choices[node.path] = experts.route(at, node.op, *inputs)
            return given
        chosen = [self._choices.get(layer_of(path)) for path in node.inputs]
        choice = next((one for one in chosen if one is not None), None)
        if choice is not None and not isinstance(node.op, Combine):
            self._choices[node.path] = choice
        if isinstance(node.op, Dense) and node.op.experts:
            return experts.dense(at, node.op, next(iter(inputs)), choice)
        return _CALLS[type(node.op)](at, node.op, *inputs)

    def made(self) -> list[Any]:
        """Every Keras layer, in the order in which they were made."""
        made = (layer for parts in self.of.values() for layer in parts.values())
        return list({id(layer): layer for layer in made}.values())


def _convolving(at: RowLayers, name: str, window: Window) -> Any:
    """Keras' class, or, where it would refuse to skip and to spread at once, one that does both."""
    kind = at.ranked(name, len(window.kernel))
    refused = {*window.stride} != {1} and {*window.dilation} != {1}
    return strided_dilated_layer(kind.__name__) if refused else kind


def _conv(at: RowLayers, op: Conv, x: Any) -> Any:
    rank = len(op.window.kernel)
    x, settings = at.window(at.grid(x, rank), op.window)
    if op.width is None and rank < 3:
        settings |= {"depth_multiplier": op.multiplier, "depthwise_initializer": at.kernel}
        return at.products(_convolving(at, "DepthwiseConv", op.window), op.tail, x, **settings)
    channels = x.shape[-1]  # of a depthwise convolution in 3-d, which Keras has only as groups
    groups = channels if op.width is None else op.groups
    settings |= {"filters": op.multiplier * channels if op.width is None else op.width}
    settings |= {"groups": groups, "kernel_initializer": at.kernel}
    return at.products(_convolving(at, "Conv", op.window), op.tail, x, **settings)


def _dense(at: RowLayers, op: Dense, x: Any) -> Any:
    """A dense layer, of a sequence at each position; a grid, which is 1×1, goes."""
    x = at.flat(x) if len(x.shape) > 3 else x
    kind = at.kinds.Dense
    return at.products(kind, op.tail, x, units=op.width, kernel_initializer=at.kernel)


def _pool(at: RowLayers, op: Pool, x: Any) -> Any:
    window, rank = op.window, len(op.window.kernel)
    x = at.grid(x, rank)
    if window.padding == "same" or (window.padding == "valid" and not window.ceil):
        return at.layer(
            at.ranked("MaxPooling" if op.kind == "max" else "AveragePooling", rank),
            pool_size=window.kernel,
            strides=window.stride,
            padding=window.padding,
            data_format="channels_last",
        )(x)
    pad = window.padding if isinstance(window.padding, tuple) else (0,) * rank
    return at.layer(
        padded_pool_layer(),
        kind=op.kind,
        kernel=window.kernel,
        stride=window.stride,
        pad=pad,
        ceil=window.ceil,
    )(x)


def _adaptive(at: RowLayers, op: AdaptivePool, x: Any) -> Any:
    rank = len(op.to)
    x = at.grid(x, rank)
    if {*op.to} != {1}:
        return at.layer(adaptive_pool_layer(), kind=op.kind, to=op.to)(x)
    kind = at.ranked("GlobalMaxPooling" if op.kind == "max" else "GlobalAveragePooling", rank)
    return at.layer(kind, keepdims=True, data_format="channels_last")(x)


def _join(at: RowLayers, kind: Any, inputs: tuple[Any, ...]) -> Any:
    rank = max(len(x.shape) for x in inputs) - 2
    inputs = tuple(at.grid(x, rank, f"grid.{place}") for place, x in enumerate(inputs, 1))
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
    LayerScale: lambda at, _, x: at.layer(layer_scale())(x),
    PassThrough: lambda at, op, x: (
        at.layer(at.kinds.Dropout, rate=DROPOUT_RATE)(x)
        if op.word == "dropout"
        else at.layer(at.kinds.Identity)(x)
    ),
    Flatten: lambda at, _, x: at.layer(at.kinds.Flatten, data_format="channels_last")(x),
    Concat: _concat,
    Add: lambda at, _, *inputs: _join(at, at.kinds.Add, inputs),
    Multiply: lambda at, _, *inputs: _join(at, at.kinds.Multiply, inputs),
    Gated: lambda at, op, x: at.layer(gated_layer(), activation=GATES[op.word])(x),
    Transposed: transposed.call,
    Attention: attention.call,
    Recurrent: recurrent.call,
    Embed: lookup.embed,
    Position: lookup.position,
    Tied: lookup.tied,
    Tokens: lookup.tokens,
    Transpose: lookup.transpose,
    Select: lookup.select,
    Route: experts.route,
    Combine: experts.combine,
    Upsample: moving.upsample,
    PixelShuffle: moving.pixel_shuffle,
    Shuffle: moving.shuffle,
    Split: moving.split,
    Pad: moving.pad,
    Crop: moving.crop,
}
