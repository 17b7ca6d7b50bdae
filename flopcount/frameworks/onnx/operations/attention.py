"""Attention as one operator, of 3 or 4 axes, with a cache; rotary embeddings."""

from typing import NamedTuple

from ....core.ops.tensors import HeadsAttention, Lookup, Move, Turned
from ....errors import FlopcountError
from ....sizes import Size, differ
from ...models.operands import Made, Operand, own
from ..values import Value
from .table import Called, Result, Several, Steps, Viewed, put_out, rule

_SCORES = ("a", "c", "w", "p")  # what qk_matmul_output_mode asks for


class Settings(NamedTuple):
    """What an attention has beside its heads."""

    scale: float = 0
    cap: float = 0
    causal: bool = False
    cached: bool = False
    scores: str = ""


class Keys(NamedTuple):
    """Keys and values as they are used, those of a cache before them; 0 `groups` of four axes."""

    key: Operand
    value: Operand
    groups: int


def heads_apart(steps: Steps, x: Operand, heads: int) -> Operand:
    """A tensor batch × s × (heads·d) as batch × heads × s × d; one of four axes as it is."""
    if len(x.shape) == 4:
        return x
    shape = (x.shape[0], heads, x.shape[1], x.shape[2] // heads)
    return steps.add(Made(Move("transpose", (shape,)), (x,)), shape)


def cached(steps: Steps, x: Operand, past: Operand, total: Size | None = None) -> Operand:
    """What lies in a cache, and new keys or values of four axes behind it."""
    length = past.shape[2] + x.shape[2] if total is None else total
    shape = (*x.shape[:2], length, x.shape[3])
    return steps.add(Made(Move("concat", (shape,)), (past, x)), shape)


def attend(  # noqa: PLR0913, PLR0917  what an attention reads, and how
    steps: Steps, q: Operand, keys: Keys, heads: int, settings: Settings, mask: Value | None = None
) -> Operand:
    """Attention, its mask padded to the keys where it is shorter; what it puts out."""
    key, value = keys.key, keys.value
    length = key.shape[1] if keys.groups else key.shape[2]
    masks: list[Operand] = []
    if mask is not None:
        bias = mask.operand
        if not bias.shape or len(bias.shape) > 4:
            raise FlopcountError(f"its mask has {len(bias.shape)} axes")
        last = bias.shape[-1]
        if differ(last, length) and differ(last, 1):
            shape = (*bias.shape[:-1], length)
            bias = steps.add(Made(Move("pad", (shape,)), (bias,)), shape)
        masks.append(bias)
    op = HeadsAttention(
        heads,
        keys.groups,
        settings.scale,
        settings.cap,
        masks[0].shape if masks else (),
        mask is not None and mask.dtype == "bool",
        settings.causal,
        settings.cached,
        settings.scores,
    )
    shape = op.nests(q.shape, key.shape, value.shape).outputs[0]
    return steps.add(Made(op, (q, key, value, *masks)), shape)


@rule("Attention")
def _attention(a: Called) -> Result:
    """Windows and unused keys (nonpad_kv_seqlen) mask only: what is masked is computed too."""
    steps = Steps()
    q, key, value, mask = a.x, a.needed(1), a.needed(2), a.input(3)
    heads, groups = a.get("q_num_heads", 0), a.get("kv_num_heads", 0)
    past, earlier = a.operand(4), a.operand(5)
    flat = len(q.shape) == 3
    if flat and not (heads and groups):
        raise FlopcountError("of three axes, and it does not say how many heads there are")
    if past is not None and earlier is not None:
        key = cached(steps, heads_apart(steps, key, groups), past)
        value = cached(steps, heads_apart(steps, value, groups), earlier)
    elif a.outputs > 1 and flat:  # they come out too, of four axes
        key, value = heads_apart(steps, key, groups), heads_apart(steps, value, groups)
    scores = _SCORES[a.get("qk_matmul_output_mode", 0)] if a.outputs > 3 else ""
    causal, cap = bool(a.get("is_causal", 0)), a.get("softcap", 0.0)
    settings = Settings(a.get("scale") or 0, cap, causal, past is not None, scores)
    if scores == "c" and not settings.cap:
        settings = settings._replace(scores="a")
    if settings.scores == "w" and mask is None:
        settings = settings._replace(scores="c" if settings.cap else "a")
    used = Keys(key, value, groups if len(key.shape) == 3 else 0)
    y = attend(steps, q, used, heads if flat else 0, settings, mask)
    present = [Viewed(one, one.shape) for one in (key, value)]
    shape = (q.shape[0], heads or q.shape[1], q.shape[1 if flat else 2], key.shape[-2])
    results: tuple[Operand | Viewed, ...] = (y, *present, put_out(len(steps.made) - 1, shape, 1))
    return Several(tuple(steps.made), results[: max(a.outputs, 1)])


@rule("RotaryEmbedding")
def _rotary(a: Called) -> Result:
    """The angles of each token come in, or are looked up by its place."""
    steps = Steps()
    cosines, sines, places = a.needed(1), a.needed(2), a.operand(3)
    if places is not None:
        cosines, sines = looked_up(steps, cosines, places), looked_up(steps, sines, places)
    turned(steps, a, a.x, (cosines, sines), a.get("num_heads", 0))
    return Several(tuple(steps.made))


def looked_up(steps: Steps, table: Operand, places: Operand) -> Operand:
    """The rows of a table at places."""
    letters, weights, flows = own(E=table)
    width = table.shape[1]
    given = places.shape if places.is_constant else None
    op = Lookup(table.shape[0], width, given, computed=letters == "e")
    return steps.add(Made(op, (places, *flows), weights), (*places.shape, width))


def turned(
    steps: Steps, a: Called, x: Operand, angles: tuple[Operand, Operand], heads: int
) -> Operand:
    """Heads turned by angles of their places."""
    flat = len(x.shape) == 3
    dim = a.get("rotary_embedding_dim", 0) or angles[0].shape[-1] * 2
    if flat and not heads:  # as many as the angles are for
        width = x.shape[2]
        if not isinstance(width, int) or not isinstance(dim, int) or not dim:
            raise FlopcountError("it does not say how many heads there are")
        heads = width // dim
    op = Turned(dim, heads if flat else 0, bool(a.get("interleaved", 0)))
    return steps.add(Made(op, (x, *angles)), x.shape)
