"""Public models beside our tables of them, an export and a rewrite: what differs, and in what."""

import warnings
from pathlib import Path
from typing import Any

import keras
import pytest
import torch
from torch import nn

import flopcount as fc
from flopcount.analysis.aligned import Alignment
from flopcount.core import COUNTS, Counts

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:The default weight initialization of GoogleNet"),
]
VIT = """
title  = "ViT-B/16"
input  = "224x224x3"

[block.feed]
as     = "norm=layer > dense 3072 gelu > dense 768"

[block.layer]
as     = "(identity + norm=layer > attention 12) > (identity + feed)"

[rows]
embed  = "tokens 16 768 class > position"
layers = "12 * layer"
head   = "norm=layer > select first > dense 1000"
"""


def check_sums(found: Alignment) -> None:
    """The kinds of each count add up to the difference of the totals."""
    a, b = (Counts(rows, n) for rows, n in zip(found.rows, found.times, strict=True))
    for name in COUNTS:
        if not name.startswith("params"):
            assert sum(found.differences.get(name, {}).values()) == b[name] - a[name], name


@pytest.mark.parametrize(
    ("table", "model", "layers"),
    [
        ("googlenet@torchvision", "torchvision:googlenet", 58),
        ("inception-v3@torchvision", "torchvision:inception_v3@input=299x299", 95),
        ("inception-resnet-v2@timm", "timm:inception_resnet_v2", 245),
        ("inception-v4@timm", "timm:inception_v4", 150),
    ],
)
def test_our_tables_are_equal_to_the_models_that_they_name(
    table: str, model: str, layers: int
) -> None:
    found = fc.align(table, model)
    assert found.verdict == f"equal, {layers} of {layers} layers"
    assert not any(found.differences.get(name) for name in ("multiplies", "weights", "biases"))
    check_sums(found)


@pytest.mark.parametrize("model", ["timm:vit_base_patch16_224", "torchvision:vit_b_16"])
def test_attention_in_one_row_is_that_of_several_operations(model: str, tmp_path: Path) -> None:
    table = tmp_path / "vit.toml"
    table.write_text(VIT, encoding="utf-8")
    found = fc.align(str(table), model)
    assert found.verdict == "equal, 38 of 38 layers"  # 12·(attention and two dense), and two more
    attention = next(pair for pair in found.pairs if pair.a and pair.a.what == "attention 12")
    assert attention.b
    assert attention.a
    assert len(attention.b.paths) > len(attention.a.paths)
    assert attention.a.multiplies == attention.b.multiplies == 4 * 197 * 768**2 + 2 * 197**2 * 768
    check_sums(found)


def test_where_keras_and_torchvision_have_their_strides() -> None:
    found = fc.align("torchvision:resnet50", "keras:ResNet50")
    assert found.counts["equal"] + found.counts["moved"] == 47
    changed = [pair for pair in found.pairs if not pair.equal]
    assert [pair.a.paths[0] for pair in changed if pair.a] == [
        "conv1",
        *(f"layer{stage}/0/conv{n}" for stage in (2, 3, 4) for n in (1, 2)),
    ]
    # Three 1×1 on a quarter of the grid: 3/4 of 56²·256·128, 28²·512·256 and 14²·1024·512
    assert found.differences["multiplies"] == {"convolution": -3 * 3 * 56**2 * 256 * 128 // 4}
    assert found.differences["biases"] == {"bias": 26_560}
    assert "norm_params" not in found.differences
    check_sums(found)


def test_an_export_and_a_rewrite_beside_the_model(tmp_path: Path) -> None:
    model = nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, 2, padding=1, bias=False),
        nn.BatchNorm2d(32),
    ).eval()
    for layer in model:
        if isinstance(layer, nn.BatchNorm2d):  # or the exporter writes equal biases once
            nn.init.normal_(layer.bias)
            nn.init.normal_(layer.running_mean)
    path = tmp_path / "small.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own
        torch.onnx.export(model, (torch.zeros(1, 3, 32, 32),), str(path), dynamo=False)
    read = fc.read_torch(model, fc.inputs(1, 3, 32, 32))
    found = fc.align(read, str(path))
    assert found.equal
    assert found.differences["biases"] == {"bias": 48}
    assert found.differences["norm_params"] == {"batch norm": -96}
    check_sums(found)
    rewritten = fc.align(read, read.rewritten("separable"))
    assert rewritten.counts == {
        "equal": 0,
        "moved": 0,
        "changed": 2,
        "only in the first": 0,
        "only in the second": 2,
    }
    check_sums(rewritten)
    table = fc.compare([read, str(path), read.rewritten("separable")])
    assert table.footer[0].endswith("equal, 2 of 2 layers")
    assert "no batch norm in the second, which has 48 biases more" in str(table)


def test_batches_are_held_against_as_many_samples() -> None:
    def model(batch: int) -> Any:
        inputs = keras.Input((12, 12, 3), batch_size=batch)
        return keras.Model(inputs, keras.layers.Conv2D(8, 3, padding="same")(inputs))

    table = "12x12x3 > conv 3x3 8 linear"
    found = fc.align(table, fc.read_keras(model(4), fc.inputs(4, 12, 12, 3)))
    assert (found.equal, found.times) == (True, (4, 1))
    assert not found.differences
    both = fc.align(
        fc.read_keras(model(6), fc.inputs(6, 12, 12, 3)),
        fc.read_keras(model(4), fc.inputs(4, 12, 12, 3)),
    )
    assert (both.equal, both.times) == (True, (2, 3))
