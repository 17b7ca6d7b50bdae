"""Small modules on which the tools that trace a model, or watch its operators, differ."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812  as everyone writes it
from torch import nn

Made = Callable[..., Any]


class Of(nn.Module):
    """A module of a function of its parameters, by their names, and of what comes in."""

    def __init__(self, forward: Made, **shapes: tuple[int, ...]) -> None:
        super().__init__()
        self._forward = forward
        for name, shape in shapes.items():
            self.register_parameter(name, nn.Parameter(torch.ones(shape)))

    def forward(self, *inputs: torch.Tensor) -> Any:
        """What its function gives."""
        return self._forward(self, *inputs)


class _Attention(nn.Module):
    """Attention of what comes in to itself, after a dense layer."""

    def __init__(self, *, batch_first: bool, asked: bool = False) -> None:
        super().__init__()
        self.before = nn.Linear(16, 16)
        self.inner = nn.MultiheadAttention(16, 4, batch_first=batch_first)
        self._asked = asked

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """What it attends to."""
        x = self.before(x)
        return self.inner(x, x, x, need_weights=self._asked)[0]


def _frozen() -> nn.Module:
    """Two dense layers, of which only the second learns."""
    module = nn.Sequential(nn.Linear(5, 4), nn.Linear(4, 3))
    module[0].requires_grad_(requires_grad=False)
    return module


def _after(layer: nn.Module, width: int) -> nn.Module:
    """A layer after a dense one, so that what comes in has a gradient."""
    return nn.Sequential(nn.Linear(width, width), layer)


def _two_convolutions(groups: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(4, 8, 3, padding=1, groups=groups), nn.Conv2d(8, 4, 3, stride=2, groups=groups)
    )


def _shape(*sizes: int) -> tuple[tuple[int, ...], ...]:
    return (sizes,)


# By name: how the module is made, and the shapes of what comes in.
UNITS: dict[str, tuple[Callable[[], nn.Module], tuple[tuple[int, ...], ...]]] = {
    "a dense layer without bias": (lambda: nn.Linear(5, 3, bias=False), _shape(2, 5)),
    "dense over four axes": (lambda: nn.Linear(5, 3), _shape(2, 3, 4, 5)),
    "dense over turned axes": (
        lambda: Of(lambda own, x: F.linear(x.permute(0, 2, 3, 1), own.w, own.b), w=(3, 5), b=(3,)),
        _shape(2, 5, 3, 4),
    ),
    "dense of a vector": (lambda: nn.Linear(5, 3), _shape(5)),
    "a frozen layer": (_frozen, _shape(2, 5)),
    "two convolutions": (lambda: _two_convolutions(1), _shape(2, 4, 8, 8)),
    "two grouped convolutions": (lambda: _two_convolutions(2), _shape(2, 4, 8, 8)),
    "a convolution along one axis": (lambda: nn.Conv1d(3, 4, 3), _shape(2, 3, 9)),
    "a convolution along three axes": (lambda: nn.Conv3d(3, 4, 2), _shape(1, 3, 4, 5, 6)),
    "padding in a word": (lambda: nn.Conv2d(3, 4, 3, padding="same"), _shape(1, 3, 8, 8)),
    "transposed": (lambda: nn.ConvTranspose2d(6, 4, 3, stride=2), _shape(2, 6, 5, 5)),
    "transposed, as many channels": (
        lambda: nn.ConvTranspose2d(6, 6, 3, stride=2, groups=3),
        _shape(2, 6, 5, 5),
    ),
    "transposed, in groups": (
        lambda: nn.ConvTranspose2d(6, 4, 3, stride=2, groups=2),
        _shape(2, 6, 5, 5),
    ),
    "matrices": (lambda: Of(lambda _, x, y: x @ y), ((2, 3, 4), (2, 4, 5))),
    "one matrix for all": (lambda: Of(lambda own, x: x @ own.w, w=(4, 5)), _shape(2, 3, 4)),
    "one matrix before all": (lambda: Of(lambda own, x: own.w @ x, w=(3, 4)), _shape(2, 4, 5)),
    "matrices that learn": (
        lambda: Of(lambda own, x: (x * own.w) @ (x * own.w).mT, w=(4,)),
        _shape(2, 3, 4),
    ),
    "added to matrices": (
        lambda: Of(lambda own, x, y: torch.baddbmm(own.b, x, y), b=(2, 3, 5)),
        ((2, 3, 4), (2, 4, 5)),
    ),
    "einsum, a product of matrices": (
        lambda: Of(lambda _, x, y: torch.einsum("nij,nik->njk", x, y)),
        ((7, 33, 35), (7, 33, 37)),
    ),
    "einsum, no product of matrices": (
        lambda: Of(lambda own, x: torch.einsum("nhw,cd->nchw", x, own.w), w=(31, 37)),
        _shape(3, 5, 7),
    ),
    "einsum, elements": (
        lambda: Of(lambda _, x, y: torch.einsum("bi,bi->bi", x, y)),
        ((2, 3), (2, 3)),
    ),
    "einsum with an ellipsis": (
        lambda: Of(lambda own, x: torch.einsum("...i,ij->...j", x, own.w), w=(4, 5)),
        _shape(2, 3, 4),
    ),
    "batch norm": (lambda: nn.BatchNorm2d(4), _shape(2, 4, 5, 5)),
    "batch norm without a scale": (lambda: nn.BatchNorm2d(4, affine=False), _shape(2, 4, 5, 5)),
    "batch norm of its own batch": (
        lambda: nn.BatchNorm2d(4, track_running_stats=False),
        _shape(2, 4, 5, 5),
    ),
    "batch norm of weights": (
        lambda: Of(
            lambda own, x: F.linear(
                x, F.batch_norm(own.w, None, None, weight=own.g * 2, training=True)
            ),
            w=(3, 4),
            g=(4,),
        ),
        _shape(2, 4),
    ),
    "layer norm": (lambda: nn.LayerNorm(6), _shape(2, 3, 6)),
    "layer norm without a scale": (
        lambda: nn.LayerNorm(6, elementwise_affine=False),
        _shape(2, 3, 6),
    ),
    "group norm": (lambda: nn.GroupNorm(2, 4), _shape(2, 4, 5)),
    "instance norm": (lambda: nn.InstanceNorm2d(4), _shape(2, 4, 5, 5)),
    "instance norm with a scale": (
        lambda: nn.InstanceNorm2d(4, affine=True),
        _shape(2, 4, 5, 5),
    ),
    "adaptive pool": (lambda: nn.AdaptiveAvgPool2d(3), _shape(2, 4, 7, 7)),
    "adaptive pool to one": (lambda: nn.AdaptiveAvgPool2d(1), _shape(2, 4, 7, 7)),
    "average pool": (lambda: nn.AvgPool2d(2), _shape(2, 4, 6, 6)),
    "nearest": (lambda: nn.Upsample(scale_factor=2), _shape(2, 3, 4, 4)),
    "bilinear": (lambda: nn.Upsample(scale_factor=2, mode="bilinear"), _shape(2, 3, 4, 4)),
    "bicubic": (lambda: nn.Upsample(size=9, mode="bicubic"), _shape(2, 3, 4, 4)),
    "sampling, bilinear": (
        lambda: Of(lambda _, x, at: F.grid_sample(x, at, align_corners=False)),
        ((1, 3, 5, 5), (1, 4, 4, 2)),
    ),
    "sampling, nearest": (
        lambda: Of(lambda _, x, at: F.grid_sample(x, at, "nearest", align_corners=False)),
        ((1, 3, 5, 5), (1, 4, 4, 2)),
    ),
    "sampling, bicubic": (
        lambda: Of(lambda _, x, at: F.grid_sample(x, at, "bicubic", align_corners=False)),
        ((1, 3, 5, 5), (1, 4, 4, 2)),
    ),
    "leaky ReLU": (nn.LeakyReLU, _shape(2, 3)),
    "leaky ReLU in place": (lambda: Of(lambda _, x: F.leaky_relu_(x + 1)), _shape(2, 3)),
    "a scale that comes first": (lambda: Of(lambda own, x: own.w * x, w=(3,)), _shape(2, 3)),
    "a scale that comes second": (lambda: Of(lambda own, x: x * own.w, w=(3,)), _shape(2, 3)),
    "a smaller one and a larger": (lambda: Of(lambda _, x, y: x + y), ((3,), (4, 3))),
    "in place": (lambda: Of(lambda _, x, y: (x * 2).add_(y).mul_(3)), ((2, 3), (2, 3))),
    "what nothing is computed from": (
        lambda: Of(lambda own, x: (x @ own.w, x * own.v)[1], w=(3, 4), v=(3,)),
        _shape(2, 3),
    ),
    "LSTM": (lambda: nn.LSTM(3, 5, batch_first=True), _shape(2, 4, 3)),
    "LSTM, two layers both ways": (
        lambda: nn.LSTM(3, 5, num_layers=2, bidirectional=True),
        _shape(4, 2, 3),
    ),
    "LSTM after a layer, without bias": (
        lambda: _after(nn.LSTM(3, 5, bias=False), 3),
        _shape(4, 2, 3),
    ),
    "LSTM with a projection": (lambda: nn.LSTM(3, 5, proj_size=2), _shape(4, 2, 3)),
    "RNN": (lambda: nn.RNN(3, 5), _shape(4, 2, 3)),
    "one step of a GRU": (lambda: nn.GRUCell(3, 5), _shape(2, 3)),
    "GRU, two layers both ways": (
        lambda: nn.GRU(3, 5, num_layers=2, bidirectional=True),
        _shape(4, 2, 3),
    ),
    "repeated": (lambda: Of(lambda own, x: x + own.w.repeat(2, 1), w=(1, 3)), _shape(2, 3)),
    "a convolution without a batch": (lambda: nn.Conv2d(3, 4, 3), _shape(3, 8, 8)),
    "GRU": (lambda: nn.GRU(3, 5), _shape(4, 2, 3)),
    "one step of an LSTM": (lambda: nn.LSTMCell(3, 5), _shape(2, 3)),
    "attention in a module": (lambda: _Attention(batch_first=True), _shape(2, 5, 16)),
    "attention in a module, its weights kept": (
        lambda: _Attention(batch_first=True, asked=True),
        _shape(2, 5, 16),
    ),
    "attention in a module, the batch second": (
        lambda: _Attention(batch_first=False),
        _shape(5, 2, 16),
    ),
    "fused attention": (
        lambda: Of(lambda own, x: F.scaled_dot_product_attention(x, x * own.w, x), w=(8,)),
        _shape(2, 4, 7, 8),
    ),
    "fused attention, a mask that learns": (
        lambda: Of(
            lambda own, x: F.scaled_dot_product_attention(x * own.w, x * own.w, x * own.w, own.m),
            w=(8,),
            m=(7, 7),
        ),
        _shape(2, 4, 7, 8),
    ),
    "attention that is not fused": (
        lambda: Of(lambda own, x, y: F.scaled_dot_product_attention(x, x * own.w, y), w=(8,)),
        ((2, 4, 7, 8), (2, 4, 7, 9)),
    ),
    "attention that is not fused, with a mask": (
        lambda: Of(
            lambda own, x, y: F.scaled_dot_product_attention(x, x, y, own.m * 2), m=(2, 4, 7, 7)
        ),
        ((2, 4, 7, 8), (2, 4, 7, 9)),
    ),
    "a layer of an encoder": (
        lambda: nn.TransformerEncoderLayer(16, 4, 32, batch_first=True),
        _shape(2, 5, 16),
    ),
}
