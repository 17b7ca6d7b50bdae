"""The tables against networks that we did not write: Keras builds them, its tensors are read back.

`keras.applications`' InceptionV3 and InceptionResNetV2, and the article's model typed out in Keras,
under the JAX backend. Keras runs in one process of its own (this file, as a script), so that
neither its backend nor its patched initializers leak into other tests.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.core.counts import Counts
from flopcount.core.graph import Row, walk
from flopcount.core.ops.convolution import Conv
from flopcount.core.ops.dense import Dense

# What a layer is, as Keras' tensors and shapes have it: kernel's shape, strides, groups, grid in
# and out; then bias, β, γ, moving mean and variance as they exist.
Layers = Counter[tuple[Any, ...]]


# In the process of its own


def build() -> dict[str, Any]:
    """Build the networks with zeros for weights, which takes a tenth of the time; walk them."""
    import keras

    def zeros(_self: object, shape: tuple[int, ...], dtype: str | None = None, **_: object) -> Any:
        return keras.ops.zeros(shape, dtype)

    keras.initializers.GlorotUniform.__call__ = zeros
    applications = keras.applications
    found = {}
    for name, make, size in (
        ("inception-v3", applications.InceptionV3, 299),
        ("inception-v3 at 75", applications.InceptionV3, 75),
        ("inception-resnet-v2", applications.InceptionResNetV2, 299),
    ):
        found[name] = walked(make(weights=None, input_shape=(size, size, 3)))
        keras.backend.clear_session()
    found["cifar10-inception"] = walked(article(keras))
    return found


def article(keras: Any) -> Any:
    """Build the article's model: one module with 64 filters everywhere, Flatten, Dense 10."""
    layers = keras.layers

    def conv(size: int, x: Any) -> Any:
        return layers.Conv2D(64, (size, size), padding="same", activation="relu")(x)

    image = layers.Input((32, 32, 3))
    pool = layers.MaxPooling2D((3, 3), strides=(1, 1), padding="same")(image)
    branches = [conv(1, image), conv(3, conv(1, image)), conv(5, conv(1, image)), conv(1, pool)]
    joined = layers.Concatenate(axis=3)(branches)
    output = layers.Dense(10, activation="softmax")(layers.Flatten()(joined))
    return keras.Model(image, output)


def walked(model: Any) -> dict[str, Any]:
    """Read each convolution and dense layer from its tensors, the batch norm on it included."""
    norms = {
        layer.input.name: layer
        for layer in model.layers
        if type(layer).__name__ == "BatchNormalization"
    }
    rows = []
    for layer in model.layers:
        if type(layer).__name__ not in {"Conv2D", "Dense"}:
            assert not layer.weights or layer in norms.values(), f"{layer.name}: not understood"
            continue
        norm = norms.get(layer.output.name)
        tensors = {w.name: list(w.shape) for w in (*layer.weights, *(norm.weights if norm else ()))}
        rows.append({
            "kernel": tensors.pop("kernel"),
            "strides": list(getattr(layer, "strides", (1, 1))),
            "groups": getattr(layer, "groups", 1),
            "input": list(layer.input.shape[1:]),
            "output": list(layer.output.shape[1:]),
            "others": {name: size for name, (size,) in tensors.items()},
        })  # fmt: skip
    return {
        "layers": rows,
        "params": model.count_params(),
        "trained": sum(int(w.value.size) for w in model.trainable_weights),
    }


# In the tests


