"""What was measured of networks, such as their accuracy: a column of a CSV file."""

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..analysis.measured_files import NUMBER, Line, read_lines
from ..errors import FlopcountError, nearest, one_of, quote, quote_path, shorten

MOST_BYTES = 1_000_000


class Measured(NamedTuple):
    """A column: what its heading says, and the number of each network."""

    label: str
    values: Sequence[float]


def read_measured(reference: str, networks: Sequence[Sequence[str]]) -> Measured:
    """Read ``FILE`` or ``FILE:COLUMN``, for networks that each have several names.

    The file is UTF-8: a heading, then in each row the name of a network and its numbers. Of more
    than one column with numbers, `COLUMN` says which. Raises `FlopcountError` for a file that
    cannot be read or is no such table, and for a network that it has no number for.
    """
    path, column = reference, None
    if not os.path.exists(path) and ":" in path:  # noqa: PTH110  a Path has no NUL
        path, _, column = reference.rpartition(":")
    place = f"--measured {quote_path(path)}"
    (_, heading), *rows = read_lines(path, place, MOST_BYTES, "network")
    at = _column([name.strip() for name in heading], column, place)
    values = _values(rows, at, place)
    label = heading[at].strip() or "measured"
    return Measured(label, [_of(names, values, place) for names in networks])


def _column(heading: Sequence[str], column: str | None, place: str) -> int:
    """Where the column is that was asked for, or the only one."""
    names = heading[1:]
    if not names or any(map(NUMBER.fullmatch, names)):
        raise FlopcountError(f"{place}, line 1: expected a heading such as network,accuracy")
    if column is None and len(names) > 1:
        raise FlopcountError(
            f"{place} has {len(names)} columns; choose one: FILE:{shorten(names[0])}"
        )
    if column is not None and column not in names:
        raise FlopcountError(f"{place}: {one_of(column, names, 'column')}")
    if column is not None and names.count(column) > 1:
        raise FlopcountError(f"{place}: two columns are called {quote(column)}")
    return 1 if column is None else 1 + names.index(column)


def _values(rows: Sequence[Line], at: int, place: str) -> dict[str, float | None]:
    """The number of each name; None where nothing was measured."""
    values: dict[str, float | None] = {}
    for line, cells in rows:
        name, cell = cells[0].strip(), cells[at].strip() if at < len(cells) else ""
        if not name:
            raise FlopcountError(f"{place}, line {line}: the first column names no network")
        if name in values:
            raise FlopcountError(f"{place}, line {line}: {quote(name)} is there twice")
        if cell and not NUMBER.fullmatch(cell):
            raise FlopcountError(
                f"{place}, line {line}: {quote(cell)} is not a number such as 74.9"
            )
        values[name] = float(cell) if cell else None
    return values


def _of(names: Sequence[str], values: Mapping[str, float | None], place: str) -> float:
    """The number of a network by the first of its names that is there."""
    known = next((name for name in names if name in values), None)
    if known is None:
        raise FlopcountError(f"{place} has no {quote(names[0])}{nearest(names[0], values)}")
    value = values[known]
    if value is None:
        raise FlopcountError(f"{place} has no number for {quote(known)}")
    return value
