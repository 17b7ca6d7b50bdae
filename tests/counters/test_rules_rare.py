"""Calls that few networks make: packed sequences, sorts, pools by name, grids; what tools print."""

import copy
from collections.abc import Callable
from functools import cache
from math import log2
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence

from flopcount.calls import Call
from flopcount.counters.counting import count
from flopcount.counters.rules import tool_named
from flopcount.errors import FlopcountError
from tests.counters.networks import watched
from tests.counters.test_rules_odd import RUNNERS

WORDS, WIDTH, STATE, LONGEST = 20, 6, 5, 7


class Packed(nn.Module):
    """A recurrence over sequences of several lengths, packed."""

    def __init__(self, kind: Callable[..., Any], lengths: tuple[int, ...], **own: Any) -> None:
        super().__init__()
        self.table = nn.Embedding(WORDS, WIDTH)
        self.recurrence = kind(WIDTH, STATE, batch_first=True, **own)
        self.lengths = lengths

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        read, sizes = self.table(words), torch.tensor(self.lengths)
        packed = pack_padded_sequence(read, sizes, batch_first=True, enforce_sorted=False)
        return self.recurrence(packed)[0].data


class Does(nn.Module):
    """A function of what a dense layer and a convolution make."""

    def __init__(self, function: Callable[[torch.Tensor], Any]) -> None:
        super().__init__()
        self.first, self.function = nn.Conv2d(3, 4, 1), function

    def forward(self, x: torch.Tensor) -> Any:
        return self.function(self.first(x))


class Twice(nn.Module):
    """A bilinear layer of what comes in and itself."""

    def __init__(self) -> None:
        super().__init__()
        self.product = nn.Bilinear(8, 8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.product(x, x)


class Transformer(nn.Module):
    """A picture read where an affine map says that a dense layer makes of it."""

    def __init__(self, *, corners: bool) -> None:
        super().__init__()
        self.maps, self.corners = nn.Linear(3 * 8 * 8, 6), corners

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        maps = self.maps(x.flatten(1)).view(-1, 2, 3)
        grid = functional.affine_grid(maps, list(x.shape), align_corners=self.corners)
        return functional.grid_sample(x, grid, align_corners=self.corners)


def sorts(x: torch.Tensor) -> Any:
    return x.sort()[0], torch.topk(x, 2)[0], x.median(), x.median(dim=1)[0], torch.argsort(x)


def without_batch() -> nn.Module:
    """Of a picture of 3 × 8 × 9: a convolution to 4 × 6 × 7, and back."""
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.ConvTranspose2d(4, 2, 3, bias=False))


PICTURE, WORDS_IN = torch.zeros(2, 3, 8, 8), torch.zeros(3, LONGEST, dtype=torch.int64)
CASES: dict[str, tuple[Callable[[], nn.Module], torch.Tensor]] = {
    "LSTM, packed": (lambda: Packed(nn.LSTM, (7, 2, 5)), WORDS_IN),
    "LSTM, packed, both ways": (
        lambda: Packed(nn.LSTM, (7, 5, 2), num_layers=2, bidirectional=True),
        WORDS_IN,
    ),
    "LSTM, packed, all as long": (lambda: Packed(nn.LSTM, (7, 7, 7)), WORDS_IN),
    "GRU, packed": (lambda: Packed(nn.GRU, (7, 5, 2)), WORDS_IN),
    "RNN, packed": (lambda: Packed(nn.RNN, (7, 5, 2)), WORDS_IN),
    "sorts": (lambda: Does(sorts), PICTURE),
    "average pool by name": (
        lambda: Does(lambda x: functional.avg_pool2d(x, kernel_size=3)),
        PICTURE,
    ),
    "power-average pool": (
        lambda: Does(lambda x: functional.lp_pool2d(x, 2, 3, stride=1)),
        PICTURE,
    ),
    "power-average pool, two sides": (lambda: Does(nn.LPPool2d(2, (3, 2))), PICTURE),
    "bilinear": (Twice, torch.zeros(3, 2, 8)),
    "RReLU": (lambda: Does(nn.RReLU()), PICTURE),
    "affine grid": (lambda: Transformer(corners=False), PICTURE),
    "affine grid at the corners": (lambda: Transformer(corners=True), PICTURE),
}
CASES["a picture without a batch"] = (without_batch, torch.zeros(3, 8, 9))
STOP = ("calflops", "calflops-macs", "ptflops")  # at a packed sequence
ASSERTS = STOP[:2]  # that a picture has a batch


