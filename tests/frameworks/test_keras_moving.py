"""Resampling, shuffles, margins, splits and gates beside Keras: shapes, counts, values, faults."""

import json
import os
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import keras
import numpy as np
import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.core.graph import INPUT, Network, Node, Scope
from flopcount.core.ops.joining import Split
from flopcount.frameworks.copies import Copies
from flopcount.frameworks.keras import layers
from flopcount.frameworks.keras.check import check
from flopcount.frameworks.keras.model import to_keras
from flopcount.sizes.meets import Enlarged
from tests.frameworks.networks import agree, beside, differences

SAMPLES = {
    "6x9x12": (
        *("upsample 2", "upsample 3x1", "upsample 2x3 bilinear", "upsample to=7x19 bilinear"),
        *("upsample to=7x20", "pixelshuffle 2", "pixelshuffle 1x3", "pixelunshuffle 3"),
        *("shuffle groups=4", "pad 1", "pad before=0x2 after=1", "crop 1x2", "crop to=3x4"),
        *("crop before=1x0 after=2", "split [identity | conv 3x3 4 | maxpool 3x3]"),
        *("split (identity * sigmoid)", "(conv 1x1 in * conv 1x1 1 sigmoid * avgpool global)"),
        *("(identity * avgpool global > dense 3 > dense in sigmoid)", "glu", "reglu", "geglu"),
        *("(identity * relu * (identity + relu))", "swiglu"),
    ),
    "7x12": (
        *("upsample 2", "upsample 2 bilinear", "upsample to=9", "pixelshuffle 3", "crop 2"),
        *("pad before=3 after=0", "shuffle groups=6", "split [identity | conv 3 4]", "swiglu"),
    ),
    "2x3x4x8": (
        *("upsample 2", "upsample 1x2x1 bilinear", "pixelshuffle 2", "pixelunshuffle 2x1x2"),
        *("pad 1", "crop to=1x2x2", "crop before=1x0x0 after=0", "shuffle groups=2"),
    ),
    "1x1x12": ("upsample 2 bilinear", "pixelshuffle 2", "pad 1", "glu", "shuffle groups=3"),
}


@pytest.mark.slow
@pytest.mark.parametrize("size", SAMPLES)
def test_what_moves_numbers(size: str) -> None:
    assert agree(beside(size, SAMPLES[size])).total_differs == ()


@pytest.mark.slow
@pytest.mark.usefixtures("traced_only")
def test_sizes_of_real_networks() -> None:
    specs = ("upsample to=416x416 bilinear", "crop 19", "pad 99", "upsample 16", "pixelshuffle 8")
    agree(beside("40x40x64", specs))


# A gate's own products are elementwise: they are none of these multiplies.
MBCONV = (
    "56x56x24 > conv 1x1 144 nobias norm silu > depthwise 5x5/2 nobias norm silu > "
    "(identity * avgpool global > dense 6 silu > dense in sigmoid) > "
    "conv 1x1 40 nobias norm linear"
)
HALF = "14x14x48 > split [identity | conv 1x1 24 > depthwise 3x3 > conv 1x1 24]"


@pytest.mark.usefixtures("traced_only")
@pytest.mark.parametrize(
    ("spec", "multiplies", "params", "channels"),
    [(MBCONV, 18_177_984, 15_350, 40), (HALF, 268_128, 1_440, 48)],
)
def test_blocks(spec: str, multiplies: int, params: int, channels: int) -> None:
    result = agree(fc.parse(spec))
    totals = {total.name: total for total in result.totals if total.samples == 1}
    assert (totals["multiplies"].ours, totals["multiplies"].theirs) == (multiplies,) * 2
    assert (totals["params"].ours, totals["params"].theirs) == (params,) * 2
    assert result.layers[-1].output[-1] == channels


