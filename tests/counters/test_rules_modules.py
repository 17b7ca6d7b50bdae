"""The rules of the tools that hook modules, each on a small module on which the tool itself ran.

THOP, torchinfo and ptflops run here, and must print what their rules say. ultralytics-thop, which
has the package name of THOP, and torch-scan were run once (2.2.3 and 0.2.0): printed_modules.toml
has what they printed, 0 for what it leaves out.
"""

# ruff: noqa: PLW0108  a function is looked up when it is called: ptflops patches it after that

import tomllib
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from flopcount.calls import Call
from flopcount.counters.counting import count
from flopcount.counters.rules import tools
from flopcount.frameworks.models.inputs import Inputs, Tensor
from flopcount.frameworks.torch.called import calls_of
from tests.counters.live_modules import RUNNERS


class Code(nn.Module):
    """A function of tensors, and the modules that it calls first of all."""

    def __init__(self, run: Callable[..., Any], *modules: nn.Module) -> None:
        super().__init__()
        self.parts = nn.ModuleList(modules)
        self.run = run

    def forward(self, first: Any, second: Any = None, third: Any = None) -> Any:
        inputs = [one for one in (first, second, third) if one is not None]
        return self.run(*self.parts, *inputs)


class Own(nn.LayerNorm):
    """A class derived from one of torch.nn."""


def shared() -> nn.Module:
    """One dense layer at two places, each of which calls it."""
    dense = nn.Linear(10, 10)
    return nn.Sequential(nn.Sequential(dense), nn.Sequential(dense, nn.ReLU()))


def heads() -> nn.Module:
    return nn.MultiheadAttention(8, 2, batch_first=True)


def nobody(attention: nn.Module, x: Any) -> Any:
    """Attention without its weights."""
    return attention(x, x, x, need_weights=False)[0]


def weights(attention: nn.Module, x: Any) -> Any:
    """Attention with its weights, which PyTorch computes in pieces."""
    return attention(x, x, x)[0]


def masked(attention: nn.Module, x: Any) -> Any:
    """The same, with a mask that is added to the scores."""
    mask = torch.zeros(x.shape[1], x.shape[1], dtype=x.dtype, device=x.device)
    return attention(x, x, x, attn_mask=mask)[0]


def deformed(module: nn.Module, x: Any, offset: Any, mask: Any) -> Any:
    return module(x, offset, mask)


def deformable() -> nn.Module:
    from torchvision.ops import DeformConv2d

    return Code(deformed, DeformConv2d(4, 6, 3, padding=1))


def timm_attention() -> nn.Module:
    from timm.layers.attention import Attention

    return Attention(8, num_heads=2)


