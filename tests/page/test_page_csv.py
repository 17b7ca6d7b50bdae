"""The CSV that a page writes, beside the one that Python writes: every text the same."""

import csv
import io

import pytest

from flopcount.page.scripts import linked
from flopcount.writing.records import escape_csv
from tests.page.running import ran, text

HOSTILE = [
    *["", "3a", "1×1 96 reduce → 3×3 128", 'a,"b"', "a;b", "a\nb\r\n", "\t=1", "' =2+3", "''-a"],
    *["=HYPERLINK(1)", "+1", "-1", "-1,000", "+7.5 %", "@a", "＝1", "-a", "--1", "1.25×", "-∞"],
    *["\x1b[31m", "\u2028", "\u200b", "\xa0", "\U0001f600", "\ue000", "\U000f0000", "é", "\x7f"],
    *["\ud800", "a\udcffb", "__proto__", "</script>", "'", "''"],
]


CSV = 'import { csvText } from "./table/csv.js";\n'


def written(rows: list[list[str]]) -> str:
    return str(ran(linked(CSV), f"csvText({text(rows)})"))


def expected(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([map(escape_csv, row) for row in rows])
    return out.getvalue()


@pytest.mark.parametrize("cell", HOSTILE)
def test_a_cell_is_what_python_writes(cell: str) -> None:
    rows = [["module", cell], [cell, cell]]
    assert written(rows) == expected(rows)
    back = list(csv.reader(io.StringIO(written(rows))))
    assert back == [list(map(escape_csv, row)) for row in rows]
