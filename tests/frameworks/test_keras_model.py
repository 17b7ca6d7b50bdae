"""`Network.to_keras`: the reference model itself, and the article's network beside it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import keras
import numpy as np
import pytest

import flopcount as fc
from flopcount.core.ops.tail import Tail
from flopcount.frameworks.keras.parts import layer_name, layer_path
from flopcount.frameworks.keras.xla import lowered_flops

# The article's module: a branch is a chain of square kernels, "pool" a 3×3 max pool of stride 1.
ARTICLES_BRANCHES = ((1,), (1, 3), (1, 5), ("pool", 1))
ARTICLES_WIDTH = 64


def articles_layer(kernel: int | str) -> keras.Layer:
    if kernel == "pool":
        return keras.layers.MaxPooling2D(3, strides=1, padding="same")
    return keras.layers.Conv2D(ARTICLES_WIDTH, kernel, padding="same", activation="relu")


def articles_model(modules: int) -> keras.Model:
    """The article's CIFAR-10 network from its facts, by Keras alone: modules, Flatten, Dense."""
    image = flowing = keras.Input((32, 32, 3))
    for _ in range(modules):
        ends = []
        for branch in ARTICLES_BRANCHES:
            end = flowing
            for kernel in branch:
                end = articles_layer(kernel)(end)
            ends.append(end)
        flowing = keras.layers.Concatenate()(ends)
    classes = keras.layers.Dense(10, activation="softmax")(keras.layers.Flatten()(flowing))
    return keras.Model(image, classes)


def written(layer: Any) -> tuple[bool, int]:
    """Where a layer stands in the code: Keras numbers those without a name (conv2d_3)."""
    number = layer.name.rpartition("_")[2]
    return layer.name.startswith("dense"), int(number) if number.isdigit() else 0


TWICE = """
input = "32x32x3"
[block.inception]
"1x1"  = "conv 1x1 64"
"3x3"  = "conv 1x1 64 > conv 3x3 64"
"5x5"  = "conv 1x1 64 > conv 5x5 64"
"pool" = "maxpool 3x3 > conv 1x1 64"
[rows]
first  = "inception"
second = "inception"
linear = "flatten > dense 10 > softmax"
"""


