"""The width multiplier: every width of a network times a factor, but those of its results."""

from collections.abc import Collection
from math import lcm
from typing import TYPE_CHECKING

from ..core import Network, Node, Port, has_weights, walk, width_of, with_width
from ..core.ops.traits import heads_of, scaled
from ..errors import FlopcountError, shorten
from ..records import replace
from ..sizes import Size, as_size, is_open, part_of, scaled_width

if TYPE_CHECKING:
    from fractions import Fraction

_MULTIPLES = (2, 4, 8, 16, 32, 64)  # one of which, or of heads, may make widths fit


def scale_widths(
    network: Network, factor: "Fraction", multiple: int = 1, *, check: bool = True
) -> Network:
    """Every width times the factor, but those of the results (the classes).

    Widths are rounded as `scaled_width` says (the width multiplier α of 1704.04861). Raises
    `FlopcountError` where there is none to scale, and, with a multiple that would do where there is
    one, where the layers do not fit at these widths, unless that is not to be checked.
    """
    p, q = factor.numerator, factor.denominator
    checked = check and not any(is_open(size) for size in _given(network))
    if not checked or not _fits(network):  # if that does not fit, it is not the factor's doing
        narrowed = with_scaled_widths(network, p, q, multiple)
    else:
        try:
            narrowed = with_scaled_widths(network, p, q, multiple)
            walk(narrowed)
        except FlopcountError as error:
            cause = str(error).removeprefix(f"{shorten(network.name)}: ")
            cure = _cure(network, factor) or _of_result(network, factor, multiple)
            raise FlopcountError(f"{cause}{cure}") from None
    rounded = "half up" if multiple == 1 else f"to multiples of {multiple}, as mobile networks do"
    note = f"rewritten: widths × {_decimal(factor)}, rounded {rounded}, but those of the result"
    return replace(narrowed, notes=(*network.notes, note))


def _fits(network: Network) -> bool:
    try:
        walk(network)
    except FlopcountError:
        return False
    return True


def _given(network: Network) -> set[Size]:
    """The sizes that a network is given: of its inputs, and its widths."""
    widths = {width_of(node.op) for node in network.nodes} - {None}
    return {size for shape in network.inputs.values() for size in shape} | widths


def _cure(network: Network, factor: "Fraction") -> str:
    """The least multiple with which the network fits, as the end of a message.

    None that makes its widest layer more than twice as wide: that would be another network.
    """
    p, q = factor.numerator, factor.denominator
    results = _results(network)
    widths = (width_of(n.op) or 1 for n in network.nodes if n.path not in results)
    widest = max(widths, default=1)
    heads = {found[0] for node in network.nodes if (found := heads_of(node.op))}
    whole = lcm(*heads)  # channels that all heads divide, and twice as many, for pairs of them
    for multiple in sorted({*_MULTIPLES, *heads, whole, 2 * whole} - {1}):
        if scaled_width(widest, p, q, multiple) > 2 * scaled_width(widest, p, q):
            break
        try:
            walk(with_scaled_widths(network, p, q, multiple))
        except FlopcountError:
            continue
        return f"; @width={_decimal(factor)}@multiple={multiple} fits"
    return ""


def _of_result(network: Network, factor: "Fraction", multiple: int) -> str:
    """That the result's width is in the way, where all fits once that is scaled too."""
    p, q = factor.numerator, factor.denominator
    try:
        with_scaled_widths(network, p, q, multiple)  # there is another width to scale
        walk(with_scaled_widths(network, p, q, multiple, kept=()))
    except FlopcountError:
        return ""
    kept = ", ".join(n.path for n in network.nodes if n.path in _results(network))
    return f"; the width of the result ({kept}) stays: write 'in' where it is what comes in"


def _decimal(factor: "Fraction") -> str:
    """A factor as people write it: 0.5; as a fraction where it has more than nine decimals."""
    text = f"{float(factor):.9f}".rstrip("0").rstrip(".")
    return text if type(factor)(text) == factor else str(factor)


def with_scaled_widths(
    network: Network, p: Size, q: int, multiple: int = 1, kept: Collection[str] | None = None
) -> Network:
    """Every width times p/q but those of the results; parts and multiples of one follow it.

    `kept` are the paths of others that stay in the place of the results. Raises `FlopcountError` if
    there is none, and where a part is no whole number any more.
    """
    results = _results(network) if kept is None else kept
    nodes = []
    found: dict[Size, Size] = {}  # many layers are equally wide

    def scale(width: Size) -> Size:
        if width not in found:
            found[width] = as_size(scaled_width(width, p, q, multiple), f"{node.path}: width")
        return found[width]

    for node in network.nodes:
        if node.like is not None or node.path in results or width_of(node.op) is None:
            nodes.append(node)
        elif node.base is None:
            nodes.append(replace(node, op=scaled(node.op, scale)))
        else:
            part = replace(node, op=scaled(node.op, lambda width: width))
            nodes.append(_with_part(part, scale(node.base)))
    if not found:
        raise FlopcountError("the network has no width to scale but that of its result")
    return replace(network, nodes=tuple(nodes))


def _with_part(node: Node, base: Size) -> Node:
    """A layer whose width is a part or a multiple of another, once that is `base`."""
    try:
        width = as_size(part_of(base, *node.multiple), "width")
    except FlopcountError as error:
        raise FlopcountError(f"{node.path}: {error}") from None
    return replace(node, op=with_width(node.op, width), base=base)


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
