"""Networks of keras.applications, read back: their layers, and their totals.

Keras runs in a process of its own, this file as a script, so that neither its backend nor its
patched initializers leak into other tests. What it has is read off its layers' tensors and output
shapes, and the multiplies are a sum over them.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.facts import layers as canonical
from tests.facts.implementations import Layer, Layers

Fact = Mapping[str, Any]
_KERNELS = ("kernel", "depthwise_kernel", "pointwise_kernel")  # two of a separable one
_NORMS = {
    "BatchNormalization": "batch",
    "LayerNormalization": "layer",
    "GroupNormalization": "group",
}
# What Keras has, and no layer of a network is: how an image is brought to mean 0 before it.
_PREPARES = {"Normalization"}


def counted(facts: Sequence[Fact]) -> list[tuple[Layers, dict[str, int]]]:
    """The layers and totals of some networks, which are built in one process."""
    wanted = [{key: fact.get(key) for key in ("public", "input", "options")} for fact in facts]
    environment = {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [sys.executable, __file__, json.dumps(wanted)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [
        (Counter({Layer(*layer): times for layer, times in layers}), totals)
        for layers, totals in json.loads(done.stdout.splitlines()[-1])
    ]


# In the process of its own


def build(fact: Fact) -> Any:
    """The network with zeros for weights, which takes a tenth of the time."""
    import keras

    def zeros(_self: object, shape: tuple[int, ...], dtype: str | None = None, **_: object) -> Any:
        return keras.ops.zeros(shape, dtype)

    for initializer in (
        keras.initializers.VarianceScaling,
        keras.initializers.TruncatedNormal,
        keras.initializers.RandomNormal,
    ):
        initializer.__call__ = zeros
    make = getattr(keras.applications, fact["public"].removeprefix("keras:"))
    size = tuple(map(int, fact["input"].split("x")))
    return make(weights=None, input_shape=size, **(fact["options"] or {}))


def read(model: Any) -> tuple[Layers, dict[str, int]]:
    """Its layers and totals. Fails where a weight is in none of the layers."""
    layers: Layers = Counter()
    totals = dict.fromkeys(("multiplies", "weights", "biases", "norm_params", "norm_stats"), 0)
    prepares = 0
    for layer in model._flatten_layers(include_self=False, recursive=True):  # noqa: SLF001
        kind = type(layer).__name__
        if kind in _PREPARES:
            prepares += sum(prod(weight.shape) for weight in layer.weights)
            continue
        own = {weight.name: tuple(weight.shape) for weight in layer._trainable_variables}  # noqa: SLF001
        own |= {weight.name: tuple(weight.shape) for weight in layer._non_trainable_variables}  # noqa: SLF001
        found = [*_layers(layer, kind, own)]
        assert found or not own, f"{layer.name}, a {kind}, has {own}, which no rule knows"
        layers.update(found)
        for one in found:
            for name in ("weights", "biases", "norm_params", "norm_stats"):
                totals[name] += getattr(one, name)
            totals["multiplies"] += _multiplies(one)
    held = sum(totals[name] for name in totals if name != "multiplies")
    assert held + prepares == model.count_params()
    return layers, totals


def _multiplies(layer: Layer) -> int:
    """Each weight as often as there are outputs, of a transposed convolution inputs."""
    if layer.kernel == "-" or not layer.weights:  # norms, lookups; pools
        return 0
    assert layer.kind in ("dense", "conv", "transposed"), layer
    places = layer.grid if layer.kind == "transposed" else layer.output
    return layer.weights * prod(map(int, places.split("x")))


def _layers(layer: Any, kind: str, own: Mapping[str, tuple[int, ...]]) -> list[Layer]:
    """A layer of Keras in the canonical form; nothing where no rule knows it."""
    if kind.endswith(("Pooling1D", "Pooling2D")):
        return _pool(layer, kind)
    if not own:
        return []
    x, y = _before(layer), tuple(layer.output.shape[1:])
    if kind in _NORMS:
        sizes = {name: prod(shape) for name, shape in own.items()}
        trained = sizes.pop("gamma", 0) + sizes.pop("beta", 0)
        groups = layer.groups if kind == "GroupNormalization" else 1
        numbers = (trained, sum(sizes.values()))
        return [canonical.norm(_NORMS[kind], prod(y[:-1]), y[-1], numbers, groups)]
    if kind == "LayerScale":
        return [canonical.factors(prod(y[:-1]), y[-1])]
    if kind == "Dense":
        biases = prod(own.get("bias", (0,)))
        return [canonical.dense(prod(x[:-1]), x[-1], y[-1], biases)]
    return _convolution(layer, kind, own) if "Conv" in kind else []


def _convolution(layer: Any, kind: str, own: Mapping[str, tuple[int, ...]]) -> list[Layer]:
    """A convolution, or the two of a separable one."""
    x, y = _before(layer), tuple(layer.output.shape[1:])
    biases = prod(own.get("bias", (0,)))
    kernels = [own[name] for name in _KERNELS if name in own]
    strides, dilation, groups = layer.strides, layer.dilation_rate, getattr(layer, "groups", 1)
    if not kind.startswith(("Depthwise", "Separable")):
        way = "transposed" if "Transpose" in kind else "conv"
        (kernel,) = kernels
        return [
            canonical.convolution(
                way, kernel[:-2], strides, dilation, groups, (x[-1], y[-1]), (x[:-1], y[:-1]),
                (prod(kernel), biases),
            )
        ]  # fmt: skip
    spread, *mix = kernels
    middle = x[-1] * spread[-1]
    last = (0, biases)[not mix]
    both = [
        canonical.convolution(
            "conv", spread[:-2], strides, dilation, x[-1], (x[-1], middle), (x[:-1], y[:-1]),
            (prod(spread), last),
        )
    ]  # fmt: skip
    return [*both, *(canonical.dense(prod(y[:-1]), middle, y[-1], biases) for _ in mix)]


def _pool(layer: Any, kind: str) -> list[Layer]:
    x, y = _before(layer), tuple(layer.output.shape[1:])
    way = "max" if "Max" in kind else "avg"
    if kind.startswith("Global"):
        grids = (x[:-1], [1] * len(x[:-1]))
        window: tuple[Sequence[int], ...] = ()
    else:
        grids, window = (x[:-1], y[:-1]), (layer.pool_size, layer.strides)
    one = canonical.pool(way, window, x[-1], grids)
    return [one] if one else []


def _before(layer: Any) -> tuple[int, ...]:
    """The shape of what a layer reads, before zeros were put around it."""
    by = layer.input._keras_history.operation  # noqa: SLF001
    padded = type(by).__name__.startswith("ZeroPadding")
    return tuple((by.input if padded else layer.input).shape[1:])


if __name__ == "__main__":
    results = []
    for wanted in json.loads(sys.argv[1]):
        layers, totals = read(build(wanted))
        results.append([[*layers.items()], totals])
    sys.stdout.write(json.dumps(results) + "\n")
