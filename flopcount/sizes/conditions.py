"""For which sizes a formula holds: the checks of the walk that symbols left undecided."""

from collections.abc import Sequence
from math import lcm
from typing import Any

from sympy import Expr, Mod, Symbol, ceiling, floor

from ..errors import FlopcountError

_FAR = 2**16
_LONGEST = 2**12  # of the periods that are gone through


def sign_of(expression: Expr) -> int | None:
    """The sign that an expression has wherever its sizes are large; None where it changes."""
    names = expression.free_symbols
    found = [expression.subs(dict.fromkeys(names, _FAR + step)) for step in range(64)]
    if all(value >= 0 for value in found):
        return 1
    return -1 if all(value <= 0 for value in found) else None


def domain(conditions: Sequence[Any]) -> tuple[str, ...]:
    """Sentences such as ``H ≥ 75``: where none of the conditions (that something misfits) holds.

    A condition on one size is settled by the smallest size from which it does not hold; the
    fitting of kernels grows with the size. What cannot be said so is given as it stands.
    """
    least: dict[Symbol, int] = {}
    others: dict[str, None] = {}
    for condition in dict.fromkeys(conditions):
        symbols = sorted(getattr(condition, "free_symbols", ()), key=str)
        if condition == True:  # noqa: E712  sympy's true
            raise FlopcountError("a layer does not fit these sizes; the report names it")
        if not symbols:
            continue
        bound = _bound(condition, symbols[0]) if len(symbols) == 1 else None
        if bound is None:
            others[_negated(condition)] = None
        elif bound > 1:
            least[symbols[0]] = max(bound, least.get(symbols[0], 1))
    bounds = [f"{name} ≥ {bound}" for name, bound in sorted(least.items(), key=str)]
    return (*bounds, *others)


def _negated(condition: Any) -> str:
    """What has to hold for a condition not to."""
    from .mathtext import text

    if isinstance(condition.lhs, Mod):
        return f"{condition.lhs.args[1]} divides {text(condition.lhs.args[0])}"
    opposite = {">": "≤", "<": "≥", ">=": "<", "<=": ">"}[condition.rel_op]
    return f"{text(condition.lhs)} {opposite} {text(condition.rhs)}"


def _bound(condition: Any, name: Symbol) -> int | None:
    """The least value from which the condition never holds; None where there is none so simple."""

    def holds(value: int) -> bool:
        return bool(condition.subs(name, value))

    high = 1
    while holds(high):
        high *= 2
        if high > _FAR:
            return None
    low = 1
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if holds(middle) else (low, middle)
    period = _period(condition)
    if period > _LONGEST or holds(_FAR):
        return None
    later = range(high, high + max(period, 64))
    return None if any(holds(value) for value in later) else high


def _period(expression: Any) -> int:
    """After how many sizes what is rounded repeats, but for what grows."""
    period = lcm(*(_period(part) for part in expression.args))
    if isinstance(expression, ceiling | floor):
        period *= int(expression.args[0].as_numer_denom()[1])
    elif isinstance(expression, Mod) and expression.args[1].is_Integer:
        period *= int(expression.args[1])
    return period
