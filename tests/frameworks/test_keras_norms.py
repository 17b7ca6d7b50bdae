"""Norms of a sample and slopes that train, beside Keras: variables, counts, values, faults."""

import os
from itertools import product
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import keras
import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.core.graph import INPUT, Network, Node, Scope
from flopcount.core.ops import norm
from flopcount.core.ops.norm import NORMS, Norm
from flopcount.frameworks.copies import Copies
from flopcount.frameworks.keras import parts as keras_parts
from flopcount.frameworks.keras.check import check
from tests.frameworks.networks import agree, beside, differences

WHICH = ("", *(f":{which}" for which in NORMS if which != "norm"))
KINDS = [
    *(f"{over}{which}" for over, which in product(("layer", "group:3", "instance"), WHICH)),
    *("rms", "rms:scale", "rms:stats"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    "size",
    ["5x4x6", "1x1x6", "5x6", "2x3x2x6"],
)
def test_norms_of_a_sample(size: str) -> None:
    kinds = KINDS if size == "5x4x6" else KINDS[::4]
    result = agree(beside(size, [f"norm={kind}" for kind in kinds]))
    for kind, layer in zip(kinds, result.layers, strict=True):
        of = [name for name in ("gamma", "beta") if name in layer.variables]
        shifted = not kind.startswith("rms") and ":scale" not in kind and ":stats" not in kind
        scaled = ":shift" not in kind and ":stats" not in kind
        assert of == ["gamma"] * scaled + ["beta"] * shifted
        assert layer.theirs["norm_stats"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["group:2:scale", "layer", "instance:stats", "rms"])
def test_norms_that_ride_on_a_kernel(kind: str) -> None:
    layers = ("conv 3x3 6 {}", "depthwise 3x3/2 valid {}", "transposed 3x3/2 4 pad=1 {} prelu")
    agree(beside("7x6x4", [layer.format(f"norm={kind}") for layer in layers]))
    agree(beside("1x1x60", [f"dense 6 norm={kind} prelu"]))


@pytest.mark.slow
@pytest.mark.usefixtures("traced_only")
def test_sizes_of_real_networks() -> None:
    kinds = ("group:32", "instance", "layer", "rms")
    specs = [f"conv 3x3/2 256 norm={kind}" for kind in kinds]
    agree(beside("56x56x64", [*specs, "norm=group:32", "norm=instance", "softmax"]))


@pytest.mark.usefixtures("traced_only")
def test_slopes_are_weights_and_have_a_column(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "5x4x6 > conv 1x1 3 prelu > prelu", "--format", "csv"]) == 0
    head, first, second, total = capsys.readouterr().out.splitlines()
    assert head.split(",")[2:5] == ["kernel", "alpha", "bias"]
    assert first.split(",")[2:5] == ["18", "3", "3"]
    assert second.split(",")[2:5] == ["", "3", ""]
    assert total.split(",")[2:5] == ["18", "6", "3"]
    assert main(["check", "5x4x6 > conv 1x1 3 relu", "--format", "csv"]) == 0
    assert "alpha" not in capsys.readouterr().out


@pytest.mark.usefixtures("traced_only")
def test_a_norm_of_a_sample_is_shared_whole() -> None:
    weights = {"G": "g", "S": "s"}
    nodes = tuple(
        Node(path, Norm("layer"), (read,), (Scope("a"),), weights=weights)
        for path, read in (("first", INPUT), ("again", "first"))
    )
    result = agree(Network("by hand", nodes, {INPUT: (4, 3)}, "again"))
    assert [layer.theirs["norm_params"] for layer in result.layers] == [6, 0]


# -- what a layer takes for each element, and for each mean


