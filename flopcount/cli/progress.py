"""tqdm's bar on standard error while something takes long: where that is a terminal."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Self, TypeVar

from .signals import called_first

T = TypeVar("T")


def _bar(**settings: Any) -> Any:
    """A bar that is wiped out in the end; None without a terminal, and where tqdm is missing."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    return tqdm(file=sys.stderr, leave=False, dynamic_ncols=True, miniters=1, **settings)


class Progress:
    """Call it on what is worked through; as a context, it clears the bars when all is done.

    >>> with Progress() as progress:
    ...     sum(progress([1, 2, 3], "adding"))
    6
    """

    def __init__(self) -> None:
        self._bars = ExitStack()

    def __call__(self, items: Sequence[T], what: str) -> Iterable[T]:
        """The items again, one by one; the bar says how many were worked through."""
        bar = _bar(iterable=items, desc=what)
        if bar is None:
            return items
        self._bars.enter_context(called_first(bar.close))
        shown: Iterable[T] = self._bars.enter_context(bar)
        return shown

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Clear the bars, so that a report or an error stands alone."""
        self._bars.close()


@contextmanager
def pace(total: int, what: str) -> Iterator[Callable[[int], None] | None]:
    """Give what is to be told how many of `total` are done; None where there is no bar.

    The bar says how fast that goes and how long yet. What ends at once shows none.
    """
    bar = _bar(total=total, unit=f" {what}", unit_scale=True, delay=0.1)
    if bar is None:
        yield None
    else:
        with called_first(bar.close), bar:
            yield lambda done: bar.update(done - bar.n)
