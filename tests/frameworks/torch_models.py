"""Small models of PyTorch for the tests: functions as modules, and what a reading of one gives."""

from collections.abc import Callable
from typing import Any

import torch

import flopcount as fc
from flopcount.core import Network


class Calls(torch.nn.Module):
    """A module that calls a function with itself, which has modules, parameters and buffers."""

    def __init__(self, function: Callable[..., Any], **parts: Any) -> None:
        super().__init__()
        self.function = function
        for name, part in parts.items():
            if type(part) is torch.Tensor:
                self.register_buffer(name, part)
            else:
                setattr(self, name, part)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(self, *args, **kwargs)


def floats(*shape: int) -> torch.Tensor:
    """A tensor of a shape."""
    return torch.zeros(shape)


def held(*shape: int) -> torch.nn.Parameter:
    """A parameter of a shape."""
    return torch.nn.Parameter(torch.zeros(shape))


def read(function: Callable[..., Any], *inputs: Any, **parts: Any) -> Network:
    """The network that a function of a module and of some inputs is."""
    return fc.read_torch(Calls(function, **parts), *inputs)


def counts(network: Network) -> dict[str, int]:
    """What its rows have together: each count that is not 0, without those that follow."""
    names = ("multiplies", "params", "elementwise.adds", "elementwise.multiplies")
    names += ("elementwise.compares", "elementwise.divides", "elementwise.exponentials")
    totals = {
        name.removeprefix("elementwise."): sum(row.count(name) or 0 for row in network.rows)
        for name in names
        if name != "elementwise.multiplies"
    }
    own = sum(row.count("elementwise.multiplies") or 0 for row in network.rows)
    return {name: int(n) for name, n in {**totals, "own multiplies": own}.items() if n}


def unknown(network: Network) -> list[str]:
    """The words of the rows that nobody priced."""
    return [row.node.op.word for row in network.rows if not row.held.known]
