"""The designs of a tile that stay so far, merged some chunks at a time."""

from collections.abc import Callable, Sequence

from .parts import Stay


class Gathered:
    """What stays of the chunks so far, and what waits to be merged with it.

    To merge chunk by chunk would take longer than to price them: so they wait until they are many.
    """

    def __init__(
        self, merge: Callable[[Sequence[Stay]], Stay], keys: int, columns: int = 0
    ) -> None:
        self._merge = merge
        self._waiting: list[Stay] = []
        self.stay = Stay.none(keys, columns)

    def add(self, more: Stay, enough: int) -> None:
        """Take designs in; merge those that wait once they are `enough`."""
        self._waiting.append(more)
        if sum(len(one.points) for one in self._waiting) >= enough:
            self.end()

    def end(self) -> Stay:
        """What stays of all of them."""
        self.stay, self._waiting = self._merge([self.stay, *self._waiting]), []
        return self.stay
