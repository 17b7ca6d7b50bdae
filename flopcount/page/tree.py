"""The rows of a page's table: a report's modules, in each its branches, in each its layers."""

from collections.abc import Mapping
from typing import NamedTuple

from ..analysis import Line, Report
from ..analysis.explain import arithmetic
from ..analysis.layer_text import chain_text, layer_text
from ..analysis.layout import report_sheet, shown
from ..records import dataclass
from ..writing.cells import number
from ..writing.sheet import printed


@dataclass(frozen=True)
class Part:
    """A module, a branch or a layer, as `grain` says: a row of the table, as the scripts have it.

    `label` is its name below its parent, which the name of a layer repeats. `parent` is an index
    among the parts, `layers` are indexes among the report's rows. A `chain` is described by its
    layers one after the other, so that its text follows their widths; `text` is that of others.
    `arithmetic` has the sums behind its numbers, by what they explain; `kind` is the class of what
    was read from a model.
    """

    grain: str
    level: int
    parent: int | None
    name: str
    label: str
    layers: tuple[int, ...]
    chain: bool
    text: str
    arithmetic: Mapping[str, str]
    kind: str = ""


@dataclass(frozen=True)
class Cells:
    """What is printed of a part beside its name, in the order of the table's columns.

    Where no layer is bypassed, there is nothing naive; where no mask hides pairs, not `unpadded`.
    """

    text: str
    output: str
    count: str
    unpadded: str | None
    share: str
    params: str
    naive: str | None
    saved: str | None


class TableRow(NamedTuple):
    """A part and what is printed of it."""

    part: Part
    cells: Cells


class Printed(NamedTuple):
    """What is printed of a line of the report."""

    line: Line
    cells: Cells
    arithmetic: Mapping[str, str]


_Key = tuple[str | None, ...]  # a module; a module and a branch; or a layer


def table_rows(report: Report) -> list[TableRow]:
    """Modules, in each its branches and the layers outside them, then the layers of each."""
    index = {row.node.path: at for at, row in enumerate(report.rows)}
    by_grain = {grain: printed_lines(report, grain) for grain in ("module", "branch", "layer")}
    rows: list[TableRow] = []

    def add(key: _Key, grain: str, parent: int | None, name: str, label: str) -> int:
        line, cells, sums = by_grain[grain][key]
        layers = tuple(index[row.node.path] for row in line.rows)
        level = 0 if parent is None else rows[parent].part.level + 1
        chain = grain != "module" and cells.text == " → ".join(map(layer_text, line.rows))
        text = "" if chain else cells.text
        part = Part(grain, level, parent, name, label, layers, chain, text, sums)
        rows.append(TableRow(part, cells))
        return len(rows) - 1

    groups: dict[str, dict[str | None, list[str]]] = {}
    for row in report.rows:
        node = row.node
        groups.setdefault(node.module, {}).setdefault(node.branch, []).append(node.path)
    for module, branches in groups.items():
        top = add((module,), "module", None, module, module)
        for branch, paths in sorted(branches.items(), key=lambda pair: pair[0] is None):
            if branch is None:
                for path in paths:
                    add((path,), "layer", top, path, path)
                continue
            above = add((module, branch), "branch", top, branch, branch)
            for path in paths:
                add((path,), "layer", above, path, path.removeprefix(f"{module}/"))
    return rows


def printed_lines(report: Report, grain: str) -> dict[_Key, Printed]:
    """What is printed of each line at a grain, by its key: the numbers as the terminal has them."""
    at_grain = report.by(grain)
    lines = shown(at_grain)
    sheet = report_sheet(at_grain, explain=False).for_print()
    _, printed_rows = printed(sheet)
    names = [column.name for column in sheet.columns]
    sums = [texts for _, texts in arithmetic(at_grain, lines)]
    found: dict[_Key, Printed] = {}
    for line, row, why in zip(lines, printed_rows, sums, strict=False):  # without the total
        cell = dict(zip(names, row, strict=True))
        cells = Cells(
            text=_text(line, grain),
            output=cell["output"],
            count=cell[report.unit],
            unpadded=cell.get(f"{report.unit}_unpadded"),
            share=cell["share_percent"],
            params=cell["params"],
            naive=cell.get(f"naive_{report.unit}"),
            saved=cell.get("saved"),
        )
        found[_key(line, grain)] = Printed(line, cells, why)
    return found


def _key(line: Line, grain: str) -> _Key:
    keys: dict[str, _Key] = {"module": (line.module,), "branch": (line.module, line.branch)}
    return keys.get(grain, (line.layer,))


def _text(line: Line, grain: str) -> str:
    if grain == "module":
        return number(len(line.rows))
    return chain_text(line.rows) if grain == "branch" else layer_text(line.rows[0])
