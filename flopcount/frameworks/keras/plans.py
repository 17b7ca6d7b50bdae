"""What attention is to do, in numbers known before any input comes: windows, masks, turns, cache.

From the papers and no nest of ours: Keras' layers of attention.py and attention_layer.py follow it.
Shapes are those of Keras, the batch first.
"""

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from .masks import distances, on_tokens, shifted

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

Keras = tuple[Any, ...]  # a shape with its batch


class Plan(NamedTuple):
    """The settings of an attention that Keras has no layer for."""

    heads: int
    groups: int
    dim: int
    bias: bool | str
    qknorm: bool
    dot: bool
    rotary: bool
    relative: int | None
    causal: bool
    window_size: tuple[int, ...]
    shift: tuple[int, ...]
    past: int
    cached: int

    def has_bias(self, projection: str) -> bool:
        """Whether a projection has one, by its letter of ``qkvo``."""
        return projection in self.bias if isinstance(self.bias, str) else self.bias

    def windows(self, shape: Keras) -> tuple[int, ...]:
        """The windows that a grid is cut into; none of tokens."""
        axes = len(shape) - 2
        if not self.window_size or axes < 2:
            return ()
        return self.window_size if len(self.window_size) == axes else self.window_size * axes

    def shifts(self, shape: Keras) -> tuple[int, ...]:
        """By how many places an axis is rolled; not at all where one window fills it."""
        axes = len(shape) - 2
        by = self.shift if len(self.shift) == axes else (self.shift or (0,)) * axes
        sides = zip(shape[1:-1], self.windows(shape), by, strict=True)
        return tuple(s if n > w else 0 for n, w, s in sides)

    def sides(self, queries: Keras, keys: Keras) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The axes of the queries, and of the keys that are seen together."""
        window = self.windows(queries)
        if window:
            return window, window
        *others, last = keys[1:-1]
        return tuple(queries[1:-1]), (*others, last + self.past)

    def places(self, queries: Keras, keys: Keras) -> int:
        """The rows of the table of distances: one for each that there is, or as many as said."""
        sides = self._whole(queries, keys)
        return self.relative or math.prod(a + b - 1 for a, b in zip(*sides, strict=True))

    def numbers(self, queries: Keras, keys: Keras) -> "Array":
        """Which row of that table is added to the score of each query and key."""
        numbers = distances(*self._whole(queries, keys), self.places(queries, keys))
        return numbers[-math.prod(self.sides(queries, keys)[0]) :]

    def _whole(self, queries: Keras, keys: Keras) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The axes of the queries, those that were made before the cache's among them."""
        new, seen = self.sides(queries, keys)
        return (seen, seen) if self.past else (new, seen)

    def seen(self, queries: Keras, keys: Keras) -> "Array | None":
        """Which keys a query sees; None where it sees all."""
        window = self.windows(queries)
        if window:
            by = self.shifts(queries)
            return shifted(tuple(queries[1:-1]), window, by) if any(by) else None
        tokens, others = math.prod(queries[1:-1]), math.prod(keys[1:-1]) + self.past
        near = self.window_size[0] if self.window_size else 0
        return on_tokens(tokens, others, near, is_causal=self.causal)

    def angles(self, tokens: int) -> "tuple[Array, Array]":
        """The cosine and the sine of each place and channel; the sine of a half is negative.

        Pair j of d/2 turns by the place / 10000^(2j/d): Su et al., arXiv:2104.09864, their θ.
        """
        import numpy as np

        half = self.dim // 2
        places = np.arange(self.past, self.past + tokens)[:, None]
        turn = places / 10000 ** (np.arange(half) / half)
        sine = np.concatenate([-np.sin(turn), np.sin(turn)], axis=-1)
        return np.cos(np.concatenate([turn, turn], axis=-1)), sine

    def held(self) -> "Array":
        """What lies in the cache, of keys as of values: tokens × channels of all heads."""
        import numpy as np

        tokens = self.past or self.cached
        numbers = np.arange(tokens * self.groups * self.dim, dtype="float32")
        return np.sin(numbers).reshape(tokens, self.groups * self.dim)
