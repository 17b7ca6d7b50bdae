"""Norms and activations: in the tail of the layer before them, or layers of their own."""

from collections.abc import Sequence

from ...core import Op, Port, Row
from ...core.graph import layer_of
from ...core.ops.elementwise import Activation
from ...core.ops.norm import Norm
from ...core.ops.tail import Tail
from ...records import replace
from .lifting import Lifting
from .values import Value


def normed(lifting: Lifting, row: Row, value: Value, kind: str) -> Value:
    """A norm of what a row reads first."""
    tail = _tail(lifting, row.node.inputs[0], value, [row])
    if tail and tail.norm is None and tail.activation is None:
        return _carried(lifting, [row], value, replace(tail, norm=kind))
    return value.at(lifting.put(row, Norm(kind), (value.port,)))


def activated(lifting: Lifting, rows: Sequence[Row], value: Value, kind: str, at: Port) -> Value:
    """An activation of what is read there, which some rows are together; the last gives it out."""
    tail = _tail(lifting, at, value, rows)
    if tail and tail.activation is None:
        return _carried(lifting, rows, value, replace(tail, activation=kind))
    made = lifting.put(rows[-1], Activation(kind), (value.port,))
    for row in rows[:-1]:
        lifting.absorb(row, made)
    return value.at(made)


def _tail(lifting: Lifting, at: Port, value: Value, rows: Sequence[Row]) -> Tail | None:
    """The tail of the node that puts a value out, where it may carry the rows that read it."""
    made = lifting.nodes.get(layer_of(value.port))
    alone = lifting.sole(at, [row.node.path for row in rows])
    if made is None or value.port != made.path or not alone:
        return None
    return getattr(made.op, "tail", None)


def _carried(lifting: Lifting, rows: Sequence[Row], value: Value, tail: Tail) -> Value:
    made = lifting.nodes[layer_of(value.port)]
    lifting.replaced(made.path, _with_tail(made.op, tail))
    for row in rows:
        lifting.absorb(row, made.path)
    return value


def _with_tail(op: Op, tail: Tail) -> Op:
    return replace(op, tail=tail)
