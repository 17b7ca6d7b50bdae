"""A run's operations → our graph: what each is, what it reads, where it stands."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch

from ...core import Network, Node, Port, Scope
from ...core.ops.tensors import Parameter
from ...errors import FlopcountError
from ...sizes import Shape, differ
from .operands import Arguments, Made, Operand
from .operations import CREATED, made_of
from .trace import Call, Place, Trace, trace


def read(
    module: torch.nn.Module, args: Sequence[Any], kwargs: Mapping[str, Any], name: str
) -> Network:
    """Read a module as a network, from a run on inputs of these shapes."""
    from torch._subclasses.fake_tensor import FakeTensorMode

    fake = FakeTensorMode(allow_non_fake_inputs=True)
    with fake:
        args = [torch.empty(value.shape, dtype=value.dtype) for value in args]
    return Graph(module).network(trace(module, args, kwargs, fake), name)


class Graph:
    """A graph as it grows, call by call."""

    def __init__(self, module: torch.nn.Module) -> None:
        self.values: dict[int, Operand] = {}
        self.base: dict[int, Any] = {}  # of a view, the tensor that it is one of
        self.nodes: list[Node] = []
        self.views: dict[Port, Shape] = {}
        self.traced: dict[str, tuple[Shape, ...]] = {}
        self.held: dict[str, Place] = {}
        self.used: set[str] = set()
        self.paths: Counter[str] = Counter()
        for kind in ("parameters", "buffers"):
            for key, tensor in getattr(module, f"named_{kind}")():
                if id(tensor) in self.values:
                    continue
                self.values[id(tensor)] = Operand(
                    tuple(tensor.shape), held=key, is_parameter=kind == "parameters"
                )
        classes = {path: type(part).__name__ for path, part in module.named_modules()}
        for value in list(self.values.values()):
            path = value.held.rpartition(".")[0]
            steps = path.split(".") if path else []
            kinds = tuple(classes[".".join(steps[: n + 1])] for n in range(len(steps)))
            self.held[value.held] = Place(path, kinds)

    def network(self, run: Trace, name: str) -> Network:
        """The network of a run."""
        inputs = {key: self.shape(tensor) for key, tensor in run.inputs.items()}
        for key, tensor in run.inputs.items():
            self.values[id(tensor)] = Operand(inputs[key], port=key)
        for call in run.calls:
            self.add(call)
        for key, value in [(v.held, v) for v in self.values.values() if v.is_parameter]:
            if value.whole and key not in self.used and value.port is None:
                self.parameter(value)
        outputs = {key: self.value(t).port for key, t in run.outputs.items()}
        results = {key: at for key, at in outputs.items() if at is not None}
        network = Network(
            name=name,
            nodes=_named(self.nodes),
            inputs=inputs,
            output=next(reversed(results.values())),
            outputs=results if len(results) > 1 else {},
            views=self.views,
            reader={"name": "torch", "torch": torch.__version__},
        )
        return network

    def shape(self, tensor: Any) -> Shape:
        """The shape of a tensor."""
        return tuple(int(n) for n in tensor.shape)

    def value(self, tensor: Any) -> Operand:
        """What a tensor is."""
        return self.values.get(id(tensor)) or Operand(self.shape(tensor))

    def operands(self, value: Any) -> Any:
        """An argument, its tensors as operands."""
        if isinstance(value, torch.Tensor):
            return self.value(value)
        if isinstance(value, list | tuple):
            return [self.operands(part) for part in value]
        return value

    def add(self, call: Call) -> None:
        """Add what a call is: a view of something, a constant, or a node."""
        outputs = tuple(map(self.shape, call.outputs))
        if not outputs or call.name in CREATED:
            return
        bound = {key: self.operands(value) for key, value in call.bound.items()}
        arguments = Arguments(call.name, bound, outputs)
        if call.view:
            self.view(call, arguments.tensors[0])
            return
        made = made_of(arguments)
        moves = not made.op.nests if False else False
        path = self.node(call.place, call.called, made)
        self.traced[path] = outputs
        for number, (tensor, shape) in enumerate(zip(call.outputs, outputs, strict=True)):
            at = path if number == 0 else f"{path}:{number}"
            if number:
                self.views[at] = shape
            self.values[id(tensor)] = Operand(shape, port=at)
        if call.written is not None:
            self.wrote(call.written, path)

    def wrote(self, tensor: Any, path: str) -> None:
        """What is written into a view is in all of its tensor."""
        base = self.base.get(id(tensor))
        if base is not None:
            self.values[id(base)] = self.seen(Operand(self.shape(base), port=path))

    def seen(self, value: Operand) -> Operand:
        """A value of a port under another shape."""
        at = f"{value.port}:v{len(self.views)}"
        self.views[at] = value.shape
        return value._replace(port=at)

    def view(self, call: Call, source: Operand) -> None:
        turns = call.name in ("aten.t", "aten.transpose", "aten.permute") and len(source.shape) == 2
        for tensor in call.outputs:
            shape = self.shape(tensor)
            whole = source.whole and _elements(shape) == _elements(source.shape)
            value = source._replace(
                shape=shape, whole=whole, turned=source.turned != (turns and shape != ())
            )
            if source.port is not None:
                value = self.seen(value)
            self.values[id(tensor)] = value
            tensors = [v for v in call.bound.values() if isinstance(v, torch.Tensor)]
            self.base[id(tensor)] = self.base.get(id(tensors[0]), tensors[0])

    def parameter(self, value: Operand) -> Port:
        """The node that holds a parameter, made where it is first read."""
        place = self.held[value.held]
        if value.held not in self.used:
            self.used.add(value.held)
            original = next(v for v in self.values.values() if v.held == value.held)
            letter = "B" if value.held.endswith("bias") else "E"
            made = Made(Parameter(original.shape, letter), weights={letter: original})
            path = value.held.replace(".", "/")
            steps = path.split("/")
            scope = tuple(map(Scope, steps[:-1] or steps, (*place.classes, "")))
            self.nodes.append(
                Node(path, made.op, (), scope, weights={letter: value.held}, call="parameter")
            )
        return value.held.replace(".", "/")

    def node(self, place: Place, called: str, made: Made) -> str:
        """Add a node; gives its path for now."""
        ports = []
        for operand in made.reads:
            port = operand.port
            if port is None and operand.is_parameter:
                port = self.parameter(operand)
                if operand.shape != self.shape_of(operand.held):
                    port = f"{port}:v{len(self.views)}"
                    self.views[port] = operand.shape
            if port is not None:
                ports.append(port)
        weights = {c: o.held for c, o in made.weights.items() if o.held and o.port is None}
        self.used.update(weights.values())
        steps = place.path.split(".") if place.path else [made.op.word]
        scope = tuple(map(Scope, steps, place.classes or ("",)))
        path = f"#{len(self.nodes)}"
        self.nodes.append(Node(path, made.op, tuple(ports), scope, weights=weights, call=called))
        return path

    def shape_of(self, held: str) -> Shape:
        """The shape of what is held under a key."""
        return next(v.shape for v in self.values.values() if v.held == held)


def _elements(shape: Shape) -> Any:
    total: Any = 1
    for n in shape:
        total = total * n
    return total


def _named(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The nodes with their paths: a module's where it is all that the module does."""
    return tuple(nodes)
