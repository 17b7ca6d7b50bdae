"""Operators that have graphs in them, Loop and Scan, and constants: the reader's own."""

from collections import ChainMap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import onnx

from ...core.ops.tensors import Unknown
from ...core.ops.traits import main_of
from ...errors import FlopcountError
from ...sizes import NO_SHAPE, Shape, Size, is_open
from ..models.operands import Made, Operand
from .branches import branch_of, output
from .operations.table import Called
from .values import Value

if TYPE_CHECKING:
    from .graph import Graph, Values

MOST_ROUNDS = 2**31
MOST_UNROLLED = 2000  # nodes of all rounds, where each round is another


def _constant(_graph: "Graph", _node: Any, called: Called, _values: "Values") -> list[Value]:
    """A constant: a tensor, or numbers as attributes."""
    for name, value in called.attributes.items():
        if isinstance(value, Value):
            return [value]
        if name in ("value_int", "value_float"):
            return [Value(Operand(()), "int64" if name == "value_int" else "float32", (value,))]
        if name in ("value_ints", "value_floats"):
            kind = "int64" if name == "value_ints" else "float32"
            return [Value(Operand((len(value),)), kind, value)]
        if name == "value_string":
            return [Value(Operand(()), "string")]
        if name == "value_strings":
            return [Value(Operand((len(value),)), "string")]
    raise FlopcountError("a constant without a value")


def _whole(value: Value | None) -> Size | None:
    """The single number that a value is, where it is known."""
    if value is None or value.numbers is None or len(value.numbers) != 1:
        return None
    found: Size = value.numbers[0]
    return found


def _repeated(graph: "Graph", body: onnx.GraphProto, inside: "Values", times: Size) -> list[Value]:
    """What a round puts out of a body that runs so often."""
    outer = graph.times
    graph.times = outer * times
    try:
        with graph.deeper(graph.scope):
            graph.run(body, inside)
    finally:
        graph.times = outer
    return [output(graph, one.name, inside) for one in body.output]


def _loop(graph: "Graph", node: onnx.NodeProto, called: Called, values: "Values") -> list[Value]:
    """Its body as often as it runs, where that is known; else once, and who knows how often."""
    body: onnx.GraphProto = called.attributes["body"]
    name = graph.called(node)
    times, start = _whole(called.input(0)), called.input(1)
    if start is not None and _whole(start) is not None and not _whole(start):
        times = 0
    if times is not None and not is_open(times) and not 0 <= times <= MOST_ROUNDS:
        times = None  # as a loop has that runs while its condition holds
    carried = [value for value in called.inputs[2:] if value is not None]
    if type(times) is int and times == 0:
        graph.note("a Loop that never runs", name)
        return [*carried, *_collected(body, len(carried), 0)]
    mark = graph.mark()
    outputs, ends, settled = _rounds(graph, body, carried, values, 1 if times is None else times)
    if not settled and type(times) is int and times * len(body.node) <= MOST_UNROLLED:
        graph.back(mark)
        outputs, ends = _unrolled(graph, body, carried, values, times)
        graph.note("of each Loop its rounds, one after the other", f"{times} of {name}")
        return outputs
    if times is None and ends is False:
        times = 1
    if times is None:
        graph.note("of each Loop whose rounds depend on the data one round", name)
        return _unsaid(graph, node, called, outputs, len(carried))
    certain = "as many rounds as the file says" if ends is True else "the most rounds that it runs"
    graph.note(f"of each Loop {certain}", f"{times} of {name}")
    return outputs


def _rounds(
    graph: "Graph", body: onnx.GraphProto, carried: list[Value], values: "Values", times: Size
) -> tuple[list[Value], Any, bool]:
    """A loop's body, its nodes so many times; whether it goes on, and whether all rounds are alike.

    What is carried along keeps its shape, or nobody knows it.
    """
    inside: Values = ChainMap({}, values)
    names = [one.name for one in body.input]
    if len(names) > 0:
        inside[names[0]] = Value(Operand(()), "int64")
    if len(names) > 1:
        inside[names[1]] = Value(Operand(()), "bool", (True,))
    for name, value in zip(names[2:], carried, strict=False):
        inside[name] = value._replace(numbers=None)
    start = len(graph.nodes)
    outputs = _repeated(graph, body, inside, times)
    now = outputs[1 : 1 + len(carried)]
    alike = [
        one.items is None and one.has_shape and one.shape == was.shape
        for one, was in zip(now, carried, strict=False)
    ]
    unknown = any(isinstance(main_of(one.op) or one.op, Unknown) for one in graph.nodes[start:])
    kept = [
        one._replace(numbers=None) if same else _shapeless(one)
        for one, same in zip(now, alike, strict=False)
    ]
    collected = [_collect(graph, one, times) for one in outputs[1 + len(carried) :]]
    ends = _whole(outputs[0]) if outputs else None
    said = None if ends is None else bool(ends)
    return [*kept, *collected], said, all(alike) and not unknown


