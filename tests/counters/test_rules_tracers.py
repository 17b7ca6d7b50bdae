"""The rules of the tools that trace a model, or watch its operators, against what they print."""

from functools import cache
from typing import Any

import pytest
import torch

from flopcount.calls import Call
from flopcount.counters.counting import count
from flopcount.counters.rules import tool_named
from flopcount.frameworks.models.inputs import Inputs, Tensor
from flopcount.frameworks.torch.called import calls_of
from tests.counters import live_tracers, units_tracers

# What torch's dispatch leaves out or adds, each worked out by hand for a unit.
EXACT = {
    # 2 × M forward, M = 2·8·64·4/g·9; no gradient of the first input, g times that of its kernel.
    ("two grouped convolutions", "flopcountermode-backward"): (
        2 * (2 * 8 * 64 * 2 * 9) * (1 + 2) + 2 * (2 * 4 * 9 * 4 * 9) * (1 + 1 + 2)
    ),
    ("two convolutions", "flopcountermode-backward"): (
        2 * (2 * 8 * 64 * 4 * 9) * 2 + 2 * (2 * 4 * 9 * 8 * 9) * 3
    ),
    # The frozen layer has neither gradient, and the second none of what comes in.
    ("a frozen layer", "flopcountermode-backward"): 2 * (2 * 5 * 4) + 2 * (2 * 4 * 3) * 2,
    ("transposed, in groups", "torchprofile"): (2 * 4 * 11 * 11) * 6 * 9,
    ("transposed, as many channels", "torchprofile"): (2 * 6 * 11 * 11) * 2 * 9,
    ("transposed, in groups", "fvcore"): (2 * 6 * 5 * 5) * 2 * 9,
    ("one matrix before all", "fvcore"): 3 * 4 * 5,
    ("einsum, a product of matrices", "fvcore"): 7 * 33 * 35 * 37,
    ("batch norm of its own batch", "fvcore"): 5 * (2 * 4 * 5 * 5),
    ("leaky ReLU", "torchprofile"): 2 * 3,
    ("leaky ReLU in place", "torchprofile"): 0,
    ("what nothing is computed from", "torchprofile"): 2 * 3,
    ("what nothing is computed from", "flopcountermode"): 2 * (2 * 3 * 4),
    ("LSTM", "torch-profiler"): 4 * 5,
    ("LSTM", "flopcountermode"): 0,
    ("LSTM, two layers both ways", "torchprofile"): (
        (4 * 2) * 2 * (4 * 5 * (3 + 5) + 4 * 5 * (10 + 5))
    ),
    ("attention in a module", "flopcountermode"): 2 * (2 * 5 * 16 * 16),
    ("attention in a module", "flopcountermode-grad"): 2 * (2 * 5 * 16 * 16) * 5,
    ("attention in a module", "torch-profiler"): (
        2 * (2 * 5 * 16 * 16) * 5 + 2 * 2 * (2 * 4 * 5 * 5 * 4)
    ),
    ("fused attention", "flopcountermode"): 0,
    ("attention that is not fused", "flopcountermode"): 2 * (2 * 4 * 7 * 7) * (8 + 9),
    ("a smaller one and a larger", "torch-profiler"): 3,
    ("in place", "torch-profiler"): 2 * 3,
    ("padding in a word", "fvcore"): 0,
    ("padding in a word", "flopcountermode"): 2 * (4 * 64 * 3 * 9),
    ("dense over turned axes", "ptflops-aten"): (2 * 12) * 5 * 3,
    ("dense over four axes", "ptflops-aten"): (2 * 12) * (5 * 3 + 3),
}


@cache
def _unit(name: str) -> tuple[Call, ...]:
    make, shapes = units_tracers.UNITS[name]
    return calls_of(make().eval(), Inputs(tuple(Tensor(shape, "float32") for shape in shapes)))


@pytest.mark.parametrize(("name", "tool"), EXACT)
def test_a_rule_counts_what_was_worked_out(name: str, tool: str) -> None:
    assert count(tool_named(tool), _unit(name)).value == EXACT[name, tool]


@pytest.mark.slow
@pytest.mark.parametrize("tool", live_tracers.RUNNERS)
@pytest.mark.parametrize("name", units_tracers.UNITS)
def test_a_rule_counts_what_the_tool_prints(name: str, tool: str) -> None:
    make, shapes = units_tracers.UNITS[name]
    inputs: tuple[Any, ...] = tuple(torch.rand(shape) for shape in shapes)
    printed = live_tracers.RUNNERS[tool](make().eval(), inputs)
    assert count(tool_named(tool), _unit(name)).value == printed


def test_what_is_dead_has_no_gradient() -> None:
    dead = [call for call in _unit("what nothing is computed from") if call.facts.get("dead")]
    products = [call for call in dead if "gradients" in call.facts]
    assert products
    assert all(call.facts["gradients"] == call.facts["chained"] == 0 for call in products)


def test_sizes_of_a_trace_are_left_out_of_what_torchprofile_prints() -> None:
    class Sized(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return (x * 2).reshape(x.shape[0] * x.shape[1], -1)

    x = torch.rand(2, 3, 4)
    assert live_tracers.torchprofile_printed(Sized(), (x,)) == 24 + 1
    assert live_tracers.torchprofile(Sized(), (x,)) == 24
