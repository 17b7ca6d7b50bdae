"""What enters a network and what comes out, as a heading and the JSON have it."""

from collections.abc import Mapping

from ..core import Network, Port
from ..sizes import Shape
from ..writing.cells import shape_text

_MOST = 8  # shapes of the results, and of what one layer of a part reads


def inputs_text(network: Network) -> str:
    """The shape of what enters: of each input of a network; of a part, what it reads first.

    >>> import flopcount as fc
    >>> inputs_text(fc.load("googlenet")["3a"])
    '28×28×192'
    >>> inputs_text(fc.load("googlenet")["3a/concat"])
    '28×28×64, 28×28×128, 28×28×32, 28×28×32'
    """
    given = network.inputs
    if network.whole:
        first = (node for node in network.nodes if any(port in given for port in node.inputs))
        reads = next(first, network.nodes[0]).inputs
        given = {port: given[port] for port in reads if port in given}
    shapes = [shape_text(shape) for shape in given.values()]
    return _listed(shapes, of_some=bool(network.whole)) or "no input"


def outputs_text(network: Network, shapes: Mapping[Port, Shape]) -> str:
    """The shape of each result, by the shape of each port.

    >>> import flopcount as fc
    >>> net = fc.load("googlenet")
    >>> outputs_text(net, net.shapes)
    '1×1×1000'
    """
    results = [shape_text(shapes[port]) for port in network.results.values()]
    return _listed(results, of_some=bool(network.reader))


def _listed(shapes: list[str], *, of_some: bool) -> str:
    """Shapes; of what code reads or puts out, which may be many, no more than a title can hold."""
    if of_some and len(shapes) > _MOST:
        shapes = [*shapes[:_MOST], f"… ({len(shapes):,} in all)"]
    return ", ".join(shapes)


def named_shapes(ports: Mapping[str, Port], shapes: Mapping[Port, Shape]) -> dict[str, list[int]]:
    """Shapes by name, as plain numbers."""
    return {name: [int(size) for size in shapes[port]] for name, port in ports.items()}
