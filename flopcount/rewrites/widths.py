"""The width multiplier: every width of a network times a factor, but those of its results."""

from dataclasses import replace
from typing import TYPE_CHECKING

from ..core import Network, Port, has_weights, width_of, with_width
from ..errors import FlopcountError
from ..sizes import Size, as_size, maximum

if TYPE_CHECKING:
    from fractions import Fraction


def scaled_width(width: Size, p: Size, q: int) -> Size:
    """A width times p/q, rounded half up, and at least 1: ⌊(2·w·p + q) / 2q⌋.

    >>> [scaled_width(width, 1, 2) for width in (96, 5, 1)]
    [48, 3, 1]
    """
    rounded = (2 * width * p + q) // (2 * q)
    half = type(p) is int and 2 * p >= q  # half of 1 is rounded up to 1
    return rounded if half else maximum(rounded, 1)


def scale_widths(network: Network, factor: "Fraction") -> Network:
    """Every width times the factor, but those of the results (the classes).

    Widths are rounded half up, and are at least 1 (the width multiplier α of 1704.04861). Raises
    `FlopcountError` where there is none to scale.
    """
    scaled = with_scaled_widths(network, factor.numerator, factor.denominator)
    note = f"rewritten: widths × {_decimal(factor)}, rounded half up, but those of the result"
    return replace(scaled, notes=(*network.notes, note))


def _decimal(factor: "Fraction") -> str:
    """A factor as people write it: 0.5; as a fraction where it has more than nine decimals."""
    text = f"{float(factor):.9f}".rstrip("0").rstrip(".")
    return text if type(factor)(text) == factor else str(factor)


def with_scaled_widths(network: Network, p: Size, q: int) -> Network:
    """Every width times p/q but those of the results. Raises `FlopcountError` if there is none."""
    results = _results(network)
    nodes = []
    scaled: dict[Size, Size] = {}  # many layers are equally wide
    for node in network.nodes:
        own = width_of(node.op) if node.like is None and node.path not in results else None
        if own is not None:
            if own not in scaled:
                scaled[own] = as_size(scaled_width(own, p, q), f"{node.path}: width")
            nodes.append(replace(node, op=with_width(node.op, scaled[own])))
        else:
            nodes.append(node)
    if not scaled:
        raise FlopcountError("the network has no width to scale but that of its result")
    return replace(network, nodes=tuple(nodes))


def _results(network: Network) -> set[str]:
    """The layers with weights whose width is a result's: after which no other comes, say.

    And those that share their weights.
    """
    followed: set[Port] = set()  # what a layer with weights reads, at once or through others
    reached = set(network.outputs.values())  # what a result is, or is made of without weights
    for node in reversed(network.nodes):
        if has_weights(node.op) or node.path in followed:
            followed.update(node.inputs)
        if node.path in reached and not has_weights(node.op):
            reached.update(node.inputs)
    found = {n.path for n in network.nodes if has_weights(n.op)} - (followed - reached)
    shared = {n.weights["W"] for n in network.nodes if n.path in found and "W" in n.weights}
    return found | {n.path for n in network.nodes if n.weights.get("W") in shared}
