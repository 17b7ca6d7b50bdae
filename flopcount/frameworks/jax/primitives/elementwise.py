"""What works element by element: each a formula of its operands, in their order."""

from ....core.ops.elementwise import ACTIVATIONS
from ....core.ops.tensors import Elementwise
from ....core.ops.tensors.written import spread
from ...models.operands import Made, Operand, given, number
from ..values import Step, Value
from .table import Rule, Viewed, rule

# {a}, {b}, {c} are the operands in their order; the words are PyTorch's where it has the same.
_FORMULAS = {
    "add add_any": ("add", "{a} + {b}"),
    "sub": ("sub", "{a} - {b}"),
    "mul": ("multiply", "{a} * {b}"),
    "rem": ("remainder", "{a} % {b}"),
    "max": ("maximum", "max({a}, {b})"),
    "min": ("minimum", "min({a}, {b})"),
    "eq eq_to": ("eq", "{a} == {b}"),
    "ne": ("ne", "{a} != {b}"),
    "gt": ("gt", "{a} > {b}"),
    "ge": ("ge", "{a} >= {b}"),
    "lt lt_to": ("lt", "{a} < {b}"),
    "le le_to": ("le", "{a} <= {b}"),
    "and": ("and", "{a} and {b}"),
    "or": ("or", "{a} or {b}"),
    "xor": ("xor", "{a} != {b}"),
    "not": ("not", "not {a}"),
    "shift_left": ("bitwise_left_shift", "{a} * pow(2, {b})"),
    "shift_right_arithmetic shift_right_logical": ("bitwise_right_shift", "{a} // pow(2, {b})"),
    "clamp": ("clamp", "min(max({b}, {a}), {c})"),
    "neg": ("neg", "-{a}"),
    "abs": ("abs", "max({a}, -{a})"),
    "sign": ("sign", "({a} > 0) - ({a} < 0)"),
    "exp": ("exp", "exp({a})"),
    "exp2": ("exp2", "pow(2, {a})"),
    "expm1": ("expm1", "exp({a}) - 1"),
    "log": ("log", "log({a})"),
    "log1p": ("log1p", "log(1 + {a})"),
    "sqrt": ("sqrt", "pow({a}, 0.5)"),
    "rsqrt": ("rsqrt", "pow({a}, -0.5)"),
    "cbrt": ("cbrt", "pow(max({a}, -{a}), 0.3333333333333333) * (1 if {a} > 0 else -1)"),
    "square": ("square", "{a} * {a}"),
    "sin": ("sin", "sin({a})"),
    "cos": ("cos", "cos({a})"),
    "tan": ("tan", "sin({a}) / cos({a})"),
    "atan": ("atan", "atan({a})"),
    "asin": ("asin", "atan({a} / pow(1 - {a} * {a}, 0.5))"),
    "acos": ("acos", "1.5707963267948966 - atan({a} / pow(1 - {a} * {a}, 0.5))"),
    "atan2": ("atan2", "2 * atan({a} / (pow({a} * {a} + {b} * {b}, 0.5) + {b}))"),
    "sinh": ("sinh", "(exp({a}) - exp(-{a})) / 2"),
    "cosh": ("cosh", "(exp({a}) + exp(-{a})) / 2"),
    "asinh": ("asinh", "log({a} + pow({a} * {a} + 1, 0.5))"),
    "acosh": ("acosh", "log({a} + pow({a} * {a} - 1, 0.5))"),
    "atanh": ("atanh", "log((1 + {a}) / (1 - {a})) / 2"),
    "erf": ("erf", "erf({a})"),
    "erfc": ("erfc", "1 - erf({a})"),
    "lgamma": ("lgamma", "gamma({a})"),
    "floor": ("floor", "{a} // 1"),
    "ceil": ("ceil", "-(-{a} // 1)"),
    "round": ("round", "({a} + 0.5) // 1"),
    "is_finite": ("isfinite", "max({a}, -{a}) < 1e999"),
    "pow": ("pow", "pow({a}, {b})"),
}
_WHOLE = ("int", "uint", "bool")


