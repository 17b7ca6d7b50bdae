"""Counts by the names that people type: ``FLOPs`` for ``flops``; what ``gflops`` would be."""

from collections.abc import Iterable

from ..core import COUNTS, NAMED, Count
from ..errors import FlopcountError, one_of, quote
from .conventions import NONE, Families, says

# Prefixes of a unit, and the powers of ten that they are; b(illion) is what some print for G.
PREFIXES = {"k": 3, "m": 6, "g": 9, "b": 9, "t": 12, "p": 15}


def known_as(name: object) -> str | None:
    """The name of the count that is meant, in small or large letters; None for another.

    >>> known_as("FLOPs"), known_as("gflops")
    ('flops', None)
    """
    small = name.lower() if isinstance(name, str) else None
    return small if small in NAMED else None


def count_named(name: object, place: str = "") -> Count:
    """The count of a name, in small or large letters; `place` is what an error names.

    Raises `FlopcountError` for another, which says of ``gflops`` what to write for it.

    >>> count_named("MACs").name
    'macs'
    >>> count_named("gflops")
    Traceback (most recent call last):
        ...
    flopcount.errors.FlopcountError: 'gflops' is no count: write flops, and 4e9 for 4 of them
    """
    found = known_as(name)
    if found:
        return NAMED[found]
    said = scaled(name) or one_of(name, NAMED, "count")
    raise FlopcountError(f"{place}: {said}" if place else said)


def counts_named(columns: Iterable[str]) -> tuple[str, ...]:
    """The names of counts that were asked for, each once; a text has commas between them."""
    if not isinstance(columns, Iterable):
        raise FlopcountError(f"columns: expected names of counts, not {quote(columns)}")
    names: list[str] = []
    for given in columns.split(",") if isinstance(columns, str) else columns:
        typed = given.strip() if isinstance(given, str) else given
        if scaled(typed):
            count, prefix = str(known_as(typed[1:])), typed[0].upper().replace("B", "G")
            raise FlopcountError(
                f"columns: {quote(typed)} is no count: write {count}; "
                f"a report prints it so with unit {prefix}"
            )
        name = count_named(typed, "columns").name
        if name in names:
            raise FlopcountError(f"columns: {name} is named twice")
        names.append(name)
    return tuple(names)


def restated(names: Iterable[str], there: Families = NONE) -> list[str]:
    """What those of the counts are that say the multiplies again, a sentence each.

    Of layers of these families, as `families` of conventions.py has them.

    >>> restated(["params", "flops"])
    ['FLOPs: 2 × multiplies, for a multiply and an add each: ...']
    """
    said = [NAMED[name] for name in names if name not in COUNTS]
    return [f"{count.title}: {says(count, there)}" for count in said]


def scaled(name: object) -> str:
    """What to write for a count in another unit, such as ``gflops``; empty where it is none."""
    small = name.lower() if isinstance(name, str) else ""
    count = known_as(small[1:])
    if not count or small[:1] not in PREFIXES:
        return ""
    return f"{name!r} is no count: write {count}, and 4e{PREFIXES[small[:1]]} for 4 of them"
