"""The parts of a network that are networks: its modules, their branches and layers, by name."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import takewhile
from typing import Self, cast

from ..core import Network, Node
from ..core.graph import modules_named
from ..errors import FlopcountError, one_of, quote, shorten
from ..reading import bare_name


def part(network: Network, name: str) -> Network:
    """The part of the network of this name, on the shapes that it really reads.

    A name is a module's, as `Network.select` takes it, a branch's (``3a/5x5``) or a layer's
    (``3a/5x5/2``); in a part of a network also what follows the part's own: ``5x5`` in ``3a``.
    Raises `FlopcountError` for a name that is not there.
    """
    if not isinstance(name, str):
        raise FlopcountError(f"a part of a network is named by a text, not by {quote(name)}")
    nodes = _nodes(network, name)
    if not nodes:
        raise FlopcountError(f"{shorten(network.name)}: {_unknown(network, name)}")
    return network.part(tuple(nodes))


def is_part(network: Network, name: object) -> bool:
    """Whether `part` finds something of this name."""
    return isinstance(name, str) and bool(_nodes(network, name))


def selected(network: Network, names: Iterable[str]) -> Network:
    """The part that some modules are, or single branches of them: ``["3a", "3b/5x5"]``.

    Raises `FlopcountError` for a name that is not there.
    """
    paths: set[str] = set()
    for name in names:
        if network.reader:
            paths.update(node.path for node in part(network, name).nodes)
            continue
        whole = isinstance(name, str) and "/" in name and not _modules(network, name)
        found = part(network, name) if whole else Network.select(network, [name])
        paths.update(node.path for node in found.nodes)
    return network.part(tuple(node for node in network.nodes if node.path in paths))


def of_branch(network: Network, branch: str) -> Network:
    """The part that the branches of a name are, in all its modules; or one branch, ``3a/5x5``.

    Raises `FlopcountError` where there is none.
    """
    nodes = _in_branch(network, branch)
    if not nodes:
        known = dict.fromkeys(node.branch for node in network.nodes if node.branch)
        said = one_of(branch, known, "branch") if known else "there are no branches"
        raise FlopcountError(f"{shorten(network.name)}: {said}")
    return network.part(tuple(nodes))


def _in_branch(network: Network, name: object) -> list[Node]:
    """The layers of the branches of this name; else of those that it names in another spelling."""
    if not isinstance(name, str):
        return []
    for same in (str, bare_name):
        known = {node.branch for node in network.nodes if node.branch}
        named = {branch for branch in known if same(branch) == same(name)}
        if len(named) == 1:
            return [node for node in network.nodes if node.branch in named]
    inside = _nodes(network, name)
    return inside if all(node.branch for node in inside) else []


def each_module(network: Network) -> Iterator[Network]:
    """Each module as a part, in order."""
    modules: dict[str, list[Node]] = {}
    for node in network.nodes:
        modules.setdefault(node.module, []).append(node)
    yield from (network.part(tuple(nodes)) for nodes in modules.values())


def place_of(network: Network) -> tuple[tuple[str, ...], str | None] | None:
    """Of a part, its modules and, where it is one branch of them, that; None for single layers."""
    modules = network.modules
    named = set(modules)
    inside = [node for node in (network.whole or network).nodes if node.module in named]
    if len(inside) == len(network.nodes):
        return modules, None
    scope = _common(map(_inner, network.nodes))
    beside = [node for node in inside if _inner(node)[: len(scope)] == scope]
    if scope and len(beside) == len(network.nodes):
        return modules, "/".join(scope)
    return None


def part_name(network: Network) -> str:
    """What a heading calls a part: ``module 3a, branch 5x5``; nothing for a whole network.

    >>> import flopcount as fc
    >>> part_name(fc.load("googlenet")["3a"]["5x5"]), part_name(fc.load("googlenet")["3a/5x5/2"])
    ('module 3a, branch 5x5', 'layer 3a/5x5/2')
    """
    if not network.whole:
        return ""
    if network.reader:
        pieces, layers = _ways(network), {node.path for node in network.nodes}
        named = "layer" if all(piece in layers for piece in pieces) else "module"
        return _several(named, pieces)
    place = place_of(network)
    if place is None:
        pieces = _pieces(network)
        alone = pieces == [node.path for node in network.nodes]
        return _several("layer" if alone else "part", pieces)
    modules, branch = place
    return _several("module", modules) + (f", branch {branch}" if branch else "")


def _pieces(network: Network) -> list[str]:
    """Modules, branches (``3a/5x5``) and single layers that a part is made of."""
    own = {node.path for node in network.nodes}
    steps: dict[tuple[str, str | None], list[Node]] = {}
    lacking: set[str] = set()  # modules of which only some layers are there
    for node in (network.whole or network).nodes:
        steps.setdefault((node.module, node.branch), []).append(node)
        if node.path not in own:
            lacking.add(node.module)
    pieces: dict[str, None] = {}
    for (module, branch), nodes in steps.items():
        here = [node.path for node in nodes if node.path in own]
        if module not in lacking:
            pieces[module] = None
        elif branch and len(here) == len(nodes):
            pieces[f"{module}/{branch}"] = None
        else:
            pieces.update(dict.fromkeys(here))
    return list(pieces)


def _ways(network: Network) -> list[str]:
    """Of a part of a model, its modules as far up as they are whole, and its single layers."""
    own = {node.path for node in network.nodes}
    lacking: set[tuple[str, ...]] = set()  # ways to modules of which only some layers are there
    for node in (network.whole or network).nodes:
        if node.path not in own:
            lacking.update(
                node_way[:n] for node_way in [_names(node)] for n in range(len(node_way) + 1)
            )
    found: dict[str, None] = {}
    for node in network.nodes:
        way = _names(node)
        whole = next((way[:n] for n in range(1, len(way) + 1) if way[:n] not in lacking), None)
        found["/".join(whole) if whole else node.path] = None
    return list(found)


def scope_of(network: Network) -> tuple[str, ...]:
    """The names that the way to each of its layers begins with: ``("3a", "5x5")``."""
    return _common(map(_names, network.nodes))


def with_part(network: Network) -> str:
    """The network's name and, where it is a part, its own after a comma."""
    return ", ".join(filter(None, (network.name, part_name(network))))


