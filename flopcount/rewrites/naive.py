"""Graph → graph: what-ifs, priced by the same walk as the network itself.

`naive` undoes the 1×1 reductions of the modules. It has three readings, and a report names the
one that it shows; docs/conventions.md tells them apart.
"""

from collections.abc import Iterator, Sequence

from ..core import FirstUses, Network, Node, Row, shapes_of, walk
from ..core.graph import Known, layer_of
from ..errors import FlopcountError, one_of, shorten
from ..records import replace
from .bypassing import bypass

READINGS = {
    "reduce": "every 1×1 marked reduce is bypassed; input, output and pool projection stay",
    "figure": "Fig. 2(a): also the pool passes straight through; each module alone, on its real "
    "input",
    "chained": "as figure, and each module sees what the naive one before it really puts out",
}


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
        _check_reading(network, reading)
        bare = (
            list(modules_bare(network, rows)) if reading == "figure" else [naive(network, reading)]
        )
        if reading == "reduce":  # what follows a 1×1 may need its width
            word = "drop the word reduce from" if not network.reader else "leave out of --reduce"
            cure = f"; {word} a 1×1 that cannot be left out"
        if len(bare) == 1 and bare[0].nodes == network.nodes:
            return {row.node.path: row for row in rows}  # there is nothing to bypass
        known, shared = _known(rows), FirstUses()
        return {row.node.path: row for part in bare for row in walk(part, known, shared)}
    except FlopcountError as error:
        raise FlopcountError(f"naive ({reading}): {error}{cure}") from None


def _check_reading(network: Network, reading: str) -> None:
    """Raise `FlopcountError` for a reading that what was read from a model does not have."""
    if network.reader and reading in ("figure", "chained"):
        raise FlopcountError(
            f"{shorten(network.name)} is a model: it has the reading reduce alone, with the 1×1 "
            f"convolutions that --reduce names; {reading} also wants to know which 1×1 follows a "
            "pool, and widths that follow what comes in, which a table has"
        )


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
    _check_reading(network, reading)
    rewritten = naive(network, reading)
    if rewritten.nodes == network.nodes:
        how = "; name them: --reduce 'layer*/conv1'" if network.reader else ""
        raise FlopcountError(f"the network has no reductions to bypass{how}")
    if not rewritten.nodes:
        raise FlopcountError("nothing is left of the network")
    note = f"rewritten to naive ({reading}): {READINGS[reading]}"
    return replace(rewritten, notes=(*network.notes, note))