TINY_YOLO = """
input = "416x416x3"
[defaults]
conv = "nobias norm leaky"
[rows]
fine = "conv 3x3 16 > maxpool 2x2/2 > conv 3x3 32 > maxpool 2x2/2 > conv 3x3 64 > maxpool 2x2/2 > \
conv 3x3 128 > maxpool 2x2/2 > conv 3x3 256"
coarse = "maxpool 2x2/2 > conv 3x3 512 > maxpool 2x2 > conv 3x3 1024 > conv 1x1 256"
large = "conv 3x3 512 > conv 1x1 255 bias nonorm linear"
small = "from coarse > conv 1x1 128 > upsample 2 > [identity | from fine] > \
conv 3x3 256 > conv 1x1 255 bias nonorm linear"
"""


@pytest.mark.slow
@pytest.mark.usefixtures("traced_only")
@pytest.mark.parametrize("side", ["416", "608"])
def test_tiny_yolo(side: str, tmp_path: Any) -> None:
    table = tmp_path / "tiny.toml"
    table.write_text(TINY_YOLO, encoding="utf-8")
    result = agree(fc.load(str(table), input=f"{side}x{side}"))
    totals = {total.name: total.theirs for total in result.totals if total.samples == 1}
    multiplies = {"416": 2_782_480_896, "608": 5_943_642_624}
    assert (totals["multiplies"], totals["params"]) == (multiplies[side], 8_852_366)


# -- several outputs


@pytest.mark.slow
def test_each_output_of_a_split_goes_where_it_is_read() -> None:
    nodes = (
        Node("halves", Split(2), (INPUT,), (Scope("a"),)),
        Node("first", Split(2), ("halves",), (Scope("a"),)),
    )  # the other half is read by none, and so is all that the second puts out
    network = Network("by hand", nodes, {INPUT: (2, 2, 8)}, "first")
    agree(network)
    model = to_keras(network)
    assert [tuple(end.shape) for end in model.outputs] == [(None, 2, 2, n) for n in (2, 4, 2)]
    image = np.arange(32, dtype=np.float32).reshape(1, 2, 2, 8)
    first, half, second = model(image)
    np.testing.assert_array_equal(first, image[..., :2])
    np.testing.assert_array_equal(half, image[..., 4:])
    np.testing.assert_array_equal(second, image[..., 2:4])


@pytest.mark.usefixtures("traced_only")
def test_a_split_is_read_where_it_lies() -> None:
    (layer,) = agree(fc.parse("4x4x8 > split [identity | identity]")).layers[:1]
    assert layer.row.count("activations") == layer.theirs["activations"] == 0


@pytest.mark.usefixtures("traced_only")
@pytest.mark.parametrize(
    ("parts", "said"), [(3, "outputs 2, Keras 3"), (2, "output 4×4×6, Keras 4×4×1")]
)
def test_a_split_in_other_parts_is_found(
    parts: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = keras.ops.split

    def other(x: Any, _: int, axis: int) -> Any:
        return right(x, [1, 2] if parts == 3 else [1], axis=axis)

    monkeypatch.setattr(keras.ops, "split", other)
    found = check(fc.parse("4x4x12 > split [identity | sigmoid] > relu"))
    assert said in found.differing[0].differs[0]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' own
def test_models_of_our_own_layers_can_be_saved(tmp_path: Any) -> None:
    spec = (
        "9x9x4 > transposed 3x3/2 8 groups=2 > split [identity | relu] > upsample to=30x31 > "
        "upsample 2 bilinear > swiglu > norm=rms:stats > norm=rms > crop to=8 > prelu"
    )
    model = fc.parse(spec).to_keras(weights="glorot_uniform")
    model.save(tmp_path / "model.keras")
    layers.register()
    again = keras.saving.load_model(tmp_path / "model.keras")
    image = np.random.default_rng(0).standard_normal((1, 9, 9, 4), dtype=np.float32)
    np.testing.assert_array_equal(model(image), again(image))


# -- broken on purpose


class Nearest(keras.layers.UpSampling2D):  # type: ignore[misc]
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"interpolation": "nearest"})


