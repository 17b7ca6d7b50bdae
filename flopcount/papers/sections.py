"""A printed table of costs, its figures beside the exact ones, and why they differ."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

from ..analysis.conventions import families, of_one_sample
from ..analysis.count_names import count_named, restated
from ..core import NAMED, UNITS, Row
from ..errors import FlopcountError, at, one_of, plural, quote
from ..notation import one_line
from ..writing.cells import number
from ..writing.figures import Printed, read_printed, summed
from ..writing.sheet import Column, Convention, Sheet, Verdict

_GENERAL = ("total", "params", "ops")  # what a note may be of beside rows and counts
_SUFFIXES = {  # as a heading says what they are, and their letters
    "M = 1,000,000": "m",
    "G = B = 1,000,000,000": "gb",
    "T = 1,000,000,000,000": "t",
}


class Measured(Protocol):
    """What a table's rows are of, and what that really costs."""

    first: str  # the name of the column that says what a row is of
    sums: bool  # whether the rows are parts of a whole

    def check(self, row: str) -> None:
        """Raise `FlopcountError` where there is no such row."""

    def cost(self, row: str) -> object:
        """What a row costs: each count an attribute."""

    def other(self, row: str, reading: str) -> object:
        """What it costs when it is read otherwise."""

    def layers(self, rows: Iterable[str]) -> Iterable[Row]:
        """All layers of some rows."""


class Section:
    """A printed table: for each row its figures, one for each of its counts, and its notes.

    Only the rows that are `shown` are worked out, or all. Raises `FlopcountError` with the place in
    the section for what does not fit.
    """

    def __init__(
        self,
        section: Mapping[str, Any],
        figures: Mapping[str, object],
        measured: Measured,
        shown: Collection[str] | None = None,
    ) -> None:
        self.section = section
        self.measured = measured
        self.source = one_line(section["source"], "source") if "source" in section else ""
        self.counts = self._counts()
        self.thousand = section.get("K", 1000)
        if self.thousand not in (1000, 1024) or type(self.thousand) is not int:
            raise FlopcountError(f"K: read {quote(self.thousand)}, expected 1000 or 1024")
        self.known = list(figures)
        self.printed = {
            row: self._figures(row, given)
            for row, given in figures.items()
            if shown is None or row in shown
        }

    def _counts(self) -> list[str]:
        counts = self.section.get("counts", ["params", "multiplies"])
        if not isinstance(counts, list) or not counts:
            raise FlopcountError(f"counts: read {quote(counts)}, expected a list of counts")
        names = [count_named(count, "counts").name for count in counts]
        for name in names:
            if names.count(name) > 1:
                raise FlopcountError(f"counts: {name} is named twice")
        return names

    def _figures(self, row: str, figures: object) -> list[Printed]:
        self.measured.check(row)
        if not isinstance(figures, list) or len(figures) != len(self.counts):
            raise FlopcountError(
                f"{row}: read {quote(figures)}, expected a list of "
                f"{plural(len(self.counts), 'figure')} ({', '.join(self.counts)})"
            )
        return [read_printed(figure, row, self.thousand) for figure in figures]

    def sheet(self, title: str) -> Sheet:
        """The figures beside the exact ones, and the notes."""
        columns = [Column(self.measured.first, self.measured.first)]
        for count in self.counts:
            printed, counted = f"printed {NAMED[count].title}", count in UNITS
            shared: dict[str, Any] = {"key": True, "group": count, "counted": counted}
            columns += [
                Column(f"printed_{count}", printed, "figure", **shared),
                Column(count, "exact", "count", **shared),
                Column(f"{count}_difference", "difference", "change", group=count),
            ]
        columns += [Column("verdict", "verdict", key=True)]
        columns += [Column("source", "source", printed=False)]
        titles = [NAMED[count].title for count in self.counts]
        there = families(self.measured.layers(self.printed))
        notes = (
            *restated(self.counts, there),
            "; ".join([f"exact: {' and '.join(titles)}", *self._suffixes()]),
            "difference: printed ÷ exact − 1; agrees: the exact figure, rounded or cut off",
        )
        return Sheet(
            tuple(columns),
            [self._cells(row) for row in self.printed],
            self._total() if self.measured.sums else None,
            (title, *([self.source] if self.source else [])),
            (*self._notes(), *self._readings()),
            convention=of_one_sample(there) if UNITS.keys() & self.counts else Convention(),
            notes=notes,
        )

    def _suffixes(self) -> list[str]:
        """What the suffixes are that are there."""
        figures = [figure for row in self.printed.values() for figure in row]
        there = {figure.suffix.strip()[:1].lower() for figure in figures}
        said = [f"K = {number(self.thousand)}"] if there & {"k"} else []
        said += [text for text, letters in _SUFFIXES.items() if there & set(letters)]
        return [", ".join(said)] if said else []

    def _exact(self, row: str, count: str) -> int:
        return int(getattr(self.measured.cost(row), count))

    def _cells(self, row: str) -> list[Any]:
        cells: list[Any] = [row]
        fits = []
        for count, printed in zip(self.counts, self.printed[row], strict=True):
            exact = self._exact(row, count)
            cells += [printed.text, exact, printed.difference(exact) if exact else None]
            fits.append(printed.fits(exact))
        apart = [count for count, fit in zip(self.counts, fits, strict=True) if not fit]
        verdict = f"{' and '.join(apart)} differ" if apart else "agrees"
        return [*cells, Verdict(verdict, fine=not apart), self.source]

    def _total(self) -> list[Any]:
        cells: list[Any] = ["total"]
        for place, count in enumerate(self.counts):
            figures = [printed[place] for printed in self.printed.values()]
            exact = sum(self._exact(row, count) for row in self.printed)
            printed = summed(figures)
            text = printed.text if printed else ""
            cells += [text, exact, printed.difference(exact) if printed and exact else None]
        return [*cells, "", self.source]

    def _about(self, name: str) -> Mapping[str, Any]:
        given = self.section.get(name, {})
        if not isinstance(given, dict):
            raise FlopcountError(f"{name}: read {quote(given)}, expected a section")
        return given

    def _notes(self) -> list[str]:
        found = []
        whole = len(self.printed) == len(self.known)
        for row, parts in self._about("notes").items():
            general = row in (*_GENERAL, *self.counts)
            if not general and row not in self.known:
                raise FlopcountError(f"notes: {one_of(row, self.known, 'row')}")
            if not isinstance(parts, dict) or not set(parts) <= {"established", "guess"}:
                raise FlopcountError(
                    f"notes.{row}: read {quote(parts)}, expected {{established = …, guess = …}}"
                )
            said = [
                f"{row}: {kind}: {one_line(text, f'notes.{row}.{kind}')}"
                for kind, text in parts.items()
            ]
            found += said if row in self.printed or (general and whole) else []
        return found

    def _readings(self) -> list[str]:
        """Other ways to read a row, priced."""
        found = []
        for row, readings in self._about("readings").items():
            if row not in self.known or not isinstance(readings, list):
                raise FlopcountError(
                    f"readings.{row}: expected a printed row and a list of other readings"
                )
            for reading in readings if row in self.printed else []:
                with at(f"readings.{row}"):
                    if not isinstance(reading, str):
                        raise FlopcountError(f"read {quote(reading)}, expected a text")
                    cost = self.measured.other(row, reading)
                figures = [f"{number(getattr(cost, count))} {count}" for count in self.counts]
                found.append(f"{row} as '{reading}': {' and '.join(figures)}")
        return found
