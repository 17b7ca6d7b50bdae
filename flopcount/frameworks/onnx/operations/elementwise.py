"""What works element by element on one tensor or several: each a formula of its inputs."""

from ....core.ops.tensors import Elementwise, Move
from ...models.limits import check_summed
from ...models.operands import Made, given
from .common import computing, flowing, formula, moved, only, reads, single, tidy, viewed
from .folding import folded
from .table import Called, Result, Rule, rule

# By the operators' names; an input in braces is a tensor, or its number. As operations of other
# frameworks are written: the square root is a power, the arc sine an arc tangent.
_FORMULAS = {
    "Add": "{0} + {1}",
    "Sub": "{0} - {1}",
    "Mul": "{0} * {1}",
    "Mod": "{0} % {1}",
    "Equal": "{0} == {1}",
    "Less": "{0} < {1}",
    "LessOrEqual": "{0} <= {1}",
    "Greater": "{0} > {1}",
    "GreaterOrEqual": "{0} >= {1}",
    "And BitwiseAnd": "{0} and {1}",
    "Or BitwiseOr": "{0} or {1}",
    "Xor BitwiseXor": "{0} != {1}",
    "Not BitwiseNot": "not {0}",
    "Where": "{1} if {0} else {2}",
    "Neg": "-{0}",
    "Abs": "max({0}, -{0})",
    "Sign": "({0} > 0) - ({0} < 0)",
    "Exp": "exp({0})",
    "Log": "log({0})",
    "Sqrt": "pow({0}, 0.5)",
    "Reciprocal": "1 / {0}",
    "Sin": "sin({0})",
    "Cos": "cos({0})",
    "Tan": "sin({0}) / cos({0})",
    "Atan": "atan({0})",
    "Asin": "atan({0} / pow(1 - {0} * {0}, 0.5))",
    "Acos": "1.5707963267948966 - atan({0} / pow(1 - {0} * {0}, 0.5))",
    "Sinh": "(exp({0}) - exp(-{0})) / 2",
    "Cosh": "(exp({0}) + exp(-{0})) / 2",
    "Asinh": "log({0} + pow({0} * {0} + 1, 0.5))",
    "Acosh": "log({0} + pow({0} * {0} - 1, 0.5))",
    "Atanh": "log((1 + {0}) / (1 - {0})) / 2",
    "Erf": "erf({0})",
    "Floor": "{0} // 1",
    "Ceil": "-(-{0} // 1)",
    "Round": "({0} + 0.5) // 1",
}
# Their words, where another than the operator's own name in small letters.
_WORDS = {"Mul": "multiply", "Equal": "eq", "Less": "lt", "LessOrEqual": "le", "Greater": "gt"}
_WORDS |= {"GreaterOrEqual": "ge", "Mod": "remainder", "BitwiseAnd": "and", "BitwiseOr": "or"}
_WORDS |= {"BitwiseXor": "xor", "BitwiseNot": "not"}
_TRUTHS = {"Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Xor", "Not"}


def _type(a: Called) -> str:
    """The type of what comes out: a truth, or that of the last input."""
    last = a.inputs[-1]
    return "bool" if a.name in _TRUTHS or last is None else last.dtype


def _by_formula(name: str, text: str) -> Rule:
    word = _WORDS.get(name, name.lower())

    def make(a: Called) -> Result:
        known = folded(a, name, _type(a))
        return known or formula(word, text, *[one for one in a.inputs if one is not None])

    return make


for _names, _text in _FORMULAS.items():
    for _name in _names.split():
        rule(_name)(_by_formula(_name, _text))


@rule("Div")
def _div(a: Called) -> Result:
    """Of whole numbers the quotient is one too."""
    x, other = a.values(2)
    if known := folded(a, "Div", x.dtype):
        return known
    return formula(
        "div", "{0} // {1}" if x.dtype.startswith(("int", "uint")) else "{0} / {1}", x, other
    )


@rule("BitShift")
def _shifted(a: Called) -> Result:
    left = a.get("direction") == "LEFT"
    return formula("shift", f"{{0}} {'*' if left else '//'} pow(2, {{1}})", *a.values(2))


