"""Rewrites of attention: fewer heads of keys, and a window.

Each leaves the layers' paths and all widths as they are.
"""

from collections.abc import Callable

from ..core import Network, Node, Op, axes_after
from ..core.graph import layer_of
from ..core.ops.traits import (
    has_projections,
    heads_of,
    keys_cached,
    with_kv,
    with_mask_window,
)
from ..errors import FlopcountError, plural
from ..records import replace
from ..sizes import nearest_divisors
from .convolutions import left_as_built


def share_keys(network: Network, kv: int) -> Network:
    """Each attention with so many heads of keys and values, which its queries share in groups.

    Grouped queries, arXiv:2305.13245; with 1 they are multi-query, 1911.02150. Raises
    `FlopcountError`, with the layer's path, where they do not divide the heads of queries, and for
    a network without attention.
    """

    def make(node: Node, _axes: int) -> Op | str:
        heads, _ = heads_of(node.op) or (1, 1)
        if not has_projections(node.op):
            return "the two products alone, whose keys have their heads"
        if heads % kv:
            raise FlopcountError(
                f"{node.path}: kv={kv} does not divide {plural(heads, 'head')}"
                f"{nearest_divisors(heads, kv)}"
            )
        return with_kv(node.op, kv)

    return _recast(network, make, f"kv = {kv} in each attention")


def with_window(network: Network, window: tuple[int, ...]) -> Network:
    """Each self-attention with a window: of tokens a mask, of a grid what is cut out of it.

    One number is of tokens: causal, each sees so many up to itself, else half of them before and
    behind it (1904.10509, 2004.05150). Two or three are of a grid of as many axes. Attention over
    another number of axes and cross-attention stay as they are. Raises `FlopcountError` where that
    leaves none.
    """

    def make(node: Node, axes: int) -> Op | str:
        if len(node.inputs) > 1 or keys_cached(node.op):
            return "cross-attention"
        if axes != len(window):
            return "over tokens" if axes == 1 else f"over a grid of {axes} axes"
        return with_mask_window(node.op, window)

    text = "x".join(map(str, window))
    over, other, as_other = "tokens", "a grid", f"{text}x{text}"
    if len(window) > 1:
        over, other, as_other = other, over, str(window[0])
    what = f"window = {text} in each self-attention over {over}"
    return _recast(network, make, what, f"; of {other} it is window={as_other}")


def _recast(
    network: Network, make: Callable[[Node, int], Op | str], what: str, other: str = ""
) -> Network:
    """Put what `make` gives in the place of each attention; where it gives a reason, it stays.

    `other` is said where attention lies over something else alone.
    """
    axes = {at: len(shape) - 1 for at, shape in network.inputs.items()}
    nodes: list[Node] = []
    reasons: dict[str, int] = {}
    changed = 0
    for node in network.nodes:
        before = axes[layer_of(node.inputs[0])]
        axes[node.path] = axes_after(node.op, before)
        made = make(node, before) if heads_of(node.op) else node.op
        if isinstance(made, str):
            reasons[made] = reasons.get(made, 0) + 1
        elif heads_of(node.op):
            changed += 1
            node = replace(node, op=made)  # noqa: PLW2901
        nodes.append(node)
    stay = left_as_built(reasons)
    if not changed:
        hint = other if any(reason.startswith("over ") for reason in reasons) else ""
        raise FlopcountError(
            f"the network has no attention that it applies to ({what}){stay}{hint}"
        )
    note = f"rewritten: {what}; {plural(changed, 'layer')}{stay}"
    return replace(network, nodes=tuple(nodes), notes=(*network.notes, note))
