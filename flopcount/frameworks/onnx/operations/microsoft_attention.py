"""Attention in the forms of ONNX Runtime's own operators."""

from ....core.ops.tensors import Move
from ....errors import FlopcountError
from ...models.operands import Made, Operand
from ...models.products import multiplied
from ..values import Value
from .attention import Keys, Settings, attend, cached, heads_apart, looked_up, turned
from .microsoft import DOMAIN, summed
from .table import Called, Result, Several, Steps, Viewed, put_out, rule

_FLAT, _APART = 3, 4  # how many axes there are where the heads stand side by side, and apart


def _settings(a: Called, *, causal: bool, cached: bool = False) -> Settings:
    return Settings(a.get("scale") or 0, a.get("softcap", 0.0), causal, cached)


def _parted(steps: Steps, x: Operand, widths: tuple[int, ...]) -> list[Operand]:
    """A tensor cut along its last axis."""
    shapes = tuple((*x.shape[:-1], width) for width in widths)
    steps.add(Made(Move("split", shapes), (x,)), shapes[0])
    return [put_out(len(steps.made) - 1, shape, place) for place, shape in enumerate(shapes)]


@rule("Attention", domain=DOMAIN)
def _attention(a: Called) -> Result:
    """Queries, keys and values by one dense layer, then their attention."""
    x, w, bias = a.x, a.needed(1), a.operand(2)
    heads, past = a.get("num_heads"), a.operand(4)
    width = w.shape[1]
    if past is not None or not isinstance(width, int) or not heads:
        return None  # of a cache both lie in one tensor
    steps = Steps()
    made = multiplied((x, w), ("a b c", "c k", "a b k"), bias)
    wide = steps.add(made, (*x.shape[:2], width))
    widths = tuple(a.get("qkv_hidden_sizes") or (width // 3,) * 3)
    q, key, value = _parted(steps, wide, widths)
    settings = _settings(a, causal=bool(a.get("unidirectional", 0)))
    attend(steps, q, Keys(key, value, heads), heads, settings, _bias(a, 5))
    return Several(tuple(steps.made), (-1,))


def _bias(a: Called, place: int) -> Value | None:
    """What is added to the scores; what hides keys alone computes nothing that is counted."""
    bias = a.input(place)
    return bias if bias is not None and bias.shape else None


@rule("MultiHeadAttention", domain=DOMAIN)
def _multi_head(a: Called) -> Result:
    """Queries, keys and values of three axes each, or keys and values with their heads apart."""
    q, key, value, bias = a.x, a.operand(1), a.operand(2), a.operand(3)
    heads = a.get("num_heads")
    if key is None or value is None or len(q.shape) != _FLAT or not heads:
        return None  # all in one tensor
    steps = Steps()
    if bias is not None:
        widths = tuple(int(one.shape[-1]) for one in (q, key, value) if len(one.shape) == _FLAT)
        parts = _parted(steps, bias, widths) if len(widths) == 3 else []
        if parts:
            q, key, value = (
                summed(steps, one, part) for one, part in zip((q, key, value), parts, strict=True)
            )
    past, earlier = a.operand(6), a.operand(7)
    if past is not None and earlier is not None:
        key = cached(steps, heads_apart(steps, key, heads), past)
        value = cached(steps, heads_apart(steps, value, heads), earlier)
    elif a.outputs > 1:
        key, value = heads_apart(steps, key, heads), heads_apart(steps, value, heads)
    causal = bool(a.get("unidirectional", 0))
    settings = _settings(a, causal=causal, cached=past is not None)
    used = Keys(key, value, heads if len(key.shape) == _FLAT else 0)
    y = attend(steps, q, used, heads, settings, _bias(a, 5))
    present = [Viewed(one, one.shape) for one in (key, value)]
    results: tuple[Operand | Viewed, ...] = (y, *present)
    return Several(tuple(steps.made), results[: max(a.outputs, 1)])


@rule("GroupQueryAttention", domain=DOMAIN)
def _grouped(a: Called) -> Result:
    """Groups of heads that share keys, with a cache, their angles turned where it says so.

    As many keys as there are at most, where the cache's length is known (total_sequence_length),
    or those of the cache and the new ones.
    """
    steps = Steps()
    q, key, value = a.x, a.operand(1), a.operand(2)
    heads, groups = a.get("num_heads"), a.get("kv_num_heads")
    if not heads or not groups or len(q.shape) != _FLAT:
        raise FlopcountError("it does not say how many heads there are")
    if key is None or value is None:
        wide = q.shape[2]
        if not isinstance(wide, int):
            return None
        each = wide // (heads + 2 * groups)
        q, key, value = _parted(steps, q, (heads * each, groups * each, groups * each))
    if a.get("do_rotary", 0):
        angles = [a.needed(7), a.needed(8)]
        places = a.operand(9) or Operand((q.shape[1],))
        cosines, sines = (looked_up(steps, table, places) for table in angles)
        q = turned(steps, a, q, (cosines, sines), heads)
        key = turned(steps, a, key, (cosines, sines), groups)
    past, earlier, total = a.operand(3), a.operand(4), a.input(6)
    key, value = heads_apart(steps, key, groups), heads_apart(steps, value, groups)
    if past is not None and earlier is not None:
        known = total.sizes[0] if total is not None and total.numbers else None
        key, value = (cached(steps, *pair, known) for pair in ((key, past), (value, earlier)))
    settings = _settings(a, causal=True, cached=past is not None)
    y = attend(steps, q, Keys(key, value, 0), heads, settings, _bias(a, 10))
    present = [Viewed(one, one.shape) for one in (key, value)]
    results: tuple[Operand | Viewed, ...] = (y, *present)
    return Several(tuple(steps.made), results[: max(a.outputs, 1)])


@rule("RotaryEmbedding", domain=DOMAIN)
def _rotary(a: Called) -> Result:
    """Places as a tensor, or the first of them, from which on they follow each other."""
    steps = Steps()
    x, places = a.x, a.needed(1)
    if len(places.shape) < 2:
        tokens = x.shape[1 if len(x.shape) == _FLAT else 2]
        places = Operand((tokens,))
    cosines, sines = (looked_up(steps, table, places) for table in (a.needed(2), a.needed(3)))
    turned(steps, a, x, (cosines, sines), a.get("num_heads", 0))
    return Several(tuple(steps.made))
