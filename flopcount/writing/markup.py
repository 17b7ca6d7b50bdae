"""A sheet → Markdown for GitHub, HTML for notebooks; a user's text stays text in each."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..errors import visible
from .cells import LEFT
from .sheet import Column, Sheet, printed

if TYPE_CHECKING:
    from tabulate import TableFormat

_LEFT = 'style="text-align: left;"'


def tabulated(
    sheet: Sheet,
    form: "str | TableFormat",
    escape: Callable[[str], str],
    titled: Callable[[Column], str],
) -> str:
    """Write rows and total in one of tabulate's forms, or a like one: texts left, numbers right."""
    from tabulate import tabulate

    _, cells = printed(sheet)
    return tabulate(
        [[escape(cell) for cell in row] for row in cells],
        headers=[titled(column) for column in sheet.columns],
        tablefmt=form,
        colalign=["left" if column.kind in LEFT else "right" for column in sheet.columns],
        disable_numparse=True,
    )


# -- Markdown: github.github.com/gfm, and GitHub's footnotes


def escape_markdown(text: str) -> str:
    """A text that stays one in a line of Markdown or a cell of its tables."""
    return re.sub(r"([\\`*_\[\]<>|#~$^]|&(?=#?\w+;))", r"\\\1", visible(text))


def _paragraph(text: str) -> str:
    """A line that is no list, heading, rule or block of code, whatever it begins with."""
    return re.sub(r"^([-+=:]|\d+(?=[.)]))", _not_a_mark, escape_markdown(text).strip())


def _not_a_mark(mark: re.Match[str]) -> str:
    return f"{mark[0]}\\" if mark[0][0].isdigit() else f"\\{mark[0]}"


def markdown(sheet: Sheet, level: int = 2) -> str:
    """Write a heading, the rows, what they count as a footnote, notes, and the arithmetic."""
    sheet = sheet.for_print()
    counted = [column for column in sheet.columns if column.counted]
    footnote = sheet.convention.printed if counted else ""
    mark = "[^convention]" if footnote else ""
    lines = (*sheet.heading, *sheet.notes) if footnote else sheet.above
    parts = [f"{'#' * level} {_paragraph(line)}" for line in lines[:1]]
    parts += [_paragraph(line) for line in lines[1:]]

    def titled(column: Column) -> str:
        return escape_markdown(column.title) + (mark if column in counted[:1] else "")

    table = tabulated(sheet, "pipe", escape_markdown, titled).splitlines()
    empty = " |" * len(sheet.columns)
    for place in sorted(sheet.sections, reverse=True):  # below the titles and their rule
        table.insert(place + 2, f"| **{escape_markdown(sheet.sections[place])}**{empty}")
    parts.append("\n".join(table))
    parts.append("\n".join(f"- {_paragraph(line)}" for line in sheet.footer))
    if sheet.arithmetic:
        sums = [f"- {_paragraph(name)}: `{visible(text)}`" for name, text in sheet.sums()]
        parts += [f"{'#' * (level + 1)} Arithmetic", "\n".join(sums)]
    parts += [markdown(other, level + 1).rstrip("\n") for other in sheet.more]
    parts += [f"{mark}: {escape_markdown(footnote)}"] if footnote else []
    return "\n\n".join(part for part in parts if part) + "\n"


# -- HTML


def escape_html(text: str) -> str:
    """A text that stays one in an element of HTML, or in an attribute's value."""
    from html import escape

    return escape(visible(text))


def html(sheet: Sheet) -> str:
    """Write a table; the lines above and below it, and the arithmetic, as paragraphs."""
    sheet = sheet.for_print()
    above = "".join(f"<p>{escape_html(line)}</p>" for line in sheet.above)
    below = "".join(f"<p>{escape_html(line)}</p>" for line in sheet.footer)
    sums = "".join(
        f"<p>{escape_html(name)}: <code>{escape_html(text)}</code></p>"
        for name, text in sheet.sums()
    )
    table = tabulated(sheet, "unsafehtml", escape_html, lambda column: escape_html(column.title))
    rows = table.splitlines()
    first = next(at for at, row in enumerate(rows) if row.startswith("<tbody")) + 1
    for place in sorted(sheet.sections, reverse=True):
        title = escape_html(sheet.sections[place])
        head = f'<th colspan="{len(sheet.columns)}" {_LEFT}>{title}</th>'
        rows.insert(first + place, f"<tr>{head}</tr>")
    table = "\n".join(rows)
    for tag in ("th", "td"):  # a notebook sets what has no side of its own to the right
        table = table.replace(f"<{tag}>", f"<{tag} {_LEFT}>")
    return above + table + below + sums + "".join(map(html, sheet.more))
