"""A sheet → CSV and JSON, for programs: plain numbers under the columns' names."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import visible
from .cells import PLAIN
from .sheet import Sheet

_RUN = re.compile(r"[' ]*[=+@\t\r\n＝＋－＠-]")  # owasp.org, CSV injection
_NUMBER = re.compile(r"[-+]?[0-9.,]+ ?[%×KMB]?")


def csv_text(sheet: Sheet) -> str:
    """Write names, rows and total; the arithmetic as more columns, `more` sheets as more rows."""
    import csv
    import io

    rows = [*sheet.rows, sheet.total] if sheet.total is not None else sheet.rows
    columns = [column.name for column in sheet.columns]
    written = [_record(sheet, row) for row in rows]
    if sheet.arithmetic:
        explained = list(dict.fromkeys(what for _, texts in sheet.arithmetic for what in texts))
        columns += [f"{what}_arithmetic" for what in explained]
        for record, (_, texts) in zip(written, sheet.arithmetic, strict=True):
            record |= {f"{what}_arithmetic": text for what, text in texts.items()}
    for other in sheet.more:
        columns += [column.name for column in other.columns if column.name not in columns]
        written += records(other)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(map(escape_csv, columns))
    writer.writerows([escape_csv(record.get(name)) for name in columns] for record in written)
    return out.getvalue()


def json_text(sheet: Sheet) -> str:
    """Write schema 1 of a sheet: its lines, its rows and total by name, the rows of `more`."""
    return json_document(sheet_document(sheet))


def sheet_document(sheet: Sheet) -> dict[str, Any]:
    """What is written of a sheet, as Python objects."""
    return {
        "schema": 1,
        "heading": sheet.above_exact,
        "rows": records(sheet),
        "total": _record(sheet, sheet.total) if sheet.total is not None else None,
        "footer": sheet.footer,
        "more": [records(other) for other in sheet.more],
    }


def json_document(document: Mapping[str, Any]) -> str:
    r"""Write JSON as people read it; what does not print is an escape, as JSON has them.

    >>> json_document({"name": "5×5" + chr(155) + chr(0xDCFF)})
    '{\n "name": "5×5\\u009b\\udcff"\n}\n'
    """
    import json

    def shown(sign: re.Match[str]) -> str:
        return sign[0] if sign[0].isprintable() else json.dumps(sign[0])[1:-1]

    text = json.dumps(document, indent=1, ensure_ascii=False)
    return re.sub(r"[^\n -~]", shown, text) + "\n"


def _record(sheet: Sheet, row: Sequence[Any]) -> dict[str, Any]:
    return {
        column.name: None if value is None else PLAIN[column.kind](value)
        for column, value in zip(sheet.columns, row, strict=True)
    }


def records(sheet: Sheet) -> list[dict[str, Any]]:
    """The rows by the names of the columns, as plain numbers and texts; without the total."""
    return [_record(sheet, row) for row in sheet.rows]


def escape_csv(cell: Any) -> Any:
    """A cell on one line; what a spreadsheet would run as a formula has an apostrophe before it.

    So has what has apostrophes there already: two texts that differ stay two.
    """
    if not isinstance(cell, str):
        return cell
    runs = _RUN.match(cell) and not _NUMBER.fullmatch(cell)
    return visible(f"'{cell}" if runs else cell)
