"""Several networks side by side as one page of HTML that opens offline, with what-ifs for all.

It is made as the page of a report is, and holds the same: nothing is fetched, and what comes from a
table is escaped text.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..analysis import Report, analyze
from ..analysis.comparisons import compare, told_apart
from ..core import Network
from ..errors import FlopcountError, plural
from ..notation import draft_of
from ..pictures.matched import MOST_SERIES, repeated, shade_of
from ..pictures.style import THEMES
from ..reading import few_layers
from ..records import dataclass
from ..rewrites import place_of, with_part
from ..writing.markup import escape_html
from ..writing.sheet import Sheet, printed
from .against import against
from .data import Kind, Record, WhatIfs, open_text, record_of
from .file import colours, file_of, in_brief, is_installed, lines
from .scripts import linked, static

if TYPE_CHECKING:
    from ..analysis.aligned import Alignment
    from .live import Live

STYLES = ("page.css", "table/table.css", "whatif/whatif.css", "compare.css")
_COUNTS = ("multiplies", "params")
_MOST_TITLED = 4  # networks whose names are the title


@dataclass(frozen=True)
class Layer:
    """A layer, and its text with ``{width}`` where its width stands.

    It is `called` where it was read from a model: its shape is the framework's, batch and all.
    """

    path: str
    module: str
    branch: str | None
    text: str
    called: bool


@dataclass(frozen=True)
class Compared:
    """A network: `built` has the output, the multiplies and the parameters of each layer.

    `typed` says whether a word on the command line can name it; of a part there is none.
    """

    name: str
    typed: bool
    layers: tuple[Layer, ...]
    built: Mapping[str, Record]
    live: WhatIfs | None


@dataclass(frozen=True)
class Fold:
    """Modules that repeat each other in all networks, and the name of their bar."""

    name: str
    modules: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """All that the scripts compute with; `kernels` are the looks of the networks' areas."""

    networks: tuple[Compared, ...]
    folds: tuple[Fold, ...]
    kernels: tuple[Kind, ...]
    charts: Mapping[str, Any]


def compared(networks: Sequence[Network], alignments: "Sequence[Alignment]") -> str:
    """Networks side by side as a self-contained page; with controls for each that has a plan.

    The rows are those of `compare`; `alignments` has each but the first beside the first. The same
    networks give the same bytes. Raises `FlopcountError` where the extra ``html`` is not installed,
    past `MOST_SERIES` networks, for too many layers or too many bytes, and as `compare` does.
    """
    is_installed()
    if len(networks) > MOST_SERIES:
        raise FlopcountError(
            f"{plural(len(networks), 'network')}; a page shows at most {MOST_SERIES} side by side"
        )
    for network in networks:
        few_layers(len(network.nodes), "a page shows", of_modules=False)
    sheet = compare(networks)
    names = told_apart([with_part(network) for network in networks])
    reports = [analyze(network) for network in networks]
    lives = [_live(report) for report in reports]
    looks = [shade_of(place, len(names), THEMES["light"]) for place in range(len(names))]
    dark = [shade_of(place, len(names), THEMES["dark"])[0] for place in range(len(names))]
    data = Document(
        networks=tuple(map(_network, names, reports, lives)),
        folds=tuple(Fold(repeat.name, repeat.modules) for repeat in repeated(networks)),
        kernels=tuple(Kind(name, hatch) for name, (_, hatch) in zip(names, looks, strict=True)),
        charts={
            **json.loads(static("charts/charts.json")),
            **json.loads(static("compare/charts.json")),
        },
    )
    shades = colours("k", [colour for colour, _ in looks], dark)
    (heading,) = sheet.heading
    title = heading if len(names) <= _MOST_TITLED else f"{len(names)} networks side by side"
    *rows, total = map(_row, printed(sheet)[1])
    return file_of(
        "compare.html",
        {
            "title": escape_html(title),
            "brief": in_brief(sheet),
            "heading": lines((sheet.convention.full, *sheet.notes)),
            "head": _head(sheet),
            "rows": "\n".join(rows),
            "total": total,
            "against": against(names, alignments),
            "style": "\n".join([shades, *map(static, STYLES)]),
        },
        f"{_scripts(lives)}{linked(static('compare.js'))}",
        data,
        cure="compare fewer networks",
    )


def _live(report: Report) -> "Live | None":
    from .live import live

    plan = draft_of(report.network)
    if report.network.reader:  # no word of a command line has a model with its sizes
        return None
    return live(plan, report) if plan and place_of(report.network) else None


def _network(name: str, report: Report, live: "Live | None") -> Compared:
    rows = report.rows
    return Compared(
        name=name,
        typed=live is not None and report.network.whole is None,
        layers=tuple(
            Layer(
                row.node.path,
                row.node.module,
                row.node.branch,
                open_text(row),
                bool(row.node.call),
            )
            for row in rows
        ),
        built={row.node.path: record_of(row, _COUNTS) for row in rows},
        live=WhatIfs(live.naive, alone=False, controls=live.controls) if live else None,
    )


def _scripts(lives: "Sequence[Live | None]") -> str:
    """What prices the networks: ``lives`` has a ``live`` for each, or null."""
    parts = (
        f"{{\n{live.script}lives.push(live);\n}}\n" if live else "lives.push(null);\n"
        for live in lives
    )
    return f"const lives = [];\n{''.join(parts)}"


def _head(sheet: Sheet) -> str:
    """Two rows: the networks, each above its columns, and what the columns are."""
    groups: dict[str, int] = {}
    for column in sheet.columns[1:]:
        groups[column.group] = groups.get(column.group, 0) + 1
    above = "".join(
        f'<th scope="colgroup" colspan="{count}">{escape_html(name)}</th>'
        for name, count in groups.items()
    )
    titles = (column.title.removeprefix(f"{column.group} ") for column in sheet.columns)
    below = "".join(f'<th scope="col">{escape_html(title)}</th>' for title in titles)
    return f"<tr><td></td>{above}</tr>\n<tr>{below}</tr>"


def _row(cells: Sequence[str]) -> str:
    """A row, or the total, as the terminal has it."""
    name, *numbers = map(escape_html, cells)
    inside = "".join(f"<td>{number}</td>" for number in numbers)
    return f'<tr><th scope="row">{name}</th>{inside}</tr>'
