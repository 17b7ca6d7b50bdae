"""Attention in Keras: its own two layers, with a mask where one is said; else a layer of ours."""

import functools
import math
from typing import Any

from ...core.ops.attention import Attention
from .attention_layer import attention_layer
from .layers import serializable
from .masks import on_tokens
from .parts import RowLayers, zeros
from .plans import Plan


def call(at: RowLayers, op: Attention, x: Any, *others: Any) -> Any:
    """Queries of the first input; keys and values of the second, where there is one."""
    axes = len(x.shape) - 2
    dim = op.headdim or x.shape[-1] // op.heads
    if _is_ours(op, x, *others):
        own = {name: getattr(op, name) for name in Plan._fields if name != "dim"}
        plan = Plan(**own, dim=dim)
        settings: dict[str, Any] = {"plan": plan, "kernel_initializer": at.kernel}
        layer = at.layer(attention_layer(), "", at.held(), **settings)
        return layer(x, *others)
    grid = x.shape[1:-1]
    x, *keys = (_tokens(at, one, n) for n, one in enumerate((x, *others)))
    settings = {
        "use_bias": op.bias,
        "kernel_initializer": filling_class()(at.kernel),
        "bias_initializer": filling_class()(zeros),
    }
    if op.groups == op.heads:
        name = "MultiHeadAttention"
        settings |= {"num_heads": op.heads, "key_dim": dim}
    else:
        name = "GroupQueryAttention"
        settings |= {"num_query_heads": op.heads, "num_key_value_heads": op.kv, "head_dim": dim}
    kind = getattr(at.kinds, name)
    said: dict[str, Any] = {}
    if op.window_size:
        kind = windowed_layer(name)
        settings |= {"window": op.window_size[0], "causal": op.causal}
    elif op.causal:
        said["use_causal_mask"] = True
    y = at.layer(kind, "", at.held(), **settings)(x, keys[0] if keys else x, **said)
    if axes == 1:
        return y
    return at.layer(at.kinds.Reshape, "grid", target_shape=(*grid, y.shape[-1]))(y)


def _is_ours(op: Attention, *inputs: Any) -> bool:
    """Whether Keras has no layer for it; its grouped heads read keys as wide as the queries."""
    cut = bool(op.window_size) and len(inputs[0].shape) > 3
    unequal = op.groups != op.heads and inputs[0].shape[-1] != inputs[-1].shape[-1]
    in_part = op.qknorm or isinstance(op.bias, str)
    turned = op.rotary or op.dot or op.relative is not None
    return in_part or turned or cut or unequal or op.past > 0 or op.cached > 0


def _tokens(at: RowLayers, x: Any, place: int) -> Any:
    """A grid as a sequence: Keras' layer for groups reads no other."""
    if len(x.shape) == 3:
        return x
    shape = (math.prod(x.shape[1:-1]), x.shape[-1])
    return at.layer(at.kinds.Reshape, f"tokens{place or ''}", target_shape=shape)(x)


@functools.cache
def filling_class() -> Any:
    """The class of a function as an initializer: Keras' attention makes a copy for each part."""
    import keras

    class Filling(keras.initializers.Initializer):
        def __init__(self, fill: Any) -> None:
            self.fill = fill

        def __call__(self, shape: Any, dtype: Any = None) -> Any:
            return self.fill(shape, dtype)

        def get_config(self) -> dict[str, Any]:
            return {"fill": self.fill}

        def __eq__(self, other: object) -> bool:
            return bool(getattr(other, "fill", None) == self.fill)

        def __hash__(self) -> int:
            return hash(self.fill)

    return Filling


def _windowed(base: Any) -> Any:
    import keras

    class Windowed(base):
        """Each token sees a window alone: those around it, or, causal, the last ones up to it."""

        def __init__(self, *args: Any, window: int, causal: bool, **settings: Any) -> None:
            super().__init__(*args, **settings)
            self.window, self.causal = window, causal

        def seen(self, queries: Any, keys: Any) -> Any:
            """Which keys a query sees, as an array."""
            return on_tokens(queries[1], keys[1], self.window, is_causal=self.causal)

        def call(self, query: Any, value: Any, key: Any = None, **settings: Any) -> Any:
            mask = keras.ops.convert_to_tensor(self.seen(query.shape, value.shape)[None])
            return super().call(query, value, key, **{**settings, "attention_mask": mask})

        def get_config(self) -> dict[str, Any]:
            return super().get_config() | {"window": self.window, "causal": self.causal}

    Windowed.__name__ = Windowed.__qualname__ = f"Windowed{base.__name__}"
    return serializable(Windowed)


@functools.cache
def windowed_layer(name: str) -> Any:
    """The class of Keras' attention, by its name, with a window."""
    import keras

    return _windowed(getattr(keras.layers, name))
