"""How wide a text is on a terminal, in columns, and where it breaks."""

import re
from collections.abc import Callable, Sequence

_FACTORS = re.compile("(?<=·)(?!10[⁰¹²³⁴⁵⁶⁷⁸⁹])|(?<=× )")  # 15·10²⁹⁹ is one number


def cell_lines(text: str, width: int) -> list[str]:
    """A cell's lines: a chain breaks at its arrows, if it can; a word that is too long is cut."""
    if text_width(text) <= width:
        return [text]
    steps = re.split("(?= →)", text)
    if max(text_width(step.lstrip()) for step in steps) <= width:
        return _filled(steps, width, "")
    return [_cut(line, width) for line in wrap(text, width, 0)]


def wrap(text: str, width: int, indent: int) -> list[str]:
    """Break a text at its blanks, all lines but the first indented; a long word stays whole.

    Factors stay together, and a number and its %; too long a product breaks behind its signs.
    """
    if not width or text_width(text) <= width:
        return [text]
    pieces = []
    for number, word in enumerate(re.split(r"(?<!×) +(?![×%])", text)):
        factors = _FACTORS.split(word) if text_width(word) > width - indent else [word]
        pieces += [" " * bool(number) + factors[0], *factors[1:]]
    return _filled(pieces, width, " " * indent)


def _filled(pieces: Sequence[str], width: int, indent: str) -> list[str]:
    """Lines of pieces; the blank that a piece begins with is not shown where a line begins."""
    lines = [pieces[0]]
    for piece in pieces[1:]:
        longer = lines[-1] + piece
        if text_width(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(indent + piece.lstrip(" "))
    return lines


def _cut(word: str, width: int) -> str:
    """A word shortened in its middle."""
    kept = width if _is_narrow(word) else len(word)
    shown = word
    while text_width(shown) > width and kept:
        kept -= 1
        shown = f"{word[: kept - kept // 2]}…{word[len(word) - kept // 2 :]}"
    return shown


def measure(texts: Sequence[str]) -> Callable[[str], int]:
    """What tells how wide each of the texts is: `len` where that is enough."""
    return len if _is_narrow("".join(set("".join(texts)))) else text_width


def _is_narrow(text: str) -> bool:
    """Whether each sign takes one column; no pattern says it, since one takes long to compile."""
    return text.isascii() or all(
        sign < "\u0300" or "\u2010" <= sign < "\u20d0" or "\u2100" <= sign < "\u2300"
        for sign in text
    )


def text_width(text: str) -> int:
    """How wide a text is: a wide sign takes two columns, one that combines none.

    >>> text_width("5×5"), text_width(chr(0xAC01)), text_width("e" + chr(0x301))
    (3, 2, 1)
    """
    if _is_narrow(text):
        return len(text)
    # wcwidth does this too, but a table is always printed: it would be a fifth package of the core.
    from unicodedata import east_asian_width

    return sum(
        0 if _combines(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text
    )


def _combines(sign: str) -> bool:
    """Whether it stands on the sign before it, as the later parts of a Korean syllable do."""
    from unicodedata import category

    in_parts = "\u1160" <= sign <= "\u11ff" or "\ud7b0" <= sign <= "\ud7fb"
    return in_parts or category(sign) in ("Mn", "Me", "Cf")
