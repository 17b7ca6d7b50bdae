"""What is known of calls once all were made: of a function or a module what its operator has."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from ....calls import DISPATCHED, FUNCTION, MODULE, OPERATOR
from ....calls.kinds import KINDS, moves
from .log import Log, Made

_SUMS = ("macs", "inside", "bias")


def settle(log: Log, outputs: Sequence[Any]) -> None:
    """Give each call what the calls in it tell of it; `outputs` are what the network puts out."""
    calls = log.calls
    for number, made in enumerate(calls):
        if made.level == OPERATOR:
            _operator(made, list(log.inside(number, DISPATCHED)))
    _fold(calls, outputs)
    for number, made in enumerate(calls):
        if made.level == FUNCTION:
            _function(made, number, list(log.inside(number)))
        elif made.level == MODULE:
            if made.kind in KINDS:
                _module(made, list(log.inside(number)))
            made.facts |= made.said


def _operator(made: Made, parts: Sequence[Made]) -> None:
    """What it has of products is what is dispatched for it, where no rule of its own says it."""
    if "macs" not in made.facts and any("macs" in part.facts for part in parts):
        made.facts |= _summed(parts)
    if any(part.facts.get("fused") for part in parts):
        made.facts["fused"] = 1


def _summed(parts: Iterable[Made]) -> dict[str, int]:
    """What all of them have of products."""
    found = list(parts)
    return {name: sum(part.facts.get(name, 0) for part in found) for name in _SUMS}


def _function(made: Made, number: int, parts: Sequence[Made]) -> None:
    """One that has one operator that computes is as that is; so is one of an operator's kind."""
    own = [part for part in parts if part.within == number]
    computing = [part for part in own if not moves(part.name)] or own
    same = [part for part in own if part.kind == made.kind]
    chosen = computing if len(computing) == 1 else same[:1]
    if made.kind == "attention":
        _module(made, parts)
    elif chosen:
        if made.kind not in KINDS:
            made.kind = chosen[0].kind
        if made.kind == chosen[0].kind:
            made.facts = chosen[0].facts | made.facts
    made.facts |= made.said


def _module(made: Made, parts: Sequence[Made]) -> None:
    """What the operator of its kind has; of attention, all products in it."""
    if made.kind == "attention":
        made.facts |= _summed(parts)
        scores = [part.facts for part in parts if "scores" in part.facts]
        made.facts["fused"] = int(any(facts["fused"] for facts in scores))
        return
    same = next((part for part in parts if part.kind == made.kind), None)
    if same is not None:
        made.facts = same.facts | made.facts


def _fold(calls: Sequence[Made], outputs: Sequence[Any]) -> None:
    """Mark each convolution that a batch norm alone reads, and that batch norm."""
    readers: dict[int, list[Made]] = defaultdict(list)
    makers: dict[int, Made] = {}
    for made in calls:
        if made.level == OPERATOR:
            for tensor in made.inputs:
                readers[id(tensor)].append(made)
            if made.kind == "convolution" and made.made:
                makers[id(made.made[0])] = made
    put_out = {id(tensor) for tensor in outputs}
    folded = set()
    for key, made in makers.items():
        read = readers[key]
        if len(read) == 1 and read[0].kind == "batch norm" and key not in put_out:
            folded |= {id(made), id(read[0])}
    for made in calls:
        whole = calls[made.within] if made.level == DISPATCHED else made
        if id(whole) in folded and "folded" in made.facts:
            made.facts["folded"] = 1
