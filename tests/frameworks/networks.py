"""What the checks of layers share: specs side by side in one network, and what differs in it."""

from collections.abc import Sequence
from dataclasses import replace

import flopcount as fc
from flopcount.core.graph import INPUT
from flopcount.frameworks.keras.check import Result, check
from flopcount.frameworks.smaller_sequences import scales


def beside(size: str, specs: Sequence[str]) -> fc.Network:
    """One network in which each spec reads the input, so that it is compiled once for all."""
    networks = [fc.parse(f"{size} > {spec}") for spec in specs]
    nodes = []
    for place, network in enumerate(networks):
        for node in network.nodes:
            ports = [_moved(at, place) for at in node.inputs]
            like = node.like and _moved(node.like, place)
            nodes.append(
                replace(node, path=_moved(node.path, place), inputs=tuple(ports), like=like)
            )
    return replace(networks[0], name="side by side", nodes=tuple(nodes), output=nodes[-1].path)


def _moved(port: str, place: int) -> str:
    return port if port == INPUT else f"{place}.{port}"


def differences(result: Result) -> dict[str, tuple[str, ...]]:
    return {layer.row.node.path: layer.differs for layer in result.differing}


def agree(network: fc.Network) -> Result:
    """Check a network, of which nothing may differ and nothing be left out."""
    result = check(network)
    assert differences(result) == {}
    assert result.total_differs == ()
    assert result.skipped == 0
    assert all(layer.copy for layer in result.layers)
    alone = any(not scales(layer.row.node.op) for layer in result.layers)
    for total in result.totals:  # of what small copies say nothing at another size
        assert total.theirs is not None or (alone and total.name.startswith("elementwise."))
    return result
