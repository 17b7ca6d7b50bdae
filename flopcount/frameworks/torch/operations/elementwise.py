"""What works element by element: each a formula of its arguments, by their names in PyTorch."""

from typing import Any

from ....core.ops.elementwise import ACTIVATIONS
from ....core.ops.tensors import Elementwise, Gated, PReLU
from ...models.operands import Made, Operand, given, number
from .arguments import Arguments
from .table import Rule, moved, rule

# An argument in braces is a tensor of that name, or its number. ``{times}`` is ``alpha *`` where
# there is such a factor. Values come behind the name of the result, y.
_FORMULAS = {
    "add": "{self} + {times}{other}",
    "sub": "{self} - {times}{other}",
    "rsub": "{other} - {times}{self}",
    "mul": "{self} * {other}",
    "floor_divide": "{self} // {other}",
    "remainder fmod": "{self} % {other}",
    "true_divide": "{self} / {other}",
    "maximum fmax": "max({self}, {other})",
    "minimum fmin": "min({self}, {other})",
    "eq": "{self} == {other}",
    "ne not_equal": "{self} != {other}",
    "gt greater": "{self} > {other}",
    "ge": "{self} >= {other}",
    "lt less": "{self} < {other}",
    "le": "{self} <= {other}",
    "logical_and bitwise_and __and__": "{self} and {other}",
    "logical_or bitwise_or __or__": "{self} or {other}",
    "logical_xor bitwise_xor": "{self} != {other}",
    "logical_not bitwise_not": "not {self}",
    "bitwise_left_shift __lshift__": "{self} * pow(2, {other})",
    "bitwise_right_shift __rshift__": "{self} // pow(2, {other})",
    "where": "{self} if {condition} else {other}",
    "masked_fill": "{value} if {mask} else {self}",
    "lerp": "{self} + {weight} * ({end} - {self})",
    "addcmul": "{self} + {scaled}{tensor1} * {tensor2}",
    "addcdiv": "{self} + {scaled}{tensor1} / {tensor2}",
    "neg": "-{self}",
    "abs": "max({self}, -{self})",
    "sign sgn": "({self} > 0) - ({self} < 0)",
    "exp": "exp({self})",
    "exp2": "pow(2, {self})",
    "expm1": "exp({self}) - 1",
    "log": "log({self})",
    "log2": "log({self}, 2)",
    "log10": "log({self}, 10)",
    "log1p": "log(1 + {self})",
    "sqrt": "pow({self}, 0.5)",
    "rsqrt": "pow({self}, -0.5)",
    "square": "{self} * {self}",
    "reciprocal": "1 / {self}",
    "sin": "sin({self})",
    "cos": "cos({self})",
    "tan": "sin({self}) / cos({self})",
    "atan": "atan({self})",
    "asin": "atan({self} / pow(1 - {self} * {self}, 0.5))",
    "acos": "1.5707963267948966 - atan({self} / pow(1 - {self} * {self}, 0.5))",
    "atan2": "2 * atan({self} / (pow({self} * {self} + {other} * {other}, 0.5) + {other}))",
    "hypot": "pow({self} * {self} + {other} * {other}, 0.5)",
    "sinh": "(exp({self}) - exp(-{self})) / 2",
    "cosh": "(exp({self}) + exp(-{self})) / 2",
    "asinh": "log({self} + pow({self} * {self} + 1, 0.5))",
    "acosh": "log({self} + pow({self} * {self} - 1, 0.5))",
    "atanh": "log((1 + {self}) / (1 - {self})) / 2",
    "sinc": "sin(3.141592653589793 * {self}) / (3.141592653589793 * {self})",
    "erf": "erf({self})",
    "erfc": "1 - erf({self})",
    "lgamma": "gamma({self})",
    "logaddexp": "log(exp({self}) + exp({other}))",
    "logit": "log({self} / (1 - {self}))",
    "xlogy": "{self} * log({other})",
    "floor": "{self} // 1",
    "ceil": "-(-{self} // 1)",
    "round": "({self} + 0.5) // 1",
    "trunc": "whole({self})",
    "frac": "{self} - whole({self})",
    "nan_to_num": "{self} if {self} == {self} else 0",
    "deg2rad": "{self} * 0.017453292519943295",
    "rad2deg": "{self} * 57.29577951308232",
    "threshold": "{self} if {self} > {threshold} else {value}",
    "hardshrink": "0 if {self} <= {lambd} and {self} >= -{lambd} else {self}",
    "softshrink": "max({self} - {lambd}, 0) + min({self} + {lambd}, 0)",
    "leaky_relu": "{self} if {self} > 0 else {negative_slope} * {self}",
    "celu": "{self} if {self} > 0 else {alpha} * (exp({self} / {alpha}) - 1)",
    "log_sigmoid_forward": "-log(1 + exp(-{self}))",
    "rrelu_with_noise": "{self} if {self} > 0 else 0.2291666667 * {self}",
    "angle": "3.141592653589793 if {self} < 0 else 0",
    "ldexp": "{self} * pow(2, {other})",
    "copysign": "max({self}, -{self}) * (1 if {other} > 0 else -1)",
}
# Their words, where the notation has one, or PyTorch has several of one thing.
_WORDS = {"mul": "multiply", "leaky_relu": "leaky", "logical_and": "and", "logical_or": "or"}
_WORDS |= {"logical_not": "not", "logical_xor": "xor", "rsub": "sub"}
_WORDS |= {"floor_divide": "div", "true_divide": "div", "log_sigmoid_forward": "log sigmoid"}
_WORDS |= {"rrelu_with_noise": "rrelu"}
_ACTIVATIONS = ("relu", "sigmoid", "tanh", "silu", "hardswish", "hardsigmoid", "mish")
_ERROR_FORM = "y = 0.5 * x * (1 + erf(0.7071067811865476 * x))"  # of GELU: 1606.08415


