"""Layers as users set them, and seldom a known network: what every tool that runs here prints."""

import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from flopcount.counters.counting import count
from flopcount.counters.rules import tool_named
from flopcount.frameworks.models.inputs import Inputs, Tensor
from flopcount.frameworks.torch.called import calls_of
from tests.counters.rule_files import HEAD, tool_of

RUNNERS: dict[str, Callable[..., int]] = {
    name: run
    for module in ("modules", "functions", "tracers")
    for name, run in import_module(f"tests.counters.live_{module}").RUNNERS.items()
}
IMAGE, SEQUENCE = (3, 6, 13, 17), (3, 7, 12)


class Calls(nn.Module):
    """Calls a function of some modules and of what comes in."""

    def __init__(self, function: Callable[..., Any], *parts: nn.Module) -> None:
        super().__init__()
        self.parts = nn.ModuleList(parts)
        self.own = nn.Parameter(torch.zeros(8))
        self.weight = nn.Parameter(torch.zeros(12, 8))
        self.function = function

    def forward(self, x: torch.Tensor) -> Any:
        return self.function(self, x)


def attends(module: Calls, x: torch.Tensor) -> Any:
    return module.parts[0](x, x, x, need_weights=False)[0]


def recurs(module: Calls, x: torch.Tensor) -> Any:
    return module.parts[0](x)[0]


def norms(module: Calls, x: torch.Tensor) -> Any:
    return functional.batch_norm(module.parts[0](x), None, None, training=True)


def up(mode: str) -> nn.Module:
    """Resampling by one factor for all axes, and to a size."""
    return nn.Sequential(
        nn.Conv2d(6, 4, 1),
        nn.Upsample(scale_factor=2, mode=mode),
        nn.Upsample(size=11, mode=mode),
    )


def padded() -> nn.Module:
    """Paddings given as a word, of which a kernel of an even side needs one more on one side."""
    return nn.Sequential(
        nn.Conv2d(6, 8, 3, padding="same"),
        nn.Conv2d(8, 8, 4, padding="same", bias=False),
        nn.Conv2d(8, 8, (2, 3), padding="same", dilation=3),
        nn.Conv2d(8, 8, 3, padding="valid"),
    )


CASES: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "a batch": (lambda: nn.Sequential(nn.Conv2d(6, 5, 3), nn.ReLU(), nn.AvgPool2d(2)), IMAGE),
    "padding by a word": (padded, IMAGE),
    "statistics of its own batch": (
        lambda: nn.Sequential(nn.Conv2d(6, 4, 1), nn.BatchNorm2d(4, track_running_stats=False)),
        IMAGE,
    ),
    "batch norm as a function": (lambda: Calls(norms, nn.Conv2d(6, 4, 1)), IMAGE),
    "nearest": (lambda: up("nearest"), IMAGE),
    "nearest-exact": (lambda: up("nearest-exact"), IMAGE),
    "bilinear": (lambda: up("bilinear"), IMAGE),
    "factors for each axis": (
        lambda: nn.Sequential(nn.Conv2d(6, 4, 1), nn.Upsample(scale_factor=(1.5, 2.5))),
        IMAGE,
    ),
    "addmm of a parameter": (
        lambda: Calls(lambda own, x: torch.addmm(own.own, x[0], own.weight)),
        SEQUENCE,
    ),
    "keys and values of its own": (
        lambda: Calls(
            attends,
            nn.MultiheadAttention(12, 3, add_bias_kv=True, add_zero_attn=True, batch_first=True),
        ),
        SEQUENCE,
    ),
    "an encoder's layer": (
        lambda: nn.Sequential(nn.TransformerEncoderLayer(12, 3, 20, batch_first=True)),
        SEQUENCE,
    ),
    "a projected state": (
        lambda: Calls(recurs, nn.LSTM(12, 9, 2, proj_size=3, bidirectional=True)),
        SEQUENCE,
    ),
}


FAILING = {("factors for each axis", "calflops"), ("factors for each axis", "calflops-macs")}


def _cases() -> Iterator[Any]:
    for case in CASES:
        for tool in RUNNERS:
            if (case, tool) in FAILING:  # it has a power of the factors, which are two
                continue
            marks = () if (case, tool) == ("a batch", "ptflops") else (pytest.mark.slow,)
            yield pytest.param(case, tool, id=f"{tool}: {case}", marks=marks)


@pytest.mark.parametrize(("case", "tool"), list(_cases()))
def test_a_tool_prints_what_its_rules_say(case: str, tool: str) -> None:
    build, shape = CASES[case]
    torch.manual_seed(0)
    module = build().eval()
    calls = calls_of(module, Inputs((Tensor(shape),)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        printed = RUNNERS[tool](module, (torch.zeros(shape),))
    assert count(tool_named(tool), calls).value == printed


def test_lp_pool_in_ptflops() -> None:
    """The average pool's input, and a ReLU and a product of all that come out."""
    module = nn.Sequential(nn.LPPool2d(2, 3)).eval()
    calls = calls_of(module, Inputs((Tensor((1, 6, 13, 17)),)))
    assert count(tool_named("ptflops"), calls).value == 6 * 13 * 17 + 2 * (6 * 4 * 5)


@pytest.mark.parametrize("samples", [1, 2, 3, 4])
def test_shares_of_what_is_averaged_sum_to_the_whole_quotient(tmp_path: Any, samples: int) -> None:
    """Numbers that no batch divides: 2 × 7 + 7, and what all of the functions count."""
    of_modules = '[[rule]]\nmodule = "ReLU"\ncount = "2*7 + 7"\n'
    of_functions = '[[rule]]\nfunction = "F.relu"\ncount = "out"\n'
    tool = tool_of(tmp_path, of_modules + of_functions, 'averaged = ["module"]' + HEAD)
    module = nn.Sequential(nn.ReLU(), nn.ReLU(), nn.ReLU()).eval()
    counted = count(tool, calls_of(module, Inputs((Tensor((samples, 5)),))))
    assert counted.value == 3 * 21 // samples + 3 * samples * 5
    assert sum(line.value for line in counted.kinds) == counted.value
