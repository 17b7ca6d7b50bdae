"""Small copies of what works on tokens: of few of them, few heads, channels, words and experts."""

from collections.abc import Callable, Mapping
from typing import Any

from ..core import Op
from ..core.ops.attention import Attention
from ..core.ops.experts import Combine, Route
from ..core.ops.lookup import Embed, Position, Tied
from ..core.ops.recurrent import Recurrent
from ..core.ops.tokens import Select, Tokens, Transpose
from ..reading import along
from ..records import replace
from ..sizes import Shape, product

Key = tuple[Op, tuple[Shape, ...]]
MOST_TOKENS = 4  # of a copy: more than a window of three sees
WINDOW = 3  # that a mask leaves, at most; one that is cut out has two, of which a shift parts one


def scales(op: Op) -> bool:
    """Whether its operations grow as what it puts out does, and as the means on the way.

    Those of attention grow as the pairs of queries and keys, a router's as the experts, and a
    recurrent layer may put out a projection or its last step alone: of these a copy says nothing
    of another size.
    """
    return not isinstance(op, Attention | Recurrent | Route)


def few(shape: Shape, most: int = 2) -> tuple[int, ...]:
    """A small shape of as many axes, of unequal lengths where it can be."""
    return tuple(min(int(n), most + axis) for axis, n in enumerate(shape))


def _attention(op: Attention, inputs: tuple[Shape, ...]) -> Key:
    """Two heads of keys at most, each for one or for two heads of queries of two channels."""
    queries, keys = inputs[0], inputs[-1]
    groups = min(op.groups, 2)
    heads = groups * min(op.heads // op.groups, 2)
    dim = min(op.headdim or int(queries[-1]) // op.heads, 2)
    small = replace(
        op,
        heads=heads,
        kv=groups if op.kv else 0,
        headdim=dim if op.headdim else 0,
        relative=op.relative and min(op.relative, MOST_TOKENS),
        past=min(op.past, 2),
        cached=min(op.cached, 3),
    )
    channels = heads * dim if op.dot or not op.headdim else min(int(queries[-1]), 3)
    if op.window_size and len(queries) > 2:
        small, grid = _cut(small, queries[:-1])
        return small, ((*grid, channels),)
    tokens = _tokens(queries[:-1])
    if op.window_size:
        hides = op.window_size[0] < int(queries[0])
        small = replace(
            small, window_size=(min(op.window_size[0], WINDOW if hides else tokens[0]),)
        )
    if len(inputs) == 1:
        return small, ((*tokens, channels),)
    others = tokens if queries[:-1] == keys[:-1] else few(keys[:-1], 3)
    other = groups * dim if op.dot else min(int(keys[-1]), 3)
    return small, ((*tokens, channels), (*others, other))


def _tokens(grid: Shape) -> tuple[int, ...]:
    return tuple(min(int(n), MOST_TOKENS) for n in grid) if len(grid) == 1 else few(grid)


def _cut(op: Attention, grid: Shape) -> tuple[Attention, tuple[int, ...]]:
    """Windows of two places, two of them along an axis where there are several."""
    window_size = tuple(min(w, 2) for w in op.window_size)
    windows = along(op.window_size, len(grid))
    shift = tuple(min(s, w - 1, 1) for s, w in zip(op.shift, windows, strict=False))
    sides = tuple(min(w, 2) * min(int(n) // w, 2) for n, w in zip(grid, windows, strict=True))
    return replace(op, window_size=window_size, shift=shift), sides


def _recurrent(op: Recurrent, inputs: tuple[Shape, ...]) -> Key:
    ((tokens, channels),) = inputs
    small = replace(op, width=min(int(op.width), 3), projection=min(op.projection, 2))
    return small, ((min(int(tokens), 3), min(int(channels), 2)),)


def _embed(op: Embed, inputs: tuple[Shape, ...]) -> Key:
    small = replace(op, vocabulary=min(op.vocabulary, 3), width=min(int(op.width), 2))
    return small, (few(inputs[0]),)


def _position(op: Position, inputs: tuple[Shape, ...]) -> Key:
    (x,) = inputs
    small, past = few(x), min(op.past, 2)
    spare = op.length - int(product(x[:-1])) - op.past
    length = product(small[:-1]) + past + min(spare, 1) if op.length else 0
    return replace(op, length=int(length), past=past), (small,)


def _tied(op: Tied, inputs: tuple[Shape, ...]) -> Key:
    return replace(op, vocabulary=min(op.vocabulary, 4)), (few(inputs[0]),)


def _extra(op: Tokens, inputs: tuple[Shape, ...]) -> Key:
    return replace(op, extra=min(op.extra, 2)), (few(inputs[0]),)


def _route(op: Route, inputs: tuple[Shape, ...]) -> Key:
    top = min(op.top, 2)
    return replace(op, experts=min(op.experts, top + 2), top=top), (few(inputs[0]),)


def _combine(op: Combine, inputs: tuple[Shape, ...]) -> Key:
    """As many experts for each token: of so many the sum is."""
    ((*before, top, width), _) = inputs
    tokens = few(tuple(before))
    return op, ((*tokens, top, min(int(width), 3)), (*tokens, top))


def _moved(op: Op, inputs: tuple[Shape, ...]) -> Key:
    return op, (few(inputs[0]),)


SEQUENCES: Mapping[type, Callable[[Any, tuple[Shape, ...]], Key]] = {
    Attention: _attention,
    Recurrent: _recurrent,
    Embed: _embed,
    Position: _position,
    Tied: _tied,
    Tokens: _extra,
    Transpose: _moved,
    Select: _moved,
    Route: _route,
    Combine: _combine,
}
