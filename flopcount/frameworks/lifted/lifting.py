"""A network as it is lifted: its values, its nodes, and what of the model each stands for."""

from collections.abc import Callable, Iterable, Sequence
from math import prod

from ...core import Network, Node, Op, Port, Row, Scope
from ...core.graph import layer_of, port
from ...core.ops.elementwise import Flatten
from ...core.ops.joining import Shuffle, Split
from ...core.ops.resampling import Crop
from ...errors import FlopcountError
from ...records import replace
from ...sizes import Shape
from .computed import weights_worked_out
from .functions import Function  # noqa: TC001  a rule makes them
from .readers import Readers, outer, shared
from .sequences import flattened, part, patches
from .slices import both, cropped, equal_parts
from .trails import Graph
from .values import CHANNELS, Axis, Value, shuffled, viewed


class Lifting:
    """What rules read and write. Every method that reads a row raises `FlopcountError`."""

    def __init__(self, network: Network, *, in_rows: bool = False) -> None:
        self.network = network
        self.graph = Graph(network)
        self.in_rows = in_rows  # whether a grid that a view makes a sequence is one from then on
        self.extra = 0  # how many learned tokens stand before a sequence
        self.masked = False  # whether an attention has masks
        self.notes: list[str] = []  # what a table has otherwise, at the same cost
        self.constants: set[str] = set()  # rows worked out from places, that stand somewhere
        self._once: dict[tuple[Op, Port], str] = {}
        self.nodes: dict[str, Node] = {}
        self.stands_for: dict[str, list[str]] = {}
        self.group: dict[str, str] = {}  # a node put beside another → that one
        self.values: dict[Port, Value] = {}
        self.held: dict[Port, Row] = {}  # parameters that layers read: rows not yet stood for
        self.reasons: dict[str, str] = {}  # why a node's elementwise operations differ
        self.waiting: list[str] = []  # paths of rows that cost nothing, before any node
        self.concats: dict[tuple[Port, ...], Port] = {}  # by what each has side by side
        self.apart: dict[str, str] = {}  # a row that no table has → why its cost is beside it
        self.row = network.rows[0]  # the row at hand
        self.functions: dict[Port, Function] = {}  # what waits to be read, as a function
        self.worked_out = weights_worked_out(network)
        self._later: dict[Port, tuple[Row, Callable[[], Value]]] = {}
        self._readers = Readers(network)
        self._paths = {*self._readers.nodes, *network.inputs}
        self._straight: dict[tuple[Port, Axis], str] = {}  # shuffles that are there already

    # -- what is read ---------------------------------------------------------------------------

    def read(self, at: Port) -> Value:
        """The value at a port of the model: an output, or a view of one."""
        if at in self.values:
            return self.values[at]
        if at in self._later:
            return self._made(at)
        if self.parameter(at):
            raise FlopcountError(f"it reads the parameter {at}, which no layer of a table does")
        before, _, _ = at.rpartition(":v")
        if not before:
            raise FlopcountError(f"it reads {at}, an output that the notation has not")
        value = self._view(self.read(before), before, at)
        self.values[at] = value
        return value

    def _made(self, at: Port) -> Value:
        """The value of a row that waited to be read."""
        row, make = self._later.pop(at)
        at_hand, self.row = self.row, row
        self.values[at] = make()
        self.row = at_hand
        return self.values[at]

    def parameter(self, at: Port) -> Row | None:
        """The row of the parameter that a port is, or is a view of; None where it is none."""
        return self.held.get(layer_of(at))

    def because(self, path: str, reason: str) -> None:
        """Say why the elementwise operations of a node differ from the model's."""
        before = self.reasons.get(path)
        self.reasons[path] = f"{before}, and {reason}" if before else reason

    def finish(self) -> None:
        """Say what waits to be read, and is not; parameters that nothing reads are beside."""
        while self._later:
            self.read(next(iter(self._later)))
        for at in [*self.held]:
            self.leave(self.held.pop(at), "numbers that are held, and no layer reads")
        for path in self.graph.constant - self.constants:
            self.leave(self.graph.rows[path], "numbers worked out from places alone")
        if self.nodes:  # what came last, and costs nothing
            self.stands_for[next(reversed(self.nodes))] += self.waiting
            self.waiting.clear()

    def note(self, sentence: str) -> None:
        """Say once what a table has otherwise, at the same cost."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def leave(self, row: Row, reason: str) -> None:
        """Leave out a row that a table has not: its cost is said beside it."""
        self.apart[row.node.path] = reason
        self.waiting.append(row.node.path)

    def _view(self, value: Value, before: Port, at: Port) -> Value:
        to = ints(self.network.views[at])
        now = value.sizes
        if prod(now) == prod(to):
            return flattened(self, value.seen(viewed(value.axes, to)))
        return part(self, value, before, at) or self._part(value, before, at)

    def _part(self, value: Value, before: Port, at: Port) -> Value:
        """One of the equal parts of the channels, all of which are read; or a grid, cropped."""
        to = ints(self.network.views[at])
        if margins := cropped(value, to):
            return value.regridded(self._cropped(value, Crop(*margins), before, at), to)
        siblings = [
            view
            for view, shape in self.network.views.items()
            if view.rpartition(":v")[0] == before and ints(shape) == to
        ]
        axis, parts = equal_parts(value, to, len(siblings))
        whole = self.straight(value, axis)
        readers = [node for view in siblings for node in self._readers.of_view(view)]
        made = self.beside(Split(parts), "split", (whole.port,), shared(readers))
        self.parted(made, whole, axis, sorted(siblings, key=lambda v: int(v.rpartition(":v")[2])))
        return self.values[at]

    def _cropped(self, value: Value, crop: Crop, before: Port, at: Port) -> str:
        """A crop; where the view before is another axis of it, and no more, they are one."""
        made = self.nodes.get(value.port)
        alone = {*self._readers.of_view(before)} == {*self._readers.of_view(at)}
        if not made or not isinstance(made.op, Crop) or self.stands_for[made.path] or not alone:
            return self.beside(crop, "crop", (value.port,))
        self.replaced(made.path, both(made.op, crop))
        return made.path

    def parted(self, made: str, whole: Value, axis: int, ports: Sequence[Port]) -> None:
        """Ports of the model are the equal parts of a value that a node puts out."""
        for place, at in enumerate(ports):
            shape = (*whole.shape[:-1], ints(whole.shape)[-1] // len(ports))
            part = Value(port(made, place), shape, ())
            axes = [*whole.axes]
            axes[axis] = part.whole(CHANNELS)
            self.values[at] = part.seen(axes)

    def straight(self, value: Value, axis: int) -> Value:
        """A value whose channels lie in order on that axis of the tensor, shuffled if they do."""
        found = value.axes[axis]
        if found == value.whole(CHANNELS):
            return value
        if groups := shuffled(found):
            made = self._straight.get((value.port, found), "")
            maker = self.nodes.get(layer_of(value.port))
            scope = outer(maker) if maker else ()
            made = made or self.beside(Shuffle(groups), "shuffle", (value.port,), scope)
            self._straight[value.port, found] = made
            axes = [*value.axes]
            axes[axis] = value.whole(CHANNELS)
            return Value(made, value.shape, tuple(axes))
        if of_patches := patches(self, value, axis):
            return of_patches
        raise FlopcountError(
            f"it reads {value.said} with something else than its channels on axis {axis}"
        )

    def grid(self, at: Port, channels: int) -> Value:
        """The value at a port, its channels on that axis, its grid in order on all others."""
        value = self.read(at)
        value = self.straight(value, channels % len(value.axes))
        grid = [axis for n, axis in enumerate(value.axes) if n != channels % len(value.axes)][1:]
        if tuple(grid) != value.grid or value.axes[0]:
            raise FlopcountError(f"it reads {value.said} with its axes in another order")
        return value

    def flat(self, at: Port) -> Value:
        """The value at a port, all of whose numbers lie on the last axis, as channels."""
        value = self.read(at)
        if any(value.axes[:-1]):
            raise FlopcountError(f"it reads {value.said} with more than one axis")
        if value.axes[-1] == value.whole(CHANNELS):
            return value
        if prod(value.sizes) != prod(ints(value.shape)):
            raise FlopcountError(f"it reads a part of {value.said}")
        made = self.beside(Flatten(), "flatten", (value.port,))
        shape = (*(1 for _ in value.shape[:-1]), prod(ints(value.shape)))
        flat = Value(made, shape, ())
        return flat.seen((*((),) * (len(value.axes) - 1), flat.whole(CHANNELS)))

    def ordered(self, at: Port) -> Value:
        """The value at a port, its channels in the order that the model has."""
        value = self.read(at)
        for axis, found in enumerate(value.axes):
            if shuffled(found):
                value = self.straight(value, axis)
        return value

    # -- what is put ----------------------------------------------------------------------------

    def put(self, row: Row, op: Op, inputs: Iterable[Port]) -> str:
        """A node that stands for a row; its path."""
        node = row.node
        self.nodes[node.path] = Node(node.path, op, tuple(inputs), node.scope, call=node.call)
        self.stands_for[node.path] = [*self.waiting, node.path]
        self.waiting.clear()
        return node.path

    def beside(
        self, op: Op, name: str, inputs: tuple[Port, ...], scope: tuple[Scope, ...] = ()
    ) -> str:
        """A node that is needed before the row at hand can be said; it stands for none of its own.

        Where no scope is given it belongs to where the row at hand does: its path is that and a
        name.
        """
        scope = scope or outer(self.row.node)
        path, number = "/".join([*(step.name for step in scope), name]), 1
        while path in self._paths or path in self.nodes:
            number += 1
            path = "/".join([*(step.name for step in scope), f"{name}.{number}"])
        self.nodes[path] = Node(path, op, inputs, scope)
        self.stands_for[path] = []
        return path

    def once(self, op: Op, name: str, at: Port) -> str:
        """The same, but one for all that need it of that port."""
        if (op, at) not in self._once:
            self._once[op, at] = self.beside(op, name, (at,))
        return self._once[op, at]

    def without(self, op: Op, at: Port) -> Port:
        """What a node of one input reads, if it is that op and nothing reads it: it is taken out.

        What it stood for waits for the next node; else the port itself.
        """
        made = self.nodes.get(at)
        if made is None or made.op != op or any(at in node.inputs for node in self.nodes.values()):
            return at
        del self.nodes[at]
        self.waiting += self.stands_for.pop(at)
        self._once = {key: path for key, path in self._once.items() if path != at}
        return made.inputs[0]

    def claimed(self, path: str) -> list[str]:
        """The rows worked out from places that a row is made of, but those that stand somewhere."""
        before = [name for name in self.graph.before(path) if name in self.graph.constant]
        new = [name for name in before if name not in self.constants]
        self.constants.update(new)
        return new

    def gives(self, row: Row, value: Value) -> None:
        """What the row's first output is."""
        self.values[row.node.path] = value

    def later(self, row: Row, make: Callable[[], Value]) -> None:
        """The row's output, put when it is read: what reads it may be said with it in one."""
        self._later[row.node.path] = (row, make)

    def waits(self, at: Port) -> bool:
        """Whether a port is the output of a row that waits to be read."""
        return at in self._later

    def taken(self, at: Port) -> None:
        """What waited there is said by what reads it."""
        self._later.pop(at, None)

    def moves(self, row: Row, value: Value) -> None:
        """A row that computes nothing: its output is a value that is there already."""
        path = row.node.path
        self._readers.moved(path, row.node.inputs[0])
        self.absorb(row, value.port)
        self.values[path] = value

    def absorb(self, row: Row, at: Port) -> None:
        """Let a node stand for one more row."""
        made = layer_of(at)
        if made in self.stands_for:
            self.stands_for[made].append(row.node.path)
        else:
            self.waiting.append(row.node.path)

    def replaced(self, at: str, op: Op) -> None:
        """Give a node another op, such as one with a norm in its tail."""
        self.nodes[at] = replace(self.nodes[at], op=op)

    def sole(self, at: Port, readers: Iterable[str]) -> bool:
        """Whether what is read there has these readers alone, and is no result."""
        return self._readers.alone(at, readers)


def ints(shape: Shape) -> tuple[int, ...]:
    """A shape of numbers. Raises `FlopcountError` where a size is open."""
    if not all(type(size) is int for size in shape):
        raise FlopcountError("a size is open; read the model at numbers")
    return tuple(int(size) for size in shape)
