"""A sheet as a table of a page, as it is: without scripts."""

from collections.abc import Sequence

from ..writing.cells import LEFT
from ..writing.markup import escape_html
from ..writing.sheet import Sheet, Verdict, printed


def sheet_table(sheet: Sheet, label: str, *, titled: bool = True) -> str:
    """A sheet as a table under a label: what differs in the colour of what costs."""
    titles, cells = printed(sheet)
    kinds = [' class="text"' if column.kind in LEFT else "" for column in sheet.columns]
    head = "".join(
        f'<th scope="col"{kind}>{escape_html(title)}</th>'
        for kind, title in zip(kinds, titles, strict=True)
    )
    named = escape_html(label)
    above = f"<caption>{named}</caption>\n" if titled else ""
    rows = [_row(row, kinds) for row in cells]
    total = rows.pop() if sheet.total else ""
    marked = [
        row.replace("<tr>", '<tr class="differs">', 1) if _differs(values) else row
        for row, values in zip(rows, sheet.rows, strict=True)
    ]
    body = "\n".join(marked)
    return (
        f'<div class="wide" role="region" aria-label="{named}" tabindex="0">\n'
        f'<table class="sheet">\n{above}<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody>\n<tfoot>{total}</tfoot>\n</table>\n</div>\n"
    )


def _row(cells: Sequence[str], kinds: Sequence[str]) -> str:
    name, *others = map(escape_html, cells)
    inside = "".join(f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds[1:], others, strict=True))
    return f'<tr><th scope="row">{name}</th>{inside}</tr>'


def _differs(values: Sequence[object]) -> bool:
    return any(isinstance(value, Verdict) and not value.fine for value in values)
