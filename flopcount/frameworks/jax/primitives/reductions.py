"""What makes of the numbers along some axes one, or a running sum."""

from ....core.ops.tensors import Reduction, Running
from ...models.operands import Made, given_one
from ..values import Step
from .table import moved, rule

# By its name, the kind of reduction and its word.
_KINDS = {
    "reduce_sum": ("sum", "sum"),
    "reduce_prod": ("prod", "prod"),
    "reduce_max": ("max", "max"),
    "reduce_min": ("min", "min"),
    "reduce_and": ("min", "all"),
    "reduce_or": ("max", "any"),
    "argmax": ("max", "argmax"),
    "argmin": ("min", "argmin"),
}
_RUNNING = {name: name for name in ("cumsum", "cumprod", "cummax", "cummin")}
_RUNNING["cumlogsumexp"] = "logcumsumexp"


@rule(*_KINDS)
def _reduction(step: Step) -> Made:
    kind, word = _KINDS[step.name]
    x = step.operands[0]
    return Made(Reduction(word, kind, tuple(step.params["axes"]), given=given_one(x)), (x,))


@rule(*_RUNNING)
def _running(step: Step) -> Made:
    x = step.operands[0]
    return Made(Running(_RUNNING[step.name], step.params["axis"], given_one(x)), (x,))


@rule("sort", "top_k", "approx_top_k")
def _chosen(step: Step) -> Made:
    """Numbers chosen by their order: how many comparisons that takes, the data says."""
    return moved({"top_k": "topk", "approx_top_k": "topk"}.get(step.name, step.name), step)
