"""The Inception family at sizes that fit and that do not, and by the names that people type."""

import json
import re

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.notation.shipped import find
from tests.shipped import INCEPTION_AND_VARIANTS

# Sizes that do not fit


@pytest.mark.parametrize(
    ("reference", "size", "layer"),
    [
        # The smallest that each takes is 75×75, as keras.applications says of its two.
        ("inception-v2", 74, "reduction-B/3x3/2"),
        ("inception-v3", 74, "7a/3x3/2"),
        ("inception-v3@torchvision", 74, "7a/3x3/2"),
        ("inception-v4", 74, "reduction-B/3x3/2"),
        ("inception-v4@timm", 74, "reduction-B/3x3/2"),
        ("inception-resnet-v1", 74, "reduction-B/3x3-a/2"),
        ("inception-resnet-v1@facenet", 74, "reduction-B/3x3-a/2"),
        ("inception-resnet-v2", 74, "reduction-B/3x3-a/2"),
        ("inception-resnet-v2@timm", 74, "reduction-B/3x3-a/2"),
        ("inception-resnet-v2@paper", 74, "reduction-B/3x3-a/2"),
        # In the stem itself
        ("inception-v2", 1, "conv1/1"),
        ("inception-v3", 2, "conv1/1"),
        ("inception-v3", 10, "pool1/1"),
        ("inception-v4", 4, "conv2/1"),
        ("inception-v4", 20, "stem.3/3x3/1"),
        ("inception-resnet-v1", 20, "conv6/1"),
        ("inception-resnet-v2", 20, "pool2/1"),
        ("inception-resnet-v2@paper", 20, "stem.3/3x3/1"),
        ("googlenet@torchvision", 30, "pool4/1"),
        ("bn-inception", 1, "pool1/1"),
        # Caffe's convolutions round down and its pools up: at odd sizes 3c's branches part.
        ("bn-inception", 75, "3c/concat"),
    ],
)
def test_a_size_that_does_not_fit(
    capsys: pytest.CaptureFixture[str], reference: str, size: int, layer: str
) -> None:
    assert main([reference, "--input", f"{size}x{size}"]) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    (line,) = seen.err.splitlines()
    assert line.startswith(f"flopcount: {reference}: {layer}: ")
    assert "fit" in line


@pytest.mark.parametrize(
    "reference", [r for r in INCEPTION_AND_VARIANTS if r.startswith("inception-")]
)
def test_75x75_is_the_smallest_size(reference: str) -> None:
    assert fc.analyze(fc.load(reference, input="75x75")).total.cost.multiplies > 0
    with pytest.raises(fc.FlopcountError):
        fc.analyze(fc.load(reference, input="75x74"))


@pytest.mark.parametrize("reference", ["inception-v3", "inception-v4", "inception-resnet-v2"])
def test_the_auxiliary_head_does_not_fit_at_75(
    capsys: pytest.CaptureFixture[str], reference: str
) -> None:
    assert main([reference, "--input", "75x75"]) == 0
    capsys.readouterr()
    assert main([reference, "--input", "75x75", "--aux"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"flopcount: {reference}: aux/1")
    assert "auxiliary head" in line
    assert re.search(r"5×5 .*does not fit .*\b3\b", line)


def test_inception_v3_at_75_is_exact(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inception-v3", "--input", "75x75", "--format", "json"]) == 0
    total = json.loads(capsys.readouterr().out)["total"]
    assert total["multiplies"] == 203_525_728  # keras.applications, walked (tests/facts)
    assert total["multiplies_unpadded"] == 163_303_008
    assert total["params"] == 23_817_352  # fully convolutional: as at 299


# Names


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("inception_v3", "inception-v3"), ("inceptionv3", "inception-v3"),
        ("InceptionV3", "inception-v3"), ("Inception-v3", "inception-v3"),
        ("INCEPTION_V3", "inception-v3"), ("inception-v1", "googlenet"),
        ("inception_v1", "googlenet"), ("InceptionV1", "googlenet"), ("GoogLeNet", "googlenet"),
        ("BN-Inception", "bn-inception"), ("bninception", "bn-inception"),
        ("BNInception", "bn-inception"), ("inception_v2", "inception-v2"),
        ("InceptionV2", "inception-v2"), ("inception_v4", "inception-v4"),
        ("InceptionV4", "inception-v4"), ("InceptionResNetV1", "inception-resnet-v1"),
        ("inception_resnet_v1", "inception-resnet-v1"),
        ("InceptionResNetV2", "inception-resnet-v2"),
        ("inception_resnet_v2", "inception-resnet-v2"),
        ("Inception-ResNet-v2", "inception-resnet-v2"), ("cifar10_inception", "cifar10-inception"),
    ],
)  # fmt: skip
def test_names_as_people_type_them(typed: str, name: str) -> None:
    assert find(typed) == name
    assert fc.load(typed).name == name


def test_a_variant_of_an_alias() -> None:
    assert fc.load("InceptionV3@torchvision").name == "inception-v3@torchvision"
    with pytest.raises(
        fc.FlopcountError, match=r"unknown variant.* 'torchvison' .*'torchvision'\?"
    ):
        fc.load("inception_v1@torchvison")
