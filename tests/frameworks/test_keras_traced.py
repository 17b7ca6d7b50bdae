"""Keras models read by their program: counts by hand, and as the reader of settings has them."""

from collections import Counter
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers as k

import flopcount as fc
from flopcount.core import Network
from flopcount.frameworks.keras.reading.applications import applications, build
from flopcount.frameworks.keras.reading.objects import given_keras
from flopcount.frameworks.keras.reading.traced import trace_model
from tests.facts.read_others import differences, known, of_group
from tests.frameworks.keras_models import (
    BATCH,
    UNITS,
    Subclassed,
    Transformer,
    alone,
    inputs_of,
)

COUNTS = ("multiplies", "multiplies_unpadded", "weights", "biases", "norm_params", "norm_stats")
QUICK = ("subclassed", "Conv2D_groups_stride")  # the others take a second or more


def per_layer(network: Network, count: str) -> dict[str, Any]:
    """A count of each layer, of what stands in it too; the cells of recurrent layers left out.

    Keras' GRU multiplies by the input's kernel outside of its cell.
    """
    found: Counter[str] = Counter()
    for row in network.rows:
        steps = [step for step in row.node.scope if step.kind and "Cell" not in step.kind]
        for end in range(len(steps) + 1):
            found["/".join(step.name for step in steps[:end])] += row.known(count)
    return {name: number for name, number in found.items() if number}


def both(model: Any, inputs: Any = None) -> tuple[Network, Network]:
    """A model as both readers have it: of its settings, if all of its layers are known; traced."""
    read = given_keras(model, inputs, {}, "model")
    return read.read(), trace_model(model, read.inputs, "model").read()


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=() if n in QUICK else pytest.mark.slow) for n in UNITS]
)
def test_a_unit_costs_what_it_does_by_hand_whichever_way_it_is_read(name: str) -> None:
    unit = UNITS[name]
    if name == "subclassed":
        read = fc.read_keras(unit.make(), inputs_of(name))
        networks = (read,)
    else:
        networks = both(unit.make(), inputs_of(name))
        for count in COUNTS:
            first, second = (per_layer(network, count) for network in networks)
            assert first == second, count
    for network in networks:
        assert sum(row.known("multiplies") for row in network.rows) == BATCH * unit.multiplies
        assert differences(known()[name], network) == []
        assert all(row.held.known for row in network.rows)


def test_each_unit_has_a_fact() -> None:
    assert set(UNITS) == set(of_group("keras-units"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        *("MobileNetV2", "EfficientNetB0", "ResNet50", "NASNetMobile", "InceptionV3"),
        *("Xception", "DenseNet121", "EfficientNetV2B0", "VGG16", "MobileNet"),
    ],
)
def test_applications_are_the_same_both_ways(name: str) -> None:
    known, traced = both(build(applications(keras)[name], name, None))
    for count in COUNTS:
        assert per_layer(known, count) == per_layer(traced, count), count


@pytest.mark.slow
def test_a_transformer_of_layers_of_ones_own() -> None:
    tokens, width, vocabulary = 6, 8, 11
    network = fc.read_keras(Transformer(), fc.inputs(1, tokens, dtype="int32"))
    report = fc.analyze(network)
    # four projections and a layer of four times the width, there and back; scores and values
    block = tokens * (4 * width**2 + 2 * 4 * width**2) + 2 * tokens**2 * width
    assert report.multiplies == 2 * block + tokens * width * vocabulary
    own = 4 * (width**2 + width) + 4 * width + 8 * width**2 + 4 * width + width
    assert report.params == 2 * own + vocabulary * width + 16 * width  # the embedding once
    assert "block_1/attention/query" in {"/".join(s.name for s in n.scope) for n in network.nodes}
    kinds = {tuple(step.kind for step in node.scope) for node in network.nodes}
    assert ("Block", "MultiHeadAttention", "EinsumDense") in kinds


@pytest.mark.slow
def test_the_sizes_of_a_traced_model_may_be_open() -> None:
    model = Transformer(blocks=1)
    network = fc.read_keras(model, fc.inputs(1, 6, dtype="int32"), symbols={"T": (0, 1)})
    assert str(fc.formula(network)) == "16·T² + 856·T"  # 12·8² + 8·11 a token


