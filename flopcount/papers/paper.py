"""What a paper prints beside the exact figures: a table's ``[paper]`` section, judged."""

from collections.abc import Mapping
from typing import Any

from ..analysis import Line, Report, analyze
from ..analysis.conventions import families, of_one_sample
from ..analysis.count_names import count_named, restated
from ..core import NAMED, UNITS, Network
from ..errors import FlopcountError, one_of, plural, quote
from ..notation import LoadedTable, one_line, parse_alone, read_table
from ..reading import MOST_LAYERS
from ..records import replace
from ..writing.cells import number
from ..writing.sheet import Column, Sheet, Verdict
from .claims import claims_table
from .figures import Printed, read_printed, summed

_KEYS = ("source", "counts", "K", "notes", "readings")
_ABOUT_BASE = ("notes", "readings")
_LARGE = {"G = B": 10**9, "T": 10**12}


def compare_with_paper(table: LoadedTable, network: Network) -> Sheet:
    """Each printed row beside the exact one and why they differ; then the claims about a network.

    Raises `FlopcountError` where there is neither a ``[paper]`` section nor a claim, or the
    section does not fit.
    """
    section = table.document.get("paper")
    claims = claims_table(table.name) if table.shipped else None
    if section is None and claims is not None:
        base = read_table(table.name.partition("@")[0]).build()
        return replace(claims, notes=(base.title, *base.notes))
    if not isinstance(section, dict):
        raise FlopcountError(f"{table.label}: has no [paper] section with printed figures")
    try:
        rows = _Comparison(section, network, variant="@" in table.name).sheet()
    except FlopcountError as error:
        raise FlopcountError(f"{table.label}: paper: {error}") from None
    return replace(rows, more=(claims,)) if claims else rows


