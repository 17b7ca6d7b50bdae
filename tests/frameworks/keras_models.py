"""Keras models of one or a few layers, what they cost by hand; layers of a user's own."""

import os
from collections.abc import Callable
from typing import Any, NamedTuple

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import keras
from keras import layers as k

import flopcount as fc

BATCH = 2


def alone(layer: Any, *shape: int) -> Any:
    """A model of one layer."""
    x = keras.Input(shape)
    return keras.Model(x, layer(x))


class Subclassed(keras.Model):
    """A model whose code is its own."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = k.Conv2D(8, 3, padding="same", name="conv")
        self.pool = k.GlobalAveragePooling2D()
        self.head = k.Dense(5, name="head")

    def call(self, x: Any) -> Any:
        """The classes of an image."""
        return self.head(self.pool(self.conv(x)))


class Block(k.Layer):
    """A layer of a transformer's decoder, as KerasHub writes them: a mask, norms before, a GELU."""

    def __init__(self, width: int, heads: int, **more: Any) -> None:
        super().__init__(**more)
        self.width, self.heads = width, heads
        self.norm1 = k.LayerNormalization(name="norm1")
        self.attention = k.MultiHeadAttention(heads, width // heads, name="attention")
        self.norm2 = k.LayerNormalization(name="norm2")
        self.up = k.Dense(4 * width, activation="gelu", name="up")
        self.down = k.Dense(width, name="down")

    def build(self, shape: Any) -> None:
        """The variables of the layers in it."""
        self.norm1.build(shape)
        self.attention.build(shape, shape)
        self.norm2.build(shape)
        self.up.build(shape)
        self.down.build((*shape[:-1], 4 * self.width))

    def call(self, x: Any) -> Any:
        """As many tokens as came in."""
        y = self.norm1(x)
        x = x + self.attention(y, y, use_causal_mask=True)
        return x + self.down(self.up(self.norm2(x)))

    def get_config(self) -> dict[str, Any]:
        """What it is made of."""
        return {**super().get_config(), "width": self.width, "heads": self.heads}


class Transformer(keras.Model):
    """Tokens and their positions, blocks, and scores by the tokens' own embedding."""

    def __init__(self, blocks: int = 2, width: int = 8, vocabulary: int = 11) -> None:
        super().__init__()
        self.tokens = k.ReversibleEmbedding(vocabulary, width, name="tokens")
        self.positions = k.Embedding(16, width, name="positions")
        self.blocks = [Block(width, 2, name=f"block_{n}") for n in range(blocks)]

    def call(self, ids: Any) -> Any:
        """The score of each token of the vocabulary, at each place."""
        x = self.tokens(ids) + self.positions(keras.ops.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.tokens(x, reverse=True)


class Unit(NamedTuple):
    """How a model is made, what goes in without the batch, and multiplies of one sample by hand."""

    make: Callable[[], Any]
    shapes: tuple[tuple[int, ...], ...]
    multiplies: int


def _nested() -> Any:
    inner = keras.Sequential([k.Conv2D(8, 3, padding="same"), k.Conv2D(8, 1)], name="inner")
    x = keras.Input((12, 12, 3))
    return keras.Model(x, k.Dense(2)(k.Flatten()(inner(x))))


def _attention() -> Any:
    query, value = keras.Input((20, 64)), keras.Input((30, 64))
    return keras.Model([query, value], k.Attention()([query, value]))


def _self_attention(layer: Any) -> Any:
    x = keras.Input((128, 64))
    return keras.Model(x, layer(x, x))


def _embedded() -> Any:
    ids = keras.Input((6,), dtype="int32")
    return keras.Model(ids, k.Dense(3)(k.Flatten()(k.Embedding(100, 8)(ids))))


# Multiplies as arithmetic; tests/facts/read_others.toml has the parameters.
UNITS = {
    "LSTM": Unit(lambda: alone(k.LSTM(64), 10, 32), ((10, 32),), 10 * 4 * 64 * 96),
    "GRU_reset_before": Unit(
        lambda: alone(k.GRU(64, reset_after=False), 10, 32),
        ((10, 32),),
        10 * 3 * 64 * 96,
    ),
    "SimpleRNN": Unit(lambda: alone(k.SimpleRNN(64), 10, 32), ((10, 32),), 10 * 64 * 96),
    "Bidirectional_LSTM": Unit(
        lambda: alone(k.Bidirectional(k.LSTM(64, return_sequences=True)), 10, 32),
        ((10, 32),),
        2 * 10 * 4 * 64 * 96,
    ),
    "stacked_LSTM_GRU_Dense": Unit(
        lambda: keras.Sequential(
            [keras.Input((10, 32)), k.LSTM(64, return_sequences=True), k.GRU(16), k.Dense(3)]
        ),
        ((10, 32),),
        10 * 4 * 64 * 96 + 10 * 3 * 16 * (64 + 16) + 48,
    ),
    "ConvLSTM2D": Unit(
        lambda: alone(k.ConvLSTM2D(4, 3, padding="same"), 5, 8, 8, 3),
        ((5, 8, 8, 3),),
        5 * 64 * 9 * 16 * (3 + 4),
    ),
    "Conv2D_groups_stride": Unit(
        lambda: alone(k.Conv2D(16, 3, strides=2, groups=4, padding="same"), 15, 15, 8),
        ((15, 15, 8),),
        8 * 8 * 9 * 2 * 16,
    ),
    "Conv2DTranspose_valid": Unit(
        lambda: alone(k.Conv2DTranspose(8, 3, strides=2), 14, 14, 16),
        ((14, 14, 16),),
        14 * 14 * 9 * 16 * 8,
    ),
    "SeparableConv2D": Unit(
        lambda: alone(k.SeparableConv2D(16, 3, padding="same"), 14, 14, 8),
        ((14, 14, 8),),
        14 * 14 * (72 + 8 * 16),
    ),
    "DepthwiseConv1D": Unit(lambda: alone(k.DepthwiseConv1D(3), 20, 8), ((20, 8),), 18 * 3 * 8),
    "EinsumDense": Unit(
        lambda: alone(k.EinsumDense("abc,cd->abd", output_shape=(None, 9)), 10, 32),
        ((10, 32),),
        10 * 32 * 9,
    ),
    "MultiHeadAttention_self": Unit(
        lambda: _self_attention(k.MultiHeadAttention(8, 8)),
        ((128, 64),),
        128 * 64 * 64 * 4 + 2 * 128 * 128 * 64,
    ),
    "GroupQueryAttention": Unit(
        lambda: _self_attention(k.GroupQueryAttention(8, 8, 2)),
        ((128, 64),),
        128 * 64 * (64 + 16 + 16 + 64) + 2 * 128 * 128 * 64,
    ),
    "Attention_dot": Unit(_attention, ((20, 64), (30, 64)), 2 * 20 * 30 * 64),
    "Embedding_Dense": Unit(_embedded, ((6,),), 48 * 3),
    "subclassed": Unit(Subclassed, ((12, 12, 3),), 144 * 9 * 24 + 40),
    "nested_sequential": Unit(_nested, ((12, 12, 3),), 144 * (9 * 24 + 64) + 144 * 8 * 2),
}


def inputs_of(name: str) -> Any:
    """The inputs of a unit, two samples of each."""
    dtype = "int32" if "Embedding" in name else "float32"
    return fc.inputs(*[(BATCH, *shape) for shape in UNITS[name].shapes], dtype=dtype)