class OtherFactor(keras.layers.UpSampling2D):  # type: ignore[misc]
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"size": (2, 3)})


class OtherCrop(keras.layers.Cropping2D):  # type: ignore[misc]
    def __init__(self, cropping: Any, **settings: Any) -> None:
        super().__init__([pair[::-1] for pair in cropping], **settings)


class OtherPad(keras.layers.ZeroPadding2D):  # type: ignore[misc]
    def __init__(self, padding: Any, **settings: Any) -> None:
        super().__init__([pair[::-1] for pair in padding], **settings)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "broken", "layer", "said"),
    [
        ("UpSampling2D", Nearest, "upsample 2 bilinear", "values of a small copy (upsample 2 bi"),
        ("UpSampling2D", OtherFactor, "upsample 2", "output 12×12×6, Keras 12×18×6"),
        ("Cropping2D", OtherCrop, "crop to=3", "values of a small copy (crop to=2x3"),
        ("ZeroPadding2D", OtherPad, "pad before=1 after=0", "values of a small copy (pad before=1"),
        ("Multiply", keras.layers.Add, "(identity * sigmoid)", "values of a small copy (multiply"),
    ],
)
def test_a_broken_keras_layer_is_found(
    name: str, broken: Any, layer: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keras.layers, name, broken)
    found = differences(check(fc.parse(f"6x6x6 > {layer}")))
    assert len(found) == 1
    assert said in next(iter(found.values()))[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("layer", "said"),
    [
        ("upsample to=9x11 bilinear", "values of a small copy (upsample to=5x6 bilinear"),
        ("upsample to=9x11", "values of a small copy (upsample to=5x6"),
        ("swiglu", "values of a small copy (swiglu"),
    ],
)
def test_a_broken_layer_of_our_own_is_found(
    layer: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    resize, split, take = keras.ops.image.resize, keras.ops.split, keras.ops.take
    monkeypatch.setattr(keras.ops.image, "resize", lambda x, size, **_: resize(x, size, "bicubic"))
    monkeypatch.setattr(keras.ops, "split", lambda *given, **s: split(*given, **s)[::-1])
    monkeypatch.setattr(keras.ops, "take", lambda x, at, axis: take(x, at[::-1], axis=axis))
    found = differences(check(fc.parse(f"6x6x6 > relu > {layer}")))
    assert list(found) == ["spec/2"]
    assert said in found["spec/2"][0]


def test_a_broken_meet_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Enlarged, "lands", lambda *_: 0)
    found = differences(check(fc.parse("4x4x2 > relu > upsample 2")))
    assert list(found) == ["spec/2"]
    assert "values of a small copy (upsample 2 on 2×3×2)" in found["spec/2"][0]


def test_small_copies_are_small() -> None:
    specs = ("upsample to=999x999", "upsample 99 bilinear", "crop 333", "crop to=2", "pad 500")
    copies = Copies()
    for spec in specs:
        (row,) = fc.parse(f"800x800x64 > {spec}").rows
        copy = copies.of(row)
        assert copy is not None
        assert copy.ran.elements <= 2 * 9 * 12


@pytest.mark.slow
def test_branches_that_read_a_part_are_timed(capsys: pytest.CaptureFixture[str]) -> None:
    spec = "6x6x8 > split [a: conv 1x1 4 reduce > conv 3x3 4 | b: conv 1x1 4] > split [relu | relu]"
    assert main(["check", spec, "--time", "--format", "json"]) == 0
    timed = json.loads(capsys.readouterr().out)["time"]
    assert [line["branch"] for line in timed][:2] == ["a", "b"]
    # 6²·4·4 of b; as built 6²·(4·4 + 3²·4·4) of a
    assert [line["built"]["multiplies"] for line in timed][:2] == [5_760, 576]
    assert timed[-1]["built"]["multiplies"] == 5_760 + 576
