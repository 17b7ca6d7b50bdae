"""Graph → graph: what-ifs, priced by the same walk as the network itself.

`naive` undoes the 1×1 reductions of the modules. It has three readings, and a report names the
one that it shows; docs/conventions.md tells them apart.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from ..core import (
    FirstUses,
    Network,
    Node,
    Port,
    Row,
    is_channelwise,
    is_convolution,
    role_of,
    shapes_of,
    walk,
    window_of,
)
from ..core.graph import Known, layer_of
from ..errors import FlopcountError, one_of, shorten

READINGS = {
    "reduce": "every 1×1 marked reduce is bypassed; input, output and pool projection stay",
    "figure": "Fig. 2(a): also the pool passes straight through; each module alone, on its real "
    "input",
    "chained": "as figure, and each module sees what the naive one before it really puts out",
}


def bypass(network: Network, roles: Collection[str]) -> Network:
    """Take out the 1×1 convolutions of these `roles`: what read their output reads their input.

    Raises `FlopcountError` for one that is no 1×1 or has a stride, and for a ``reduce`` that no
    convolution follows, or that anything else reads, but for layers that work on each channel by
    itself: batch norm, an activation, an upsample, a pad, a crop.
    """
    now: dict[Port, Port] = {}  # path of a bypassed layer → path of what is read instead
    reductions: dict[Port, Port] = {}  # port of reduced channels → path of the ``reduce``
    followed: set[Port] = set()
    nodes = []
    for node in network.nodes:
        for reduced in [reductions[path] for path in node.inputs if path in reductions]:
            if is_convolution(node.op):
                followed.add(reduced)
            elif is_channelwise(node.op):
                reductions[node.path] = reduced
            else:
                reader = f"{node.path}, no convolution ({node.op.word}), reads it"
                raise FlopcountError(_stays(network, reduced, reader))
        inputs = tuple([now.get(path, path) for path in node.inputs])
        role, window = role_of(node.op), window_of(node.op)
        if role in roles:
            if window is None or {*window.kernel, *window.stride} != {1}:
                raise FlopcountError(
                    f"{shorten(network.name)}: {node.path}: marked {role}, but "
                    "only a 1×1 of stride 1 can be bypassed; drop the word"
                )
            now[node.path] = inputs[0]
            if role == "reduce":
                reductions[node.path] = node.path
        else:
            like = now.get(node.like, node.like) if node.like else None
            same = inputs == node.inputs and like == node.like
            nodes.append(node if same else replace(node, inputs=inputs, like=like))
    for path in reductions.values():
        if path not in followed:
            raise FlopcountError(_stays(network, path, "no convolution follows it"))
    outputs = {name: now.get(port, port) for name, port in network.outputs.items()}
    output = now.get(network.output, network.output)
    return replace(network, nodes=tuple(nodes), output=output, outputs=outputs)


def _stays(network: Network, path: Port, why: str) -> str:
    return (
        f"{shorten(network.name)}: {path}: marked reduce, but {why}; "
        "drop the word, or mark it project"
    )


def naive(network: Network, reading: str) -> Network:
    """The network without its reductions, in a reading that is one graph.

    Raises `FlopcountError` for an unknown reading, and for ``figure``, which is none.
    """
    if reading == "reduce":
        return bypass(network, ("reduce",))
    if reading == "chained":
        return bypass(network, ("reduce", "project"))
    if reading == "figure":
        raise FlopcountError(
            "the naive reading 'figure' prices each module alone and is not one network; "
            "use reduce or chained"
        )
    raise FlopcountError(one_of(reading, READINGS, "naive reading"))


def naive_rows(network: Network, rows: Sequence[Row], reading: str) -> dict[str, Row]:
    """Each layer's row in a naive reading, by path; a bypassed layer has none.

    `rows` are the network as built: ``figure`` takes each module's real input from them.
    """
    cure = ""
    try:
        bare = (
            list(modules_bare(network, rows)) if reading == "figure" else [naive(network, reading)]
        )
        if reading == "reduce":  # what follows a 1×1 may need its width
            cure = "; drop the word reduce from a 1×1 that cannot be left out"
        if len(bare) == 1 and bare[0].nodes == network.nodes:
            return {row.node.path: row for row in rows}  # there is nothing to bypass
        known, shared = _known(rows), FirstUses()
        return {row.node.path: row for part in bare for row in walk(part, known, shared)}
    except FlopcountError as error:
        raise FlopcountError(f"naive ({reading}): {error}{cure}") from None


def changes(row: Row, naive: Row | None) -> bool:
    """Whether a layer is bypassed in a naive reading, or does something else there.

    The names of what it reads may be others: it reads what a bypassed layer has read.
    """
    if naive is None:
        return True
    return (naive.node.op, naive.inputs, naive.output) != (row.node.op, row.inputs, row.output)


def _known(rows: Sequence[Row]) -> Known:
    """What the network as built holds: a reading leaves most layers as they are."""
    return {(row.node.op, row.inputs): row.held for row in rows}


def modules_alone(network: Network, rows: Sequence[Row]) -> Iterator[tuple[str, Network]]:
    """Each module as a network of its own, on the input that it has in `rows`."""
    shapes = shapes_of(network, rows)
    modules: dict[str, list[Node]] = {}
    for node in network.nodes:
        modules.setdefault(node.module, []).append(node)
    for module, nodes in modules.items():
        own = {node.path for node in nodes}
        needed = {path for node in nodes for path in (*node.inputs, node.like) if path}
        outside = {at: shapes[at] for at in needed if layer_of(at) not in own}
        last = nodes[-1].path
        alone = replace(network, nodes=tuple(nodes), inputs=outside, output=last, outputs={})
        yield module, alone


def modules_bare(network: Network, rows: Sequence[Row]) -> Iterator[Network]:
    """Each module as `modules_alone` has it, its reductions bypassed: the reading ``figure``."""
    for _, alone in modules_alone(network, rows):
        yield bypass(alone, ("reduce", "project"))


def without_reductions(network: Network, reading: str) -> Network:
    """The network in a naive reading, which its notes name.

    Raises `FlopcountError` as `naive` does, and where that changes nothing or leaves nothing.
    """
    rewritten = naive(network, reading)
    if rewritten.nodes == network.nodes:
        raise FlopcountError("the network has no reductions to bypass")
    if not rewritten.nodes:
        raise FlopcountError("nothing is left of the network")
    note = f"rewritten to naive ({reading}): {READINGS[reading]}"
    return replace(rewritten, notes=(*network.notes, note))
