"""What the command line prints: how it is asked, and one line of it."""

from collections.abc import Callable

Cli = Callable[..., str]


def line_of(text: str, start: str) -> list[str]:
    """Return the words of the one line that starts so."""
    (found,) = [line for line in text.splitlines() if line.split()[:1] == [start]]
    return found.split()
