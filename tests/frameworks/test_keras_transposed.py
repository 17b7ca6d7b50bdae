"""Transposed convolutions beside Keras and XLA: shapes, variables, multiplies, values, faults."""

import os
from dataclasses import replace
from itertools import product
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import keras
import pytest

import flopcount as fc
from flopcount.core.graph import INPUT, Network, Node, Scope
from flopcount.core.ops.transposed import Transposed
from flopcount.frameworks.keras import build as keras_build
from flopcount.frameworks.keras import transposed as keras_transposed
from flopcount.frameworks.keras.check import check
from flopcount.sizes import Window
from flopcount.sizes.meets import Slide
from tests.frameworks.networks import agree, beside, differences

SAMPLES = {
    "3x4x4": (
        *("transposed 3x3 2", "transposed 4x3/2x3 4 pad=1 groups=2 norm prelu"),
        *("transposed 3x3/2 4 same nobias", "transposed 1x2/3 4 same"),
        *("transposed 3x3/2 4 dilation=3 outpad=2 pad=2 groups=4",),
    ),
    "5x4": ("transposed 3/2 4 pad=1 outpad=1", "transposed 1/3 4 valid"),
    "2x3x2x4": ("transposed 2x3x2/2x1x2 4 same groups=2",),
}


@pytest.mark.slow
@pytest.mark.usefixtures("traced_only")
@pytest.mark.parametrize("kernel", ["3x3", "1x1", "2x3", "4x5"])
def test_transposed_convolutions(kernel: str) -> None:
    specs = [
        f"transposed {kernel}/{stride} 8 {padding} {more}"
        for stride, padding, more in product(
            ("1x1", "2x2", "3x2"),
            ("same", "valid", *(("pad=1", "pad=0x1") if kernel in ("3x3", "4x5") else ())),
            ("", "groups=4 nobias", "dilation=2 norm relu", "dilation=2x3 groups=2"),
        )
    ]
    specs += [f"{spec} outpad=1x0" for spec in specs if "/1" not in spec and "same" not in spec]
    assert agree(beside("4x5x4", specs)).counted("exact") == len(specs)


@pytest.mark.slow
@pytest.mark.parametrize("size", SAMPLES)
def test_transposed_convolutions_that_run(size: str) -> None:
    assert agree(beside(size, SAMPLES[size])).counted("exact") == len(SAMPLES[size])


@pytest.mark.usefixtures("traced_only")
@pytest.mark.parametrize(
    ("spec", "output", "multiplies", "params"),
    [
        ("1x1x32 > transposed 3x3 1", (3, 3, 1), 288, 289),
        ("2x2x3 > transposed 2x2/2 1", (4, 4, 1), 48, 13),
        ("8x8x4 > transposed 4x4/2 6 pad=1", (16, 16, 6), 24_576, 390),
        ("8x8x4 > transposed 3x3/2 4 pad=1 outpad=1 groups=4", (16, 16, 4), 2_304, 40),
        ("28x28x1024 > transposed 2x2/2 512", (56, 56, 512), 1_644_167_168, 2_097_664),
    ],
)
def test_figures(spec: str, output: tuple[int, ...], multiplies: int, params: int) -> None:
    (layer,) = agree(fc.parse(spec)).layers
    assert layer.output == output
    assert (layer.row.count("multiplies"), layer.theirs["multiplies"]) == (multiplies,) * 2
    assert (layer.row.count("params"), layer.theirs["params"]) == (params,) * 2


@pytest.mark.usefixtures("traced_only")
def test_cropped_taps_are_those_that_xla_leaves_out() -> None:
    (layer,) = agree(fc.parse("8x8x4 > transposed 4x4/2 6 pad=1")).layers
    # of 4·8 taps an axis the first and the last fall on what is cropped
    assert layer.flops == 2 * (4 * 8 - 2) ** 2 * 4 * 6 < 2 * 24_576


def test_more_axes_than_keras_has_are_one_line() -> None:
    node = Node("up", Transposed(Window((2, 2, 2, 2)), 4), (INPUT,), (Scope("a"),))
    with pytest.raises(fc.FlopcountError, match="Keras has no ConvTranspose for a grid of 4 axes"):
        check(Network("by hand", (node,), {INPUT: (2, 2, 2, 2, 3)}, "up"))


# -- broken on purpose


class OtherStride(keras.layers.Conv2DTranspose):  # type: ignore[misc]
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"strides": (1, 2)})


class OtherPadding(keras.layers.Conv2DTranspose):  # type: ignore[misc]
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"output_padding": None, "padding": "same"})


class WithoutBias(keras.layers.Conv2DTranspose):  # type: ignore[misc]
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"use_bias": False})


class OtherCrop(keras.layers.Cropping2D):  # type: ignore[misc]
    def __init__(self, cropping: Any, **settings: Any) -> None:
        before, after = cropping[0]
        super().__init__(((before + after, 0), *cropping[1:]), **settings)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "broken", "said"),
    [
        ("Conv2DTranspose", OtherStride, "output 9×9×6, Keras 6×9×6"),
        ("Conv2DTranspose", OtherPadding, "output 9×9×6, Keras 6×6×6"),
        ("Conv2DTranspose", WithoutBias, "biases 6, Keras 0"),
        ("Cropping2D", OtherCrop, "values of a small copy (transposed 5x5/2 2"),
    ],
)
def test_a_broken_keras_layer_is_found(
    name: str, broken: Any, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keras.layers, name, broken)
    (layer,) = check(fc.parse("4x4x4 > relu > transposed 5x5/2 6 pad=1")).differing
    assert layer.row.node.path == "spec/2"
    assert any(said in text for text in layer.differs)


@pytest.mark.slow
def test_a_kernel_that_is_turned_round_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = keras.ops.conv_transpose

    def turned(x: Any, kernel: Any, **settings: Any) -> Any:
        return right(x, keras.ops.flip(kernel, axis=0), **settings)

    monkeypatch.setattr(keras.ops, "conv_transpose", turned)
    (layer,) = check(fc.parse("4x4x4 > relu > transposed 3x3/2 6 groups=2")).differing
    assert "values of a small copy (transposed 3x3/2 4" in layer.differs[0]


@pytest.mark.usefixtures("traced_only")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"groups": 1}, "weights 36, Keras 144"),
        ({"groups": 2}, "multiplies 576, Keras' kernel at each position 1,152"),
        ({"outpad": ()}, "output 8×8×4, Keras 7×7×4"),
        ({"window": Window((3, 3), (2, 2), padding=(0, 1))}, "output 8×8×4, Keras 10×8×4"),
    ],
)
def test_another_setting_is_found(
    changed: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = keras_transposed.call
    calls = keras_build._CALLS
    monkeypatch.setitem(calls, Transposed, lambda at, op, x: right(at, replace(op, **changed), x))
    spec = "4x4x4 > transposed 3x3/2 4 pad=1 outpad=1 groups=4 nobias"
    (layer,) = check(fc.parse(spec)).differing
    assert any(said in text for text in layer.differs)


@pytest.mark.usefixtures("traced_only")
def test_a_broken_count_of_cropped_taps_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Slide, "inside", Slide.full)
    found = differences(check(fc.parse("8x8x4 > transposed 4x4/2 6 pad=1 > relu")))
    assert list(found) == ["spec/1"]
    # 2 · (4·8)²·4·6 = 49,152; without the cropped taps 2 · (4·8 − 2)²·4·6 = 43,200
    assert "2 × unpadded multiplies 49,152, XLA 43,200" in found["spec/1"]
