"""Attention: queries, keys and values by their projections, and the two products of them."""

from typing import Any

from ...errors import FlopcountError, plural
from ...reading import axes_text
from ...records import dataclass
from ...sizes import Shape, Size, differ, nearest_divided, nearest_divisors, split
from ..op import Kind, Op, Work, Written, register
from .heads import products, projected, projections, shifts_of, windows_of


@dataclass(frozen=True)
class Attention:
    """Multi-head attention (Vaswani et al., arXiv:1706.03762) over tokens, or over a whole grid.

    Of T queries and S keys with c channels: c·h·d multiplies a query for its projection and again
    for that of the result, c·kv·d a key for its own and its value's, and 2·h·d for each pair of
    the two. `kv` heads of keys serve the `heads` of queries in groups (Ainslie et al., 2305.13245);
    a head has `headdim` channels, or its share of the input's. A second input is what keys and
    values are made of. `window_size` with tokens is a mask; a grid is cut into such windows, which
    a `shift` moves (Liu et al., 2103.14030). `relative`: a bias for each head and so many
    distances, 0 for all that there are. `bias` may name the projections that have one, of ``qkvo``;
    `qknorm`: an RMS norm of each head's queries and keys, its γ the same for all heads (Henry et
    al., 2010.04245). `dot`: the two products alone. `past`: so many keys and values lie in a cache,
    before the new ones; `cached`: all of them do, so many, of another sequence that was read.

    Raises `FlopcountError` where the heads do not divide, for a mask on unequal lengths or on a
    grid, and for inputs of different rank.
    """

    heads: int
    kv: int = 0
    headdim: int = 0
    causal: bool = False
    window_size: tuple[int, ...] = ()
    shift: tuple[int, ...] = ()
    relative: int | None = None
    rotary: bool = False
    bias: bool | str = True
    qknorm: bool = False
    dot: bool = False
    past: Size = 0
    cached: Size = 0
    word = "attention"
    family = "attention"

    @property
    def text(self) -> str:  # noqa: D102
        return _written(self)

    @property
    def groups(self) -> int:
        """How many heads of keys and values there are."""
        return self.kv or self.heads

    def has_bias(self, projection: str) -> bool:
        """Whether a projection has one, by its letter of ``qkvo``."""
        return projection in self.bias if isinstance(self.bias, str) else self.bias

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        queries, keys = inputs[0], _keys(self, inputs)
        crosses = len(inputs) > 1 or bool(self.cached)
        _check_masks(self, queries[:-1], keys[:-1], crosses=crosses)
        dim = _headdim(self, queries[-1])
        nests = [*projections(self, queries, keys, dim, "x1" if len(inputs) > 1 else "x")]
        nests += products(self, queries[:-1], keys[:-1], dim)
        if not self.dot:
            wide = {"s": queries[:-1], "c": self.heads * dim, "k": queries[-1]}
            nests += projected("y", "o", "o", wide, bias=self.has_bias("o"))
        output = (*queries[:-1], self.heads * dim if self.dot else queries[-1])
        return Work(tuple(nests), (output,))


def _keys(op: Attention, inputs: tuple[Shape, ...]) -> Shape:
    """The shape of what keys and values are made of. Raises `FlopcountError` for another rank."""
    queries, keys = inputs[0], inputs[-1]
    if op.cached and len(queries) > 1:
        keys = (op.cached, queries[-1])
    if len(queries) < 2 or len(queries) != len(keys):
        raise _other_rank(queries, keys)
    return keys


def _written(op: Attention) -> str:
    """How the notation writes it."""
    said = {
        f"kv={op.kv}": op.kv,
        f"headdim={op.headdim}": op.headdim,
        "causal": op.causal,
        f"window={axes_text(op.window_size)}": op.window_size,
        f"shift={axes_text(op.shift)}": op.shift,
        f"relative{f'={op.relative}' if op.relative else ''}": op.relative is not None,
        "rotary": op.rotary,
        "qknorm": op.qknorm,
        "dot": op.dot,
        f"past={op.past}": op.past,
        f"cached={op.cached}": op.cached,
    }
    return " ".join([f"{op.word} {op.heads}", *(word for word, is_so in said.items() if is_so)])


def _headdim(op: Attention, channels: Size) -> Size:
    """How many channels a head has."""
    if op.heads % op.groups:
        is_more = op.kv > op.heads
        raise FlopcountError(
            f"kv={op.kv} {'is more than' if is_more else 'does not divide'} "
            f"{plural(op.heads, 'head')}{nearest_divisors(op.heads, op.kv)}"
        )
    if op.headdim:
        return op.headdim
    if differ(channels % op.heads, 0):
        raise FlopcountError(
            f"{plural(op.heads, 'head')} do not divide {channels} channels"
            f"{nearest_divided(channels, op.heads, ' channels')}"
            f"{nearest_divisors(channels, op.heads, ' heads')}"
        )
    return split(channels, op.heads)


def _check_masks(op: Attention, queries: Shape, keys: Shape, *, crosses: bool) -> None:
    grid = "×".join(map(str, queries))
    cut = bool(op.window_size) and len(queries) > 1
    masks = op.causal or bool(op.window_size)
    if op.causal and len(queries) > 1:
        raise FlopcountError(
            f"causal is for tokens in their order, and these lie on a grid of {grid}"
        )
    if op.shift and not cut:
        moves = f"shift={axes_text(op.shift)} moves windows on a grid"
        cause = "these are tokens" if len(queries) < 2 else "there are none: window=7 shift=3"
        raise FlopcountError(f"{moves}, and {cause}")
    if masks and crosses and any(map(differ, queries, keys)):
        mask = "causal" if op.causal else f"window={axes_text(op.window_size)}"
        other = "×".join(map(str, keys))
        raise FlopcountError(f"{mask} wants as many keys as queries: {grid} queries, {other} keys")
    if cut and crosses:
        raise FlopcountError("windows on a grid hold queries and keys of one input; it has two")
    if op.past and not op.causal:
        raise FlopcountError(
            "keys lie in a cache where attention is causal: here a new token changes all others"
        )
    for n, w, s in zip(queries, windows_of(op, queries), shifts_of(op, queries), strict=False):
        if differ(n % w, 0):
            raise FlopcountError(
                f"window={w} does not divide a side of {n}{nearest_divisors(n, w)}; "
                "'pad' adds to the grid"
            )
        if s >= w:
            raise FlopcountError(f"shift={s} is not less than window={w}")


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
    options |= {"window_size": said.get("window", ()), "shift": said.get("shift", ())}
    return (Attention(heads, **options, relative=said.get("relative"), bias=said["bias"]),)


_TAKES = "kv headdim causal window shift relative rotary bias bias= qknorm dot from"
register("attention", Kind(_attention, "heads", takes=tuple(_TAKES.split()), default="bias"))
