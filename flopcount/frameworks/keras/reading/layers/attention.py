"""Attention: heads with projections, in groups; given queries and keys, by products or sums."""

from typing import Any

from .....core.ops import tensors as ops
from .....errors import FlopcountError
from .....sizes import Size
from ....models.operands import Operand, number
from ..config import plain
from .activations import softmax_over
from .dense import einsum_dense
from .table import Call, layer

_LETTERS = "abdefghijlmnopqrstuvwxyz"  # but c and k, which are what a head has


def _projected(  # noqa: PLR0913  what it is of, and its form
    call: Call, name: str, x: Operand, to: list[Size], *, bound: int = 1, gated: bool = False
) -> Operand:
    """A projection: the last axes of x, as many as are `bound`, become those of `to`."""
    within = call.within(name, "EinsumDense")
    free = len(x.shape) - bound
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    before = "".join(next(letters) for _ in range(free))
    summed = "".join(next(letters) for _ in range(bound))
    new = "".join(next(letters) for _ in to)
    equation = f"{before}{summed},{summed}{new}->{before}{new}"
    bias = new if call.layer.flag("use_bias", default=True) else None
    found = einsum_dense(within, x, equation, [*[None] * (free - 1), *to], bias)
    if gated:
        return within.add(ops.Elementwise("sigmoid", ("y = 1 / (1 + exp(-x))",)), found)
    return found


def _inputs(call: Call) -> tuple[Operand, Operand, Operand]:
    """Queries, keys and values; without keys of their own, the values are them."""
    query, value = call.tensor(0, "query"), call.tensor(1, "value")
    key = call.argument(2, "key")
    return query, value if key is None else call.tensor(2, "key"), value


@layer("MultiHeadAttention")
def _heads(call: Call) -> Any:
    one = call.layer
    query, key, value = _inputs(call)
    heads, dim = one.whole("num_heads"), one.whole("key_dim")
    wide = one.whole("value_dim", dim)
    q = _projected(call, "query", query, [heads, dim])
    k = _projected(call, "key", key, [heads, dim])
    gated = one.flag("use_gate", default=False)
    gate = _projected(call, "gate", query, [heads, wide], gated=True) if gated else None
    v = _projected(call, "value", value, [heads, wide])
    rank = len(v.shape)
    given = plain(one.get("attention_axes"))
    axes = tuple(range(1, rank - 2))
    if given is not None:
        each = given if isinstance(given, list | tuple) else (given,)
        axes = tuple(int(n) % (rank - 1) for n in each)
    found, scores = _attended(call, (q, k, v), axes, dim**-0.5)
    if gate is not None:
        found = call.add(ops.Elementwise("multiply", ("y = x * x1",)), found, gate)
    shape = plain(one.get("output_shape"))
    to = [query.shape[-1]] if shape is None else shape
    to = list(to) if isinstance(to, list | tuple) else [to]
    output = _projected(call, "attention_output", found, to, bound=2)
    return [output, scores] if call.kwargs.get("return_attention_scores") is True else output


def _attended(
    call: Call, qkv: tuple[Operand, Operand, Operand], axes: tuple[int, ...], scale: float
) -> tuple[Operand, Operand]:
    """softmax(scale · q·kᵀ) · v on tensors … × heads × d, along some axes; and the scores."""
    q, k, v = qkv
    rank = len(q.shape)
    if len(k.shape) != rank or len(v.shape) != rank or rank > 9:
        raise FlopcountError("queries, keys and values have other axes than each other")
    target = [*_LETTERS[: rank - 1], "c"]
    source = [_LETTERS[10 + n] if n in axes else name for n, name in enumerate(target)]
    batch = [target[n] for n in range(rank - 1) if n not in axes]
    pairs = [*batch, *(target[n] for n in axes), *(source[n] for n in axes)]
    on = " ".join
    scores = call.add(ops.Product(f"y[{on(pairs)}] += x[{on(target)}] * x1[{on(source)}]"), q, k)
    scores = call.add(ops.Elementwise("scale", (f"y = {number(scale)} * x",)), scores)
    scores = _masked(call, scores)
    last = tuple(range(len(pairs) - len(axes), len(pairs)))
    weights = (
        call.add(ops.Softmax(last[0]), scores)
        if len(last) == 1
        else softmax_over(call, scores, last)
    )
    combined = ops.Product(f"y[{on(target)}] += x[{on(pairs)}] * x1[{on(source)}]")
    return call.add(combined, weights, v), weights


