"""A run's operations → our graph: what each is, what it reads, where it stands."""

from collections.abc import Callable
from typing import Any

import torch

from ....core import Network, Port, Scope
from ....core.ops.tensors import Move
from ....errors import FlopcountError
from ....records import replace
from ....sizes import Shape, product
from ...models import graph as models
from ...models.inputs import Inputs, Tensor
from ...models.operands import Made, Operand
from ..operations import CREATED, RECURRENT, layers, made_of
from ..operations.arguments import Arguments
from ..run.forward import run
from ..run.places import Place
from ..run.positions import positions
from ..run.state import framework_as_found
from ..run.trace import OUTSIDE, Call, Trace
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


class Graph(models.Graph):
    """A graph as it grows, call by call."""

    def __init__(self, run: Trace, sizes: Sizes) -> None:
        self.run = run
        self.size = sizes
        super().__init__(
            {
                key: models.Held(self.shape(held.tensor), _scope(held.place), held.is_parameter)
                for key, held in run.held.items()
            }
        )
        self.values: dict[int, Operand] = {}  # by the identity of a tensor
        self.base: dict[int, int] = {}  # of a view, the tensor that it is one of
        self.writes: dict[int, tuple[int, Port]] = {}  # of a tensor, how many, and the last
        self.written: dict[int, int] = {}  # how many there were when a value was taken
        for key, held in run.held.items():
            value = Operand(self.held[key].shape, held=key, is_parameter=held.is_parameter)
            self.values[id(held.tensor)] = value

    def network(self) -> Network:
        """The network of the run."""
        inputs = {key: self.shape(tensor) for key, tensor in self.run.inputs.items()}
        for key, tensor in self.run.inputs.items():
            self.values[id(tensor)] = Operand(inputs[key], port=key)
        for call in self.run.calls:
            self.add(call)
        outputs = {key: self.value(t).port for key, t in self.run.outputs.items()}
        results = {key: at for key, at in outputs.items() if at is not None}
        reader = {"name": "torch", "torch": torch.__version__}
        return self.finished(inputs, results, reader)

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
        path = self.node(_scope(call.place), call.called, made, outputs)
        self.puts_out(call, path, outputs)
        if call.written is not None:
            self.wrote(call.written, path)

    def constants(self, call: Call, outputs: tuple[Shape, ...]) -> None:
        """What comes out is a constant."""
        for tensor, shape in zip(call.outputs, outputs, strict=True):
            self.values[id(tensor)] = Operand(shape)

    def nothing(self, call: Call, made: Made, outputs: tuple[Shape, ...]) -> None:
        """What comes out has no numbers in it: no layer puts that out, it is read as a view."""
        port = next((operand.port for operand in made.reads if operand.port), None)
        for tensor, shape in zip(call.outputs, outputs, strict=True):
            value = Operand(shape, port=port)
            self.values[id(tensor)] = self.seen(value) if port else value

    def puts_out(self, call: Call, path: str, outputs: tuple[Shape, ...]) -> None:
        """What comes out of a call is what a node puts out, and more of it beside that."""
        for number, (tensor, shape) in enumerate(zip(call.outputs, outputs, strict=True)):
            self.values[id(tensor)] = self.output(path, number, shape)

    def whole(self, call: Call, arguments: Arguments) -> None:
        """Add a recurrent layer: a node for each of its layers and directions."""
        steps = layers(arguments)
        made = self.with_constants(_scope(call.place), call.called, next(steps))
        while True:
            (shape,) = self.given.shapes(made)
            path = self.node(_scope(call.place), call.called, made, (shape,))
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


def _scope(place: Place) -> tuple[Scope, ...]:
    """The way to a module; of what stands in none, nothing."""
    return tuple(map(Scope, place.path.split("."), place.classes)) if place.path else ()


def _elements(shape: Shape) -> Any:
    return product(shape)


def _order(tensor: Any) -> tuple[int, ...]:
    """The axes of a view of a parameter as they lie in it, the slowest first."""
    steps = tensor.stride()
    if not all(type(step) is int for step in steps):
        return ()
    return tuple(sorted(range(len(steps)), key=lambda axis: -steps[axis]))
