"""Recurrent layers in Keras: its own three, and cells of ours for what those do not have."""

import functools
from typing import Any

from ...core.ops.recurrent import Recurrent
from .layers import serializable
from .parts import RowLayers, zeros

_KINDS = {"lstm": "LSTM", "gru": "GRU", "rnn": "SimpleRNN"}


def call(at: RowLayers, op: Recurrent, x: Any) -> Any:
    """The state of each step, or the last one alone, which then is a sequence of one."""
    settings: dict[str, Any] = {
        "use_bias": op.biases > 0,
        "kernel_initializer": at.kernel,
        "recurrent_initializer": at.kernel,
        "bias_initializer": zeros,
    }
    running = {"return_sequences": not op.last, "go_backwards": op.back}
    if op.projection or (op.biases > 1 and op.word != "gru"):
        kind = biased_layer()
        settings = {"kind": op.word, "biases": op.biases, "projection": op.projection}
        settings |= {"kernel_initializer": at.kernel}
    else:
        if op.word != "rnn":
            settings["use_cudnn"] = False  # a loop that can be read, on a GPU too
        if op.word == "gru":
            settings["reset_after"] = op.biases != 1
        kind = getattr(at.kinds, _KINDS[op.word])
    y = at.layer(kind, "", at.held(), units=op.width, **running, **settings)(x)
    if op.last:
        return at.layer(at.kinds.Reshape, "step", target_shape=(1, y.shape[-1]))(y)
    return at.layer(reversed_layer(), "order")(y) if op.back else y


@functools.cache
def reversed_layer() -> Any:
    """The class of a sequence turned round: Keras gives what it read backwards in that order."""
    import keras

    class Reversed(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return keras.ops.flip(x, axis=1)

        def compute_output_shape(self, shape: Any) -> Any:
            return shape

    return serializable(Reversed)


@functools.cache
def biased_layer() -> Any:
    """The class of a recurrence of such cells."""
    import keras

    class BiasedRecurrent(keras.layers.RNN):
        def __init__(
            self,
            units: int,
            kind: str,
            biases: int,
            projection: int = 0,
            kernel_initializer: Any = "glorot_uniform",
            **settings: Any,
        ) -> None:
            cell = cell_layer()(units, kind, biases, projection, kernel_initializer)
            super().__init__(cell, **settings)

        def get_config(self) -> dict[str, Any]:
            config = {name: n for name, n in super().get_config().items() if name != "cell"}
            own = ("units", "kind", "biases", "projection")
            return config | {name: getattr(self.cell, name) for name in own}

        @classmethod
        def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:  # noqa: ARG003
            return cls(**config)

    return serializable(BiasedRecurrent)


@functools.cache
def cell_layer() -> Any:
    """The class of a step of an LSTM or a simple RNN with two biases or a projection.

    One bias of what enters and one of the state, as PyTorch and cuDNN have them; what an LSTM puts
    out projected, and read so by the next step (Sak et al., arXiv:1402.1128).
    """
    import keras

    ops = keras.ops

    class BiasedCell(keras.layers.Layer):
        def __init__(
            self,
            units: int,
            kind: str,
            biases: int,
            projection: int = 0,
            kernel_initializer: Any = "glorot_uniform",
            **settings: Any,
        ) -> None:
            super().__init__(**settings)
            self.units, self.kind = units, kind
            self.biases, self.projection = biases, projection
            self.kernel_initializer = kernel_initializer
            state = projection or units
            self.state_size = [state, units] if kind == "lstm" else [state]
            self.output_size = state

        def build(self, shape: Any) -> None:
            wide = self.units * (4 if self.kind == "lstm" else 1)
            self.kernel = self._held("kernel", (shape[-1], wide))
            self.recurrent_kernel = self._held("recurrent_kernel", (self.output_size, wide))
            if self.biases:
                self.bias = self.add_weight(shape=(wide,), initializer="zeros", name="bias")
            if self.biases > 1:
                self.recurrent_bias = self.add_weight(
                    shape=(wide,), initializer="zeros", name="recurrent_bias"
                )
            if self.projection:
                self.projection_kernel = self._held(
                    "projection_kernel", (self.units, self.projection)
                )
            self.built = True

        def _held(self, name: str, shape: tuple[int, ...]) -> Any:
            return self.add_weight(shape=shape, initializer=self.kernel_initializer, name=name)

        def call(self, x: Any, states: Any, training: Any = None) -> Any:  # noqa: ARG002  Keras'
            z = ops.matmul(x, self.kernel) + ops.matmul(states[0], self.recurrent_kernel)
            z = z + self.bias if self.biases else z
            z = z + self.recurrent_bias if self.biases > 1 else z
            if self.kind == "rnn":
                h = ops.tanh(z)
                return h, [h]
            i, f, g, o = ops.split(z, 4, axis=-1)
            c = ops.sigmoid(f) * states[1] + ops.sigmoid(i) * ops.tanh(g)
            h = ops.sigmoid(o) * ops.tanh(c)
            h = ops.matmul(h, self.projection_kernel) if self.projection else h
            return h, [h, c]

        def get_config(self) -> dict[str, Any]:
            own = ("units", "kind", "biases", "projection")
            return super().get_config() | {name: getattr(self, name) for name in own}

    return serializable(BiasedCell)