@pytest.mark.slow
@pytest.mark.parametrize("modules", [1, 2])
def test_the_articles_network_in_keras_alone_agrees(modules: int, tmp_path: Path) -> None:
    table = tmp_path / "twice.toml"
    table.write_text(TWICE, encoding="utf-8")
    network = fc.load("cifar10-inception" if modules == 1 else str(table))
    by_hand, ours = articles_model(modules), network.to_keras()
    report = fc.analyze(network)
    assert by_hand.count_params() == report.total.cost.params
    kernels = [layer for layer in by_hand.layers if layer.weights]
    layers = [line for line in report.by("layer").lines if line.cost.multiplies]
    assert len(kernels) == len(layers) == 6 * modules + 1
    for layer, line in zip(sorted(kernels, key=written), layers, strict=True):
        path = line.layer or ""
        assert layer.output.shape[-1] == line.output[2]
        assert layer.kernel.shape == ours.get_layer(layer_name(path)).kernel.shape
        assert (
            lowered_flops({"": layer}, layer.input.shape[1:]) == 2 * line.cost.multiplies_unpadded
        )
        for mine, other in zip(
            ours.get_layer(layer_name(path)).weights, layer.weights, strict=True
        ):
            mine.assign(other)
    image = np.random.default_rng(0).standard_normal((2, 32, 32, 3), dtype=np.float32)
    np.testing.assert_allclose(ours(image), by_hand(image), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("path", ["3a/5x5/2", "C.1/3x3/2/1x3", "C.1/relu.2", "a./b.c"])
def test_a_layers_name_can_be_turned_back(path: str) -> None:
    name = layer_name(path)
    assert layer_path(name) == path
    assert not set(name) & {"/", "."}


@pytest.mark.slow
def test_to_keras_names_layers_and_gives_heads_on_request() -> None:
    network = fc.load("googlenet", input="112x112", classes=7)
    model = network.to_keras()
    assert model.get_layer("3a>5x5>2").kernel.shape == (5, 5, 16, 32)
    assert model.output_shape == (None, 7)
    assert model.count_params() == fc.analyze(network).total.cost.params
    with_heads = fc.load("googlenet", input="112x112", classes=7, aux=True).to_keras()
    assert with_heads.output_shape == [(None, 7)] * 3


@pytest.mark.slow
def test_to_keras_gives_weights_on_request() -> None:
    network = fc.parse("6x6x3 > conv 3x3 4 norm > lrn > maxpool 2x2 valid ceil")
    assert not np.any(network.to_keras().get_layer("spec>1").kernel)
    model = network.to_keras(weights="glorot_uniform")
    assert np.any(model.get_layer("spec>1").kernel)
    with pytest.raises(fc.FlopcountError, match="Keras has no initializer 'nonsense'"):
        network.to_keras(weights="nonsense")


@pytest.mark.slow
def test_a_models_copy_starts_as_keras_own_layers_do() -> None:
    model = fc.parse("6x6x3 > conv 3x3 4 norm > depthwise 3x3 > flatten > dense 2").to_keras()
    copy = keras.models.clone_model(model)
    assert np.any(copy.get_layer("spec>1").kernel)
    assert not np.any(copy.get_layer("spec>1").bias)
    assert np.all(np.asarray(copy.get_layer("spec>1>norm").gamma) == 1)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' own
def test_a_model_can_be_saved_and_read_in_another_process(tmp_path: Path) -> None:
    spec = "9x9x4 > conv 3x3/2 4 dilation=2 > lrn > maxpool 3x3/2 pad=1 ceil > avgpool to=2x2"
    model = fc.parse(spec).to_keras(weights="glorot_uniform")
    model.save(tmp_path / "model.keras")
    image = np.random.default_rng(0).standard_normal((1, 9, 9, 4), dtype=np.float32)
    np.save(tmp_path / "image.npy", image)
    np.save(tmp_path / "output.npy", np.asarray(model(image)))
    code = (
        "import keras, numpy as np; "
        "from flopcount.frameworks.keras.layers import register; register(); "
        "model = keras.saving.load_model('model.keras'); "
        "assert np.array_equal(model(np.load('image.npy')), np.load('output.npy'))"
    )
    home = str(Path(fc.__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": home}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spec", "settings", "params", "adds"),
    [
        # 3·3·4 on the channels, then 4·6 and 6; a bias at each of 9·8 positions of 6 channels
        ("3x3 6", {}, 3 * 3 * 4 + 4 * 6 + 6, 9 * 8 * 6),
        ("3x3 6 nobias", {"use_bias": False}, 3 * 3 * 4 + 4 * 6, 0),
        (
            "5x5/2 6 multiplier=2",
            {"kernel_size": 5, "strides": 2, "depth_multiplier": 2},
            5 * 5 * 4 * 2 + 4 * 2 * 6 + 6,
            5 * 4 * 6,
        ),
    ],
)
def test_a_separable_convolution_has_one_bias_as_in_keras(
    spec: str, settings: dict[str, Any], params: int, adds: int
) -> None:
    options = {"filters": 6, "kernel_size": 3, "padding": "same"} | settings
    theirs = keras.layers.SeparableConv2D(**options)
    theirs.build((None, 9, 8, 4))
    cost = fc.analyze(fc.parse(f"9x8x4 > separable {spec} linear")).total.cost
    assert cost.params == theirs.count_params() == params
    assert cost.elementwise.adds == adds


@pytest.mark.parametrize("layer", ["separable 3x3 6 norm relu6", "conv 3x3 6 norm relu6@separable"])
def test_a_separable_convolution_carries_norm_and_activation_once(layer: str) -> None:
    network = fc.load(f"9x8x4 > {layer}")
    spread, mix = (node.op.tail for node in network.nodes)
    assert spread == Tail(bias=False)
    assert mix == Tail(bias=True, norm="norm", activation="relu6")
    cost = fc.analyze(network).total.cost
    assert (cost.norm_params, cost.norm_stats, cost.biases) == (2 * 6, 2 * 6, 6)
    assert cost.elementwise.compares == 2 * 9 * 8 * 6
