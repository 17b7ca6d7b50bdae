"""Parts merged as they come, without more work than the tiles themselves."""

from collections.abc import Sequence
from time import monotonic

from .parts import Choice, Part


class Merging:
    """Takes parts in, and merges those that wait, unless it has just been at that for long.

    To merge a part into a great front takes as long as the front has designs: so what comes
    meanwhile is merged at once, and at most half of the time goes into it. In the end the result is
    the same.
    """

    def __init__(self, choice: Choice) -> None:
        self._choice = choice
        self._merged: list[Part] = []
        self._waiting: list[Part] = []
        self._next = monotonic()  # when merging has taken no more than half of the time

    def add(self, part: Part) -> None:
        """Take a part in."""
        self._waiting.append(part)
        if monotonic() >= self._next:
            self._merge()

    def _merge(self) -> None:
        began = monotonic()
        self._merged = [self._choice.merged([*self._merged, *self._waiting])]
        self._waiting = []
        ended = monotonic()
        self._next = ended + (ended - began)

    def known(self) -> Sequence[Sequence[int]]:
        """The bounds that what is merged sets to other tiles."""
        return self._choice.known(self._merged[0]) if self._merged else ()

    def end(self) -> Part:
        """One part of all of them, at least one."""
        if self._waiting:
            self._merge()
        return self._merged[0]
