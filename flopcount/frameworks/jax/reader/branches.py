"""Branches: each is read, and the one with the most multiplies is kept."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ....core import Node
from ....sizes import Size, is_open
from ....sizes.values import value as value_at
from ...models.graph import Scopes
from ..values import Value

if TYPE_CHECKING:
    from .graph import Graph

_ANY = 128  # what stands for an open size where branches are compared


class _State(NamedTuple):
    """What a graph has: taken before a branch is read, and given back for the next."""

    nodes: list[Node]
    views: dict[str, Any]
    used: set[str]
    parameters: set[str]
    layers: dict[str, Any]
    notes: list[str]
    ran: list[str]
    multiplies: Any

    @classmethod
    def of(cls, graph: "Graph") -> "_State":
        return cls(
            list(graph.nodes),
            dict(graph.views),
            set(graph.used),
            set(graph.parameters),
            dict(graph.layers),
            list(graph.notes),
            list(graph.ran),
            graph.multiplies,
        )

    def back(self, graph: "Graph") -> None:
        for name, held in self._asdict().items():
            setattr(graph, name, held.copy() if hasattr(held, "copy") else held)


def larger(
    graph: "Graph", branches: Sequence[Any], choice: Value, values: list[Value], at: Scopes
) -> list[Value]:
    """The branch with the most multiplies, of equal ones the last; where one number chooses, that.

    A note says which.
    """
    if choice.number is not None:
        chosen = min(max(int(choice.number), 0), len(branches) - 1)
        return graph.closed(branches[chosen], values, at)
    before = _State.of(graph)
    best: tuple[float, int, _State, list[Value]] | None = None
    costs = []
    for number, branch in enumerate(branches):
        before.back(graph)
        graph.multiplies = 0
        outputs = graph.closed(branch, values, at)
        costs.append(_number(graph.multiplies))
        if best is None or costs[-1] >= best[0]:
            best = (costs[-1], number, _State.of(graph), outputs)
    if best is None:
        return []
    _, number, after, outputs = best
    after._replace(multiplies=before.multiplies + after.multiplies).back(graph)
    if len(set(costs)) > 1 or len(branches) > 1:
        where = "/".join(step.name for step in at) or "a cond"
        why = "the one with the most multiplies" if len(set(costs)) > 1 else "all multiply alike"
        graph.notes.append(f"{where}: branch {number} of {len(branches)} is counted ({why})")
    return outputs


def _number(size: Size) -> int:
    """A size as a number, to compare."""
    if not is_open(size):
        return int(size)
    names = dict.fromkeys(size.names, _ANY)
    return int(value_at(size, names, {}))
