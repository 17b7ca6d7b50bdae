"""Python's search for garbage, put off while something runs that it only slows down.

Large libraries make a million objects while they load, and nearly all of them stay: to look through
them again and again is a third of the time that it takes.
"""

import gc


class Uncollected:
    """A context in which Python looks for no garbage; behind it it does, if it did before."""

    def __enter__(self) -> None:  # noqa: D105
        self._enabled = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:  # noqa: D105
        if self._enabled:
            gc.enable()
