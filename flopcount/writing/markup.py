"""A table → Markdown for GitHub, LaTeX with booktabs, HTML; a user's text stays text in each."""

import re
from collections.abc import Callable, Sequence

from ..errors import visible
from .sheet import LEFT, Column, Sheet, printed

_LONG, _LONGEST = 24, 80  # characters: a longer text is a paragraph in LaTeX, and weighs no more
_LEAST = 0.35  # of a line is for paragraphs, where they are
_LINE = 345.0  # points: a line of LaTeX's article, one column
_POINTS = dict.fromkeys(" ,.;:'|!()[]ijlt", 3.0) | dict.fromkeys("×÷+=−mwMWD–%", 8.0) | {"→": 10.0}
_BREAK = r"\\"
# What LaTeX sets a table in, the first that fits: size, its scale, the space beside a column.
_SIZES = (("", 1.0, 6), (r"\small", 0.93, 4), (r"\footnotesize", 0.86, 3), (r"\scriptsize", 0.8, 2))


def _tabulated(
    table: Sheet, form: str, escape: Callable[[str], str], titled: Callable[[Column], str]
) -> str:
    from tabulate import tabulate

    _, cells = printed(table)
    return tabulate(
        [[escape(cell) for cell in row] for row in cells],
        headers=[titled(column) for column in table.columns],
        tablefmt=form,
        colalign=["left" if column.kind in LEFT else "right" for column in table.columns],
        disable_numparse=True,
    )


# -- Markdown: github.github.com/gfm, and GitHub's footnotes


