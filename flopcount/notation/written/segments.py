"""A chain cut where its modules are: into blocks that come again, and the layers between them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from ...core import Network, Scope
from ...records import dataclass, replace
from .chains import Chain, Fork, Step, Term, as_block, steps_of
from .forms import Form, form_of, shared_scope


class Unit(NamedTuple):
    """Some of a chain that stands together: the way to it in the model, its class, and its form.

    `parent` is the way to the module that it is a part of. `again`: there are others of its form,
    so that it is worth a block.
    """

    parent: tuple[str, ...]
    path: tuple[str, ...]
    kind: str
    chain: Chain
    form: Form
    again: bool


@dataclass(frozen=True)
class _Segment:
    """A module's terms, those of the modules in it in segments of their own."""

    path: tuple[str, ...]
    kind: str
    parts: tuple["_Segment | Term", ...]

    @property
    def chain(self) -> Chain:
        inside = (p.chain if isinstance(p, _Segment) else (p,) for p in self.parts)
        return tuple([term for terms in inside for term in terms])

    @property
    def segments(self) -> list["_Segment"]:
        return [part for part in self.parts if isinstance(part, _Segment)]


def units_of(chains: Sequence[Chain]) -> list[list[Unit]]:
    """Each of the chains as units, one after the other."""
    ways = {term: way for chain in chains for term, way in _ways(chain).items()}
    roots = [_Segment((), "", tuple(_parts(chain, 0, ways))) for chain in chains]
    forms = Counter(form for root in roots for form in _forms(root))
    cut = [list(_units(root, forms, ways)) for root in roots]
    found = Counter(unit.form for units in cut for unit in units)
    return [
        [unit._replace(again=unit.again and found[unit.form] > 1) for unit in units]
        for units in cut
    ]


def _ways(chain: Chain) -> dict[int, tuple[Scope, ...]]:
    """The way to each term: the modules that all of it is in."""
    return {id(term): shared_scope(term.nodes[_is_parted(term) :]) for term in chain}


def with_ways(network: Network) -> Network:
    """The network; where each layer has a name alone, its parts between underscores are its way."""
    if any(len(node.scope) > 1 for node in network.nodes):
        return network
    nodes = [
        replace(node, scope=tuple(map(Scope, re.split(r"[_/]", node.scope[0].name))))
        for node in network.nodes
    ]
    return replace(network, nodes=tuple(nodes))


def _is_parted(term: Term) -> bool:
    """Whether its first node takes apart what comes in, which belongs to what came before."""
    return isinstance(term, Fork) and term.parted is not None


def _parts(
    terms: Iterable[Term], depth: int, ways: dict[int, tuple[Scope, ...]]
) -> Iterator["_Segment | Term"]:
    def step(term: Term) -> Scope | None:
        way = ways[id(term)]
        return way[depth] if len(way) > depth else None

    for scope, group in groupby(terms, step):
        together = tuple(group)
        if scope is None or (len(together) == 1 and isinstance(together[0], Step)):
            for term in together:  # alone it is all of the module
                ways[id(term)] = ways[id(term)][: depth + 1]
            yield from together
        else:
            path = tuple(s.name for s in ways[id(together[0])][: depth + 1])
            yield _Segment(path, scope.kind, tuple(_parts(together, depth + 1, ways)))


def _is_large(chain: Chain) -> bool:
    """Whether it is more than a layer."""
    return len(chain) > 1 or isinstance(chain[0], Fork)


def _forms(segment: _Segment) -> Iterator[Form]:
    """The form of each module in it that is more than a layer, and of each bracket alone."""
    for part in segment.parts:
        if isinstance(part, _Segment):
            yield from _forms(part)
    if segment.path and not _is_bare(segment) and _is_large(segment.chain):
        yield form_of(segment.chain)
    for terms in _with_activation(segment.parts):
        yield form_of(terms)


def _is_bare(segment: _Segment) -> bool:
    """Whether it is a bracket with what follows it, which is counted as such."""
    return not segment.segments and segment.chain in [*_with_activation(segment.parts)]


def _with_activation(parts: Sequence["_Segment | Term"]) -> Iterator[Chain]:
    """Each bracket among the parts, with the layers without weights that follow it; no gate."""
    place = 0
    while place < len(parts):
        part = parts[place]
        place += 1
        if isinstance(part, Fork) and part.join != "multiply":
            together: list[Term] = [part]
            while place < len(parts) and _is_light(parts[place]):
                together.append(parts[place])  # type: ignore[arg-type]  # a step
                place += 1
            yield tuple(together)


def _is_light(part: object) -> bool:
    return isinstance(part, Step) and part.layer.width is None and part.layer.kernel is None


def _holds_many(segment: _Segment) -> bool:
    """Whether it, or a module in it, is a row of blocks of one form: it is none itself then."""
    inside = Counter(form_of(s.chain) for s in segment.segments if _is_large(s.chain))
    inside.update(form_of(terms) for terms in _with_activation(segment.parts))
    return any(times > 1 for times in inside.values()) or any(map(_holds_many, segment.segments))


_MOST_TERMS = 8  # of a module that is one of its kind, and still one row
_MOSTLY = 0.75  # of its layers stand in blocks: it is a row of those
_ROWS = ("Sequential", "ModuleList", "ModuleDict")


def _units(
    segment: _Segment, forms: Counter[Form], ways: dict[int, tuple[Scope, ...]]
) -> Iterator[Unit]:
    while len(segment.parts) == 1 and isinstance(segment.parts[0], _Segment):
        inner = segment.parts[0]  # a module that holds another one alone
        outer = segment if inner.kind in _ROWS else inner
        segment = _Segment(outer.path, outer.kind, inner.parts)
    chain, path = segment.chain, segment.path
    form = form_of(chain)
    is_row = segment.kind in _ROWS or _holds_many(segment)
    if path and not is_row and forms[form] > 1 and _is_large(chain):
        yield Unit(path[:-1], path, segment.kind, as_block(chain), form, again=True)
        return
    inside = list(_inside(segment, forms, ways))
    again = (step for unit in inside if unit.again for step in steps_of([unit.chain]))
    mostly = _MOSTLY * len([*steps_of([chain])]) < len([*again])
    if path and not is_row and not mostly and 1 < len(chain) <= _MOST_TERMS:
        yield Unit(path[:-1], path, segment.kind, as_block(chain), form, again=False)
    else:
        yield from inside


def _inside(
    segment: _Segment, forms: Counter[Form], ways: dict[int, tuple[Scope, ...]]
) -> Iterator[Unit]:
    """The units of a module that is none itself."""
    path = segment.path
    place, parts = 0, segment.parts
    while place < len(parts):
        part = parts[place]
        if isinstance(part, _Segment):
            yield from _units(part, forms, ways)
            place += 1
            continue
        together: Chain = (part,)
        if isinstance(part, Fork) and part.join != "multiply":
            followed = next(_with_activation(parts[place:]))
            is_alone = forms[form_of(followed)] < 2 and forms[form_of(together)]
            together = together if is_alone else followed  # alone where others stand alone
        own, way = form_of(together), tuple(scope.name for scope in ways[id(part)])
        again = isinstance(part, Fork) and forms[own] > 1
        yield Unit(path, way, segment.kind, as_block(together), own, again)
        place += len(together)
