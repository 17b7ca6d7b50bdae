"""What makes of the numbers along some axes one, or a running sum."""

from math import inf
from typing import Any

from ....core.ops.tensors import Elementwise, Reduction, Running
from ...models.operands import Made, Operand, given, given_one
from .arguments import Arguments
from .table import moved, rule

# By its name, the kind of reduction and its word.
_KINDS = {
    "sum": ("sum", "sum"),
    "nansum": ("sum", "sum"),
    "mean": ("mean", "mean"),
    "prod": ("prod", "prod"),
    "amax": ("max", "max"),
    "amin": ("min", "min"),
    "argmax": ("max", "argmax"),
    "argmin": ("min", "argmin"),
    "logsumexp": ("logsumexp", "logsumexp"),
    "any": ("max", "any"),
    "all": ("min", "all"),
    "count_nonzero": ("count", "count_nonzero"),
    "var": ("var", "var"),
    "std": ("std", "std"),
    "var_mean": ("var", "var"),
    "std_mean": ("std", "std"),
}
_NORMS = {0.0: "count", 1.0: "abs sum", 2.0: "norm", inf: "abs max"}  # by the p of a p-norm


def _axes(a: Arguments, x: Operand) -> tuple[int, ...]:
    """The axes that are reduced: those that are named, or all."""
    axes = a.get("dim")
    if axes is None or axes == []:
        return tuple(range(len(x.shape)))
    return tuple(axes) if isinstance(axes, list | tuple) else (axes,)


def _reduced(word: str, kind: str, a: Arguments, power: Any = 0) -> Made:
    x = a["self"]
    keep = bool(a.get("keepdim"))
    op = Reduction(word, kind, _axes(a, x), keep, given_one(x), float(power))
    return Made(op, (x,))


@rule(*_KINDS)
def _reduction(a: Arguments) -> Made:
    kind, word = _KINDS[a.name.removeprefix("aten.")]
    correction = a.get("correction")
    if correction is None:
        correction = float(a.get("unbiased", True))
    return _reduced(word, kind, a, correction if kind in ("var", "std") else 0)


@rule("max", "min")
def _extreme(a: Arguments) -> Made:
    word = a.name.removeprefix("aten.")
    other = a.get("other")
    if other is None:
        return _reduced(word, word, a)
    operands = (a["self"], other)
    return Made(Elementwise(word, (f"y = {word}(x, x1)",), given(operands)), operands)


@rule("norm", "linalg_vector_norm")
def _norm(a: Arguments) -> Made:
    order = a.get("ord", a.get("p", 2))
    power = 2.0 if order is None else float(order)
    return _reduced("vector_norm", _NORMS.get(power, "power"), a, power)


@rule("cumsum", "cumprod", "cummax", "cummin", "logcumsumexp", "_logcumsumexp")
def _running(a: Arguments) -> Made:
    x, word = a["self"], a.name.removeprefix("aten.").strip("_")
    return Made(Running(word, a["dim"], given_one(x)), (x,))


@rule("median", "nanmedian", "mode", "kthvalue", "sort", "topk", "argsort", "msort")
def _chosen(a: Arguments) -> Made:
    """Numbers chosen by their order: how many comparisons that takes, the data says."""
    return moved(a.name.removeprefix("aten."), a)
