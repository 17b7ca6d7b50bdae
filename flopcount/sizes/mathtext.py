"""A formula as text, LaTeX and Python. Sums are ordered by how fast their terms grow."""

import re
from itertools import pairwise
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from sympy import Abs, Add, Expr, Integer, Mod, Mul, Pow, Symbol, ceiling, floor

if TYPE_CHECKING:
    from collections.abc import Callable

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LARGE = 2**20


def _terms(expression: Expr) -> list[Expr]:
    """The terms of a sum, the fastest growing first."""

    def growth(term: Expr) -> tuple[float, str]:
        _, rest = term.as_coeff_Mul()
        at = rest.subs(dict.fromkeys(rest.free_symbols, _LARGE))
        return (-float(abs(at)), str(rest))

    return sorted(Add.make_args(expression), key=growth)


def text(expression: Any) -> str:
    """As people write it.

    >>> from sympy import symbols, ceiling
    >>> H, W = symbols("H W", integer=True, positive=True)
    >>> text(1024000 + 9408 * ceiling(H / 2) * ceiling(W / 2))
    '9408·⌈H/2⌉⌈W/2⌉ + 1024000'
    """
    written = ""
    for term in _terms(expression):
        number, rest = term.as_coeff_Mul()
        sign = "-" if number < 0 else "+"
        shown = _term(abs(number), rest)
        written += f" {sign} {shown}" if written else ("-" if sign == "-" else "") + shown
    return written.replace("-", "−")


def _term(number: Expr, rest: Expr) -> str:
    if rest == 1:
        return str(number)
    factors = [_factor(part) for part in sorted(Mul.make_args(rest), key=_order)]
    joined = factors[0]
    for before, factor in pairwise(factors):
        brackets = before[-1] in "⌉⌋)" and factor[0] in "⌈⌊("
        joined += factor if brackets else f"·{factor}"
    if number == 1:
        return joined
    if isinstance(number, Integer):
        return f"{number}·{joined}"
    numerator = "" if number.p == 1 else f"{number.p}·"
    return f"{numerator}{joined}/{number.q}"


def _order(factor: Expr) -> tuple[bool, str]:
    """Names before brackets, then by what they hold."""
    base = factor.as_base_exp()[0]
    return (not isinstance(base, Symbol), str(base))


_BRACKETS = {ceiling: ("⌈", "⌉"), floor: ("⌊", "⌋"), Abs: ("|", "|")}


def _factor(factor: Expr) -> str:
    base, power = factor.as_base_exp()
    if isinstance(factor, Pow) and power != 1:
        return f"{_factor(base)}{str(power).translate(_SUPERSCRIPT)}"
    if type(factor) in _BRACKETS:
        opened, closed = _BRACKETS[type(factor)]
        return f"{opened}{_fraction(factor.args[0])}{closed}"
    return f"({text(factor)})" if isinstance(factor, Add) else str(factor)


def _fraction(expression: Expr) -> str:
    """What is rounded, over one denominator: ``(H − 3)/2``."""
    numerator, denominator = expression.as_numer_denom()
    if denominator == 1:
        return text(numerator)
    shown = text(numerator)
    return f"({shown})/{denominator}" if isinstance(numerator, Add) else f"{shown}/{denominator}"


def latex(expression: Any) -> str:
    """For LaTeX, in the order of `text`."""
    from sympy import latex as of_sympy

    parts = [str(of_sympy(term)) for term in _terms(expression)]
    written = parts[0]
    for part in parts[1:]:
        written += f" - {part[1:].lstrip()}" if part.startswith("-") else f" + {part}"
    return written


def python(expression: Any, name: str) -> str:
    """As a function of whole numbers: ``def multiplies(H, W): return …``.

    >>> from sympy import symbols, ceiling
    >>> H = symbols("H", integer=True, positive=True)
    >>> print(python(3 * ceiling(H / 2), "multiplies"), end="")
    def multiplies(H):
        return 3*-(-H // 2)
    """
    names: dict[Symbol, Symbol] = {}
    for one in sorted(expression.free_symbols, key=str):
        plain = _identifier(str(one))
        while any(plain == taken.name for taken in names.values()):
            plain += "_"
        names[one] = Symbol(plain, integer=True, positive=True)
    terms = [_python(term) for term in _terms(expression.xreplace(names))]
    arguments = ", ".join(taken.name for taken in names.values())
    return f"def {_identifier(name)}({arguments}):\n    return {' + '.join(terms)}\n"


def _identifier(name: str) -> str:
    plain = re.sub(r"\W", "_", name)
    plain = plain if plain[0].isalpha() else f"_{plain}"
    return f"{plain}_" if iskeyword(plain) or plain == "abs" else plain


def _python(part: Expr) -> str:
    """Whole-number Python: ⌊a/m⌋ as a // m, ⌈a/m⌉ as −(−a // m)."""
    if isinstance(part, ceiling | floor):
        numerator, denominator = part.args[0].as_numer_denom()
        divided = f"{_python(numerator)} // {denominator}"
        return f"({divided})" if isinstance(part, floor) else f"-(-{divided})"
    inner = [_python(one) for one in part.args]
    forms: dict[type, Callable[[], str]] = {
        Add: lambda: f"({' + '.join(_python(term) for term in _terms(part))})",
        Mul: lambda: "*".join(inner),
        Pow: lambda: "**".join(inner),
        Abs: lambda: f"abs({inner[0]})",
        Mod: lambda: f"({inner[0]} % {inner[1]})",
    }
    return forms[part.func]() if part.func in forms else str(part)
