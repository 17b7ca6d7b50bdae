"""A run's operations → our graph: what each is, what it reads, where it stands."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch

from ....core import Network, Node, Port, Scope
from ....core.ops.tensors import Move, Parameter
from ....errors import FlopcountError
from ....sizes import Shape, product
from ..inputs import Inputs, Tensor
from ..operations import CREATED, RECURRENT, layers, made_of, missing
from ..operations.operands import Arguments, Made, Operand
from ..run.forward import run
from ..run.places import Place
from ..run.positions import positions
from ..run.state import framework_as_found
from ..run.trace import OUTSIDE, Call, Trace
from .paths import paths_of, port_at
from .shapes import PutOut
from .sizes import Sizes


def read(
    module: torch.nn.Module,
    inputs: Inputs,
    again: Callable[[], torch.nn.Module] | None = None,
) -> Network:
    """Read a module as a network, from a run on these inputs.

    `again` builds the module anew, with numbers in it, for what cannot be read without. Raises
    `FlopcountError` for a module that does not run.
    """
    with framework_as_found():  # what PyTorch loads for it sets variables of the environment
        from ..run.fake import Fake

        fake = Fake(allow_non_fake_inputs=True)

    def tensor(_: str, spec: Tensor) -> Any:
        return torch.empty(spec.shape, dtype=getattr(torch, spec.dtype), device="cpu")

    taken, note = run(module, inputs, tensor, fake, again=again)
    for end, rows, place in positions(taken.calls):
        if end > rows:  # tensors without numbers do not tell
            where = place.path or type(module).__name__
            raise FlopcountError(f"{where}: a table of {rows:,} positions, and {end:,} are needed")
    network = Graph(taken, Sizes()).network()
    return replace(network, notes=(note,), on_numbers=True) if note else network


class Graph:
    """A graph as it grows, call by call."""

    def __init__(self, run: Trace, sizes: Sizes) -> None:
        self.run = run
        self.size = sizes
        self.values: dict[int, Operand] = {}  # by the identity of a tensor
        self.base: dict[int, int] = {}  # of a view, the tensor that it is one of
        self.writes: dict[int, tuple[int, Port]] = {}  # of a tensor, how many, and the last
        self.written: dict[int, int] = {}  # how many there were when a value was taken
        self.nodes: list[Node] = []
        self.views: dict[Port, Shape] = {}
        self.given = PutOut()
        self.used: set[str] = set()  # parameters and buffers that something reads
        self.parameters: set[str] = set()  # those that have a node
        self.shapes = {key: self.shape(held.tensor) for key, held in run.held.items()}
        for key, held in run.held.items():
            value = Operand(self.shapes[key], held=key, is_parameter=held.is_parameter)
            self.values[id(held.tensor)] = value

    def network(self) -> Network:
        """The network of the run."""
        inputs = {key: self.shape(tensor) for key, tensor in self.run.inputs.items()}
        for key, tensor in self.run.inputs.items():
            self.values[id(tensor)] = Operand(inputs[key], port=key)
        for call in self.run.calls:
            self.add(call)
        for key, held in self.run.held.items():
            if held.is_parameter and key not in self.used:
                self.parameter(key)
        outputs = {key: self.value(t).port for key, t in self.run.outputs.items()}
        results = {key: at for key, at in outputs.items() if at is not None}
        renamed = paths_of(self.nodes)
        # where all that comes out is made by the code, such as an empty list of boxes
        last = self.nodes[-1].path if self.nodes else next(iter(inputs), "")
        at = {old: port_at(old, renamed) for old in (*self.views, last, *results.values())}
        return Network(
            name="",
            nodes=tuple(
                replace(
                    node,
                    path=renamed[node.path],
                    inputs=tuple(port_at(port, renamed) for port in node.inputs),
                )
                for node in self.nodes
            ),
            inputs=inputs,
            output=at[[last, *results.values()][-1]],
            outputs={key: at[old] for key, old in results.items()} if len(results) > 1 else {},
            views={at[old]: shape for old, shape in self.views.items()},
            reader={"name": "torch", "torch": torch.__version__},
        )

    def shape(self, tensor: Any) -> Shape:
        """The shape of a tensor."""
        return tuple([self.size(n) for n in tensor.shape])

    def value(self, tensor: Any) -> Operand:
        """What a tensor is; where more was written into what it is a view of, that."""
        key = id(tensor)
        value = self.values.get(key) or self.constant(tensor)
        number, port = self.writes.get(self.base.get(key, key), (0, ""))
        if self.written.get(key, 0) < number:
            value = self.values[key] = self.seen(Operand(value.shape, port=port))
            self.written[key] = number
        return value

    def constant(self, tensor: Any) -> Operand:
        """A tensor of numbers that the code holds; one without any comes of a call unseen."""
        if type(tensor).__name__ == "FakeTensor":
            raise FlopcountError(
                "it computes where a reading does not follow (in another thread, with PyTorch's "
                "modes turned off, by as_subclass), and counts of that would be missing"
            )
        return Operand(self.shape(tensor))

    def operands(self, value: Any) -> Any:
        """An argument, its tensors as operands."""
        if isinstance(value, torch.Tensor):
            return self.value(value)
        if isinstance(value, list | tuple):
            return [self.operands(part) for part in value]
        return self.size(value) if isinstance(value, torch.SymInt) else value

    def add(self, call: Call) -> None:
        """Add what a call is: a view of something, a constant, or a node."""
        if not call.outputs:
            return
        outputs = tuple([tuple([self.size(n) for n in shape]) for shape in call.shapes])
        if call.name in CREATED:
            self.constants(call, outputs)
            return
        bound = {key: self.operands(value) for key, value in call.bound.items()}
        arguments = Arguments(call.name, bound, outputs)
        if call.view:
            self.view(call, arguments.tensors[0], outputs)
            return
        if call.name in RECURRENT:
            self.whole(call, arguments)
            return
        made = made_of(arguments)
        if any(type(n) is int and n == 0 for n in outputs[0]):
            self.nothing(call, made, outputs)
            return
        moves = isinstance(made.op, Move) or call.name == OUTSIDE
        if moves and all(operand.is_constant for operand in made.reads):
            self.constants(call, outputs)
            return
        path = self.node(call.place, call.called, self.with_constants(call, made), outputs)
        self.puts_out(call, path, outputs)
        if call.written is not None:
            self.wrote(call.written, path)

    def constants(self, call: Call, outputs: tuple[Shape, ...]) -> None:
        """What comes out is a constant."""
        for tensor, shape in zip(call.outputs, outputs, strict=True):
            self.values[id(tensor)] = Operand(shape)

    def with_constants(self, call: Call, made: Made) -> Made:
        """What an op reads, with a node for each constant that it does not know the shape of."""
        reads = list(made.reads)
        for place in missing(made):
            shape = reads[place].shape
            constant = Made(Move("constant", (shape,)))
            reads[place] = Operand(shape, self.node(call.place, call.called, constant, (shape,)))
        return replace(made, reads=tuple(reads))

    def nothing(self, call: Call, made: Made, outputs: tuple[Shape, ...]) -> None:
        """What comes out has no numbers in it: no layer puts that out, it is read as a view."""
        port = next((operand.port for operand in made.reads if operand.port), None)
        for tensor, shape in zip(call.outputs, outputs, strict=True):
            value = Operand(shape, port=port)
            self.values[id(tensor)] = self.seen(value) if port else value

    def puts_out(self, call: Call, path: str, outputs: tuple[Shape, ...]) -> None:
        """What comes out of a call is what a node puts out, and more of it beside that."""
        for number, (tensor, shape) in enumerate(zip(call.outputs, outputs, strict=True)):
            at = f"{path}:{number}" if number else path
            if number:
                self.views[at] = shape
            self.values[id(tensor)] = Operand(shape, port=at)

    def whole(self, call: Call, arguments: Arguments) -> None:
        """Add a recurrent layer: a node for each of its layers and directions."""
        steps = layers(arguments)
        made = self.with_constants(call, next(steps))
        while True:
            (shape,) = self.given.shapes(made)
            path = self.node(call.place, call.called, made, (shape,))
            try:
                made = steps.send(Operand(shape, port=path))
            except StopIteration:
                self.puts_out(call, path, arguments.outputs)
                return

    def wrote(self, tensor: Any, path: str) -> None:
        """What is written into a tensor is in what it is a view of, and in other views of it."""
        base = self.base.get(id(tensor), id(tensor))
        number = self.writes.get(base, (0, ""))[0] + 1
        self.writes[base] = (number, path)
        self.written[id(tensor)] = number

    def seen(self, value: Operand) -> Operand:
        """A value of a port under another shape."""
        at = f"{value.port}:v{len(self.views)}"
        self.views[at] = value.shape
        return value._replace(port=at)

    def view(self, call: Call, source: Operand, outputs: tuple[Shape, ...]) -> None:
        """What comes out is what came in, or a part of it, under another shape."""
        for tensor, shape in zip(call.outputs, outputs, strict=True):
            whole = source.whole and _elements(shape) == _elements(source.shape)
            order = _order(tensor) if source.held and source.port is None else ()
            value = source._replace(shape=shape, whole=whole, order=order)
            if source.port is not None:
                value = self.seen(value)
            self.values[id(tensor)] = value
            first = id(next(v for v in call.bound.values() if isinstance(v, torch.Tensor)))
            base = self.base[id(tensor)] = self.base.get(first, first)
            self.written[id(tensor)] = self.writes.get(base, (0, ""))[0]

    def parameter(self, key: str) -> Port:
        """The port of a parameter that is read as outputs are; its node is made at first use."""
        path = f"={key}"
        if key not in self.parameters:
            self.parameters.add(key)
            self.used.add(key)
            letter = "B" if key.endswith("bias") else "E"
            place = self.run.held[key].place
            scope = _scope(place, key.rpartition(".")[2])
            op = Parameter(self.shapes[key], letter)
            self.nodes.append(Node(path, op, (), scope, weights={letter: key}, call="parameter"))
        return path

    def node(self, place: Place, called: str, made: Made, outputs: tuple[Shape, ...]) -> str:
        """Add a node that puts out these shapes; gives its path for now."""
        self.given.check(made, f"{place.path}.{made.op.word}".lstrip("."), outputs)
        ports = []
        for operand in made.reads:
            port = operand.port
            if port is None and operand.is_parameter:
                port = self.parameter(operand.held)
                if operand.shape != self.shapes[operand.held]:
                    port = self.seen(operand._replace(port=port)).port
            if port is not None:
                ports.append(port)
        weights = {c: o.held for c, o in made.weights.items() if o.held and o.port is None}
        self.used.update(weights.values())
        scope = _scope(place, made.op.word)
        path = f"#{len(self.nodes)}"
        self.nodes.append(Node(path, made.op, tuple(ports), scope, weights=weights, call=called))
        return path


def _scope(place: Place, name: str) -> tuple[Scope, ...]:
    """The way to a module; of what stands in none, a name of its own."""
    return tuple(map(Scope, place.path.split("."), place.classes)) if place.path else (Scope(name),)


def _elements(shape: Shape) -> Any:
    return product(shape)


def _order(tensor: Any) -> tuple[int, ...]:
    """The axes of a view of a parameter as they lie in it, the slowest first."""
    steps = tensor.stride()
    if not all(type(step) is int for step in steps):
        return ()
    return tuple(sorted(range(len(steps)), key=lambda axis: -steps[axis]))