IMAGE, WORDS = (1, 4, 9, 9), (1, 7, 8)
# name: how it is built, the shapes that come in
MODULES: dict[str, tuple[Callable[[], nn.Module], tuple[tuple[int, ...], ...]]] = {
    "convolution": (partial(nn.Conv2d, 4, 6, 3, groups=2), (IMAGE,)),
    "transposed": (partial(nn.ConvTranspose2d, 4, 6, 3, stride=2, groups=2), (IMAGE,)),
    "dense on a sequence": (partial(nn.Linear, 8, 5), (WORDS,)),
    "bilinear": (partial(nn.Bilinear, 3, 4, 5), ((2, 3), (2, 4))),
    "batch norm": (partial(nn.BatchNorm2d, 4), (IMAGE,)),
    "batch norm alone": (partial(nn.BatchNorm2d, 4, affine=False), (IMAGE,)),
    "layer norm": (partial(nn.LayerNorm, 8), (WORDS,)),
    "layer norm alone": (partial(nn.LayerNorm, 8, elementwise_affine=False), (WORDS,)),
    "derived layer norm": (partial(Own, 8), (WORDS,)),
    "group norm": (partial(nn.GroupNorm, 2, 4), (IMAGE,)),
    "instance norm": (partial(nn.InstanceNorm2d, 4), (IMAGE,)),
    "RMS norm": (partial(nn.RMSNorm, 8), (WORDS,)),
    "local response norm": (partial(nn.LocalResponseNorm, 3), (IMAGE,)),
    "PReLU": (partial(nn.PReLU, 4), (IMAGE,)),
    "LeakyReLU": (nn.LeakyReLU, (IMAGE,)),
    "GELU": (nn.GELU, (WORDS,)),
    "SiLU": (nn.SiLU, (WORDS,)),
    "softmax": (partial(nn.Softmax, dim=1), (WORDS,)),
    "log softmax": (partial(nn.LogSoftmax, dim=-1), (WORDS,)),
    "softmin": (partial(nn.Softmin, dim=-1), (WORDS,)),
    "softmax of an image": (nn.Softmax2d, (IMAGE,)),
    "max pool": (partial(nn.MaxPool2d, 3, stride=2), (IMAGE,)),
    "max pool of a pair": (partial(nn.MaxPool2d, (3, 3), stride=2), (IMAGE,)),
    "average pool": (partial(nn.AvgPool2d, 3, stride=2, padding=1), (IMAGE,)),
    "average pool without padding": (
        partial(nn.AvgPool2d, 3, stride=2, padding=1, count_include_pad=False),
        (IMAGE,),
    ),
    "average pool of 1 axis": (partial(nn.AvgPool1d, 2), (WORDS,)),
    "adaptive average pool": (partial(nn.AdaptiveAvgPool2d, 4), (IMAGE,)),
    "adaptive max pool": (partial(nn.AdaptiveMaxPool2d, 4), (IMAGE,)),
    "nearest": (partial(nn.Upsample, scale_factor=2), (IMAGE,)),
    "nearest exact": (partial(nn.Upsample, scale_factor=2, mode="nearest-exact"), (IMAGE,)),
    "linear": (partial(nn.Upsample, scale_factor=2, mode="linear"), (WORDS,)),
    "bilinear upsampling": (partial(nn.Upsample, scale_factor=2, mode="bilinear"), (IMAGE,)),
    "bicubic to a size": (partial(nn.Upsample, size=(5, 7), mode="bicubic"), (IMAGE,)),
    "trilinear": (partial(nn.Upsample, scale_factor=2, mode="trilinear"), ((1, 2, 3, 4, 5),)),
    "LSTM": (partial(nn.LSTM, 8, 3, 2, batch_first=True, bidirectional=True), (WORDS,)),
    "GRU": (partial(nn.GRU, 8, 3, 2, batch_first=True), (WORDS,)),
    "RNN": (partial(nn.RNN, 8, 3, batch_first=True, bias=False), (WORDS,)),
    "LSTM of one sample": (partial(nn.LSTM, 8, 3), ((1, 8),)),
    "LSTM cell": (partial(nn.LSTMCell, 8, 3), ((1, 8),)),
    "GRU cell": (partial(nn.GRUCell, 8, 3), ((1, 8),)),
    "RNN cell": (partial(nn.RNNCell, 8, 3), ((1, 8),)),
    "attention": (lambda: Code(nobody, heads()), (WORDS,)),
    "attention with weights": (
        lambda: Code(weights, heads()),
        (WORDS,),
    ),
    "attention with a mask": (
        lambda: Code(masked, heads()),
        (WORDS,),
    ),
    "attention of timm": (timm_attention, (WORDS,)),
    "deformable": (deformable, (IMAGE, (1, 18, 9, 9), (1, 9, 9, 9))),
    "a shared module": (shared, ((1, 10),)),
    "F.linear": (lambda: Code(lambda x: functional.linear(x, x[0])), (WORDS,)),
    "F.conv2d": (lambda: Code(lambda x: functional.conv2d(x, x[:, :, :3, :3])), (IMAGE,)),
    "matmul": (lambda: Code(lambda x, y: torch.matmul(x, y)), ((2, 3, 4), (4, 5))),
    "matmul, first broadcast": (lambda: Code(lambda x, y: torch.matmul(x, y)), ((3, 4), (2, 4, 5))),
    "@": (lambda: Code(lambda x, y: x @ y), ((2, 3, 4), (4, 5))),
    "mm": (lambda: Code(lambda x, y: torch.mm(x, y)), ((3, 4), (4, 5))),
    "bmm": (lambda: Code(lambda x, y: torch.bmm(x, y)), ((2, 3, 4), (2, 4, 5))),
    "addmm": (lambda: Code(lambda x, y, z: torch.addmm(x, y, z)), ((3, 5), (3, 4), (4, 5))),
    "einsum": (
        lambda: Code(lambda x, y: torch.einsum("bij,bjk->bik", x, y)),
        ((2, 3, 4), (2, 4, 5)),
    ),
    "einsum, a letter summed": (
        lambda: Code(lambda x, y: torch.einsum("...ij,jk->...k", x, y)),
        ((2, 3, 4), (4, 5)),
    ),
    "scaled dot-product": (
        lambda: Code(functional.scaled_dot_product_attention),
        ((1, 2, 7, 4), (1, 2, 6, 4), (1, 2, 6, 3)),
    ),
    "torch.add": (lambda: Code(lambda x, y: torch.add(x, y)), ((2, 3, 4), (4,))),
    "+": (lambda: Code(lambda x, y: x + y), ((2, 3, 4), (4,))),
    "interpolate by 1.5": (
        lambda: Code(lambda x: functional.interpolate(x, scale_factor=1.5)),
        ((1, 4, 8, 8),),
    ),
}

