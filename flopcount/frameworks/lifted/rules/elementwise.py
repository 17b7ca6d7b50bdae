"""Functions of the elements: activations, sums and products of branches, factors.

What works element by element waits until something else reads it: a model may write an activation
in several operations, such as x · relu6(x + 3) / 6, and a table has a word for all of them.
"""

import re

from ....core import Op, Port, Row
from ....core.graph import layer_of
from ....core.ops.elementwise import Activation, Scale
from ....core.ops.elementwise import LayerScale as ChannelScale
from ....core.ops.joining import Add, Multiply
from ....core.ops.tensors import Elementwise, Parameter, PReLU
from ....errors import FlopcountError
from ..functions import Function, factor, inlined, named, replaced
from ..lifting import Lifting, ints
from ..sequences import upright
from ..table import WITH_PARAMETER, rule
from ..tails import activated
from ..values import CHANNELS, Value

_ON_INPUT = "what prepares the input, before the first layer"
_N = r"-?\d[\d.]*(?:e-?\d+)?"
_SCALED = {  # a sum of two of which one has a factor: by which of them it is
    0: re.compile(rf"y = (?:x \* {_N}|{_N} \* x) \+ x1"),
    1: re.compile(rf"y = x \+ (?:x1 \* {_N}|{_N} \* x1)"),
}

_DIFFERENCE = "y = x - x1"


@rule(Parameter)
def _parameter(lifting: Lifting, row: Row) -> None:
    lifting.held[row.node.path] = row


@rule(Elementwise)
def _elementwise(lifting: Lifting, row: Row) -> None:
    op: Elementwise = row.node.op  # type: ignore[assignment]
    if any(map(lifting.parameter, row.node.inputs)):
        made = WITH_PARAMETER.get("; ".join(op.steps))
        if made is None:
            held = next(filter(lifting.parameter, row.node.inputs))
            raise FlopcountError(f"it works on the parameter {held}: {_written(row)}")
        made(lifting, row)
        return
    if any(shape is not None for shape in op.given):
        lifting.gives(row, _prepared(lifting, row))
        return
    known = tuple(_taken_in(lifting, at, row) for at in row.node.inputs)
    if len({function.of for function in known}) > 1:
        lifting.gives(row, joined(lifting, row))
        return
    names = {f"x{place or ''}": function.expression for place, function in enumerate(known)}
    used = {other.node.path: other for function in known for other in function.rows}
    function = Function(
        known[0].of, replaced(inlined(op.steps), names), (*used.values(), row), known
    )
    for path in used:
        lifting.taken(path)
    if factor(function.expression) == (1, 0) and not used:  # as a sum that begins with 0
        value = lifting.read(known[0].of)
        lifting.moves(row, value)
        lifting.apart[row.node.path] = "adding 0, or multiplying by 1"
        return
    _wait(lifting, function)


def _taken_in(lifting: Lifting, at: Port, row: Row) -> Function:
    """What waits at a port, if the row alone reads it; else what is at the port."""
    if lifting.waits(at) and lifting.sole(at, [row.node.path]):
        return lifting.functions[at]
    return Function(at, "x")


def _wait(lifting: Lifting, function: Function) -> None:
    row = function.rows[-1]
    lifting.functions[row.node.path] = function
    lifting.later(row, lambda: _function(lifting, function))


def _function(lifting: Lifting, function: Function) -> Value:
    """A function as the notation says it: an activation, a factor, or one after the other."""
    row = function.rows[-1]
    if kind := named(function.expression):
        value = lifting.read(function.of)
        made = activated(lifting, function.rows, value, kind, function.of)
        _explain(lifting, made, kind, function)
        return made
    if len(function.rows) > 1:
        for operand in function.operands:
            if operand.rows and not lifting.waits(operand.rows[-1].node.path):
                _wait(lifting, operand)
    if len(row.node.inputs) > 1:
        return joined(lifting, row)
    at = row.node.inputs[0]
    op: Elementwise = row.node.op  # type: ignore[assignment]
    expression = inlined(op.steps)
    if len(function.rows) > 1 and (kind := named(expression)):
        return activated(lifting, (row,), lifting.read(at), kind, at)
    by = factor(expression)
    if by is None or by[1]:
        return _prepared(lifting, row)
    value = lifting.read(at)
    return value.at(lifting.put(row, Scale(), (value.port,)))


def _explain(lifting: Lifting, made: Value, kind: str, function: Function) -> None:
    """Say why its operations differ, where they do."""
    works = [row.work.operations for row in function.rows]
    names = {name for work in works for name in work}
    theirs = {name: sum(work.get(name, 0) for work in works) for name in names}
    if theirs != Activation(kind).nests(made.shape).operations:
        how = " by the error function, which a table has by tanh"
        reason = how if "erf(" in function.expression else " is worked out otherwise"
        lifting.because(made.port, f"{kind}{reason}")


