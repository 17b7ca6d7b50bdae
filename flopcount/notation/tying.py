"""``dense tied=embed``: an output layer whose weights are an embedding's."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ..core import Node
from ..core.ops.lookup import Embed
from ..errors import FlopcountError, one_of, quote
from .trees import Layer

_ANY = "embed"  # the one embedding that there is, whatever its row is called


class Table(NamedTuple):
    """An embedding, and where its node stands among all."""

    place: int
    op: Any


def tied_to(layer: Layer, nodes: Sequence[Node]) -> Table | None:
    """The embedding that a layer is tied to, by its row or path; None for any other layer.

    Raises `FlopcountError` where there is none of that name, or several.
    """
    name = next((w.partition("=")[2] for w in layer.words if w.startswith("tied=")), None)
    if name is None:
        return None
    tables = [(place, node) for place, node in enumerate(nodes) if isinstance(node.op, Embed)]
    named = [one for one in tables if name in (one[1].path, one[1].module)]
    named = named or (tables if name == _ANY else [])
    if not tables:
        raise FlopcountError(
            "no embedding stands before it, as in: embed 30522 768 > dense tied=embed"
        )
    if not named:
        modules = {node.module for _, node in tables}
        by_path = len(modules) < len(tables)
        names = [node.path if by_path else node.module for _, node in tables]
        raise FlopcountError(one_of(name, names, "name of an embedding,"))
    keys = {node.weights.get("E", node.path) for _, node in named}
    if len(keys) > 1:
        paths = " or ".join(node.path for _, node in named[:3])
        raise FlopcountError(f"tied={quote(name)} may be {paths}: name one of them")
    place, node = named[0]
    return Table(place, node.op)


def tie(nodes: list[Node], table: Table) -> None:
    """Let the last layer have the weights of an embedding."""
    first = nodes[table.place]
    weights = {**first.weights, "E": first.weights.get("E", f"{first.path}:E")}
    nodes[table.place] = replace(first, weights=weights)
    nodes[-1] = replace(nodes[-1], weights={**nodes[-1].weights, "E": weights["E"]})
