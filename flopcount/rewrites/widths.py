"""The width multiplier: every width of a network times a factor, but those of its results."""

from dataclasses import replace
from typing import TYPE_CHECKING

from ..core import Network, Port, has_weights, walk, width_of, with_width
from ..errors import FlopcountError, shorten
from ..sizes import Size, as_size, is_open, maximum, minimum

if TYPE_CHECKING:
    from fractions import Fraction

_MULTIPLES = (2, 4, 8, 16, 32, 64)  # one of which may make widths fit that do not


def scaled_width(width: Size, p: Size, q: int, multiple: int = 1) -> Size:
    """A width times p/q, rounded half up, and at least 1: ⌊(2·w·p + q) / 2q⌋.

    Or to a `multiple` as mobile networks do: rounded half up to one, at least one, and to the one
    above where less than 0.9 of the product would be left (``make_divisible`` of Sandler et al.,
    arXiv:1801.04381, in their code).

    >>> [scaled_width(width, 1, 2) for width in (96, 5, 1)]
    [48, 3, 1]
    >>> [scaled_width(width, 35, 100, 8) for width in (16, 24, 32, 96)]  # 5.6, 8.4, 11.2, 33.6
    [8, 8, 16, 32]
    """
    rounded = (2 * width * p + multiple * q) // (2 * multiple * q)
    half = type(p) is int and multiple == 1 and 2 * p >= q  # half of 1 is rounded up to 1
    rounded = rounded if half else maximum(rounded, 1)
    if multiple == 1:
        return rounded
    less = 9 * width * p - 10 * q * multiple * rounded  # 10·q times 0.9·w·p/q less what is left
    return (rounded + minimum(maximum(less, 0), 1)) * multiple


def scale_widths(network: Network, factor: "Fraction", multiple: int = 1) -> Network:
    """Every width times the factor, but those of the results (the classes).

    Widths are rounded as `scaled_width` says (the width multiplier α of 1704.04861). Raises
    `FlopcountError` where there is none to scale, and, with a multiple that would do where there is
    one, where the layers do not fit at these widths.
    """
    scaled = with_scaled_widths(network, factor.numerator, factor.denominator, multiple)
    if not any(is_open(size) for size in _given(network)):
        try:
            walk(scaled)
        except FlopcountError as error:
            walk(network)  # if that does not fit, it is not the factor's doing
            cause = str(error).removeprefix(f"{shorten(network.name)}: ")
            raise FlopcountError(f"{cause}{_cure(network, factor)}") from None
    rounded = "half up" if multiple == 1 else f"to multiples of {multiple}, as mobile networks do"
    note = f"rewritten: widths × {_decimal(factor)}, rounded {rounded}, but those of the result"
    return replace(scaled, notes=(*network.notes, note))


def _given(network: Network) -> set[Size]:
    """The sizes that a network is given: of its inputs, and its widths."""
    widths = {width_of(node.op) for node in network.nodes} - {None}
    return {size for shape in network.inputs.values() for size in shape} | widths


def _cure(network: Network, factor: "Fraction") -> str:
    """The least multiple with which the network fits, as the end of a message.

    None that makes its widest layer more than twice as wide: that would be another network.
    """
    p, q = factor.numerator, factor.denominator
    widest = max(width_of(node.op) or 1 for node in with_scaled_widths(network, p, q).nodes)
    for multiple in _MULTIPLES:
        scaled = with_scaled_widths(network, p, q, multiple)
        if max(width_of(node.op) or 1 for node in scaled.nodes) > 2 * widest:
            break
        try:
            walk(scaled)
        except FlopcountError:
            continue
        return f"; @width={_decimal(factor)}@multiple={multiple} fits"
    return ""


def _decimal(factor: "Fraction") -> str:
    """A factor as people write it: 0.5; as a fraction where it has more than nine decimals."""
    text = f"{float(factor):.9f}".rstrip("0").rstrip(".")
    return text if type(factor)(text) == factor else str(factor)


def with_scaled_widths(network: Network, p: Size, q: int, multiple: int = 1) -> Network:
    """Every width times p/q but those of the results. Raises `FlopcountError` if there is none."""
    results = _results(network)
    nodes = []
    scaled: dict[Size, Size] = {}  # many layers are equally wide
    for node in network.nodes:
        own = width_of(node.op) if node.like is None and node.path not in results else None
        if own is not None:
            if own not in scaled:
                width = scaled_width(own, p, q, multiple)
                scaled[own] = as_size(width, f"{node.path}: width")
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
