"""What makes of the numbers along some axes one, or a running sum; softmax."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ....core.ops.tensors import Elementwise, Move, Reduction, Running, Softmax
from ....sizes import is_open
from ...models.operands import Made, Operand, given, given_one
from ..values import Value
from .arithmetic import FOLDS, UndecidedError, quotient
from .common import computing, viewed, whole
from .folding import all_followed, array, computed, followed
from .shapes import stated
from .table import Called, Computed, Result, Several, put_out, rule

# By the operator: the word, and the kind of reduction.
_KINDS = {
    "ReduceSum": ("sum", "sum"),
    "ReduceMean": ("mean", "mean"),
    "ReduceProd": ("prod", "prod"),
    "ReduceMax": ("max", "max"),
    "ReduceMin": ("min", "min"),
    "ReduceL1": ("vector_norm", "abs sum"),
    "ReduceL2": ("vector_norm", "norm"),
    "ReduceLogSum": ("logsum", "log sum"),
    "ReduceLogSumExp": ("logsumexp", "logsumexp"),
    "ReduceSumSquare": ("square sum", "square sum"),
}
_OF_ONE = {"sum", "mean", "prod", "max", "min"}  # of a single number that number
_FOLDED: dict[str, Callable[[Any], Any]] = {
    "ReduceSum": lambda numbers: FOLDS["Sum"](*numbers),
    "ReduceMax": lambda numbers: FOLDS["Max"](*numbers),
    "ReduceMin": lambda numbers: FOLDS["Min"](*numbers),
    "ReduceMean": lambda numbers: quotient(FOLDS["Sum"](*numbers), len(numbers)),
}


def _product(numbers: Any) -> Any:
    result: Any = 1
    for number in numbers:
        result = FOLDS["Mul"](result, number)
    return result


_FOLDED["ReduceProd"] = _product


@rule(*_KINDS)
def _reduced(a: Called) -> Result:
    """Over the axes that are named, or all; or none, where `noop_with_empty_axes` says so."""
    x = a.values(1)[0]
    word, kind = _KINDS[a.name]
    rank = len(x.shape)
    axes = stated(a, 1, "axes")
    over = tuple(sorted({whole(axis, rank) for axis in axes or ()}))
    if not over and not a.get("noop_with_empty_axes", 0):
        over = tuple(range(rank))
    keep = bool(a.get("keepdims", 1))
    if a.name in _FOLDED and followed(x) and (known := _folded(a.name, x, over, keep=keep)):
        return known
    if not over and kind in _OF_ONE:
        return viewed(x, x.shape, numbers=x.numbers)
    return computing(Reduction(word, kind, over, keep, given_one(x.operand)), x.operand)


def _folded(name: str, x: Value, over: tuple[int, ...], *, keep: bool) -> Computed | None:
    """The sum, product or extreme of known numbers."""
    if any(map(is_open, x.shape)):
        return None
    numbers = array(x)
    kept = [axis for axis in range(numbers.ndim) if axis not in over]
    rows = numbers.transpose([*kept, *over]).reshape([*(numbers.shape[n] for n in kept), -1])
    if rows.shape[-1] == 0:
        return None
    made = np.empty(rows.shape[:-1], object)
    try:
        for at in np.ndindex(made.shape):
            made[at] = _FOLDED[name](rows[at].tolist())
    except (UndecidedError, ArithmeticError, TypeError, ValueError):
        return None
    shape = [1 if axis in over else n for axis, n in enumerate(numbers.shape)]
    return computed(made.reshape(shape) if keep else made, x.dtype)


@rule("ArgMax", "ArgMin")
def _place(a: Called) -> Result:
    """Where the largest number is: as many comparisons as to find it."""
    x = a.values(1)[0]
    axis = whole(a.get("axis", 0), len(x.shape))
    kind = a.name[-3:].lower()
    op = Reduction(a.name.lower(), kind, (axis,), bool(a.get("keepdims", 1)), given_one(x.operand))
    return computing(op, x.operand)


def softmax_axes(a: Called, rank: int) -> tuple[int, int]:
    """Along which axis, and how many together: before version 13 all from that one on."""
    if a.opset < 13:
        axis = whole(a.get("axis", 1), rank) if a.get("axis", 1) != rank else rank
        return axis, rank - axis
    return whole(a.get("axis", -1), rank), 1


@rule("Softmax", "LogSoftmax")
def _softmax(a: Called) -> Result:
    x = a.x
    axis, many = softmax_axes(a, len(x.shape))
    return computing(Softmax(axis, a.name == "LogSoftmax", given_one(x), axes=many), x)


@rule("Hardmax")
def _hardmax(a: Called) -> Result:
    """1 where the largest number is: found, and compared with each."""
    x = a.x
    axis, many = softmax_axes(a, len(x.shape))
    over = tuple(range(axis, axis + many))
    top = Reduction("max", "max", over, keep=True, given=given_one(x))
    kept = tuple(1 if place in over else n for place, n in enumerate(x.shape))
    operands = (x, put_out(0, kept))
    last = Elementwise("hardmax", ("y = x == x1",), given(operands))
    return Several((Made(top, (x,)), Made(last, operands)))


@rule("CumSum", "CumProd")
def _running(a: Called) -> Result:
    """One operation a number, also where each starts before its own, or at the end."""
    x = a.values(1)[0]
    axis = a.input(1)
    at = axis.numbers[0] if axis is not None and axis.numbers else 0
    if a.name == "CumSum" and all_followed(a) and not a.get("exclusive") and not a.get("reverse"):
        try:
            return computed(np.cumsum(array(x), int(at), dtype=object), x.dtype)
        except (UndecidedError, ArithmeticError, TypeError, ValueError):
            pass
    op = Running(a.name.lower(), whole(int(at), len(x.shape)), given_one(x.operand))
    return computing(op, x.operand)


@rule("NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss")
def _loss(a: Called) -> Result:
    """−x of the class that is right, times its weight; their mean, by weight, sum, or each."""
    x, target = a.values(2)
    weight = a.input(2)
    steps: list[Made] = []
    scores = x.operand
    if a.name == "SoftmaxCrossEntropyLoss":
        steps.append(Made(Softmax(1, log=True, given=given_one(scores)), (scores,)))
        scores = put_out(0, x.shape)
    steps.append(_taken(target.shape, scores, target))
    chosen = put_out(len(steps) - 1, target.shape)
    by = None
    if weight is not None:
        steps.append(_taken(target.shape, weight.operand, target))
        by = put_out(len(steps) - 1, target.shape)
    operands = (chosen,) if by is None else (chosen, by)
    text = "y = -x" if by is None else "y = -x * x1"
    steps.append(Made(Elementwise("loss", (text,), given(operands)), operands))
    steps += _together(a, target, by, len(steps))
    results = (-1,) if a.outputs < 2 or a.name.startswith("Neg") else (-1, 0)
    return Several(tuple(steps), results)


def _taken(shape: Any, of: Operand, target: Value) -> Made:
    return Made(Move("gather", (shape,)), (of, target.operand))


def _together(a: Called, target: Value, by: Operand | None, made: int) -> list[Made]:
    """The steps after each one's loss, which is the last of those that are made."""
    how = a.get("reduction", "mean")
    each = put_out(made - 1, target.shape)
    axes = tuple(range(len(target.shape)))
    if how == "none":
        return []
    if how == "sum" or by is None:
        return [Made(Reduction(how, how, axes), (each,))]
    total, weights = put_out(made, ()), put_out(made + 1, ())
    return [
        Made(Reduction("sum", "sum", axes), (each,)),
        Made(Reduction("sum", "sum", axes), (by,)),
        Made(Elementwise("div", ("y = x / x1",)), (total, weights)),
    ]