def _markdown_escape(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|#~$^]|&(?=#?\w+;))", r"\\\1", visible(text))


def _paragraph(text: str) -> str:
    """A line that is no list, heading, rule or block of code, whatever it begins with."""
    return re.sub(r"^([-+=:]|\d+(?=[.)]))", _not_a_mark, _markdown_escape(text).strip())


def _not_a_mark(found: re.Match[str]) -> str:
    return f"{found[0]}\\" if found[0][0].isdigit() else f"\\{found[0]}"


def markdown(table: Sheet, level: int = 2) -> str:
    """Write a heading, the table, what it counts as a footnote, its notes, and the arithmetic."""
    counted = [column for column in table.columns if column.counted]
    footnote = table.convention if counted else ""
    mark = "[^convention]" if footnote else ""
    lines = (*table.heading, *table.notes) if footnote else table.above
    parts = [f"{'#' * level} {_paragraph(line)}" for line in lines[:1]]
    parts += [_paragraph(line) for line in lines[1:]]

    def titled(column: Column) -> str:
        return _markdown_escape(column.title) + (mark if column in counted[:1] else "")

    parts.append(_tabulated(table, "pipe", _markdown_escape, titled))
    parts.append("\n".join(f"- {_paragraph(line)}" for line in table.footer))
    if table.arithmetic:
        sums = [f"- {_paragraph(name)}: `{visible(text)}`" for name, text in table.sums()]
        parts += [f"{'#' * (level + 1)} Arithmetic", "\n".join(sums)]
    parts += [markdown(other, level + 1).rstrip("\n") for other in table.more]
    parts += [f"{mark}: {_markdown_escape(footnote)}"] if footnote else []
    return "\n\n".join(part for part in parts if part) + "\n"


# -- LaTeX: for pdflatex with T1 fonts, or lualatex; with the package booktabs

_LATEX_SIGNS = {
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
_LATIN = "\u017f"  # up to here the usual fonts have every letter


def _latex_sign(sign: str) -> str:
    known = _LATEX_SIGNS.get(sign, sign)
    return known if known != sign or sign <= _LATIN else f"U+{ord(sign):04X}"


def _latex_escape(text: str) -> str:
    signed = re.sub("^-(?=[0-9])", "−", visible(text))
    return "".join(map(_latex_sign, re.sub("-(?=-)", "-\0", signed)))  # two are no dash


def _points(text: str) -> float:
    """About how wide a text is in LaTeX's own font of 10 points."""
    return sum(_POINTS.get(sign, 5.2) for sign in text)


def _weight(cells: Sequence[str]) -> int:
    """How much room long texts ask for, by the longest and by its longest word; of others none."""
    longest = max(map(len, cells), default=0)
    word = max((len(word) for cell in cells for word in cell.split()), default=0)
    return max(min(longest, _LONGEST), 5 * min(word, _LONG)) if longest > _LONG else 0


def _sized(table: Sheet) -> tuple[str, str]:
    """A size at which the table fits the lines of a plain article, and the tabular's columns.

    Texts are left, numbers right; texts that are long share what room is left, by their lengths.
    """
    titles, rows = printed(table)
    columns = list(zip(*rows, strict=True)) or [()] * len(titles)
    left = [column.kind in LEFT for column in table.columns]
    weights = [
        _weight(cells) if is_left and place else 0
        for place, (is_left, cells) in enumerate(zip(left, columns, strict=True))
    ]
    widths = [max(map(_points, cells), default=0) for cells in columns]
    for size, scale, gap in _SIZES[-1:] if any(weights) else _SIZES:
        short = 0.0
        for title, width, weight in zip(titles, widths, weights, strict=True):
            if not weight:
                short += max(width, *map(_points, title.split() if size else [title]))
        room = 1 - (scale * short + 2 * gap * len(titles)) / _LINE
        if room >= 0:
            break
    part = max(room, _LEAST) / max(1, sum(weights))
    spec = ""
    for is_left, width, weight in zip(left, widths, weights, strict=True):
        paragraph = f"p{{{min(part * weight, scale * width / _LINE):.2f}\\linewidth}}"
        spec += paragraph if weight else "l" if is_left else "r"
    return f"{size}\\setlength{{\\tabcolsep}}{{{gap}pt}}" if size else "", spec


def latex(table: Sheet) -> str:
    """Write a tabular with booktabs' rules; heading, footer and arithmetic are comments above.

    What is too wide for a plain article is set smaller, its titles on two lines.
    """
    size, columns = _sized(table)

    def titled(column: Column) -> str:
        words = [_latex_escape(word) for word in column.title.split(" ", 1)]
        side = "l" if column.kind in LEFT else "r"
        stacked = f"\\shortstack[{side}]{{{_BREAK.join(words)}}}"
        return stacked if size and len(words) > 1 else _latex_escape(column.title)

    lines = _tabulated(table, "latex_raw", _latex_escape, titled).splitlines()
    rules = [r"\toprule", r"\midrule", r"\bottomrule"]
    body = [rules.pop(0) if line == r"\hline" else line for line in lines[1:]]
    if table.total is not None:
        body.insert(-3, r"\midrule")
    comments = [*table.above, *table.footer]
    comments += [f"{name}: {text}" for name, text in table.sums()]
    parts = [f"% {visible(line)}" for line in comments]
    parts += [f"\\begin{{tabular}}{{{columns}}}", *body]
    if size:
        parts[len(comments) : len(comments)] = [rf"\begingroup{size}"]
        parts.append(r"\endgroup")
    return "\n".join(parts) + "\n" + "".join(f"\n{latex(other)}" for other in table.more)


# -- HTML: for notebooks


def html(table: Sheet) -> str:
    """Write the table; its heading, its footer and the arithmetic as paragraphs."""
    from html import escape

    def titled(column: Column) -> str:
        return escape(visible(column.title))

    heading = "".join(f"<p>{escape(visible(line))}</p>" for line in table.above)
    footer = "".join(f"<p>{escape(visible(line))}</p>" for line in table.footer)
    sums = "".join(
        f"<p>{escape(visible(name))}: <code>{escape(visible(text))}</code></p>"
        for name, text in table.sums()
    )
    more = "".join(map(html, table.more))
    tabulated = _tabulated(table, "unsafehtml", escape, titled)
    for tag in ("th", "td"):  # a notebook sets what has no side of its own to the right
        tabulated = tabulated.replace(f"<{tag}>", f'<{tag} style="text-align: left;">')
    return heading + tabulated + footer + sums + more
