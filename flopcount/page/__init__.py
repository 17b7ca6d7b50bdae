"""A report as one page of HTML that opens offline: table, drawing, charts and live what-ifs.

Nothing is fetched: styles, scripts and the charting library (Vega-Lite) are inside the file, each
named by its hash in a content security policy that allows nothing else. What comes from a table
is escaped text, in the markup as in the data.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from ..analysis import UNIT_NAMES, Report
from ..analysis.layout import report_sheet
from ..errors import FlopcountError, shorten
from ..pictures.grouped import Grouped, grouped
from ..pictures.kernels import Kernel, kernels_of, tinted
from ..reading import few_layers
from ..records import fields, replace
from ..writing.markup import escape_html
from ..writing.scale import EXACT
from ..writing.sheet import Sheet, printed
from .counters import counters_section
from .data import document
from .file import colours, file_of, in_brief, is_installed, lines
from .nested import nested_rows
from .scripts import linked, static
from .tree import TableRow, table_rows

if TYPE_CHECKING:
    from ..notation import Draft, ModelDraft
    from .live import Live

STYLES = ("page.css", "table/table.css", "whatif/whatif.css", "drawing/drawing.css")
_SHORTER = "a shorter network, or shorter names, would fit"
_NO_LIVE = "const live = null;"
_TO_WHITE = 0.3
_FLAT = {  # what the template says of the table
    "grains": "Module, branch, layer",
    "shared": "modules, branches and layers",
    "sought": "module, branch or layer",
}
_NESTED = {
    "grains": "Module and layer",
    "shared": "layers, and at each level among modules and what stands beside them",
    "sought": "module or layer",
}


def page(report: Report, plan: "Draft | None" = None) -> str:
    """The report as a self-contained page; with the `plan` of its network, live what-ifs too.

    The same report gives the same bytes. Raises `FlopcountError` where the extra ``html`` is not
    installed, for too many layers or `MOST_BYTES` bytes, and for a plan that
    builds another network.
    """
    is_installed()
    if not report.rows:
        raise FlopcountError("there is no layer that a page could show")
    few_layers(len(report.network.nodes), "a page shows")
    live, fixed = _live(plan, report) if plan else (None, "")
    # without scripts, it has the usual ones; its numbers are whole, as the scripts work them out
    plain = replace(report, columns=(), scale=EXACT, params_scale=EXACT)
    shown = _grouped(plain)
    rows = nested_rows(shown) if isinstance(shown, Grouped) else table_rows(plain)
    sheet = report_sheet(plain.by("module"), explain=False).for_print()
    title, *source = sheet.heading
    kernels = kernels_of(row.node.op for row in report.rows)
    data = document(_grouped(report), [row.part for row in rows], kernels, live, title)
    return file_of(
        "page.html",
        {
            "title": escape_html(title),
            "source": lines(source, "source"),
            "brief": in_brief(sheet),
            "heading": lines((sheet.convention.full, *sheet.notes)),
            "fixed": lines([f"{fixed[0].upper()}{fixed[1:]}."] if fixed else [], "note"),
            "footer": lines(sheet.footer),
            "unit": escape_html(UNIT_NAMES[report.unit]),
            "heads": _heads(sheet),
            **_naive(report),
            **(_NESTED if isinstance(shown, Grouped) else _FLAT),
            "rows": "\n".join(map(_row, rows)),
            "total": _total(sheet),
            "counters": counters_section(report),
            "style": "\n".join([_colours(kernels), *map(static, STYLES)]),
        },
        f"{live.script if live else _NO_LIVE}\n{linked(static('page.js'))}",
        data,
        cure="choose modules with --module" if len(report.network.modules) > 1 else _SHORTER,
    )


def _grouped(report: Report) -> Report:
    """The report of a model by modules that are told apart; that of a table as it is."""
    return grouped(report) if report.network.reader else report


def _live(plan: "Draft", report: Report) -> "tuple[Live | None, str]":
    """The what-ifs, and what no slider changes: inputs of different sizes, sizes of a model."""
    built, whole = plan.build(), report.network.whole or report.network
    if (built.nodes, built.inputs) != (whole.nodes, whole.inputs):
        raise FlopcountError(
            f"the plan builds {shorten(built.name)}, not the network of the report"
        )
    if report.network.reader:
        from .resized import FixedError, resized

        try:
            return resized(cast("ModelDraft", plan), report), ""
        except FixedError as error:
            return None, str(error)
    from .live import live

    said = "the inputs have different sizes, so no slider here changes them; --input does"
    return live(plan, report), "" if plan.sides else said


def _colours(kernels: Iterable[Kernel]) -> str:
    """The colours of the kinds of layers; on a dark ground each a part of the way to white."""
    light = [kernel.colour for kernel in kernels]
    return colours("k", light, [tinted(colour, _TO_WHITE) for colour in light])


def _naive(report: Report) -> dict[str, str]:
    """What the template says of the naive reading; nothing where no layer is bypassed."""
    said = {
        "and_naive": ", naive and as built",
        "naive_head": f'<th scope="col" class="naive">naive {UNIT_NAMES[report.unit]}</th>\n',
        "saved_head": '<th scope="col">saved</th>\n',
        "without_naive": " and without the naive columns",
    }
    return said if report.bypasses else dict.fromkeys(said, "")


def _heads(sheet: Sheet) -> str:
    titles = ["part", *(column.title for column in sheet.columns[1:])]
    return "\n".join(f'<th scope="col">{escape_html(title)}</th>' for title in titles)


def _row(row: TableRow) -> str:
    every = [getattr(row.cells, cell.name) for cell in fields(row.cells)]
    there = [cell for cell in every if cell is not None]
    cells = "".join(f"<td>{escape_html(cell)}</td>" for cell in there)
    kind = f' title="{escape_html(row.part.kind)}"' if row.part.kind else ""
    head = f'<th scope="row"{kind}>{escape_html(row.part.name)}</th>'
    return f'<tr class="level-{row.part.level}">{head}{cells}</tr>'


def _total(sheet: Sheet) -> str:
    """The total as the terminal has it at the grain of modules."""
    _, cells = printed(sheet)
    name, *numbers = cells[-1]
    totals = "".join(f"<td>{escape_html(number)}</td>" for number in numbers)
    return f'<tr><th scope="row">{escape_html(name)}</th>{totals}</tr>'
