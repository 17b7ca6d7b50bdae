"""Networks whose own code turns gradients off: what tools print that have them on, and off."""

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import torch
from torch import nn

from flopcount.counters.counting import count
from flopcount.counters.rules import tool_named
from flopcount.errors import FlopcountError
from tests.counters.networks import watched
from tests.counters.test_rules_odd import RUNNERS

ROWS, READ, STATE, PUT = 3, 8, 6, 5
FIRST, SECOND = 2 * ROWS * READ * STATE, 2 * ROWS * STATE * PUT  # FLOP of the two dense layers
ON = ["fvcore", "torchprofile", "torchlens", "calflops", "flopcountermode-grad", "ptflops-aten"]


class Frozen(nn.Module):
    """Features, by default of a dense layer, and a dense layer behind them."""

    def __init__(self, way: Callable[["Frozen", torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(READ, STATE), nn.Linear(STATE, PUT)
        self.encoder = nn.TransformerEncoderLayer(STATE, 2, 12, batch_first=True)
        self.way = way

    def forward(self, x: torch.Tensor) -> Any:
        return self.second(self.way(self, x))


def within(context: Callable[[], Any], net: Frozen, x: torch.Tensor) -> torch.Tensor:
    with context():
        return net.first(x)


def switched(net: Frozen, x: torch.Tensor) -> torch.Tensor:
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    features = net.first(x)
    torch.set_grad_enabled(before)
    return features


def encoded(context: Callable[[], Any], net: Frozen, x: torch.Tensor) -> torch.Tensor:
    with context():
        return net.encoder(net.first(x)[None])[0]


def cut_and_viewed(net: Frozen, x: torch.Tensor) -> torch.Tensor:
    features = net.first(x)
    return features.detach().view(-1, STATE) * features.sum()


def copied(net: Frozen, x: torch.Tensor) -> torch.Tensor:
    return within(torch.inference_mode, net, x).clone()


# What reads features, and the gradients that FlopCounterMode counts of the first layer and second.
WAYS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "none is off": (lambda net, x: net.first(x), 1, 2),
    "no_grad": (partial(within, torch.no_grad), 0, 1),
    "set_grad_enabled": (partial(within, partial(torch.set_grad_enabled, mode=False)), 0, 1),
    "set and put back": (switched, 0, 1),
    "decorated": (torch.no_grad()(lambda net, x: net.first(x)), 0, 1),
    "enable_grad": (partial(within, torch.enable_grad), 1, 2),
    "detach": (lambda net, x: net.first(x).detach(), 0, 1),
    "one flow of two": (cut_and_viewed, 1, 2),
    "inference_mode, copied": (copied, 0, 1),
}
ENCODED = {
    "an encoder without": partial(encoded, torch.no_grad),
    "an encoder with": partial(encoded, torch.enable_grad),
}
SHAPE = (ROWS, READ)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_backward_pass_has_the_gradients_that_are_on(way: str) -> None:
    features, first, second = WAYS[way]
    calls = watched(Frozen(features).eval(), torch.zeros(SHAPE))
    forward = FIRST + SECOND
    assert count(tool_named("flopcountermode-grad"), calls).value == forward
    backward = first * FIRST + second * SECOND
    assert count(tool_named("flopcountermode-backward"), calls).value == forward + backward


def test_an_encoder_takes_its_fast_path_where_the_tool_has_gradients_on() -> None:
    """In it nothing has a rule; all else are the two dense layers: 234 multiply-adds."""
    calls = watched(Frozen(ENCODED["an encoder without"]).eval(), torch.zeros(SHAPE))
    for tool, more in {"flopcountermode-grad": 0, "torchprofile": 0, "torchlens-macs": 0}.items():
        unit = 2 if tool == "flopcountermode-grad" else 1
        assert count(tool_named(tool), calls).value == unit * (FIRST + SECOND) // 2 + more
    # A tool with a hook on each module: only the attention is in one piece, not the two layers.
    assert count(tool_named("fvcore"), calls).value == (
        (FIRST + SECOND) // 2 + 2 * ROWS * STATE * 12 + 2 * 5 * ROWS * STATE
    )
    on = watched(Frozen(ENCODED["an encoder with"]).eval(), torch.zeros(SHAPE))
    assert count(tool_named("flopcountermode"), on).value > FIRST + SECOND


@pytest.mark.parametrize("tool", ON)
def test_what_an_inference_mode_made_is_refused_where_gradients_are_on(tool: str) -> None:
    net = Frozen(partial(within, torch.inference_mode)).eval()
    with pytest.raises(FlopcountError, match="prints nothing: the network reads outside"):
        count(tool_named(tool), watched(net, torch.zeros(SHAPE)))
    assert count(tool_named("thop"), watched(net, torch.zeros(SHAPE))).value > 0


def test_pytorch_is_left_as_it_was_found() -> None:
    enter = torch.inference_mode.__enter__
    with torch.enable_grad():
        watched(Frozen(partial(within, torch.no_grad)).eval(), torch.zeros(SHAPE))
        assert torch.is_grad_enabled()
    assert torch.inference_mode.__enter__ is enter


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("way", [*WAYS, *ENCODED])
def test_the_tools_print_what_their_rules_say(way: str) -> None:
    net = Frozen(WAYS[way][0] if way in WAYS else ENCODED[way]).eval()
    calls = watched(net, torch.zeros(SHAPE))
    for tool, run in RUNNERS.items():
        printed = run(copy.deepcopy(net), (torch.zeros(SHAPE),))  # some leave hooks behind
        assert (tool, printed) == (tool, count(tool_named(tool), calls).value)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("tool", ON)
def test_the_tools_stop_where_their_rules_say(tool: str) -> None:
    net = Frozen(partial(within, torch.inference_mode)).eval()
    with pytest.raises(RuntimeError, match=r"Inference tensors|counted nothing"):
        RUNNERS[tool](net, (torch.zeros(SHAPE),))
