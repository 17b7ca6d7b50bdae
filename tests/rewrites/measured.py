"""What a network in a name costs, holds and puts out: shared by the tests of rewrites."""

from typing import Any

import flopcount as fc
from flopcount.core.graph import Row, walk


def cost(reference: str, modules: Any = (), **options: Any) -> Any:
    return fc.analyze(fc.load(reference, **options), modules=modules).total.cost


def rows(reference: str) -> dict[str, Row]:
    return {row.node.path: row for row in walk(fc.load(reference))}


def shape_of(reference: str) -> Any:
    """What a network puts out: height, width, channels."""
    network = fc.load(reference)
    return {row.node.path: row.output for row in walk(network)}[network.output]
