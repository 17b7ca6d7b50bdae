"""Attention that Keras has no layer for: written in its operations, from the papers."""

import functools
import math
from typing import Any

from .layers import serializable
from .masks import distances, on_tokens, shifted

_OWN = ("heads", "groups", "dim", "bias", "dot", "rotary", "relative", "causal", "local", "shift")


@functools.cache
def attending_layer() -> Any:
    """The class of attention with turned queries, a bias for each distance, windows or a cache.

    Rotary: Su et al., arXiv:2104.09864, the halves of a head turned by their place. Relative:
    Shaw et al., 1803.02155, and Liu et al., 2103.14030, whose windows are rolled, cut out and put
    back. Grouped heads: Ainslie et al., 2305.13245. The cache is a constant, and no variable.
    """
    import keras

    ops = keras.ops

    class Attending(keras.layers.Layer):
        def __init__(self, kernel_initializer: Any = None, past: int = 0, **settings: Any) -> None:
            own = {name: settings.pop(name) for name in _OWN}
            super().__init__(**settings)
            for name, value in own.items():
                setattr(self, name, tuple(value) if isinstance(value, list) else value)
            self.past = past
            self.kernel_initializer = kernel_initializer or "glorot_uniform"

        def build(self, x_shape: Any, other_shape: Any = None) -> None:
            other = other_shape or x_shape
            if not self.dot:
                wide, narrow = self.heads * self.dim, self.groups * self.dim
                self.query = self._dense("query", wide, x_shape)
                self.key = self._dense("key", narrow, other)
                self.value = self._dense("value", narrow, other)
                inner = (*x_shape[:-1], wide)
                self.attention_output = self._dense("attention_output", x_shape[-1], inner)
            if self.relative is not None:
                seen = self._keys(other)
                count = [a + b - 1 for a, b in zip(self._queries(x_shape), seen, strict=True)]
                shape = (self.relative or math.prod(count), self.heads)
                self.embeddings = self.add_weight(shape=shape, name="embeddings")
            self.built = True

        def _dense(self, name: str, width: int, shape: Any) -> Any:
            layer = keras.layers.Dense(
                width,
                use_bias=self.bias,
                kernel_initializer=self.kernel_initializer,
                bias_initializer="zeros",
                name=name,
            )
            layer.build(shape)
            return layer

        def windows(self, shape: Any) -> tuple[int, ...]:
            """The windows that a grid is cut into; none of tokens."""
            axes = len(shape) - 2
            return tuple(self.local) * (axes // len(self.local)) if self.local and axes > 1 else ()

        def shifts(self, shape: Any) -> tuple[int, ...]:
            """By how many places an axis is rolled; not at all where one window fills it."""
            by = tuple(self.shift or (0,)) * (1 if len(self.shift) > 1 else len(shape) - 2)
            axes = zip(shape[1:-1], self.windows(shape), by, strict=True)
            return tuple(s if n > w else 0 for n, w, s in axes)

        def _queries(self, shape: Any) -> tuple[int, ...]:
            return self.windows(shape) or tuple(shape[1:-1])

        def _keys(self, shape: Any) -> tuple[int, ...]:
            return self.windows(shape) or tuple(n + self.past for n in shape[1:-1])

        def call(self, x: Any, other: Any = None) -> Any:
            """Projections, the two products, and the projection of the result."""
            shape, keys = x.shape, (x if other is None else other)
            if self.dot:
                query, key, value = x, keys, keys
            else:
                query, key, value = self.query(x), self.key(keys), self.value(keys)
            query = self._apart(self._turned(query, self.heads), shape)
            key = self._apart(self._turned(key, self.groups), keys.shape)
            value = self._apart(value, keys.shape)
            if self.past:
                key, value = (ops.concatenate([self._cache(x), x], axis=2) for x in (key, value))
            each = self.heads // self.groups
            query = ops.reshape(query, (*self._places(query), self.groups, each, self.dim))
            key, value = (
                ops.reshape(tensor, (*self._places(tensor), self.groups, self.dim))
                for tensor in (key, value)
            )
            scores = ops.einsum("bwtgnd,bwsgd->bwgnts", query * self.dim**-0.5, key)
            scores = self._biased(scores, shape, keys.shape)
            seen = self.seen(shape, keys.shape)
            if seen is not None:
                visible = ops.convert_to_tensor(seen)
                visible = visible[None, :, None, None] if seen.ndim > 2 else visible
                scores = ops.where(visible, scores, -1e9)
            y = ops.einsum("bwgnts,bwsgd->bwtgnd", ops.softmax(scores, axis=-1), value)
            y = self._together(ops.reshape(y, (*self._places(y), self.heads * self.dim)), shape)
            return y if self.dot else self.attention_output(y)

        def seen(self, queries: Any, keys: Any) -> Any:
            """Which keys a query sees, as an array; None where all."""
            window = self.windows(queries)
            if window:
                shift = self.shifts(queries)
                return shifted(tuple(queries[1:-1]), window, shift) if any(shift) else None
            tokens, others = math.prod(queries[1:-1]), math.prod(keys[1:-1]) + self.past
            near = self.local[0] if self.local else 0
            return on_tokens(tokens, others, near, is_causal=self.causal)

        def _places(self, tensor: Any) -> tuple[int, int, int]:
            return (-1, tensor.shape[1], tensor.shape[2])

        def angles(self, tokens: int) -> tuple[Any, Any]:
            """The cosine and the sine of each place and channel; the sine of a half is negative."""
            import numpy as np

            half = self.dim // 2
            turn = np.arange(self.past, self.past + tokens)[:, None] / 10000 ** (
                np.arange(half) / half
            )
            sine = np.concatenate([-np.sin(turn), np.sin(turn)], axis=-1)
            return np.cos(np.concatenate([turn, turn], axis=-1)), sine

        def _turned(self, x: Any, heads: int) -> Any:
            if not self.rotary:
                return x
            shape, tokens = x.shape, math.prod(x.shape[1:-1])
            x = ops.reshape(x, (-1, tokens, heads, self.dim))
            cosine, sine = (ops.cast(one[:, None], x.dtype) for one in self.angles(tokens))
            first, second = ops.split(x, 2, axis=-1)
            turned = x * cosine + ops.concatenate([second, first], axis=-1) * sine
            return ops.reshape(turned, (-1, *shape[1:]))

        def cached(self) -> Any:
            """What lies in the cache: tokens × channels of all heads, of keys and of values."""
            import numpy as np

            size = self.past * self.groups * self.dim
            return np.sin(np.arange(size, dtype="float32")).reshape(self.past, -1)

        def _cache(self, like: Any) -> Any:
            held = ops.cast(self.cached()[None, None], like.dtype)
            return ops.zeros_like(like[:, :, :1]) + held

        def _apart(self, x: Any, shape: Any) -> Any:
            """Batch × windows × places × channels; without windows there is one."""
            window, channels = self.windows(shape), x.shape[-1]
            if not window:
                return ops.reshape(x, (-1, 1, math.prod(shape[1:-1]), channels))
            for axis, by in enumerate(self.shifts(shape), 1):
                x = ops.roll(x, -by, axis=axis) if by else x
            axes = zip(shape[1:-1], window, strict=True)
            x = ops.reshape(x, (-1, *(part for n, w in axes for part in (n // w, w)), channels))
            x = ops.transpose(x, (0, *_odd_first(len(window)), 2 * len(window) + 1))
            return ops.reshape(x, (-1, x.shape[1] * math.prod(x.shape[2 : 1 + len(window)]),
                                   math.prod(window), channels))

        def _together(self, x: Any, shape: Any) -> Any:
            """What `_apart` did, undone."""
            window, channels = self.windows(shape), x.shape[-1]
            if not window:
                return ops.reshape(x, (-1, *shape[1:-1], channels))
            counts = [n // w for n, w in zip(shape[1:-1], window, strict=True)]
            x = ops.reshape(x, (-1, *counts, *window, channels))
            rank = len(window)
            order = [axis for place in range(rank) for axis in (1 + place, 1 + rank + place)]
            x = ops.reshape(
                ops.transpose(x, (0, *order, 2 * rank + 1)), (-1, *shape[1:-1], channels)
            )
            for axis, by in enumerate(self.shifts(shape), 1):
                x = ops.roll(x, by, axis=axis) if by else x
            return x

        def numbers(self, queries: Any, keys: Any) -> Any:
            """Which number of the table is added to each score, as an array."""
            sides = (self._queries(queries), self._keys(keys))
            return distances(*sides, self.embeddings.shape[0])

        def _biased(self, scores: Any, queries: Any, keys: Any) -> Any:
            if self.relative is None:
                return scores
            bias = ops.take(self.embeddings, self.numbers(queries, keys), axis=0)
            bias = ops.transpose(bias, (2, 0, 1))  # heads, queries, keys
            sides = bias.shape[1:]
            return scores + ops.reshape(bias, (self.groups, self.heads // self.groups, *sides))

        def compute_output_shape(self, x_shape: Any, other_shape: Any = None) -> Any:
            return (*x_shape[:-1], self.heads * self.dim if self.dot else x_shape[-1])

        def get_config(self) -> dict[str, Any]:
            own = {name: getattr(self, name) for name in (*_OWN, "past")}
            return super().get_config() | own

    return serializable(Attending)


def _odd_first(rank: int) -> tuple[int, ...]:
    """The axes of pairs, the first of each pair before the second ones; behind the batch."""
    return (*range(1, 2 * rank, 2), *range(2, 2 * rank + 1, 2))
