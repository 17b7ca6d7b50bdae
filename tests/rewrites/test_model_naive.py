"""Models without the reductions that --reduce names, beside modules by hand."""

from typing import Any

import pytest
import torch
from torch import nn

import flopcount as fc
from flopcount import FlopcountError
from tests.rewrites.by_hand import same

IMAGE = (1, 16, 9, 9)


def test_without_marks_nothing_is_said_of_naive() -> None:
    layers = nn.Sequential(nn.Conv2d(16, 4, 1), nn.Conv2d(4, 8, 3))
    report = fc.analyze(layers, fc.inputs(*IMAGE))
    assert "naive" not in str(report)
    assert report.total.saved is None
    asked = str(fc.analyze(report.network, naive="reduce"))
    assert "it bypasses no layer here; --reduce names what it leaves out of a model" in asked


class Swish(nn.Module):
    """x·σ(x) of two operations, the second of which reads the first's input too."""

    def forward(self, x: Any) -> Any:
        return x * torch.sigmoid(x)


@pytest.mark.parametrize(
    "tail",
    [
        [],
        [nn.BatchNorm2d(4)],
        [nn.ReLU(inplace=True)],
        [nn.BatchNorm2d(4), nn.ReLU()],
        [nn.GroupNorm(2, 4), nn.SiLU(), nn.Dropout()],
        [nn.BatchNorm2d(4), Swish()],
    ],
)
def test_a_reduction_takes_its_norm_and_activation_along(tail: list[Any]) -> None:
    first, last = nn.Conv2d(16, 16, 3), nn.Conv2d(16, 8, 3, groups=2)
    narrow = nn.Conv2d(4, 8, 3, groups=2)
    built = nn.Sequential(first, nn.ReLU(), nn.Conv2d(16, 4, 1), *tail, narrow, nn.BatchNorm2d(8))
    network = fc.read_torch(built, fc.inputs(*IMAGE)).rewritten("reduce=2", "naive")
    same(network, nn.Sequential(first, nn.ReLU(), last, nn.BatchNorm2d(8)), IMAGE)


class Frozen(nn.Module):
    """A batch norm of numbers that are held, as detectors have it (1506.01497)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width))
        self.register_buffer("mean", torch.zeros(width))

    def forward(self, x: Any) -> Any:
        scale = (self.scale * 2).reshape(1, -1, 1, 1)
        return x * scale + self.mean.reshape(1, -1, 1, 1)


def test_what_a_norm_was_made_from_goes_with_it() -> None:
    built = nn.Sequential(nn.Conv2d(16, 4, 1), Frozen(4), nn.ReLU(), nn.Conv2d(4, 8, 3))
    network = fc.read_torch(built, fc.inputs(*IMAGE)).rewritten("reduce=0", "naive")
    assert [node.path for node in network.nodes] == ["3"]
    same(network, nn.Sequential(nn.Conv2d(16, 8, 3)), IMAGE)


def test_reductions_in_a_row_and_channel_by_channel() -> None:
    built = nn.Sequential(
        nn.Conv2d(16, 8, 1),
        nn.ReLU(),
        nn.Conv2d(8, 4, 1),
        nn.BatchNorm2d(4),
        nn.Conv2d(4, 4, 3, groups=4),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Conv2d(4, 8, 3),
    )
    by_hand = nn.Sequential(
        nn.Conv2d(16, 16, 3, groups=16), nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 8, 3)
    )
    read = fc.read_torch(built, fc.inputs(*IMAGE))
    same(read.rewritten("reduce=[02]", "naive"), by_hand, IMAGE)


class Reads(nn.Module):
    """A reduction that is read in some way beside the 3×3 that follows it."""

    def __init__(self, how: Any) -> None:
        super().__init__()
        self.reduce, self.conv, self.how = nn.Conv2d(16, 4, 1), nn.Conv2d(4, 4, 3, padding=1), how

    def forward(self, x: Any) -> Any:
        y = self.reduce(x)
        return self.how(y, self.conv(y))


@pytest.mark.parametrize(
    ("how", "why"),
    [
        (lambda y, z: y + z, "add, no convolution (add), reads it"),
        (lambda y, z: z * y.mean((2, 3), keepdim=True), "mean, no convolution (mean), reads it"),
        (lambda y, z: torch.cat([y, z], 1), "concat, no convolution (concat), reads it"),
        (lambda y, z: torch.relu(y[:, :2]) + z[:, :2], "relu reads it, or a part of it, under"),
        (lambda y, z: (y, z), "it comes out of the network"),
        (
            lambda y, z: nn.functional.conv2d(y, z[:, :, :1, :1]),
            "conv.2, whose weights are computed",
        ),
    ],
)
def test_what_cannot_be_left_out_is_named(how: Any, why: str) -> None:
    network = fc.read_torch(Reads(how), fc.inputs(*IMAGE)).rewritten("reduce=reduce")
    with pytest.raises(FlopcountError) as caught:
        _ = fc.analyze(network).total.naive
    start = "naive (reduce): Reads@reduce=reduce: reduce: marked reduce, but "
    assert str(caught.value).startswith(start)
    assert why in str(caught.value)
    assert "leave it out of --reduce" in str(caught.value)
    with pytest.raises(FlopcountError, match="leave it out of --reduce"):
        network.rewritten("naive")


@pytest.mark.parametrize(
    "first", [nn.Conv2d(16, 4, 1, 2), nn.Conv2d(16, 4, 1, padding=1), nn.Conv2d(16, 4, 1, (1, 2))]
)
def test_a_1x1_with_a_stride_or_padding_stays(first: Any) -> None:
    network = fc.read_torch(nn.Sequential(first, nn.Conv2d(4, 4, 3)), fc.inputs(*IMAGE))
    with pytest.raises(FlopcountError, match=r"0: marked reduce, but only a 1×1 of stride 1, w.*"):
        network.rewritten("reduce=0", "naive")


def test_a_table_s_1x1_are_marked_too() -> None:
    bare = fc.parse("28x28x192 > conv 1x1 16 > conv 5x5 32 > conv 1x1 8")
    marked = fc.parse("28x28x192 > conv 1x1 16 reduce > conv 5x5 32 > conv 1x1 8")
    assert bare.rewritten("reduce=spec/1").nodes == marked.nodes
    loaded = fc.load("googlenet", reduce="conv2/1")
    naive = [fc.analyze(one).total.naive.multiplies for one in ("googlenet", loaded)]
    assert naive[0] - naive[1] == 56**2 * 64 * 64  # as many channels go out as come in
    assert fc.load("googlenet@reduce=conv2/1").nodes == loaded.nodes
    with pytest.raises(FlopcountError, match="the network has no 1×1 convolution"):
        fc.parse("9x9x4 > conv 3x3 4").rewritten("reduce=*")


class Normed(nn.Conv2d):
    """A convolution whose kernel is normed first (2101.08692)."""

    def forward(self, x: Any) -> Any:
        return nn.functional.conv2d(x, self.weight / self.weight.norm(), self.bias)


def test_kernels_that_are_computed_are_no_reductions() -> None:
    network = fc.read_torch(nn.Sequential(Normed(16, 4, 1)), fc.inputs(*IMAGE))
    why = "it names [0-9] layers?, and no 1×1 convolution; the weights of its 1×1 convolutions are"
    with pytest.raises(FlopcountError, match=why):
        network.rewritten("reduce=*")
