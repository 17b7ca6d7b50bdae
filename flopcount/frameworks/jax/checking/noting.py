"""Which equation of a program each node of its network is of, and what it read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ....core import Network
from ....records import dataclass
from ....sizes import product
from ..values import Value

if TYPE_CHECKING:
    from ...models.graph import Scopes
    from ..reader.graph import Graph as _Graph
else:
    _Graph = object


@dataclass(frozen=True)
class Used:
    """An equation that became a node: what it read, how often it runs, and the node's place."""

    equation: Any
    values: tuple[Value, ...]
    times: int
    place: int


class Noting(_Graph):
    """A graph that writes down which equation each of its nodes is of; mixed into one of those."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.noted: dict[int, Used] = {}  # by node; of a branch that was not taken, none stays

    def add(
        self, equation: Any, values: Sequence[Value], above: "Scopes", wanted: Sequence[bool]
    ) -> list[Value]:
        """Add an equation, and write down which node it became."""
        before = len(self.nodes)
        found = super().add(equation, values, above, wanted)
        made = [n for n in range(before, len(self.nodes)) if self.nodes[n].call == "operator"]
        if made and not _has_programs(equation):
            times = int(product([loop.times for loop in self.loops]))
            self.noted[made[-1]] = Used(equation, tuple(values), times, made[-1])
        return found

    def noted_network(self) -> tuple[Network, tuple[Used, ...]]:
        """The network, and the equations in the order of its nodes."""
        network = self.network()
        kept = [used for place, used in sorted(self.noted.items()) if place < len(self.nodes)]
        return network, tuple(kept)


def _has_programs(equation: Any) -> bool:
    """Whether an equation has programs in it, whose own equations are what is noted."""
    parts = [
        part
        for value in equation.params.values()
        for part in (value if isinstance(value, tuple | list) else (value,))
    ]
    return any(hasattr(part, "eqns") or hasattr(part, "jaxpr") for part in parts)