@cache
def calls_in(case: str) -> tuple[Call, ...]:
    build, x = CASES[case]
    return watched(build().eval(), x)


def said(case: str, tool: str) -> int:
    return count(tool_named(tool), calls_in(case)).value


@pytest.mark.slow
def test_packed_sequences() -> None:
    """14 tokens in 7 steps of 3 samples; an LSTM has 4·5·(6 + 5) weights and 4·5·2 biases."""
    weights, biases = 4 * STATE * (WIDTH + STATE), 4 * STATE * 2
    of_states = 8 * STATE
    assert said("LSTM, packed", "thop") == LONGEST * 3 * (weights + biases + of_states)
    assert said("LSTM, packed", "torchprofile") == 14 * STATE * weights
    assert said("LSTM, packed", "flopcountermode") == 2 * 14 * weights
    assert said("LSTM, packed, all as long", "flopcountermode") == 0  # one kernel, without a rule
    for tool in (*STOP, "deepspeed"):
        with pytest.raises(FlopcountError, match="prints nothing: its hook of a recurrence"):
            said("LSTM, packed", tool)


def test_a_picture_without_a_batch() -> None:
    """Channels are taken for the batch: 3 × a row of 7, and 4 × 7 back; divided by 3 at the end."""
    case = "a picture without a batch"
    assert said(case, "thop") == 4 * 6 * 7 * 8 * 9 + 2 * 8 * 9 * (6 * 9)
    of_modules = 9 * 3 * 4 * 3 * 7 + 3 * 6 * 7 + 4 * 6 * 7 + 9 * 4 * 2 * 4 * 7
    assert said(case, "ptflops") == of_modules // 3 + 4 * 6 * 7  # a ReLU is a function, too
    assert said(case, "fvcore") == 9 * 3 * 4 * 6 * 7 + 9 * 4 * 2 * 6 * 7
    for tool in (*ASSERTS, "deepspeed"):
        with pytest.raises(FlopcountError, match="prints nothing: it asserts"):
            said(case, tool)
    square = watched(nn.Conv2d(8, 4, 3).eval(), torch.zeros(8, 8, 9))
    with pytest.raises(FlopcountError, match="prints what is not known here: it takes"):
        count(tool_named("calflops"), square)


def test_what_is_rare_in_torchlens() -> None:
    first = 2 * PICTURE.numel() * 4 + 2 * 4 * 64
    assert said("average pool by name", "torchlens") == first + 2 * 4 * 2 * 2
    n, two, rows = 2 * 4 * 64, 2 * 4 * 8 * 2, 2 * 64
    each = [2 * n * log2(n), 2 * two * log2(two), 1, 2 * rows * log2(rows), n * log2(n)]
    assert said("sorts", "torchlens") == first + sum(map(int, each))


def test_what_is_rare_in_pytorchs_own() -> None:
    """Bilinear: 4 × (8·8 + 8) of 6 rows and their bias; a grid: 64 places × 3 × 2 of 2 samples."""
    assert said("bilinear", "torch-profiler") == 2 * 6 * 4 * (8 * 8 + 8) + 6 * 4
    dense, grid = 2 * 2 * 192 * 6, 2 * 2 * 64 * 3 * 2
    assert said("affine grid", "torch-profiler") == dense + grid + 8 + 8
    assert said("affine grid at the corners", "torch-profiler") == dense + grid
    assert said("affine grid", "flopcountermode") == dense
    assert said("affine grid", "flopcountermode-backward") == 2 * dense + grid


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", CASES)
def test_the_tools_print_what_their_rules_say(case: str) -> None:
    build, x = CASES[case]
    net = build().eval()
    calls = calls_in(case)
    for tool, run in RUNNERS.items():
        if "packed" in case and tool in STOP:
            with pytest.raises((AttributeError, RuntimeError), match="has no attribute 'shape'"):
                run(copy.deepcopy(net), (x,))
            continue
        if "without a batch" in case and tool in ASSERTS:
            with pytest.raises(AssertionError):
                run(copy.deepcopy(net), (x,))
            continue
        printed = run(copy.deepcopy(net), (x,))  # some leave hooks behind
        assert (tool, printed) == (tool, count(tool_named(tool), calls).value)
