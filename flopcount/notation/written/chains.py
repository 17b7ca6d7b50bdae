"""A network → what a text of the notation can say: layers in a row, and brackets of such rows."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeAlias, Union

from ...core import Network, Node
from ...core.graph import layer_of, port
from ...core.ops.joining import Add, Concat, Multiply, Split
from ...errors import FlopcountError
from ...records import dataclass, field
from ...sizes import Size
from ..trees import Layer
from .layers import written_layer

_JOINS = {Concat.word: "concat", Add.word: "add", Multiply.word: "multiply"}


class Step(NamedTuple):
    """A layer; `enters` are the channels that it reads, `channels` those that ``in`` stands for."""

    node: Node
    layer: Layer
    enters: Size
    channels: Size

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes that it is."""
        return (self.node,)


class Fork(NamedTuple):
    """Chains side by side that one `node` joins; with a `parted` node each reads a part.

    `enters` are the channels that come in.
    """

    node: Node
    join: str
    arms: tuple["Chain", ...]
    enters: Size
    parted: Node | None = None

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes that are in it, in the order in which the notation makes them."""
        inside = (node for arm in self.arms for term in arm for node in term.nodes)
        return (*((self.parted,) if self.parted else ()), *inside, self.node)


Term: TypeAlias = Union[Step, Fork]
Chain: TypeAlias = tuple[Term, ...]


def steps_of(chain: Chain) -> Iterator[Step]:
    """The layers of a chain, whatever brackets they stand in, in the order of the text."""
    for term in chain:
        if isinstance(term, Step):
            yield term
        else:
            for arm in term.arms:
                yield from steps_of(arm)


def as_block(chain: Chain) -> Chain:
    """The chain where it stands as a block: ``in`` are the channels that enter it."""
    enters = chain[0].enters
    return tuple([t._replace(channels=enters) if isinstance(t, Step) else t for t in chain])


def is_identity(node: Node) -> bool:
    """Whether it says that nothing happens, as a text has to where an arm is empty."""
    return node.op.word == "identity"


def with_layers(chain: Chain, layer: Callable[[Step], Layer]) -> Chain:
    """The chain with another layer at each step."""
    changed: list[Term] = []
    for term in chain:
        if isinstance(term, Step):
            changed.append(term._replace(layer=layer(term)))
        else:
            arms = tuple([with_layers(arm, layer) for arm in term.arms])
            changed.append(term._replace(arms=arms))
    return tuple(changed)


def chain_of(network: Network) -> Chain:
    """The network as a chain, from its input to its result.

    Raises `FlopcountError` that names the layer whose place no bracket can say: where a chain is
    read from its middle, say.
    """
    if len(network.inputs) != 1:
        names = ", ".join(network.inputs)
        raise FlopcountError(f"has several inputs ({names}); a table of one input can be written")
    if len(network.results) > 1:
        names = ", ".join(network.results)
        raise FlopcountError(f"has several results ({names}); a table of one can be written")
    for row in network.rows:
        if row.shares:
            other = next(iter(row.shares.values()))
            raise FlopcountError(f"{row.node.path}: shares its weights with {other}")
    (start,) = network.inputs
    graph = _Graph(network)
    chain = graph.chain(start, network.output, network.inputs[start][-1])
    left = [node.path for node in network.nodes if node.path not in graph.written]
    if left:
        raise FlopcountError(f"{left[0]}: nothing reads what it puts out, and it is no result")
    return chain


@dataclass
class _Graph:
    """What is read where, by ports; `written` are the layers that stand in a chain."""

    network: Network
    nodes: Mapping[str, Node] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Find where each port comes from in any case, the nearest such: what dominates it."""
        self.nodes = {row.node.path: row.node for row in self.network.rows}
        self._order = {at: place for place, at in enumerate(self.network.inputs)}
        self._from: dict[str, str] = {}
        for row in self.network.rows:
            node = row.node
            if not node.inputs:
                raise FlopcountError(f"{node.path}: reads nothing: it is no layer of a table")
            if len(row.held.outputs) > 1 and not isinstance(node.op, Split):
                raise FlopcountError(f"{node.path}: puts out several things, as only a split may")
            common = node.inputs[0]
            for source in node.inputs[1:]:
                common = self._common(common, source)
            ports = [node.path]
            if isinstance(node.op, Split):  # each part comes from the whole
                ports = [_whole(node), *(port(node.path, part) for part in range(node.op.parts))]
            for at in ports:
                self._from[at] = common if at == ports[0] else ports[0]
                self._order[at] = len(self._order)

    def _common(self, one: str, other: str) -> str:
        while one != other:
            if self._order[one] < self._order[other]:
                one, other = other, one
            one = self._from[one]
        return one

    def chain(self, start: str, end: str, channels: Size) -> Chain:
        """What leads from one port to another; raises as `chain_of` does."""
        return tuple(self._terms(start, end, channels))[::-1]

    def _terms(self, start: str, at: str, channels: Size) -> Iterator[Term]:
        while at != start:
            node = self.nodes[layer_of(at)]
            self._take(node)
            if len(node.inputs) == 1 and not isinstance(node.op, Split):
                (at,) = node.inputs
                yield self._step(node, channels)
            elif node.op.word in _JOINS:
                fork, at = self._fork(node)
                yield fork
            else:
                raise FlopcountError(f"{node.path}: {node.op.word} stands where no bracket can")

    def _fork(self, node: Node) -> tuple[Fork, str]:
        """The chains that a node joins, and the port that all of them start from."""
        begin, shapes, join = self._from[node.path], self.network.shapes, _JOINS[node.op.word]
        parted = self.nodes[layer_of(begin)] if begin not in shapes else None
        if not parted:
            arms = (self.chain(begin, source, shapes[begin][-1]) for source in node.inputs)
            return Fork(node, join, tuple(arms), shapes[begin][-1]), begin
        self._take(parted)
        parts = [
            at for at in (port(parted.path, n) for n in range(len(node.inputs) + 1)) if at in shapes
        ]
        if len(parts) != len(node.inputs):
            raise FlopcountError(
                f"{parted.path}: its parts are not joined again, each of them once"
            )
        channels = shapes[parts[0]][-1]
        ends = zip(parts, node.inputs, strict=True)
        split = tuple([self.chain(part, source, channels) for part, source in ends])
        (source,) = parted.inputs
        return Fork(node, join, split, shapes[source][-1], parted), source

    def _step(self, node: Node, channels: Size) -> Step:
        try:
            enters = self.network.shapes[node.inputs[0]][-1]
            return Step(node, written_layer(node.op), enters, channels)
        except FlopcountError as error:
            raise FlopcountError(f"{node.path}: {error}") from None

    def _take(self, node: Node) -> None:
        if node.path in self.written:
            raise FlopcountError(
                f"{node.path}: is read at places that no brackets within each other can say"
            )
        self.written.add(node.path)


def _whole(node: Node) -> str:
    """What the parts of a split come from."""
    return f"{node.path}:whole"
