"""A past: tokens that came before, whose keys and values lie in a cache."""

from collections.abc import Collection, Mapping, Sequence

from ..core import Network, Node, text_of
from ..core.graph import layer_of
from ..core.ops.traits import (
    cached,
    gives_last,
    has_mask,
    heads_of,
    is_causal,
    is_incremental,
    keys_cached,
    read_from_cache,
)
from ..errors import FlopcountError, at, plural
from ..records import replace
from ..sizes import Size


def with_past(network: Network, past: Size) -> Network:
    """What its tokens cost where so many came before, whose keys and values lie in a cache.

    These are read, not computed; all else is worked out for the new tokens alone. Of several
    inputs one is written, see `written_input`; the others were read before: their layers are left
    out, and the keys and values that cross-attention makes of them lie in the cache too. Raises
    `FlopcountError`, with the layer and why, for one that would read the tokens before: attention
    that is not causal, cross-attention of the same tokens, a convolution along the tokens, say; for
    an input that is no sequence, and for a network without attention.
    """
    notes = [*network.notes]
    before = plural(past, "token") if isinstance(past, int) else f"{past} tokens"
    note = f"after {before} whose keys and values lie in a cache: read, not computed"
    if len(network.inputs) > 1:
        written = written_input(network)
        others = [
            f"{name} ({'×'.join(map(str, shape))})"
            for name, shape in network.inputs.items()
            if name != written
        ]
        network = _after_reading(network, written)
        note += f"; those of {' and '.join(others)} too, and what reads nothing else is left out"
    _check_sequence(network.inputs)
    nodes = []
    alone: set[str] = set()  # layers that see the newest token and no other
    for node in network.nodes:
        of_newest = [layer_of(port) in alone for port in node.inputs]
        if gives_last(node.op) or all(of_newest):
            alone.add(node.path)
        why = "" if all(of_newest) else _why_not(node, joins=any(of_newest))
        if why:
            raise FlopcountError(f"{node.path}: {why}")
        apart = all(of_newest) or keys_cached(node.op)  # from those that came before
        nodes.append(node if apart else replace(node, op=cached(node.op, past)))
    if not any(heads_of(node.op) for node in nodes if node.path not in alone):
        raise FlopcountError("the network has no attention, so there are no keys to lie in a cache")
    changes = (*network.changes, note)
    return replace(network, nodes=tuple(nodes), notes=(*notes, note), changes=changes)


def written_input(network: Network) -> str:
    """Of several inputs the one whose tokens are written one after the other.

    It is the one that causal attention reads, and nothing else with it. Raises `FlopcountError`
    where that is none of them, or several.
    """
    read = _read_by(network)
    found = {
        name
        for node in network.nodes
        if is_causal(node.op) and len(node.inputs) == 1 and len(read[node.path]) == 1
        for name in read[node.path]
    }
    if len(found) == 1:
        return found.pop()
    shapes = ["×".join(map(str, shape)) for shape in network.inputs.values()]
    those = f"causal attention reads {' and '.join(sorted(found)) or 'none of them alone'}"
    raise FlopcountError(
        f"it wants one sequence of tokens, and {' and '.join(shapes)} come in; {those}"
    )


def _read_by(network: Network) -> dict[str, frozenset[str]]:
    """The inputs that each layer reads, itself or by others."""
    read = {name: frozenset((name,)) for name in network.inputs}
    for node in network.nodes:
        read[node.path] = frozenset().union(*(read[layer_of(port)] for port in node.inputs))
    return read


def _after_reading(network: Network, written: str) -> Network:
    """What is left of a network once all inputs but one were read: the layers that read that one.

    Raises `FlopcountError` for a layer that takes more of what was read than keys and values.
    """
    read, shapes = _read_by(network), network.shapes
    before = {path for path, inputs in read.items() if written not in inputs}
    for name, port in network.results.items():
        if layer_of(port) in before:
            raise FlopcountError(f"{name} is put out, and reads nothing of {written}")
    nodes = []
    for node, row in zip(network.nodes, network.rows, strict=True):
        if node.path in before:
            continue
        lost = node.like is not None and layer_of(node.like) in before
        kept = replace(row.node, like=None) if lost else node  # the row's has the width itself
        nodes.append(_of_cache(kept, before, shapes))
    inputs = {written: network.inputs[written]}
    return replace(network, nodes=tuple(nodes), inputs=inputs)


def _of_cache(node: Node, before: Collection[str], shapes: Mapping[str, Sequence[Size]]) -> Node:
    """A layer whose keys and values, if it has others than its queries', lie in a cache."""
    held = [layer_of(port) in before for port in node.inputs]
    if not any(held):
        return node
    what = text_of(node.op) or node.op.word
    with at(node.path):
        if heads_of(node.op) is None or held != [False, True]:
            raise FlopcountError(
                f"{what} reads {node.inputs[held.index(True)]}, which was read before, and a cache "
                "has keys and values alone"
            )
        *grid, _ = shapes[node.inputs[1]]
        if len(grid) > 1 or has_mask(node.op):
            raise FlopcountError(f"{what} is no cross-attention of all tokens that were read")
        return replace(node, op=read_from_cache(node.op, grid[0]), inputs=node.inputs[:1])


def _check_sequence(inputs: Mapping[str, tuple[Size, ...]]) -> None:
    (shape,) = inputs.values()
    if len(shape) > 2:
        text = "×".join(map(str, shape))
        raise FlopcountError(f"it wants a sequence of tokens, and the input is {text}")


def _why_not(node: Node, *, joins: bool) -> str:
    """Why a layer cannot do with the new tokens alone; empty where it can."""
    op, what = node.op, text_of(node.op) or node.op.word
    if joins:
        return f"{what} joins the last token with all of them: a new one changes what they put out"
    if heads_of(op) and not keys_cached(op):
        if len(node.inputs) > 1:
            return f"{what} is cross-attention: its keys are of another sequence"
        if not is_causal(op):
            return f"{what} is not causal: a new token changes what all before it put out"
        return ""
    if is_incremental(op) or keys_cached(op):
        return ""
    return f"{what} needs more than the new tokens, and a cache has keys and values alone"
