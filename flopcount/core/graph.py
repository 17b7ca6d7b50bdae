"""A network as a flat list of nodes, and `walk`: the one short loop that is the whole analysis."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple, TypeAlias

from ..errors import FlopcountError, one_of, quote, shorten
from ..reading import MAX_SIZE, modules_meant
from ..records import dataclass, field, replace
from ..sizes import NO_SHAPE, Shape, Size, part_of
from .counts import NAMED
from .op import Op, Work
from .ops.traits import with_width
from .sharing import FirstUses

INPUT = "input"  # the path of what enters the network
KEPT = 4096  # works that a walk keeps; those of more layers are made anew when asked for
Port: TypeAlias = str  # what a layer reads: an output of another, see `port`
_NONE: Mapping[str, str] = {}


def port(path: str, output: int = 0) -> Port:
    """The port of a layer's output: of the first its path, of the others a key of their own."""
    return f"{path}:{output}" if output else path


def layer_of(port: Port) -> str:
    """The path of the layer, or the name of the input, that a port is of.

    >>> layer_of(port("3a/split", 1)), layer_of("3a/concat")
    ('3a/split', '3a/concat')
    """
    return port.partition(":")[0]


def output_of(port: Port) -> Port:
    """The port of the output that a port is, or is a view of.

    >>> output_of("attn/split:1:v4:v5"), output_of("attn/split:1"), output_of("conv1:v0")
    ('attn/split:1', 'attn/split:1', 'conv1')
    """
    return port.partition(":v")[0]


class Scope(NamedTuple):
    """A step of the way to a layer: a name, and the class of what it names, where there is one."""

    name: str
    kind: str = ""


@dataclass(frozen=True)
class Node:
    """A layer in its place.

    `path` names it (``3a/5x5/2``), before any rewrite and for good; `inputs` are ports. `scope` is
    the way to it: in our tables its module and, in a branch, that. Where a width is ``3*in/2``,
    `like` is the port whose channels are meant, and `multiple` 3, 2 and what it is rounded to;
    where it is ``3*{c}/2``, `base` is what `c` stands for. `weights` maps a capital of its nests to
    the key of its parameter, where layers share some. `call` says, of what was read from a model,
    what was called: a module, a function or an operator.
    """

    path: str
    op: Op
    inputs: tuple[Port, ...]
    scope: tuple[Scope, ...]
    like: Port | None = None
    weights: Mapping[str, str] = field(default_factory=lambda: _NONE, hash=False)
    call: str = ""
    multiple: tuple[Size, ...] = (1, 1)
    base: Size | None = None

    @property
    def module(self) -> str:
        """The first step of the scope."""
        return self.scope[0].name

    @property
    def branch(self) -> str | None:
        """The second, or None."""
        return self.scope[1].name if len(self.scope) > 1 else None


@dataclass
class Held:
    """What equal layers hold together: outputs, work (where it is kept), and what was counted.

    Of a layer that is not `known` nobody knows what it computes.
    """

    outputs: tuple[Shape, ...] = ()
    known: bool = True
    work: Work | None = field(default=None, compare=False, repr=False)
    counted: dict[str, Size | None] = field(default_factory=dict, compare=False, repr=False)


Known: TypeAlias = dict[tuple[Op, tuple[Shape, ...]], Held]  # by op and inputs


class Row(NamedTuple):
    """A node with the shapes that met it and the work that follows, for one sample.

    `shares` maps a capital to the path of an earlier layer that holds the same parameter.
    """

    node: Node
    inputs: tuple[Shape, ...]
    held: Held
    shares: Mapping[str, str] = _NONE

    @property
    def output(self) -> Shape:
        """The shape of the first output, `NO_SHAPE` where nobody knows it."""
        return self.held.outputs[0] if self.held.outputs else NO_SHAPE

    @property
    def ports(self) -> dict[Port, Shape]:
        """The shape of each output, by the port that it is read at."""
        return {port(self.node.path, n): shape for n, shape in enumerate(self.held.outputs)}

    @property
    def work(self) -> Work:
        """What the layer does; made anew where there were too many layers to keep it."""
        if self.held.work is None:
            self.held.work = self.node.op.nests(*self.inputs)
        return self.held.work

    def count(self, name: str) -> Size | None:  # type: ignore[override]  # a tuple's own counts
        """A count by its name, worked out once; None where nobody knows what the layer computes.

        Raises `KeyError` for one that is not there.
        """
        counted = self.held.counted
        if self.shares:
            return NAMED[name].of(self)
        if name not in counted:
            count = NAMED[name]
            told = self.held.known or (count.unit == "elements" and bool(self.held.outputs))
            counted[name] = count.of(self) if told else None
        return counted[name]

    def known(self, name: str) -> Size:
        """The same, 0 where nobody knows: for sums, beside which it is said what they lack."""
        count = self.count(name)
        return 0 if count is None else count


