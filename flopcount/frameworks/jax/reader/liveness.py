"""Which equations of a jaxpr are of use, and how often its variables are read."""

from collections.abc import Iterator, Sequence
from typing import Any


def live_of(jaxpr: Any, needed: Sequence[bool] | None) -> dict[int, set[Any]]:
    """The equations whose results are read, or that have effects: a compiler drops the others.

    By their numbers, and which of their results are.
    """
    flags = needed or [True] * len(jaxpr.outvars)
    read = {
        one
        for one, is_read in zip(jaxpr.outvars, flags, strict=True)
        if is_read and is_variable(one)
    }
    live: dict[int, set[Any]] = {}
    for number in reversed(range(len(jaxpr.eqns))):
        equation = jaxpr.eqns[number]
        own = read.intersection(equation.outvars)
        if own or equation.effects:
            live[number] = own
            read.update(filter(is_variable, equation.invars))
    return live


def uses_of(jaxpr: Any) -> dict[Any, int]:
    """How often each variable is read."""
    uses: dict[Any, int] = {}
    for one in _reads(jaxpr):
        uses[one] = uses.get(one, 0) + 1
    return uses


def _reads(jaxpr: Any) -> Iterator[Any]:
    for equation in jaxpr.eqns:
        yield from filter(is_variable, equation.invars)
    yield from filter(is_variable, jaxpr.outvars)


def is_variable(one: Any) -> bool:
    """Whether it is a variable, and no number that is written out."""
    return not hasattr(one, "val")
