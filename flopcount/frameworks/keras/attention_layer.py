"""Attention that Keras has no layer for: written in its operations, from the papers."""

import functools
import math
from typing import Any

from .layers import rms_layer, serializable, shares
from .parts import EPSILON
from .plans import Plan


@functools.cache
def attention_layer() -> Any:
    """The class of attention with turned or normed heads, a table of distances, windows, a cache.

    Rotary: Su et al., arXiv:2104.09864, the halves of a head turned by their place. Relative:
    Shaw et al., 1803.02155, and Liu et al., 2103.14030, whose windows are rolled, cut out and put
    back. Grouped heads: Ainslie et al., 2305.13245. The cache is a constant, and no variable.
    """
    import keras

    class Attending(keras.layers.Layer):
        def __init__(
            self, plan: Any, kernel_initializer: Any = "glorot_uniform", **settings: Any
        ) -> None:
            super().__init__(**settings)
            given = [tuple(one) if isinstance(one, list) else one for one in plan]
            self.plan = Plan._make(given)  # a saved one has lists
            self.kernel_initializer = kernel_initializer

        def build(self, x_shape: Any, other_shape: Any = None) -> None:
            plan, other = self.plan, other_shape or x_shape
            if not plan.dot:
                wide, narrow = plan.heads * plan.dim, plan.groups * plan.dim
                self.query = self._dense("query", wide, x_shape)
                if not plan.cached:
                    self.key = self._dense("key", narrow, other)
                    self.value = self._dense("value", narrow, other)
                result = (*x_shape[:-1], wide)
                self.attention_output = self._dense("attention_output", x_shape[-1], result)
            self.query_norm, self.key_norm = (_norm(plan, of) for of in ("query", "key"))
            if plan.relative is not None:
                shape = (plan.places(x_shape, other), plan.heads)
                self.embeddings = self.add_weight(shape=shape, name="embeddings")
            self.built = True

        def _dense(self, name: str, width: int, shape: Any) -> Any:
            layer = keras.layers.Dense(
                width,
                use_bias=self.plan.has_bias("o" if name == "attention_output" else name[0]),
                kernel_initializer=self.kernel_initializer,
                name=name,
            )
            layer.build(shape)
            return layer

        def call(self, x: Any, other: Any = None) -> Any:
            plan = self.plan
            keys, value = _read(self, x if other is None else other)
            x = _normed(plan, self.query_norm, x if plan.dot else self.query(x))
            table = None if self.plan.relative is None else self.embeddings
            y = _products(plan, x, keys, value, table)
            return y if plan.dot else self.attention_output(y)

        def compute_output_shape(self, x_shape: Any, other_shape: Any = None) -> Any:  # noqa: ARG002
            wide = self.plan.heads * self.plan.dim
            return (*x_shape[:-1], wide if self.plan.dot else x_shape[-1])

        def get_config(self) -> dict[str, Any]:
            return super().get_config() | {"plan": list(self.plan)}

    return serializable(Attending)


def _read(layer: Any, x: Any) -> Any:
    """Keys and values: projected, as they come, or, all of them, out of the cache."""
    from keras import ops

    plan = layer.plan
    if plan.cached:
        held = ops.zeros_like(x[:, :1, :1]) + ops.cast(plan.held()[None], x.dtype)
        return held, held
    keys, value = (x, x) if plan.dot else (layer.key(x), layer.value(x))
    return _normed(plan, layer.key_norm, keys), value


def _norm(plan: Plan, of: str) -> Any:
    """The layer that norms the heads of queries or keys, where that is said."""
    if not plan.qknorm or (plan.cached and of == "key"):
        return None
    layer = rms_layer()(EPSILON, scale=True, name=f"{of}_norm")
    layer.build((None, plan.dim))
    return layer