def _prepared(lifting: Lifting, row: Row) -> Value:
    """What is done to the input, before any layer: it is left out, and said beside."""
    for at in row.node.inputs:
        value = lifting.read(at)
        prepares = len(row.node.inputs) == 1 and _is_input(lifting, value.port)
        if prepares and _is_affine(row) and ints(row.output) == value.sizes:
            lifting.leave(row, _ON_INPUT)
            return value
    raise FlopcountError(f"the notation has no such function: {_written(row)}")


def _is_affine(row: Row) -> bool:
    """Whether a row multiplies what comes in and adds to it, by numbers that no layer puts out."""
    op: Elementwise = row.node.op  # type: ignore[assignment]
    given = {f"x{n or ''}": "3" for n, shape in enumerate(op.given) if shape is not None}
    return factor(replaced(inlined(op.steps), given)) is not None


def _is_input(lifting: Lifting, at: Port) -> bool:
    """Whether what is there comes in from outside, or is that times a number."""
    made = lifting.nodes.get(at)
    if made is not None and isinstance(made.op, Scale):
        at = made.inputs[0]
    return at in lifting.network.inputs


def joined(lifting: Lifting, row: Row) -> Value:
    """Branches added or multiplied; one of two added may have a factor."""
    names = ["x", *(f"x{place}" for place in range(1, len(row.node.inputs)))]
    signs: dict[str, Op] = {" + ": Add(), " * ": Multiply()}
    made = {f"y = {sign.join(names)}": op for sign, op in signs.items()}
    made[_DIFFERENCE] = Add()
    step = _written(row)
    scaled = next((place for place, form in _SCALED.items() if form.fullmatch(step)), None)
    if scaled is None and step not in made:
        raise FlopcountError(f"the notation has no such function: {step}")
    values = [upright(lifting, lifting.ordered(at)) for at in row.node.inputs]
    widest = max(values, key=_elements)
    for value in values:
        _check_aligned(value, widest)
    ports = [value.port for value in values]
    if scaled is not None:
        ports[scaled] = lifting.beside(Scale(), "scale", (ports[scaled],))
        lifting.group[ports[scaled]] = row.node.path
    if step == _DIFFERENCE:
        lifting.note("differences are written as sums")
    return widest.at(lifting.put(row, made.get(step, Add()), ports))


def _scaled_channels(lifting: Lifting, row: Row) -> None:
    """A parameter times a tensor: a factor for each channel."""
    held = next(filter(lifting.parameter, row.node.inputs))
    at = next((at for at in row.node.inputs if not lifting.parameter(at)), None)
    if at is None:
        raise FlopcountError(f"it works on parameters alone: {held}")
    value = lifting.ordered(at)
    shape = ints(lifting.network.shapes[held])
    axes = [*zip(reversed(shape), reversed(value.axes), strict=False)]
    varies = [axis for size, axis in axes if size != 1]
    if varies != [value.whole(CHANNELS)] or len(shape) > len(value.axes):
        factors = "×".join(map(str, shape)) or "one factor for all"
        raise FlopcountError(f"trained factors that are not one for each channel: {factors}")
    made = lifting.put(row, ChannelScale(), (value.port,))
    lifting.absorb(lifting.held.pop(layer_of(held)), made)
    lifting.gives(row, value.at(made))


WITH_PARAMETER["y = x * x1"] = _scaled_channels


@rule(PReLU)
def _prelu(lifting: Lifting, row: Row) -> None:
    op: PReLU = row.node.op  # type: ignore[assignment]
    at = row.node.inputs[0]
    value = lifting.ordered(at)
    on = op.on or (1,)
    if len(on) != 1 or value.axes[on[0]] != value.whole(CHANNELS) or op.slopes != value.shape[-1]:
        raise FlopcountError("a prelu whose slopes are not one for each channel")
    lifting.gives(row, activated(lifting, [row], value, "prelu", at))


@rule(ChannelScale)
def _layer_scale(lifting: Lifting, row: Row) -> None:
    value = lifting.read(row.node.inputs[0])
    value = lifting.straight(value, len(value.axes) - 1)
    lifting.gives(row, value.at(lifting.put(row, ChannelScale(), (value.port,))))


def _written(row: Row) -> str:
    op: Elementwise = row.node.op  # type: ignore[assignment]
    return "; ".join(op.steps)


def _elements(value: Value) -> int:
    total = 1
    for size in value.sizes:
        total *= size
    return total


def _check_aligned(value: Value, widest: Value) -> None:
    """Raise `FlopcountError` unless a tensor has on each axis what the other has, or 1."""
    if len(value.axes) > len(widest.axes) or len(value.shape) != len(widest.shape):
        raise FlopcountError("it reads tensors of different rank")
    for own, other in zip(reversed(value.axes), reversed(widest.axes), strict=False):
        if own and own != other:
            raise FlopcountError("it reads tensors whose axes lie differently")
