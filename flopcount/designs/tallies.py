"""A sweep that counts designs: what is asked of it, and what it found, as a sheet."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..core import NAMED, UNITS
from ..errors import FlopcountError, plural
from ..reading import whole_number
from ..records import replace
from ..writing.sheet import Column, Convention, Sheet
from .chosen import BINS, MAX_BINS, Bin, Tallied, Tally, known_name
from .pricing import Sweep


def read_histograms(given: Sequence[str], names: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Names to make bins of, and at most how many of each: ``multiplies=20``.

    >>> read_histograms(["multiplies=9", "params"], ["multiplies", "params"])
    (('multiplies', 9), ('params', 20))
    """
    found: dict[str, int] = {}
    for text in given:
        typed, sign, bins = (part.strip() for part in text.partition("="))
        name = known_name(typed, names, "--histogram")
        if name in found:
            raise FlopcountError(f"--histogram: {name} is named twice")
        found[name] = whole_number(bins, f"--histogram {name}", MAX_BINS) if sign else BINS
    return tuple(found.items())


def alone(other: Mapping[str, object]) -> None:
    """Raise for options that a tally does not go with."""
    for option in [option for option, given in other.items() if given]:
        tally = "--histogram" if "--count" in other else "--count"
        raise FlopcountError(f"{tally} counts the designs that --keep keeps; leave out {option}")


def tally_sheet(
    sweep: Sweep,
    progress: Callable[[int], None] | None = None,
    heading: tuple[str, ...] = (),
    convention: Convention | None = None,
    notes: tuple[str, ...] = (),
) -> Sheet:
    """Count the designs of a sweep whose `choice` is a tally: its histograms, else its ranges.

    `heading`, `convention` and `notes` stand above the first table. `progress` and what is raised
    are those of `Sweep.answer`.
    """
    tally, found = sweep.choice, sweep.answer(progress)
    assert isinstance(tally, Tally)  # noqa: S101
    assert isinstance(found, Tallied)  # noqa: S101
    kept = int(found.kept[0])
    if tally.histograms:
        first, *others = [_bins(name, bars, kept) for name, bars in tally.bars(found).items()]
    else:
        rows = [(name, kept, *(ends or (None, None))) for name, ends in tally.ranges(found).items()]
        first, others = Sheet(_RANGES, rows), []
    counted = any(column.counted for one in (first, *others) for column in one.columns)
    return replace(
        first,
        heading=heading,
        convention=convention if convention and counted else Convention(),
        notes=notes,
        footer=(f"{kept:,} of {plural(sweep.size, 'design')}",),
        more=tuple(others),
    )


def flat(sheet: Sheet) -> Sheet:
    """All its rows in one table, for programs."""
    rows = [row for one in (sheet, *sheet.more) for row in one.rows]
    return Sheet(sheet.columns, rows)


_NAME = Column("name", "name", key=True)
_DESIGNS = Column("designs", "designs", "count", key=True)
_RANGES = (
    _NAME,
    replace(_DESIGNS, printed=False),  # all the same: the footer says it
    Column("least", "least", "count", key=True, counted=True),
    Column("most", "most", "count", key=True, counted=True),
)


def _bins(name: str, bars: "list[Bin]", kept: int) -> Sheet:
    """The bins of a name, both ends included."""
    title, counted = NAMED[name].title if name in NAMED else name, name in UNITS
    columns = (
        replace(_NAME, printed=False),
        Column("from", f"{title} from", "count", key=True, counted=counted),
        Column("to", "to", "count", key=True, counted=counted),
        _DESIGNS,
        Column("share_percent", "share", "share"),
    )
    rows: list[tuple[Any, ...]] = [
        (name, *bar, (2000 * bar.designs + kept) // (2 * kept)) for bar in bars
    ]
    return Sheet(columns, rows)
