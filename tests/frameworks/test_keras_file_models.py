"""Whole models of Keras' read from their config: counts by Keras itself, at random."""

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flopcount.core import Counts
from flopcount.frameworks.keras.reading.applications import USUAL, applications, build
from tests.facts.read_others import by_layer, of_group
from tests.frameworks.keras_literal import at, read, values, weights_of

pytestmark = pytest.mark.slow


def of_keras(model: Any, way: str = "") -> dict[str, int]:
    """The multiplies of each layer, from the kernels' and outputs' shapes that Keras has.

    A transposed convolution is not among keras.applications' layers.
    """
    found = {}
    for layer in model.layers:
        kind, name = type(layer).__name__, f"{way}{layer.name}"
        if hasattr(layer, "layers"):
            found |= of_keras(layer, f"{name}/")
        if kind not in {"Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Dense"}:
            continue
        output = layer.output.shape[1:]
        positions = int(np.prod(output[:-1]))
        if kind == "SeparableConv2D":
            kernels = (layer.depthwise_kernel, layer.pointwise_kernel)
            found[name] = sum(positions * int(np.prod(kernel.shape)) for kernel in kernels)
        else:
            found[name] = positions * int(np.prod(layer.kernel.shape))
    return found


# Those that tests/facts does not know, by a closed form over the layers that Keras has.
APPLICATIONS = sorted(set(applications(keras)) - set(of_group("keras")))


@pytest.mark.parametrize("name", APPLICATIONS)
def test_a_network_of_keras_applications_costs_what_its_layers_do(name: str) -> None:
    model = build(applications(keras)[name], name, None)
    if None in model.input_shape[1:]:  # MobileNetV3 leaves its sides open
        model = build(applications(keras)[name], name, USUAL)
    network = read(model).read()
    counts = Counts(network.rows)
    assert counts.params == sum(int(np.prod(v.shape)) for v in model.trainable_variables)
    assert counts.params_with_stats == model.count_params()
    assert by_layer(network) == of_keras(model)


def _drawn(draw: Any, x: Any) -> Any:
    """One more layer or operation on a tensor, of those that fit its rank."""
    k, ops = keras.layers, keras.ops
    wide = draw(st.integers(1, 4))
    same = draw(st.sampled_from(["same", "valid"]))
    ways = [
        lambda: k.BatchNormalization()(x),
        lambda: k.Activation(draw(st.sampled_from(["relu", "silu", "softmax"])))(x),
        lambda: k.Add()([x, x]),
        lambda: ops.concatenate([x, x * 2.0], axis=-1),
        lambda: k.Dense(wide, activation="tanh")(x),
        lambda: k.LayerNormalization(epsilon=1e-5)(x),
    ]
    if len(x.shape) == 4:
        ways += [
            lambda: k.Conv2D(wide, 2, padding=same, strides=draw(st.integers(1, 2)))(x),
            lambda: k.DepthwiseConv2D(2, padding=same)(x),
            lambda: k.Conv2DTranspose(wide, 2, strides=2, padding=same)(x),
            lambda: k.AveragePooling2D(2, 1, padding=same)(x),
            lambda: k.GlobalMaxPooling2D()(x),
            lambda: k.Reshape((-1, x.shape[-1]))(x),
        ]
    if len(x.shape) == 3:
        ways += [
            lambda: k.Conv1D(wide, 2, padding="causal")(x),
            lambda: k.GRU(wide, return_sequences=True)(x),
            lambda: k.MultiHeadAttention(2, 2)(x, x),
            lambda: ops.mean(x, axis=1),
        ]
    return draw(st.sampled_from(ways))()


@settings(max_examples=12)
@given(st.data())
def test_random_models_put_out_what_keras_does(data: st.DataObject) -> None:
    x = first = keras.Input(data.draw(st.sampled_from([(4, 4, 2), (4, 2)])))
    for _ in range(data.draw(st.integers(1, 4))):
        if len(x.shape) == 4 and min(x.shape[1:3]) < 3:
            x = keras.layers.Flatten()(x)
        if x.shape[-1] > 24 or int(np.prod(x.shape[1:])) > 400:
            break
        x = _drawn(data.draw, x)
    model = keras.Model(first, x)
    image = np.random.default_rng(5).normal(size=(1, *first.shape[1:])).astype("float32")
    network = read(model).read()
    counts = Counts(network.rows)
    assert counts.params_with_stats == model.count_params()
    theirs = np.asarray(model(image))
    assert network.shapes[network.output] == theirs.shape
    (name,) = network.inputs
    found = at(network.output, network, values(network, weights_of(model), {name: image}))
    np.testing.assert_allclose(found, theirs, rtol=1e-3, atol=1e-4)
