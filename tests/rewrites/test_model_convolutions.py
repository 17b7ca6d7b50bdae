"""Rewritten models beside PyTorch modules that are written so by hand."""

from functools import partial
from typing import Any

import pytest
import torch
from torch import nn

import flopcount as fc
from flopcount import FlopcountError
from flopcount.pictures.drawing.sides import contrast
from tests.rewrites.by_hand import across_and_down, same, separated, stacked

IMAGE = (2, 3, 15, 12)


def sequence(*layers: Any) -> Any:
    return nn.Sequential(*layers).eval()


class Block(nn.Module):
    """A basic block of ResNet (1512.03385), plain or depthwise separable."""

    def __init__(self, *, separable: bool) -> None:
        super().__init__()
        first, second = nn.Conv2d(8, 12, 3, 2, 1), nn.Conv2d(12, 12, 3, padding=1, bias=False)
        self.conv1 = nn.Sequential(*separated(first)) if separable else first
        self.bn1 = nn.BatchNorm2d(12)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Sequential(*separated(second)) if separable else second
        self.bn2 = nn.BatchNorm2d(12)
        self.downsample = nn.Conv2d(8, 12, 1, 2)

    def forward(self, x: Any) -> Any:
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + self.downsample(x))


def test_a_block_of_resnet_is_the_separable_one() -> None:
    shape = (2, 8, 14, 9)
    read = fc.read_torch(Block(separable=False), fc.inputs(*shape))
    network = read.rewritten("separable")
    same(network, Block(separable=True), shape)
    assert network.notes[-1] == "rewritten: k×k → depthwise k×k then 1×1; 2 convolutions"
    paths = [node.path for node in network.nodes]
    assert paths[:4] == ["conv1/depthwise", "conv1", "bn1", "relu"]
    assert all(node.path in paths for node in read.nodes)
    before, after = read.shapes, network.shapes
    assert all(after[port] == shape for port, shape in before.items())
    added, own = network.nodes[:2]
    assert dict(added.weights) == {"W": "conv1.weight/depthwise", "B": "conv1.bias/depthwise"}
    assert (own.weights["W"], own.scope, added.scope) == ("conv1.weight", own.scope, own.scope)


@pytest.mark.parametrize(
    ("rewrite", "kernel", "padding", "by_hand"),
    [
        ("factorize=5x5:3x3", 5, 2, partial(stacked, count=2)),
        ("factorize=7x7:3x3", 7, 3, partial(stacked, count=3)),
        ("factorize=5x5:3x3", 5, 0, partial(stacked, count=2)),
        ("factorize=3:2", 3, 0, partial(stacked, count=2)),
        ("factorize=nxn", 3, 1, across_and_down),
        ("factorize=nxn", 7, 3, across_and_down),
    ],
)
def test_a_factorized_convolution_has_copies_of_what_follows_it(
    rewrite: str, kernel: int, padding: int, by_hand: Any
) -> None:
    conv = nn.Conv2d(3, 8, kernel, (2, 1), padding)
    after = [nn.BatchNorm2d(8), nn.ReLU()]
    read = fc.read_torch(sequence(conv, *after, nn.MaxPool2d(2)), fc.inputs(*IMAGE))
    same(
        read.rewritten(rewrite),
        sequence(*by_hand(conv, after), *after, nn.MaxPool2d(2)),
        IMAGE,
    )


def test_what_others_read_too_is_not_what_rides_on_a_convolution() -> None:
    class Dense(nn.Module):
        def __init__(self, *layers: Any) -> None:
            super().__init__()
            self.layers = nn.Sequential(*layers)
            self.norm = nn.BatchNorm2d(3)

        def forward(self, x: Any) -> Any:
            y = self.layers(x)
            return self.norm(y) + y

    conv = nn.Conv2d(3, 3, 5, padding=2)
    read = fc.read_torch(Dense(conv), fc.inputs(*IMAGE))
    same(read.rewritten("factorize=5x5:3x3"), Dense(*stacked(conv, (), 2)), IMAGE)


@pytest.mark.parametrize(
    ("layer", "rewrite", "why"),
    [
        (nn.Conv2d(4, 8, 3, groups=2), "separable", "grouped"),
        (nn.ConvTranspose2d(4, 8, 3), "separable", "transposed"),
        (nn.ConvTranspose2d(4, 8, 5), "factorize=5x5:3x3", "transposed"),
        (nn.Conv2d(4, 4, 5, groups=4, padding=2), "factorize=5x5:3x3", "depthwise"),
        (nn.Conv2d(4, 8, 3, dilation=2), "factorize=nxn", "dilated"),
        (nn.Conv2d(4, 8, 5, padding=1), "factorize=5x5:3x3", "the padding cannot be shared"),
    ],
)
def test_what_is_left_as_built_is_said(layer: Any, rewrite: str, why: str) -> None:
    read = fc.read_torch(layer, fc.inputs(1, 4, 9, 9))
    with pytest.raises(FlopcountError, match=rf"no convolution .*1 left as built \({why}"):
        read.rewritten(rewrite)


