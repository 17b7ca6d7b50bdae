"""Weights that are worked out of parameters alone, each time: standardised, times a gain."""

from ...core import Network, Node, computed_of
from ...core.graph import layer_of


def weights_worked_out(network: Network) -> dict[str, tuple[str, ...]]:
    """The rows that nothing but a layer's weights is worked out of, by the layer's path.

    They are said with that layer: a table's weights are those that it multiplies with.
    """
    nodes = {node.path: node for node in network.nodes}
    alone: set[str] = set()  # what is worked out of parameters
    readers: dict[str, set[str]] = {}
    for node in network.nodes:
        made_of = [layer_of(at) for at in node.inputs]
        if node.call == "parameter" or (made_of and alone.issuperset(made_of)):
            alone.add(node.path)
        for at in made_of:
            readers.setdefault(at, set()).add(node.path)
    found = {}
    for node in network.nodes:
        if computed_of(node.op) == "W" and layer_of(node.inputs[1]) in alone:
            rows = _before(layer_of(node.inputs[1]), nodes)
            if all(readers[path] <= {*rows, node.path} for path in rows):
                found[node.path] = tuple(path for path in nodes if path in rows)
    return found


def _before(path: str, nodes: dict[str, Node]) -> set[str]:
    """A node and all that it is made of."""
    found, left = {path}, [path]
    while left:
        for at in map(layer_of, nodes[left.pop()].inputs):
            if at not in found:
                found.add(at)
                left.append(at)
    return found
