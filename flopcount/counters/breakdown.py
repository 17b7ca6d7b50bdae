"""A report in another counter's numbers: what it counts of each layer, branch, module or kind."""

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from ..analysis import Report
from ..analysis.layer_text import op_key
from ..analysis.layout import report_sheet, shown
from ..analysis.lines import Line
from ..core import UNITS, Row
from ..errors import FlopcountError, visible
from ..records import dataclass
from ..writing.cells import number
from ..writing.sheet import Column, Sheet
from .counting import Counted
from .networks import Watched, calls_of
from .rules import tool_named
from .sheet import unruled_text
from .tool import Tool


class Share(NamedTuple):
    """What a counter counts of a line of a report, or of a call that is no layer's, and ours."""

    name: str
    value: int
    ours: int
    line: Line | None = None


@dataclass(frozen=True)
class Breakdown:
    """A report's lines with what a counter counts of each: they sum to what it prints.

    Calls that are no layers of the report, as a dropout, have lines of their own.
    """

    report: Report
    watched: Watched
    tool: Tool

    @cached_property
    def counted(self) -> Counted:
        """What the counter counts of the whole."""
        return self.watched.count(self.tool)

    @property
    def ours(self) -> int:
        """What flopcount counts, in its unit."""
        return self._ours(self.report.total)

    @cached_property
    def lines(self) -> list[Share]:
        """Each line of the report, in order, then what is none of them."""
        known = {row.node.path: line for line in shown(self.report) for row in line.rows}
        values: dict[str, int] = {}
        found: dict[str, Line | None] = {}
        found |= {_line_name(line): line for line in shown(self.report)}
        for part in self.counted.parts:
            row = self.watched.places.row(part.number)
            line = known.get(row.node.path) if row else None
            name = _line_name(line) if line else self._other(part.number, row)
            found.setdefault(name, None)
            values[name] = values.get(name, 0) + part.value
        return [
            Share(name, values.get(name, 0), self._ours(line) if line else 0, line)
            for name, line in found.items()
            if line or values.get(name)
        ]

    def _ours(self, line: Line) -> int:
        """What a line costs by our own count, in the counter's unit."""
        if self.tool.unit == "parameters":
            return int(line.cost.params)
        return int(line.cost.multiplies) * UNITS["flops" if self.tool.unit == "FLOP" else "macs"]

    def _other(self, number: int, row: Row | None) -> str:
        """The name of a line that the report does not have, at its grain."""
        report, name = self.report, self.watched.places.name(number)
        if report.grain == "layer":
            return name
        if report.grain == "op":
            if row is None:
                return self.counted.calls[number].kind
            return op_key(row.node.op)
        depth = 1 if report.grain == "branch" else report.depth
        return "/".join(name.split("/")[:depth])

    def sheet(self) -> Sheet:
        """The table that is printed."""
        base, report, tool = report_sheet(self.report, explain=False), self.report, self.tool
        names = next(n for n, column in enumerate(base.columns) if column.name == report.unit)
        columns = (
            *base.columns[:names],
            Column("value", f"{tool.named}, {tool.unit}", "count", key=True, counted=True),
            Column("ours", "ours", "count"),
            Column("difference", "more than ours", "more", key=True),
        )
        heads = dict(zip(map(_line_name, shown(report)), base.rows, strict=True))
        empty: dict[str, Any] = {"text": "", "count": None, "shape": None, "op": ("",)}
        rows = []
        for share in self.lines:
            head = heads.get(share.name)
            cells = list(head[:names]) if head else [empty[c.kind] for c in columns[:names]]
            if head is None:
                cells[0] = (share.name,) if columns[0].kind == "op" else share.name
            rows.append((*cells, share.value, share.ours, share.value - share.ours))
        value, own = self.counted.value, self.ours
        total = (*(base.total or ())[:names], value, own, value - own)
        titled = f"{tool.title} {tool.version}".rstrip()
        heading = (*base.heading[:1], f"as {titled} counts it, in {tool.unit}")
        return Sheet(
            columns,
            rows,
            total,
            (*heading, self.watched.says),
            notes=tuple(filter(None, [tool.says])),
            footer=tuple(self._footer()),
        )

    def _footer(self) -> Iterator[str]:
        if note := self.watched.unknown_note:
            yield note
        does = "counts of it" if self.report.network.whole else "prints"
        yield f"{number(self.counted.value)} {self.tool.unit} is what {self.tool.named} {does}"
        yield from unruled_text(self.counted)
        for fault in self.counted.faults:
            yield f"known fault: {fault}"

    def to_dict(self) -> dict[str, Any]:
        """What a JSON file holds, as Python objects."""
        tool = self.tool
        return {
            "schema": 1,
            "network": self.report.network.name,
            "as": tool.name,
            "version": tool.version or None,
            "unit": tool.unit,
            "by": self.report.grain,
            "calls": self.watched.says,
            "lines": [self._record(share) for share in self.lines],
            "complete": not self.watched.unknown,
            "total": {"value": self.counted.value, "ours": self.ours},
            "unruled": list(self.counted.unruled),
            "faults": [visible(str(fault)) for fault in self.counted.faults],
        }

    def _record(self, share: Share) -> dict[str, Any]:
        line = share.line
        named = {
            "module": line.module if line else None,
            "branch": line.branch if line else None,
            "layer": line.layer if line else None,
            "op": line.op if line else None,
        }
        return {"name": share.name, **named, "value": share.value, "ours": share.ours}

    def written(self, form: str) -> str:
        """What a file of a format holds: markdown, csv, json, latex, html; or table.

        Raises `FlopcountError` for a page and a picture, which have our own counts alone.
        """
        from ..writing.formats import FORMATS, render
        from ..writing.records import json_document

        if form == "json":
            return json_document(self.to_dict())
        if form not in FORMATS:
            raise FlopcountError(
                f"as {self.tool.named} there are tables and JSON alone: .md .csv .json .tex"
            )
        return render(self.sheet(), form)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, in the format of its ending: .md, .csv, .json or .tex.

        Raises `FlopcountError` for another ending, and where the file cannot be written.
        """
        from ..writing.files import save
        from ..writing.formats import endings

        save(path, endings(), self.written)

    def __str__(self) -> str:
        """What the terminal shows."""
        return self.written("table")

    def __repr__(self) -> str:
        """The network, the counter, what it prints."""
        name = visible(self.report.network.name)
        prints = f"{self.counted.value:,} {self.tool.unit}"
        return f"<Breakdown of {name} as {self.tool.named}: {prints}>"

    def _repr_markdown_(self) -> str:
        return self.written("markdown")

    def _repr_html_(self) -> str:
        return self.written("html")


def breakdown(report: Report, tool: str) -> Breakdown:
    """A report as another counter has it. Raises `FlopcountError` for one that is not known."""
    found = tool_named(tool)
    return Breakdown(report, calls_of(report.network, batch=report.batch), found)


def _line_name(line: Line) -> str:
    """What tells a line from the others at its grain."""
    names: Sequence[str | None] = (line.module, line.branch)
    if line.op is not None and line.layer is None:
        return line.op
    return line.layer or "/".join(filter(None, names))
