"""Operators of ONNX that work element by element, reduce or move: beside ONNX' own reference.

Each is called on small arrays; its nests, run literally, put out the same numbers, and what they
did is what is counted.
"""

from typing import Any

import numpy as np
import pytest

from flopcount.frameworks.onnx.checking.twins import Call, beside, call
from flopcount.frameworks.onnx.operations import OPERATIONS

X = np.random.default_rng(0).normal(size=(2, 3, 4))
Y = np.random.default_rng(1).normal(size=(3, 1))
POSITIVE, NEAR = abs(X) + 0.5, np.tanh(X) * 0.9
WHOLE = np.random.default_rng(2).integers(1, 9, size=(2, 3, 4))
TRUTHS, OTHERS = X > 0, X > 0.5
TABLE = np.random.default_rng(3).normal(size=(7, 5))
TOKENS = np.array([[1, 6, 0], [2, 2, 5]])
SLOPES = np.array([0.1, 0.2, 0.3]).reshape(3, 1)


def two(op: str, x: Any = X, y: Any = Y) -> Call:
    return call(op, x, y)


# What each computes, by the operator: calls, and how many operations of each kind they do.
PAIRS = [two(op) for op in ("Add", "Sub", "Mul", "Div", "Max", "Min", "Less", "Greater", "Equal")]
PAIRS += [two("Mod", POSITIVE, np.full((1,), 0.7)), two("LessOrEqual"), two("GreaterOrEqual")]
PAIRS += [two(op, TRUTHS, OTHERS) for op in ("And", "Or", "Xor")]
PAIRS += [two("Div", WHOLE, np.array([2])), two("Pow", POSITIVE, Y)]
PAIRS += [call("Pow", X, np.array(power), given=(1,)) for power in (1.0, 2.0, 3.0, -1.0, -2.0)]
PAIRS += [call("Pow", POSITIVE, np.array(0.5), given=(1,))]
PAIRS += [call("BitShift", WHOLE.astype(np.uint8), np.array([2], np.uint8), direction="LEFT")]
PAIRS += [call("BitShift", WHOLE.astype(np.uint8), np.array([1], np.uint8), direction="RIGHT")]
PAIRS += [call(op, X, Y, X) for op in ("Max", "Min", "Sum", "Mean")]
PAIRS += [call("Where", TRUTHS, X, Y), call("Mul", X, np.array(0.25), given=(1,))]
PAIRS += [call("Add", X, Y, given=(1,)), call("Add", X, Y, held=(1,))]
PAIRS += [call("SwiGLU", X, X * 2, expected=[X / (1 + np.exp(-X)) * (X * 2)])]
ONES = [call(op, X) for op in ("Neg", "Abs", "Sign", "Exp", "Sin", "Cos", "Tan", "Atan", "Sinh")]
ONES += [call(op, X) for op in ("Cosh", "Asinh", "Erf", "Floor", "Ceil", "Round", "Relu", "Tanh")]
ONES += [call(op, X) for op in ("Sigmoid", "Mish", "Softplus", "Softsign", "HardSwish", "Elu")]
ONES += [call(op, X) for op in ("Celu", "Selu", "LeakyRelu", "ThresholdedRelu", "HardSigmoid")]
ONES += [call(op, POSITIVE) for op in ("Log", "Sqrt", "Reciprocal")]
ONES += [call(op, NEAR) for op in ("Asin", "Acos", "Atanh")]
ONES += [call("Acosh", POSITIVE + 1), call("Not", TRUTHS), call("IsNaN", X), call("Gelu", X)]
ONES += [call("Gelu", X, approximate="tanh"), call("Celu", X, alpha=2.0), call("Elu", X, alpha=0.5)]
ONES += [call("LeakyRelu", X, alpha=0.3), call("HardSigmoid", X, alpha=0.5, beta=0.6)]
ONES += [call("Shrink", X, bias=b, lambd=0.4) for b in (0.0, 0.4, 0.1)]
ONES += [call("Swish", X, alpha=a, opset=24) for a in (1.0, 1.7)]
ONES += [call("PRelu", X, SLOPES, held=(1,)), call("PRelu", X, np.array([0.2]), held=(1,))]
ONES += [call("PRelu", X, X * 0.1), call("PRelu", X, np.array([0.1, 0.2, 0.3, 0.4]), held=(1,))]
ONES += [call("Clip", X, np.array(-0.3), np.array(0.5), given=(1, 2)), call("Clip", X)]
ONES += [call("Clip", X, None, np.array(0.5), given=(2,))]
ONES += [call("Clip", X, np.array(-0.3), np.array(0.5)), call("Clip", X, opset=6, min=0.0, max=6.0)]

AXES = np.array([1, -1])
REDUCE = ["Sum", "Mean", "Prod", "Max", "Min", "L1", "L2", "LogSumExp", "SumSquare"]
REDUCED = [call(f"Reduce{how}", X, AXES, given=(1,), opset=18) for how in REDUCE]
REDUCED += [call(f"Reduce{how}", X, opset=18, keepdims=0) for how in REDUCE]
REDUCED += [call(f"Reduce{how}", X, opset=11, axes=[0]) for how in REDUCE if how != "SumSquare"]
REDUCED += [call("ReduceLogSum", POSITIVE, AXES, given=(1,), opset=18)]
REDUCED += [call(op, X, axis=1, opset=13) for op in ("Softmax", "LogSoftmax", "Hardmax")]
FLAT = np.exp(X) / np.exp(X).sum((1, 2), keepdims=True)  # before version 13 all axes from one on
REDUCED += [call("Softmax", X, axis=1, opset=11, expected=[FLAT]), call("Softmax", X, opset=13)]
REDUCED += [call("CumSum", X, np.array(axis), given=(1,)) for axis in (0, -1)]

