"""Designs → files, piece by piece: CSV and Parquet. What is held is one piece."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..errors import FlopcountError, visible
from ..writing.records import escape_csv, records
from ..writing.sheet import Sheet

if TYPE_CHECKING:
    from .grid.factors import Array

_LINES = 4096  # of CSV that are formatted at once
_GROUP = 2**18  # designs in a row group of Parquet


def csv_pieces(columns: Sequence[str], batches: "Iterable[Array]") -> Iterator[bytes]:
    """A CSV file: a line of names, then plain integers."""
    import csv

    head = io.StringIO()
    csv.writer(head, lineterminator="\n").writerow(map(escape_csv, columns))
    yield head.getvalue().encode()
    line = ",".join(["%d"] * len(columns)) + "\n"
    for batch in batches:
        for start in range(0, len(batch), _LINES):
            part = batch[start : start + _LINES]
            yield (line * len(part) % tuple(part.ravel().tolist())).encode()


def need_pyarrow(what: str = "Parquet") -> None:
    """Raise `FlopcountError` where pyarrow, which `what` needs, is missing, before any work."""
    from importlib.util import find_spec

    if find_spec("pyarrow") is None:
        raise FlopcountError(f"{what} needs pyarrow: pip install 'flopcount[parquet]'")


class _Pieces(io.RawIOBase):
    """A file that only knows how far it was written, and what since `take` was last called."""

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self._length = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(memoryview(data))  # type: ignore[arg-type]
        self._written.append(piece)
        self._length += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._length

    def take(self) -> bytes:
        taken, self._written = b"".join(self._written), []
        return taken


def parquet_pieces(columns: Sequence[str], batches: "Iterable[Array]") -> Iterator[bytes]:
    """A Parquet file: int64 columns, in row groups of about `_GROUP` designs."""
    need_pyarrow()
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema([(name, pa.int64()) for name in columns])
    file = _Pieces()
    with parquet.ParquetWriter(file, schema) as writer:
        for group in _grouped(batches):
            arrays = [pa.array(group[:, column]) for column in range(len(columns))]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            yield file.take()
    yield file.take()


def _grouped(batches: "Iterable[Array]") -> "Iterator[Array]":
    import numpy as np

    waiting: list[Array] = []
    for batch in batches:
        waiting.append(batch)
        if sum(map(len, waiting)) >= _GROUP:
            yield np.concatenate(waiting)
            waiting = []
    if waiting:
        yield np.concatenate(waiting)


def parquet_of(sheet: Sheet) -> bytes:
    """A Parquet file of a small table: texts, int64, and shares in percent."""
    need_pyarrow()
    import pyarrow as pa
    from pyarrow import parquet

    types = {"text": pa.string(), "count": pa.int64(), "share": pa.float64()}
    schema = pa.schema([(column.name, types[column.kind]) for column in sheet.columns])
    lines = [
        {name: visible(value) if isinstance(value, str) else value for name, value in line.items()}
        for line in records(sheet)
    ]
    file = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(lines, schema), file)
    return file.getvalue()


PIECES = {"csv": csv_pieces, "parquet": parquet_pieces}
