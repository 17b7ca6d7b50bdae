"""Names of rows and blocks, as a table takes them."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from ...core import INPUT
from ..tokens import MAX_NAME
from ..vocabulary import RESERVED

_NO_ROW = {INPUT, "total"}
_LONGEST = MAX_NAME - len("-first-100")  # what is put behind a name has to fit too


def row_names(paths: Sequence[Sequence[str]]) -> list[str]:
    """A name for each row, by the end of the way to it: as much of that as tells it from others.

    >>> row_names([("conv1",), ("layer1",), ("encoder", "layers"), ("head", "0"), ("head", "3")])
    ['conv1', 'layer1', 'layers', 'head-0', 'head-3']
    """
    ways = [
        [part for step in path for part in [_part(step)] if part] or ["layers"] for path in paths
    ]
    lengths = [_least(way) for way in ways]
    while True:
        names = ["-".join(way[-length:]) for way, length in zip(ways, lengths, strict=True)]
        longer = [
            place
            for place, name in enumerate(names)
            if names.count(name) > 1 and lengths[place] < len(ways[place])
        ]
        if not longer:
            return told_apart(names, _NO_ROW)
        for place in longer:
            lengths[place] = _least(ways[place], lengths[place] + 1)


def _least(way: Sequence[str], least: int = 1) -> int:
    """How much of a way says what it is, `least` or more: it does not start with a number."""
    for length in range(least, len(way) + 1):
        if not way[-length].isdigit():
            return length
    return len(way)


def _part(step: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "-", step)[:_LONGEST].strip("-")


def told_apart(names: Iterable[str], taken: Collection[str] = RESERVED) -> list[str]:
    """The names, none of them twice, nor one that is taken: a number behind it tells it apart."""
    found: list[str] = []
    for name in names:
        found.append(_other(name, lambda one: one in found or one in taken))
    return found


def _other(name: str, taken: Callable[[str], bool]) -> str:
    number, other = 2, name
    while taken(other):
        other, number = f"{name}-{number}", number + 1
    return other


def block_name(kind: str) -> str:
    """A block's name, by the class of the module that it is.

    >>> block_name("BasicBlock"), block_name("SEBottleneck"), block_name("")
    ('basic-block', 'se-bottleneck', 'block')
    """
    words = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3-\2\4", kind)
    return re.sub(r"[^A-Za-z0-9]+", "-", words)[:_LONGEST].strip("-").lower() or "block"
