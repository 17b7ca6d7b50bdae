"""Whole-number formulas as JavaScript: BigInt arithmetic, exact at any size."""

import json
from typing import TYPE_CHECKING, Any

from sympy import Abs, Add, Integer, Mod, Mul, Pow, Symbol, ceiling, floor
from sympy.core.relational import GreaterThan, LessThan, StrictGreaterThan, StrictLessThan

if TYPE_CHECKING:
    from collections.abc import Callable

# What the formulas call: BigInt's own / cuts towards zero, and its % has the sign of the first.
HELPERS = """\
const floorDiv = (a, b) => a / b - (a % b < 0n ? 1n : 0n);
const ceilDiv = (a, b) => -floorDiv(-a, b);
const mod = (a, b) => a - b * floorDiv(a, b);
const abs = (a) => (a < 0n ? -a : a);
"""

_RELATIONS = {StrictLessThan: "<", LessThan: "<=", StrictGreaterThan: ">", GreaterThan: ">="}


def javascript(part: Any) -> str:
    """A formula of whole numbers, or a comparison of two, as JavaScript over `HELPERS`.

    Divisors are positive numbers. Raises `TypeError` for what is no whole number.

    >>> from sympy import symbols, ceiling
    >>> H, W = symbols("H W", integer=True, positive=True)
    >>> javascript(3 * ceiling((H - 1) / 2) * W**2)
    '(3n * (W ** 2n) * ceilDiv((-1n + H), 2n))'
    """
    if isinstance(part, int | Integer):
        return f"{int(part)}n"
    if isinstance(part, Symbol):
        return str(part.name)
    if isinstance(part, ceiling | floor):
        above, below = part.args[0].as_numer_denom()
        name = "floorDiv" if isinstance(part, floor) else "ceilDiv"
        return f"{name}({javascript(above)}, {javascript(below)})"
    inner = [javascript(one) for one in part.args]
    if type(part) in _RELATIONS:
        return f"{inner[0]} {_RELATIONS[type(part)]} {inner[1]}"
    forms: dict[Any, Callable[[], str]] = {
        Add: lambda: f"({' + '.join(inner)})",
        Mul: lambda: f"({' * '.join(inner)})",
        Pow: lambda: f"({inner[0]} ** {inner[1]})",
        Abs: lambda: f"abs({inner[0]})",
        Mod: lambda: f"mod({inner[0]}, {inner[1]})",
    }
    if part.func not in forms or (isinstance(part, Pow) and not part.exp.is_nonnegative):
        raise TypeError(f"{part} is no formula of whole numbers")
    return forms[part.func]()


def text(value: object) -> str:
    r"""A text, or other data, as JavaScript that may stand inside a page's script element.

    >>> text("</script>")
    '"\\u003c/script>"'
    """
    return json.dumps(value).replace("<", "\\u003c")
