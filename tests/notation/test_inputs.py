"""The size of the input: its form, its order, and what an option changes of it."""

import re
from pathlib import Path

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.notation.inputs import InputSize, in_order, input_of, read_input, read_size
from tests.notation.one_line import one_line


@pytest.mark.parametrize(
    ("text", "axes"),
    [
        ("224x224x3", (224, 224, 3)),
        ("224×224×3", (224, 224, 3)),
        ("128x768", (128, 768)),
        ("8x56x56x16", (8, 56, 56, 16)),
        ("HxWx3", ("H", "W", 3)),
        ("LxC", ("L", "C")),
        ("DxHxWx1", ("D", "H", "W", 1)),
        ("TxNx3", ("T", "N", 3)),
        ("LxD", ("L", "D")),  # as many as a model is wide
        ("1x1x2147483648", (1, 1, 2**31)),
    ],
)
def test_a_size(text: str, axes: tuple[int | str, ...]) -> None:
    assert read_size(text).axes == axes
    assert str(read_size(text)) == text.replace("×", "x")


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("", "size '' is not of the form 28x28x192"),
        ("28", "not of the form"),
        ("28x28x28x3x1", "not of the form"),
        ("28xx3", "not of the form"),
        ("0x28", "length is '0', not a whole number from 1 to 2**31"),
        ("0x28x3", "height is '0', not a whole number from 1 to 2**31"),
        ("28x-1x3", "width is '-1', not a whole number"),
        ("0x28x28x3", "depth is '0', not a whole number"),
        ("28x28x2.5", "channels is '2.5', not a whole number"),
        ("2147483649x1x1", "height is '2147483649', not a whole number"),
        ("28x28x" + "9" * 9000, "channels is '999"),
        ("28x28x٣", "channels is '٣', not a whole number"),
        ("3xHxW", "size '3xHxW' has H in another place than HxWxC"),
        ("CxHxW", "has H in another place than HxWxC"),
        ("WxHxC", "has W in another place than HxWxC"),
        ("768xL", "has L in another place than LxC"),
        # the names of a grid of another rank: channels forgotten, a batch given
        ("HxW", "size 'HxW' has H in another place than HxWxC"),
        ("28xHx3", "has H in another place than HxWxC"),
        ("BxLxC", "has L in another place than LxC"),
        ("NxCxL", "has L in another place than LxC"),
    ],
)
def test_what_is_no_size(text: str, phrase: str) -> None:
    with pytest.raises(FlopcountError) as error:
        read_size(text)
    assert phrase in one_line(error.value)
    assert len(str(error.value)) < 200


FIRST = ["3x224x224", "1x28x28", "1x8x8", "3x8x8", "3x32x64", "3x480x640", "32x3x224x224"]
LAST = ["1x1x32", "3x3x64", "1x100x64", "1x7x7", "3x7x7", "3x31x64", "3x64x31", "224x224x3"]
LAST += ["2x64x64", "128x768", "3x64", "8x56x56x16", "1x4x768", "16x3x8x16"]
LAST += ["3x16x7x7", "3x16x112x64", "2x16x112x112", "1x1x1x1024", "3x14x14x64"]


@pytest.mark.parametrize("text", FIRST)
def test_what_looks_like_channels_first_is_an_error_that_shows_the_order(text: str) -> None:
    *_, channels, height, width = text.split("x")
    with pytest.raises(FlopcountError) as error:
        in_order(read_size(text))
    said = one_line(error.value)
    assert f"expected height x width x channels, {height}x{width}x{channels} " in said
    assert f"(or '{text} hwc', if it is in this order)" in said
    assert str(in_order(read_size(text, ordered=True))) == f"{text} hwc"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("3x16x112x112", "16x112x112x3"),
        ("1x128x128x128", "128x128x128x1"),
        ("1x4x8x8", "4x8x8x1"),
        ("3x2x9x9", "2x9x9x3"),
    ],
)
def test_so_is_a_clip_or_a_volume(text: str, meant: str) -> None:
    with pytest.raises(FlopcountError) as error:
        in_order(read_size(text))
    said = one_line(error.value)
    assert f"'{text}' looks like channels first: expected depth x height x width x channels" in said
    assert f", {meant} (or '{text} hwc', if it is in this order)" in said
    assert str(in_order(read_size(meant))) == meant
    assert str(in_order(read_size(text, ordered=True))) == f"{text} hwc"


