"""A sheet → LaTeX with booktabs, as wide as it is or as the line; a user's text stays text.

For pdflatex with T1 fonts, or lualatex. How wide a text is, LaTeX alone knows: a table that is
wider than the line is scaled down to it, one that is longer than a page breaks over pages.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..errors import comment, visible
from .cells import LEFT
from .markup import tabulated
from .sheet import Column, Sheet, printed

if TYPE_CHECKING:
    from tabulate import TableFormat

_PROSE = 24  # characters: a longer text is a paragraph …
_LINES = 3  # … of about so many lines …
_NARROWEST = 8  # … each of so many em or more, of which one holds about two characters
_PAGE = 40  # lines: a table of more breaks over pages
_FITTED = r"\noindent\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}"
_SIGNS = {
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    **{sign: f"{{{sign}}}" for sign in "[]*"},  # after a row's end they would be its argument
    "\0": "{}",
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "`": r"\textasciigrave{}",
    "'": r"\textquotesingle{}",
    '"': "''",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "×": r"$\times$",
    "→": r"$\rightarrow$",
    "·": r"$\cdot$",
    "÷": r"$\div$",
    "±": r"$\pm$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "≠": r"$\neq$",
    "≈": r"$\approx$",
    "√": r"$\surd$",
    "⌈": r"$\lceil$",
    "⌉": r"$\rceil$",
    "⌊": r"$\lfloor$",
    "⌋": r"$\rfloor$",
    "∞": r"$\infty$",
    "−": r"$-$",
    "–": "--",
    "—": "---",
    "…": r"\dots{}",
    **{sign: f"$^{power}$" for power, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{sign: f"$_{index}$" for index, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    "β": r"$\beta$",
    "γ": r"$\gamma$",
}
_LATIN = "\u017f"  # up to here the usual fonts have every letter …
_LACKING = "ĦħĸĿŀŉŦŧſ"  # … but these


class _Written(dict[int, str]):
    """How each sign is written, by its number: worked out once, for texts may be long."""

    def __missing__(self, number: int) -> str:
        sign = chr(number)
        known = _SIGNS.get(sign, sign)
        there = known != sign or (sign <= _LATIN and sign not in _LACKING)
        self[number] = known if there else f"U+{number:04X}"
        return self[number]


_WRITTEN = _Written()


def escape_latex(text: str) -> str:
    """A text as LaTeX has to be told it, with a sign that its fonts lack as its number."""
    signed = re.sub("^-(?=[0-9])", "−", visible(text))
    return re.sub(r"([-,])(?=\1)", "\\1\0", signed).translate(_WRITTEN)  # two are no dash


def latex(sheet: Sheet) -> str:
    """Write a tabular, or a longtable, with booktabs' rules; all other lines are comments above."""
    sheet = sheet.for_print()
    _, rows = printed(sheet)
    texts = list(zip(*rows, strict=True)) or [()] * len(sheet.columns)
    ems = [0, *map(_ems, sheet.columns[1:], texts[1:])]
    widest = {
        column: max(map(len, cells), default=0)
        for column, cells in zip(sheet.columns, texts, strict=True)
    }
    lines = tabulated(sheet, _lines_alone(), escape_latex, lambda column: _title(column, widest))
    titles, *body = lines.splitlines()
    if sheet.total is not None:
        body.insert(-1, r"\midrule")
    for place in sorted(sheet.sections, reverse=True):
        title = escape_latex(sheet.sections[place])
        above = [r"\addlinespace"] if place else []
        section = rf"\multicolumn{{{len(sheet.columns)}}}{{@{{}}l@{{}}}}{{\textbf{{{title}}}}}\\"
        body[place:place] = [*above, section]
    spec = f"{{@{{}}{''.join(map(_column, sheet.columns, ems))}@{{}}}}"
    long = len(rows) * (2 if any(ems) else 1) > _PAGE
    comments = [*sheet.above, *sheet.footer, *(f"{name}: {text}" for name, text in sheet.sums())]
    comments.append(f"needs the packages booktabs, array, {'longtable' if long else 'graphicx'}")
    parts = [comment("%", line) for line in comments]
    parts += _over_pages(spec, titles, body) if long else _fitted(spec, titles, body)
    more = "".join(f"\n\\bigskip\n\n{latex(other)}" for other in sheet.more)
    return "\n".join(parts) + "\n" + more


def _lines_alone() -> "TableFormat":
    """Lines of cells and nothing else; tabulate's own for LaTeX goes through each sign again."""
    from tabulate import DataRow, TableFormat

    line = DataRow("", "&", r"\\")
    return TableFormat(None, None, None, None, line, line, 1, None)


def _title(column: Column, widest: Mapping[Column, int]) -> str:
    """A title on one line, or, where it is wider than all below it, on two."""
    title = visible(column.title)
    words = title.split()
    if len(words) < 2 or len(title) <= widest[column]:
        return escape_latex(title)
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    upper, lower = map(escape_latex, min(halves, key=lambda half: max(map(len, half))))
    return rf"\shortstack[{'l' if column.kind in LEFT else 'r'}]{{{upper}\\{lower}}}"


def _ems(column: Column, texts: Sequence[str]) -> int:
    """How wide a column of long texts is, for a few lines each; 0 where they are short."""
    longest = max(map(len, texts), default=0)
    if column.kind not in LEFT or longest <= _PROSE:
        return 0
    word = max((len(word) for text in texts for word in text.split()), default=0)
    return round(max(longest / _LINES / 2, word / 2, _NARROWEST))


def _column(column: Column, ems: int) -> str:
    """Numbers to the right, texts to the left, long ones as paragraphs."""
    if ems:
        return rf">{{\raggedright\arraybackslash}}p{{{ems}em}}"
    return "l" if column.kind in LEFT else "r"


def _fitted(spec: str, titles: str, body: Sequence[str]) -> list[str]:
    return [
        _FITTED,
        rf"{{\begin{{tabular}}{spec}",
        r"\toprule",
        titles,
        r"\midrule",
        *body,
        r"\bottomrule",
        r"\end{tabular}}\par",
    ]


def _over_pages(spec: str, titles: str, body: Sequence[str]) -> list[str]:
    return [
        r"\begingroup\scriptsize\setlength{\tabcolsep}{3pt}",
        r"\setlength{\LTleft}{0pt plus 1fill minus 1fill}\setlength{\LTright}{\LTleft}",
        rf"\begin{{longtable}}{spec}",
        r"\toprule",
        titles,
        r"\midrule",
        r"\endhead",
        r"\bottomrule",
        r"\endfoot",
        *body,
        r"\end{longtable}",
        r"\endgroup",
    ]
