"""Norms and activations: in the tail of the layer before them, or layers of their own."""

from ...core import Op, Port, Row
from ...core.graph import layer_of
from ...core.ops.elementwise import ACTIVATIONS, Activation
from ...core.ops.norm import Norm
from ...core.ops.tail import Tail
from ...records import replace
from .lifting import Lifting
from .values import Value

# An activation's name by its steps.
NAMES = {tuple(steps.split("; ")): kind for kind, steps in ACTIVATIONS.items()}


def named(steps: tuple[str, ...]) -> str | None:
    """The activation that has these steps; None where none has."""
    return NAMES.get(steps)


def normed(lifting: Lifting, row: Row, value: Value, kind: str) -> Value:
    """A norm of what a row reads first."""
    tail = _tail(lifting, row.node.inputs[0], value)
    if tail and tail.norm is None and tail.activation is None:
        return _carried(lifting, row, value, replace(tail, norm=kind))
    return value.at(lifting.put(row, Norm(kind), (value.port,)))


def activated(lifting: Lifting, row: Row, value: Value, kind: str, given: Port) -> Value:
    """An activation of what a row reads there."""
    tail = _tail(lifting, given, value)
    if tail and tail.activation is None:
        return _carried(lifting, row, value, replace(tail, activation=kind))
    return value.at(lifting.put(row, Activation(kind), (value.port,)))


def _tail(lifting: Lifting, given: Port, value: Value) -> Tail | None:
    """The tail of the node that puts a value out, where it may carry what reads it."""
    made = lifting.nodes.get(layer_of(value.port))
    if made is None or value.port != made.path or not lifting.sole(given):
        return None
    return getattr(made.op, "tail", None)


def _carried(lifting: Lifting, row: Row, value: Value, tail: Tail) -> Value:
    made = lifting.nodes[layer_of(value.port)]
    lifting.replaced(made.path, _with_tail(made.op, tail))
    lifting.absorb(row, made.path)
    return value


def _with_tail(op: Op, tail: Tail) -> Op:
    return replace(op, tail=tail)
