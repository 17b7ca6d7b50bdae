"""The paths of nodes, by the modules that they stand in, and of their ports."""

from collections import Counter
from collections.abc import Mapping, Sequence

from ...core import Node, Port, Scope


def port_at(port: Port, paths: Mapping[str, str]) -> Port:
    """A port of a node that has a path of its own now."""
    path, colon, output = port.partition(":")
    return f"{paths.get(path, path)}{colon}{output}"


def paths_of(nodes: Sequence[Node]) -> dict[str, str]:
    """The paths of nodes: a module's, where it is all that the module does, else with its word.

    One that is there already gets a number behind it: ``relu.2``.
    """
    above = {node.scope[:n] for node in nodes for n in range(1, len(node.scope))}
    words: dict[tuple[Scope, ...], set[str]] = {}
    for node in nodes:
        words.setdefault(node.scope, set()).add(node.op.word)
    taken: Counter[str] = Counter()
    paths = {}
    for node in nodes:
        module = "/".join(step.name for step in node.scope)
        path = module
        if node.call == "parameter":
            path = node.path[1:].replace(".", "/")
        elif node.scope in above or len(words[node.scope]) > 1:
            path = f"{module}/{node.op.word}".replace(" ", "_")
        taken[path] += 1
        paths[node.path] = path if taken[path] == 1 else f"{path}.{taken[path]}"
    return paths
