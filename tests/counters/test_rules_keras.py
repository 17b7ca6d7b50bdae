"""What Keras' summary prints, beside the sum of what a network stores."""

import os
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import keras
import pytest
from keras import layers

import flopcount as fc
from flopcount.counters.counting import count
from flopcount.counters.networks import calls_of
from flopcount.counters.rules import tool_named
from tests.counters.live_others import keras_summary


def by_rules(network: Any) -> int:
    return count(tool_named("keras"), calls_of(network).calls).value


@pytest.mark.slow
def test_a_shared_layer_counts_once_and_moving_statistics_count() -> None:
    image = flowing = keras.Input((8, 8, 6))
    shared = layers.Conv2D(6, 3, padding="same")
    flowing = layers.BatchNormalization()(shared(shared(flowing)))
    flowing = layers.BatchNormalization(scale=False)(flowing)
    model = keras.Model(image, layers.Dense(3)(layers.GlobalAveragePooling2D()(flowing)))
    assert keras_summary(model) == 330 + 24 + 18 + 21 == by_rules(fc.read_keras(model))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "MobileNetV2",
        "DenseNet121",
    ],
)
def test_a_summary_of_a_model_is_what_is_stored(name: str) -> None:
    model = getattr(keras.applications, name)(weights=None)
    assert keras_summary(model) == by_rules(fc.load(f"keras:{name}"))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["googlenet", "resnet-18", "mobilenet-v2", "bn-inception"])
def test_a_summary_of_a_shipped_table_is_what_is_stored(name: str) -> None:
    network = fc.load(name)
    assert keras_summary(network.to_keras()) == by_rules(network)
