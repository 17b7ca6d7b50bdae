"""The norm and the activation of a convolution, where they are layers of their own.

In our tables a convolution carries them; in what was read from a model they follow it.
"""

from collections.abc import Mapping, Sequence

from ..core import Network, Node, Port, is_bare, tail_part
from ..core.graph import layer_of


def tails(network: Network) -> Mapping[str, Sequence[Node]]:
    """By the path of each convolution that carries none: the norm and the activation behind it.

    At most one of each, in their order; each is all that reads the layer before it.
    """
    readers: dict[str, list[Node]] = {}
    for node in network.nodes:
        for layer in {layer_of(port) for port in node.inputs}:
            readers.setdefault(layer, []).append(node)
    results = {layer_of(port) for port in network.results.values()}

    def behind(port: Port) -> Node | None:
        """The one layer that reads an output, as it is and no other."""
        found = readers.get(port, [])
        return found[0] if found and len(found) == 1 and found[0].inputs == (port,) else None

    found: dict[str, Sequence[Node]] = {}
    for node in network.nodes:
        if not is_bare(node.op):
            continue
        chain: list[Node] = []
        parts: set[str] = set()
        at = node.path
        while at not in results and (after := behind(at)):
            part = tail_part(after.op)
            if not part or part in parts:
                break
            parts.add(part)
            chain.append(after)
            at = after.path
        found[node.path] = chain
    return found
