"""What a report says of attention, recurrences, lookups and experts: read off their nests."""

from collections.abc import Iterable, Sequence
from typing import Any

from ..core import Nest, Row, family_of
from ..core.ops.traits import keys_cached
from ..errors import plural
from ..sizes import Blocks, Causal, Near, Size, product
from ..writing.cells import number
from .shared import some

_NAMED = 3  # of the layers of which a sentence holds: their paths are long
_BIASES = ("no bias", "one bias", "two biases", "three biases", "four biases")
_MASKS = {Causal: "causal", Near: "window", Blocks: "shift"}


def hidden(rows: Iterable[Row]) -> int:
    """The multiplies of pairs that a mask hides, of one sample; in attention nothing is padded.

    >>> import flopcount as fc
    >>> hidden(fc.parse("4x8 > attention 1 causal").rows)  # 2 products, 8 channels, 6 pairs
    96
    """
    total: Size = 0
    for row in _of("attention", rows):
        total = total + row.count("multiplies") - row.count("multiplies_unpadded")
    return int(total)


def sequence_notes(rows: Sequence[Row]) -> tuple[str, ...]:
    """What waits for what, what is looked up, and whose weights and work experts are.

    >>> import flopcount as fc
    >>> sequence_notes(fc.parse("100x64 > lstm 64 bias=2").rows)
    ('100 steps one after the other, two biases for each gate: spec/1',)
    """
    said: dict[str, list[str]] = {}
    for row in _of("recurrence", rows):
        steps, bias = int(_steps(row)), f"{_BIASES[_biases(row)]} for each gate"
        text = f"{number(steps)} steps one after the other, {bias}" if steps > 1 else bias
        said.setdefault(text, []).append(row.node.path)
    for row in _of("lookup", rows):
        if all(nest.form.formula == "r0" for nest in row.work.nests):
            said.setdefault("looked up, no multiplies", []).append(row.node.path)
    notes = [f"{text}: {some(paths, _NAMED)}" for text, paths in said.items()]
    chosen: dict[tuple[int, int], list[str]] = {}
    for row in _of("experts", rows):
        chosen.setdefault(_chosen(row), []).append(row.node.path)
    notes += [
        f"each token takes {top} of {plural(experts, 'expert')}: the weights are those of all, the "
        f"multiplies those of the {top}, and the choice itself is not counted: "
        f"{some(paths, _NAMED)}"
        for (experts, top), paths in chosen.items()
    ]
    return tuple(notes)


def sequence_keys(row: Row) -> dict[str, Any]:
    """What a layer's JSON has beside what all layers have: nothing, of other families."""
    keys = {"attention": _attention, "recurrence": _recurrence, "experts": _experts}
    found = keys.get(family_of(row.node.op))
    return found(row) if found else {}


def _attention(row: Row) -> dict[str, Any]:
    """Heads, those of keys and values, channels of each, and what hides pairs."""
    scores = next(nest for nest in row.work.nests if nest.joined)
    groups, of_each, channels = (int(product(scores.axis(loop))) for loop in "gnd")
    mask, window, past = _masked(scores)
    keys: dict[str, Any] = {
        "heads": groups * of_each,
        "kv_heads": groups,
        "head_dim": channels,
        "mask": mask,
        "window": window,
    }
    if past:
        keys["past"] = past
    if cached := keys_cached(row.node.op):
        keys["cached"] = int(cached)
    if len(row.inputs) > 1:
        keys["inputs"] = [[int(size) for size in shape] for shape in row.inputs]
    return keys


def _masked(scores: Nest) -> tuple[str | None, list[int] | None, int]:
    """What hides pairs, how many keys a query sees along each axis, how many lie in a cache."""
    meets = scores.meets.get(next(iter(scores.form.meets), ""), ())
    window, past = [], 0
    for meet in meets:
        if isinstance(meet, Causal):
            past = int(meet.keys - meet.queries)
            window += [meet.window] if meet.window else []
        elif isinstance(meet, Near):
            window.append(2 * meet.reach + 1)
        elif isinstance(meet, Blocks):
            window.append(meet.size)
    mask = _MASKS[type(meets[0])] if scores.form.mask else None
    return mask, window or None, past


def _recurrence(row: Row) -> dict[str, Any]:
    return {"serial": int(_steps(row)), "biases_of_a_gate": _biases(row)}


def _experts(row: Row) -> dict[str, Any]:
    experts, top = _chosen(row)
    return {"experts": experts, "top": top}


def _chosen(row: Row) -> tuple[int, int]:
    """How many experts there are, and how many of them a token takes."""
    router = row.work.nests[0]
    experts, top = (int(product(router.axis(loop))) for loop in "en")
    return experts, top


def _steps(row: Row) -> Size:
    """How often a recurrence goes round, each time with what the last one left."""
    nest = next(nest for nest in row.work.nests if nest.serial)
    return product(nest.axis(nest.serial))


def _biases(row: Row) -> int:
    """How many biases each gate has: one for what enters, another for the state.

    Those of a second direction, whose names end with its number, are as many again.
    """
    names = [n for n in row.work.parameters if n[0] == "B" and not n[-1].isdigit()]
    gates = {name[-1] for name in names}
    return len(names) // len(gates) if gates else 0


def _of(family: str, rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if family_of(row.node.op) == family]
