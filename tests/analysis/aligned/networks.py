"""Networks whose layers have the names that a test gives them."""

from collections.abc import Sequence
from typing import NamedTuple

import flopcount as fc
from flopcount.records import replace

CHANNELS = 64


class Named(NamedTuple):
    """A convolution that keeps its channels and its grid, under a name."""

    name: str
    kernel: int
    groups: int = 1

    @property
    def text(self) -> str:
        """It in the notation."""
        return f"conv {self.kernel}x{self.kernel} {CHANNELS} groups={self.groups}"


def chain(layers: Sequence[Named]) -> fc.Network:
    """These layers one after the other."""
    spec = " > ".join([f"14x14x{CHANNELS}", *(layer.text for layer in layers)])
    network = fc.parse(spec)
    paths = {node.path: layer.name for node, layer in zip(network.nodes, layers, strict=True)}
    nodes = [
        replace(
            node,
            path=paths[node.path],
            inputs=tuple(paths.get(port, port) for port in node.inputs),
        )
        for node in network.nodes
    ]
    return replace(network, nodes=tuple(nodes), output=paths[network.output])
