"""The tokens of a spec, read one after the other, and the one that an error is about."""

from ..errors import FlopcountError
from .tokens import Token, name_of, tokens, words_of


class Cursor:
    """A place among the tokens of a text: `at` is the next one, `read` the last that was taken."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.at = 0
        self.read = self.tokens[0]

    @property
    def next(self) -> Token:
        """The next token."""
        return self.tokens[self.at]

    def take(self) -> Token:
        """Go past the next token, but for the end."""
        self.read = token = self.next
        self.at += token.kind != "end"
        return token

    def next_is(self, mark: str) -> bool:
        """Whether the next token is this mark."""
        return self.next.kind == "mark" and self.next.text == mark

    def words(self) -> list[str]:
        """The words that come next, up to a mark."""
        return words_of(self.tokens[self.at :])

    def row(self) -> str:
        """Take the name of a row, behind ``from``."""
        token = self.take()
        if token.kind != "word":
            raise FlopcountError(f"'from' wants a row, read {token.shown}")
        return name_of(token.text, "row after 'from'", reserved=False)