MOVED = [
    call("Concat", X, X + 1, axis=1),
    call("Slice", X, *map(np.array, ([0, -3], [1, 2**40], [1, 2], [1, 2])), given=(1, 2, 3, 4)),
    call("Slice", X, *map(np.array, ([-1], [-100], [1], [-2])), given=(1, 2, 3, 4)),
    call("Pad", X, np.array([0, 1, 0, 2, 0, 1]), given=(1,)),
    call("Pad", X, np.array([1, 1]), None, np.array([-1]), mode="reflect", given=(1, 3)),
    call("Tile", X, np.array([1, 2, 2]), given=(1,)),
    call("Expand", Y, np.array([2, 1, 4]), given=(1,)),
    call("Transpose", X, perm=[2, 0, 1]),
    call("Transpose", X),
    call("Transpose", TABLE, held=(0,)),
    call("Reshape", X, np.array([0, -1]), given=(1,)),
    call("Flatten", X, axis=-1),
    call("Squeeze", X[:1], np.array([0]), given=(1,)),
    call("Unsqueeze", X, np.array([0, -1]), given=(1,)),
    call("Gather", TABLE, TOKENS, held=(0,)),
    call("Gather", TABLE, TOKENS, held=(0,), given=(1,)),
    call("Gather", TABLE, TOKENS),
    call("Gather", TABLE, np.array(3), held=(0,), given=(1,)),
    call("Gather", X, np.array([0, -1]), axis=1),
    call("GatherElements", TABLE, np.array([[1, 6, 0, 2, 3]]), axis=0),
    call("GatherND", TABLE, np.array([[0, 1], [6, 4]])),
    call("ScatterElements", TABLE, np.array([[1, 0, 2]]), np.ones((1, 3))),
    call("ScatterND", TABLE, np.array([[0], [6]]), np.ones((2, 5))),
    call("Trilu", TABLE),
    call("Compress", TABLE, np.array([True, False, True]), axis=0, given=(1,)),
    call("ReverseSequence", TABLE, np.array([1, 2, 3, 4, 5])),
    call("TopK", X, np.array([2]), given=(1,), outputs=2),
    call("CenterCropPad", X, np.array([2, 1, 6]), given=(1,), opset=18),
]


def named(calls: list[Call]) -> list[Any]:
    return [pytest.param(one, id=f"{one.op}-{place}") for place, one in enumerate(calls)]


@pytest.mark.parametrize("one", named([*PAIRS, *ONES, *REDUCED, *MOVED]))
def test_an_operator_puts_out_what_the_reference_does(one: Call) -> None:
    done = beside(one)
    assert (done.differs, done.skipped) == ("", ""), done


# 24 elements each, of 2 × 3 × 4; what is read off the formula.
@pytest.mark.parametrize(
    ("one", "counts"),
    [
        (two("Add"), {"adds": 24}),
        (two("Div"), {"divides": 24}),
        (two("Max"), {"compares": 24}),
        (call("Sum", X, X, X), {"adds": 2 * 24}),
        (call("Pow", X, np.array(2.0), given=(1,)), {"multiplies": 24}),
        (call("Sigmoid", X), {"exponentials": 24, "adds": 24, "divides": 24}),
        (call("Relu", X), {"compares": 24}),
        (call("Sqrt", POSITIVE), {"exponentials": 24}),
        (call("ReduceSum", X, AXES, given=(1,)), {"adds": 24 - 2}),
        (call("ReduceMean", X, opset=18), {"adds": 23, "divides": 1}),
        (call("Transpose", X, perm=[1, 0, 2]), {}),
        (call("Softmax", X), {"exponentials": 24, "divides": 24, "adds": 24 + 24 - 6}),
        (call("Gather", TABLE, TOKENS, held=(0,)), {"params": 35}),
    ],
)
def test_operations_are_counted(one: Call, counts: dict[str, int]) -> None:
    done = beside(one)
    kinds = ("adds", "multiplies", "divides", "compares", "exponentials")
    rows: dict[str, int] = {}
    for row in done.rows:
        for kind, number in row.work.operations.items():
            rows[kind] = rows.get(kind, 0) + int(number)
    wanted = {kind: counts[kind] for kind in kinds if kind in counts}
    found = {kind: rows[kind] for kind in wanted}
    assert found == wanted
    assert not (rows and not counts)
    if "params" in counts:
        assert done.count("params") == counts["params"]


def test_each_elementwise_operator_is_called() -> None:
    """An operator whose rule is a formula, and that no case calls, is one that nobody ran."""
    called = {one.op for one in (*PAIRS, *ONES, *REDUCED, *MOVED)}
    from flopcount.frameworks.onnx.operations import activations, elementwise, reductions

    rooms = {room.__name__ for room in (activations, elementwise, reductions)}
    own = {name for (_, name), rule in OPERATIONS.items() if rule.__module__ in rooms}
    assert own - called == {
        *("BitwiseAnd", "BitwiseOr", "BitwiseNot", "BitwiseXor"),  # of bits, not of numbers
        *("Bernoulli", "Dropout", "IsInf"),  # nothing to compare
        *("ArgMax", "ArgMin", "CumProd"),
        *("NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss"),
    }
