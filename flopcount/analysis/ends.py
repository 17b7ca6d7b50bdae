"""What enters a network and what comes out, as a heading and the JSON have it."""

from collections.abc import Mapping

from ..core import Network, Port
from ..sizes import Shape
from ..writing.cells import shape_text


def inputs_text(network: Network) -> str:
    """The shape of what enters: of each input of a network; of a part, what its first layer reads.

    >>> import flopcount as fc
    >>> inputs_text(fc.load("googlenet")["3a"])
    '28×28×192'
    """
    shapes = list(network.inputs.values())
    return ", ".join(map(shape_text, shapes[:1] if network.whole else shapes))


def outputs_text(network: Network, shapes: Mapping[Port, Shape]) -> str:
    """The shape of each result, by the shape of each port.

    >>> import flopcount as fc
    >>> net = fc.load("googlenet")
    >>> outputs_text(net, net.shapes)
    '1×1×1000'
    """
    return ", ".join(shape_text(shapes[port]) for port in network.results.values())


def named_shapes(ports: Mapping[str, Port], shapes: Mapping[Port, Shape]) -> dict[str, list[int]]:
    """Shapes by name, as plain numbers."""
    return {name: [int(size) for size in shapes[port]] for name, port in ports.items()}