class Computed(nn.Module):
    """A convolution whose kernel is normed first (weight standardisation, 1903.10520)."""

    def __init__(self) -> None:
        super().__init__()
        self.plain = nn.Conv2d(3, 3, 3, padding=1)
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x: Any) -> Any:
        weight = self.conv.weight - self.conv.weight.mean((1, 2, 3), keepdim=True)
        return nn.functional.conv2d(self.plain(x), weight, self.conv.bias)


class Tied(nn.Module):
    """A decoder with the kernels of its encoder."""

    def __init__(self) -> None:
        super().__init__()
        self.plain = nn.Conv2d(3, 3, 3, padding=1)
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x: Any) -> Any:
        return nn.functional.conv_transpose2d(self.conv(self.plain(x)), self.conv.weight)


@pytest.mark.parametrize(
    ("module", "why"),
    [
        (Computed, "1 left as built (weights that are computed)"),
        (Tied, "1 left as built (another layer has its weights too); 1 left as built (transposed)"),
    ],
)
def test_weights_that_are_not_a_layer_s_own_stay(module: Any, why: str) -> None:
    network = fc.read_torch(module(), fc.inputs(*IMAGE)).rewritten("separable")
    assert network.notes[-1].endswith(f"then 1×1; 1 convolution; {why}")
    before = fc.read_torch(module(), fc.inputs(*IMAGE))
    left = 3 * 3 * 3 * 3 - (9 * 3 + 3 * 3)  # the 3×3 of 3 channels, depthwise and 1×1 in its place
    params = [fc.analyze(one).total.params for one in (before, network)]
    assert params[0] - params[1] == left


class Twice(nn.Module):
    def __init__(self, *layers: Any) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Any) -> Any:
        return self.layers(self.layers(x))


def test_a_module_that_is_called_twice_holds_its_new_weights_once() -> None:
    conv = nn.Conv2d(3, 3, 3, padding=1)
    read = fc.read_torch(Twice(conv, nn.ReLU()), fc.inputs(*IMAGE))
    same(read.rewritten("separable"), Twice(*separated(conv), nn.ReLU()), IMAGE)
    # the activation between them has none of its own; the convolutions do, once
    by_hand = Twice(*across_and_down(conv, [nn.ReLU()]), nn.ReLU())
    same(read.rewritten("factorize=nxn"), by_hand, IMAGE)
    assert len({node.path for node in read.rewritten("separable").nodes}) == 2 * 3


def test_a_path_that_is_there_already_is_not_taken() -> None:
    class Beside(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.empty(3, 3, 3, 3))
            self.conv = nn.ModuleDict({"depthwise": nn.Conv2d(3, 3, 3)})

        def forward(self, x: Any) -> Any:
            return self.conv["depthwise"](nn.functional.conv2d(x, self.weight))

    class Outer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.part = Beside()

        def forward(self, x: Any) -> Any:
            return self.part(x)

    network = fc.read_torch(Outer(), fc.inputs(*IMAGE)).rewritten("separable")
    paths = [node.path for node in network.nodes]
    assert len({*paths}) == len(paths) == 4
    assert network.rows[-1].output == (2, 3, 11, 8)


def test_sizes_that_are_open_survive_a_rewrite() -> None:
    conv, after = nn.Conv2d(3, 8, 5, 2, 2), [nn.BatchNorm2d(8), nn.ReLU()]
    read = fc.read_torch(
        sequence(conv, *after),
        fc.inputs(1, 3, 32, 32),
        symbols={"B": (0, 0), "H": (0, 2), "W": (0, 3)},
    )
    network = read.rewritten("factorize=5x5:3x3")
    found = fc.formula(network, free="B,H,W", let={"H": "2h", "W": "2w"})
    # 3×3, 3 → 8 on the whole grid, then 3×3, 8 → 8 on a quarter of it
    assert found.text() == f"{4 * 9 * 3 * 8 + 9 * 8 * 8}·B·h·w"
    (row,) = fc.sweep(network, {"H": [40]}).to_dict("records")
    assert row["multiplies"] == (4 * 216 + 576) * 20 * 16


def test_a_rewritten_model_stands_wherever_a_network_can() -> None:
    block = fc.read_torch(Block(separable=False), fc.inputs(1, 8, 14, 14), name="block")
    rewritten = block.rewritten("separable")
    report = fc.analyze(rewritten)
    first = report.to_dict()["layers"][0]
    assert (first["layer"], first["op"], first["output"]) == (
        "conv1/depthwise",
        "depthwise",
        [1, 8, 7, 7],
    )
    assert f"3²·7²·8 = {9 * 49 * 8:,}" in fc.analyze(rewritten, by="layer").explain(
        "conv1/depthwise"
    )
    total = fc.compare([block, rewritten]).total
    assert [total[1], total[3]] == [fc.analyze(block).multiplies, report.multiplies]
    sides = contrast(fc.analyze(block), "separable", 1.0).sides
    assert {side.scene.total for side in sides} == {total[1], total[3]}
    assert {side.name for side in sides} == {"as built", "with @separable"}
