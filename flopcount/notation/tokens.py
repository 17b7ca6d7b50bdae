"""The smallest parts of a spec: its words and marks, and the names that they may be."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from ..core import OPS
from ..errors import FlopcountError, nearest, quote
from .vocabulary import RESERVED

MAX_NAME = 60  # characters

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*", re.ASCII)
# A word that gives a value may have a ':' in that: norm=group:32.
_TOKEN = re.compile(
    r"(?:([>|+*()\[\]:])|\{([^{}]*)\}"
    r"|([^\s>|+*()\[\]:{}=]+=[^\s>|+*()\[\]{}]+|[^\s>|+*()\[\]:{}]+)|(\S))"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a mark, a column's name in braces, or the end; `start` is where an error puts it."""

    kind: str  # "mark", "column", "word" or "end"
    text: str
    start: int

    @property
    def shown(self) -> str:
        """As an error shows it."""
        return self.text if self.kind == "end" else quote(self.text)


def tokens(text: str) -> list[Token]:
    """Split a spec. Raises `FlopcountError` for a sign that has no meaning."""
    read = []
    for match in _TOKEN.finditer(text):
        mark, column, word, stray = match.groups()
        start = match.start(match.lastindex or 0) + 1
        if stray:
            cause = "is never closed" if stray == "{" else "has no meaning here"
            raise FlopcountError(f"column {start}: {quote(stray)} {cause}")
        if mark:
            read.append(Token("mark", mark, start))
        elif word:
            read.append(Token("word", word.replace("×", "x"), start))
        else:
            read.append(Token("column", column.strip(), start))
    read.append(Token("end", "the end", len(text) + 1))
    return read


def words_of(read: Iterable[Token]) -> list[str]:
    """The words and columns, as they were typed, up to the first mark.

    >>> words_of(tokens("3x3 {c} relu > conv"))
    ['3x3', '{c}', 'relu']
    """
    typed = takewhile(lambda token: token.kind in ("word", "column"), read)
    return [token.text if token.kind == "word" else f"{{{token.text}}}" for token in typed]


def name_of(text: str, what: str, *, reserved: bool = True) -> str:
    """Check a name: letters, digits, '_', '-' and '.'; where `reserved`, no word of the notation.

    >>> name_of("3a", "row")
    '3a'
    """
    if not NAME.fullmatch(text) or len(text) > MAX_NAME:
        near = nearest(text, OPS) if reserved else ""
        raise FlopcountError(
            f"{what} {quote(text)} is not a name (letters, digits, '_', '-', '.'; "
            f"at most {MAX_NAME} of them){near}"
        )
    if reserved and text in RESERVED:
        raise FlopcountError(f"{what} {quote(text)} is a word of the notation")
    return text
