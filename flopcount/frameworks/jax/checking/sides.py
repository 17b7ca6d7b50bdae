"""The parts of a network beside XLA's count: what both say of what stands at or below a way."""

from collections import Counter as Counted
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ....core import Row
from ....errors import FlopcountError, one_of
from ....writing.sheet import Column
from .noting import Used
from .products import Flops, added

Names = tuple[str, ...]
COLUMNS = (
    Column("multiplies", "multiplies", "count"),
    Column("multiplies_unpadded", "inside the image", "count"),
    Column("xla", "XLA ÷ 2", "count"),
)
COMPARED = (
    "multiplies inside the image with half of XLA's cost analysis of each product, lowered alone, "
    "as often as the loop runs that it stands in (XLA itself counts a loop's body once)"
)
RUN = (
    "each kind of operation is also run on small random arrays: what its nests put out, run line "
    "by line, with JAX's numbers, and its counts with what the lines did"
)
NEVER = ("the values of the whole network", "elementwise operations with XLA's")


class Ours(NamedTuple):
    """What a network has at or below a way: multiplies, those inside the image, the unknown."""

    multiplies: int
    unpadded: int
    unknown: Mapping[str, int]


def below(rows: Iterable[Row]) -> dict[Names, Ours]:
    """What stands at or below each way, by its names; the whole by none."""
    multiplies: Counted[Names] = Counted()
    unpadded: Counted[Names] = Counted()
    unknown: dict[Names, Counted[str]] = {}
    for row in rows:
        for way in ways(row):
            multiplies[way] += int(row.known("multiplies"))
            unpadded[way] += int(row.known("multiplies_unpadded"))
            if row.count("multiplies") is None:
                unknown.setdefault(way, Counted())[row.node.op.word] += 1
    return {
        way: Ours(multiplies[way], unpadded[way], dict(unknown.get(way, {}))) for way in multiplies
    }


def ways(row: Row) -> Iterator[Names]:
    """The names of a row's way, and of all above it: none, the whole, first."""
    names = tuple(step.name for step in row.node.scope)
    if names == (row.node.op.word,) and not row.node.scope[0].kind:
        names = ()  # it stands in no module, and has its own word for one
    for end in range(len(names) + 1):
        yield names[:end]


def named(known: Iterable[Names], names: Sequence[str], part: str) -> list[Names]:
    """The known ways that are named, ``encoder/Dense_0``; the whole where none is.

    Raises `FlopcountError` for one that is no such `part`.
    """
    by_name = {"/".join(way): way for way in known if way}
    for name in names:
        if name not in by_name:
            raise FlopcountError(one_of(name, list(by_name), part))
    return [by_name[name] for name in names] or [()]


def theirs(
    rows: Sequence[Row], noted: Iterable[Used], counts: Mapping[int, Flops]
) -> dict[Names, Flops]:
    """XLA's counts at or below each way."""
    found: dict[Names, list[Flops]] = {}
    for used in noted:
        if used.place in counts:
            for way in ways(rows[used.place]):
                found.setdefault(way, []).append(counts[used.place])
    return {way: added(each) for way, each in found.items()}


def compared(ours: Ours, xla: Flops) -> tuple[list[str], str]:
    """What differs, and what is explained, of one way."""
    if xla.lacks:
        names = ", ".join(dict.fromkeys(xla.lacks))
        return [], f"XLA's cost analysis is not asked about {names}: it takes all groups for each"
    if xla.agrees(ours.unpadded):
        return [], ""
    said = f"multiplies {ours.unpadded:,} inside the image, XLA {xla.multiplies:,}"
    return [said], ""