def _shapeless(value: Value) -> Value:
    operand = value.operand._replace(shape=NO_SHAPE)
    return value._replace(operand=operand, has_shape=False, numbers=None)


def _collect(graph: "Graph", value: Value, times: Size, axis: int = 0) -> Value:
    """What a loop puts out of each round, one after the other along a first axis."""
    operand = value.operand
    shape: Shape = (*operand.shape[:axis], times, *operand.shape[axis:])
    operand = operand._replace(shape=shape, whole=False)
    if operand.port is not None:
        operand = graph.seen(operand)
    return value._replace(operand=operand, numbers=None)


def _collected(body: onnx.GraphProto, carried: int, times: int) -> list[Value]:
    """What a loop that never runs puts out of each round: nothing; its shape as in the file."""
    values = []
    for one in body.output[1 + carried :]:
        dims = [dim.dim_value for dim in one.type.tensor_type.shape.dim]
        values.append(Value(Operand((times, *dims))))
    return values


def _unrolled(
    graph: "Graph", body: onnx.GraphProto, carried: list[Value], values: "Values", times: int
) -> tuple[list[Value], bool]:
    """The rounds of a loop one after the other, as each is another; no more once it ends."""
    names = [one.name for one in body.input]
    rounds: list[list[Value]] = []
    for number in range(times):
        inside: Values = ChainMap({}, values)
        given = (
            Value(Operand(()), "int64", (number,)),
            Value(Operand(()), "bool", (True,)),
            *carried,
        )
        inside.update(zip(names, given, strict=False))
        with graph.deeper(graph.scope):
            graph.run(body, inside)
        outputs = [output(graph, one.name, inside) for one in body.output]
        carried = outputs[1 : 1 + len(carried)]
        rounds.append(outputs[1 + len(carried) :])
        if outputs and _whole(outputs[0]) is not None and not _whole(outputs[0]):
            break
    collected = [
        _collect(graph, every[-1], len(rounds))
        if all(one.shape == every[-1].shape for one in every)
        else _shapeless(every[-1])
        for every in zip(*rounds, strict=True)
    ]
    return [*carried, *collected], True


def _unsaid(
    graph: "Graph", node: onnx.NodeProto, called: Called, outputs: list[Value], carried: int
) -> list[Value]:
    """A row without counts, for the rounds that a loop may run beside the first."""
    reads = tuple(one.operand for one in called.inputs if one is not None and one.items is None)
    path = graph.node(graph.scope, "operator", Made(Unknown(f"{node.op_type} rounds", ()), reads))
    graph.views.setdefault(path, NO_SHAPE)
    return outputs[:carried] + [_shapeless(one) for one in outputs[carried:]]


def _scan(graph: "Graph", node: onnx.NodeProto, called: Called, values: "Values") -> list[Value]:
    """Its body for each element of an axis of what it scans."""
    body: onnx.GraphProto = called.attributes["body"]
    scanned = int(called.get("num_scan_inputs", 0))
    inputs = [value for value in called.inputs if value is not None]
    states, scans = inputs[: len(inputs) - scanned], inputs[len(inputs) - scanned :]
    if called.opset < 9 or not scans or not all(one.has_shape for one in scans):
        reads = tuple(value.operand for value in inputs)
        path = graph.node(graph.scope, "operator", Made(Unknown(node.op_type, ()), reads))
        graph.views.setdefault(path, NO_SHAPE)
        return [Value(Operand(NO_SHAPE, port=path), has_shape=False) for _ in node.output]
    axes = called.get("scan_input_axes") or (0,) * len(scans)
    along = [axis % len(one.shape) for axis, one in zip(axes, scans, strict=True)]
    times = scans[0].shape[along[0]]
    inside: Values = ChainMap({}, values)
    names = [one.name for one in body.input]
    for name, value in zip(names, states, strict=False):
        inside[name] = value._replace(numbers=None)
    for name, value, axis in zip(names[len(states) :], scans, along, strict=False):
        shape = (*value.shape[:axis], *value.shape[axis + 1 :])
        operand = value.operand._replace(shape=shape, whole=False)
        inside[name] = Value(graph.seen(operand) if operand.port else operand, value.dtype)
    outputs = _repeated(graph, body, inside, times)
    collected = outputs[len(states) :]
    to = called.get("scan_output_axes") or (0,) * len(collected)
    graph.note(
        "of each Scan as many rounds as what it scans is long", f"{times} of {graph.called(node)}"
    )
    return [
        *(one._replace(numbers=None) for one in outputs[: len(states)]),
        *(
            _collect(graph, one, times, axis % (len(one.shape) + 1))
            for one, axis in zip(collected, to, strict=True)
        ),
    ]


Block = Callable[["Graph", onnx.NodeProto, Called, "Values"], list[Value]]
BLOCKS: dict[str, Block] = {"Constant": _constant, "If": branch_of, "Loop": _loop, "Scan": _scan}
