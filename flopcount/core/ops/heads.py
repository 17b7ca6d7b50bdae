"""What attention does with heads: projections, places, scores, softmax, and the mean of values."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ...errors import FlopcountError
from ...reading import along
from ...sizes import (
    Blocks,
    Causal,
    Near,
    Placed,
    Shape,
    Size,
    differ,
    nearest_divided,
    product,
    split,
)
from ..nest import Meets, Nest, Sizes
from .norm import norm

if TYPE_CHECKING:
    from .attention import Attention

# The products of heads: all queries with the keys of their group, and the mean of the values that
# the softmax weighs. What a mask hides is left out of the softmax alone.
_HEADS = ("g", "n", "d")


def windows_of(op: "Attention", grid: Shape) -> tuple[int, ...]:
    """The windows that a grid is cut into; none of tokens."""
    return along(op.window_size, len(grid)) if len(grid) > 1 and op.window_size else ()


def shifts_of(op: "Attention", grid: Shape) -> tuple[int, ...]:
    """How far the windows of a grid are moved along each axis."""
    return along(op.shift or (0,), len(grid))


def projections(
    op: "Attention", queries: Shape, keys: Shape, dim: Size, other: str
) -> Iterator[Nest]:
    """Queries, keys and values, turned by their place and scaled; of a cache the queries alone."""
    yield from _made(op, queries, keys, dim, other)
    if op.qknorm:
        yield from _normed("query", "q", (*queries[:-1], op.heads, dim))
        if not op.cached:
            yield from _normed("key", "k", (*keys[:-1], op.groups, dim))
    heads: Sizes = {"s": queries[:-1], "h": op.heads, "d": dim, "o": 1}
    if op.rotary:
        yield from _turned("query", "x", heads, dim)
        if not op.cached:
            yield from _turned("key", other, {**heads, "s": keys[:-1], "h": op.groups}, dim)
    yield Nest("r[] = 1 / pow(|d|, 0.5)", heads)
    yield Nest("query[s* h d] = query[s* h d] * r[]", heads)
    if op.past:  # before the new keys lie those of the cache
        (new,) = keys[:-1]
        placed = {"s:o": (Placed(op.past + new, new, op.past),)}
        for name in ("key", "value"):
            sizes = {"s": (new,), "o": (1,), "k": op.groups * dim}
            yield Nest(f"{name}s[s*:o* k] = {name}[s* k]", sizes, placed)


def _made(op: "Attention", queries: Shape, keys: Shape, dim: Size, other: str) -> Iterator[Nest]:
    """The projections of queries, keys and values; of the two products alone, what they read."""
    wide, narrow = op.heads * dim, op.groups * dim
    made = () if op.cached else ("key", "value")
    if op.dot:
        read = (("queries", queries, wide), ("keys", keys, narrow))
        for what, x, channels in read[: 1 if op.cached else 2]:
            if differ(x[-1], channels):
                raise FlopcountError(
                    f"dot reads {what} of {channels} channels, and these have {x[-1]}"
                )
        yield Nest("query[s* k] = x[s* k]", {"s": queries[:-1], "k": wide})
        for name in made:
            yield Nest(f"{name}[s* k] = {other}[s* k]", {"s": keys[:-1], "k": narrow})
    else:
        sizes = {"s": queries[:-1], "c": queries[-1], "k": wide}
        yield from projected("query", "x", "q", sizes, bias=op.has_bias("q"))
        sizes = {"s": keys[:-1], "c": keys[-1], "k": narrow}
        for name in made:
            yield from projected(name, other, name[0], sizes, bias=op.has_bias(name[0]))


def _turned(name: str, of: str, sizes: Sizes, dim: Size) -> Iterator[Nest]:
    """Each pair of channels turned by its token's place: Su et al., arXiv:2104.09864.

    Half a head lies between the two of a pair; the sine has their sign. Other keys have places
    of their own.
    """
    if differ(dim % 2, 0):
        raise FlopcountError(
            f"rotary turns pairs of channels, and a head has {dim}{nearest_divided(dim, 2)}"
        )
    other = {"d:o": (Placed(dim, dim, split(dim, 2)),)}
    x, at = f"{name}[s* h d", f"{of.removeprefix('x')}[s* d]"
    yield Nest(f"{x}] = {x}] * cos{at} + {x}:o] * sin{at}", sizes, other)


def products(op: "Attention", queries: Shape, keys: Shape, dim: Size) -> Iterator[Nest]:
    """The scores, their softmax, and the mean of the values."""
    windows, shifts = windows_of(op, queries), shifts_of(op, queries)
    cached = "s" if op.past or op.cached else ""
    whole, seen = (tuple(n + op.past for n in grid) for grid in (queries, keys))
    where, at = "", "t*"
    met: Meets = {}
    if windows:
        axes = zip(queries, windows, shifts, strict=True)
        blocks = tuple([Blocks(*axis) for axis in axes])
        at, met, seen = "s*:t*", {"s:t": blocks}, windows
        where = " where Blocks(s, t)" if any(shifts) else ""
    elif op.causal:
        met = {"s:t": (Causal(*queries, *seen, *op.window_size),)}
        where = " where Causal(s, t)"
    elif op.window_size:
        met = {"s:t": (Near(queries[0], op.window_size[0] // 2),)}
        where = " where Near(s, t)"
    groups = op.groups
    sizes: Sizes = {
        "s": tuple(queries),
        "t": seen,
        "g": groups,
        "n": op.heads // groups,
        "d": dim,
    }
    key, value, a = f"key{cached}[{at} g d]", f"value{cached}[{at} g d]", "[g n s* t*]"
    y = "y" if op.dot else "o"
    if op.relative is not None:
        sizes = {**sizes, "r": op.relative or _distances(whole, seen, windows)}
    steps = [
        f"a{a} += query[s* g n d] * {key}{where}",
        *([f"a{a} = a{a} + E[?r g n]{where}"] if op.relative is not None else []),
        f"m[g n s*] max= a{a}{where}",
        f"e{a} = exp(a{a} - m[g n s*]){where}",
        f"z[g n s*] += e{a}{where}",
        f"p{a} = e{a} / z[g n s*]{where}",
        f"{y}[s* g n d] += p{a} * {value}{where}",
    ]
    for step in steps:
        yield Nest(step, sizes, met if where or ":t" in step else {}, joined=_HEADS)


def projected(name: str, of: str, which: str, sizes: Sizes, *, bias: bool) -> list[Nest]:
    """A projection at each place, with a bias or without."""
    nests = [Nest(f"{name}[s* k] += {of}[s* c] * W{which}[c k]", sizes)]
    return [*nests, *([Nest(f"{name}[s* k] = {name}[s* k] + B{which}[k]", sizes)] if bias else [])]


def _normed(name: str, which: str, heads: Shape) -> Iterator[Nest]:
    """The channels of each head over the root of the mean of their squares, times γ."""
    for nest in norm("rms", name, heads):
        text = nest.text.replace("G[", f"G{which}[")
        yield nest._replace(text=f"{name}{text[1:]}" if text.startswith("y[") else text)


def _distances(queries: Sequence[Size], keys: Sequence[Size], windows: Sequence[int]) -> Size:
    """How many distances there are between a query and a key, along all axes together."""
    return product([a + b - 1 for a, b in zip(windows or queries, keys, strict=True)])
