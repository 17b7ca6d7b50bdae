"""Embeddings, positions, tokens and their order in Keras."""

import functools
import math
from typing import Any

from ...core.ops.lookup import Embed, Position, Tied
from ...core.ops.tokens import Select, Tokens, Transpose
from .layers import serializable
from .parts import RowLayers, zeros


def embed(at: RowLayers, op: Embed, tokens: Any) -> Any:
    """The rows of a table, which an output layer may share."""
    return _table(at, "", op.vocabulary, op.width)(tokens)


def tied(at: RowLayers, op: Tied, x: Any) -> Any:
    """The products with each row of an embedding's table, then what follows a dense layer."""
    y = _table(at, "tied", op.vocabulary, x.shape[-1])(x, reverse=True)
    return at.followed(y, op.tail, biased=op.tail.bias)


def _table(at: RowLayers, part: str, vocabulary: int, width: int) -> Any:
    return at.layer(
        reversible_layer(),
        part,
        at.held("E"),
        input_dim=vocabulary,
        output_dim=width,
        embeddings_initializer=at.kernel,
    )


def position(at: RowLayers, op: Position, x: Any) -> Any:
    """A learned number for each channel of each place, added."""
    places = op.length or math.prod(x.shape[1:-1]) + op.past
    return at.layer(position_layer(), "", at.held("E"), places=places, past=op.past)(x)


def tokens(at: RowLayers, op: Tokens, x: Any) -> Any:
    """A grid as a sequence, behind learned tokens where there are any."""
    shape = (math.prod(x.shape[1:-1]), x.shape[-1])
    if not op.extra:
        return at.layer(at.kinds.Reshape, target_shape=shape)(x)
    x = at.layer(at.kinds.Reshape, "sequence", target_shape=shape)(x)
    return at.layer(class_tokens_layer(), "", at.held("E"), extra=op.extra)(x)


def transpose(at: RowLayers, _: Transpose, x: Any) -> Any:
    """Tokens and channels in each other's place."""
    return at.layer(at.kinds.Permute, dims=(2, 1))(x)


def select(at: RowLayers, op: Select, x: Any) -> Any:
    """One token: all others are cropped off."""
    others = x.shape[1] - 1
    cropping = (0, others) if op.which == "first" else (others, 0)
    return at.layer(at.kinds.Cropping1D, cropping=cropping)(x)


@functools.cache
def reversible_layer() -> Any:
    """The class of Keras' embedding that, the other way round, is an output layer.

    Keras has one from 3.13 on.
    """
    import keras

    class TiedEmbedding(keras.layers.Embedding):
        def call(self, inputs: Any, *, reverse: bool = False) -> Any:
            if not reverse:
                if "int" not in keras.backend.standardize_dtype(inputs.dtype):  # computed before
                    inputs = keras.ops.cast(keras.ops.abs(inputs) % self.input_dim, "int32")
                return super().call(inputs)
            return keras.ops.matmul(inputs, keras.ops.transpose(self.embeddings))

        def compute_output_shape(self, shape: Any, *, reverse: bool = False) -> Any:
            return (*shape[:-1], self.input_dim) if reverse else (*shape, self.output_dim)

        def compute_output_spec(self, inputs: Any, *, reverse: bool = False) -> Any:
            shape = self.compute_output_shape(inputs.shape, reverse=reverse)
            return keras.KerasTensor(shape, dtype=self.compute_dtype)

    return serializable(TiedEmbedding)


@functools.cache
def position_layer() -> Any:
    """The class of a table added to a sequence, its first rows or those behind a cache."""
    import keras

    class LearnedPosition(keras.layers.Layer):
        def __init__(self, places: int, past: int = 0, **settings: Any) -> None:
            super().__init__(**settings)
            self.places, self.past = places, past

        def build(self, shape: Any) -> None:
            self.embeddings = self.add_weight(
                shape=(self.places, shape[-1]), initializer=zeros, name="embeddings"
            )
            self.built = True

        def call(self, x: Any) -> Any:
            own = self.embeddings[self.past : self.past + math.prod(x.shape[1:-1])]
            return x + keras.ops.reshape(own, x.shape[1:])

        def compute_output_shape(self, shape: Any) -> Any:
            return shape

        def get_config(self) -> dict[str, Any]:
            return super().get_config() | {"places": self.places, "past": self.past}

    return serializable(LearnedPosition)


@functools.cache
def class_tokens_layer() -> Any:
    """The class of learned tokens before a sequence."""
    import keras

    class ClassTokens(keras.layers.Layer):
        def __init__(self, extra: int, **settings: Any) -> None:
            super().__init__(**settings)
            self.extra = extra

        def build(self, shape: Any) -> None:
            self.embeddings = self.add_weight(
                shape=(self.extra, shape[-1]), initializer=zeros, name="embeddings"
            )
            self.built = True

        def call(self, x: Any) -> Any:
            first = keras.ops.zeros_like(x[:, :1]) + self.embeddings[None]
            return keras.ops.concatenate([first, x], axis=1)

        def compute_output_shape(self, shape: Any) -> Any:
            return (shape[0], shape[1] + self.extra, shape[2])

        def get_config(self) -> dict[str, Any]:
            return super().get_config() | {"extra": self.extra}

    return serializable(ClassTokens)
