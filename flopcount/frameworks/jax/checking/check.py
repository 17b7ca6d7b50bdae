"""A function of JAX's that was read, module by module beside XLA: products, parameters, values."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ....core import Network
from ....sizes import product
from ....writing.sheet import Column
from ...models.checked import Beside, Checked, Progress, Result
from ..devices import find_device, versions
from ..reader.graph import Graph
from ..reader.program import Leaf, Program
from ..run import program_at
from . import sides
from .kinds import look
from .noting import Noting
from .products import Counter, Flops
from .sides import Names, Ours

if TYPE_CHECKING:
    from ..model import JaxModel

BESIDE = Beside(
    software="XLA",
    part="module",
    columns=(Column("params", "parameters", "count"), *sides.COLUMNS),
    compared=(
        "compared, module by module: parameters with the arrays that the model holds, and "
        f"{sides.COMPARED}"
    ),
    run=sides.RUN,
    never=sides.NEVER,
)


class _Noted(Noting, Graph):
    """A graph that writes down what each of its nodes is of."""


def check(
    model: "JaxModel",
    *,
    modules: Sequence[str] = (),
    device: str = "auto",
    progress: Progress = lambda items, _: items,
) -> Result:
    """Compare a function with what XLA counts of it, each module, or those of some names alone.

    A module is a step of the stack of names that JAX keeps. Raises `FlopcountError` for a module
    or a device that is not there.
    """
    where, name = find_device(device)
    network = model.read()
    program = program_at(model, model.inputs)
    own, noted = _Noted(program).noted_network()
    comparison = _Comparison(network, program)
    meant = sides.named(comparison.ours, modules, "module")

    def within(way: Names) -> bool:
        return any(way[: len(above)] == above for above in meant)

    nodes = own.nodes
    kinds = look(
        [u for u in noted if within(tuple(step.name for step in nodes[u.place].scope))],
        own,
        device=where,
        progress=progress,
    )
    counts = Counter().of(progress(list(noted), "counting with XLA"))
    xla = sides.theirs(own.rows, noted, counts)
    lines = tuple(
        comparison.of(way, xla.get(way, Flops())) for way in comparison.ours if within(way)
    )
    return Result(network, name, versions(**model.versions), lines, BESIDE, kinds)


class _Comparison:
    """The rows of a network, by the modules that they are in."""

    def __init__(self, network: Network, program: Program) -> None:
        self.ours = sides.below(network.rows)
        self.kinds: dict[Names, str] = {}
        self.held: dict[str, int] = {}
        self.uses: dict[Names, set[str]] = {}
        for row in network.rows:
            sizes: dict[str, int] = {}
            for capital, key in row.node.weights.items():
                sizes[key] = sizes.get(key, 0) + int(row.work.parameters[capital])
            self.held |= sizes
            for way in sides.ways(row):
                self.uses.setdefault(way, set()).update(sizes)
                steps = row.node.scope[: len(way)]
                self.kinds.setdefault(way, steps[-1].kind if steps else "")
        self.sizes = {
            leaf.name: product(aval.shape)
            for leaf, aval in zip(program.leaves, program.jaxpr.in_avals, strict=True)
            if isinstance(leaf, Leaf) and leaf.is_parameter
        }

    def of(self, way: Names, xla: Flops) -> Checked:
        """A module beside XLA's count of it."""
        ours = self.ours.get(way, Ours(0, 0, {}))
        differs, explained = sides.compared(ours, xla)
        differs += [] if way else self._parameters()
        numbers: Mapping[str, Any] = {
            "params": sum(self.sizes.get(key, 0) for key in self.uses.get(way, ())),
            "multiplies": ours.multiplies,
            "multiplies_unpadded": ours.unpadded,
            "xla": None if xla.lacks else xla.multiplies,
        }
        name = "/".join(way) or "(all)"
        kind = self.kinds.get(way, "")
        return Checked(name, kind, numbers, tuple(differs), explained, ours.unknown)

    def _parameters(self) -> list[str]:
        """Where our ops hold more or fewer numbers than an array that the model holds."""
        return [
            f"{key} {self.held.get(key, 0):,}, the array {size:,}"
            for key, size in self.sizes.items()
            if self.held.get(key, 0) != size
        ]
