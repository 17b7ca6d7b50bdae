"""A network → chains from one port to another, each of which brackets within each other can say."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from ...core import Network, Node
from ...core.graph import layer_of, port
from ...core.ops.joining import Add, Concat, Multiply, Split
from ...core.ops.words import OPS
from ...errors import FlopcountError
from ...records import dataclass, field, replace
from ...sizes import Size
from .chains import Chain, Fork, Step, Term
from .layers import written_layer

_JOINS = {Concat.word: "concat", Add.word: "add", Multiply.word: "multiply"}
_OTHERS = ""  # where rows that are read by their names come from: more than one port


class Section(NamedTuple):
    """A chain that ends at a port; `reads` is the one that it starts from, if that is one alone."""

    port: str
    chain: Chain
    reads: str


class _EndsHereError(Exception):
    """A row has to end at a layer: it is read at places that no bracket holds, or by none."""


def sections_of(network: Network) -> list[Section]:
    """The network as chains: one, where brackets can say it, from its input to its result.

    Where a layer is read across brackets, a chain ends at it, which others read from. Raises
    `FlopcountError` that names the layer which the notation cannot say, or not in its place.
    """
    for row in network.rows:
        node = row.node
        if row.shares:
            other = next(iter(row.shares.values()))
            raise FlopcountError(f"{node.path}: shares its weights with {other}")
        if not node.inputs:
            raise FlopcountError(f"{node.path}: reads nothing: it is no layer of a table")
        if len(row.held.outputs) > 1 and not _parts_channels(node):
            raise FlopcountError(f"{node.path}: puts out several things, as only a split may")
    _check_results(network)
    ends = dict.fromkeys([*network.results.values(), network.output])
    while True:
        try:
            return _Graph(network, ends).sections()
        except _EndsHereError as found:
            ends[str(found)] = None


def _check_results(network: Network) -> None:
    """Raise `FlopcountError` where a result is an input, or another result too."""
    if not network.outputs:
        return
    seen: dict[str, str] = {}
    for name, at in network.outputs.items():
        if at in network.inputs:
            raise FlopcountError(f"its result {name} is its input {at}: a table's are of rows")
        if at in seen:
            raise FlopcountError(f"its results {seen[at]} and {name} are both what {at} puts out")
        seen[at] = name


@dataclass
class _Graph:
    """What is read where, by ports; chains end at `ends`, and `taken` are the layers in them."""

    network: Network
    ends: Collection[str]
    nodes: Mapping[str, Node] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Find where each port comes from in any case, the nearest such: what dominates it."""
        self.nodes = {row.node.path: row.node for row in self.network.rows}
        starts = [_OTHERS, *self.network.inputs]
        self._order = {at: place for place, at in enumerate(starts)}
        self._from = dict.fromkeys(starts, _OTHERS)
        self._joined: dict[str, str] = {}  # what the inputs of a layer have in common
        for row in self.network.rows:
            node = row.node
            common = node.inputs[0]
            for source in node.inputs[1:]:
                common = self._common(common, source)
            self._joined[node.path] = common
            ports = [node.path]
            if _parts_channels(node):  # each part comes from the whole
                ports = [_whole(node), *row.ports]
            for at in ports:
                self._from[at] = common if at == ports[0] else ports[0]
                self._order[at] = len(self._order)
            if node.path in self.ends:
                self._from[node.path] = _OTHERS

    def _common(self, one: str, other: str) -> str:
        while one != other:
            if self._order[one] < self._order[other]:
                one, other = other, one
            one = self._from[one]
        return one

    def sections(self) -> list[Section]:
        """The chain of each end, in the order of the network; raises as `sections_of` does."""
        found = []
        for end in self.nodes:
            if end in self.ends:
                chain, reads = self._chain(_OTHERS, end, 0, own=end)
                found.append(Section(end, chain, reads))
        left = [node for node in self.nodes if node not in self.taken]
        if left:  # the last of them is read by none: a row that is no result
            raise _EndsHereError(left[-1])
        return found

    def _chain(self, start: str, end: str, channels: Size, own: str = "") -> tuple[Chain, str]:
        """What leads to a port from another, or from an end or an input, which is named then."""
        terms: list[Term] = []
        at = end
        while at != start and (at == own or not self._is_named(at)):
            node = self.nodes[layer_of(at)]
            self._take(node)
            if len(node.inputs) == 1 and not _parts_channels(node):
                (at,) = node.inputs
                terms.append(self._step(node, channels))
            elif node.op.word in _JOINS:
                fork, at = self._fork(node)
                terms.append(fork)
            elif len(node.inputs) == 2 and "from" in OPS[node.op.word].takes:
                at, other = node.inputs
                if not self._is_named(other):
                    raise _EndsHereError(layer_of(other))
                step = self._step(node, channels)
                terms.append(step._replace(layer=replace(step.layer, reads=other)))
            else:
                raise FlopcountError(f"{node.path}: {node.op.word} stands where no bracket can")
        return tuple(terms[::-1]), "" if at == start else at

    def _is_named(self, at: str) -> bool:
        return at in self.ends or at in self.network.inputs

    def _fork(self, node: Node) -> tuple[Fork, str]:
        """The chains that a node joins, and the port that all of them start from."""
        begin, shapes, join = self._joined[node.path], self.network.shapes, _JOINS[node.op.word]
        if begin == _OTHERS:
            found = [self._chain(begin, source, 0) for source in node.inputs]
            arms, reads = zip(*found, strict=True)
            return Fork(node, join, arms, 0, reads=reads), begin
        if begin in shapes:
            enters = shapes[begin][-1]
            arms = tuple([self._chain(begin, source, enters)[0] for source in node.inputs])
            return Fork(node, join, arms, enters), begin
        parted = self.nodes[layer_of(begin)]
        self._take(parted)
        ports = (port(parted.path, part) for part in range(len(node.inputs) + 1))
        parts = [at for at in ports if at in shapes]
        if len(parts) != len(node.inputs):
            raise FlopcountError(
                f"{parted.path}: its parts are not joined again, each of them once"
            )
        enters = shapes[parts[0]][-1]
        pairs = zip(parts, node.inputs, strict=True)
        arms = tuple([self._chain(part, source, enters)[0] for part, source in pairs])
        (source,) = parted.inputs
        return Fork(node, join, arms, shapes[source][-1], parted), source

    def _step(self, node: Node, channels: Size) -> Step:
        try:
            enters = self.network.shapes[node.inputs[0]][-1]
            return Step(node, written_layer(node.op), enters, channels)
        except FlopcountError as error:
            raise FlopcountError(f"{node.path}: {error}") from None

    def _take(self, node: Node) -> None:
        if node.path in self.taken:
            if _parts_channels(node):
                raise FlopcountError(f"{node.path}: its parts are read at places far apart")
            raise _EndsHereError(node.path)
        self.taken.add(node.path)


def _whole(node: Node) -> str:
    """What the parts of a split come from."""
    return f"{node.path}:whole"


def _parts_channels(node: Node) -> bool:
    """Whether it parts the channels among the arms of a bracket."""
    return node.op.word == Split.word
