"""What a call's place in the network says of it: gradients, folded norms, parameters met first."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ...core import Row
from ...core.graph import output_of
from ..kinds import KINDS, Names
from .parts import Part
from .read import Read, whole

# What no layer says of itself: as torch has it where nobody asks for anything else.
NEUTRAL = dict.fromkeys(
    (
        "stats",
        "inside_fast",
        "dead",
        "worded",
        "masked",
        "training",
        "exact",
        "einsum_matrices",
    ),
    0,
)
_FOLDS = "convolution", "batch norm"


class Layer(NamedTuple):
    """A row, what was read of it, and the operations that it is."""

    row: Row
    read: Read
    parts: Sequence[Part]


class Flow:
    """The layers of a network in order, and what flows between them.

    A layer that is no operation (a shortcut, a view) hands on what it reads.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._same: dict[str, str] = {}  # the port that an output is handed on from
        self._chained: set[str] = set()
        self._pending: dict[str, int] = {}  # parameters that are layers of their own, unread
        self._statistics = 0  # and statistics, which the next layer has
        self._folded = self._folding(layers)

    @property
    def unread(self) -> dict[str, int]:
        """The parameters and the statistics that no layer has read so far."""
        return {"stored": sum(self._pending.values()), "stats": self._statistics}

    def _folding(self, layers: Sequence[Layer]) -> set[str]:
        """The convolutions that a batch norm alone reads, and those norms: their layers' paths."""
        same: dict[str, str] = {}
        readers: Counter[str] = Counter()
        for layer in layers:
            ports = [_from(same, port) for port in layer.row.node.inputs]
            if not layer.parts and ports:
                same[layer.row.node.path] = ports[0]
            else:
                readers.update(ports)
        ends = {
            layer.row.node.path
            for layer in layers
            if layer.parts and layer.parts[-1].kind == _FOLDS[0]
        }
        folded = set()
        for layer in layers:
            ports = [_from(same, port) for port in layer.row.node.inputs]
            is_norm = layer.parts and layer.parts[0].kind == _FOLDS[1]
            if is_norm and ports and ports[0] in ends and readers[ports[0]] == 1:
                folded |= {layer.row.node.path, ports[0]}
        return folded

    def through(self, layer: Layer) -> Iterator[Part]:
        """The parts of a layer with these facts, in order; afterwards the next may be asked for."""
        node, parts = layer.row.node, layer.parts
        ports = [_from(self._same, port) for port in node.inputs]
        first = bool(ports) and ports[0] in self._chained
        chained = any(port in self._chained for port in ports)
        waiting = sum(self._pending.pop(port, 0) for port in ports)
        held = sum(whole(layer.row.known(name)) for name in ("weights", "biases", "norm_params"))
        stats = whole(layer.row.known("norm_stats"))
        if not parts:
            if ports:
                self._same[node.path] = ports[0]
            if waiting + held:
                self._pending[_from(self._same, node.path)] = waiting + held
                self._chained.add(_from(self._same, node.path))
            self._statistics += stats
            return
        stats, self._statistics = stats + self._statistics, 0
        left = [held]
        for place, part in enumerate(parts):
            facts = _reached(part, chained=first if not place else chained or held > 0)
            if part.kind in _FOLDS:
                facts["folded"] = int(self._folds(layer, place))
            last = place == len(parts) - 1
            if part.kind == _FOLDS[1] or last:
                facts["stats"], stats = stats, 0
            yield _stored(part, facts, left, more=(0 if place else waiting), last=last)
        if chained or held or waiting:
            self._chained.update(layer.row.ports)

    def _folds(self, layer: Layer, place: int) -> bool:
        kinds = tuple(part.kind for part in layer.parts)
        if place and kinds[place - 1 : place + 1] == _FOLDS:
            return True
        if kinds[place : place + 2] == _FOLDS:
            return True
        ends = place == len(kinds) - 1 if kinds[place] == _FOLDS[0] else not place
        return ends and layer.row.node.path in self._folded


def _stored(
    part: Part, facts: Mapping[str, int], left: list[int], *, more: int, last: bool
) -> Part:
    """A part, and those within it, with the parameters that each is the first to read."""
    if part.parts:
        inner = []
        for place, one in enumerate(part.parts):
            ends = last and place == len(part.parts) - 1
            after = place > 0 and part.facts.get("params", 0) > 0
            chained = _reached(one, chained=bool(after or facts["chained"]))
            chained |= {"inside_fast": part.facts.get("fast", 0)}
            inner.append(_stored(one, chained, left, more=0 if place else more, last=ends))
        said = {**NEUTRAL, **_held(part), **part.facts, **facts}
        return part._replace(facts=said, parts=tuple(inner))
    own = min(part.facts.get("params", 0), left[0])
    own = left[0] if last else own
    left[0] -= own
    said = {**NEUTRAL, **_held(part), **part.facts, **facts}
    return part._replace(facts={**said, "stored": own + more})


def _held(part: Part) -> dict[str, int]:
    """Whether arguments called weight and bias are parameters, and how many tensors there are."""
    named = KINDS.get(part.kind, Names()).module and "steps" not in part.facts
    weight = int(bool(named) and part.facts.get("params", 0) > 0)
    biased = part.facts.get("biased", 0)
    tensors = part.facts["operands"] + min(part.facts.get("params", 0), 1) + biased
    return {"weight_held": weight, "bias_held": weight * biased, "tensors": tensors}


def _reached(part: Part, *, chained: bool) -> dict[str, int]:
    """How far a gradient goes: to what comes in, and to how many factors of a product."""
    reached = int(chained)
    facts: dict[str, int] = {"chained": reached}
    if "macs" in part.facts and "steps" not in part.facts:
        flowing = {"scaled dot-product attention": 3, "matrix product": 2, "einsum": 2}
        weights = 0 if part.kind in flowing else min(part.facts.get("params", 0), 1)
        facts["gradients"] = flowing.get(part.kind, 1) * reached + weights
    return facts


def _from(same: Mapping[str, str], port: str) -> str:
    port = output_of(port)
    return same.get(port, port)
