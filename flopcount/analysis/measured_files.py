"""CSV files of what somebody measured: a heading, then rows, each with the line that it is on."""

import csv
import io
import os
import re
import stat
from typing import NamedTuple

from ..errors import FlopcountError

NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]{1,30})(?:\.(?P<part>[0-9]{0,30}))?"
    r"(?:[eE](?P<power>[+-]?[0-9]{1,2}))?",
    re.ASCII,
)
_OTHERS = {";": "semicolons", "\t": "tabs"}  # what a spreadsheet may put between cells


class Line(NamedTuple):
    """A row of a file: the line that it ends on, and its cells."""

    number: int
    cells: list[str]


def read_lines(path: str, place: str, most_bytes: int, each: str) -> list[Line]:
    """The rows of a CSV file that are not empty: its heading, and a row for `each` thing.

    The file is UTF-8, with or without a byte order mark. Raises `FlopcountError`, which begins
    with the `place`, for what is no such file or has more than `most_bytes`.
    """
    text = _text(_bytes(path, place, most_bytes), place)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [Line(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise FlopcountError(f"{place}, line {reader.line_num}: {error}") from None
    if lines and len(lines[0].cells) == 1:
        for sign, word in _OTHERS.items():
            if sign in lines[0].cells[0]:
                raise FlopcountError(
                    f"{place}, line {lines[0].number}: {word} stand between the cells; "
                    "save it with commas, and with points in decimals"
                )
    if len(lines) < 2:
        raise FlopcountError(f"{place}: expected a heading and a row for each {each}")
    return lines


def _text(data: bytes, place: str) -> str:
    if data.startswith(b"PK\x03\x04"):
        raise FlopcountError(f"{place} is a spreadsheet or an archive; save it as CSV")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cure = "; it may be UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        raise FlopcountError(f"{place} is not UTF-8 (byte {error.start}){cure}") from None
    if "\0" in text:
        raise FlopcountError(f"{place} is not text: it has a byte 0 (byte {data.index(0)})")
    return text


def _bytes(path: str, place: str, most: int) -> bytes:
    try:
        regular = stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116  a Path has no NUL
        with open(path if regular else os.devnull, "rb") as file:  # noqa: PTH123  likewise
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise FlopcountError(f"{place}: {getattr(error, 'strerror', None) or error}") from None
    if not regular:  # a folder, or what may never end
        raise FlopcountError(f"{place} is not a regular file")
    if len(data) > most:
        raise FlopcountError(f"{place} is over {most:,} bytes, the limit")
    return data
