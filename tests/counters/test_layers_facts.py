"""A layer's calls beside those of torch's module for it, watched: names, kinds, every fact."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import flopcount as fc
from flopcount.calls import DISPATCHED, MODULE, Call
from flopcount.calls.kinds import moves
from flopcount.calls.layers import calls_of_layers
from flopcount.counters.networks import calls_of

pytestmark = pytest.mark.slow
BATCH = 2


class Itself(nn.Module):  # type: ignore[misc, name-defined]
    """Attention of a sequence with itself, whose weights nobody asks for."""

    def __init__(self, bias: bool = True) -> None:  # noqa: FBT001, FBT002
        super().__init__()
        self.own = nn.MultiheadAttention(8, 4, bias=bias, batch_first=True)

    def forward(self, x: Any) -> Any:
        return self.own(x, x, x, need_weights=False)[0]


class First(nn.Module):  # type: ignore[misc, name-defined]
    """What a recurrence puts out, without its state."""

    def __init__(self, own: Any) -> None:
        super().__init__()
        self.own = own

    def forward(self, x: Any) -> Any:
        return self.own(x)[0]


IMAGE, TOKENS = (8, 9, 11), (9, 8)
# A layer of the notation, torch's module for it, and its input as torch has it.
PAIRS: dict[str, tuple[Any, tuple[int, ...]]] = {
    "9x11x8 > conv 3x3/2 12 pad=1 dilation=2 groups=2 linear": (
        lambda: nn.Conv2d(8, 12, 3, 2, 1, 2, groups=2),
        IMAGE,
    ),
    "9x11x8 > depthwise 3x3 nobias linear": (
        lambda: nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False),
        IMAGE,
    ),
    "9x8 > conv 3 12 linear": (lambda: nn.Conv1d(8, 12, 3, padding=1), (8, 9)),
    "4x5x6x8 > conv 3x3x3 12 linear valid": (lambda: nn.Conv3d(8, 12, 3), (8, 4, 5, 6)),
    "9x11x8 > transposed 4x4/2 12 pad=1 groups=4 linear": (
        lambda: nn.ConvTranspose2d(8, 12, 4, 2, 1, groups=4),
        IMAGE,
    ),
    "9x8 > dense 12": (lambda: nn.Linear(8, 12), TOKENS),
    "8 > dense 12 nobias": (lambda: nn.Linear(8, 12, bias=False), (8,)),
    "9x11x8 > norm": (lambda: nn.BatchNorm2d(8), IMAGE),
    "9x11x8 > norm=stats": (lambda: nn.BatchNorm2d(8, affine=False), IMAGE),
    "9x8 > norm=layer": (lambda: nn.LayerNorm(8), TOKENS),
    "9x8 > norm=layer:stats": (lambda: nn.LayerNorm(8, elementwise_affine=False), TOKENS),
    "9x11x8 > norm=group:4": (lambda: nn.GroupNorm(4, 8), IMAGE),
    "9x11x8 > norm=instance": (lambda: nn.InstanceNorm2d(8, affine=True), IMAGE),
    "9x8 > norm=rms": (lambda: nn.RMSNorm(8), TOKENS),
    "9x11x8 > conv 3x3 8 norm nobias linear": (
        lambda: nn.Sequential(nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)),
        IMAGE,
    ),
    "9x11x8 > maxpool 3x3/2 pad=1": (lambda: nn.MaxPool2d(3, 2, 1), IMAGE),
    "9x11x8 > maxpool 3x2/2 valid ceil": (
        lambda: nn.MaxPool2d((3, 2), 2, ceil_mode=True),
        IMAGE,
    ),
    "9x11x8 > avgpool 3x3/2 pad=1": (lambda: nn.AvgPool2d(3, 2, 1), IMAGE),
    "9x11x8 > avgpool 4x4/3 pad=1 ceil": (lambda: nn.AvgPool2d(4, 3, 1, ceil_mode=True), IMAGE),
    "9x11x8 > avgpool global": (lambda: nn.AdaptiveAvgPool2d(1), IMAGE),
    "9x11x8 > avgpool to=4x5": (lambda: nn.AdaptiveAvgPool2d((4, 5)), IMAGE),
    "9x11x8 > maxpool global": (lambda: nn.AdaptiveMaxPool2d(1), IMAGE),
    "9x11x8 > upsample 2": (lambda: nn.Upsample(scale_factor=2), IMAGE),
    "9x11x8 > upsample 3x2 bilinear": (
        lambda: nn.Upsample(scale_factor=(3, 2), mode="bilinear"),
        IMAGE,
    ),
    "9x11x8 > upsample to=20x30 bilinear": (
        lambda: nn.Upsample(size=(20, 30), mode="bilinear"),
        IMAGE,
    ),
    "9x8 > softmax": (lambda: nn.Softmax(-1), TOKENS),
    "9x11x8 > dropout": (nn.Dropout, IMAGE),
    "9x11x8 > pixelshuffle 2": (lambda: nn.PixelShuffle(2), IMAGE),
    "10x12x8 > pixelunshuffle 2": (lambda: nn.PixelUnshuffle(2), (8, 10, 12)),
    "9x11x8 > shuffle groups=2": (lambda: nn.ChannelShuffle(2), IMAGE),
    "9x11x8 > pad 1": (lambda: nn.ZeroPad2d(1), IMAGE),
    "9x8 > glu": (nn.GLU, TOKENS),
    "9x11x8 > lrn": (lambda: nn.LocalResponseNorm(5), IMAGE),
    "9x8 > attention 4": (Itself, TOKENS),
    "9x8 > attention 4 nobias": (lambda: Itself(bias=False), TOKENS),
    "9x8 > lstm 12 bias=2": (lambda: First(nn.LSTM(8, 12, batch_first=True)), TOKENS),
    "9x8 > gru 12": (lambda: First(nn.GRU(8, 12, batch_first=True)), TOKENS),
    "9x8 > rnn 12 bias=2": (lambda: First(nn.RNN(8, 12, batch_first=True)), TOKENS),
    "9x11x8 > prelu": (lambda: nn.PReLU(8), IMAGE),
    **{
        f"9x11x8 > {word}": (module, IMAGE)
        for word, module in {
            "relu": nn.ReLU,
            "relu6": nn.ReLU6,
            "leaky": nn.LeakyReLU,
            "elu": nn.ELU,
            "selu": nn.SELU,
            "gelu": nn.GELU,
            "silu": nn.SiLU,
            "mish": nn.Mish,
            "sigmoid": nn.Sigmoid,
            "tanh": nn.Tanh,
            "softplus": nn.Softplus,
            "hardsigmoid": nn.Hardsigmoid,
            "hardswish": nn.Hardswish,
        }.items()
    },
}
# A function's second tensor is its weight there, which is none of a layer's inputs.
_ARGUMENTS = {"tensors", "last_other", "aligned_left"}  # and none of a watched operator's
# By kind: what the watched one has more of, since its state or its statistics come in as tensors;
# attention's function has the tokens before the samples.
_OTHERWISE = {
    "batch norm": {"ins", "operands"},
    "LSTM": {"ins", "operands"},
    "GRU": {"ins", "operands"},
    "RNN": {"ins", "operands"},
    "attention": {"batch", "second", "inside_fast"},
}


def compared(made: tuple[Call, ...]) -> dict[tuple[str, str, int], Call]:
    """The calls that compute, and the modules of torch.nn, by level and name, each in its order."""
    seen: Counter[tuple[str, str]] = Counter()
    found = {}
    for call in made:
        known = call.level != MODULE or hasattr(nn, call.name)
        contained = call.name == "Sequential" or call.level == DISPATCHED
        own = call.name.rpartition(".")[2]
        if not known or contained or (call.level != MODULE and moves(own)):
            continue
        found[call.level, call.name, seen[call.level, call.name]] = call
        seen[call.level, call.name] += 1
    return found


def check(spec: str, module: Any, shape: tuple[int, ...]) -> None:
    ours = compared(calls_of_layers(fc.load(spec).rows, batch=BATCH))
    watched = compared(calls_of(fc.read_torch(module.eval(), fc.inputs(BATCH, *shape))).calls)
    assert ours.keys() == watched.keys()
    for at, call in ours.items():
        other = watched[at]
        left = _ARGUMENTS | _OTHERWISE.get(call.kind, set())
        shared = call.facts.keys() & other.facts.keys() - left
        assert {name: call.facts[name] for name in shared} == {
            name: other.facts[name] for name in shared
        }, at
        if "lrn" not in spec:
            assert {*other.facts} - {*call.facts} == set(), at
        if at[0] == MODULE:
            assert (call.bases, call.kind) == (other.bases, other.kind)


@pytest.mark.parametrize("spec", PAIRS)
def test_a_layer_has_the_facts_of_torchs_module(spec: str) -> None:
    build, shape = PAIRS[spec]
    check(spec, build(), shape)


@given(st.data())
@settings(deadline=None, max_examples=40)
def test_a_window_has_the_facts_of_torchs(data: st.DataObject) -> None:
    size = st.integers(1, 4)
    k, s = (data.draw(st.tuples(size, size)) for _ in range(2))
    d = data.draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    pad = (data.draw(st.integers(0, k[0] // 2)), data.draw(st.integers(0, k[1] // 2)))
    groups, biased = data.draw(st.sampled_from((1, 2, 4))), data.draw(st.booleans())
    word = data.draw(st.sampled_from(("conv", "transposed", "maxpool", "avgpool")))
    window = f"{k[0]}x{k[1]}/{s[0]}x{s[1]}"
    padding = f"pad={pad[0]}x{pad[1]}"
    if word in ("conv", "transposed"):
        options = f"12 {padding} dilation={d[0]}x{d[1]} groups={groups} linear"
        made = nn.Conv2d if word == "conv" else nn.ConvTranspose2d
        settings_ = {"dilation": d, "groups": groups, "bias": biased}
        options += "" if biased else " nobias"
        module = made(8, 12, k, s, pad, **settings_)
    else:
        given_ = k[0] if k[0] == k[1] else k  # one number where it is one
        options = padding
        module = (nn.MaxPool2d if word == "maxpool" else nn.AvgPool2d)(given_, s, pad)
    check(f"13x14x8 > {word} {window} {options}", module, (8, 13, 14))