def _normed(plan: Plan, norm: Any, x: Any) -> Any:
    """The channels of each head by themselves."""
    from keras import ops

    if norm is None:
        return x
    heads = ops.reshape(x, (-1, *x.shape[1:-1], x.shape[-1] // plan.dim, plan.dim))
    return ops.reshape(norm(heads), (-1, *x.shape[1:]))


def _products(plan: Plan, query: Any, key: Any, value: Any, table: Any) -> Any:
    """The scores of queries and keys on the same axes, their softmax, the mean of the values."""
    from keras import ops

    queries, keys = query.shape, key.shape
    query = _cut(plan, _turned(plan, query, plan.heads))
    turned = key if plan.cached else _turned(plan, key, plan.groups)
    key, value = (_cut(plan, one) for one in (turned, value))
    if plan.past:
        held = ops.cast(plan.held()[None, None], key.dtype)
        held = ops.zeros_like(key[:, :, :1]) + held
        key, value = (ops.concatenate([held, one], axis=2) for one in (key, value))
    each = plan.heads // plan.groups
    query = ops.reshape(query, (-1, *query.shape[1:3], plan.groups, each, plan.dim))
    key, value = (
        ops.reshape(one, (-1, *one.shape[1:3], plan.groups, plan.dim)) for one in (key, value)
    )
    scores = ops.einsum("bwtgnd,bwsgd->bwgnts", query * plan.dim**-0.5, key)
    if table is not None:
        bias = ops.transpose(ops.take(table, plan.numbers(queries, keys), axis=0), (2, 0, 1))
        scores = scores + ops.reshape(bias, (plan.groups, each, *bias.shape[1:]))
    seen = plan.seen(queries, keys)
    if seen is not None:
        visible = ops.convert_to_tensor(seen)
        visible = visible[None, :, None, None] if seen.ndim > 2 else visible
        scores = ops.where(visible, scores, -1e9)
    y = ops.einsum("bwgnts,bwsgd->bwtgnd", shares(scores), value)
    return _put_back(plan, ops.reshape(y, (-1, *y.shape[1:3], plan.heads * plan.dim)), queries)


def _turned(plan: Plan, x: Any, heads: int) -> Any:
    """Each pair of channels turned by its token's place, where that is said."""
    from keras import ops

    if not plan.rotary:
        return x
    shape, tokens = x.shape, math.prod(x.shape[1:-1])
    x = ops.reshape(x, (-1, tokens, heads, plan.dim))
    cosine, sine = (ops.cast(one[:, None], x.dtype) for one in plan.angles(tokens))
    first, second = ops.split(x, 2, axis=-1)
    turned = x * cosine + ops.concatenate([second, first], axis=-1) * sine
    return ops.reshape(turned, (-1, *shape[1:]))


def _cut(plan: Plan, x: Any) -> Any:
    """Batch × windows × places × channels, the grid rolled before; without windows there is one."""
    from keras import ops

    grid, channels, window = x.shape[1:-1], x.shape[-1], plan.windows(x.shape)
    if not window:
        return ops.reshape(x, (-1, 1, math.prod(grid), channels))
    for axis, by in enumerate(plan.shifts(x.shape), 1):
        x = ops.roll(x, -by, axis=axis)
    apart = [part for n, w in zip(grid, window, strict=True) for part in (n // w, w)]
    rank = len(window)
    order = (0, *range(1, 2 * rank, 2), *range(2, 2 * rank + 1, 2), 2 * rank + 1)
    x = ops.transpose(ops.reshape(x, (-1, *apart, channels)), order)
    places = math.prod(window)
    return ops.reshape(x, (-1, math.prod(grid) // places, places, channels))


def _put_back(plan: Plan, x: Any, shape: Any) -> Any:
    """The windows as the grid of that shape which they were cut out of."""
    from keras import ops

    grid, channels, window = shape[1:-1], x.shape[-1], plan.windows(shape)
    if window:
        rank = len(window)
        counts = [n // w for n, w in zip(grid, window, strict=True)]
        order = [axis for place in range(rank) for axis in (1 + place, 1 + rank + place)]
        x = ops.reshape(x, (-1, *counts, *window, channels))
        x = ops.transpose(x, (0, *order, 2 * rank + 1))
    x = ops.reshape(x, (-1, *grid, channels))
    for axis, by in enumerate(plan.shifts(shape) if window else (), 1):
        x = ops.roll(x, by, axis=axis)
    return x
