"""Networks held against each other, on their page: verdicts, differences by kind, pairs."""

from collections.abc import Sequence

from ..analysis.aligned import Alignment
from ..analysis.aligned.sheets import difference_sheets, pair_sheet, verdict_lines
from ..analysis.units import MULTIPLIES
from ..writing.cells import LEFT
from ..writing.markup import escape_html
from ..writing.sheet import Sheet, Verdict, printed
from .file import lines

_MOST_PAIRS = 1_000  # lines of all tables of pairs together


def against(names: Sequence[str], found: Sequence[Alignment]) -> str:
    """The markup of what each network but the first comes to beside the first.

    Of too many pairs those that differ are shown, and it is said.
    """
    verdicts = lines([*verdict_lines(names, found)], "verdict")
    differences = "".join(
        _table(sheet, sheet.heading[0]) for sheet in difference_sheets(names, found)
    )
    pairs = "".join(
        _pairs(names[0], name, one, _MOST_PAIRS // len(found))
        for name, one in zip(names[1:], found, strict=True)
    )
    return f"{verdicts}{differences}{pairs}"


def _pairs(first: str, name: str, found: Alignment, most: int) -> str:
    """The pairs of two networks, folded."""
    sheet = pair_sheet((first, name), (found,), MULTIPLIES)
    rows, said = [*sheet.rows], ""
    if len(rows) > most:
        judged = [column.name for column in sheet.columns].index("verdict")
        differing = [row for row in rows if not getattr(row[judged], "fine", True)]
        shown = differing[:most]
        said = f"; shown are {len(shown):,} of the {len(differing):,} that differ"
        rows = shown
    title = f"{name} beside {first}: {len(found.pairs):,} pairs of layers{said}"
    label = f"The layers of {name} beside those of {first}"
    table = _table(Sheet(sheet.columns, rows, sheet.total), label, titled=False)
    return f"<details>\n<summary>{escape_html(title)}</summary>\n{table}</details>\n"


def _table(sheet: Sheet, label: str, *, titled: bool = True) -> str:
    """A sheet as a table under a label: what differs in the colour of what costs."""
    titles, cells = printed(sheet)
    kinds = [' class="text"' if column.kind in LEFT else "" for column in sheet.columns]
    head = "".join(
        f'<th scope="col"{kind}>{escape_html(title)}</th>'
        for kind, title in zip(kinds, titles, strict=True)
    )
    named = escape_html(label)
    above = f"<caption>{named}</caption>\n" if titled else ""
    *rows, total = [_row(row, kinds) for row in cells] if sheet.total else []
    marked = [
        row.replace("<tr>", '<tr class="differs">', 1) if _differs(values) else row
        for row, values in zip(rows, sheet.rows, strict=True)
    ]
    body = "\n".join(marked)
    return (
        f'<div class="wide" role="region" aria-label="{named}" tabindex="0">\n'
        f'<table class="against">\n{above}<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody>\n<tfoot>{total}</tfoot>\n</table>\n</div>\n"
    )


def _row(cells: Sequence[str], kinds: Sequence[str]) -> str:
    name, *others = map(escape_html, cells)
    inside = "".join(f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds[1:], others, strict=True))
    return f'<tr><th scope="row">{name}</th>{inside}</tr>'


def _differs(values: Sequence[object]) -> bool:
    return any(isinstance(value, Verdict) and not value.fine for value in values)
