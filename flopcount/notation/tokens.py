"""The smallest parts of a spec: its words and marks, and the names that they may be."""

import re
from collections.abc import Iterable
from itertools import takewhile

from ..core.ops.words import OPS
from ..errors import FlopcountError, nearest, quote
from ..records import dataclass
from .vocabulary import RESERVED

MAX_NAME = 60  # characters

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*", re.ASCII)
# A word may have columns in it, and what gives a value a ':' in that: norm=group:{g}.
_PART = r"[^\s>|+*()\[\]:{}]|\{[^{}]*\}"
_TOKEN = re.compile(
    r"([>|+*()\[\]:])"
    rf"|((?:(?!=)(?:{_PART}))+=(?:{_PART}|:)+|(?:{_PART})+)|(\S)"
)
_COLUMN = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Token:
    """A word, a mark, a column's name in braces, or the end; `start` is where an error puts it.

    A word may have columns in it, in braces: ``{k}x{k}/{s}``. `begin` and `end` are where it
    stands: two tokens touch where one begins as the other ends.
    """

    kind: str  # "mark", "column", "word" or "end"
    text: str
    start: int
    begin: int = 0
    end: int = 0

    @property
    def written(self) -> str:
        """As a spec has it: a column in its braces."""
        return f"{{{self.text}}}" if self.kind == "column" else self.text

    @property
    def shown(self) -> str:
        """As an error shows it."""
        return self.text if self.kind == "end" else quote(self.text)


def tokens(text: str) -> list[Token]:
    """Split a spec. Raises `FlopcountError` for a sign that has no meaning."""
    read = []
    for match in _TOKEN.finditer(text):
        mark, word, stray = match.groups()
        start = match.start() + 1
        if stray:
            cause = "is never closed" if stray == "{" else "has no meaning here"
            raise FlopcountError(f"column {start}: {quote(stray)} {cause}")
        kind, column = "mark" if mark else "word", _COLUMN.fullmatch(match[0])
        written = mark or _COLUMN.sub(lambda one: f"{{{one[1].strip()}}}", word.replace("×", "x"))
        if column:
            kind, written, start = "column", column[1].strip(), start + 1
        read.append(Token(kind, written, start, *match.span()))
    read.append(Token("end", "the end", len(text) + 1, len(text), len(text)))
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
