"""Loops and branches: a scan's body so many times, the larger branch, a loop of unknown length."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from ....core.ops.tensors import Move, Unknown
from ....sizes import Size, product
from ...models.graph import Scopes
from ...models.operands import Made, Operand
from ..values import Value
from .branches import larger
from .rounds import rounds_of

if TYPE_CHECKING:
    from .graph import Graph

Handler: TypeAlias = Callable[["Graph", Mapping[str, Any], list[Value], Scopes], list[Value]]


def _scan(
    graph: "Graph", params: Mapping[str, Any], values: list[Value], at: Scopes
) -> list[Value]:
    """The body, as often as there are rounds; what each puts out stands one after the other."""
    consts, carries = params["num_consts"], params["num_carry"]
    times = graph.size(params["length"])
    held, states, parts = (
        values[:consts],
        values[consts : consts + carries],
        values[consts + carries :],
    )
    inner = [*held, *[_state(graph, value, at) for value in states]]
    inner += [_part(graph, value) for value in parts]
    outputs = looped(graph, params["jaxpr"], inner, at, times, parts)
    return [*outputs[:carries], *[_stacked(graph, value, times) for value in outputs[carries:]]]


def looped(  # noqa: PLR0913, PLR0917  what a loop is made of
    graph: "Graph", body: Any, values: list[Value], at: Scopes, times: Size, parts: list[Value]
) -> list[Value]:
    """The body of a loop with these rounds; of `parts` each round has its own."""
    from .graph import Loop

    if type(times) is int and times == 1:
        return graph.closed(body, values, at)
    rounds = product([times, *(loop.times for loop in graph.loops)])
    graph.ran.append(f"{'/'.join(step.name for step in at) or 'a loop'} {rounds} times")
    stacked = frozenset(value.operand.held for value in parts if value.operand.is_weights)
    graph.loops.append(Loop(times, stacked))
    try:
        return graph.closed(body, values, at)
    finally:
        graph.loops.pop()


def _state(graph: "Graph", value: Value, at: Scopes) -> Value:
    """What a loop carries, as a round reads it: no constant, and no parameter."""
    operand = value.whole
    if operand.port is None and operand.is_parameter:
        port = graph.parameter(operand.held)
        return graph.viewed(Value(Operand(value.shape, port=port), value.shape))
    if operand.port is None:
        made = Made(Move("constant", (value.shape,)))
        path = graph.node(at, "operator", made, (value.shape,))
        return Value(Operand(value.shape, port=path), value.shape)
    return graph.viewed(Value(operand, value.shape))


def _part(graph: "Graph", value: Value) -> Value:
    """What each round has of its own of an array."""
    operand, shape = value.whole, value.shape[1:]
    held = operand.port is None and operand.is_weights and not operand.order
    seen = operand._replace(shape=shape, whole=held, order=())
    return graph.viewed(Value(seen, shape))


def _stacked(graph: "Graph", value: Value, times: Size) -> Value:
    """What the rounds put out, one after the other."""
    operand = value.whole
    shape = (times, *value.shape)
    same = operand.port is None and operand.is_weights
    operand = operand._replace(shape=shape, whole=same, order=())
    return graph.viewed(Value(operand, shape))


def _while(
    graph: "Graph", params: Mapping[str, Any], values: list[Value], at: Scopes
) -> list[Value]:
    """The body as often as a counter says, which nothing but it changes; else once, and said."""
    test, body = params["cond_nconsts"], params["body_nconsts"]
    own, held, states = values[:test], values[test : test + body], values[test + body :]
    times = rounds_of(params, own, states)
    inner = [*held, *[_state(graph, value, at) for value in states]]
    where = "/".join(step.name for step in at) or "a while loop"
    if times is not None:
        return looped(graph, params["body_jaxpr"], inner, at, times, [])
    graph.notes.append(
        f"{where}: a while loop whose length the data says; its body is counted once"
    )
    found = graph.closed(params["body_jaxpr"], inner, at)
    shapes = tuple(value.shape for value in found)
    made = Made(Unknown("while", shapes), tuple(value.whole for value in found))
    path = graph.put(at, made, shapes)
    return [graph.result(path, number, shape) for number, shape in enumerate(shapes)]


def _cond(
    graph: "Graph", params: Mapping[str, Any], values: list[Value], at: Scopes
) -> list[Value]:
    """The branch with the most multiplies, and a note of which that is."""
    branches = params["branches"]
    return larger(graph, branches, values[0], values[1:], at)


CONTROL: dict[str, Handler] = {"scan": _scan, "while": _while, "cond": _cond}
