"""What the sliders compute: the walk with a name in the place of each control's value."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from ..core import FirstUses, Network, Port, Row, walk, width_of
from ..core.graph import Held, Known, port
from ..notation import Draft, Variable
from ..reading import MAX_SIZE
from ..records import dataclass, field, replace
from ..rewrites import with_scaled_widths
from ..sizes import Shape, Size, as_factor, certainly, is_open
from ..sizes.condition import Condition
from ..sizes.domain import names_of
from ..sizes.polynomial import Polynomial, Space
from .controls import HUNDREDTHS, Control
from .kinds import Kind, Kinds, own_sizes


class Check(NamedTuple):
    """The path of a layer, and a condition under which it does not fit."""

    path: str
    condition: Condition


class Priced(NamedTuple):
    """What a layer reads and what it makes of it, for one sample; its kind has what it costs.

    `own` are the sizes that it has besides.
    """

    kind: Kind
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    own: Shape = ()

    @property
    def output(self) -> Shape:
        """The shape of the first output."""
        return self.outputs[0]

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """What the function of its kind takes."""
        return self.output, *(*self.inputs, self.own)[: self.kind.inputs]


@dataclass(frozen=True)
class Program:
    """A network's shapes as polynomials in the values of its controls.

    `layers` has them by path; `shapes` those of all that is read, the inputs too. `checks` are in
    the order of the walk: the first that holds is what a report would raise. `sums`, of channels
    that are joined, have names, each after those in it.
    """

    checks: list[Check] = field(default_factory=list)
    layers: dict[str, Priced] = field(default_factory=dict)
    shapes: dict[Port, Shape] = field(default_factory=dict)
    sums: dict[Size, Polynomial] = field(default_factory=dict)

    def short(self, shape: Shape) -> Shape:
        """A shape with each size as one factor, and its channels under a name if they are a sum.

        Of layers that are joined to all before them (DenseNet) the sums would grow with each.
        """
        *grid, channels = map(as_factor, shape)
        if is_open(channels) and len(shape[-1].terms) > 1 and channels.low >= 1:
            if channels not in self.sums:
                bounds = channels.low, channels.high
                self.sums[channels] = channels.space.name(f"t{len(self.sums)}", *bounds)
            channels = self.sums[channels]
        return (*grid, channels)

    def rows(self, network: Network) -> list[Row]:
        """The rows of the network that was walked, with the shapes as they are here."""
        layers = [(node, self.layers[node.path]) for node in network.nodes]
        return [Row(node, layer.inputs, Held(layer.outputs)) for node, layer in layers]


def value_name(index: int) -> str:
    """The name of what the control at an index is set to.

    >>> value_name(3)
    'v3'
    """
    return f"v{index}"


def open_network(plan: Draft, controls: Sequence[Control], space: Space) -> Network:
    """The network with a name for each control's value, from its `low` to its `high`."""
    values: dict[Variable, Size] = {}
    multipliers = []
    for index, control in enumerate(controls):
        value = space.name(value_name(index), control.low, control.high)
        values |= dict.fromkeys(control.variables, value)
        if control.kind == "multiplier":
            multipliers.append(value)
    network = plan.build(values)
    for multiplier in multipliers:
        network = with_scaled_widths(network, multiplier, HUNDREDTHS)
    return network


def undivided(network: Network, space: Space) -> list[Check]:
    """Where a width that is a part of another may not be whole, as `open_network` left it open."""
    names = {
        node.path: names_of(width_of(node.op) or 0) | names_of(node.multiple[0])
        for node in network.nodes
    }
    first = network.nodes[0].path
    return [
        Check(next((path for path in names if wanted <= names[path]), first), condition)
        for condition in space.conditions
        for wanted in [names_of(condition.value)]
    ]


def too_wide(network: Network, space: Space) -> list[Check]:
    """Where a width may come to more than `MAX_SIZE` once it is multiplied."""
    widths = {node.path: width_of(node.op) for node in network.nodes}
    return [
        Check(path, condition)
        for path, width in widths.items()
        for condition in _too_large([] if width is None else [width], space)
    ]


def trace(  # noqa: PLR0913  all that a walk of one layer at a time needs
    networks: Iterable[Network],
    space: Space,
    kinds: Kinds,
    checks: Iterable[Check] = (),
    sums: Mapping[Size, Polynomial] | None = None,
    *,
    part: Collection[str] = (),
) -> Program:
    """Walk networks, one layer at a time to know whose each condition is; their names in `space`.

    A layer reads the sizes before it as one factor each, so that its formulas are no longer than
    what it does itself. Of parameters that layers share, those of the `part` whose paths are given
    hold each at its first use there. `checks` come before those of the walk; `sums` are those of a
    program whose shapes the networks start from. Raises `FlopcountError` where a network fits no
    values of its names.
    """
    program = Program([*checks], sums={**(sums or {})})
    known: Known = {}
    shared, meant = FirstUses(), FirstUses()
    stated = {check.condition for check in program.checks}
    for network in networks:
        shapes = {path: program.short(shape) for path, shape in network.inputs.items()}
        for node in network.nodes:
            before = len(space.conditions)
            needed = {path: shapes[path] for path in (*node.inputs, node.like) if path}
            (row,) = walk(replace(network, nodes=(node,), inputs=needed), known, shared)
            row = meant.row(row) if node.path in part else row
            outputs = tuple(map(program.short, row.held.outputs))
            shapes |= {port(node.path, place): shape for place, shape in enumerate(outputs)}
            own = tuple(map(as_factor, own_sizes(row).values()))
            program.layers[node.path] = Priced(kinds.of(row), row.inputs, outputs, own)
            sizes = [size for shape in outputs for size in shape]
            for condition in (*space.conditions[before:], *_too_large(sizes, space)):
                if condition not in stated:  # else a layer before has been found not to fit
                    stated.add(condition)
                    program.checks.append(Check(node.path, condition))
        program.shapes.update(shapes)
    return program


def _too_large(sizes: Iterable[Size], space: Space) -> list[Condition]:
    """When some sizes are more than `MAX_SIZE`: a walk over whole numbers refuses them."""
    before = len(space.conditions)
    for size in sizes:
        if is_open(size) and size.high > MAX_SIZE:
            certainly(size > MAX_SIZE)
    found = space.conditions[before:]
    del space.conditions[before:]
    return found