def formula(word: str, text: str, values: tuple[Value, ...]) -> Made | Viewed:
    """An operation by its formula: what is no plain number is an operand, x, x1, … in order.

    Of plain numbers alone it is one, which nobody works out.
    """
    texts: list[str] = []
    operands: list[Value] = []
    for value in values:
        if value.number is not None:
            texts.append(number(value.number))
        else:
            texts.append(f"x{len(operands) or ''}")
            operands.append(value)
    if not operands:
        shape = spread([value.shape for value in values])
        return Viewed((Value(Operand(shape), shape),))
    step = f"y = {text.format(**dict(zip('abc', texts, strict=False)))}"
    return made(word, (step,), operands)


def made(word: str, steps: tuple[str, ...], values: list[Value]) -> Made:
    """An operation by its steps; what is spread over axes that no other operand has is made whole.

    A single number that is none yet stays one.
    """
    operands = [value.operand for value in values]
    whole = [value.shape for value in values if value.shape]
    if whole and spread([o.shape for o in operands]) != spread(whole):
        operands[0] = values[0].whole
    return Made(Elementwise(word, steps, given(tuple(operands))), tuple(operands))


def _by_formula(names: str) -> Rule:
    word, text = _FORMULAS[names]

    def make(step: Step) -> Made | Viewed:
        return formula(word, text, step.values)

    return make


for _names in _FORMULAS:
    if _names != "max":  # which has a rule of its own
        rule(*_names.split())(_by_formula(_names))


@rule("max")
def _max(step: Step) -> Made | Viewed:
    """The larger of two; with 0 it is ReLU."""
    for one, other in (step.values, step.values[::-1]):
        if other.number == 0 and one.number is None:
            return made("relu", ("y = max(x, 0)",), [one])
    return formula("maximum", "max({a}, {b})", step.values)


@rule("div")
def _div(step: Step) -> Made | Viewed:
    whole = step.dtypes[0].startswith(_WHOLE)
    return formula("div", "{a} // {b}" if whole else "{a} / {b}", step.values)


@rule("select_n")
def _select(step: Step) -> Made | Viewed | None:
    """Of two, or of several, the one that the first operand says."""
    if len(step.values) > 3:
        return None
    return formula("where", "{c} if {a} else {b}", step.values)


for _name, _kind in (("logistic", "sigmoid"), ("tanh", "tanh")):

    def _activation(step: Step, kind: str = _kind) -> Made:
        return made(kind, tuple(ACTIVATIONS[kind].split("; ")), list(step.values))

    rule(_name)(_activation)


@rule("integer_pow")
def _integer_pow(step: Step) -> Made | Viewed:
    """A power with a whole exponent, by squaring, as XLA has it."""
    value, power = step.values[0], int(step.params["y"])
    if power in (0, 1):
        return Viewed((value if power else Value(Operand(value.shape), value.shape, 1),))
    return made("pow", _by_squaring(power), [value])


def _by_squaring(power: int) -> tuple[str, ...]:
    """The steps of a power.

    >>> _by_squaring(2), _by_squaring(-3)
    (('y = x * x',), ('a = x * x', 'b = x * a', 'y = 1 / b'))
    """
    names = iter("abcdefghijklmnopqrstuvw")
    steps: list[str] = []

    def times(one: str, other: str) -> str:
        name = next(names)
        steps.append(f"{name} = {one} * {other}")
        return name

    left, square, result = abs(power), "x", ""
    while left:
        if left & 1:
            result = times(result, square) if result else square
        left >>= 1
        if left:
            square = times(square, square)
    if power < 0:
        return (*steps, f"y = 1 / {result}")
    return (*steps[:-1], f"y{steps[-1][1:]}")
