"""A sheet → text: as wide as it is, or fitted to a terminal, whose colours say nothing alone.

What gives until a sheet fits, in this order: titles break at their blanks; texts narrow, and
their cells go over several lines; columns are left out, and a line below names them. Numbers
stay whole, and the first column and the key ones stay; where these have no room, the text is
wider than the screen.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import visible
from ..records import dataclass
from .cells import LEFT
from .sheet import Column, Sheet, Verdict, printed
from .wrap import cell_lines, measure, text_width, wrap

_FIRST_OUT = (
    "share",
    "percent",
    "change",
    "shape",
    "text",
    "op",
    "measured",
    "number",
    "typed",
    "figure",
    "more",
    "count",
    "ratio",
)
_BROKEN = ("text", "op", "measured")  # their cells go over several lines
_NARROWEST = 12  # a text's column, where its longest word is no longer …
_LONGEST_WORD = 40  # … and a longer word than this is cut in its middle
_MOST_LINES = 4  # of a cell, about
_GAP = 2
_BOLD, _DIM, _RED, _GREEN = "1", "2", "31", "32"


@dataclass(frozen=True)
class Screen:
    """What text is for: so many columns, or, with 0, any number; and whether it shows colour.

    `conventions` asks for what is counted in full sentences.
    """

    width: int = 0
    colour: bool = False
    conventions: bool = False


@dataclass
class _Field:
    """A column as it is laid out: its cells as text, how wide it is and how narrow it may be.

    A text may be as narrow as its `least` where it would be wider than the screen else.
    """

    column: Column
    title: str
    values: Sequence[Any]
    cells: Sequence[str]
    width: int
    floor: int
    least: int


def text(sheet: Sheet, screen: Screen | None = None) -> str:
    """Write a sheet as text; every number in it is whole, however narrow the screen."""
    sheet, screen = sheet.for_print(), screen or Screen()
    said = sheet.above if screen.conventions else sheet.above_in_brief
    above = _paint(_prose(said[:1], screen), _BOLD, screen)
    above += _paint(_prose(said[1:], screen), _DIM, screen)
    footer = _prose(sheet.footer, screen)
    fields = _fields(sheet)
    left_out = _fit(fields, screen.width) if screen.width else []
    if left_out:
        note = f"left out at this width: {_names(left_out, fields)} (--width 0 shows all)"
        footer = _paint(_prose([note], screen), _DIM, screen) + footer
    body = _body(fields, screen, sheet.sections, total=sheet.total is not None)
    parts = [above, body, footer, sums(sheet.sums(), screen)]
    parts += [text(other, screen).splitlines() for other in sheet.more]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _fields(sheet: Sheet) -> list[_Field]:
    """The columns, each as wide as its title and its widest cell."""
    titles, rows = printed(sheet)
    values = [*sheet.rows, sheet.total] if sheet.total is not None else sheet.rows
    fields = []
    for index, (column, title) in enumerate(zip(sheet.columns, titles, strict=True)):
        cells = [row[index] for row in rows]
        widest = max(map(measure(cells), cells), default=0)
        width = max(text_width(title), widest)
        if column.kind in _BROKEN:
            longest = max((text_width(word) for cell in cells for word in cell.split()), default=0)
            least = max(min(longest, _LONGEST_WORD), min(_NARROWEST, widest))
            narrow = max(least, widest // _MOST_LINES)
        else:
            least = narrow = widest
        titled = max((text_width(word) for word in title.split()), default=0)
        floor, least = max(narrow, titled), max(least, titled)
        values_of = [row[index] for row in values]
        fields.append(_Field(column, title, values_of, cells, width, floor, least))
    return fields


def _fit(fields: list[_Field], width: int) -> list[_Field]:
    """Narrow the fields to a width, and take out what has no room; return that, in order."""
    if _needed(fields, narrow=False) <= width:
        return []
    before = list(fields)
    left_out: list[list[_Field]] = []
    for some in [*_by_title(fields[1:]), *_by_group(fields[1:])]:
        if _needed(fields) > width:
            left_out.append(some)
            fields[:] = [field for field in fields if field not in some]
    if _needed(fields) > width:
        for field in before:
            field.floor = field.least
    for some in reversed(left_out):  # what is narrow may have room after all
        groups = {field.column.group for field in fields}
        back = [field for field in some if field.column.key or field.column.group in groups]
        again = [field for field in before if field in fields or field in back]
        if _needed(again) <= width:
            fields[:] = again
    _narrow(fields, width)
    return [field for field in before if field not in fields]


def _names(left_out: Sequence[_Field], fields: Sequence[_Field]) -> str:
    """The titles of what is left out; a title that also stands above a column says whose it was."""
    seen = {field.title for field in fields}
    names = [
        f"{field.title} of {field.column.group}" if field.title in seen else field.title
        for field in left_out
    ]
    return ", ".join(dict.fromkeys(names))


def _by_title(fields: Sequence[_Field]) -> list[list[_Field]]:
    """The fields that are no keys, least missed first: those of one title go together.

    First what is empty; then by kind; of a kind first titles that stand more than once, then
    from the right.
    """
    by_title: dict[str, list[_Field]] = {}
    for field in reversed(fields):
        if not field.column.key:
            by_title.setdefault(field.title, []).append(field)

    def rank(some: Sequence[_Field]) -> tuple[bool, int, bool]:
        filled = any(value is not None for field in some for value in field.values)
        return filled, _FIRST_OUT.index(some[0].column.kind), len(some) == 1

    return sorted(by_title.values(), key=rank)


def _by_group(fields: Sequence[_Field]) -> list[list[_Field]]:
    """Each group's key fields, the last group first; the first group stays."""
    by_group: dict[str, list[_Field]] = {}
    for field in fields:
        if field.column.key and field.column.group:
            by_group.setdefault(field.column.group, []).append(field)
    return list(by_group.values())[:0:-1]


