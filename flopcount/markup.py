"""A table → Markdown for GitHub, LaTeX with booktabs, HTML; a user's text stays text in each."""

import re
from collections.abc import Callable

from .errors import visible
from .render import COUNTS, LEFT, Table, printed

_COUNTED = ("multiplies", "macs", "flops")  # the columns that the convention is about
_LONG = 40  # characters


def _tabulated(table: Table, form: str, escape: Callable[[str], str], mark: str = "") -> str:
    from tabulate import tabulate

    titles, cells = printed(table)
    marks = [mark if column.name in _COUNTED else "" for column in table.columns]
    return tabulate(
        [[escape(cell) for cell in row] for row in cells],
        headers=[f"{escape(title)}{sign}" for title, sign in zip(titles, marks, strict=True)],
        tablefmt=form,
        colalign=["left" if column.kind in LEFT else "right" for column in table.columns],
        disable_numparse=True,
    )


# -- Markdown: github.github.com/gfm, and GitHub's footnotes


def _markdown_escape(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|#~$]|&(?=#?\w+;))", r"\\\1", visible(text))


def _paragraph(text: str) -> str:
    """A line that is no list, heading, rule or block of code, whatever it begins with."""
    return re.sub(r"^([-+=:]|\d+(?=[.)]))", _not_a_mark, _markdown_escape(text).strip())


def _not_a_mark(found: re.Match[str]) -> str:
    return f"{found[0]}\\" if found[0][0].isdigit() else f"\\{found[0]}"


def markdown(table: Table, level: int = 2) -> str:
    """Write a heading, the table, what it counts as a footnote, its notes, and the arithmetic."""
    first, rest = table.heading[:1], table.heading[1:]
    counted = [line for line in rest if line.startswith(COUNTS)]
    mark = "[^convention]" if counted else ""
    parts = [f"{'#' * level} {_paragraph(line)}" for line in first]
    parts += [_paragraph(line) for line in rest if line not in counted]
    parts.append(_tabulated(table, "pipe", _markdown_escape, mark))
    parts.append("\n".join(f"- {_paragraph(line)}" for line in table.footer))
    if table.arithmetic:
        sums = [f"- {_paragraph(name)}: `{visible(text)}`" for name, text in table.sums()]
        parts += [f"{'#' * (level + 1)} Arithmetic", "\n".join(sums)]
    parts += [markdown(other, level + 1).rstrip("\n") for other in table.more]
    parts += [f"{mark}: {_markdown_escape(line)}" for line in counted]
    return "\n\n".join(part for part in parts if part) + "\n"


# -- LaTeX: for pdflatex, xelatex and lualatex, with the package booktabs

_LATEX_SIGNS = {
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    **{sign: f"{{{sign}}}" for sign in "[]*"},  # after a row's end they would be its argument
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "`": r"\textasciigrave{}",
    "'": r"\textquotesingle{}",
    '"': r"\textquotedbl{}",
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
_LATIN = "\u017f"  # up to here the usual fonts have every letter


def _latex_sign(sign: str) -> str:
    known = _LATEX_SIGNS.get(sign, sign)
    return known if known != sign or sign <= _LATIN else f"U+{ord(sign):04X}"


def _latex_escape(text: str) -> str:
    parts = visible(text).split("-")
    escaped = ("".join(map(_latex_sign, part)) for part in parts)
    return "-".join(part or "{}" * (len(parts) > 1) for part in escaped)  # two are no dash


def _latex_columns(table: Table) -> str:
    """Left for texts, right for numbers; texts that are too long for a line share its width."""
    _, cells = printed(table)
    wide = [
        column.kind in LEFT and any(len(row[place]) > _LONG for row in cells)
        for place, column in enumerate(table.columns)
    ]
    share = f"p{{{0.6 / max(1, sum(wide)):.2f}\\linewidth}}"
    return "".join(
        share if long else "l" if column.kind in LEFT else "r"
        for long, column in zip(wide, table.columns, strict=True)
    )


def latex(table: Table) -> str:
    """Write a tabular with booktabs' rules; heading, footer and arithmetic are comments above."""
    lines = _tabulated(table, "latex_raw", _latex_escape).splitlines()
    rules = [r"\toprule", r"\midrule", r"\bottomrule"]
    body = [rules.pop(0) if line == r"\hline" else line for line in lines[1:]]
    if table.total is not None:
        body.insert(-3, r"\midrule")
    comments = [*table.heading, *table.footer]
    comments += [f"{name}: {text}" for name, text in table.sums()]
    parts = [f"% {visible(line)}" for line in comments]
    parts += [f"\\begin{{tabular}}{{{_latex_columns(table)}}}", *body]
    return "\n".join(parts) + "\n" + "".join(f"\n{latex(other)}" for other in table.more)


# -- HTML: for notebooks


def html(table: Table) -> str:
    """Write the table, its heading and its footer as paragraphs."""
    from html import escape

    heading = "".join(f"<p>{escape(visible(line))}</p>" for line in table.heading)
    footer = "".join(f"<p>{escape(visible(line))}</p>" for line in table.footer)
    more = "".join(map(html, table.more))
    return heading + _tabulated(table, "unsafehtml", escape) + footer + more
