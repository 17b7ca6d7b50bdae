"""Measured designs as they are printed, and as they are written to files."""

import io
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from ...analysis.conventions import families, of_one_sample
from ...analysis.count_names import restated
from ...core import NAMED, UNITS
from ...errors import FlopcountError, plural
from ...writing.cells import plain_number
from ...writing.records import escape_csv
from ...writing.sheet import Column, Sheet
from ..files import need_pyarrow
from .columns import NETWORK
from .sweeps import MeasuredSweep

if TYPE_CHECKING:
    from ..grid.factors import Array

_LINES = 4096  # of CSV that are written at once


def columns_of(sweep: MeasuredSweep, asked: Collection[str] = ()) -> list[Column]:
    """The columns of a sheet: a user's own stay on a narrow terminal, as what varies does.

    So do those counts that were `asked` for.
    """
    found = []
    for name in sweep.shown:
        if name in sweep.rows.own:
            found.append(Column(name, name, "typed", key=True))
        elif name in NAMED:
            key = name in {"multiplies", "params", *asked}
            title = NAMED[name].title
            found.append(Column(name, title, "count", key=key, counted=name in UNITS))
        else:
            found.append(Column(name, name, "text" if name == NETWORK else "count", key=True))
    return found


def rows_of(sweep: MeasuredSweep, among: "Array") -> list[tuple[Any, ...]]:
    """A row of a sheet for each of some designs."""
    return [*zip(*sweep.columns(among).values(), strict=True)]


def heading_of(sweep: MeasuredSweep) -> str:
    """Of what the designs are."""
    modules = f", module{'s' if len(sweep.modules) > 1 else ''} {', '.join(sweep.modules)}"
    return f"{sweep.name}{modules if sweep.modules else ''}"


def notes_of(sweep: MeasuredSweep) -> Iterator[str]:
    """What is said above of which designs stay."""
    if sweep.size < sweep.typed.size:
        yield f"in the ranges: {sweep.size:,} of {plural(sweep.typed.size, 'design')}"
    for condition in sweep.keep:
        yield f"keep {condition.text}"
    if sweep.pareto:
        keys = ", ".join(f"{'-' * key.descending}{key.name}" for key in sweep.pareto)
        yield f"Pareto front of {keys}: no other design is as good by all, better by one"
    if sweep.top is not None:
        yield f"the first {sweep.top:,}"
    for name, lacking in sweep.unknown():
        yield f"left out: {plural(lacking, 'design')} without a number of {name}"


def sheet_of(sweep: MeasuredSweep, most: int) -> Sheet:
    """A line for each design that stays; raises `FlopcountError` for more than `most`."""
    among = sweep.chosen()
    if len(among) > most:
        raise FlopcountError(
            f"{len(among):,} designs stay, and standard output shows at most {most:,}; narrow them "
            "with --keep or --top, or write them to a file with -o"
        )
    there = families(sweep.layers)
    counts = [name for name in sweep.shown if name in NAMED]
    designs = plural(sweep.size, "design")
    return Sheet(
        tuple(columns_of(sweep)),
        rows_of(sweep, among),
        heading=(f"{heading_of(sweep)}: {designs} of {sweep.typed.name}",),
        convention=of_one_sample(there),
        notes=(*restated(counts, there), *notes_of(sweep), *sweep.notes),
        footer=(f"{len(among):,} of {designs}",),
    )


def csv_pieces(sweep: MeasuredSweep) -> Iterator[bytes]:
    """A CSV file: a line of names, then plain numbers; an empty cell where there is none."""
    import csv

    found = sweep.columns(sweep.chosen())
    lines = zip(*(_plain(sweep, name, cells) for name, cells in found.items()), strict=True)
    waiting: list[Sequence[Any]] = [[escape_csv(name) for name in found]]
    while waiting:
        piece = io.StringIO()
        csv.writer(piece, lineterminator="\n").writerows(waiting)
        yield piece.getvalue().encode()
        waiting = [*islice(lines, _LINES)]


def _plain(sweep: MeasuredSweep, name: str, cells: Sequence[Any]) -> Sequence[Any]:
    if name in sweep.rows.own:
        known = {cell: plain_number(cell) for cell in dict.fromkeys(cells) if cell is not None}
        return [known.get(cell) for cell in cells]
    return [*map(escape_csv, cells)] if name == NETWORK else cells


def parquet_pieces(sweep: MeasuredSweep) -> Iterator[bytes]:
    """A Parquet file: int64 columns, a user's numbers as doubles, the networks' names as texts."""
    need_pyarrow()
    import pyarrow as pa
    from pyarrow import parquet

    arrays = {}
    for name, cells in sweep.columns(sweep.chosen()).items():
        if name in sweep.rows.own:
            floats = [None if cell is None else float(cell) for cell in cells]
            arrays[name] = pa.array(floats, pa.float64())
        else:
            arrays[name] = pa.array(cells, pa.string() if name == NETWORK else pa.int64())
    file = io.BytesIO()
    parquet.write_table(pa.table(arrays), file)
    yield file.getvalue()


PIECES = {"csv": csv_pieces, "parquet": parquet_pieces}