def _narrow(fields: Sequence[_Field], width: int) -> None:
    """Break titles; then take the blanks around arrows, or let the widest texts take more lines."""
    for field in fields:
        if field.column.kind not in _BROKEN:
            field.width = field.floor
    if _needed(fields, narrow=False) > width:
        _tighten(fields, width)
    while _needed(fields, narrow=False) > width:
        loose = [field for field in fields if field.width > field.floor]
        if not loose:
            break
        max(loose, key=lambda field: field.width).width -= 1


def _tighten(fields: Sequence[_Field], width: int) -> None:
    """Take the blanks around arrows, if then the fields fit."""
    tight = [[cell.replace(" → ", "→") for cell in field.cells] for field in fields]
    widths = [
        max(field.floor, *map(text_width, cells)) if cells else field.width
        for field, cells in zip(fields, tight, strict=True)
    ]
    if sum(widths) + _GAP * (len(widths) - 1) <= width:
        for field, cells, narrow in zip(fields, tight, widths, strict=True):
            field.cells, field.width = cells, narrow


def _needed(fields: Sequence[_Field], *, narrow: bool = True) -> int:
    """How wide the fields are side by side, or could be."""
    widths = [field.floor if narrow else field.width for field in fields]
    return sum(widths) + _GAP * (len(widths) - 1)


def _body(
    fields: Sequence[_Field], screen: Screen, sections: Mapping[int, str], *, total: bool
) -> list[str]:
    """Titles, rule and rows, those of a section below its title; a cell may take several lines."""
    titles = [cell_lines(field.title, field.width) for field in fields]
    tallest = max(map(len, titles))
    heads = [
        [_padded(part, "", field, screen) for part in [""] * (tallest - len(title)) + title]
        for title, field in zip(titles, fields, strict=True)
    ]
    rule = _paint(["  ".join("─" * field.width for field in fields)], _DIM, screen)
    rows = [
        _row(cells, fields)
        for cells in zip(*(_column(field, screen, total=total) for field in fields), strict=True)
    ]
    if total:
        rows.insert(-1, rule)
    for place in sorted(sections, reverse=True):
        named = _paint(_prose([sections[place]], screen), _BOLD, screen)
        rows.insert(place, ["", *named] if place else named)
    return [*_row(heads, fields), *rule, *(line for row in rows for line in row)]


def _column(field: _Field, screen: Screen, *, total: bool) -> list[list[str]]:
    """Each cell's lines, padded and painted; the total is bold."""
    taken = measure(field.cells)
    if max(map(taken, field.cells), default=0) > field.width:
        cells = [cell_lines(cell, field.width) for cell in field.cells]
    else:
        cells = [[cell] for cell in field.cells]
    if not screen.colour and taken is len:
        pad = str.ljust if field.column.kind in LEFT else str.rjust
        return [[pad(part, field.width) for part in cell] for cell in cells]
    styles = [_flag(field, value) for value in field.values] if screen.colour else [""] * len(cells)
    if total:
        styles[-1] = f"{_BOLD};{styles[-1]}".strip(";")
    return [
        [_padded(part, style, field, screen) for part in cell]
        for cell, style in zip(cells, styles, strict=True)
    ]


def _padded(part: str, style: str, field: _Field, screen: Screen) -> str:
    blanks = " " * (field.width - text_width(part))
    (painted,) = _paint([part], style, screen)
    return painted + blanks if field.column.kind in LEFT else blanks + painted


def _row(cells: Sequence[Sequence[str]], fields: Sequence[_Field]) -> list[str]:
    """The lines of a row, as many as its tallest cell has."""
    tallest = max(map(len, cells))
    if tallest == 1:
        return ["  ".join([cell[0] for cell in cells]).rstrip()]
    filled = [
        [*cell, *([" " * field.width] * (tallest - len(cell)))]
        for cell, field in zip(cells, fields, strict=True)
    ]
    return ["  ".join(parts).rstrip() for parts in zip(*filled, strict=True)]


def _flag(field: _Field, value: Any) -> str:
    """The colour of a cell: what saves, what costs instead, what is not as it should be."""
    if field.column.tone == "saving" and value is not None:
        return _GREEN if value >= 1 else _RED
    return _RED if isinstance(value, Verdict) and not value.fine else ""


def _paint(lines: Sequence[str], style: str, screen: Screen) -> list[str]:
    painted = screen.colour and style
    return [f"\033[{style}m{line}\033[0m" if painted and line else line for line in lines]


def _prose(lines: Sequence[str], screen: Screen) -> list[str]:
    return [part for line in lines for part in wrap(visible(line), screen.width, 2)]


def sums(arithmetic: Sequence[tuple[str, str]], screen: Screen) -> list[str]:
    """The arithmetic: names, and beside them the sums, or below them where it is narrow."""
    seen = [(visible(name), visible(explained)) for name, explained in arithmetic]
    widest = max((text_width(name) for name, _ in seen), default=0)
    lines = []
    for name, explained in seen:
        padded = name + " " * (widest - text_width(name))
        if 0 < screen.width < 2 * widest:
            lines += [name, *(f"  {part}" for part in wrap(explained, screen.width - 2, 2))]
            continue
        room = screen.width and screen.width - widest - _GAP
        first, *rest = wrap(explained, room, 0)
        lines += [f"{padded}  {first}", *(f"{' ' * (widest + _GAP)}{part}" for part in rest)]
    return lines
