"""What the sliders compute: the walk with a name in the place of each control's value.

The ops that price a report price polynomials here: nothing is counted a second time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from ..core import Network, Port, walk
from ..notation import Draft, Variable
from ..rewrites import with_scaled_widths
from ..sizes import Shape, Size, as_factor
from ..sizes.condition import Condition
from ..sizes.polynomial import Space
from .controls import HUNDREDTHS, Control

if TYPE_CHECKING:
    from ..core.graph import Known


class Check(NamedTuple):
    """The path of a layer, and a condition under which it does not fit."""

    path: str
    condition: Condition


class Priced(NamedTuple):
    """What a layer costs for one sample, and the shape that it makes of it."""

    multiplies: Size
    params: Size
    output: Shape


@dataclass(frozen=True, slots=True)
class Program:
    """A network's costs as polynomials in the values of its controls.

    `layers` has them by path; `shapes` those of all that is read, the inputs too. `checks` are in
    the order of the walk: the first that holds is what a report would raise.
    """

    checks: list[Check] = field(default_factory=list)
    layers: dict[str, Priced] = field(default_factory=dict)
    shapes: dict[Port, Shape] = field(default_factory=dict)


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
        if not control.variables:
            multipliers.append(value)
    network = plan.build(values)
    for multiplier in multipliers:
        network = with_scaled_widths(network, multiplier, HUNDREDTHS)
    return network


def trace(networks: Iterable[Network], space: Space) -> Program:
    """Walk networks, one layer at a time to know whose each condition is; their names in `space`.

    A layer reads the sizes before it as one factor each, so that its formulas are no longer than
    what it does itself. Raises `FlopcountError` where a network fits no values of its names.
    """
    program = Program()
    known: Known = {}
    stated: set[Condition] = set()
    for network in networks:
        shapes = {path: _factors(shape) for path, shape in network.inputs.items()}
        for node in network.nodes:
            before = len(space.conditions)
            needed = {path: shapes[path] for path in (*node.inputs, node.like) if path}
            (row,) = walk(replace(network, nodes=(node,), inputs=needed), known)
            shapes[node.path] = output = _factors(row.output)
            priced = Priced(row.count("multiplies"), row.count("params"), output)
            program.layers[node.path] = priced
            for condition in space.conditions[before:]:
                if condition not in stated:  # else a layer before has been found not to fit
                    stated.add(condition)
                    program.checks.append(Check(node.path, condition))
        program.shapes.update(shapes)
    return program


def _factors(shape: Shape) -> Shape:
    return tuple(map(as_factor, shape))
