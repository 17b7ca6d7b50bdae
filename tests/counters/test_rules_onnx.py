"""The rules of onnx-tool, beside the tool: on a module of each kind, and on whole networks."""

import random
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812  as everyone writes it
from torch import nn

from flopcount.counters.counting import Counted, count
from flopcount.counters.rules import tool_named
from flopcount.frameworks.models.inputs import Inputs, Tensor
from flopcount.frameworks.torch.called import calls_of
from tests.counters.live_others import onnx_tool

SEED = 21


def by_rules(module: nn.Module, *shapes: tuple[int, ...]) -> Counted:
    return count(tool_named("onnx-tool"), calls_of(module, Inputs(tuple(map(Tensor, shapes)))))


class Function(nn.Module):
    """A function as a module, which the exporter asks for."""

    def __init__(self, of: Callable[..., Any]) -> None:
        super().__init__()
        self.of = of

    def forward(self, *inputs: Any) -> Any:
        return self.of(*inputs)


def attention(q: Any, k: Any) -> Any:
    return F.scaled_dot_product_attention(q, k, k)


IMAGE, WORDS = (1, 6, 8, 8), (2, 7, 6)
SHARED = nn.Conv2d(6, 6, 3, padding=1, bias=False)
QUICK: dict[str, tuple[Any, ...]] = {
    "folded": (nn.Sequential(nn.Conv2d(6, 5, 3, bias=False), nn.BatchNorm2d(5)), IMAGE),
    "not folded": (
        nn.Sequential(nn.Conv2d(6, 5, 3, bias=False), nn.ReLU(), nn.BatchNorm2d(5)),
        IMAGE,
    ),
    "transposed": (nn.Sequential(nn.ConvTranspose2d(6, 4, 3, 2), nn.BatchNorm2d(4)), IMAGE),
    "layer norm": (nn.LayerNorm(6), WORDS),
    "attention": (Function(attention), (2, 3, 7, 4), (2, 3, 9, 4)),
}
SLOW: dict[str, tuple[Any, ...]] = {
    "LSTM": (nn.LSTM(6, 5, 2, bidirectional=True, batch_first=True), WORDS),
    "in groups": (nn.ConvTranspose2d(6, 4, 3, 2, groups=2), IMAGE),
    "shared": (nn.Sequential(SHARED, nn.BatchNorm2d(6), SHARED, nn.BatchNorm2d(6)), IMAGE),
    "dense, norm": (nn.Sequential(nn.Linear(6, 5), nn.BatchNorm1d(5)), (3, 6)),
    "no affine": (nn.Sequential(nn.Conv2d(6, 5, 3), nn.BatchNorm2d(5, affine=False)), IMAGE),
    "dense of words": (nn.Linear(6, 5), WORDS),
    "product": (Function(lambda x: x @ x.transpose(-1, -2)), WORDS),
    "einsum": (Function(lambda x: torch.einsum("abc,adc->abd", x, x)), WORDS),
    "group norm": (nn.GroupNorm(2, 6), IMAGE),
    "instance norm": (nn.InstanceNorm2d(6, affine=True), IMAGE),
    "GRU": (nn.GRU(6, 5, 2, bidirectional=True), WORDS),
    "max pool": (nn.MaxPool2d(3, 2, 1), IMAGE),
    "max pool of volumes": (nn.MaxPool3d(2), (1, 2, 6, 6, 6)),
    "average pool": (nn.AvgPool2d(3, 2, 1), IMAGE),
    "global pool": (nn.AdaptiveAvgPool2d(1), IMAGE),
    "adaptive pool": (nn.AdaptiveAvgPool2d(4), IMAGE),
    "adaptive max pool": (nn.AdaptiveMaxPool2d(1), IMAGE),
    "chunk": (Function(lambda x: torch.cat(x.chunk(3, 1)[::-1], 1)), IMAGE),
    "mean": (Function(lambda x: x.mean((2, 3))), IMAGE),
    "division": (Function(lambda x: x / 3), IMAGE),
    "softmax": (nn.Softmax(1), IMAGE),
    "log softmax": (nn.LogSoftmax(1), IMAGE),
    "embedding": (nn.Embedding(11, 6), (2, 7)),
    "GELU by tanh": (nn.GELU("tanh"), IMAGE),
    **{
        name: (getattr(nn, name)(), IMAGE)
        for name in [
            "ReLU",
            "ReLU6",
            "LeakyReLU",
            "ELU",
            "GELU",
            "SiLU",
            "Sigmoid",
            "Tanh",
            "Hardsigmoid",
            "Hardswish",
            "Hardtanh",
            "Softplus",
            "Mish",
            "PReLU",
            "LogSigmoid",
        ]
    },
    **{
        mode: (nn.Upsample(scale_factor=2, mode=mode), IMAGE)
        for mode in ("nearest", "bilinear", "bicubic")
    },
    **{
        name: (Function(getattr(torch, name)), IMAGE)
        for name in [
            "neg",
            "abs",
            "exp",
            "log",
            "sqrt",
            "rsqrt",
            "sin",
            "cos",
            "atan",
            "reciprocal",
            "floor",
            "erf",
        ]
    },
}


@pytest.mark.parametrize(
    "name", [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)]
)
def test_a_module_counts_as_its_rule_says(name: str) -> None:
    module, *shapes = (QUICK | SLOW)[name]
    words = name == "embedding"
    inputs = tuple(torch.zeros(s, dtype=torch.int64) if words else torch.rand(s) for s in shapes)
    module.eval()
    counted = count(
        tool_named("onnx-tool"),
        calls_of(
            module,
            Inputs(tuple(Tensor(x.shape, str(x.dtype).removeprefix("torch.")) for x in inputs)),
        ),
    )
    assert onnx_tool(module, inputs) == counted.value


def test_a_kind_that_stops_the_tool_has_no_rule() -> None:
    assert by_rules(nn.SELU(), IMAGE).unruled == ("SELU",)
    with pytest.raises(NotImplementedError, match="Selu"):
        onnx_tool(nn.SELU(), (torch.rand(IMAGE),))


def drawn(number: int) -> list[str]:
    """Convolutional networks of torchvision, of those that a CPU exports in seconds."""
    import torchvision

    families = ("resnet18", "mnasnet", "shufflenet", "squeezenet", "mobilenet", "efficientnet_b0")
    families += ("regnet_x_400mf", "regnet_y_400mf", "densenet121", "googlenet", "convnext_tiny")
    names = torchvision.models.list_models(module=torchvision.models)
    names = [name for name in names if name.startswith(families)]
    return random.Random(SEED).sample(names, number)  # noqa: S311  no secret


@pytest.mark.slow
@pytest.mark.parametrize("name", drawn(6))
def test_a_network_counts_as_the_rules_say(name: str) -> None:
    import torchvision

    model = torchvision.models.get_model(name, weights=None).eval()
    counted = by_rules(model, (1, 3, 224, 224))
    assert onnx_tool(model, (torch.rand(1, 3, 224, 224),)) == counted.value
