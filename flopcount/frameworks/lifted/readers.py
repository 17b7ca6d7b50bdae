"""Which rows of a model read an output, and where in the model they are."""

from collections.abc import Iterable, Sequence

from ...core import Network, Node, Port, Scope
from ...core.graph import output_of


class Readers:
    """Which rows of a model read its outputs."""

    def __init__(self, network: Network) -> None:
        self.nodes = {node.path: node for node in network.nodes}
        self._of: dict[Port, set[str]] = {}  # of a result, one that is no row's too
        self._source: dict[Port, Port] = {}  # an output that only moved → the port that it read
        for node in network.nodes:
            for at in node.inputs:
                self._of.setdefault(output_of(at), set()).add(node.path)
        for at in network.results.values():
            self._of.setdefault(output_of(at), set()).add("")

    def moved(self, path: str, at: Port) -> None:
        """Say that an output is what was read there, moved."""
        self._source[path] = output_of(at)

    def alone(self, at: Port, readers: Iterable[str]) -> bool:
        """Whether what is read there has these readers alone, and is no result."""
        at, by = output_of(at), {*readers}
        while True:
            if not self._of.get(at, set()) <= by:
                return False
            if at not in self._source:
                return True
            at, by = self._source[at], {at}

    def of_view(self, view: Port) -> list[Node]:
        """The nodes that read a view, or a view of it."""
        paths = self._of.get(output_of(view), set()) - {""}
        nodes = [self.nodes[path] for path in paths]
        return [
            node
            for node in nodes
            if any(at == view or at.startswith(f"{view}:") for at in node.inputs)
        ]


def outer(node: Node) -> tuple[Scope, ...]:
    """What a node is in: a function's own scope, of a module the one around it, if any."""
    return node.scope if node.call.startswith("function") else node.scope[:-1] or node.scope


def shared(nodes: Sequence[Node]) -> tuple[Scope, ...]:
    """What some nodes are all in."""
    steps = []
    for here in zip(*map(outer, nodes), strict=False):
        if len({*here}) > 1:
            break
        steps.append(here[0])
    return tuple(steps)