@dataclass(frozen=True)
class Network:
    """Nodes in the order of the computation, each input named before it is used.

    `inputs` gives the shapes that come from outside: of the image, and, in a part of a network,
    of the layers before it. `output` is the path of the result (auxiliary heads follow it); where
    there are several, `outputs` has each by its name, and `output` is the last of them.
    `notes` are sentences that a report's heading repeats, `changes` those of them that say what a
    user changed; `heads` are the auxiliary heads' modules. A part of a network knows its `whole`.

    `views` has the shapes of outputs under another shape, which cost nothing. `reader` says what a
    model was read by, in which version; `on_numbers` that its steps depend on the numbers given.
    """

    name: str
    nodes: tuple[Node, ...]
    inputs: Mapping[Port, Shape]
    output: Port
    title: str = ""
    source: str = ""
    notes: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    whole: "Network | None" = None
    outputs: Mapping[str, Port] = field(default_factory=dict)
    views: Mapping[Port, Shape] = field(default_factory=dict)
    reader: Mapping[str, str] = field(default_factory=lambda: _NONE)
    on_numbers: bool = False

    @property
    def results(self) -> Mapping[str, Port]:
        """The port of each result by its name; of a single one, that is its module's."""
        if self.outputs:
            return self.outputs
        return {n.module: n.path for n in self.nodes if n.path == self.output} or {
            self.output: self.output
        }

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Its rows, walked once: see `walk`, and what it raises."""
        return tuple(walk(self))

    @property
    def modules(self) -> tuple[str, ...]:
        """The names of the modules, in order."""
        return tuple(dict.fromkeys(node.module for node in self.nodes))

    @cached_property
    def unread(self) -> tuple[str, ...]:
        """What no layer reads and is no result: modules, layers within one, and inputs.

        A part of a network has those of the whole that are in it.
        """
        whole = self.whole or self
        last = {node.module: node.path for node in whole.nodes}
        read = {layer_of(port) for node in whole.nodes for port in node.inputs}
        read |= {layer_of(at) for at in whole.results.values()}
        read |= {last[head] for head in whole.heads}
        unread = [node for node in self.nodes if node.path not in read]
        inputs = () if self.whole else (f"the input {at}" for at in self.inputs if at not in read)
        return (*inputs, *(n.module if last[n.module] == n.path else n.path for n in unread))

    @cached_property
    def shapes(self) -> Mapping[Port, Shape]:
        """The shape of all that can be read in it: see `shapes_of`."""
        return shapes_of(self, self.rows)

    def select(self, names: Iterable[str]) -> "Network":
        """The part of the network that the named modules are, on the shapes that they really see.

        A name is a module's (``3a``, also ``inception_3a``), or that of a row which repeats a
        block (``C`` for C.1 … C.10). Raises `FlopcountError` for a name that is not there.
        """
        wanted = {module for name in names for module in modules_named(name, self)}
        return self.part(tuple(node for node in self.nodes if node.module in wanted))

    def part(self, nodes: tuple[Node, ...]) -> "Network":
        """The part that some of its nodes are, in their order here, likewise."""
        own = {node.path for node in nodes}
        read = dict.fromkeys(port for node in nodes for port in (*node.inputs, node.like) if port)
        outside = {at: self.shapes[at] for at in read if layer_of(at) not in own}
        fed = {layer_of(port) for port in read}
        ends = [node.path for node in nodes if node.path not in fed]
        outputs = {name: at for name, at in self.outputs.items() if layer_of(at) in own}
        last = self.output if layer_of(self.output) in own else [*ends, *outputs.values()][-1]
        whole = self.whole or self
        return replace(self, nodes=nodes, inputs=outside, output=last, outputs=outputs, whole=whole)

    def __str__(self) -> str:
        """The name; for a network parsed from a spec, the spec."""
        return self.name


def modules_named(name: object, network: Network) -> list[str]:
    """The modules that `select` takes a name for; it raises what is said there."""
    known = network.modules
    if not isinstance(name, str):
        raise FlopcountError(f"a module is named by a text, not by {quote(name)}")
    if named := modules_meant(name, known):
        return named
    raise FlopcountError(f"{shorten(network.name)}: {one_of(name, known, 'module')}")


def walk(
    network: Network, known: Known | None = None, shared: FirstUses | None = None
) -> list[Row]:
    """Follow the shapes through the network: linear in the layers.

    Equal layers share what they hold; `known` is what they hold already, and grows; so is `shared`
    of the parameters that layers share. Raises `FlopcountError`, with the layer's path, where an
    input, a size that is put out or a shared parameter does not fit.
    """
    shapes: dict[Port, Shape] = dict(network.inputs) | dict(network.views)
    known = {} if known is None else known
    shared = FirstUses() if shared is None else shared
    rows = []
    least = 0 if network.reader else 1  # a run may find nothing, and go on with that
    for node in network.nodes:
        op, inputs = node.op, tuple([shapes[port] for port in node.inputs])
        try:
            if node.like is not None:
                op = with_width(op, part_of(shapes[node.like][-1], *node.multiple))
            held = known.setdefault((op, inputs), Held())
            if not held.outputs:
                work = _worked(op, inputs, least)
                held.outputs, held.known = work.outputs, work.known
                held.work = work if len(known) <= KEPT else None
            if op is not node.op:
                node = replace(node, op=op)  # noqa: PLW2901  the row shows the width that was found
            row = shared.row(Row(node, inputs, held)) if node.weights else Row(node, inputs, held)
        except FlopcountError as error:
            head = " (an auxiliary head)" if node.module in network.heads else ""
            raise FlopcountError(f"{shorten(network.name)}: {node.path}{head}: {error}") from None
        shapes.update(row.ports)
        rows.append(row)
    return rows


def shapes_of(network: Network, rows: Iterable[Row]) -> dict[Port, Shape]:
    """The shape of all that can be read: of the inputs, and of each row's outputs."""
    given = dict(network.inputs) | dict(network.views)
    return given | {at: n for row in rows for at, n in row.ports.items()}


def _worked(op: Op, inputs: tuple[Shape, ...], least: int) -> Work:
    work = op.nests(*inputs)
    for output in work.outputs:
        for size in output:
            if type(size) is int and not least <= size <= MAX_SIZE:
                raise FlopcountError(f"puts out a size of {size}; the limit is 2**31")
    return work
