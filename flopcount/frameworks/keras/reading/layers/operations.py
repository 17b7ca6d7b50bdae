"""Operations of ``keras.ops``, and operators, between layers: what works on numbers one by one."""

from typing import Any

from .....core.ops import tensors as ops
from .....core.ops.elementwise import ACTIVATIONS
from .....core.ops.tensors.written import spread
from .....errors import FlopcountError
from ....models.operands import Operand, given, number
from .activations import FORMULAS, SAME, activated, steps_of
from .table import Call, Rule, operation

# The formulas of keras.ops by the names of its classes; in braces the arguments, in order.
_BINARY = {
    "Add": "{} + {}",
    "Subtract": "{} - {}",
    "Multiply": "{} * {}",
    "Divide TrueDivide": "{} / {}",
    "FloorDivide": "{} // {}",
    "Mod Fmod": "{} % {}",
    "Maximum Fmax": "max({}, {})",
    "Minimum Fmin": "min({}, {})",
    "Equal": "{} == {}",
    "NotEqual LogicalXor": "{} != {}",
    "Greater": "{} > {}",
    "GreaterEqual": "{} >= {}",
    "Less": "{} < {}",
    "LessEqual": "{} <= {}",
    "LogicalAnd": "{} and {}",
    "LogicalOr": "{} or {}",
    "Hypot": "pow({0} * {0} + {1} * {1}, 0.5)",
    "Logaddexp": "log(exp({}) + exp({}))",
}
_UNARY = {
    "Negative": "-{}",
    "Absolute Fabs": "max({0}, -{0})",
    "Exp": "exp({})",
    "Exp2": "pow(2, {})",
    "Expm1": "exp({}) - 1",
    "Log": "log({})",
    "Log2": "log({}, 2)",
    "Log10": "log({}, 10)",
    "Log1p": "log(1 + {})",
    "Sqrt": "pow({}, 0.5)",
    "Cbrt": "pow({}, 0.3333333333333333)",
    "Rsqrt": "pow({}, -0.5)",
    "Square": "{0} * {0}",
    "Reciprocal": "1 / {}",
    "Sin": "sin({})",
    "Cos": "cos({})",
    "Tan": "sin({0}) / cos({0})",
    "Arctan": "atan({})",
    "Sinh": "(exp({0}) - exp(-{0})) / 2",
    "Cosh": "(exp({0}) + exp(-{0})) / 2",
    "Sign": "({0} > 0) - ({0} < 0)",
    "Floor": "{} // 1",
    "Ceil": "-(-{} // 1)",
    "Round": "({} + 0.5) // 1",
    "Trunc": "whole({})",
    "Erf": "erf({})",
    "Erfc": "1 - erf({})",
    "LogicalNot": "not {}",
    "Isnan": "{0} != {0}",
}
_WORDS = {"Subtract": "sub", "TrueDivide": "div", "Divide": "div", "Maximum": "max"}
_WORDS |= {"Minimum": "min", "Absolute": "abs", "Negative": "neg"}
_POWERS = {2: "{0} * {0}", 3: "{0} * {0} * {0}", -1: "1 / {0}"}


def formula(call: Call, text: str, *arguments: Any, word: str = "") -> Any:
    """An operation by its formula, its arguments tensors or numbers."""
    operands: list[Operand] = []
    names = []
    for value in arguments:
        if isinstance(value, Operand):
            names.append(f"x{len(operands) or ''}")
            operands.append(value)
        elif isinstance(value, int | float) or value is None:
            names.append(number(value))
        else:
            raise FlopcountError("it is called with what is neither a tensor nor a number")
    shape = spread([one.shape for one in operands])
    if all(one.is_constant for one in operands):
        return Operand(shape)
    kind = call.layer.kind
    steps = (f"y = {text.format(*names)}",)
    op = ops.Elementwise(word or _WORDS.get(kind, kind.lower()), steps, given(tuple(operands)))
    return call.add(op, *operands)


def _of_two(text: str) -> Rule:
    return lambda call: formula(call, text, call.argument(0, "x1"), call.argument(1, "x2"))


def _of_one(text: str) -> Rule:
    return lambda call: formula(call, text, call.x)


for _names, _text in _BINARY.items():
    operation(*_names.split())(_of_two(_text))
for _names, _text in _UNARY.items():
    operation(*_names.split())(_of_one(_text))


@operation("Power")
def _power(call: Call) -> Any:
    """A power with a whole exponent is a product."""
    x, exponent = call.argument(0, "x1"), call.argument(1, "x2")
    if isinstance(exponent, int | float) and exponent in _POWERS:
        return formula(call, _POWERS[int(exponent)], x)
    return formula(call, "pow({}, {})", x, exponent)


@operation("Where")
def _where(call: Call) -> Any:
    condition, x1, x2 = (call.argument(n, name) for n, name in enumerate(("condition", "x1", "x2")))
    return formula(call, "{1} if {0} else {2}", condition, x1, x2)


@operation("Clip")
def _clip(call: Call) -> Any:
    low, high = call.layer.get("x_min"), call.layer.get("x_max")
    return formula(call, "min(max({}, {}), {})", call.x, low, high)


def _activation(name: str) -> Rule:
    """By keras.activations' name; numbers of its own are in the config."""

    def rule(call: Call) -> Operand:
        one = call.layer
        if name == "gelu" and one.flag("approximate", default=True):
            return call.add(ops.Elementwise("gelu", tuple(ACTIVATIONS["gelu"].split("; "))), call.x)
        keys = {"slope": "negative_slope", "alpha": "alpha", "b": "b", "threshold": "threshold"}
        numbers = {key: one.number(at, 0.0) for key, at in keys.items() if one.get(at) is not None}
        steps = steps_of(name, numbers)
        if steps is None or (name == "elu" and numbers.get("alpha", 1) != 1):
            return activated(call, call.x, name)
        return call.add(ops.Elementwise(name, steps), call.x)

    return rule


_CLASSES = {name.replace("_", " ").title().replace(" ", ""): name for name in (*SAME, *FORMULAS)}
_CLASSES |= {"LogSoftmax": "log_softmax", "Glu": "glu", "Sparsemax": "sparsemax"}
for _class, _name in _CLASSES.items():
    if _class not in ("Swish", "HardSwish", "Exponential", "Mish"):
        operation(_class)(_activation(_name))

# Reductions: what each is called in core/ops/tensors/reduction.py.
_REDUCED = {"Sum": "sum", "Mean": "mean", "Max": "max", "Amax": "max", "Min": "min", "Amin": "min"}
_REDUCED |= {"Prod": "prod", "Var": "var", "Std": "std", "Logsumexp": "logsumexp"}
_REDUCED |= {"CountNonzero": "count", "Any": "max", "All": "min"}


@operation(*_REDUCED)
def _reduced(call: Call) -> Operand:
    one, x = call.layer, call.x
    rank = len(x.shape)
    axes = tuple(range(rank)) if one.get("axis") is None else one.axes("axis", rank)
    keep = one.flag("keepdims", default=False)
    kind = _REDUCED[one.kind]
    return call.add(ops.Reduction(one.kind.lower(), kind, axes, keep), x)


@operation("Argmax", "Argmin")
def _place(call: Call) -> Operand:
    """Where the largest is: n − 1 compares of n numbers."""
    one, x = call.layer, call.x
    rank = len(x.shape)
    axes = tuple(range(rank)) if one.get("axis") is None else one.axes("axis", rank)
    keep = one.flag("keepdims", default=False)
    return call.add(ops.Reduction(one.kind.lower(), "max", axes, keep), x)
