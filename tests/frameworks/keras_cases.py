"""One case or several for each class of Keras' that is read from a config: how it is made, on what.

A maker gets ``keras.layers``; shapes are without the batch. A case whose numbers only move, or are
drawn by chance in training, is compared in shape and parameters.
"""

from collections.abc import Callable
from typing import Any, NamedTuple


class Case(NamedTuple):
    """A layer, the shapes that go in, and whether its values are to be compared."""

    make: Callable[[Any], Any]
    shapes: tuple[tuple[int, ...], ...]
    whole: bool = False  # inputs are whole numbers below 5
    moves: bool = False  # numbers move in a way that a nest does not say
    together: bool = True  # the inputs are one list


def _on(make: Callable[[Any], Any], *shapes: tuple[int, ...], **said: bool) -> Case:
    return Case(make, shapes, **said)


CASES: dict[str, list[Case]] = {
    "Dense": [
        _on(lambda k: k.Dense(3), (4,)),
        _on(lambda k: k.Dense(3, use_bias=False, activation="softmax"), (2, 4)),
        _on(lambda k: k.Dense(2, activation="gelu"), (2, 2, 3)),
    ],
    "EinsumDense": [
        _on(lambda k: k.EinsumDense("abc,cd->abd", (None, 3), bias_axes="d"), (2, 4)),
        _on(lambda k: k.EinsumDense("abc,cde->abde", (None, 3, 2), bias_axes="e"), (2, 4)),
        _on(lambda k: k.EinsumDense("...x,xy->...y", 3, bias_axes="y"), (2, 2, 4)),
        _on(lambda k: k.EinsumDense("abc,cde->abde", (None, 3, 2), bias_axes="d"), (2, 4)),
        _on(lambda k: k.EinsumDense("ab...,bc->ac...", (3,)), (4, 2)),
        _on(lambda k: k.EinsumDense("abc,bd->adc", (3, None)), (4, 2)),
    ],
    "Embedding": [_on(lambda k: k.Embedding(5, 3), (4,), whole=True)],
    "ReversibleEmbedding": [_on(lambda k: k.ReversibleEmbedding(5, 3), (4,), whole=True)],
    "Conv1D": [
        _on(lambda k: k.Conv1D(3, 3), (7, 2)),
        _on(lambda k: k.Conv1D(3, 3, padding="causal", dilation_rate=2), (7, 2)),
        _on(lambda k: k.Conv1D(4, 2, strides=2, padding="same", groups=2), (7, 4)),
        _on(lambda k: k.Conv1D(3, 3, padding="same", activation="relu"), (6, 2)),
    ],
    "Conv2D": [
        _on(lambda k: k.Conv2D(4, 3, strides=2, padding="same", groups=2), (5, 6, 4)),
        _on(lambda k: k.Conv2D(2, (2, 3), dilation_rate=(2, 1), use_bias=False), (6, 5, 3)),
    ],
    "Conv3D": [_on(lambda k: k.Conv3D(2, 2, strides=(1, 2, 1), padding="same"), (3, 4, 3, 2))],
    "DepthwiseConv1D": [
        _on(lambda k: k.DepthwiseConv1D(3, depth_multiplier=2, padding="same"), (5, 3))
    ],
    "DepthwiseConv2D": [
        _on(lambda k: k.DepthwiseConv2D(3, strides=2, padding="same"), (5, 5, 3)),
        _on(lambda k: k.DepthwiseConv2D((2, 3), depth_multiplier=2), (4, 5, 2)),
    ],
    "SeparableConv1D": [_on(lambda k: k.SeparableConv1D(3, 3, depth_multiplier=2), (6, 2))],
    "SeparableConv2D": [
        _on(lambda k: k.SeparableConv2D(3, 3, strides=2, padding="same"), (5, 5, 2)),
        _on(lambda k: k.SeparableConv2D(2, 2, activation="tanh", use_bias=False), (4, 4, 2)),
    ],
    "Conv1DTranspose": [
        _on(lambda k: k.Conv1DTranspose(3, 3, strides=2), (4, 2)),
        _on(lambda k: k.Conv1DTranspose(2, 2, strides=3), (4, 2)),
        _on(lambda k: k.Conv1DTranspose(2, 4, strides=2, padding="same"), (4, 2)),
        _on(lambda k: k.Conv1DTranspose(2, 4, strides=3, padding="same", output_padding=1), (4, 2)),
        _on(lambda k: k.Conv1DTranspose(2, 3, padding="same", dilation_rate=2), (5, 2)),
    ],
    "Conv2DTranspose": [
        _on(lambda k: k.Conv2DTranspose(2, 3, strides=2, padding="same"), (3, 4, 2)),
        _on(lambda k: k.Conv2DTranspose(2, 3, strides=2, output_padding=1), (3, 2, 3)),
        _on(
            lambda k: k.Conv2DTranspose(2, 3, strides=2, padding="same", output_padding=1),
            (3, 4, 2),
        ),
    ],
    "Conv3DTranspose": [_on(lambda k: k.Conv3DTranspose(2, 2, strides=2), (2, 2, 2, 2))],
    "MaxPooling1D": [_on(lambda k: k.MaxPooling1D(3, 2, padding="same"), (6, 2))],
    "MaxPooling2D": [_on(lambda k: k.MaxPooling2D((2, 3), 2), (5, 6, 2))],
    "MaxPooling3D": [_on(lambda k: k.MaxPooling3D(2), (2, 4, 2, 2))],
    "AveragePooling1D": [_on(lambda k: k.AveragePooling1D(3, 2, padding="same"), (6, 2))],
    "AveragePooling2D": [
        _on(lambda k: k.AveragePooling2D(2), (5, 4, 2)),
        _on(lambda k: k.AveragePooling2D(3, 1, padding="same"), (4, 4, 2)),
    ],
    "AveragePooling3D": [_on(lambda k: k.AveragePooling3D(2), (2, 4, 2, 2))],
    "GlobalAveragePooling1D": [_on(lambda k: k.GlobalAveragePooling1D(), (4, 3))],
    "GlobalAveragePooling2D": [_on(lambda k: k.GlobalAveragePooling2D(keepdims=True), (3, 4, 2))],
    "GlobalAveragePooling3D": [_on(lambda k: k.GlobalAveragePooling3D(), (2, 3, 2, 2))],
    "GlobalMaxPooling1D": [_on(lambda k: k.GlobalMaxPooling1D(), (4, 3))],
    "GlobalMaxPooling2D": [_on(lambda k: k.GlobalMaxPooling2D(), (3, 4, 2))],
    "GlobalMaxPooling3D": [_on(lambda k: k.GlobalMaxPooling3D(keepdims=True), (2, 3, 2, 2))],
    "AdaptiveAveragePooling1D": [_on(lambda k: k.AdaptiveAveragePooling1D(3), (7, 2))],
    "AdaptiveAveragePooling2D": [_on(lambda k: k.AdaptiveAveragePooling2D((2, 3)), (5, 4, 2))],
    "AdaptiveAveragePooling3D": [_on(lambda k: k.AdaptiveAveragePooling3D(2), (3, 2, 4, 2))],
    "AdaptiveMaxPooling1D": [_on(lambda k: k.AdaptiveMaxPooling1D(3), (7, 2))],
    "AdaptiveMaxPooling2D": [_on(lambda k: k.AdaptiveMaxPooling2D(2), (5, 3, 2))],
    "AdaptiveMaxPooling3D": [_on(lambda k: k.AdaptiveMaxPooling3D(2), (3, 2, 4, 2))],
    "BatchNormalization": [
        _on(lambda k: k.BatchNormalization(), (3, 4)),
        _on(lambda k: k.BatchNormalization(axis=1, scale=False), (3, 4, 2)),
        _on(lambda k: k.BatchNormalization(center=False), (2, 2, 3)),
        _on(lambda k: k.BatchNormalization(scale=False, center=False), (3,)),
    ],
    "LayerNormalization": [
        _on(lambda k: k.LayerNormalization(epsilon=1e-5), (2, 3, 4)),
        _on(lambda k: k.LayerNormalization(axis=[1, 2], epsilon=1e-5, center=False), (2, 3, 4)),
        _on(lambda k: k.LayerNormalization(axis=[2, 3], epsilon=1e-5, scale=False), (2, 3, 4)),
    ],
    "RMSNormalization": [
        _on(lambda k: k.RMSNormalization(epsilon=1e-5), (3, 4)),
        _on(lambda k: k.RMSNormalization(axis=[1, 2], epsilon=1e-5), (3, 4)),
    ],
    "GroupNormalization": [
        _on(lambda k: k.GroupNormalization(2, epsilon=1e-5), (3, 2, 4)),
        _on(lambda k: k.GroupNormalization(2, axis=1, epsilon=1e-5), (4, 3, 2)),
        _on(lambda k: k.GroupNormalization(-1, axis=2, epsilon=1e-5, scale=False), (3, 4, 2)),
        _on(lambda k: k.GroupNormalization(3, epsilon=1e-5, center=False), (6,)),
    ],
    "UnitNormalization": [
        _on(lambda k: k.UnitNormalization(), (3, 4)),
        _on(lambda k: k.UnitNormalization(axis=[1, 2]), (3, 4)),
    ],
    "Normalization": [
        _on(lambda k: k.Normalization(), (3, 4)),
        _on(lambda k: k.Normalization(axis=None, invert=True), (3, 4)),
        _on(lambda k: k.Normalization(mean=1.0, variance=4.0), (3, 4), moves=True),
    ],
    "SpectralNormalization": [
        _on(lambda k: k.SpectralNormalization(k.Conv2D(3, 2)), (4, 4, 2)),
        _on(lambda k: k.SpectralNormalization(k.Dense(3)), (4,)),
    ],
    "Activation": [_on(lambda k: k.Activation("selu"), (5,))],
    "ReLU": [
        _on(lambda k: k.ReLU(), (9,)),
        _on(lambda k: k.ReLU(max_value=6), (9,)),
        _on(lambda k: k.ReLU(negative_slope=0.1), (9,)),
        _on(lambda k: k.ReLU(max_value=1.0, negative_slope=0.1, threshold=0.5), (9,)),
        _on(lambda k: k.ReLU(max_value=1.0, negative_slope=0.1), (9,)),
        _on(lambda k: k.ReLU(threshold=0.5), (9,)),
    ],
    "LeakyReLU": [_on(lambda k: k.LeakyReLU(), (9,)), _on(lambda k: k.LeakyReLU(0.1), (9,))],
    "ELU": [_on(lambda k: k.ELU(0.5), (9,))],
    "PReLU": [
        _on(lambda k: k.PReLU(), (3, 4)),
        _on(lambda k: k.PReLU(shared_axes=[1, 2]), (3, 2, 4)),
        _on(lambda k: k.PReLU(shared_axes=[1]), (3,)),
    ],
    "Softmax": [
        _on(lambda k: k.Softmax(), (3, 4)),
        _on(lambda k: k.Softmax(axis=1), (3, 4)),
        _on(lambda k: k.Softmax(axis=[1, 2]), (3, 4)),
    ],
    "Add": [_on(lambda k: k.Add(), (3, 4), (3, 4), (1, 4)), _on(lambda k: k.Add(), (4,), (3, 4))],
    "Subtract": [_on(lambda k: k.Subtract(), (3, 4), (3, 4))],
    "Multiply": [_on(lambda k: k.Multiply(), (2, 3, 4), (1, 1, 4))],
    "Average": [_on(lambda k: k.Average(), (3,), (3,), (3,))],
    "Maximum": [_on(lambda k: k.Maximum(), (3,), (3,), (3,))],
    "Minimum": [_on(lambda k: k.Minimum(), (3,), (3,))],
    "Concatenate": [
        _on(lambda k: k.Concatenate(), (3, 4), (3, 2)),
        _on(lambda k: k.Concatenate(axis=1), (3, 4), (2, 4)),
    ],
    "Dot": [
        _on(lambda k: k.Dot(axes=1), (4,), (4,)),
        _on(lambda k: k.Dot(axes=(2, 1)), (2, 4), (4, 3)),
        _on(lambda k: k.Dot(axes=2, normalize=True), (2, 4), (3, 4)),
    ],
    "Flatten": [_on(lambda k: k.Flatten(), (3, 2, 4)), _on(lambda k: k.Flatten(), (3,))],
    "Reshape": [_on(lambda k: k.Reshape((-1, 2)), (3, 4)), _on(lambda k: k.Reshape((12,)), (3, 4))],
    "Permute": [_on(lambda k: k.Permute((2, 1)), (3, 4), moves=True)],
    "RepeatVector": [_on(lambda k: k.RepeatVector(3), (4,), moves=True)],
    "ZeroPadding1D": [_on(lambda k: k.ZeroPadding1D((1, 2)), (3, 4), moves=True)],
    "ZeroPadding2D": [
        _on(lambda k: k.ZeroPadding2D(2), (3, 4, 2), moves=True),
        _on(lambda k: k.ZeroPadding2D(((1, 2), (0, 3))), (3, 4, 2), moves=True),
        _on(lambda k: k.ZeroPadding2D((1, 2)), (3, 4, 2), moves=True),
    ],
    "ZeroPadding3D": [_on(lambda k: k.ZeroPadding3D(1), (3, 2, 4, 2), moves=True)],
    "Cropping1D": [_on(lambda k: k.Cropping1D((1, 0)), (3, 4), moves=True)],
    "Cropping2D": [_on(lambda k: k.Cropping2D(((1, 0), (1, 1))), (3, 4, 2), moves=True)],
    "Cropping3D": [_on(lambda k: k.Cropping3D(1), (3, 3, 4, 2), moves=True)],
    "UpSampling1D": [_on(lambda k: k.UpSampling1D(2), (3, 4))],
    "UpSampling2D": [
        _on(lambda k: k.UpSampling2D((2, 3)), (3, 2, 2)),
        _on(lambda k: k.UpSampling2D(2, interpolation="bilinear"), (3, 2, 2)),
    ],
    "UpSampling3D": [_on(lambda k: k.UpSampling3D(2), (2, 3, 2, 2))],
    "LSTM": [
        _on(lambda k: k.LSTM(3), (4, 2)),
        _on(lambda k: k.LSTM(3, return_sequences=True, use_bias=False), (4, 2)),
        _on(
            lambda k: k.LSTM(
                2,
                activation="relu",
                recurrent_activation="hard_sigmoid",
                return_sequences=True,
                return_state=True,
            ),
            (3, 2),
        ),
        _on(lambda k: k.LSTM(2, go_backwards=True), (3, 2)),
    ],
    "GRU": [
        _on(lambda k: k.GRU(3), (4, 2)),
        _on(lambda k: k.GRU(3, reset_after=False, return_sequences=True), (4, 2)),
        _on(lambda k: k.GRU(2, reset_after=False, use_bias=False), (3, 2)),
        _on(lambda k: k.GRU(2, use_bias=False, activation="linear", return_state=True), (3, 2)),
    ],
    "SimpleRNN": [
        _on(lambda k: k.SimpleRNN(3), (4, 2)),
        _on(lambda k: k.SimpleRNN(3, activation="relu", return_sequences=True), (4, 2)),
    ],
    "RNN": [
        _on(lambda k: k.RNN(k.LSTMCell(3)), (4, 2)),
        _on(lambda k: k.RNN([k.GRUCell(3), k.SimpleRNNCell(2)], return_sequences=True), (4, 2)),
    ],
    "Bidirectional": [
        _on(lambda k: k.Bidirectional(k.LSTM(3)), (4, 2)),
        _on(lambda k: k.Bidirectional(k.GRU(2, return_sequences=True), merge_mode="sum"), (4, 2)),
        _on(lambda k: k.Bidirectional(k.SimpleRNN(2), merge_mode="ave"), (4, 2)),
        _on(lambda k: k.Bidirectional(k.SimpleRNN(2), merge_mode="mul"), (4, 2)),
        _on(lambda k: k.Bidirectional(k.GRU(2, return_state=True), merge_mode=None), (3, 2)),
    ],
    "TimeDistributed": [
        _on(lambda k: k.TimeDistributed(k.Dense(3)), (4, 2)),
        _on(lambda k: k.TimeDistributed(k.Conv2D(3, 2)), (2, 3, 3, 2)),
    ],
    "ConvLSTM1D": [_on(lambda k: k.ConvLSTM1D(2, 3, padding="same"), (2, 4, 2))],
    "ConvLSTM2D": [
        _on(lambda k: k.ConvLSTM2D(2, 2, return_sequences=True), (2, 3, 3, 1)),
        _on(lambda k: k.ConvLSTM2D(1, 2, strides=2, padding="same", use_bias=False), (2, 4, 3, 2)),
    ],
    "ConvLSTM3D": [_on(lambda k: k.ConvLSTM3D(1, 2), (2, 2, 3, 2, 1))],
    "MultiHeadAttention": [
        _on(lambda k: k.MultiHeadAttention(2, 3), (4, 5), (6, 5), together=False),
        _on(
            lambda k: k.MultiHeadAttention(
                2, 3, value_dim=2, output_shape=4, use_bias=False, dropout=0.1
            ),
            (4, 5),
            (3, 4),
            together=False,
        ),
        _on(
            lambda k: k.MultiHeadAttention(2, 2, attention_axes=(1, 2)),
            (2, 2, 3),
            (2, 3, 3),
            together=False,
        ),
        _on(lambda k: k.MultiHeadAttention(2, 2, dropout=0.1), (3, 4), (3, 4), together=False),
    ],
    "GroupedQueryAttention": [
        _on(lambda k: k.GroupQueryAttention(3, 4, 2), (4, 5), (6, 5), together=False),
    ],
    "Attention": [
        _on(lambda k: k.Attention(), (3, 4), (2, 4)),
        _on(lambda k: k.Attention(use_scale=True), (3, 4), (2, 3), (2, 4)),
        _on(lambda k: k.Attention(score_mode="concat", use_scale=True), (3, 4), (2, 4)),
        _on(lambda k: k.Attention(score_mode="concat"), (3, 4), (2, 4)),
    ],
    "AdditiveAttention": [
        _on(lambda k: k.AdditiveAttention(), (3, 4), (2, 4)),
        _on(lambda k: k.AdditiveAttention(use_scale=False), (3, 4), (2, 4)),
    ],
    "Rescaling": [_on(lambda k: k.Rescaling(0.5, -1.0), (3, 4))],
    "Resizing": [_on(lambda k: k.Resizing(5, 4), (3, 3, 2))],
    "CenterCrop": [_on(lambda k: k.CenterCrop(2, 2), (3, 4, 2), moves=True)],
    "Masking": [_on(lambda k: k.Masking(), (3, 4))],
}
_NOTHING = """
Dropout SpatialDropout1D GaussianDropout GaussianNoise AlphaDropout ActivityRegularization
Identity
"""
NOTHING = _NOTHING.split()


def _arguments(name: str) -> tuple[float, ...]:
    return () if name in ("Identity", "ActivityRegularization") else (0.5,)


def _inactive(name: str) -> Case:
    return _on(lambda k: getattr(k, name)(*_arguments(name)), (3, 4))


CASES |= {name: [_inactive(name)] for name in NOTHING}
_ACTIVATIONS = """
relu leaky_relu relu6 softmax celu elu selu softplus softsign squareplus soft_shrink sparse_plus
silu gelu glu tanh tanh_shrink sigmoid sparse_sigmoid exponential hard_sigmoid hard_silu hard_tanh
hard_shrink linear mish log_softmax log_sigmoid
"""
ACTIVATIONS = _ACTIVATIONS.split()
