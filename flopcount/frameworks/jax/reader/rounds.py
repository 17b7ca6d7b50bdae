"""How often a while loop runs, where it counts: from a number, by a number, up to one."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..values import Value

_THROUGH = ("convert_element_type", "copy", "copy_p", "stop_gradient")


def rounds_of(
    params: Mapping[str, Any], own: Sequence[Value], states: Sequence[Value]
) -> int | None:
    """The rounds of a loop that runs while ``i < n``; None where that is not known.

    `own` is what its condition reads beside what it carries, `states` what it begins with.
    """
    test = params["cond_jaxpr"].jaxpr
    if len(test.eqns) != 1 or test.outvars[0] not in test.eqns[0].outvars:
        return None
    (equation,) = test.eqns
    if equation.primitive.name not in ("lt", "le"):
        return None
    counter, end = equation.invars
    inputs = list(test.invars)
    consts = len(own)
    if hasattr(counter, "val") or inputs.index(counter) < consts:
        return None
    place = inputs.index(counter) - consts
    start = states[place].number
    stop = _number(end, inputs, own, states, params)
    step = _step(params["body_jaxpr"].jaxpr, params["body_nconsts"] + place, place)
    if not (type(start) is int and type(stop) is int and type(step) is int) or step < 1:
        return None
    last: int = stop + (equation.primitive.name == "le")
    return max(-((start - last) // step), 0)


def _number(
    one: Any,
    inputs: list[Any],
    own: Sequence[Value],
    states: Sequence[Value],
    params: Mapping[str, Any],
) -> Any:
    """The number that a condition compares with: written out, given, or carried unchanged."""
    if hasattr(one, "val"):
        return int(one.val) if float(one.val).is_integer() else None
    place = inputs.index(one) if one in inputs else -1
    if place < 0:
        return None
    if place < len(own):
        return own[place].number
    body, number = params["body_jaxpr"].jaxpr, place - len(own)
    kept = body.outvars[number] is body.invars[params["body_nconsts"] + number]
    return states[number].number if kept else None


def _step(body: Any, place_in: int, place_out: int) -> int | None:
    """By how much the body changes its counter, if by a number that is written out."""
    made = {one: equation for equation in body.eqns for one in equation.outvars}
    variable, counter = body.outvars[place_out], body.invars[place_in]
    equation = made.get(variable) if not hasattr(variable, "val") else None
    while equation is not None and equation.primitive.name in _THROUGH:
        equation = made.get(equation.invars[0])
    if equation is None or equation.primitive.name != "add":
        return None
    for one, other in (equation.invars, equation.invars[::-1]):
        if one is counter and hasattr(other, "val"):
            return int(other.val)
    return None
