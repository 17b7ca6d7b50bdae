"""Numeric twins: for each kind of layer the same computation in JAX, and layers drawn by chance.

A twin takes the op, its inputs and its parameters by capital, as its nests name them, and knows
nothing else of the nests. `draw` makes an op and the shapes of its inputs.
"""

import functools
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from flopcount.core.op import Op
from flopcount.core.ops.convolution import Conv
from flopcount.core.ops.elementwise import (
    ACTIVATIONS,
    Activation,
    Flatten,
    LayerScale,
    PassThrough,
    Scale,
    Softmax,
)
from flopcount.core.ops.joining import Add, Concat
from flopcount.core.ops.norm import LRN, NORMS, Norm
from flopcount.core.ops.pooling import AdaptivePool, Pool
from flopcount.core.ops.tail import Tail
from flopcount.sizes.window import Window

Array = Any
Rng = np.random.Generator
FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "relu": jax.nn.relu,
    "relu6": jax.nn.relu6,
    "leaky": lambda x: jax.nn.leaky_relu(x, 0.2),
    "elu": jax.nn.elu,
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "silu": jax.nn.silu,
    "gelu": lambda x: jax.nn.gelu(x, approximate=True),
    "hardsigmoid": jax.nn.hard_sigmoid,
    "hardswish": jax.nn.hard_swish,
    "selu": jax.nn.selu,
    "mish": jax.nn.mish,
    "softplus": jax.nn.softplus,
}


class Twin(NamedTuple):
    """A layer in JAX, and how one is drawn: the op, and the shapes that go in.

    `chosen` are the indices that the data chooses, which the twin finds as ``p["?v"]``; `outputs`
    what its nests call what comes out.
    """

    compute: Callable[..., Array]
    draw: Callable[[Rng], tuple[Op, list[tuple[int, ...]]]]
    chosen: Callable[..., Any] = lambda *_: {}
    outputs: tuple[str, ...] = ("y",)


def activated(kind: str, x: Array, p: Mapping[str, Array]) -> Array:
    return jnp.where(x > 0, x, p["A"] * x) if kind == "prelu" else FUNCTIONS[kind](x)


def normal(kind: str, x: Array, p: Mapping[str, Array]) -> Array:
    """A norm of any kind: batch norm, or one whose mean and variance are the sample's own."""
    over, *given = kind.split(":")
    if over not in ("layer", "instance", "rms", "group"):
        return batch_norm(x, p)
    groups = int(given[0]) if over == "group" else 1
    parted = x.reshape(*x.shape[:-1], groups, -1)
    grid = tuple(range(x.ndim - 1))
    axes = {"group": (*grid, x.ndim), "instance": grid}.get(over, (x.ndim,))
    if over != "rms":
        parted = parted - parted.mean(axes, keepdims=True)
    parted = parted / jnp.sqrt((parted**2).mean(axes, keepdims=True) + 1e-3)
    scale, shift = (p.get(name, start) for name, start in (("G", 1.0), ("S", 0.0)))
    return parted.reshape(x.shape) * jnp.ravel(scale) + jnp.ravel(shift)


def batch_norm(x: Array, p: Mapping[str, Array]) -> Array:
    centred = (x - p["M"]) / jnp.sqrt(p["V"] + 1e-3)
    return centred * p.get("G", 1.0) + p.get("S", 0.0)


def tail(y: Array, op: Tail, p: Mapping[str, Array]) -> Array:
    y = y + p["B"] if op.bias else y
    y = normal(op.norm, y, p) if op.norm else y
    return activated(op.activation, y, p) if op.activation else y


def numbers(rank: int) -> tuple[str, str, str]:
    """How JAX is told that channels come last."""
    axes = "DHW"[-rank:]
    return f"N{axes}C", f"{axes}IO", f"N{axes}C"


def sides(window: Window, grid: tuple[int, ...]) -> Any:
    """Padding as JAX takes it; where outputs are rounded up, by PyTorch's rule for its pools."""
    if window.padding == "same":
        return "SAME"
    pads = [0] * len(grid) if window.padding == "valid" else list(window.padding)
    if not window.ceil:
        return [(p, p) for p in pads]
    found = []
    for n, k, s, d, p in zip(
        grid, window.kernel, window.stride, window.dilation, pads, strict=True
    ):
        span = d * (k - 1) + 1
        outputs = math.ceil((n + 2 * p - span) / s) + 1
        if (outputs - 1) * s >= n + p:
            outputs -= 1
        found.append((p, (outputs - 1) * s + span - n - p))
    return found


