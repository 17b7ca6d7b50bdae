"""torchvision's GoogLeNet beside our table of it; what PyTorch itself says of its layers."""

from collections import Counter
from typing import Any

import pytest
import torch
import torchvision
from torch import nn

import flopcount as fc

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:The default weight initialization of GoogleNet"),
]
SHAPE = (1, 3, 224, 224)


def googlenet() -> nn.Module:
    return torchvision.models.googlenet(weights=None, init_weights=False, aux_logits=False).eval()


def ran(module: nn.Module) -> list[tuple[Any, ...]]:
    """What PyTorch's own modules did: the path, kernel, channels and grid of each with weights."""
    found: list[tuple[Any, ...]] = []

    def seen(path: str) -> Any:
        def hook(layer: Any, _: Any, output: torch.Tensor) -> None:
            channels = tuple(layer.weight.shape[:2])
            grid = tuple(output.shape[2:])
            kernel = tuple(layer.weight.shape[2:])
            found.append((path.replace(".", "/"), kernel, channels, grid))

        return hook

    for path, layer in module.named_modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            layer.register_forward_hook(seen(path))
    with torch.no_grad():
        module(torch.zeros(SHAPE))
    return found


def test_each_pair_is_a_layer_that_pytorch_ran() -> None:
    hooked = ran(googlenet())
    found = fc.align("googlenet@torchvision", fc.read_torch(googlenet(), fc.inputs(*SHAPE)))
    assert found.equal
    assert len(found.pairs) == len(hooked) == 58
    of_model = [(pair.b.paths[0], pair.b.multiplies) for pair in found.pairs if pair.b]
    priced = []
    for path, kernel, (wide, channels), grid in hooked:
        taps = torch.Size(kernel).numel() * torch.Size(grid).numel()
        priced.append((path, taps * wide * channels))
    assert Counter(of_model) == Counter(priced)
    rows = {row.node.path: row for row in fc.load("googlenet@torchvision").rows}
    for pair in found.pairs:  # the table's layer has the grid and the channels that PyTorch's has
        assert pair.a
        assert pair.b
        row = rows[pair.a.paths[0]]
        ((_, _, (wide, _), grid),) = [one for one in hooked if one[0] == pair.b.paths[0]]
        assert row.output == (*(grid or (1, 1)), wide)


def broken(path: str, change: Any) -> fc.Network:
    """The model with one of its modules replaced."""
    model = googlenet()
    above, _, name = path.rpartition(".")
    parent = model.get_submodule(above)
    setattr(parent, name, change(parent.get_submodule(name)))
    return fc.read_torch(model, fc.inputs(*SHAPE))


def paths_that_differ(model: fc.Network) -> list[tuple[str, str]]:
    found = fc.align("googlenet@torchvision", model)
    assert not found.equal
    return [
        (pair.verdict, (pair.a or pair.b).paths[0])  # type: ignore[union-attr]
        for pair in found.pairs
        if not pair.equal
    ]


def wider(block: Any) -> nn.Module:
    """A block of one channel more, whose result is cut off again."""
    conv = block.conv
    made = nn.Conv2d(
        conv.in_channels, conv.out_channels + 1, conv.kernel_size, padding=conv.padding, bias=False
    )

    class Wider(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.bn = made, block.bn

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.relu(self.bn(self.conv(x)[:, :-1]))

    return Wider()


def test_one_channel_more_is_found_at_its_path() -> None:
    model = broken("inception4c.branch3.1", wider)
    assert paths_that_differ(model) == [("changed", "4c/5x5/2")]
    first = fc.align("googlenet@torchvision", model).first_difference
    assert first
    assert first.differs == ("channels out 64 → 65",)
    assert first.b
    assert first.b.paths == ("inception4c/branch3/1/conv",)


def test_a_layer_that_is_left_out_is_found_at_its_path() -> None:
    model = broken("conv2", lambda _: nn.Identity())  # a 1×1 of 64 channels on 64
    assert paths_that_differ(model) == [("only in the first", "conv2/1")]


def test_a_stride_that_stands_elsewhere_is_found_at_its_path() -> None:
    def strided(stride: int) -> Any:
        def change(block: Any) -> Any:
            block.conv.stride = (stride, stride)
            return block

        return change

    model = googlenet()
    strided(1)(model.conv1)
    model.maxpool1 = nn.MaxPool2d(3, 4, ceil_mode=True)
    differ = paths_that_differ(fc.read_torch(model, fc.inputs(*SHAPE)))
    assert differ == [("changed", "conv1/1")]  # 224×224 in the place of 112×112


def test_padding_alone_is_a_difference_too() -> None:
    def unpadded(block: Any) -> Any:
        block.conv.padding = (0, 0)
        return nn.Sequential(nn.ZeroPad2d(1), block)

    model = broken("conv3", unpadded)
    assert paths_that_differ(model) == [("changed", "conv2/2")]
    first = fc.align("googlenet@torchvision", model).first_difference
    assert first
    assert first.differs == ("multiplies unpadded 338,608,128 → 346,816,512",)