class _Comparison:
    """The rows of a ``[paper]`` section beside the lines of the network's report."""

    def __init__(self, section: Mapping[str, Any], network: Network, *, variant: bool) -> None:
        if variant:  # the notes and readings are about the paper's own network
            section = {key: value for key, value in section.items() if key not in _ABOUT_BASE}
        self.section = section
        self.network = network
        self.lines = {str(line.module): line for line in analyze(network).by("module").lines}
        self.counts = self._counts()
        self.thousand = section.get("K", 1000)
        if self.thousand not in (1000, 1024) or type(self.thousand) is not int:
            raise FlopcountError(f"K: read {quote(self.thousand)}, expected 1000 or 1024")
        self.printed = {
            row: self._row(row, figures) for row, figures in section.items() if row not in _KEYS
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

    def _row(self, row: str, figures: object) -> list[Printed]:
        if row not in self.lines:
            raise FlopcountError(one_of(row, self.lines, "row"))
        if not isinstance(figures, list) or len(figures) != len(self.counts):
            raise FlopcountError(
                f"{row}: read {quote(figures)}, expected a list of "
                f"{plural(len(self.counts), 'figure')} ({', '.join(self.counts)})"
            )
        return [read_printed(figure, row, self.thousand) for figure in figures]

    def sheet(self) -> Sheet:
        columns = [Column("row", "row")]
        for count in self.counts:
            printed, counted = f"printed_{count}", count in UNITS
            columns += [
                Column(
                    printed,
                    f"printed {NAMED[count].title}",
                    "figure",
                    key=True,
                    group=count,
                    counted=counted,
                ),
                Column(count, "exact", "count", key=True, group=count, counted=counted),
                Column(f"{count}_difference", "difference", "change", group=count),
            ]
        columns.append(Column("verdict", "verdict", key=True))
        rows = [self._cells(row) for row in self.printed]
        heading = (
            f"{self.network.title}: {self.network.name}, printed and exact",
            *([one_line(self.section["source"], "source")] if "source" in self.section else []),
        )
        titles = [NAMED[count].title for count in self.counts]
        there = families(self.network.rows)
        notes = (
            *restated(self.counts, there),
            f"exact: {' and '.join(titles)}; {self._suffixes()}",
            "difference: printed ÷ exact − 1; agrees: the exact figure, rounded or cut off",
        )
        return Sheet(
            tuple(columns),
            rows,
            self._total(),
            heading,
            (*self._notes(), *self._readings()),
            convention=of_one_sample(there),
            notes=notes,
        )

    def _suffixes(self) -> str:
        """What K and M are, and G and T where they are there."""
        units = {figure.unit for figures in self.printed.values() for figure in figures}
        large = [f"{name} = {number(unit)}" for name, unit in _LARGE.items() if unit in units]
        return ", ".join([f"K = {number(self.thousand)}", "M = 1,000,000", *large])

    def _cells(self, row: str) -> list[Any]:
        cells: list[Any] = [row]
        fits = []
        for count, printed in zip(self.counts, self.printed[row], strict=True):
            exact = self._exact(row, count)
            cells += [printed.text, exact, printed.difference(exact) if exact else None]
            fits.append(printed.fits(exact))
        apart = [count for count, fit in zip(self.counts, fits, strict=True) if not fit]
        verdict = f"{' and '.join(apart)} differ" if apart else "agrees"
        cells.append(Verdict(verdict, fine=not apart))
        return cells

    def _exact(self, row: str, count: str) -> int:
        line: Line = self.lines[row]
        return int(getattr(line.cost, count))

    def _total(self) -> list[Any]:
        cells: list[Any] = ["total"]
        for place, count in enumerate(self.counts):
            figures = [printed[place] for printed in self.printed.values()]
            exact = sum(self._exact(row, count) for row in self.printed)
            printed = summed(figures)
            text = printed.text if printed else ""
            cells += [text, exact, printed.difference(exact) if printed and exact else None]
        return [*cells, ""]

    def _notes(self) -> list[str]:
        notes = self.section.get("notes", {})
        found = []
        if not isinstance(notes, dict):
            raise FlopcountError(f"notes: read {quote(notes)}, expected a section")
        known = {*self.printed, "total", "params", "ops"}
        for row, parts in notes.items():
            if row not in known:
                raise FlopcountError(f"notes: {one_of(row, self.printed, 'row')}")
            if not isinstance(parts, dict) or not set(parts) <= {"established", "guess"}:
                raise FlopcountError(
                    f"notes.{row}: read {quote(parts)}, expected {{established = …, guess = …}}"
                )
            found += [
                f"{row}: {kind}: {one_line(text, f'notes.{row}.{kind}')}"
                for kind, text in parts.items()
            ]
        return found

    def _readings(self) -> list[str]:
        """Other ways to build a row, priced on what it really reads."""
        readings = self.section.get("readings", {})
        if not isinstance(readings, dict):
            raise FlopcountError(f"readings: read {quote(readings)}, expected a section")
        found = []
        layers = 0
        for row, specs in readings.items():
            if row not in self.printed or not isinstance(specs, list):
                raise FlopcountError(f"readings.{row}: expected a printed row and a list of specs")
            for spec in specs:
                alone = self._alone(row, spec)
                layers += len(alone.network.nodes)
                if layers > MOST_LAYERS:
                    raise FlopcountError(
                        f"readings: more than {MOST_LAYERS:,} layers in all, the limit"
                    )
                figures = " and ".join(
                    f"{number(getattr(alone.total.cost, count))} {count}" for count in self.counts
                )
                found.append(f"{row} as '{spec}': {figures}")
        return found

    def _alone(self, row: str, spec: object) -> Report:
        if not isinstance(spec, str):
            raise FlopcountError(f"readings.{row}: read {quote(spec)}, expected a spec")
        try:
            return analyze(parse_alone(spec, row, self.lines[row].rows[0].inputs[0]))
        except FlopcountError as error:
            raise FlopcountError(f"readings.{row}: {quote(spec)}: {error}") from None