def _made(word: str, steps: tuple[str, ...], operands: list[Operand]) -> Made:
    return Made(Elementwise(word, steps, given(tuple(operands))), tuple(operands))


def formula(word: str, text: str, a: Arguments, extra: dict[str, str] | None = None) -> Made:
    """An operation by its formula: each of the tensors in it an operand, x, x1, … in order."""
    operands: list[Operand] = []
    values = dict(extra or {})
    for name, value in a.items():
        if isinstance(value, Operand):
            values[name] = f"x{len(operands) or ''}"
            operands.append(value)
        else:
            values[name] = number(value)
    return _made(word, (f"y = {text.format(**values)}",), operands)


def _by_formula(names: str) -> Rule:
    text = _FORMULAS[names]
    first = names.partition(" ")[0]
    word = _WORDS.get(first, first)

    def make(a: Arguments) -> Made:
        alpha, value = a.get("alpha", 1), a.get("value", 1)
        times = "" if alpha == 1 else f"{number(alpha)} * "
        scaled = "" if isinstance(value, Operand) or value == 1 else f"{number(value)} * "
        return formula(word, text, a, {"times": times, "scaled": scaled})

    return make


for _names in _FORMULAS:
    rule(*_names.split())(_by_formula(_names))


def _activation(kind: str) -> Rule:
    steps = tuple(ACTIVATIONS[kind].split("; "))
    return lambda a: _made(kind, steps, [a["self"]])


for _kind in _ACTIVATIONS:
    rule(_kind)(_activation(_kind))
rule("relu6")(_activation("relu6"))


@rule("hardtanh")
def _hardtanh(a: Arguments) -> Made:
    """Between two bounds; from 0 to 6 it is ReLU6."""
    bounds = (a["min_val"], a["max_val"])
    word = "relu6" if bounds == (0, 6) else "hardtanh"
    return formula(word, "min(max({self}, {min_val}), {max_val})", a)


@rule("gelu")
def _gelu(a: Arguments) -> Made:
    tanh = a.get("approximate") == "tanh"
    steps = tuple(ACTIVATIONS["gelu"].split("; ")) if tanh else (_ERROR_FORM,)
    return _made("gelu", steps, [a["self"]])


@rule("elu")
def _elu(a: Arguments) -> Made:
    """α·(eˣ − 1) below 0; with a scale it is SELU (1706.02515)."""
    scale, inner = a.get("scale", 1), a.get("input_scale", 1)
    x = "x" if inner == 1 else f"({number(inner)} * x)"
    text = f"{x} if x > 0 else {number(a['alpha'])} * (exp({x}) - 1)"
    if scale != 1:
        return _made("selu", (f"y = {number(scale)} * ({text})",), [a["self"]])
    return _made("elu", (f"y = {text}",), [a["self"]])


@rule("softplus")
def _softplus(a: Arguments) -> Made:
    beta = a.get("beta", 1)
    if beta == 1:
        return _made("softplus", ("y = log(1 + exp(x))",), [a["self"]])
    b = number(beta)
    return _made("softplus", (f"y = log(1 + exp({b} * x)) / {b}",), [a["self"]])


@rule("div", "divide")
def _div(a: Arguments) -> Made:
    whole = a.get("rounding_mode") is not None
    return formula("div", "{self} // {other}" if whole else "{self} / {other}", a)


_POWERS: dict[Any, str] = {2: "x * x", 3: "x * x * x", -1: "1 / x", -2: "1 / (x * x)"}


@rule("pow")
def _pow(a: Arguments) -> Made:
    """A power with a whole exponent is a product, any other takes an exponential."""
    exponent = a["exponent"]
    if isinstance(exponent, int | float) and exponent in (0, 1):
        return moved("copy", a)
    if isinstance(exponent, int | float) and exponent in _POWERS:
        return _made("pow", (f"y = {_POWERS[exponent]}",), [a["self"]])
    return formula("pow", "pow({self}, {exponent})", a)


@rule("clamp", "clip", "clamp_min", "clamp_max")
def _clamp(a: Arguments) -> Made:
    """No less than `min` and no more than `max`, of which one may be missing."""
    text = "{self}" if a.get("min") is None else "max({self}, {min})"
    if a.get("max") is not None:
        text = f"min({text}, {{max}})"
    return formula("clamp", text, a)


@rule("mse_loss")
def _squared_error(a: Arguments) -> Made | None:
    """The squares alone: their mean or sum, which a loss has, is another form."""
    text = "({self} - {target}) * ({self} - {target})"
    return formula("squared error", text, a) if a["reduction"] == 0 else None


@rule("glu")
def _glu(a: Arguments) -> Made:
    return Made(Gated(a["dim"]), (a["self"],))


@rule("_prelu_kernel")
def _prelu(a: Arguments) -> Made:
    slopes = a["weight"]
    if not slopes.is_weights:
        return formula("prelu", "{self} if {self} > 0 else {weight} * {self}", a)
    many = max(slopes.shape, key=lambda n: n != 1, default=1)
    return Made(PReLU(many), (a["self"],), {"A": slopes})
