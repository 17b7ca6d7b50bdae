"""Readers of what a formula prints as text and as LaTeX, exact: no float is made on the way."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

import sympy
from sympy.printing.pycode import PythonCodePrinter


def taps(n: int, m: int, k: int, s: int, d: int, p: int) -> int:  # noqa: PLR0917  as printed
    """By their definition, tap by tap: the outputs o < m with 0 ≤ o·s + t·d − p < n."""
    lasts = (min((n - 1 + p - t * d) // s, m - 1) for t in range(k))
    firsts = (max(-((t * d - p) // s), 0) for t in range(k))
    return sum(max(last - first + 1, 0) for first, last in zip(firsts, lasts, strict=True))


HELPERS = {
    "floor": math.floor,
    "ceil": math.ceil,
    "max": max,
    "min": min,
    "gcd": lambda *sizes: math.gcd(*map(int, sizes)),
    "divisor": lambda *sizes: math.gcd(*map(int, sizes)),
    "taps": lambda *sizes: taps(*map(int, sizes)),
    "Fraction": Fraction,
    "math": math,
}


# --- text


_MARKS = {"⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")", "·": "*", "−": "-", ";": ","}
_MARKS |= {"≥": ">=", "=": "=="}
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def text(written: str, names: Sequence[str]) -> Callable[..., Any]:
    """What a text says, or a sentence of a domain: exact, since each size is a fraction."""
    if divides := re.fullmatch(r"(\d+) divides (.+)", written):
        written = f"({divides[2]}) % {divides[1]} = 0"
    plain = {name: f"x{place}" for place, name in enumerate(names)}
    longest = sorted(map(re.escape, names), key=len, reverse=True)
    if names:
        name = rf"(?<![\w.-])(?:{'|'.join(longest)})(?![\w.(-])"
        power = "[⁰¹²³⁴⁵⁶⁷⁸⁹]"
        written = re.sub(f"({power}+)", r"**\1", written)
        written = re.sub(name, lambda match: plain[match[0]], written)
    written = re.sub(r"([⌉⌋)])([⌈⌊(])", r"\1·\2", written).translate(_DIGITS)
    written = re.sub("[⌊⌋⌈⌉·−;≥=]", lambda match: _MARKS[match[0]], written)
    # every number is a fraction, so that no division is one of floats
    code = re.sub(r"(?<![\w*])(\d+)", r"Fraction(\1)", written)
    return _function(code, plain.values())


def _function(code: str, names: Iterable[str]) -> Callable[..., Any]:
    function = eval(f"lambda {', '.join(names)}: {code}", {"__builtins__": {}, **HELPERS})  # noqa: S307
    assert callable(function)
    return function


# --- LaTeX


_LATEX = re.compile(
    r"\s+|\\,|\\mathrm\{(?:\\.|[^{}\\])*\}|[A-Za-z]_\{\d+\}|[A-Za-z]|\d+"
    r"|\\operatorname\{taps\}|\\[A-Za-z]+|[{}()^+,;-]"
)
_PAIRS = {"(": ")", r"\lceil": r"\rceil", r"\lfloor": r"\rfloor"}
_ROUNDED = {r"\lceil": sympy.ceiling, r"\lfloor": sympy.floor, "(": lambda inside: inside}
_CALLS = {
    r"\operatorname{taps}": sympy.Function("taps"),
    r"\gcd": sympy.Function("divisor"),
    r"\max": sympy.Max,
    r"\min": sympy.Min,
}


def latex(written: str) -> sympy.Expr:
    """The expression that LaTeX says; a sign that is none of a formula fails."""
    tokens, end = [], 0
    for match in _LATEX.finditer(written):
        assert match.start() == end, written[end:]
        end = match.end()
        tokens.append(match.group().strip())
    assert end == len(written), written[end:]
    reader = _Reader([token for token in tokens if token not in ("", r"\,")])
    value = reader.sum()
    assert not reader.tokens, reader.tokens
    return value


class _Reader:
    """Sums of products of factors, by recursive descent."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def seen(self, *marks: str) -> bool:
        if self.tokens[:1] and self.tokens[0] in marks:
            self.tokens.pop(0)
            return True
        return False

    def expect(self, *marks: str) -> None:
        for mark in marks:
            assert self.seen(mark), (mark, self.tokens[:5])

    def sum(self) -> Any:
        terms = [-self.product() if self.seen("-") else self.product()]
        while self.tokens and self.tokens[0] in "+-":
            sign = 1 if self.tokens.pop(0) == "+" else -1
            terms.append(sign * self.product())
        return sympy.Add(*terms)

    def product(self) -> Any:
        factors = [self.power()]
        while self.tokens and (self.tokens[0] not in {*"{}+-,;", r"\right"}):
            factors.append(self.power())
        return sympy.Mul(*factors)

    def power(self) -> Any:
        base = self.factor()
        if not self.seen("^"):
            return base
        self.expect("{")
        power = int(self.tokens.pop(0))
        self.expect("}")
        return base**power

    def factor(self) -> Any:
        first = self.tokens.pop(0)
        if first.isdigit():
            return sympy.Integer(first)
        if first == r"\frac":
            return self.braced() / self.braced()
        if first == r"\left":
            opened = self.tokens.pop(0)
            inside = self.sum()
            self.expect(r"\right", _PAIRS[opened])
            return _ROUNDED[opened](inside)
        if first in _CALLS:
            self.expect(r"\left", "(")
            sizes = [self.sum()]
            while self.seen(",", ";"):
                sizes.append(self.sum())
            self.expect(r"\right", ")")
            return _CALLS[first](*sizes)
        return symbol(name_in_latex(first))

    def braced(self) -> Any:
        self.expect("{")
        inside = self.sum()
        self.expect("}")
        return inside


def name_in_latex(token: str) -> str:
    """A name, without what LaTeX adds to it."""
    if upright := re.fullmatch(r"\\mathrm\{(.+)\}", token):
        return re.sub(r"\\(.)", r"\1", upright[1])
    indexed = re.fullmatch(r"([A-Za-z])(?:_\{(\d+)\})?", token)
    assert indexed, token
    return indexed[1] + (indexed[2] or "")


def symbol(name: str) -> sympy.Symbol:
    """A size."""
    return sympy.Symbol(name, integer=True, positive=True)


class _Exact(PythonCodePrinter):
    def _print_Rational(self, number: Any) -> str:  # noqa: N802  as sympy calls it
        return f"Fraction({number.p}, {number.q})"


def compiled(expression: Any, names: Sequence[str]) -> Callable[..., Any]:
    """An expression of sympy as a function, without a float in it."""
    plain = {symbol(name): sympy.Symbol(f"x{place}") for place, name in enumerate(names)}
    assert expression.free_symbols <= plain.keys(), (expression.free_symbols, names)
    printer = _Exact({"allow_unknown_functions": True, "fully_qualified_modules": True})
    return _function(printer.doprint(expression.xreplace(plain)), map(str, plain.values()))
