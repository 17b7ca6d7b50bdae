"""Which part of a network a report is of, and how deep it goes by module."""

from collections.abc import Iterable, Sequence

from ..core import Network
from ..errors import FlopcountError, nearest, quote, shorten
from ..reading import texts
from ..rewrites import of_branch, paths_met, place_of, scope_of, selected

DEEPEST = 100  # names on the way to a layer


def part_asked(
    network: Network, modules: Sequence[str], branch: str | None, layers: Sequence[str]
) -> Network:
    """The part that is asked for: some modules, of them a branch, of that some layers.

    `layers` are patterns of their paths, ``layer3/*``; what they match of a module is all of it.
    Raises `FlopcountError` for a name that is not there, and a pattern that nothing matches.
    """
    if not isinstance(modules, Iterable):
        raise FlopcountError(f"modules: expected names of modules, not {quote(modules)}")
    if modules:
        network = selected(network, [modules] if isinstance(modules, str) else modules)
    if branch is not None:
        network = of_branch(network, branch)
    return _matching(network, texts(layers, "layers", "patterns of layers' paths"))


def _matching(network: Network, patterns: Sequence[str]) -> Network:
    """The layers whose path, or a module's on the way to them, matches one of the patterns."""
    if not patterns:
        return network
    found: set[str] = set()
    for pattern in patterns:
        own = paths_met(network, pattern)
        if not own:
            near = nearest(pattern, [node.path for node in network.nodes])
            raise FlopcountError(
                f"{shorten(network.name)}: no layer's path matches {quote(pattern)}{near}"
            )
        found |= own
    return network.part(tuple(node for node in network.nodes if node.path in found))


def grain_asked(
    network: Network, by: str | None, depth: int | None, layers: Sequence[str]
) -> tuple[str, int | None]:
    """The grain of the rows, and how deep modules are named, where not all of it is said.

    By modules; where there is one alone, by its branches, or its layers if it has none; of a model,
    by what is one step deeper than all that is reported.
    """
    if by is not None or depth is not None:
        return by or "module", depth
    if layers:
        return "layer", None
    if len(network.modules) > 1:
        return "module", None
    if network.reader:
        common = len(scope_of(network))
        deeper = any(len(node.scope) > common for node in network.nodes)
        return ("module", common + 1) if deeper else ("layer", None)
    several = place_of(network) == (network.modules, None)  # branches, if there are any
    return "branch" if several and any(node.branch for node in network.nodes) else "layer", None


def read_depth(depth: object, grain: str) -> int:
    """How deep modules are named: 1 where nothing is said.

    Raises `FlopcountError` for what is no such number, and a depth of another grain.
    """
    if depth is None:
        return 1
    if grain != "module":
        raise FlopcountError(f"depth is of the grain by module, not by {grain}")
    if isinstance(depth, bool) or not isinstance(depth, int) or not 1 <= depth <= DEEPEST:
        raise FlopcountError(f"depth is {quote(depth)}, not a whole number from 1 to {DEEPEST}")
    return depth