@pytest.mark.parametrize("spec", ["norm=group:32", "norm=instance", "conv 3x3 64 norm=group:32"])
def test_copies_of_norms_are_small(spec: str) -> None:
    (row,) = fc.parse(f"112x112x64 > {spec}").rows
    copy = Copies().of(row)
    assert copy is not None
    assert copy.also is not None
    assert copy.ran.elements <= 100
    elements, means = 112 * 112 * 64, 64 if "instance" in spec else 32
    for name in ("adds", "multiplies", "divides", "exponentials"):
        count = f"elementwise.{name}"
        assert copy.taken(count, elements, means) == row.count(count)


# -- broken on purpose


class OtherGroups(keras.layers.GroupNormalization):  # type: ignore[misc]
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"groups": 1})


class OtherAxis(keras.layers.LayerNormalization):  # type: ignore[misc]
    def __init__(self, **settings: Any) -> None:
        super().__init__(axis=1, **settings)


class AllAxes(keras.layers.LayerNormalization):  # type: ignore[misc]
    """Over the whole sample, with a γ and a β for each channel."""

    def call(self, x: Any) -> Any:
        mean, variance = keras.ops.moments(x, axes=(1, 2, 3), keepdims=True)
        return (x - mean) * keras.ops.rsqrt(variance + self.epsilon) * self.gamma + self.beta


class OwnSlopes(keras.layers.PReLU):  # type: ignore[misc]
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"shared_axes": None})


class Untrained(keras.layers.PReLU):  # type: ignore[misc]
    def build(self, shape: Any) -> None:
        super().build(shape)
        self.alpha.trainable = False


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "broken", "layer", "said"),
    [
        ("GroupNormalization", OtherGroups, "norm=group:2", "elementwise divides 6, by its small"),
        ("GroupNormalization", OtherGroups, "norm=group:2", "values of a small copy (norm=group:2"),
        ("GroupNormalization", OtherGroups, "norm=instance", "values of a small copy (norm=instan"),
        ("LayerNormalization", OtherAxis, "norm=layer", "norm params 12, Keras 8"),
        ("LayerNormalization", AllAxes, "norm=layer", "values of a small copy (norm=layer"),
        ("LayerNormalization", keras.layers.BatchNormalization, "norm=layer", "norm stats 0, Ke"),
        ("PReLU", OwnSlopes, "prelu", "weights 6, Keras 120"),
        ("PReLU", Untrained, "prelu", "params 6, Keras' trainable variables 0"),
    ],
)
def test_a_broken_keras_layer_is_found(
    name: str, broken: Any, layer: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keras.layers, name, broken)
    found = differences(check(fc.parse(f"4x5x6 > relu > {layer}")))
    assert list(found) == ["spec/2"]
    assert any(said in text for text in found["spec/2"])


@pytest.mark.usefixtures("traced_only")
def test_gamma_in_the_place_of_beta_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = keras_parts.RowLayers.norm

    def swapped(self: Any, x: Any, kind: str, part: str = "") -> Any:
        return right(self, x, kind.replace("shift", "scale"), part)

    monkeypatch.setattr(keras_parts.RowLayers, "norm", swapped)
    found = differences(check(fc.parse("4x5x6 > norm=group:2:scale > norm=group:2:shift")))
    assert list(found) == ["spec/2"]
    assert "gamma 0, Keras 6" in found["spec/2"]


@pytest.mark.slow
@pytest.mark.usefixtures("fresh_tails")
@pytest.mark.parametrize(
    ("over", "axes"),
    [
        ("group", ("s* g c", "g", "g c", "s c")),
        ("instance", ("s* k", "k", "k", "s")),
    ],
)
def test_a_norm_that_is_worked_out_otherwise_is_found(
    over: str, axes: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert norm._AXES[over] == axes
    other = {
        "group": ("s* g c", "g c", "g c", "s"),
        "instance": ("s* k", "s*", "k", "k"),
    }
    monkeypatch.setitem(norm._AXES, over, other[over])
    kind = "group:2" if over == "group" else over
    found = differences(check(fc.parse(f"4x5x6 > relu > norm={kind}")))
    assert list(found) == ["spec/2"]
    assert any("values of a small copy (norm=" in text for text in found["spec/2"])
