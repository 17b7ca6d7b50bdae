"""Read tables and JSON back as what they say, and add up every column that has a total."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Read:
    """What a format holds: columns, rows, and the total row, all as text."""

    columns: list[str]
    rows: list[list[str]]
    total: list[str]


def read_table(text: str) -> Read:
    """Read the terminal's table by the places of its rules."""
    lines = text.splitlines()
    rules = [place for place, line in enumerate(lines) if line.startswith("─")]
    spans = [(m.start(), m.end()) for m in re.finditer("─+", lines[rules[0]])]

    def cells(line: str) -> list[str]:
        between = "".join(line[end : end + 2] for _, end in spans[:-1])
        assert not between.strip(), f"a cell is wider than its column: {line}"
        return [line[start:end].strip() for start, end in spans]

    first, last = rules
    rows = [cells(line) for line in lines[first + 1 : last]]
    return Read(cells(lines[first - 1]), rows, cells(lines[last + 1]))


def read_markdown(text: str) -> Read:
    """Read a pipe table; a pipe in a cell is escaped."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [
        [
            re.sub(r"\\(.)", r"\1", cell.strip().removesuffix("[^convention]"))
            for cell in re.split(r"(?<!\\)\|", line)[1:-1]
        ]
        for line in lines
    ]
    assert set("".join(cells[1])) <= set(":-")
    return Read(cells[0], cells[2:-1], cells[-1])


def read_latex(text: str) -> Read:
    """Read a tabular or a longtable with booktabs rules."""
    body = text.partition(r"\toprule")[2].partition(r"\end{")[0]
    signs = {r"\%": "%", r"\_": "_", r"\&": "&", r"$\times$": "×", "--": "–", r"\#": "#"}
    assert text.count(r"\midrule") == 2, "one rule under the titles, one over the total"
    cells = []
    stacked = r"\\shortstack\[.\]\{(.*?)\\\\(.*?)\}"  # a title on two lines
    for line in re.sub(stacked, r"\1 \2", body).splitlines():
        if line.endswith(r"\\"):
            row = re.split(r"(?<!\\)&", line.removesuffix(r"\\"))
            for sign, plain in signs.items():
                row = [cell.replace(sign, plain) for cell in row]
            cells.append([cell.strip() for cell in row])
    return Read(cells[0], cells[1:-1], cells[-1])


def read_csv(text: str) -> Read:
    """Read it as a user would, with pandas."""
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    rows = [list(row) for row in frame.itertuples(index=False)]
    assert rows == list(csv.reader(io.StringIO(text)))[1:]
    return Read(list(frame.columns), rows[:-1], rows[-1])


READERS: dict[str, Callable[[str], Read]] = {
    "table": read_table,
    "markdown": read_markdown,
    "csv": read_csv,
    "latex": read_latex,
}


def number(text: str) -> int:
    """Read a printed count, or a share in tenths of a percent."""
    plain = text.replace(",", "").removesuffix(" %")
    if "." in plain:
        whole, tenth = plain.split(".")
        assert len(tenth) == 1
        return int(whole) * 10 + int(tenth)
    return int(plain) if text != "–" and plain else 0


def titles(unit: str) -> dict[str, str]:
    """The title, or CSV name, of each column that has a total → what it is."""
    name = {"multiplies": "multiplies", "macs": "MACs", "flops": "FLOPs"}[unit]
    return {
        name: "multiplies",
        unit: "multiplies",
        f"naive {name}": "naive",
        f"naive_{unit}": "naive",
        "params": "params",
        "share": "share",
        "share_percent": "share",
        "layers": "layers",
    }


def check_sums(
    text: str, form: str, unit: str = "multiplies", *, bypasses: bool = True
) -> dict[str, int]:
    """Read a format back; every column that has a total sums to it. Return the totals.

    Where no layer is bypassed, only CSV has the naive columns.
    """
    read = READERS[form](text)
    known = titles(unit)
    assert read.total[0] == "total"
    assert read.rows
    totals: dict[str, int] = {}
    for place, title in enumerate(read.columns):
        if title not in known or not read.total[place]:
            continue
        whole = number(read.total[place])
        assert sum(number(row[place]) for row in read.rows) == whole, f"{title} in {form}"
        if whole or known[title] != "share":  # no share of nothing: a dash, or nothing
            totals[known[title]] = whole
    has_naive = bypasses or form == "csv"
    assert set(totals) - {"share", "layers"} == {"multiplies", "params"} | (
        {"naive"} if has_naive else set()
    )
    assert ("saved" in read.columns) == has_naive
    assert any("naive" in title for title in read.columns) == has_naive
    assert totals.get("share", 0) == (1000 if totals["multiplies"] else 0)
    return totals


def check_json(document: dict[str, Any]) -> dict[str, Any]:
    """Layers sum to branches, branches to modules, modules to the total, in every count."""
    total: dict[str, Any] = document["total"]
    layers = document["layers"]
    for parts, wholes, keys in (
        (layers, document["branches"], ("module", "branch")),
        (document["branches"], document["modules"], ("module",)),
        (document["modules"], [total], ()),
    ):
        for whole in wholes:
            own = [part for part in parts if all(part[key] == whole[key] for key in keys)]
            assert own
            for name, count in flat(whole).items():
                if name in flat(own[0]):
                    assert sum(flat(part)[name] for part in own) == count, (name, keys)
    return total


def flat(counts: dict[str, Any]) -> dict[str, int]:
    """Counts alone, those by kind beside the others."""
    work = {f"elementwise.{kind}": count for kind, count in counts["elementwise"].items()}
    rest = {
        name: value
        for name, value in counts.items()
        if isinstance(value, int) and name not in ("groups", "macs", "flops", "schema")
    }
    return rest | work
