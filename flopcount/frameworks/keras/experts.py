"""A mixture of experts in Keras' operations: the router, dense layers of experts, their sum."""

import functools
from typing import Any

from ...core.ops.dense import Dense
from ...core.ops.experts import Combine, Route
from .layers import serializable, shares
from .parts import RowLayers, zeros


def route(at: RowLayers, op: Route, x: Any) -> list[Any]:
    """Each token once for each expert that it takes, the weights, and which experts they are."""
    settings = {"experts": op.experts, "top": op.top, "kernel_initializer": at.kernel}
    return list(at.layer(router_layer(), "", at.held(), **settings)(x))


def combine(at: RowLayers, _: Combine, x: Any, weights: Any) -> Any:
    """The weighted sum of what the experts say."""
    return at.layer(weighted_layer())(x, weights)


def dense(at: RowLayers, op: Dense, x: Any, choice: Any = None) -> Any:
    """A dense layer with a kernel for each expert; `choice` says whose a token takes."""
    settings: dict[str, Any] = {
        "units": op.width,
        "experts": op.experts,
        "use_bias": op.tail.bias,
        "kernel_initializer": at.kernel,
    }
    layer = at.layer(of_experts_layer(), "", at.held("WB" if op.tail.bias else "W"), **settings)
    y = layer(x) if choice is None else layer(x, choice)
    return at.followed(y, op.tail)


@functools.cache
def router_layer() -> Any:
    """The class of a softmax over experts of which each token takes the `top` ones.

    Shazeer et al., arXiv:1701.06538; the weights over their sum, as Jiang et al., 2401.04088.
    """
    import keras

    ops = keras.ops

    class Router(keras.layers.Layer):
        def __init__(
            self,
            experts: int,
            top: int,
            kernel_initializer: Any = "glorot_uniform",
            **settings: Any,
        ) -> None:
            super().__init__(**settings)
            self.experts, self.top = experts, top
            self.kernel_initializer = kernel_initializer

        def build(self, shape: Any) -> None:
            self.kernel = self.add_weight(
                shape=(shape[-1], self.experts),
                initializer=self.kernel_initializer,
                name="kernel",
            )
            self.built = True

        def call(self, x: Any) -> Any:
            every = shares(ops.matmul(x, self.kernel))
            weights, choice = ops.top_k(every, self.top)
            if self.top > 1:
                weights = weights / ops.sum(weights, axis=-1, keepdims=True)
            return ops.repeat(x[..., None, :], self.top, axis=-2), weights, choice

        def get_config(self) -> dict[str, Any]:
            return super().get_config() | {"experts": self.experts, "top": self.top}

    return serializable(Router)


@functools.cache
def of_experts_layer() -> Any:
    """The class of a dense layer of experts: token after token, with the kernel of its own.

    Where no router says which, the tokens take the experts in turn.
    """
    import keras
    import numpy as np

    ops = keras.ops

    class ExpertDense(keras.layers.Layer):
        def __init__(
            self,
            units: int,
            experts: int,
            *,
            use_bias: bool,
            kernel_initializer: Any = "glorot_uniform",
            **settings: Any,
        ) -> None:
            super().__init__(**settings)
            self.units, self.experts, self.use_bias = units, experts, use_bias
            self.kernel_initializer = kernel_initializer

        def build(self, x_shape: Any, choice_shape: Any = None) -> None:  # noqa: ARG002  Keras'
            self.kernel = self.add_weight(
                shape=(self.experts, x_shape[-1], self.units),
                initializer=self.kernel_initializer,
                name="kernel",
            )
            if self.use_bias:
                self.bias = self.add_weight(
                    shape=(self.experts, self.units), initializer=zeros, name="bias"
                )
            self.built = True

        def in_turn(self, shape: Any) -> Any:
            """Which expert a token takes where nothing says it."""
            return np.arange(int(np.prod(shape[1:-1]))).reshape(shape[1:-1]) % self.experts

        def call(self, x: Any, choice: Any = None) -> Any:
            if choice is None:
                turns = ops.convert_to_tensor(self.in_turn(x.shape), dtype="int32")
                choice = ops.zeros_like(x[..., 0], dtype="int32") + turns[None]
            tokens = ops.reshape(x, (-1, x.shape[-1]))
            chosen = ops.reshape(choice, (-1,))

            def of_one(token: Any) -> Any:
                return ops.matmul(token[0], ops.take(self.kernel, token[1], axis=0))

            y = ops.reshape(ops.map(of_one, (tokens, chosen)), (-1, *x.shape[1:-1], self.units))
            return y + ops.take(self.bias, choice, axis=0) if self.use_bias else y

        def compute_output_shape(self, x_shape: Any, choice_shape: Any = None) -> Any:  # noqa: ARG002
            return (*x_shape[:-1], self.units)

        def get_config(self) -> dict[str, Any]:
            own = ("units", "experts", "use_bias")
            return super().get_config() | {name: getattr(self, name) for name in own}

    return serializable(ExpertDense)


@functools.cache
def weighted_layer() -> Any:
    """The class of the sum of a token's experts, each times its weight."""
    import keras

    class WeightedSum(keras.layers.Layer):
        def call(self, x: Any, weights: Any) -> Any:
            return keras.ops.sum(x * weights[..., None], axis=-2)

        def compute_output_shape(self, x_shape: Any, weights_shape: Any) -> Any:  # noqa: ARG002
            return (*x_shape[:-2], x_shape[-1])

    return serializable(WeightedSum)
