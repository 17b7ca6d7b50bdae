"""Rules whose arithmetic is not obvious, beside what the tool itself prints of a small layer."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from flopcount.counters.counting import count
from flopcount.counters.rules import tool_named
from flopcount.frameworks.models.inputs import Inputs, Tensor
from flopcount.frameworks.torch.called import calls_of
from tests.counters.live_functions import RUNNERS

Function = Callable[..., torch.Tensor]


class Calls(nn.Module):
    """A module that calls a function of what comes in and of its parameters."""

    def __init__(self, function: Function, *shapes: tuple[int, ...]) -> None:
        super().__init__()
        self.own = nn.ParameterList([torch.zeros(shape) for shape in (*shapes, (1,))])
        self.function = function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.function(x, *list(self.own)[:-1])


class Held(nn.Module):
    """A module beside a parameter: calflops fails where there is none."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner
        self.spare = nn.Parameter(torch.zeros(1))

    def forward(self, x: torch.Tensor) -> Any:
        return self.inner(x)


class Shared(nn.Module):
    """One module in two others."""

    def __init__(self) -> None:
        super().__init__()
        dense = nn.Linear(8, 8)
        self.both = nn.ModuleList([nn.Sequential(dense, nn.ReLU()), nn.Sequential(dense)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.both[1](self.both[0](x))


class Attends(nn.Module):
    """Attention of what comes in to itself."""

    def __init__(self, *, asked: bool) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.asked = asked

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.attention(x, x, x, need_weights=self.asked)[0]


def printed(tool: str, module: nn.Module, *shapes: tuple[int, ...]) -> int:
    """What a tool's rules say of a module on inputs of these shapes."""
    calls = calls_of(module, Inputs(tuple(map(Tensor, shapes))))
    return count(tool_named(tool), calls).value


IMAGE, ROWS, STEPS = (2, 8, 9, 7), (2, 5, 8), (2, 5, 6)
MODULES: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "one module at two places": (Shared, ROWS),
    "transposed": (lambda: nn.ConvTranspose2d(8, 6, 3, 2, 1, output_padding=1), IMAGE),
    "transposed in groups": (lambda: nn.ConvTranspose2d(8, 12, 3, 2, 1, groups=2), IMAGE),
    "transposed by channel": (lambda: nn.ConvTranspose2d(8, 8, 3, 2, groups=8), IMAGE),
    "transposed, 1 axis": (lambda: nn.ConvTranspose1d(5, 6, 4, 2), (2, 5, 8)),
    "dilated": (lambda: nn.Conv2d(8, 6, 3, padding=2, dilation=2, groups=2), IMAGE),
    "padding by a word": (lambda: nn.Conv2d(8, 6, 3, padding="same"), IMAGE),
    "dense without bias": (lambda: nn.Linear(8, 3, bias=False), ROWS),
    "instance norm": (lambda: nn.InstanceNorm2d(8, affine=True), IMAGE),
    "group norm": (lambda: nn.GroupNorm(2, 8, affine=False), IMAGE),
    "LSTM": (lambda: nn.LSTM(6, 4, 2, bidirectional=True, batch_first=True), STEPS),
    "LSTM without biases": (lambda: nn.LSTM(6, 4, bias=False), STEPS),
    "LSTM of one sample": (lambda: nn.LSTM(6, 4), (5, 6)),
    "GRU": (lambda: nn.GRU(6, 4, 2, bidirectional=True), STEPS),
    "GRU without biases": (lambda: nn.GRU(6, 4, 3, bias=False), STEPS),
    "RNN": (lambda: nn.RNN(6, 4, 2), STEPS),
    "RNN without biases": (lambda: nn.RNN(6, 4, bias=False), STEPS),
    "LSTM cell": (lambda: nn.LSTMCell(6, 4), (3, 6)),
    "GRU cell": (lambda: nn.GRUCell(6, 4, bias=False), (3, 6)),
    "RNN cell": (lambda: nn.RNNCell(6, 4), (3, 6)),
    "attention": (lambda: Attends(asked=False), ROWS),
    "attention with weights": (lambda: Attends(asked=True), ROWS),
    "encoder": (lambda: nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), ROWS),
    "upsampled by a factor": (lambda: nn.Upsample(scale_factor=2.0), IMAGE),
    "upsampled to a size": (lambda: nn.Upsample(size=(12, 15)), IMAGE),
    "upsampled to a square": (lambda: nn.Upsample(size=14), IMAGE),
    "max pool": (lambda: nn.MaxPool2d(3, 2), IMAGE),
    "average pool": (lambda: nn.AvgPool2d((2, 3)), IMAGE),
    "adaptive max pool": (lambda: nn.AdaptiveMaxPool2d(2), IMAGE),
    "local response norm": (lambda: nn.LocalResponseNorm(3), IMAGE),
    "power pool": (lambda: nn.LPPool2d(2, (3, 3)), IMAGE),
}
# Each by its name where it is called: tools patch the name, and do not see a function kept before.
# ruff: noqa: PLW0108
FUNCTIONS: dict[str, tuple[Function, tuple[int, ...], tuple[tuple[int, ...], ...]]] = {
    "matmul": (lambda x, w: torch.matmul(x, w), ROWS, ((8, 3),)),
    "matmul with a vector": (lambda x, w: torch.matmul(x, w), ROWS, ((8,),)),
    "matmul with more axes": (lambda x, w: torch.matmul(w, x), (3, 8, 4), ((5, 8),)),
    "method matmul": (lambda x, w: x.matmul(w), ROWS, ((8, 3),)),
    "@": (lambda x, w: x @ w, ROWS, ((8, 3),)),
    "bmm": (lambda x, w: torch.bmm(x, w), ROWS, ((2, 8, 3),)),
    "addmm": (lambda x, w, b: torch.addmm(b, x, w), (4, 8), ((8, 3), (3,))),
    "baddbmm": (lambda x, w, b: torch.baddbmm(b, x, w), ROWS, ((2, 8, 3), (1, 1, 3))),
    "einsum": (lambda x, w: torch.einsum("bsc, co -> bso", x, w), ROWS, ((8, 3),)),
    "einsum of three": (
        lambda x, w, v: torch.einsum("bsc,co,od->bsd", x, w, v),
        ROWS,
        ((8, 3), (3, 4)),
    ),
    "einsum by element": (lambda x, w: torch.einsum("bsc,c->bsc", x, w), ROWS, ((8,),)),
    "add": (lambda x, w: torch.add(x, w), ROWS, ((2, 5, 8),)),
    "add of fewer axes": (lambda x, w: torch.add(x, w), ROWS, ((8,),)),
    "add of a number": (lambda x: torch.add(x, 1.0), ROWS, ()),
    "method mul of fewer axes": (lambda x, w: x.mul(w), ROWS, ((5, 1),)),
    "operators": (lambda x, w: (x * w + x) / 2 - 1, ROWS, ((8,),)),
    "dense of a part": (lambda x, w: functional.linear(x, w[:3]), ROWS, ((5, 8),)),
    "dense of a computed weight": (
        lambda x, w, b: functional.linear(x, w * 2.0, b),
        ROWS,
        ((3, 8), (3,)),
    ),
    "softmax by method": (lambda x: x.softmax(-1), ROWS, ()),
    "softmax by function": (lambda x: functional.softmax(x, dim=-1), ROWS, ()),
    "attention": (
        lambda x: functional.scaled_dot_product_attention(x, x[:, :3], x[:, :3, :6]),
        ROWS,
        (),
    ),
    "resampled by half": (lambda x: functional.interpolate(x, scale_factor=0.5), IMAGE, ()),
    "reductions": (lambda x: x.mean(1) + x.max(1).values + x.var(1), ROWS, ()),
    "normalized": (lambda x: functional.normalize(x, dim=-1), ROWS, ()),
}


CASES = {name: (build, shape) for name, (build, shape) in MODULES.items()} | {
    f"function {name}": (partial(Calls, function, *own), shape)
    for name, (function, shape, own) in FUNCTIONS.items()
}


# the other tools, and the other layers, are not for each run of all tests
QUICK = {"transposed in groups", "LSTM", "attention with weights", "function add of fewer axes"}


def _cases() -> Iterator[Any]:
    for case in sorted(CASES):
        for tool in sorted(RUNNERS):
            quick = case in QUICK and tool == "calflops"
            marks = () if quick else (pytest.mark.slow,)
            yield pytest.param(case, tool, id=f"{tool} {case}", marks=marks)


@pytest.mark.slow
@pytest.mark.parametrize(("case", "tool"), list(_cases()))
def test_rule_is_what_the_tool_prints(case: str, tool: str) -> None:
    build, shape = CASES[case]
    module = Held(build()).eval()
    assert printed(tool, module, shape) == RUNNERS[tool](module, (torch.zeros(shape),))
