"""`Network.to_keras`: the reference model itself, and the article's own Keras code beside it."""

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import numpy as np
import pytest

import flopcount as fc
from flopcount.keras_build import layer_name, layer_path

keras = pytest.importorskip("keras")
pytest.importorskip("jax")


def articles_model(classes: int = 10) -> Any:
    """The article's "Keras implementation", as it is printed there; Flatten and Dense follow."""
    conv2d, max_pooling2d = keras.layers.Conv2D, keras.layers.MaxPooling2D
    input_img = keras.Input((32, 32, 3))
    incep_1_1by1 = conv2d(64, (1, 1), padding="same", activation="relu")(input_img)
    incep_3_1by1 = conv2d(64, (1, 1), padding="same", activation="relu")(input_img)
    incep_3_3by3 = conv2d(64, (3, 3), padding="same", activation="relu")(incep_3_1by1)
    incep_5_1by1 = conv2d(64, (1, 1), padding="same", activation="relu")(input_img)
    incep_5_5by5 = conv2d(64, (5, 5), padding="same", activation="relu")(incep_5_1by1)
    incep_pool_3by3 = max_pooling2d((3, 3), strides=(1, 1), padding="same")(input_img)
    incep_pool_1by1 = conv2d(64, (1, 1), padding="same", activation="relu")(incep_pool_3by3)
    joined = [incep_1_1by1, incep_3_3by3, incep_5_5by5, incep_pool_1by1]
    output = keras.layers.concatenate(joined, axis=3)
    out = keras.layers.Dense(classes, activation="softmax")(keras.layers.Flatten()(output))
    return keras.Model(input_img, out)


def test_the_articles_own_keras_code_agrees() -> None:
    by_hand = articles_model()
    network = fc.load("cifar10-inception")
    total = fc.analyze(network).total
    assert by_hand.count_params() == total.cost.params
    assert by_hand.output_shape[1:] == (total.output[2],) == (10,)
    ours = network.to_keras()
    shapes = [tuple(weight.shape) for weight in by_hand.weights]
    assert [tuple(weight.shape) for weight in ours.weights] == shapes
    for mine, his in zip(ours.weights, by_hand.weights, strict=True):
        mine.assign(his)
    image = np.random.default_rng(0).standard_normal((2, 32, 32, 3), dtype=np.float32)
    np.testing.assert_allclose(ours(image), by_hand(image), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("path", ["3a/5x5/2", "C.1/3x3/2/1x3", "C.1/relu.2", "a./b.c"])
def test_a_layers_name_can_be_turned_back(path: str) -> None:
    name = layer_name(path)
    assert layer_path(name) == path
    assert not set(name) & {"/", "."}


def test_to_keras_names_layers_and_gives_heads_on_request() -> None:
    network = fc.load("googlenet", input="112x112", classes=7)
    model = network.to_keras()
    assert model.get_layer("3a>5x5>2").kernel.shape == (5, 5, 16, 32)
    assert model.output_shape == (None, 7)
    assert model.count_params() == fc.analyze(network).total.cost.params
    with_heads = fc.load("googlenet", input="112x112", classes=7, aux=True).to_keras()
    assert with_heads.output_shape == [(None, 7)] * 3


def test_to_keras_gives_weights_on_request() -> None:
    network = fc.parse("6x6x3 > conv 3x3 4 norm > lrn > maxpool 2x2 valid ceil")
    assert not np.any(network.to_keras().get_layer("spec>1").kernel)
    model = network.to_keras(weights="glorot_uniform")
    assert np.any(model.get_layer("spec>1").kernel)
    with pytest.raises(fc.FlopcountError, match="Keras has no initializer 'nonsense'"):
        network.to_keras(weights="nonsense")


def test_a_models_copy_starts_as_keras_own_layers_do() -> None:
    model = fc.parse("6x6x3 > conv 3x3 4 norm > depthwise 3x3 > dense 2").to_keras()
    copy = keras.models.clone_model(model)
    assert np.any(copy.get_layer("spec>1").kernel)
    assert not np.any(copy.get_layer("spec>1").bias)
    assert np.all(np.asarray(copy.get_layer("spec>1>norm").gamma) == 1)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' own
def test_a_model_can_be_saved_and_read(tmp_path: Path) -> None:
    spec = "9x9x4 > conv 3x3/2 4 dilation=2 > lrn > maxpool 3x3/2 pad=1 ceil > avgpool to=2x2"
    model = fc.parse(spec).to_keras(weights="glorot_uniform")
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    image = np.random.default_rng(0).standard_normal((1, 9, 9, 4), dtype=np.float32)
    np.testing.assert_array_equal(again(image), model(image))