def test_a_layer_called_twice_is_held_once() -> None:
    x = keras.Input((4,))
    shared = k.Dense(4, name="shared")
    _, network = both(keras.Model(x, shared(shared(x))))
    assert sum(row.known("multiplies") for row in network.rows) == 2 * 4 * 4
    assert sum(row.known("params") for row in network.rows) == 4 * 4 + 4


def test_what_does_not_train_is_told_apart() -> None:
    layer = k.BatchNormalization()
    _, network = both(alone(layer, 3, 3, 5))
    assert sum(row.known("params") for row in network.rows) == 2 * 5
    assert sum(row.known("norm_stats") for row in network.rows) == 2 * 5
    dense = k.Dense(3, trainable=False)
    _, frozen = both(alone(dense, 4))  # it is a parameter still: who trains it may thaw it
    assert sum(row.known("params") for row in frozen.rows) == 4 * 3 + 3


@pytest.mark.parametrize("form", ["list", "dict"])
def test_several_inputs(form: str) -> None:
    one, two = keras.Input((4,), name="one"), keras.Input((6,), name="two")
    out = k.Dense(2)(k.concatenate([one, two]))
    model = keras.Model([one, two] if form == "list" else {"two": two, "one": one}, out)
    for network in both(model, fc.inputs(one=(3, 4), two=(3, 6))):
        assert network.inputs == {"one": (3, 4), "two": (3, 6)}
        assert sum(row.known("multiplies") for row in network.rows) == 3 * 10 * 2


@pytest.mark.slow
def test_a_model_and_keras_are_left_as_they_were_found() -> None:
    from keras.src.backend.common.global_state import GLOBAL_STATE_TRACKER

    model = Subclassed()
    before = {key: repr(value) for key, value in vars(model).items()}
    counters = repr(vars(GLOBAL_STATE_TRACKER).get("object_name_uids"))
    fc.analyze(model, fc.inputs(1, 8, 8, 3))
    assert {key: repr(value) for key, value in vars(model).items()} == before
    assert repr(vars(GLOBAL_STATE_TRACKER).get("object_name_uids")) == counters
    assert not model.built
    assert not model.conv.built
    assert model.weights == []
    model(keras.ops.zeros((1, 8, 8, 3)))  # and it works as it did
    values = [np.asarray(weight.value) for weight in model.weights]
    fc.analyze(model, fc.inputs(1, 8, 8, 3))
    for weight, value in zip(model.weights, values, strict=True):
        assert (np.asarray(weight.value) == value).all()
    assert keras.Sequential().name.startswith("sequential")


def test_a_network_by_name_has_no_numbers() -> None:
    model = build(applications(keras)["VGG16"], "VGG16", None)
    assert all(weight._value is None for weight in model.weights)


def test_a_network_by_name_has_the_same_names_whatever_was_built_before() -> None:
    """Of layers without a name Keras counts all that a process makes, kind by kind."""
    first = keras.layers.Conv2D(2, 1)
    names = [row.node.path for row in fc.load("keras:Xception").rows]
    assert [name for name in names if name.startswith("conv2d")][:2] == ["conv2d", "conv2d_1"]
    number = int((first.name + "_0").split("_")[1])  # conv2d, then conv2d_1 …
    assert keras.layers.Conv2D(2, 1).name == f"conv2d_{number + 1}"  # counted on where it was


def test_on_another_backend_the_cure_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    with pytest.raises(fc.FlopcountError, match="set KERAS_BACKEND=jax before Keras is imported"):
        fc.analyze(Subclassed(), fc.inputs(1, 8, 8, 3))
    assert fc.analyze(alone(k.Dense(3), 4)).multiplies == 12  # of its settings, on any


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (None, "what goes in"),
        (fc.inputs(1, 8), "does not run on these inputs"),
    ],
)
def test_inputs_that_do_not_go_in(inputs: Any, said: str) -> None:
    with pytest.raises(fc.FlopcountError, match=said) as error:
        fc.analyze(Subclassed(), inputs)
    assert "\n" not in str(error.value)
