"""Attention: queries, keys and values by their projections, and the two products of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import FlopcountError, plural
from ...reading import along, axes_text
from ...sizes import (
    Blocks,
    Causal,
    Near,
    Placed,
    Shape,
    Size,
    differ,
    nearest_divided,
    nearest_divisors,
    product,
    split,
)
from ..nest import Meets, Nest, Sizes
from ..op import Kind, Op, Work, Written, register
from .norm import norm

# The products of heads: all queries with the keys of their group, and the mean of the values that
# the softmax weighs. What a mask hides is left out of the softmax alone.
_HEADS = ("g", "n", "d")


@dataclass(frozen=True, slots=True)
class Attention:
    """Multi-head attention (Vaswani et al., arXiv:1706.03762) over tokens, or over a whole grid.

    Of T queries and S keys with c channels: c·h·d multiplies a query for its projection and again
    for that of the result, c·kv·d a key for its own and its value's, and 2·h·d for each pair of
    the two. `kv` heads of keys serve the `heads` of queries in groups (Ainslie et al., 2305.13245);
    a head has `headdim` channels, or its share of the input's. A second input is what keys and
    values are made of. `local` with tokens is a mask; on a grid it is cut into such windows, which
    a `shift` moves (Liu et al., 2103.14030). `relative`: a bias for each head and so many
    distances, 0 for all that there are. `bias` may name the projections that have one, of ``qkvo``;
    `qknorm`: an RMS norm of each head's queries and keys, its γ the same for all heads (Henry et
    al., 2010.04245). `dot`: the two products alone. `past`: so many keys and values lie in a cache.

    Raises `FlopcountError` where the heads do not divide, for a mask on unequal lengths or on a
    grid, and for inputs of different rank.
    """

    heads: int
    kv: int = 0
    headdim: int = 0
    causal: bool = False
    local: tuple[int, ...] = ()
    shift: tuple[int, ...] = ()
    relative: int | None = None
    rotary: bool = False
    bias: bool | str = True
    qknorm: bool = False
    dot: bool = False
    past: Size = 0
    word = "attention"
    family = "attention"

    @property
    def text(self) -> str:  # noqa: D102
        said = {
            f"kv={self.kv}": self.kv,
            f"headdim={self.headdim}": self.headdim,
            "causal": self.causal,
            f"window={axes_text(self.local)}": self.local,
            f"shift={axes_text(self.shift)}": self.shift,
            f"relative{f'={self.relative}' if self.relative else ''}": self.relative is not None,
            "rotary": self.rotary,
            "qknorm": self.qknorm,
            "dot": self.dot,
            f"past={self.past}": self.past,
        }
        return " ".join(
            [f"{self.word} {self.heads}", *(word for word, is_so in said.items() if is_so)]
        )

    @property
    def groups(self) -> int:
        """How many heads of keys and values there are."""
        return self.kv or self.heads

    def has_bias(self, projection: str) -> bool:
        """Whether a projection has one, by its letter of ``qkvo``."""
        return projection in self.bias if isinstance(self.bias, str) else self.bias

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        queries, keys = inputs[0], inputs[-1]
        if len(queries) < 2 or len(queries) != len(keys):
            raise _other_rank(queries, keys)
        self._check_masks(queries[:-1], keys[:-1], crosses=len(inputs) > 1)
        dim = self._headdim(queries[-1])
        nests = [*self._projections(queries, keys, dim, "x1" if len(inputs) > 1 else "x")]
        nests += self._products(queries[:-1], keys[:-1], dim)
        if not self.dot:
            wide = {"s": queries[:-1], "c": self.heads * dim, "k": queries[-1]}
            nests += _projected("y", "o", "o", wide, bias=self.has_bias("o"))
        output = (*queries[:-1], self.heads * dim if self.dot else queries[-1])
        return Work(tuple(nests), (output,))

    def _headdim(self, channels: Size) -> Size:
        """How many channels a head has."""
        if self.heads % self.groups:
            is_more = self.kv > self.heads
            raise FlopcountError(
                f"kv={self.kv} {'is more than' if is_more else 'does not divide'} "
                f"{plural(self.heads, 'head')}{nearest_divisors(self.heads, self.kv)}"
            )
        if self.headdim:
            return self.headdim
        if differ(channels % self.heads, 0):
            raise FlopcountError(
                f"{plural(self.heads, 'head')} do not divide {channels} channels"
                f"{nearest_divided(channels, self.heads, ' channels')}"
                f"{nearest_divisors(channels, self.heads, ' heads')}"
            )
        return split(channels, self.heads)

    def _check_masks(self, queries: Shape, keys: Shape, *, crosses: bool) -> None:
        grid = "×".join(map(str, queries))
        cut = bool(self.local) and len(queries) > 1
        masks = self.causal or bool(self.local)
        if self.causal and len(queries) > 1:
            raise FlopcountError(
                f"causal is for tokens in their order, and these lie on a grid of {grid}"
            )
        if self.shift and not cut:
            moves = f"shift={axes_text(self.shift)} moves windows on a grid"
            cause = "these are tokens" if len(queries) < 2 else "there are none: window=7 shift=3"
            raise FlopcountError(f"{moves}, and {cause}")
        if masks and crosses and any(map(differ, queries, keys)):
            mask = "causal" if self.causal else f"window={axes_text(self.local)}"
            other = "×".join(map(str, keys))
            raise FlopcountError(
                f"{mask} wants as many keys as queries: {grid} queries, {other} keys"
            )
        if cut and crosses:
            raise FlopcountError("windows on a grid hold queries and keys of one input; it has two")
        if self.past and not self.causal:
            raise FlopcountError(
                "keys lie in a cache where attention is causal: here a new token changes all others"
            )
        for n, w, s in zip(queries, self._windows(queries), self._shifts(queries), strict=False):
            if differ(n % w, 0):
                raise FlopcountError(
                    f"window={w} does not divide a side of {n}{nearest_divisors(n, w)}; "
                    "'pad' adds to the grid"
                )
            if s >= w:
                raise FlopcountError(f"shift={s} is not less than window={w}")

    def _windows(self, grid: Shape) -> tuple[int, ...]:
        """The windows that a grid is cut into; none of tokens."""
        return along(self.local, len(grid)) if len(grid) > 1 and self.local else ()

    def _shifts(self, grid: Shape) -> tuple[int, ...]:
        return along(self.shift or (0,), len(grid))

    def _projections(self, queries: Shape, keys: Shape, dim: Size, other: str) -> Iterator[Nest]:
        """Queries, keys and values, turned by their place and scaled."""
        wide, narrow = self.heads * dim, self.groups * dim
        if self.dot:
            for what, x, channels in (("queries", queries, wide), ("keys", keys, narrow)):
                if differ(x[-1], channels):
                    raise FlopcountError(
                        f"dot reads {what} of {channels} channels, and these have {x[-1]}"
                    )
            yield Nest("query[s* k] = x[s* k]", {"s": queries[:-1], "k": wide})
            for name in ("key", "value"):
                yield Nest(f"{name}[s* k] = {other}[s* k]", {"s": keys[:-1], "k": narrow})
        else:
            sizes = {"s": queries[:-1], "c": queries[-1], "k": wide}
            yield from _projected("query", "x", "q", sizes, bias=self.has_bias("q"))
            sizes = {"s": keys[:-1], "c": keys[-1], "k": narrow}
            yield from _projected("key", other, "k", sizes, bias=self.has_bias("k"))
            yield from _projected("value", other, "v", sizes, bias=self.has_bias("v"))
        if self.qknorm:
            yield from _normed("query", "q", (*queries[:-1], self.heads, dim))
            yield from _normed("key", "k", (*keys[:-1], self.groups, dim))
        heads: Sizes = {"s": queries[:-1], "h": self.heads, "d": dim, "o": 1}
        if self.rotary:
            yield from self._turned("query", "x", heads, dim)
            yield from self._turned("key", other, {**heads, "s": keys[:-1], "h": self.groups}, dim)
        yield Nest("r[] = 1 / pow(|d|, 0.5)", heads)
        yield Nest("query[s* h d] = query[s* h d] * r[]", heads)
        if self.past:  # before the new keys lie those of the cache
            (new,) = keys[:-1]
            placed = {"s:o": (Placed(self.past + new, new, self.past),)}
            for name in ("key", "value"):
                sizes = {"s": (new,), "o": (1,), "k": narrow}
                yield Nest(f"{name}s[s*:o* k] = {name}[s* k]", sizes, placed)

    def _turned(self, name: str, of: str, sizes: Sizes, dim: Size) -> Iterator[Nest]:
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

    def _products(self, queries: Shape, keys: Shape, dim: Size) -> Iterator[Nest]:
        """The scores, their softmax, and the mean of the values."""
        windows, shifts = self._windows(queries), self._shifts(queries)
        cached = "s" if self.past else ""
        whole, seen = (tuple(n + self.past for n in grid) for grid in (queries, keys))
        where, at = "", "t*"
        met: Meets = {}
        if windows:
            axes = zip(queries, windows, shifts, strict=True)
            blocks = tuple([Blocks(*axis) for axis in axes])
            at, met, seen = "s*:t*", {"s:t": blocks}, windows
            where = " where Blocks(s, t)" if any(shifts) else ""
        elif self.causal:
            met = {"s:t": (Causal(*queries, *seen, *self.local),)}
            where = " where Causal(s, t)"
        elif self.local:
            met = {"s:t": (Near(queries[0], self.local[0] // 2),)}
            where = " where Near(s, t)"
        groups = self.groups
        sizes: Sizes = {
            "s": tuple(queries),
            "t": seen,
            "g": groups,
            "n": self.heads // groups,
            "d": dim,
        }
        key, value, a = f"key{cached}[{at} g d]", f"value{cached}[{at} g d]", "[g n s* t*]"
        y = "y" if self.dot else "o"
        if self.relative is not None:
            sizes = {**sizes, "r": self.relative or _distances(whole, seen, windows)}
        steps = [
            f"a{a} += query[s* g n d] * {key}{where}",
            *([f"a{a} = a{a} + E[?r g n]{where}"] if self.relative is not None else []),
            f"m[g n s*] max= a{a}{where}",
            f"e{a} = exp(a{a} - m[g n s*]){where}",
            f"z[g n s*] += e{a}{where}",
            f"p{a} = e{a} / z[g n s*]{where}",
            f"{y}[s* g n d] += p{a} * {value}{where}",
        ]
        for step in steps:
            yield Nest(step, sizes, met if where or ":t" in step else {}, joined=_HEADS)


def _projected(name: str, of: str, which: str, sizes: Sizes, *, bias: bool) -> list[Nest]:
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


def _other_rank(queries: Shape, keys: Shape) -> FlopcountError:
    if len(queries) == len(keys):
        return FlopcountError(
            "attention reads tokens × channels, such as 128x768, and this is a vector of "
            f"{queries[0]}"
        )
    read, other = ("×".join(map(str, shape)) for shape in (queries, keys))
    return FlopcountError(f"keys of another rank than the queries: {read} and {other}")


def _attention(layer: Written) -> tuple[Op, ...]:
    (heads,), said = layer.kernel or (1,), layer.settings
    options: dict[str, Any] = {field: said.get(field, 0) for field in ("kv", "headdim")}
    options |= {word: word in said for word in ("causal", "rotary", "qknorm", "dot")}
    options |= {"local": said.get("window", ()), "shift": said.get("shift", ())}
    return (Attention(heads, **options, relative=said.get("relative"), bias=said["bias"]),)


_TAKES = "kv headdim causal window shift relative rotary bias bias= qknorm dot from"
register("attention", Kind(_attention, "heads", takes=tuple(_TAKES.split()), default="bias"))