@pytest.mark.parametrize("text", LAST)
def test_what_does_not_passes(text: str) -> None:
    assert str(in_order(read_size(text))) == text


def table(size: str, folder: Path, layer: str = "conv 3x3 64") -> str:
    path = folder / "t.toml"
    path.write_text(f'input = "{size}"\n[rows]\na = "{layer}"\n', encoding="utf-8")
    return str(path)


def test_the_order_is_asked_for_wherever_a_size_is_given(tmp_path: Path) -> None:
    wrong = "looks like channels first: expected height x width x channels, 224x224x3"
    plain = table("32x32x3", tmp_path)
    for reference, given in [
        ("3x224x224 > conv 3x3 64", None),
        ("googlenet", "3x224x224"),
        ("googlenet@input=3x224x224", None),
        ("conv 3x3 64 > relu", "3x224x224"),
        (plain, "3x224x224"),
    ]:
        with pytest.raises(FlopcountError, match=re.escape(wrong)):
            fc.load(reference, input=given)
    with pytest.raises(FlopcountError, match=re.escape(wrong)):
        fc.load(table("3x224x224", tmp_path))


def test_hwc_says_that_the_order_is_meant(tmp_path: Path) -> None:
    def multiplies(reference: str, size: str | None = None) -> int:
        return fc.analyze(fc.load(reference, input=size)).cost.multiplies

    meant = 9 * 3 * 224 * 224 * 64
    assert multiplies("3x224x224 hwc > conv 3x3 64") == meant
    assert multiplies("8x8x3 > conv 3x3 64", "3x224x224 hwc") == meant
    assert multiplies("8x8x3 > conv 3x3 64@input=3x224x224 hwc") == meant
    assert multiplies(table("3x224x224 hwc", tmp_path)) == meant
    # the network's own size has the word, so another of its kind needs none
    assert multiplies(table("3x64x64 hwc", tmp_path), "3x224x224") == meant
    assert multiplies("3x64x64 hwc > conv 3x3 64", "3x224x224") == meant
    assert str(fc.parse("3x224x224 hwc > relu")) == "3x224x224 hwc > relu"
    assert str(fc.parse("224x224x3 hwc > relu")) == "224x224x3 > relu"


@pytest.mark.parametrize(
    ("own", "given", "axes"),
    [
        ("224x224x3", "299x299", (299, 299, 3)),
        ("224x224x3", "299x299x4", (299, 299, 4)),
        ("128x768", "64", (64, 768)),
        ("128x768", "64x512", (64, 512)),
        ("8x56x56x16", "4x28x28", (4, 28, 28, 16)),
        ("16x64x64", "3x224", (3, 224, 64)),  # height and width: no order to mistake
    ],
)
def test_an_option_may_leave_the_channels(own: str, given: str, axes: tuple[int, ...]) -> None:
    assert input_of(read_size(own), read_input(given)).axes == axes


@pytest.mark.parametrize(
    ("own", "given"),
    [
        ("224x224x3", "299"),
        ("224x224x3", "8x224x224x3"),
        ("128x768", "8x128x768"),
        ("8x56x56x16", "56x16"),
    ],
)
def test_an_option_has_the_networks_axes(own: str, given: str) -> None:
    with pytest.raises(FlopcountError) as error:
        input_of(read_size(own), read_input(given))
    count = given.count("x") + 1
    said = one_line(error.value)
    assert said.startswith(f"input '{given}' has {count} number")
    assert f"the network's own, {own}, has {own.count('x') + 1}" in said


def test_no_size_at_all() -> None:
    with pytest.raises(FlopcountError, match="the spec has no input size"):
        input_of(None, None)
    with pytest.raises(FlopcountError, match="input '28' has no channels"):
        input_of(None, InputSize((28,)))
