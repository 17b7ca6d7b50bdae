"""A network as a flat list of nodes, and `walk`: the one short loop that is the whole analysis."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..errors import FlopcountError, one_of, plural, quote, shorten
from ..reading import MAX_SIZE
from ..sizes.size import Shape
from .cost import Cost
from .ops import Op

INPUT = "input"  # the path of what enters the network


@dataclass(frozen=True, slots=True)
class Node:
    """A layer in its place.

    `path` names it (``3a/5x5/2``), before any rewrite and for good; `inputs` are paths. Where the
    notation gives the width as ``in``, `like` is the path whose output channels are meant.
    """

    path: str
    op: Op
    inputs: tuple[str, ...]
    module: str
    branch: str | None = None
    like: str | None = None


class Row(NamedTuple):
    """A node with the shapes that met it and what it costs, for one sample."""

    node: Node
    inputs: tuple[Shape, ...]
    output: Shape
    cost: Cost


@dataclass(frozen=True)
class Network:
    """Nodes in the order of the computation, each input named before it is used.

    `inputs` gives the shapes that come from outside: of the image, and, in a part of a network,
    of the layers before it. `output` is the path of the result (auxiliary heads follow it).
    `notes` are sentences that a report's heading repeats; `heads` are the modules that are
    auxiliary heads. A part of a network knows its `whole`.

    """

    name: str
    nodes: tuple[Node, ...]
    inputs: Mapping[str, Shape]
    output: str
    title: str = ""
    source: str = ""
    notes: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    whole: "Network | None" = None

    @property
    def modules(self) -> tuple[str, ...]:
        """The names of the modules, in order."""
        return tuple(dict.fromkeys(node.module for node in self.nodes))

    def __getitem__(self, name: str) -> "Network":
        """The part of the network that a module is: see `select`."""
        return self.select([name])

    def select(self, names: Iterable[str]) -> "Network":
        """The part of the network that the named modules are, on the shapes that they really see.

        A name is a module's (``3a``, also ``inception_3a``), or that of a row which repeats a
        block (``C`` for C.1 … C.10). Raises `FlopcountError` for a name that is not there.
        """
        known = self.modules
        wanted = {module for name in names for module in _modules_named(name, known, self.name)}
        nodes = tuple(node for node in self.nodes if node.module in wanted)
        own = {node.path for node in nodes}
        read = {path for node in nodes for path in (*node.inputs, node.like)}
        shapes = {**self.inputs, **{row.node.path: row.output for row in walk(self)}}
        outside = {path: shape for path, shape in shapes.items() if path in read - own}
        ends = [node.path for node in nodes if node.path not in read]
        output = self.output if self.output in own else ends[-1]
        return replace(self, nodes=nodes, inputs=outside, output=output, whole=self.whole or self)

    def __str__(self) -> str:
        """The name; for a network parsed from a spec, the spec."""
        return self.name

    def __repr__(self) -> str:
        """Name, module, input → output, number of layers."""
        name = shorten(self.name)
        what = f"{name}, module {', '.join(self.modules)}" if self.whole else name
        try:
            found = {**self.inputs, **{row.node.path: row.output for row in walk(self)}}
        except FlopcountError as error:
            return f"<Network {what}: {error}>"
        first = next(iter(self.inputs.values()))
        shapes = " → ".join("×".join(map(str, shape)) for shape in (first, found[self.output]))
        return f"<Network {what}: {shapes}, {plural(len(self.nodes), 'layer')}>"


def _modules_named(name: object, known: tuple[str, ...], network: str) -> list[str]:
    if not isinstance(name, str):
        raise FlopcountError(f"a module is named by a text, not by {quote(name)}")
    for candidate in (name, name.removeprefix("inception_"), name.removeprefix("inception-")):
        if candidate in known:
            return [candidate]
        repeated = [module for module in known if module.rpartition(".")[0] == candidate]
        if candidate and repeated:
            return repeated
    raise FlopcountError(f"{shorten(network)}: {one_of(name, known, 'module')}")


def walk(network: Network) -> list[Row]:
    """Follow the shapes through the network and price each layer: linear in the layers.

    Raises `FlopcountError`, with the layer's path, where an input does not fit or a size that a
    layer puts out passes 2**31.
    """
    shapes = dict(network.inputs)
    rows = []
    for node in network.nodes:
        op = node.op
        inputs = tuple([shapes[path] for path in node.inputs])
        try:
            if node.like is not None:
                op = replace(op, width=shapes[node.like][2])  # type: ignore[type-var]
            output = op.shape(*inputs)
            for size in output:
                if type(size) is int and not 1 <= size <= MAX_SIZE:
                    raise FlopcountError(f"puts out a size of {size}; the limit is 2**31")
        except FlopcountError as error:
            head = " (an auxiliary head)" if node.module in network.heads else ""
            place = f"{shorten(network.name)}: {node.path}{head}"
            raise FlopcountError(f"{place}: {error}") from None
        shapes[node.path] = output
        if op is not node.op:
            node = replace(node, op=op)  # noqa: PLW2901  the row shows the width that was found
        rows.append(Row(node, inputs, output, op.cost(inputs, output)))
    return rows