def convolution(op: Conv, x: Array, p: Mapping[str, Array]) -> Array:
    rank, channels = len(op.window.kernel), x.shape[-1]
    groups = channels if op.width is None else op.groups
    kernel = p["W"].reshape(*op.window.kernel, groups, channels // groups, -1)
    kernel = jnp.moveaxis(kernel, rank, rank + 1)  # … c g k: the outputs of a group side by side
    kernel = kernel.reshape(*op.window.kernel, channels // groups, -1)
    y = jax.lax.conv_general_dilated(
        x[None],
        kernel,
        op.window.stride,
        sides(op.window, x.shape[:-1]),
        rhs_dilation=op.window.dilation,
        dimension_numbers=numbers(rank),
        feature_group_count=groups,
    )
    return tail(y[0], op.tail, p)


def slid(x: Array, window: Window, start: float, how: Any) -> Array:
    pads = sides(window, x.shape[:-1])
    along = (*window.kernel, 1), (*window.stride, 1)
    if not isinstance(pads, str):
        pads = [*pads, (0, 0)]
    return jax.lax.reduce_window(x, start, how, *along, pads)


def pool(op: Pool, x: Array, p: Mapping[str, Array]) -> Array:
    if op.kind == "max":
        return slid(x, op.window, -jnp.inf, jax.lax.max)
    return slid(x, op.window, 0.0, jax.lax.add) / p["n"][..., None]


def divisors(op: Op, x: tuple[int, ...]) -> Array:
    """By how many numbers each mean divides, as TensorFlow's: those on the image."""
    if isinstance(op, Pool):
        return slid(jnp.ones((*x[:-1], 1)), op.window, 0.0, jax.lax.add)[..., 0]
    assert isinstance(op, AdaptivePool)
    spans = [
        [math.ceil((i + 1) * n / m) - i * n // m for i in range(m)]
        for n, m in zip(x, op.to, strict=False)
    ]
    return functools.reduce(np.multiply.outer, spans)


def adaptive(op: AdaptivePool, x: Array, p: Mapping[str, Array]) -> Array:
    """Each cell from ⌊i·n/m⌋ to ⌈(i+1)·n/m⌉, all others out of the way: PyTorch's definition."""
    del p
    for axis, m in enumerate(op.to):
        n = x.shape[axis]
        at = np.arange(n)
        cells = np.array([(i * n // m <= at) & (at < math.ceil((i + 1) * n / m)) for i in range(m)])
        x = jnp.moveaxis(x, axis, 0)
        inside = cells.reshape(m, n, *[1] * (x.ndim - 1))
        if op.kind == "max":
            y = jnp.max(jnp.where(inside, x, -jnp.inf), axis=1)
        else:
            y = jnp.sum(jnp.where(inside, x, 0), axis=1) / inside.sum(axis=1)
        x = jnp.moveaxis(y, 0, axis)
    return x


def local_response(op: LRN, x: Array, p: Mapping[str, Array]) -> Array:
    del p
    before = op.size // 2
    near = jax.lax.reduce_window(
        x * x,
        0.0,
        jax.lax.add,
        (*[1] * (x.ndim - 1), op.size),
        (1,) * x.ndim,
        [*[(0, 0)] * (x.ndim - 1), (before, op.size - 1 - before)],
    )
    return x * (1 + 1e-4 / op.size * near) ** -0.75


# Norms that fit any number of channels; more are drawn for the norm on its own.
DRAWN_NORMS = (*NORMS, "layer", "layer:scale", "rms", "group:1")


def draw_tail(rng: Rng) -> Tail:
    norm = rng.choice([None, *DRAWN_NORMS])
    activation = rng.choice([None, *ACTIVATIONS])
    return Tail(bool(rng.integers(2)), norm and str(norm), activation and str(activation))


def draw_window(rng: Rng, rank: int, *, pooling: bool = False) -> tuple[Window, tuple[int, ...]]:
    """Even kernels, kernels above the image, strides above the kernel, any padding."""
    while True:
        kernel = tuple(int(k) for k in rng.integers(1, 5, rank))
        stride = tuple(int(s) for s in rng.integers(1, 6, rank))
        spread = (1,) * rank if pooling else tuple(int(d) for d in rng.integers(1, 4, rank))
        grid = tuple(int(n) for n in rng.integers(1, 8 - rank, rank))
        padding: Any = rng.choice(["same", "valid", "explicit"])
        if padding == "explicit":
            padding = tuple(int(rng.integers(0, k if pooling else 4)) for k in kernel)
        window = Window(
            kernel,
            stride,
            spread,
            padding if isinstance(padding, tuple) else str(padding),
            pooling and padding != "same" and bool(rng.integers(2)),
        )
        pads = padding if isinstance(padding, tuple) else (0,) * rank
        axes = zip(grid, kernel, spread, pads, strict=True)
        if padding == "same" or all(n + 2 * p > (k - 1) * d for n, k, d, p in axes):
            return window, grid


def draw_rank(rng: Rng) -> int:
    """How many axes a grid has: mostly two."""
    return int(rng.choice([1, 2, 2, 2, 3]))


def draw_convolution(rng: Rng) -> tuple[Op, list[tuple[int, ...]]]:
    window, grid = draw_window(rng, draw_rank(rng))
    groups, each, out = (int(n) for n in rng.integers(1, 4, 3))
    if rng.integers(3) == 0:
        op = Conv(window, tail=draw_tail(rng), multiplier=out)
    else:
        op = Conv(window, groups * out, groups, draw_tail(rng))
    return op, [(*grid, groups * each)]


def draw_pool(rng: Rng) -> tuple[Op, list[tuple[int, ...]]]:
    window, grid = draw_window(rng, draw_rank(rng), pooling=True)
    return Pool(str(rng.choice(["max", "avg"])), window), [(*grid, int(rng.integers(1, 4)))]


def draw_adaptive(rng: Rng) -> tuple[Op, list[tuple[int, ...]]]:
    rank, most = [(1, 9), (2, 9), (2, 9), (3, 5)][rng.integers(4)]
    to = tuple(int(n) for n in rng.integers(1, most, rank))
    kind = str(rng.choice(["max", "avg"]))
    return AdaptivePool(kind, to), [tuple(int(n) for n in rng.integers(1, most - 1, rank + 1))]


def shape(rng: Rng) -> tuple[int, ...]:
    return tuple(int(n) for n in rng.integers(1, 6, draw_rank(rng) + 1))


def alone(make: Callable[[Rng], Op]) -> Callable[[Rng], tuple[Op, list[tuple[int, ...]]]]:
    return lambda rng: (make(rng), [shape(rng)])


def draw_add(rng: Rng) -> tuple[Op, list[tuple[int, ...]]]:
    return Add(), [shape(rng)] * int(rng.integers(2, 5))


def draw_concat(rng: Rng) -> tuple[Op, list[tuple[int, ...]]]:
    grid = shape(rng)[:-1]
    return Concat(), [(*grid, int(c)) for c in rng.integers(1, 5, rng.integers(2, 5))]


def draw_norm(rng: Rng) -> tuple[Op, list[tuple[int, ...]]]:
    kinds = [*DRAWN_NORMS, "group:2", "group:3:shift", "instance", "instance:stats", "rms:stats"]
    return Norm(str(rng.choice(kinds))), [(*shape(rng)[:-1], 6)]


TWINS: dict[type, Twin] = {
    Conv: Twin(convolution, draw_convolution),
    Pool: Twin(pool, draw_pool),
    AdaptivePool: Twin(adaptive, draw_adaptive),
    LRN: Twin(local_response, alone(lambda rng: LRN(int(rng.integers(1, 7))))),
    Norm: Twin(lambda op, x, p: normal(op.kind, x, p), draw_norm),
    Activation: Twin(
        lambda op, x, p: activated(op.kind, x, p),
        alone(lambda rng: Activation(str(rng.choice(list(ACTIVATIONS))))),
    ),
    Softmax: Twin(lambda _, x, __: jax.nn.softmax(x), alone(lambda _: Softmax())),
    Scale: Twin(lambda _, x, __: 0.1 * x, alone(lambda _: Scale())),
    LayerScale: Twin(lambda _, x, p: x * p["A"], alone(lambda _: LayerScale())),
    PassThrough: Twin(lambda _, x, __: x, alone(lambda _: PassThrough())),
    Flatten: Twin(lambda _, x, __: x.reshape(*[1] * (x.ndim - 1), -1), alone(lambda _: Flatten())),
    Add: Twin(lambda _, *xs: sum(xs[:-1]), draw_add),
    Concat: Twin(lambda _, *xs: jnp.concatenate(xs[:-1], axis=-1), draw_concat),
}
