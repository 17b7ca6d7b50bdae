"""Functions of one number in a form of their own, so that equal ones are found to be equal."""

import ast
import re
from collections.abc import Sequence
from functools import lru_cache
from math import prod

from ...core import Port, Row
from ...core.ops.elementwise import ACTIVATIONS
from ...records import dataclass

# How models write functions of the notation otherwise: the error function's form of gelu, a hard
# sigmoid that is cut to 0 … 1, a relu that is cut the other way round.
_OTHERWISE = {
    "0.5 * x * (1 + erf(0.7071067811865476 * x))": "gelu",
    "max(min(x / 6 + 0.5, 1), 0)": "hardsigmoid",
    "x * max(min(x / 6 + 0.5, 1), 0)": "hardswish",
    "max(min(x, 6), 0)": "relu6",
    "x if x > 0 else 0": "relu",
    "x if x > 0 else exp(x) - 1": "elu",
    "x / (1 + exp(-x))": "silu",
}
_NUMBER = re.compile(r"(?<![\w.])-?\d[\d.]*(?:e[-+]\d+)?")
_SLOPE = "123.25"  # stands for any number
_SLOPED = {f"x if x > 0 else {_SLOPE} * x": "leaky", f"max(x, {_SLOPE} * x)": "leaky"}
_SLOPED |= {f"x if x > 0 else {_SLOPE} * (exp(x) - 1)": "elu"}


@dataclass(frozen=True)
class Function:
    """What some rows compute together of the tensor at a port, as an expression of x.

    `operands` are what the last of them reads.
    """

    of: Port
    expression: str
    rows: tuple[Row, ...] = ()
    operands: "tuple[Function, ...]" = ()


def named(expression: str) -> str | None:
    """The activation of the notation that a function of x is; None where it is none.

    >>> named("x * (min(max(x + 3.0, 0.0), 6.0) * 0.16666667)"), named("x * x")
    ('hardswish', None)
    """
    form = canonical(expression)
    known, sloped = _known()
    if form in known:
        return known[form]
    return next((kind for pattern, kind in sloped if pattern.fullmatch(form)), None)


def factor(expression: str) -> tuple[float, float] | None:
    """A and b of a·x + b; None of another function.

    >>> factor("x / 2"), factor("0.5 * x + 1 - 2"), factor("x + 3"), factor("x * x")
    ((0.5, 0.0), (0.5, -1.0), (1.0, 3.0), None)
    >>> factor("(x - 3) / 2")
    (0.5, -1.5)
    """
    n = _NUMBER.pattern
    found = re.fullmatch(
        rf"(?:\+\((?P<b>{n}),)?(?:\*\((?P<a>{n}),x\)|x)\)?",
        _form(ast.parse(expression, mode="eval").body),
    )
    return (float(found["a"] or 1), float(found["b"] or 0)) if found else None


def inlined(steps: Sequence[str]) -> str:
    """The steps of a function as one expression: what they name is put where it is read.

    >>> inlined(("e = exp(2 * x)", "y = (e - 1) / (e + 1)"))
    '((exp(2 * x)) - 1) / ((exp(2 * x)) + 1)'
    """
    named_so_far: dict[str, str] = {}
    expression = "x"
    for step in steps:
        name, _, text = step.partition(" = ")
        expression = replaced(text, named_so_far)
        named_so_far[name] = expression
    return expression


def replaced(expression: str, names: dict[str, str]) -> str:
    """An expression in which names stand for others, in parentheses where they are more."""

    def put(name: re.Match[str]) -> str:
        other = names.get(name[0], name[0])
        return other if re.fullmatch(r"\w+", other) else f"({other})"

    return re.sub(r"\b[a-z]\d*\b(?!\()", put, expression)


@lru_cache(maxsize=1)
def _known() -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    known = {canonical(inlined(text.split("; "))): kind for kind, text in ACTIVATIONS.items()}
    known |= {canonical(text): kind for text, kind in _OTHERWISE.items()}
    number = re.escape(canonical(_SLOPE))
    sloped = [
        (re.compile(re.escape(canonical(text)).replace(number, _NUMBER.pattern)), kind)
        for text, kind in _SLOPED.items()
    ]
    return known, sloped


@lru_cache(maxsize=1024)
def canonical(expression: str) -> str:
    """A form in which sums and products are in one order, numbers worked out to three digits."""
    form = _form(ast.parse(expression, mode="eval").body)
    return re.sub(_NUMBER, lambda number: f"{float(number[0]):.3g}", form)


def _form(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=int() | float() as value):
            form = _number(value)
        case ast.Name():
            form = node.id
        case ast.UnaryOp(op=ast.USub()):
            form = _product(["-1", _form(node.operand)])
        case ast.BinOp(left=left, right=right):
            form = _of_two(node, _form(left), _form(right))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            given = [_form(argument) for argument in arguments]
            form = f"{name}({','.join(sorted(given) if name in ('max', 'min') else given)})"
        case ast.IfExp(test=test, body=body, orelse=other):
            form = f"if({ast.unparse(test)},{_form(body)},{_form(other)})"
        case _:
            form = ast.unparse(node)
    return form


def _of_two(node: ast.BinOp, left: str, right: str) -> str:
    match node.op:
        case ast.Add():
            return _sum([left, right])
        case ast.Sub():
            return _sum([left, _product(["-1", right])])
        case ast.Mult():
            return _product([left, right])
        case ast.Div():
            by = _value(right)
            return _product([left, _number(1 / by) if by else f"/({right})"])
        case _:
            return ast.unparse(node)


def _number(value: float) -> str:
    return f"{value:.12g}"


def _value(form: str) -> float | None:
    return float(form) if _NUMBER.fullmatch(form) else None


def _sum(terms: list[str]) -> str:
    return _joined("+", terms, 0.0)


def _product(factors: list[str]) -> str:
    return _joined("*", factors, 1.0)


def _joined(sign: str, terms: list[str], nothing: float) -> str:
    """Terms in order behind their number, if it does anything; those of the same sign taken in."""
    flat = [part for term in terms for part in _parts(sign, term)]
    numbers = [value for part in flat if (value := _value(part)) is not None]
    others = sorted(part for part in flat if _value(part) is None)
    number = sum(numbers) if sign == "+" else prod(numbers)
    if sign == "*" and number != 1 and len(others) == 1 and others[0].startswith("+("):
        return _sum([_product([_number(number), part]) for part in _parts("+", others[0])])
    if number != nothing or not others:
        others.insert(0, _number(number))
    return others[0] if len(others) == 1 else f"{sign}({','.join(others)})"


def _parts(sign: str, form: str) -> list[str]:
    """The terms of a form of that sign; of another itself."""
    if not form.startswith(f"{sign}("):
        return [form]
    parts, depth, start = [], 0, 2
    for place, letter in enumerate(form):
        depth += (letter == "(") - (letter == ")")
        if (letter == "," and depth == 1) or place == len(form) - 1:
            parts.append(form[start:place])
            start = place + 1
    return parts
