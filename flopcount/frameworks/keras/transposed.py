"""Transposed convolutions in Keras: its own layers, and what those refuse."""

import functools
from typing import Any

from ...core.ops.transposed import Transposed
from .layers import serializable
from .parts import RowLayers


def call(at: RowLayers, op: Transposed, x: Any) -> Any:
    """A transposed convolution; explicit padding is cropped off after it, before any norm."""
    window, rank = op.window, len(op.window.kernel)
    same = window.padding == "same"
    axes = list(zip(window.kernel, window.stride, window.dilation, strict=True))
    outpad = op.outpad or None
    if not (same or outpad) and any((k - 1) * d + 1 < s for k, s, d in axes):
        outpad = (0,) * rank  # by itself Keras fills up to the stride
    steps_and_holes = {*window.stride} != {1} and {*window.dilation} != {1}
    refused = any(not 0 < n < s for n, s in zip(outpad or (), window.stride, strict=False))
    kind = at.ranked("Conv", rank, "Transpose")
    settings: dict[str, Any] = {
        "filters": op.width,
        "kernel_size": window.kernel,
        "strides": window.stride,
        "dilation_rate": window.dilation,
        "padding": "same" if same else "valid",
        "output_padding": outpad,
        "data_format": "channels_last",
        "kernel_initializer": at.kernel,
    }
    if op.groups > 1 or steps_and_holes or refused:
        kind = free_transposed_layer(kind.__name__)
        settings["groups"] = op.groups
    crop = window.padding if isinstance(window.padding, tuple) else ()
    return at.products(kind, op.tail, at.grid(x, rank), crop, **settings)


def _free(base: Any) -> Any:
    import keras
    import numpy as np

    class Free(base):
        """Groups, which Keras has not, and what its constructor refuses: steps with holes, 0s."""

        def __init__(
            self,
            *args: Any,
            strides: Any = 1,
            output_padding: Any = None,
            groups: int = 1,
            **settings: Any,
        ) -> None:
            super().__init__(*args, strides=1, output_padding=None, **settings)
            rank = len(self.kernel_size)
            self.strides = (strides,) * rank if isinstance(strides, int) else tuple(strides)
            self.output_padding = output_padding and tuple(output_padding)
            self.groups = groups

        def build(self, shape: Any) -> None:
            super().build((*shape[:-1], shape[-1] // self.groups))
            self.input_spec = None  # there the channels are those of one group

        def call(self, x: Any) -> Any:
            """Keras' own, with a kernel of zeros between one group and another."""
            outs, ins = np.arange(self.filters), np.arange(x.shape[-1])
            of_group = outs[:, None] * self.groups // self.filters == ins * self.groups // ins.size
            whole = keras.ops.tile(self.kernel, (*(1,) * (len(self.kernel.shape) - 1), self.groups))
            y = keras.ops.conv_transpose(
                x,
                whole * keras.ops.cast(of_group.astype("float32"), whole.dtype),
                strides=list(self.strides),
                padding=self.padding,
                output_padding=self.output_padding,
                data_format=self.data_format,
                dilation_rate=self.dilation_rate,
            )
            return y if self.bias is None else y + self.bias

        def get_config(self) -> dict[str, Any]:
            return super().get_config() | {"groups": self.groups}

    Free.__name__ = Free.__qualname__ = f"Free{base.__name__}"
    return serializable(Free)


@functools.cache
def free_transposed_layer(name: str) -> Any:
    """The class of a transposed convolution of Keras, by its name, with groups and any stride."""
    import keras

    return _free(getattr(keras.layers, name))
