"""The numeric twin of attention, in JAX, and layers drawn by chance: every word that it takes.

The heads are JAX's own attention, `jax.nn.dot_product_attention`, with masks from the papers.
"""

from itertools import product
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from flopcount.core.ops.attention import Attention
from flopcount.frameworks.literal import Chosen
from tests.core.moving_twins import Drawn, Parameters
from tests.core.twins import TWINS, Array, Rng, Twin

Grid = tuple[int, ...]


def attention(op: Attention, x: Array, *more: Any) -> Array:
    *other, p = more
    keys = other[0] if other else x
    grid = x.shape[:-1]
    dim = op.headdim or x.shape[-1] // op.heads
    q = heads_of(op, x, "q", op.heads, p)
    k, v = (heads_of(op, keys, name, op.groups, p) for name in "kv")
    if op.rotary:
        q, k = (turned(array, op.past) for array in (q, k))
    if op.past:
        cached = (op.past, op.groups, dim)
        k, v = (
            jnp.concatenate([p[name].reshape(-1, *cached[1:])[: op.past], new])
            for name, new in (("keys", k), ("values", v))
        )
    o = in_windows(op, grid, q, k, v, p) if cuts(op, grid) else whole(op, q, k, v, p)
    y = o.reshape(*grid, -1)
    return y if op.dot else y @ p["Wo"] + p.get("Bo", 0.0)


def cuts(op: Attention, grid: Grid) -> bool:
    """Whether a grid is cut into windows."""
    return len(grid) > 1 and bool(op.window_size)


