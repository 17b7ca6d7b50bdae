"""How many columns of a terminal a text takes, and where it breaks."""

import re
from collections.abc import Callable, Sequence

_FACTORS = re.compile("(?<=·)(?!10[⁰¹²³⁴⁵⁶⁷⁸⁹])")  # 15·10²⁹⁹ is one number


def cell_lines(text: str, width: int) -> list[str]:
    """A cell's lines: a chain breaks at its arrows, if it can; a word that is too long is cut."""
    if places(text) <= width:
        return [text]
    steps = re.split("(?= →)", text)
    if max(places(step.lstrip()) for step in steps) <= width:
        return _filled(steps, width, "")
    return [_cut(line, width) for line in wrap(text, width, 0)]


def wrap(text: str, width: int, indent: int) -> list[str]:
    """Break a text at its blanks, all lines but the first indented; a long word stays whole.

    Factors stay together, and a number and its %; a product that is too long breaks at its dots.
    """
    if not width or places(text) <= width:
        return [text]
    pieces = []
    for place, word in enumerate(re.split(r"(?<!×) +(?![×%])", text)):
        factors = _FACTORS.split(word) if places(word) > width - indent else [word]
        pieces += [" " * bool(place) + factors[0], *factors[1:]]
    return _filled(pieces, width, " " * indent)


def _filled(pieces: Sequence[str], width: int, indent: str) -> list[str]:
    """Lines of pieces; the blank that a piece begins with is not shown where a line begins."""
    lines = [pieces[0]]
    for piece in pieces[1:]:
        longer = lines[-1] + piece
        if places(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(indent + piece.lstrip(" "))
    return lines


def _cut(word: str, width: int) -> str:
    """A word shortened in its middle."""
    kept = len(word)
    shown = word
    while places(shown) > width and kept:
        kept -= 1
        shown = f"{word[: kept - kept // 2]}…{word[len(word) - kept // 2 :]}"
    return shown


def measure(texts: Sequence[str]) -> Callable[[str], int]:
    """What tells how many columns each of the texts takes: `len` where that is enough."""
    return len if all(map(_is_even, texts)) else places


def _is_even(text: str) -> bool:
    """Whether each sign takes one column; no pattern says it, since one takes long to compile."""
    return text.isascii() or all(
        sign < "\u0300" or "\u2010" <= sign < "\u20d0" or "\u2100" <= sign < "\u2300"
        for sign in text
    )


def places(text: str) -> int:
    """How many columns a text takes on a terminal."""
    if _is_even(text):
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(sign) in ("Mn", "Me", "Cf") else 2 if east_asian_width(sign) in "WF" else 1
        for sign in text
    )