def _several(what: str, names: Sequence[str]) -> str:
    return f"{what}{'s' if len(names) > 1 else ''} {', '.join(names)}"


def _names(node: Node) -> tuple[str, ...]:
    return tuple(step.name for step in node.scope)


def _inner(node: Node) -> tuple[str, ...]:
    return _names(node)[1:]


def _common(ways: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The steps that all the ways begin with."""
    steps = zip(*ways, strict=False)
    return tuple(names[0] for names in takewhile(lambda names: len(set(names)) == 1, steps))


def _under(network: Network, path: str) -> list[Node]:
    """The layer of a path; else all in the module or branch whose path it is."""
    alone = [node for node in network.nodes if node.path == path]
    return alone or [node for node in network.nodes if node.path.startswith(f"{path}/")]


def _modules(network: Network, name: str) -> list[str]:
    with suppress(FlopcountError):
        return modules_named(name, network)
    return []


def _in_scope(network: Network, name: str) -> list[Node]:
    """What a name is in a model: a module at any depth, ``layer1/0`` or ``layer1.0``, or a layer.

    In a part the way to it may be left out.
    """
    common = scope_of(network)
    starts = [common[:n] for n in range(len(common) + 1)]
    for steps in (name.split("/"), name.replace(".", "/").split("/")):
        for start in reversed(starts) if network.whole else starts:
            way = (*start, *steps)
            path = "/".join(way)
            found = [node for node in network.nodes if _names(node)[: len(way)] == way]
            if found := found or [node for node in network.nodes if node.path == path]:
                return found
    return []


def _nodes(network: Network, name: str) -> list[Node]:
    if network.reader and (found := _in_scope(network, name)):
        return found
    modules = _modules(network, name)
    if modules:
        return [node for node in network.nodes if node.module in modules]
    head, slash, rest = name.partition("/")
    if slash and rest:
        found = [
            node
            for module in _modules(network, head)
            for node in _under(network, f"{module}/{rest}")
        ]
        if found:
            return found
    scope = scope_of(network)
    while scope and name:
        if found := _under(network, "/".join((*scope, name))):
            return found
        scope = scope[:-1]
    plain = name.replace("×", "x").replace("X", "x")
    return _nodes(network, plain) if plain != name else []


def _unknown(network: Network, name: str) -> str:
    """What is wrong with a name, told from as far as it can be followed."""
    steps, here = name.split("/"), "/".join(scope_of(network))
    if network.reader and len(steps) == 1:
        steps = name.split(".")
    for count in range(len(steps) - 1, 0, -1):
        if nodes := _nodes(network, "/".join(steps[:count])):
            here, name = "/".join(_common(map(_names, nodes))), "/".join(steps[count:])
            break
    if not here:
        branch = next((node for node in network.nodes if name and node.branch == name), None)
        how = f"; a branch is named with its module: '{branch.module}/{name}'" if branch else ""
        return one_of(name, network.modules, "module") + how
    below = f"{here}/"
    known = dict.fromkeys(
        node.path.removeprefix(below).partition("/")[0] for node in _under(network, here)
    )
    what = "module or layer" if network.reader else "branch or layer"
    return f"{here}: {one_of(name, known, what)}"


class Parted(Network):
    """A network that is asked for its parts by their names, and iterated over by module."""

    def __getitem__(self, name: str) -> Self:
        """A part of the network, itself a network on the shapes that it really reads.

        `name` is a module's (``3a``, also ``inception_3a``; ``C`` for C.1 … C.10), a branch's
        (``3a/5x5``) or a layer's (``3a/5x5/2``); in a part also what follows the part's own name:
        ``net["3a"]["5x5"]["2"]``. Raises `FlopcountError` for a name that is not there.
        """
        return cast("Self", part(self, name))

    def select(self, names: str | Iterable[str]) -> Self:
        """The part of the network that the named modules are, on the shapes that they really see.

        A name is a module's (``3a``, also ``inception_3a``), or that of a row which repeats a
        block (``C`` for C.1 … C.10); ``3a/5x5`` is a branch alone. One name may stand without a
        list. Raises `FlopcountError` for a name that is not there, and where there is none.
        """
        if not isinstance(names, Iterable):
            raise FlopcountError(f"modules: expected names of modules, not {quote(names)}")
        named = [names] if isinstance(names, str) else list(names)
        if not named:
            raise FlopcountError(f"{shorten(self.name)}: expected names of modules, read none")
        return cast("Self", selected(self, named))

    def __iter__(self) -> Iterator[Self]:
        """Each module as a network on the shapes that it really reads, in order."""
        return cast("Iterator[Self]", each_module(self))

    def __len__(self) -> int:
        """How many modules there are."""
        return len(self.modules)

    def __bool__(self) -> bool:
        """A network is there, however few modules it has."""
        return True

    def __contains__(self, name: object) -> bool:
        """Whether there is a part of this name."""
        return is_part(self, name)
