"""The same layers in PyTorch: a second witness beside JAX.

Its pools round the number of outputs up by a rule of their own code, its adaptive pools lay their
own cells, and its padding is explicit: what the twins in JAX had to be told, PyTorch does itself.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from zlib import crc32

import numpy as np
import pytest

from flopcount.core.op import Op
from flopcount.core.ops.convolution import Conv
from flopcount.core.ops.elementwise import GATES, Activation, Gated, Softmax
from flopcount.core.ops.joining import Multiply
from flopcount.core.ops.norm import LRN, NORMS, Norm
from flopcount.core.ops.pooling import AdaptivePool, Pool
from flopcount.core.ops.resampling import Pad, Upsample
from flopcount.core.ops.tail import Tail
from flopcount.core.ops.transposed import Transposed
from flopcount.frameworks.literal import run_all
from tests.core.test_twins import known, tensors
from tests.core.twins import TWINS

pytestmark = pytest.mark.slow

Array = Any
COMPARED = 50  # so many ops of a kind that PyTorch has


def first(x: Array) -> Array:
    """Channels first, in a batch of one."""
    import torch

    return torch.from_numpy(np.moveaxis(np.asarray(x, np.float64), -1, 0)[None].copy())


def last(y: Array) -> Array:
    """Channels last, without the batch."""
    return np.moveaxis(y[0].numpy(), 0, -1)


def padded(op: Any) -> tuple[int, ...] | None:
    """Explicit padding; None for SAME, which PyTorch has for a stride of 1 alone."""
    padding = op.window.padding
    if padding == "same":
        return None
    return (0,) * len(op.window.kernel) if padding == "valid" else padding


def convolution(op: Conv, x: Array, p: dict[str, Array]) -> Array | None:
    import torch

    padding, rank, channels = padded(op), len(op.window.kernel), x.shape[-1]
    if padding is None or op.tail.bias or op.tail.norm or op.tail.activation:
        return None
    groups = channels if op.width is None else op.groups
    kernel = p["W"].reshape(*op.window.kernel, groups, channels // groups, -1)
    kernel = np.moveaxis(kernel, (rank, rank + 2), (0, 1))  # g k t* c
    kernel = np.moveaxis(kernel.reshape(-1, *kernel.shape[2:]), -1, 1)  # out, in, taps
    conv = getattr(torch.nn.functional, f"conv{rank}d")
    weight = torch.from_numpy(kernel.copy())
    w = op.window
    return last(conv(first(x), weight, None, w.stride, padding, w.dilation, groups))


def transposed(op: Transposed, x: Array, p: dict[str, Array]) -> Array | None:
    import torch

    padding, rank, w = padded(op), len(op.window.kernel), op.window
    if padding is None or op.tail != Tail(bias=False):
        return None
    kernel = p["W"].reshape(*w.kernel, x.shape[-1], -1)  # taps, in, out of each group
    kernel = torch.from_numpy(np.moveaxis(kernel, (rank, rank + 1), (0, 1)).copy())
    conv = getattr(torch.nn.functional, f"conv_transpose{rank}d")
    more = op.outpad or 0, op.groups, w.dilation
    return last(conv(first(x), kernel, None, w.stride, padding, *more))


def upsample(op: Upsample, x: Array, _: dict[str, Array]) -> Array | None:
    import torch

    (*grid, _channels), rank = op.nests(x.shape).outputs[0], x.ndim - 1
    if not 1 <= rank <= 3:
        return None
    smooth = {1: "linear", 2: "bilinear", 3: "trilinear"}[rank]
    how = {"mode": smooth, "align_corners": False} if op.smooth else {"mode": "nearest"}
    return last(torch.nn.functional.interpolate(first(x), tuple(grid), **how))


def pad(op: Pad, x: Array, _: dict[str, Array]) -> Array:
    import torch

    sides = [side for pair in zip(op.before, op.after, strict=True) for side in pair]
    pairs = [sides[at : at + 2] for at in range(0, len(sides), 2)]
    from_the_last = [side for pair in reversed(pairs) for side in pair]
    return last(torch.nn.functional.pad(first(x), from_the_last))


def multiply(_: Multiply, *inputs: Array) -> Array:
    import torch

    arrays = [torch.from_numpy(np.asarray(x)) for x in inputs[:-1]]
    product = arrays[0]
    for array in arrays[1:]:
        product = product * array
    return product.numpy()


def normal(op: Norm, x: Array, p: dict[str, Array]) -> Array | None:
    import torch

    f = torch.nn.functional
    over, *rest = op.kind.split(":")
    gamma, beta, mean, variance = (
        torch.from_numpy(p[capital].ravel()) if capital in p else None for capital in "GSMV"
    )
    whole, channels = first(x), (x.shape[-1],)
    if over in NORMS:
        return last(f.batch_norm(whole, mean, variance, gamma, beta, eps=0.001))
    if over == "layer":
        return f.layer_norm(torch.from_numpy(x), channels, gamma, beta, 0.001).numpy()
    if over == "rms":
        return f.rms_norm(torch.from_numpy(x), channels, gamma, 0.001).numpy()
    if whole[0, 0].numel() == 1:
        return None  # which PyTorch refuses
    groups = int(rest[0]) if over == "group" else x.shape[-1]
    return last(f.group_norm(whole, groups, gamma, beta, 0.001))


def gated(op: Gated, x: Array, _: dict[str, Array]) -> Array:
    import torch

    kind = GATES[op.word]
    f = torch.nn.functional
    gates = {"sigmoid": torch.sigmoid, "gelu": lambda t: f.gelu(t, approximate="tanh")}
    half, gate = first(x).chunk(2, 1)
    return last(half * gates.get(kind, getattr(f, kind, None))(gate))


def pool(op: Pool, x: Array, _: dict[str, Array]) -> Array | None:
    import torch

    window, padding = op.window, padded(op)
    if padding is None or any(2 * p > k for p, k in zip(padding, window.kernel, strict=True)):
        return None  # PyTorch pads by half a kernel at most
    if len(padding) == 3 and any(n < k for n, k in zip(x.shape, window.kernel, strict=False)):
        return None  # and has no mean of a kernel above the image, padded or not, in 3-d
    f = getattr(torch.nn.functional, f"{op.kind}_pool{len(padding)}d")
    own = {} if op.kind == "max" else {"count_include_pad": False}
    along = window.kernel, window.stride, padding
    return last(f(first(x), *along, ceil_mode=window.ceil, **own))


def adaptive(op: AdaptivePool, x: Array, _: dict[str, Array]) -> Array:
    import torch

    name = f"adaptive_{op.kind}_pool{len(op.to)}d"
    return last(getattr(torch.nn.functional, name)(first(x), op.to))


def local_response(op: LRN, x: Array, _: dict[str, Array]) -> Array:
    import torch

    return last(torch.nn.functional.local_response_norm(first(x), op.size, 1e-4, 0.75, 1.0))


def activation(op: Activation, x: Array, p: dict[str, Array]) -> Array:
    import torch

    f = torch.nn.functional
    named: dict[str, Callable[[Any], Any]] = {
        "leaky": lambda t: f.leaky_relu(t, 0.2),
        "gelu": lambda t: f.gelu(t, approximate="tanh"),
        "hardsigmoid": f.hardsigmoid,
        "hardswish": f.hardswish,
        "prelu": lambda t: f.prelu(t, torch.from_numpy(p["A"])),
    }
    return last(named.get(op.kind, getattr(f, op.kind, None))(first(x)))


def softmax(_: Softmax, x: Array, __: dict[str, Array]) -> Array:
    import torch

    return last(torch.softmax(first(x), 1))


TORCH: dict[type, Callable[..., Array | None]] = {
    Conv: convolution,
    Pool: pool,
    AdaptivePool: adaptive,
    LRN: local_response,
    Activation: activation,
    Softmax: softmax,
    Transposed: transposed,
    Upsample: upsample,
    Pad: pad,
    Multiply: multiply,
    Norm: normal,
    Gated: gated,
}


def draw(kind: type, rng: np.random.Generator) -> tuple[Op, list[tuple[int, ...]]]:
    """As for JAX; a convolution without what rides on it."""
    op, shapes = TWINS[kind].draw(rng)
    bare = isinstance(op, Conv | Transposed)
    return (replace(op, tail=Tail(bias=False)) if bare else op), shapes


@pytest.mark.parametrize("kind", TORCH, ids=lambda kind: kind.__name__)
def test_a_layer_computes_what_pytorch_does(kind: type) -> None:
    rng = np.random.default_rng(crc32(b"torch" + kind.__name__.encode()))
    compared = 0
    while compared < COMPARED:
        op, shapes = draw(kind, rng)
        work = op.nests(*shapes)
        inputs = [rng.standard_normal(shape) for shape in shapes]
        named = tensors(work, inputs, rng)
        named |= known(op, shapes[0])
        expected = TORCH[kind](op, *inputs, named)
        if expected is None:
            continue
        compared += 1
        assert expected.shape == work.outputs[0], (op, shapes)
        values, _ = run_all(work.nests, named)
        np.testing.assert_allclose(
            values.ravel(), expected.ravel(), rtol=1e-5, atol=1e-6, err_msg=f"{op} on {shapes}"
        )
