"""What chains have in common: their form, and the numbers in it, each in its place."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, takewhile
from typing import Any, NamedTuple, TypeAlias

from ...core import Node, Scope
from ...core.ops.words import OPS
from ...records import replace
from ...sizes import Size
from ..tokens import MAX_NAME
from ..trees import Arm, Bracket, Column, From, Layer, Multiple, Repeat, Spec
from ..trees import Term as NotationTerm
from ..vocabulary import RESERVED
from .chains import Chain, Fork, Step, Term, is_identity, steps_of

_NUMBERED = re.compile(r"([a-z]+)=([0-9]+(?:x[0-9]+)*)")
_IDENTITY = Layer("identity")
Form: TypeAlias = tuple[object, ...]
Written: TypeAlias = (
    int | str | tuple[int | Column, ...] | Column | Multiple
)  # what stands in a slot


class Slot(NamedTuple):
    """A number of a layer, or the numbers of a kernel: `what` it is and its `value`.

    Of a width, `channels` are what ``in`` stands for; one in a `gate` squeezes.
    """

    what: str
    value: int | str | tuple[int, ...]
    channels: Size = 0
    gate: bool = False


def form_of(chain: Chain) -> Form:
    """What a chain is but for its numbers: equal for chains that one block can be."""
    return tuple([_form(term) for term in chain if not _is_nothing(term)])


def _form(term: Term) -> Form:
    if isinstance(term, Fork):
        return (term.join, term.parted is not None, term.reads, *map(form_of, term.arms))
    layer = term.layer
    words = [_NUMBERED.sub(r"\1=", word) if _is_slot(word) else word for word in layer.words]
    return (layer.op, len(layer.kernel or ()), layer.width is None, layer.reads, *words)


def _is_nothing(term: Term) -> bool:
    return isinstance(term, Step) and is_identity(term.node)


def _is_slot(word: str) -> bool:
    return bool(_NUMBERED.fullmatch(word)) and not word.startswith(("norm", "bias"))


def slots_of(chain: Chain) -> list[Slot]:
    """The numbers of a chain, in the order of the text."""
    return [slot for term in chain for slot in _slots(term)]


def _slots(term: Term) -> Iterator[Slot]:
    if isinstance(term, Fork):
        gates = term.join == "multiply"
        for arm in term.arms:
            yield from (s._replace(gate=True) if gates else s for s in slots_of(arm))
        return
    layer = term.layer
    if layer.kernel:
        yield Slot(OPS[layer.op].kernel, layer.kernel)  # type: ignore[arg-type]  # has no column
        if OPS[layer.op].kernel == "kernel":
            yield Slot("stride", _along(layer.stride, len(layer.kernel)))  # type: ignore[arg-type]
    if layer.width is not None:
        yield Slot("width", layer.width, term.channels)  # type: ignore[arg-type]
    for word in layer.words:
        if _is_slot(word):
            what, _, value = word.partition("=")
            yield Slot(what, value)


def _along(sizes: tuple[int, ...], axes: int) -> tuple[int, ...]:
    return sizes * axes if len(sizes) == 1 else sizes


def filled(chain: Chain, written: Sequence[Written], named: set[str] | None = None) -> Spec:
    """The chain as the notation has it, with what stands in each slot.

    The arms of its brackets have names that are not in `named`, which grows; without that, none.
    """
    left = list(written)
    spec = _filled(chain, left, named)
    if left:
        raise ValueError("more is written than there are slots")
    return spec


def _filled(chain: Chain, written: list[Written], named: set[str] | None) -> Spec:
    """Takes what it writes from the beginning of `written`."""
    spec: list[NotationTerm] = []
    for term in chain:
        if isinstance(term, Fork):
            names = _arm_names(term, named)
            specs = [_filled(arm, written, None) for arm in term.arms]
            if term.reads:
                starts = zip(term.reads, specs, strict=True)
                specs = [(From(port), *spec) if port else spec for port, spec in starts]
            specs = [spec or (_IDENTITY,) for spec in specs]
            arms = tuple(map(Arm, names, specs))
            spec.append(Bracket(term.join, arms, split=term.parted is not None))
        elif not _is_nothing(term):
            spec.append(_layer(term.layer, written))
    return counted(spec)


def counted(spec: Iterable[NotationTerm]) -> Spec:
    """The spec; a bracket that comes several times in turn, or a layer, stands there once."""
    counts = [(term, sum(1 for _ in same)) for term, same in groupby(spec)]
    return tuple([one for term, times in counts for one in _times(term, times)])


def _times(term: NotationTerm, times: int) -> Spec:
    few = 1 if isinstance(term, Bracket) else 2
    return (Repeat(times, (term,)),) if times > few else (term,) * times


def with_rows(spec: Spec, names: Mapping[str, str]) -> Spec:
    """The spec, whose ``from`` has the names of rows where it had the ports that they end at."""
    changed: list[NotationTerm] = []
    for term in spec:
        if isinstance(term, From):
            changed.append(From(names[term.row]))
        elif isinstance(term, Bracket):
            arms = [replace(arm, spec=with_rows(arm.spec, names)) for arm in term.arms]
            changed.append(replace(term, arms=tuple(arms)))
        elif isinstance(term, Repeat):
            changed.append(replace(term, spec=with_rows(term.spec, names)))
        elif isinstance(term, Layer) and term.reads:
            changed.append(replace(term, reads=names[term.reads]))
        else:
            changed.append(term)
    return tuple(changed)


def _layer(layer: Layer, written: list[Written]) -> Layer:
    kernel, stride, width, words = layer.kernel, layer.stride, layer.width, []
    if kernel:
        kernel = _sizes(written.pop(0), len(kernel))
        if OPS[layer.op].kernel == "kernel":
            stride = _shortest(_sizes(written.pop(0), len(kernel)))
    if width is not None:
        width = written.pop(0)  # type: ignore[assignment]  # of a width it is one
    for word in layer.words:
        value = f"{word.partition('=')[0]}={written.pop(0)}" if _is_slot(word) else word
        words.append(value)
    return replace(layer, kernel=kernel, stride=stride, width=width, words=tuple(words))


def _sizes(written: Written, axes: int) -> tuple[int | Column, ...]:
    if isinstance(written, tuple):
        return written
    if not isinstance(written, Column):
        raise TypeError(written)
    return (written,) * axes


def _shortest(sizes: tuple[int | Column, ...]) -> tuple[int | Column, ...]:
    return sizes[:1] if len(set(sizes)) == 1 else sizes


def _arm_names(fork: Fork, named: set[str] | None) -> list[str | None]:
    """What the arms of a fork are called: by the modules that are in each, and in no other."""
    if named is None or fork.join == "multiply":
        return [None] * len(fork.arms)
    inside = [[step.node for step in steps_of([arm])] for arm in fork.arms]
    depth = len(shared_scope(node for nodes in inside for node in nodes))
    names = [_arm_name(nodes, depth) for nodes in inside]
    own = [name if names.count(name) == 1 and name not in named else None for name in names]
    named.update(filter(None, own))
    return own


def _arm_name(nodes: Sequence[Node], depth: int) -> str | None:
    if all(map(is_identity, nodes)):
        return None
    steps = [node.scope[depth].name for node in nodes if len(node.scope) > depth]
    start = "".join(signs[0] for signs in alike(steps))
    name = steps[0] if len(set(steps)) == 1 else re.sub(r"[-_.][0-9]*$", "", start)
    if "pool" in nodes[0].op.word and not _named(name):
        return "pool"
    return _named(name) or "main"


def shared_scope(nodes: Iterable[Node]) -> tuple[Scope, ...]:
    """The steps that the ways to all of the nodes begin with."""
    return tuple(steps[0] for steps in alike([node.scope for node in nodes]))


def alike(ways: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """What sequences have in common at their start, the items of all of them together."""
    return takewhile(lambda items: len(set(items)) == 1, zip(*ways, strict=False))


def _named(text: str) -> str:
    """A name of the notation, or nothing."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", text)[:MAX_NAME].strip("-").lower()
    return "" if len(name) < 2 or name in RESERVED or name.isdigit() else name
