"""A program in sizes that are open: JAX's own symbolic shapes, and our graph of it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ....core import Network
from ....records import dataclass, field
from ....sizes import Size
from ....sizes.condition import Condition
from .graph import Graph
from .program import Program
from .sizes import Sizes

Dimensions = Mapping[str, Any]  # of each name, what stands for it in a shape


@dataclass(frozen=True)
class Run:
    """A program, traced with names for some sizes: `steps` are what each is a multiple of."""

    program: Program
    steps: Mapping[str, int]
    graph: Callable[[Program, Sizes], Graph] = Graph
    fixed: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def network(self, values: Mapping[str, Size]) -> Network:
        """The network in these sizes."""
        own = {}
        for name in self.steps:
            step = self.steps[name]
            own[name] = values[name] if step == 1 else values[name].over(step)
        return self.graph(self.program, Sizes(own)).network()

    def misfits(self, values: Mapping[str, Size]) -> Iterator[Condition]:
        """The sizes that it is not for."""
        for name, step in self.steps.items():
            if step > 1:
                yield Condition(values[name] % step, "≠")


def run_open(
    make: Callable[[Dimensions], Program],
    names: Mapping[str, int],
    steps: Mapping[str, int] | None = None,
    graph: Callable[[Program, Sizes], Graph] = Graph,
) -> Run:
    """Trace a program once, with names for some sizes; with `steps` they are multiples of them.

    `make` gives the program, where each name stands for a dimension of JAX's. Raises what it does.
    """
    import jax

    each = {name: (steps or {}).get(name, 1) for name in names}
    made = jax.export.symbolic_shape(", ".join(names)) if names else ()
    dimensions = {name: size * each[name] for name, size in zip(names, made, strict=True)}
    return Run(make(dimensions), each, graph)