def _masked(call: Call, scores: Operand) -> Operand:
    """Scores with those that are not to count put far below, where a mask is given or causal."""
    mask = call.kwargs.get("attention_mask")
    causal = call.kwargs.get("use_causal_mask") is True
    sliding = call.layer.get("sliding_window") is not None
    if not isinstance(mask, Operand) and not causal and not sliding:
        return scores
    if not isinstance(mask, Operand):
        mask = Operand((1, *scores.shape[-2:]))
    while len(mask.shape) < len(scores.shape):
        mask = call.view(mask, (*mask.shape[:-2], 1, *mask.shape[-2:]))
    given = (None, mask.shape) if mask.is_constant else ()
    op = ops.Elementwise("where", ("y = x if x1 else -1e9",), given)
    return call.add(op, scores, mask)


@layer("GroupQueryAttention", "GroupedQueryAttention")
def _groups(call: Call) -> Any:
    """Each head of keys and values serves as many heads of queries."""
    one = call.layer
    query, key, value = _inputs(call)
    dim = one.whole("head_dim")
    heads, groups = one.whole("num_query_heads"), one.whole("num_key_value_heads")
    if heads % groups:
        raise FlopcountError(f"{groups} heads of keys do not divide {heads} of queries")
    q = _projected(call, "query", query, [heads, dim])
    k = _projected(call, "key", key, [groups, dim])
    gated = one.flag("use_gate", default=False)
    gate = _projected(call, "gate", query, [heads, dim], gated=True) if gated else None
    v = _projected(call, "value", value, [groups, dim])
    split = call.view(q, (*q.shape[:2], groups, heads // groups, dim))
    pairs = ops.Product("y[b g n s t] += x[b s g n d] * x1[b t g d]")
    scores = call.add(pairs, split, k)
    scores = call.add(ops.Elementwise("scale", (f"y = {number(dim**-0.5)} * x",)), scores)
    flat = call.view(scores, (scores.shape[0], heads, *scores.shape[-2:]))
    flat = _masked(call, flat)
    weights = call.add(ops.Softmax(-1), flat)
    apart = call.view(weights, (weights.shape[0], groups, heads // groups, *weights.shape[-2:]))
    combined = ops.Product("y[b s g n d] += x[b g n s t] * x1[b t g d]")
    found = call.view(call.add(combined, apart, v), q.shape)
    if gate is not None:
        found = call.add(ops.Elementwise("multiply", ("y = x * x1",)), found, gate)
    output = _projected(call, "attention_output", found, [query.shape[-1]], bound=2)
    return [output, weights] if call.kwargs.get("return_attention_scores") is True else output


def _given(call: Call) -> tuple[Operand, Operand, Operand]:
    """Queries, keys and values of one argument: the query first, the value second, the key last."""
    tensors = call.tensors()
    if len(tensors) not in (2, 3) or any(len(one.shape) < 2 for one in tensors):
        raise FlopcountError("it reads a list of a query, a value and perhaps a key")
    query, value = tensors[:2]
    return query, tensors[2] if len(tensors) == 3 else value, value


def _weighed(call: Call, scores: Operand, value: Operand) -> Any:
    """The softmax of the scores, and the values by it."""
    before = _LETTERS[: len(value.shape) - 2]
    b = "".join(f"{letter} " for letter in before)
    weights = call.add(ops.Softmax(-1), _masked(call, scores))
    product = ops.Product(f"y[{b}s k] += x[{b}s t] * x1[{b}t k]")
    found = call.add(product, weights, value)
    return [found, weights] if call.kwargs.get("return_attention_scores") is True else found


@layer("Attention")
def _attention(call: Call) -> Any:
    """Scores by a product, or, ``concat``, by a sum within a tanh (Luong et al., 1508.04025)."""
    one = call.layer
    query, key, value = _given(call)
    scaled = one.flag("use_scale", default=False)
    held = {"A": call.held("scale")} if scaled else {}
    if one.text("score_mode", "dot") == "concat":
        held["Ac"] = call.held("concat_score_weight")
        op = ops.AdditiveScores("one" if scaled else "", weighted=True)
        return _weighed(call, call.add(op, query, key, **held), value)
    b = "".join(f"{letter} " for letter in _LETTERS[: len(query.shape) - 2])
    scores = call.add(ops.Product(f"y[{b}s t] += x[{b}s c] * x1[{b}t c]"), query, key)
    if scaled:
        scores = call.add(ops.Factor(), scores, **held)
    return _weighed(call, scores, value)


@layer("AdditiveAttention")
def _additive(call: Call) -> Any:
    query, key, value = _given(call)
    scaled = call.layer.flag("use_scale", default=True)
    held = {"A": call.held("scale", query.shape[-1])} if scaled else {}
    scores = call.add(ops.AdditiveScores("each" if scaled else ""), query, key, **held)
    return _weighed(call, scores, value)