_EXTREMES = {"Max": ("max", "max({})"), "Min": ("min", "min({})")}


@rule("Max", "Min", "Sum", "Mean")
def _of_several(a: Called) -> Result:
    """The largest, smallest, sum or mean of however many there are; of one, that one."""
    values = a.values(1, more=True)
    if known := folded(a, a.name, values[0].dtype):
        return known
    if len(values) == 1:
        return viewed(values[0], values[0].shape, numbers=values[0].numbers)
    check_summed(len(values))
    places = [f"{{{place}}}" for place in range(len(values))]
    if a.name in _EXTREMES:
        word, text = _EXTREMES[a.name]
        return formula(word, text.format(", ".join(places)), *values)
    text = " + ".join(places)
    if a.name == "Sum":
        return formula("add", text, *values)
    return formula("mean", f"({text}) / {len(values)}", *values)


_POWERS = {2: "{0} * {0}", 3: "{0} * {0} * {0}", -1: "1 / {0}", -2: "1 / ({0} * {0})"}


@rule("Pow")
def _pow(a: Called) -> Result:
    """A power with a whole exponent is a product, any other takes an exponential."""
    x, exponent = a.values(2)
    if known := folded(a, "Pow", x.dtype):
        return known
    if single(exponent) and len(exponent.shape) <= len(x.shape):
        power = tidy(only(exponent))
        if power in {0, 1}:
            return moved("copy", a, x.shape)
        if power in _POWERS:
            return formula("pow", _POWERS[power], x)
    return formula("pow", "pow({0}, {1})", x, exponent)


@rule("Clip")
def _clip(a: Called) -> Result:
    """No less than a number and no more than another: attributes, or inputs since version 11."""
    x, least, most = a.values(1)[0], a.input(1), a.input(2)
    low, high = a.get("min"), a.get("max")
    low = -3.4028234663852886e38 if low is None and a.opset < 6 else low
    texts = ["{0}"]
    values = [x]
    bounds = []
    for call, bound, value in (("max", low, least), ("min", high, most)):
        if value is None and (bound is None or abs(bound) > 3.4e38):
            continue
        if value is None:
            bounds.append(tidy(bound))
            texts.append(f"{call}({texts[-1]}, {tidy(bound)!r})")
        else:
            bounds.append(tidy(only(value)) if single(value) else None)
            texts.append(f"{call}({texts[-1]}, {{{len(values)}}})")
            values.append(value)
    if len(texts) == 1:
        return viewed(x, x.shape, numbers=x.numbers)
    return formula("relu6" if bounds == [0, 6] else "clamp", texts[-1], *values)


@rule("IsNaN", "IsInf")
def _is_special(a: Called) -> Result:
    """It looks at how a number is written, and computes nothing."""
    return moved("isnan", a, a.x.shape)


@rule("SwiGLU")
def _gated(a: Called) -> Result:
    """x·σ(αx) of the first, times the second (Shazeer, 2002.05202)."""
    alpha = tidy(a.get("alpha", 1.0))
    inner = "{0}" if alpha == 1 else f"({alpha!r} * {{0}})"
    return formula("swiglu", f"{{0}} * (1 / (1 + exp(-{inner}))) * {{1}}", *a.values(2))


@rule("Bernoulli")
def _drawn(a: Called) -> Result:
    """Numbers that are drawn: nothing that is counted."""
    return moved("sample", a, a.x.shape)


@rule("Dropout")
def _dropout(a: Called) -> Result:
    """Nothing, as it is used; with a mask as a second output, or in training, what moves."""
    x = a.values(1)[0]
    training = a.input(2)
    trains = training is not None and (training.numbers is None or bool(training.numbers[0]))
    if a.outputs > 1 or trains:
        operands = (*reads(x), *flowing(*a.inputs[1:]))
        return Made(Move("dropout", (x.shape,) * max(a.outputs, 1)), operands)
    return viewed(x, x.shape, numbers=x.numbers)


def steps_of(word: str, steps: tuple[str, ...], a: Called) -> Result:
    """An op of its first input by its steps."""
    return computing(Elementwise(word, steps, given((a.x,))), a.x)
