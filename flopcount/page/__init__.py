"""A report as one page of HTML that opens offline: table, drawing, charts and live what-ifs.

Nothing is fetched: styles, scripts and the charting library (Vega-Lite) are inside the file, each
named by its hash in a content security policy that allows nothing else. What comes from a table
is escaped text, in the markup as in the data.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ..analysis import UNIT_NAMES, Report
from ..analysis.layout import report_sheet
from ..errors import FlopcountError, shorten
from ..notation import Variable
from ..pictures.kernels import Kernel, kernels_of, tinted
from ..reading import few_layers
from ..writing.markup import escape_html
from ..writing.sheet import Sheet, printed
from .data import document
from .script import text as script_text
from .scripts import linked, static
from .tree import TableRow, table_rows

if TYPE_CHECKING:
    from ..notation import Draft
    from .live import Live

MOST_BYTES = 3_000_000
_NO_LIVE = "const live = null;"
_TO_WHITE = 0.3


def page(report: Report, plan: "Draft | None" = None) -> str:
    """The report as a self-contained page; with the `plan` of its network, live what-ifs too.

    The same report gives the same bytes. Raises `FlopcountError` where the extra ``html`` is not
    installed, for too many layers or `MOST_BYTES` bytes, and for a plan that
    builds another network.
    """
    if find_spec("vl_convert") is None:
        raise FlopcountError("HTML needs vl-convert-python: pip install 'flopcount[html]'")
    few_layers(len(report.network.nodes), "a page shows")
    live = _live(plan, report) if plan else None
    rows = table_rows(report)
    sheet = report_sheet(report.by("module"), explain=False)
    title, *source = sheet.heading
    kernels = kernels_of(row.node.op for row in report.rows)
    style = f"{_colours(kernels)}\n{static('page.css')}"
    charts = safe(_vega())
    program = safe(f"{live.script if live else _NO_LIVE}\n{linked('start.js')}")
    looks = json.loads(static("charts.json"))
    data = document(report, [row.part for row in rows], kernels, live, looks)
    text = _filled(
        static("page.html"),
        {
            "policy": _policy([charts, program], style),
            "title": escape_html(title),
            "heading": _lines(source, "source") + _lines((sheet.convention.full, *sheet.notes)),
            "footer": _lines(sheet.footer),
            "unit": escape_html(UNIT_NAMES[report.unit]),
            "rows": "\n".join(map(_row, rows)),
            "total": _total(sheet),
            "style": style,
            "data": script_text(data, _record),
            "charts": charts,
            "program": program,
        },
    )
    size = len(text.encode())
    if size > MOST_BYTES:
        raise FlopcountError(
            f"the page would take {size:,} bytes, the limit is {MOST_BYTES:,}; "
            f"choose modules with --module"
        )
    return text


def _live(plan: "Draft", report: Report) -> "Live":
    from .live import live

    built, whole = plan.build(), report.network.whole or report.network
    if (built.nodes, built.inputs) != (whole.nodes, whole.inputs):
        raise FlopcountError(
            f"the plan builds {shorten(built.name)}, not the network of the report"
        )
    return live(plan, report)


def _colours(kernels: Iterable[Kernel]) -> str:
    """The colours of the kinds of layers; on a dark ground each a part of the way to white."""
    light = [kernel.colour for kernel in kernels]

    def named(colours: Iterable[str]) -> str:
        texts = (f"--k{index}: {colour};" for index, colour in enumerate(colours))
        return f":root {{ {' '.join(texts)} }}"

    dark = named(tinted(colour, _TO_WHITE) for colour in light)
    return f"{named(light)}\n@media screen and (prefers-color-scheme: dark) {{ {dark} }}"


@cache
def _vega() -> str:
    """Vega, Vega-Lite and what puts them on a page, as one script."""
    import vl_convert

    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")).strip()


def safe(script: str) -> str:
    r"""A script that cannot end its element: in its texts, ``\/`` is ``/`` and ``\x21`` ``!``."""
    return re.sub("</(?=script)", r"<\\/", script, flags=re.IGNORECASE).replace("<!--", r"<\x21--")


def _record(value: Any) -> Any:
    """A dataclass as the scripts see it; a variable by its name."""
    if isinstance(value, Variable):
        return value.name
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _policy(scripts: Sequence[str], style: str) -> str:
    def named(text: str) -> str:
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    return escape_html(
        f"default-src 'none'; script-src {' '.join(map(named, scripts))}; "
        f"style-src {named(style)}; base-uri 'none'; form-action 'none'"
    )


def _filled(template: str, texts: Mapping[str, str]) -> str:
    """The template with each ``{{name}}`` replaced, once: what is put in is not read again."""
    return re.sub(r"\{\{(\w+)\}\}", lambda match: texts[match[1]], template)


def _lines(texts: Sequence[str], kind: str = "") -> str:
    opening = f'<p class="{kind}">' if kind else "<p>"
    return "".join(f"{opening}{escape_html(text)}</p>\n" for text in texts)


def _row(row: TableRow) -> str:
    cells = "".join(f"<td>{escape_html(cell)}</td>" for cell in _record(row.cells).values())
    head = f'<th scope="row">{escape_html(row.part.name)}</th>'
    return f'<tr class="level-{row.part.level}">{head}{cells}</tr>'


def _total(sheet: Sheet) -> str:
    """The total as the terminal has it at the grain of modules."""
    _, cells = printed(sheet)
    name, *numbers = cells[-1]
    totals = "".join(f"<td>{escape_html(number)}</td>" for number in numbers)
    return f'<tr><th scope="row">{escape_html(name)}</th>{totals}</tr>'
