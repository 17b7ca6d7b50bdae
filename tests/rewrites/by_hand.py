"""PyTorch modules rewritten by hand, as their author would write them: what rewrites must equal."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from torch import nn

import flopcount as fc

CONVOLUTIONS = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
NORMS = {1: nn.BatchNorm1d, 2: nn.BatchNorm2d, 3: nn.BatchNorm3d}


def like(conv: Any, c_in: int, c_out: int, kernel: Sequence[int], **others: Any) -> Any:
    """A convolution with what another has, but for what is given."""
    own = {
        "stride": conv.stride,
        "padding": conv.padding,
        "dilation": conv.dilation,
        "groups": conv.groups,
        "bias": conv.bias is not None,
    }
    return CONVOLUTIONS[len(kernel)](c_in, c_out, tuple(kernel), **(own | others))


def separated(conv: Any, _after: Sequence[Any] = ()) -> list[Any]:
    c, ones = conv.in_channels, (1,) * len(conv.kernel_size)
    plain = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
    return [
        like(conv, c, c, conv.kernel_size, groups=c, bias=False),
        like(conv, c, conv.out_channels, ones, **plain),
    ]


def stacked(conv: Any, after: Sequence[Any], count: int) -> list[Any]:
    """Smaller kernels; between them what follows it: a stride goes to the last."""
    small = [(k - 1) // count + 1 for k in conv.kernel_size]
    padding = tuple(p // count for p in conv.padding)
    width, layers = conv.out_channels, []
    for step in range(count):
        c_in = width if step else conv.in_channels
        stride = conv.stride if step == count - 1 else 1
        layers.append(like(conv, c_in, width, small, padding=padding, stride=stride))
        layers += deepcopy(list(after)) if step < count - 1 else []
    return layers


def across_and_down(conv: Any, after: Sequence[Any]) -> list[Any]:
    """1×n, then n×1."""
    n, width = conv.kernel_size[0], conv.out_channels
    (high, wide), (down, right) = conv.padding, conv.stride
    first = like(conv, conv.in_channels, width, (1, n), padding=(0, wide), stride=(1, right))
    last = like(conv, width, width, (n, 1), padding=(high, 0), stride=(down, 1))
    return [first, *deepcopy(list(after)), last]


def counted(network: fc.Network) -> dict[str, Any]:
    """All that a network costs, but for what lies on paths and modules."""
    cost = fc.analyze(network).total.cost
    names = ("multiplies", "multiplies_unpadded", "params", "weights", "biases", "norm_params")
    more = ("norm_stats", "activations", "elementwise.adds", "elementwise.compares")
    shape = network.shapes[network.output]
    return {name: cost[name] for name in (*names, *more)} | {"output": shape}


def same(rewritten: fc.Network, module: Any, shape: Sequence[int]) -> None:
    """Assert that a rewritten network costs what a module does that is written that way."""
    assert counted(rewritten) == counted(fc.read_torch(module, fc.inputs(*shape)))
