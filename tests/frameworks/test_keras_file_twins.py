"""Each layer that is read from a config beside Keras' own: shape, parameters, counts and values.

The nests are run literally on Keras' weights; the numbers must be those that Keras puts out.
"""

from typing import Any

import keras
import numpy as np
import pytest

from flopcount.core import Counts
from flopcount.frameworks.keras.reading.layers import LAYERS
from tests.frameworks.keras_cases import ACTIVATIONS, CASES, Case
from tests.frameworks.keras_literal import Moved, at, read, values, weights_of

pytestmark = pytest.mark.slow

# What has no case: other names of the same, what only training does, what nobody prices.
_ALIASES = """
Convolution1D Convolution2D Convolution3D SeparableConvolution2D Convolution2DTranspose
SyncBatchNormalization AvgPool1D AvgPool2D AvgPool3D MaxPool1D MaxPool2D MaxPool3D GlobalAvgPool1D
GlobalAvgPool2D GlobalAvgPool3D GlobalMaxPool1D GlobalMaxPool2D GlobalMaxPool3D
GroupQueryAttention SpatialDropout2D SpatialDropout3D RandomCrop LayerScale CustomScaleLayer
StochasticDepth StringLookup IntegerLookup Hashing Discretization HashedCrossing CategoryEncoding
"""
ALIASES = _ALIASES.split()


def built(case: Case) -> tuple[Any, list[Any]]:
    """A model of the layer alone, its weights random, and what goes in."""
    rng = np.random.default_rng(4)
    kind = "int32" if case.whole else "float32"
    inputs = [keras.Input(shape, dtype=kind) for shape in case.shapes]
    layer = case.make(keras.layers)
    one = inputs[0] if len(inputs) == 1 else inputs
    model = keras.Model(one, layer(one) if case.together else layer(*inputs))
    for variable in model.variables:
        if variable.dtype.startswith(("int", "uint")):
            continue
        is_spread = "variance" in variable.name
        drawn = rng.uniform(0.5 if is_spread else -1, 1.5 if is_spread else 1, variable.shape)
        variable.assign(drawn)
    if hasattr(layer, "finalize_state"):
        layer.finalize_state()
    arrays = [
        rng.integers(5, size=(2, *shape)) if case.whole else rng.normal(size=(2, *shape)) * 2
        for shape in case.shapes
    ]
    return model, [array.astype(kind) for array in arrays]


def compare(case: Case) -> None:
    model, arrays = built(case)
    theirs = model(arrays[0] if len(arrays) == 1 else arrays)
    flat = [np.asarray(one) for one in (theirs if isinstance(theirs, list | tuple) else [theirs])]
    shapes = ",".join("x".join(map(str, array.shape)) for array in arrays)
    network = read(model, shapes).read()
    counts = Counts(network.rows)
    assert counts.params_with_stats == model.count_params()
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_variables)
    assert counts.params == trained
    ports = [*network.outputs.values()] or [network.output]
    ours = {**network.shapes}
    assert [ours[port] for port in ports] == [one.shape for one in flat]
    weights = weights_of(model)
    assert {key for row in network.rows for key in row.node.weights.values()} == set(weights)
    if case.moves:
        return
    known = values(network, weights, dict(zip(network.inputs, arrays, strict=True)))
    compared = 0
    for port, expected in zip(ports, flat, strict=True):
        try:
            found = at(port, network, known)
        except Moved:
            continue
        np.testing.assert_allclose(found, expected, rtol=2e-4, atol=2e-5)
        compared += 1
    assert compared


NAMED = [(name, n) for name, cases in CASES.items() for n in range(len(cases))]


@pytest.mark.parametrize(("name", "number"), NAMED)
def test_layer_does_what_keras_does(name: str, number: int) -> None:
    compare(CASES[name][number])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_does_what_keras_does(name: str) -> None:
    compare(Case(lambda layers: layers.Activation(name), ((3, 6),)))


# Whose grid comes behind its channels where the config says so; Keras on a CPU runs few of them.
_FIRST = """
Conv1D Conv2D Conv3D DepthwiseConv1D DepthwiseConv2D SeparableConv2D Conv2DTranspose MaxPooling2D
AveragePooling2D GlobalAveragePooling2D GlobalMaxPooling2D ZeroPadding2D UpSampling2D Cropping2D
"""
FIRST = _FIRST.split()


@pytest.mark.parametrize("name", FIRST)
def test_channels_first_puts_out_the_shape_that_keras_has(name: str) -> None:
    """Shape, parameters and multiplies: those of the same layer with the channels behind."""
    case = CASES[name][-1]
    layer = case.make(keras.layers)
    config = layer.get_config()
    shape = case.shapes[0]
    moved = (shape[-1], *shape[:-1])
    counted = []
    for form, of in (("channels_last", shape), ("channels_first", moved)):
        config["data_format"] = form
        x = keras.Input(of)
        one = type(layer).from_config(config)
        model = keras.Model(x, one(x))
        network = read(model).read()
        counts = Counts(network.rows)
        assert network.shapes[network.output] == (1, *model.output_shape[1:])
        assert counts.params_with_stats == model.count_params()
        counted.append((counts.multiplies, counts.multiplies_unpadded, counts.elementwise))
    assert counted[0] == counted[1]


def test_each_layer_of_the_table_has_a_case() -> None:
    random = {name for name in LAYERS if name.startswith("Random")}
    training = {"RandAugment", "AugMix", "CutMix", "MixUp"}
    assert set(LAYERS) - set(CASES) - set(ALIASES) - random - training == set()
