"""Networks held against each other, on their page: verdicts, differences by kind, pairs."""

from collections.abc import Sequence

from ..analysis.aligned import Alignment
from ..analysis.aligned.sheets import difference_sheets, pair_sheet, verdict_lines
from ..analysis.units import MULTIPLIES
from ..writing.markup import escape_html
from ..writing.sheet import Sheet
from .file import lines
from .sheets import sheet_table

_MOST_PAIRS = 1_000  # lines of all tables of pairs together


def against(names: Sequence[str], found: Sequence[Alignment]) -> str:
    """The markup of what each network but the first comes to beside the first.

    Of too many pairs those that differ are shown, and it is said.
    """
    verdicts = lines([*verdict_lines(names, found)], "verdict")
    differences = "".join(
        sheet_table(sheet, sheet.heading[0]) for sheet in difference_sheets(names, found)
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
    table = sheet_table(Sheet(sheet.columns, rows, sheet.total), label, titled=False)
    return f"<details>\n<summary>{escape_html(title)}</summary>\n{table}</details>\n"