def heads_of(op: Attention, x: Array, which: str, heads: int, p: Parameters) -> Array:
    """Queries, keys or values: places, heads, channels."""
    y = x if op.dot else x @ p[f"W{which}"] + p.get(f"B{which}", 0.0)
    return y.reshape(-1, heads, y.shape[-1] // heads)


def angles(places: Array, dim: int) -> Array:
    """Su et al., arXiv:2104.09864: the place times 10000^(−2i/d), for each pair of channels."""
    return places[:, None] * 10000.0 ** (-2 * np.arange(dim // 2) / dim)


def turned(x: Array, past: int) -> Array:
    """Each pair of channels, half a head apart, as a complex number turned by its place."""
    real, imaginary = jnp.split(x, 2, axis=-1)
    turn = jnp.exp(1j * angles(past + np.arange(len(x)), x.shape[-1]))[:, None]
    z = (real + 1j * imaginary) * turn
    return jnp.concatenate([z.real, z.imag], axis=-1)


def whole(op: Attention, q: Array, k: Array, v: Array, p: Parameters) -> Array:
    """All places with all others: tokens, whose masks are by their distance, or a grid."""
    s, t = op.past + np.arange(len(q))[:, None], np.arange(len(k))
    seen = np.full((len(q), len(k)), True)  # noqa: FBT003
    if op.causal:
        seen = (t <= s) & (t > s - op.window_size[0]) if op.window_size else t <= s
    elif op.window_size:
        seen = abs(s - t) <= op.window_size[0] // 2
    bias = None
    if op.relative is not None:
        bias = biased(op, p).reshape(1, op.heads, len(q), len(k))
    return jax.nn.dot_product_attention(q[None], k[None], v[None], bias, seen[None, None])[0]


def biased(op: Attention, p: Parameters) -> Array:
    """The bias of each head, query and key."""
    return jnp.moveaxis(p["E"].reshape(-1, op.heads)[p["?r"]], -1, 0)


def in_windows(  # noqa: PLR0917  what attention reads
    op: Attention, grid: Grid, q: Array, k: Array, v: Array, p: Parameters
) -> Array:
    """Liu et al., arXiv:2103.14030: rolled, parted, masked by where it comes from, put back."""
    window, shift = windows_of(op, grid)
    axes = tuple(range(len(grid)))

    def parted(x: Array) -> Array:
        """Windows, the places of each, and what there is at a place."""
        x = jnp.roll(x.reshape(*grid, *x.shape[1:]), [-s for s in shift], axes)
        apart = [part for n, w in zip(grid, window, strict=True) for part in (n // w, w)]
        x = x.reshape(*apart, *x.shape[len(grid) :])
        rank = len(grid)
        x = x.transpose(*range(0, 2 * rank, 2), *range(1, 2 * rank, 2), *range(2 * rank, x.ndim))
        return x.reshape(-1, int(np.prod(window)), *x.shape[2 * rank :])

    rows = [np.arange(n) >= s for n, s in zip(grid, shift, strict=True)]
    came = sum(2**a * row.astype(int) for a, row in enumerate(np.meshgrid(*rows, indexing="ij")))
    region = parted(came.reshape(-1))
    seen = region[:, None, :, None] == region[:, None, None, :]
    bias = None
    if op.relative is not None:
        places = parted(np.arange(int(np.prod(grid))))
        by_place = biased(op, p).reshape(op.heads, int(np.prod(grid)), -1)
        bias = jnp.moveaxis(by_place[:, places], 0, 1)
    o = jax.nn.dot_product_attention(parted(q), parted(k), parted(v), bias, seen)
    order = parted(np.arange(int(np.prod(grid)))).reshape(-1)
    return o.reshape(-1, *o.shape[2:])[jnp.argsort(order)]


def windows_of(op: Attention, grid: Grid) -> tuple[Grid, Grid]:
    """Window and shift along each axis; one that is one window is not shifted."""
    window = op.window_size * len(grid) if len(op.window_size) == 1 else op.window_size
    shift = op.shift or (0,)
    shift = shift * len(grid) if len(shift) == 1 else shift
    return window, tuple(s if n > w else 0 for n, w, s in zip(grid, window, shift, strict=True))


def beforehand(op: Attention, *shapes: Grid) -> dict[str, Any]:
    """The cosines and sines of the places, of other keys their own, and a cache.

    A sine has the sign of what it is multiplied by: of the pair's first channel it is negative.
    """
    known: dict[str, Any] = {}
    dim = op.headdim or shapes[0][-1] // op.heads
    for place, shape in enumerate(shapes if op.rotary else ()):
        turn = angles(op.past + np.arange(int(np.prod(shape[:-1]))), dim)
        known[f"cos{place or ''}"] = np.concatenate([np.cos(turn), np.cos(turn)], axis=-1)
        known[f"sin{place or ''}"] = np.concatenate([-np.sin(turn), np.sin(turn)], axis=-1)
    if op.past:
        held = (op.past + shapes[-1][0]) * op.groups * dim
        known["keys"] = np.sin(np.arange(held))
        known["values"] = np.cos(np.arange(held) * 3)
    return known


def distances(op: Attention, inputs: list[Array], _: Parameters) -> Chosen:
    """How far a key lies from a query, along all axes together; beyond so many, the last."""
    if op.relative is None:
        return {}
    queries, keys = inputs[0].shape[:-1], inputs[-1].shape[:-1]
    cut = cuts(op, queries)
    window, shift = windows_of(op, queries) if cut else (queries, (0,) * len(queries))
    others = window if cut else tuple(n + op.past for n in keys)
    table = np.zeros((*queries, *others), int)
    for at in product(*map(range, table.shape)):
        flat = 0
        rows = zip(at[: len(queries)], at[len(queries) :], window, others, shift, strict=True)
        for s, t, w, n, moved in rows:
            ahead = t - (s - moved) % w if cut else t - s - op.past
            flat = flat * (w + n - 1) + ahead + w - 1 + (0 if cut else op.past)
        table[at] = min(flat, op.relative - 1) if op.relative else flat
    return {"r": (["s", "t"], table)}


def draw_attention(rng: Rng) -> Drawn:
    """Tokens, masked or behind a cache; other keys; a grid, whole or cut into windows."""
    groups, each = (int(n) for n in rng.integers(1, 3, 2))
    rotary, dot, said = (bool(rng.integers(2)) for _ in range(3))
    dim = int(rng.integers(1, 3)) * (1 + rotary)
    words: dict[str, Any] = {
        "kv": groups if each > 1 else 0,
        "headdim": dim if said else 0,
        "relative": [None, 0, 3][rng.integers(3)],
        "rotary": rotary,
        "bias": bool(rng.integers(2)),
        "dot": dot,
    }
    heads = groups * each
    channels = heads * dim if dot or not said else int(rng.integers(1, 4))
    tokens = int(rng.integers(1, 5))
    kind = rng.choice(["masked", "causal", "other", "grid", "cut"])
    queries: Grid = (tokens,)
    if kind == "masked":
        words["window_size"] = (int(rng.integers(1, 6)),)
    elif kind == "causal":
        words |= {"causal": True, "past": int(rng.integers(3))}
        words["window_size"] = [(), (int(rng.integers(1, 4)),)][rng.integers(2)]
    elif kind == "grid":
        queries = (2, int(rng.integers(1, 3)))
    elif kind == "cut":
        windows = tuple(int(w) for w in rng.integers(1, 3, 2))
        queries = tuple(w * int(n) for w, n in zip(windows, rng.integers(1, 3, 2), strict=True))
        words["window_size"] = windows if windows[0] != windows[1] else windows[:1]
        words["shift"] = [(), tuple(int(rng.integers(w)) for w in windows)][rng.integers(2)]
    crosses = kind == "other" or (dot and each > 1 and kind not in ("grid", "cut"))
    if dot and each > 1 and not crosses:  # one input is queries and keys of as many channels
        words["dot"], dot = False, False
    if not crosses:
        return Attention(heads, **words), [(*queries, channels)]
    other = groups * dim if dot else int(rng.integers(1, 4))
    many = int(rng.integers(1, 5)) if kind == "other" else tokens
    return Attention(heads, **words), [(*queries, channels), (many, other)]


TWINS |= {Attention: Twin(attention, draw_attention, distances)}
