"""A bar on standard error while something takes long: only where that is a terminal."""

import sys
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Self, TextIO, TypeVar

T = TypeVar("T")
_WIDTH = 24


class Progress:
    """Call it on what is worked through; as a context, it clears the bar when all is done.

    >>> with Progress() as progress:
    ...     sum(progress([1, 2, 3], "adding"))
    6
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._shows = self._stream is not None and self._stream.isatty()

    def __call__(self, items: Sequence[T], what: str) -> Iterator[T]:
        """The items again, one by one; the bar says how many were worked through."""
        for done, item in enumerate(items):
            self._draw(done, len(items), what)
            yield item

    def _draw(self, done: int, total: int, what: str) -> None:
        if self._shows:
            full = _WIDTH * done // total
            bar = f"{'█' * full}{'░' * (_WIDTH - full)}"
            self._stream.write(f"\r{bar} {done:,}/{total:,} {what}\033[K")
            self._stream.flush()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Clear the bar, so that a report or an error stands alone."""
        if self._shows:
            self._stream.write("\r\033[K")
            self._stream.flush()


class Pace(Progress):
    """Tell it how many of `total` are done: the bar says how fast that goes and how long yet."""

    def __init__(self, total: int, what: str, stream: TextIO | None = None) -> None:
        super().__init__(stream)
        self._total = total
        self._what = what
        self._started = self._drawn = monotonic()

    def at(self, done: int) -> None:
        """Draw the bar, at most ten times a second."""
        now = monotonic()
        if self._shows and now - self._drawn > 0.1:
            self._drawn = now
            rate = done / (now - self._started)
            minutes, seconds = divmod(round((self._total - done) / rate), 60) if rate else (0, 0)
            left = f"{rate:,.0f} {self._what} a second, {minutes}:{seconds:02} left"
            self._draw(done, self._total, f"{self._what}, {left}")
