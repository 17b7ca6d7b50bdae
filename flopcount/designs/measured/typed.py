"""A table of measured designs, as it was typed: a CSV file, or a pandas DataFrame."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from ...analysis.measured_files import NUMBER, read_lines
from ...errors import FlopcountError, plural, quote, quote_path
from ...records import dataclass

MAX_ROWS = 10**6
MOST_BYTES = 10**8
_WORDS = ("and", "or", "not")  # of a filter


@dataclass(frozen=True)
class Typed:
    """The cells of each column, without the blanks around them; `lines` says where a row is."""

    place: str  # what errors begin with
    name: str  # as headings have it
    columns: Mapping[str, Sequence[str]]
    lines: Sequence[int]
    unit: str = "line"

    @property
    def size(self) -> int:
        """How many designs there are."""
        return len(self.lines)

    def at(self, row: int, column: str = "") -> str:
        """Where a row is, and a cell of it."""
        where = f"{self.place}, {self.unit} {self.lines[row]}"
        return f"{where}, column {quote(column)}" if column else where

    def refuse(self, column: str, cell: str, why: str) -> NoReturn:
        """Raise `FlopcountError` for the first cell of a column that is this one."""
        row = self.columns[column].index(cell)
        what = quote(cell) if cell else "an empty cell"
        raise FlopcountError(f"{self.at(row, column)}: {what} {why}")


def read_typed(given: Any) -> Typed:
    """Read the path of a CSV file, or take a DataFrame.

    Raises `FlopcountError` for what is neither, a heading that lacks names or has one twice, a row
    that is longer or shorter, and for more than `MAX_ROWS` rows.
    """
    if isinstance(given, str | os.PathLike):
        return _of_file(os.fspath(given))
    if hasattr(given, "iloc") and hasattr(given, "columns"):
        return _of_frame(given)
    raise FlopcountError(
        f"measured: expected the path of a CSV file, or a DataFrame, not {quote(given)}"
    )


def _of_file(path: str) -> Typed:
    place = f"--measured {quote_path(path)}"
    (first, heading), *rows = read_lines(path, place, MOST_BYTES, "design")
    if len(rows) > MAX_ROWS:
        raise FlopcountError(f"{place} has more than {MAX_ROWS:,} rows, the limit")
    names = [name.strip() for name in heading]
    while names and not names[-1]:  # a spreadsheet may write columns that are empty
        names.pop()
    _check_names(names, f"{place}, line {first}")
    width = len(names)
    for line, cells in rows:
        if len(cells) != width:
            if len(cells) < width or any(map(str.strip, cells[width:])):
                read = f"expected {plural(width, 'cell')}, read {len(cells)}"
                raise FlopcountError(f"{place}, line {line}: {read}")
            del cells[width:]
    columns = zip(*(cells for _, cells in rows), strict=True)
    return Typed(
        place,
        os.path.basename(path),  # noqa: PTH119  a Path has no NUL
        {name: [*map(str.strip, cells)] for name, cells in zip(names, columns, strict=True)},
        [line for line, _ in rows],
    )


def _of_frame(frame: Any) -> Typed:
    place = "measured"
    names = [name.strip() if isinstance(name, str) else name for name in frame.columns]
    _check_names(names, place)
    if len(frame) > MAX_ROWS:
        raise FlopcountError(f"{place} has more than {MAX_ROWS:,} rows, the limit")
    if not len(frame):
        raise FlopcountError(f"{place}: expected a row for each design, and there is none")
    columns: dict[str, list[str]] = {}
    for number, name in enumerate(names):
        cells = frame.iloc[:, number]
        columns[name] = [
            "" if is_missing else str(cell).strip()
            for cell, is_missing in zip(cells, cells.isna(), strict=True)
        ]
    return Typed(place, "the DataFrame", columns, range(len(frame)), "row")


def _check_names(names: Sequence[Any], place: str) -> None:
    for number, name in enumerate(names, 1):
        if not isinstance(name, str):
            raise FlopcountError(f"{place}: a column is called {quote(name)}, which is no text")
        if not name:
            raise FlopcountError(f"{place}: column {number} has no name")
        if NUMBER.fullmatch(name):
            raise FlopcountError(
                f"{place}: expected a heading such as 3a.r5,input,accuracy, read {quote(name)}"
            )
        if not (name[0].isalnum() or name[0] == "_") or name in _WORDS:
            raise FlopcountError(
                f"{place}: a column is called {quote(name)}; a filter needs a name that begins "
                "with a letter or a digit, and is not and, or, not"
            )
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise FlopcountError(f"{place}: two columns are called {quote(twice)}")
    if not names:
        raise FlopcountError(f"{place}: expected a heading such as 3a.r5,input,accuracy")
