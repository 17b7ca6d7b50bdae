"""Parameters that are added to a value: positions, tables by place, biases; and class tokens."""

from math import prod

from ...core import Row
from ...core.graph import output_of
from ...core.ops.joining import Add
from ...core.ops.lookup import Embed, Position
from ...core.ops.tensors import Lookup
from ...core.ops.tokens import Tokens
from ...errors import FlopcountError
from ...records import replace
from .lifting import Lifting, ints
from .sequences import in_a_row
from .values import CHANNELS, Value


def parameter_added(lifting: Lifting, row: Row) -> bool:
    """Whether a row is a value plus a parameter, or a row of a table for each place; it is said."""
    inputs = row.node.inputs
    held = [lifting.held.get(output_of(at)) for at in inputs]
    if len(inputs) != 2 or sum(one is not None for one in held) != 1:
        return False
    own = next(one for one in held if one is not None)
    value = lifting.read(next(at for at, one in zip(inputs, held, strict=True) if one is None))
    if isinstance(own.node.op, Lookup):
        _table(lifting, row, value, own)
        return True
    numbers = int(own.known("params"))
    if numbers == prod(map(int, value.shape)) and len(value.shape) > 1:
        _said(lifting, row, value, Position(), own)
        return True
    if numbers == value.shape[-1] and own.known("biases") == numbers:
        _bias(lifting, row, value, own)
        return True
    return False


def _table(lifting: Lifting, row: Row, value: Value, own: Row) -> None:
    """A table whose row for each place is added; one too short for that is of the tokens."""
    op: Lookup = own.node.op  # type: ignore[assignment]
    places = prod(map(int, value.shape[:-1]))
    if op.vocabulary >= places:
        length = 0 if op.vocabulary == places else int(op.vocabulary)
        _said(lifting, row, value, Position(length), own)
        return
    if len(lifting.network.inputs) != 1:
        raise FlopcountError("it adds rows of a table for tokens that are not told")
    at = embedded(lifting, lifting.held.pop(own.node.path), *lifting.network.inputs)
    made = lifting.put(row, Add(), (value.port, at))
    lifting.gives(row, value.at(made))


def _said(lifting: Lifting, row: Row, value: Value, op: Position, own: Row) -> None:
    at = lifting.put(row, op, (value.port,))
    for name in lifting.claimed(own.node.path):
        lifting.absorb(lifting.graph.rows[name], at)
        lifting.reasons[at] = "places are numbered beforehand"
    lifting.absorb(lifting.held.pop(own.node.path), at)
    lifting.gives(row, value.at(at))


def _bias(lifting: Lifting, row: Row, value: Value, own: Row) -> None:
    """The bias of the layer before, added by an operation of its own."""
    made = lifting.nodes.get(value.port)
    tail = getattr(made.op, "tail", None) if made else None
    if made is None or tail is None or tail.bias or tail.norm or tail.activation:
        raise FlopcountError("a bias that is no layer's")
    other = next(at for at in row.node.inputs if output_of(at) != own.node.path)
    if not lifting.sole(other, [row.node.path]):
        raise FlopcountError("a bias is added to what is read without it too")
    lifting.replaced(made.path, replace(made.op, tail=replace(tail, bias=True)))
    lifting.absorb(lifting.held.pop(own.node.path), made.path)
    lifting.absorb(row, made.path)
    lifting.gives(row, value)


def tokens_before(lifting: Lifting, row: Row) -> bool:
    """Whether a row puts learned tokens before a sequence; it is said."""
    inputs = row.node.inputs
    held = [lifting.held.get(output_of(at)) for at in inputs]
    if held[-1] is not None or any(one is None for one in held[:-1]) or len(inputs) < 2:
        return False
    value = in_a_row(lifting, lifting.read(inputs[-1]))
    if value.axes != ((), value.whole("0"), value.whole(CHANNELS)):
        raise FlopcountError("learned tokens are put before what is no sequence")
    tokens, channels = (int(size) for size in value.shape)
    extra = ints(row.output)[1] - tokens
    own = [one for one in held if one is not None]
    at = lifting.put(row, Tokens(extra), (lifting.without(Tokens(), value.port),))
    for one in own:
        lifting.absorb(lifting.held.pop(one.node.path), at)
    lifting.extra = extra
    made = Value(at, (tokens + extra, channels), ())
    lifting.gives(row, made.seen(((), made.whole("0"), made.whole(CHANNELS))))
    return True


def embedded(lifting: Lifting, row: Row, tokens: str) -> str:
    """An embedding of those tokens; its path."""
    op: Lookup = row.node.op  # type: ignore[assignment]
    path = lifting.put(row, Embed(int(op.vocabulary), op.width), (tokens,))
    if "E" in row.node.weights:
        node = lifting.nodes[path]
        lifting.nodes[path] = replace(node, weights={"E": row.node.weights["E"]})
    return path


def tied(lifting: Lifting, row: Row) -> str:
    """The key of the embedding whose table a dense layer has as its weights; empty of another."""
    key = row.node.weights.get("W", "")
    nodes = lifting.nodes.values()
    return key if any(isinstance(n.op, Embed) and n.weights.get("E") == key for n in nodes) else ""
