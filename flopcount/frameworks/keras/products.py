"""The multiplies of a row by the shapes of Keras' variables and tensors, and no size of ours."""

from collections.abc import Mapping
from typing import Any

from ...core import Op, has_weights
from ...core.ops.attention import Attention
from ...core.ops.dense import Dense
from ...core.ops.experts import Route
from ...core.ops.lookup import Embed, Tied
from ...core.ops.recurrent import Recurrent
from ...sizes import product
from .masks import causal
from .variables import kind_of, named_variables

Shapes = tuple[tuple[int, ...], ...]
# A table that an embedding reads is multiplied with nothing, and a position's is added.
_MULTIPLIED = ("kernel", "recurrent_kernel", "projection_kernel")


def is_traced(op: Op) -> bool:
    """Whether its products are several, or not those of one kernel at each position."""
    return isinstance(op, Attention | Recurrent | Route | Tied) or bool(getattr(op, "experts", 0))


def is_lowered(op: Op) -> bool:
    """Whether it is one product, which is lowered bare: a convolution or a dense layer."""
    return has_weights(op) and not is_traced(op) and not isinstance(op, Embed)


def multiplied(op: Op, parts: Mapping[str, Any], taken: Shapes, outputs: Shapes) -> int:
    """Each number of a kernel once at each position; and in attention the pairs of two products.

    A position is one of Keras' output, or, of a transposed convolution, of its input; of keys and
    values one of the second input; of a recurrence a step. A token has one expert's kernel.
    """
    if isinstance(op, Attention):
        return _attention(parts[""], taken)
    kernels = sum(
        product(variable.shape)
        for name, variable in named_variables(parts)
        if name in _MULTIPLIED or (isinstance(op, Tied) and name == "embeddings")
    )
    if isinstance(op, Dense) and op.experts:
        kernels //= int(parts[""].experts)
    reads = isinstance(op, Recurrent | Route) or hasattr(parts.get(""), "output_padding")
    return int(kernels) * int(product((taken if reads else outputs)[0][:-1]))


def hidden(op: Op, parts: Mapping[str, Any], taken: Shapes) -> int:
    """The multiplies of pairs that a mask hides, as the array of the mask has them."""
    if not isinstance(op, Attention):
        return 0
    layer = parts[""]
    queries, keys = ((None, *shape) for shape in (taken[0], taken[-1]))
    seen: Any = None
    if hasattr(layer, "plan"):
        seen = layer.plan.seen(queries, keys)
    elif hasattr(layer, "seen"):
        seen = layer.seen(queries, keys)
    elif op.causal:  # what Keras calls its causal mask; that it is this one, the values say
        seen = causal(taken[0][0], taken[-1][0])
    if seen is None:
        return 0
    return 2 * _wide(layer, taken) * int(seen.size - seen.sum())


def _wide(layer: Any, taken: Shapes) -> int:
    """The channels of all heads together."""
    for name, variable in named_variables({"": layer}):
        if name == "query/kernel":
            return int(product(variable.shape[1:]))
    return taken[0][-1]  # of the products alone


def _attention(layer: Any, taken: Shapes) -> int:
    queries, keys = (product(shape[:-1]) for shape in (taken[0], taken[-1]))
    places = {"query": queries, "attention_output": queries, "key": keys, "value": keys}
    total = 0
    for name, variable in named_variables({"": layer}):
        if kind_of(name) == "kernel":
            total += product(variable.shape) * places[name.partition("/")[0]]
    plan = getattr(layer, "plan", None)
    window = plan.windows((None, *taken[0])) if plan else ()
    seen = product(window) if window else keys + (plan.past if plan else 0)
    seen = plan.cached if plan and plan.cached else seen
    return int(total + 2 * _wide(layer, taken) * queries * seen)