PRINTED = tomllib.loads(Path(__file__).with_name("printed_modules.toml").read_text("utf-8"))


def seen(build: Callable[[], nn.Module], shapes: tuple[tuple[int, ...], ...]) -> tuple[Call, ...]:
    """What a module calls."""
    return calls_of(build().eval(), Inputs(tuple(map(Tensor, shapes))))


@pytest.mark.slow
@pytest.mark.parametrize("name", MODULES)
def test_a_rule_counts_what_the_tool_prints(name: str) -> None:
    build, shapes = MODULES[name]
    module, inputs = build().eval(), tuple(torch.zeros(shape) for shape in shapes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        printed = {tool: run(module, inputs) for tool, run in RUNNERS.items()}
    printed |= {tool: numbers.get(name, 0) for tool, numbers in PRINTED.items()}
    calls = seen(build, shapes)
    assert {tool: count(tools()[tool], calls).value for tool in printed} == printed


def test_what_was_printed_is_of_modules_here() -> None:
    assert PRINTED.keys() == {"ultralytics-thop", "torchscan"}
    assert all(numbers.keys() <= MODULES.keys() for numbers in PRINTED.values())


# What people reported that a tool printed, with the thread.
REPORTED: dict[str, tuple[str, str, Callable[[], nn.Module], tuple[int, ...], int]] = {
    "Lyken17/pytorch-OpCounter/issues/98": ("thop", "0.1.1", shared, (1, 10), 800),
    "Lyken17/pytorch-OpCounter/issues/197": (
        "thop",
        "0.1.1",
        lambda: Code(weights, nn.MultiheadAttention(100, 1, batch_first=True)),
        (1, 1000, 100),
        0,
    ),
    "sovrasov/flops-counter.pytorch/issues/149": (
        "ptflops",
        "0.7.4",
        partial(nn.ConvTranspose2d, 3, 1, 2, stride=2),
        (1, 3, 2, 2),
        208,
    ),
    "TylerYep/torchinfo/issues/77": (
        "torchinfo",
        "1.5.0",
        partial(nn.Linear, 64, 256),
        (1, 22528, 64),
        16640,
    ),
    "ultralytics/thop/pull/158": (
        "ultralytics-thop",
        "2.2.3",
        lambda: Code(lambda part, x: part(x, x[..., [0, 1, 2, 0]]), nn.Bilinear(3, 4, 5)),
        (2, 7, 3),
        1120,
    ),
}


@pytest.mark.parametrize("thread", REPORTED)
def test_a_rule_counts_what_was_reported(thread: str) -> None:
    name, version, build, shape, printed = REPORTED[thread]
    tool = tools()[name].at_version(version)
    assert count(tool, seen(build, (shape,))).value == printed


def in_version(tool: str, version: str, name: str) -> int:
    """What an older version counts of a module."""
    return count(tools()[tool].at_version(version), seen(*MODULES[name])).value


def test_older_versions_count_by_their_own_rules() -> None:
    # ptflops patched no function before 0.7.1, and added a dense layer's bias once before 0.7.2,
    assert (
        in_version("ptflops", "0.6.9", "GELU") == 56 == in_version("ptflops", "0.7.5", "GELU") // 2
    )
    # and 0.7.1 patched that of a dense layer too
    dense = [in_version("ptflops", one, "dense on a sequence") for one in ("0.7", "0.7.1", "0.7.5")]
    assert dense == [285, 570, 315]
    assert in_version("ptflops", "0.6.9", "layer norm") == 0
    # THOP 0.0.31 added the bias of a convolution, and took a batch norm for two operations
    assert in_version("thop", "0.0.31", "convolution") == 5292 + 294
    assert in_version("thop", "0.0.31", "batch norm") == 648
    # ultralytics-thop counted no window of a pool before 2.1.3, and no function before 2.2.0
    assert in_version("ultralytics-thop", "2.1.2", "average pool") == 100
    assert in_version("ultralytics-thop", "2.1.2", "matmul") == 0


def test_a_class_that_is_only_called_alike_is_another() -> None:
    own = type("LayerNorm", (nn.LayerNorm,), {})
    calls = seen(partial(own, 8), (WORDS,))
    assert [count(tools()[tool], calls).value for tool in ("thop", "ptflops")] == [0, 0]
    assert count(tools()["ultralytics-thop"], calls).value == 4 * 56
