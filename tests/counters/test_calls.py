"""The sizes of each kind of call, as one works them out by hand, at every level that it has."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest
import torch
from torch import nn

from flopcount.calls import DISPATCHED, FACTS, FUNCTION, MODULE, OPERATOR
from tests.counters.networks import watched


class Case(NamedTuple):
    """A module, the shapes of what comes in, and facts of the calls of its kind."""

    module: nn.Module
    shapes: tuple[tuple[int, ...], ...]
    kind: str
    facts: Mapping[str, int]
    levels: tuple[str, ...] = (MODULE, FUNCTION, OPERATOR)


CASES = {
    # 3×3 over 4×4 with 1 of padding: along an axis 4·3 taps, 2 of them on padding
    "convolution": Case(
        nn.Conv2d(2, 6, 3, padding=1),
        ((5, 2, 4, 4),),
        "convolution",
        {
            "macs": 5 * 6 * 16 * 2 * 9,
            "inside": 5 * 6 * 2 * 10 * 10,
            "bias": 5 * 6 * 16,
            "biased": 1,
            "params": 6 * 2 * 9 + 6,
            "in": 160,
            "out": 480,
            "kernel": 9,
            "groups": 1,
            "axes": 2,
            "stride": 1,
            "positions": 16,
            "positions_in": 16,
            "channels_in": 2,
            "channels_out": 6,
            "dilated": 0,
            "chained": 0,
            "batch": 5,
            "last": 4,
            "rank": 4,
            "operands": 1,
        },
    ),
    # each input to 4 taps of 6 / 3 channels; 4 → 2·(4 − 1) + 2 = 8
    "transposed convolution of groups": Case(
        nn.ConvTranspose2d(3, 6, 2, stride=2, groups=3, bias=False),
        ((1, 3, 4, 4),),
        "transposed convolution",
        {
            "macs": 48 * 4 * 2,
            "inside": 48 * 4 * 2,
            "bias": 0,
            "out": 6 * 64,
            "groups": 3,
            "kernel": 4,
            "stride": 4,
            "channels_out": 6,
            "shrunk": 4,  # ⌊(4 − 2) / 2⌋ + 1 = 2 along an axis
        },
    ),
    # 2·(3 − 1) + 3 − 2·1 = 5; of 3·3 taps along the axis the first and the last are cropped
    "transposed convolution, cropped": Case(
        nn.ConvTranspose1d(1, 1, 3, stride=2, padding=1),
        ((1, 1, 3),),
        "transposed convolution",
        {"macs": 9, "inside": 7, "bias": 5, "out": 5, "shrunk": 2},
    ),
    "convolution, the same size": Case(
        nn.Conv1d(1, 1, 4, padding="same"),  # 1 before, 2 behind
        ((1, 1, 6),),
        "convolution",
        {"macs": 24, "inside": 24 - 1 - 2 - 1, "out": 6},
    ),
    "depthwise, apart": Case(
        nn.Conv3d(4, 4, 2, dilation=3, groups=4, bias=False),
        ((1, 4, 5, 5, 5),),
        "convolution",
        {"macs": 4 * 8 * 8, "inside": 4 * 8 * 8, "dilated": 1, "kernel": 8, "axes": 3, "biased": 0},
    ),
    "dense": Case(
        nn.Linear(7, 3),
        ((2, 5, 7),),
        "dense",
        {
            "macs": 10 * 21,
            "inside": 210,
            "bias": 30,
            "rows": 10,
            "channels_in": 7,
            "channels_out": 3,
            "params": 24,
        },
    ),
    "bilinear": Case(
        nn.Bilinear(3, 4, 5),
        ((2, 3), (2, 4)),
        "bilinear",
        {"in": 6, "out": 10, "operands": 2, "params": 65},
    ),
    "batch norm": Case(
        nn.BatchNorm2d(3),
        ((2, 3, 4, 4),),
        "batch norm",
        {"affine": 1, "out": 96, "params": 6, "channels_in": 3, "stats": 6, "training": 0},
    ),
    "batch norm, plain": Case(
        nn.BatchNorm1d(3, affine=False), ((2, 3),), "batch norm", {"affine": 0, "params": 0}
    ),
    "layer norm": Case(
        nn.LayerNorm((4, 6)), ((2, 4, 6),), "layer norm", {"features": 24, "affine": 1}
    ),
    "group norm": Case(
        nn.GroupNorm(2, 6), ((1, 6, 5),), "group norm", {"features": 15, "groups": 2, "affine": 1}
    ),
    "instance norm": Case(
        nn.InstanceNorm2d(3), ((1, 3, 4, 4),), "instance norm", {"affine": 0, "features": 16}
    ),
    "RMS norm": Case(nn.RMSNorm(6), ((2, 6),), "RMS norm", {"features": 6, "affine": 1}),
    # windows of 3 from −1, 1 and 3 hold 2, 3 and 2 of 5
    "max pool": Case(
        nn.MaxPool2d(3, 2, padding=1),
        ((1, 2, 5, 5),),
        "max pool",
        {"windows": 2 * 7 * 7, "kernel": 9, "positions": 9, "positions_in": 25, "stride": 4},
    ),
    # the last window is cut off: 2, 2 and 1 of 5
    "average pool, rounded up": Case(
        nn.AvgPool1d(2, ceil_mode=True),
        ((1, 1, 5),),
        "average pool",
        {"windows": 5, "kernel": 2, "positions": 3},
    ),
    # 5 to 3: 0–2, 1–4, 3–5, so 2, 3 and 2
    "adaptive average pool": Case(
        nn.AdaptiveAvgPool2d((3, 1)),
        ((1, 2, 5, 4),),
        "adaptive average pool",
        {"windows": 2 * 7 * 4, "positions": 3, "positions_in": 20, "floors": 4},
    ),
    "adaptive max pool": Case(
        nn.AdaptiveMaxPool1d(2), ((1, 1, 5),), "adaptive max pool", {"windows": 6, "out": 2}
    ),
    "softmax": Case(nn.Softmax(dim=1), ((2, 3, 4),), "softmax", {"length": 3, "rows": 8}),
    "log softmax": Case(nn.LogSoftmax(-1), ((2, 5),), "log softmax", {"length": 5, "rows": 2}),
    "bilinear upsampling": Case(
        nn.Upsample(scale_factor=(2, 3), mode="bilinear"),
        ((1, 2, 4, 4),),
        "upsampling",
        {"scale": 6, "size": 0, "linear": 1, "nearest": 0, "cubic": 0, "out": 192},
    ),
    "nearest upsampling to a size": Case(
        nn.Upsample(size=(6, 8)), ((1, 1, 3, 4),), "upsampling", {"scale": 0, "size": 48}
    ),
    "GELU": Case(nn.GELU(approximate="tanh"), ((2, 3),), "GELU", {"tanh": 1, "out": 6}),
    "PReLU": Case(nn.PReLU(3), ((2, 3),), "PReLU", {"params": 3, "operands": 1}),
    "dropout": Case(nn.Dropout(), ((2, 3),), "dropout", {"out": 6}),
    # 4 gates, 5 steps of 2 samples: 3·4 and 4·4 weights of each in the first layer, then 8·4, 4·4
    "LSTM": Case(
        nn.LSTM(3, 4, num_layers=2, bidirectional=True),
        ((5, 2, 3),),
        "LSTM",
        {
            "macs": 10 * 2 * 4 * (12 + 16 + 32 + 16),
            "bias": 10 * 2 * 4 * (8 + 8),
            "steps": 5,
            "samples": 2,
            "layers": 2,
            "directions": 2,
            "hidden": 4,
            "rows": 10,
            "forward_params": 4 * (12 + 16 + 8 + 32 + 16 + 8),
        },
    ),
    "GRU": Case(
        nn.GRU(3, 4, batch_first=True, bias=False),
        ((2, 5, 3),),
        "GRU",
        {"macs": 10 * 3 * (12 + 16), "bias": 0, "steps": 5, "samples": 2, "biased": 0},
    ),
    "RNN": Case(nn.RNN(3, 4), ((5, 2, 3),), "RNN", {"macs": 10 * (12 + 16), "hidden": 4}),
    "LSTM's cell": Case(
        nn.LSTMCell(3, 4), ((2, 3),), "LSTM", {"macs": 2 * 4 * (12 + 16), "steps": 1}
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_level_has_the_sizes(case: Case) -> None:
    found = watched(case.module.eval(), *(torch.zeros(shape) for shape in case.shapes))
    for level in case.levels:
        calls = [call for call in found if call.level == level and call.kind == case.kind]
        assert len(calls) == 1, level
        assert {name: calls[0].facts.get(name) for name in case.facts} == case.facts, level


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_calls_have_no_fact_that_no_rule_may_name_and_stand_in_the_one_before(case: Case) -> None:
    found = watched(case.module.eval(), *(torch.zeros(shape) for shape in case.shapes))
    for number, call in enumerate(found):
        assert set(call.facts) <= set(FACTS)
        assert all(type(size) is int for size in call.facts.values())
        assert -1 <= call.within < number
        assert call.within < 0 or (call.level != MODULE or found[call.within].level == MODULE)


@pytest.mark.slow
def test_what_is_dispatched_comes_to_the_same_products() -> None:
    for case in CASES.values():
        found = watched(case.module.eval(), *(torch.zeros(shape) for shape in case.shapes))
        sums = {
            level: sum(call.facts.get("macs", 0) for call in found if call.level == level)
            for level in (OPERATOR, DISPATCHED)
        }
        assert sums[OPERATOR] == sums[DISPATCHED]


class Attends(nn.Module):
    """Attention that is asked for its weights, or not."""

    def __init__(self, *, asked: bool, **kwargs: Any) -> None:
        super().__init__()
        self.attention, self.asked = nn.MultiheadAttention(8, 2, **kwargs), asked

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.attention(x, x, x, need_weights=self.asked)[0]


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("first", [False, True])
def test_attention_has_its_projections_and_both_products(*, asked: bool, first: bool) -> None:
    samples, tokens = (3, 5) if first else (5, 3)  # as torch.nn has it: tokens come first
    found = watched(Attends(asked=asked, batch_first=first).eval(), torch.zeros(3, 5, 8))
    (attention,) = (call for call in found if call.name == "MultiheadAttention")
    rows, scores = samples * tokens, samples * 2 * tokens * tokens
    expected = {
        "macs": 4 * rows * 64 + 2 * scores * 4,
        "bias": 4 * rows * 8,
        "scores": scores,
        "heads": 2,
        "embed": 8,
        "queries": tokens,
        "keys": tokens,
        "samples": samples,
        "asked": int(asked),
        "fused": int(not asked),  # weights that are asked for are computed one after the other
        "fast": int(first),
        "params": 4 * 64 + 4 * 8 - 72,  # its last projection is a module in it
    }
    assert {name: attention.facts.get(name) for name in expected} == expected
    assert attention.kind == "attention"


def test_attention_of_odd_heads_or_two_sequences_has_no_fast_path() -> None:
    class Crossed(Attends):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.attention(x, x[:, :2], x[:, :2])[0]

    found = watched(Crossed(asked=False, batch_first=True).eval(), torch.zeros(3, 5, 8))
    assert [call.facts["fast"] for call in found if "fast" in call.facts] == [0]
    odd = nn.MultiheadAttention(9, 3, batch_first=True)
    found = watched(nn.TransformerEncoderLayer(8, 2, 16).eval(), torch.zeros(3, 5, 8))
    assert [call.facts["fast"] for call in found if "fast" in call.facts] == [0, 0]
    x = torch.zeros(1, 5, 9)
    assert watched(odd.eval(), x, x, x)[0].facts["fast"] == 0
