"""A network as it grows while a model is read: nodes, views of what they put out, parameters."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ...core import Network, Node, Port, Scope
from ...core.ops.tensors import Move, Parameter, Repeated, Scatter, Unknown
from ...records import replace
from ...sizes import Shape
from .operands import Made, Operand
from .paths import paths_of, port_at
from .shapes import PutOut

Scopes = tuple[Scope, ...]


class Held(NamedTuple):
    """What a model holds under a name of its own: a shape, and the way to the layer that has it.

    `letter` is the capital of its kind, as `core.PARAMETERS` has them, where that is known.
    """

    shape: Shape
    scope: Scopes = ()
    is_parameter: bool = True
    letter: str = ""


def missing(made: Made) -> list[int]:
    """Which of what an op reads are constants whose shape it needs and does not hold itself."""
    op = made.op
    while isinstance(op, Repeated):
        op = op.op
    if hasattr(op, "given") or isinstance(op, Move | Scatter | Unknown):
        return []
    needed = made.reads if getattr(op, "of_several", False) else made.reads[:1]
    return [place for place, operand in enumerate(needed) if operand.is_constant]


class Graph:
    """The nodes of a network; a reader's own class of it knows what its framework calls them.

    `held` are the model's parameters, and whatever else it holds, by their names.
    """

    def __init__(self, held: Mapping[str, Held]) -> None:
        self.held = held
        self.nodes: list[Node] = []
        self.views: dict[Port, Shape] = {}
        self.given = PutOut()
        self.used: set[str] = set()  # what of that something reads
        self.parameters: set[str] = set()  # those that have a node

    def finished(
        self, inputs: Mapping[str, Shape], outputs: Mapping[str, Port], reader: Mapping[str, str]
    ) -> Network:
        """The network, its nodes under their paths; parameters that nothing read have one too."""
        for key, held in self.held.items():
            if held.is_parameter and key not in self.used:
                self.parameter(key)
        renamed = paths_of(self.nodes)
        # where all that comes out is made by the code, such as an empty list of boxes
        last = self.nodes[-1].path if self.nodes else next(iter(inputs), "")
        at = {old: port_at(old, renamed) for old in (*self.views, last, *outputs.values())}
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
            output=at[[last, *outputs.values()][-1]],
            outputs={key: at[old] for key, old in outputs.items()} if len(outputs) > 1 else {},
            views={at[old]: shape for old, shape in self.views.items()},
            reader=reader,
        )

    def node(
        self, scope: Scopes, called: str, made: Made, outputs: Sequence[Shape] | None = None
    ) -> str:
        """Add a node that puts out these shapes; gives its path for now.

        A constant that the op has to know the shape of gets a node of its own. Raises
        `FlopcountError` where the op puts out other shapes.
        """
        made = self.with_constants(scope, called, made)
        if outputs is not None:
            names = [step.name for step in scope if step.kind]
            self.given.check(made, ".".join([*names, made.op.word]), tuple(outputs))
        ports = []
        for operand in made.reads:
            port = operand.port
            if port is None and operand.is_parameter:
                port = self.parameter(operand.held)
                if operand.shape != self.held[operand.held].shape:
                    port = self.seen(operand._replace(port=port)).port
            if port is not None:
                ports.append(port)
        weights = {c: o.held for c, o in made.weights.items() if o.held and o.port is None}
        self.used.update(weights.values())
        path = f"#{len(self.nodes)}"
        scope = scope or (Scope(made.op.word),)  # of what stands in no module, a name of its own
        self.nodes.append(Node(path, made.op, tuple(ports), scope, weights=weights, call=called))
        return path

    def with_constants(self, scope: Scopes, called: str, made: Made) -> Made:
        """What an op reads, with a node for each constant that it does not know the shape of."""
        reads = list(made.reads)
        for place in missing(made):
            shape = reads[place].shape
            constant = Made(Move("constant", (shape,)))
            reads[place] = Operand(shape, self.node(scope, called, constant, (shape,)))
        return replace(made, reads=tuple(reads))

    def seen(self, value: Operand) -> Operand:
        """A value of a port under another shape."""
        at = f"{value.port}:v{len(self.views)}"
        self.views[at] = value.shape
        return value._replace(port=at)

    def output(self, path: str, number: int, shape: Shape) -> Operand:
        """One of what a node puts out, beside its first."""
        at = f"{path}:{number}" if number else path
        if number:
            self.views[at] = shape
        return Operand(shape, port=at)

    def parameter(self, key: str) -> Port:
        """The port of a parameter that is read as outputs are; its node is made at first use."""
        path = f"={key}"
        if key not in self.parameters:
            self.parameters.add(key)
            self.used.add(key)
            held = self.held[key]
            letter = held.letter or ("B" if key.endswith("bias") else "E")
            scope = held.scope or (Scope(key.rpartition(".")[2]),)
            op = Parameter(held.shape, letter)
            self.nodes.append(Node(path, op, (), scope, weights={letter: key}, call="parameter"))
        return path