@pytest.fixture(scope="module")
def keras_models() -> dict[str, Any]:
    environment = {
        **os.environ,
        "KERAS_BACKEND": "jax",
        "JAX_PLATFORMS": "cpu",
        "CUDA_VISIBLE_DEVICES": "",
    }
    done = subprocess.run(
        [sys.executable, str(Path(__file__))],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def theirs(model: dict[str, Any]) -> Layers:
    found: Layers = Counter()
    for layer in model["layers"]:
        *kernel, channels, width = layer["kernel"]
        grid, output = layer["input"][:-1] or [1, 1], layer["output"][:-1] or [1, 1]
        shape = (tuple(kernel or [1, 1]), tuple(layer["strides"]), layer["groups"], channels, width)
        others = tuple(sorted(layer["others"].items()))
        found[*shape, tuple(grid), tuple(output), others] += 1
    return found


def ours(network: fc.Network) -> Layers:
    return Counter(layer for row in walk(network) if (layer := as_keras(row)))


def as_keras(row: Row) -> tuple[Any, ...] | None:
    """Our row as Keras' tensors have it, from its own counts; None where Keras has no kernel."""
    op, x, y, cost = row.node.op, row.inputs[0], row.output, Counts([row])
    assert op.word != "depthwise", "none of these networks has one"
    if not isinstance(op, Conv | Dense):
        assert not cost.params, f"{row.node.path}: not compared"
        return None
    named = {"bias": cost.biases, "moving_mean": cost.norm_stats // 2}
    named |= {"moving_variance": cost.norm_stats // 2, "beta": min(cost.norm_params, y[2])}
    named |= {"gamma": max(cost.norm_params - y[2], 0)}
    others = tuple(sorted((name, size) for name, size in named.items() if size))
    if isinstance(op, Dense):
        return ((1, 1), (1, 1), 1, x[0] * x[1] * x[2], y[2], (1, 1), (1, 1), others)
    window = op.window
    assert cost.weights == window.kernel[0] * window.kernel[1] * x[2] // op.groups * y[2]
    return (
        window.kernel, window.stride, op.groups, x[2] // op.groups, y[2], x[:2], y[:2], others
    )  # fmt: skip


def difference(network: fc.Network, model: dict[str, Any]) -> str:
    here, there = ours(network), theirs(model)
    sides = (("ours", here - there), ("Keras'", there - here))
    return "\n".join(
        f"only {who}: {times} × kernel {kernel}, strides {strides}, groups {groups}, "
        f"{channels} → {width} channels, {grid} → {output}, {dict(others)}"
        for who, found in sides
        for (kernel, strides, groups, channels, width, grid, output, others), times in found.items()
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "reference", "size", "layers"),
    [
        ("inception-v3", "inception-v3", None, 95),
        ("inception-v3 at 75", "inception-v3", "75x75", 95),
        ("inception-resnet-v2", "inception-resnet-v2", None, 245),
        ("cifar10-inception", "cifar10-inception", None, 7),
    ],
)
def test_every_tensor_of_keras(
    keras_models: dict[str, Any], name: str, reference: str, size: str | None, layers: int
) -> None:
    network, model = fc.load(reference, input=size), keras_models[name]
    assert difference(network, model) == ""
    assert ours(network).total() == layers
    cost = fc.analyze(network).total.cost
    assert model["trained"] == cost.params
    assert model["params"] == cost.params_with_stats == cost.params + cost.norm_stats


@pytest.mark.slow
def test_the_totals_are_those_that_keras_prints(keras_models: dict[str, Any]) -> None:
    params = {name: model["params"] for name, model in keras_models.items()}
    assert params == {
        "inception-v3": 23_851_784,
        "inception-v3 at 75": 23_851_784,
        "inception-resnet-v2": 55_873_736,
        "cifar10-inception": 2_761_866,
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        # 63 for 64 in one projection, and in all that read the concatenation
        (
            {"set": {"5c.proj": 63}},
            (
                "only ours: 1 × kernel (1, 1), strides (1, 1), groups 1, 256 → 63 channels, "
                "(35, 35) → (35, 35), {'beta': 63, 'moving_mean': 63, 'moving_variance': 63}"
            ),
        ),
        ({"classes": 1001}, "2048 → 1001 channels, (1, 1) → (1, 1), {'bias': 1001}"),
        ({"input": "300x299"}, "3 → 32 channels, (300, 299) → (149, 149)"),
        ({"aux": True}, "only ours: 1 × kernel (5, 5), strides (1, 1), groups 1, 128 → 768"),
    ],
)
def test_a_wrong_network_is_found(
    keras_models: dict[str, Any], changed: dict[str, Any], says: str
) -> None:
    assert says in difference(fc.load("inception-v3", **changed), keras_models["inception-v3"])


@pytest.mark.slow
def test_gamma_is_found(keras_models: dict[str, Any]) -> None:
    found = difference(fc.load("inception-v3@torchvision"), keras_models["inception-v3"])
    assert "only ours: 1 × kernel (3, 3), strides (2, 2), groups 1, 3 → 32 channels, " in found
    assert "'gamma': 32" in found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(build()) + "\n")
