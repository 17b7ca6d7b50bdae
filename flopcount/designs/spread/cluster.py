"""Dask: workers of this machine or of a scheduler's, and tiles that are handed out to them.

A worker that dies is replaced, and its tiles go to another: Dask sees to both.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ...errors import FlopcountError
from ..chosen import Part
from ..question import Question
from . import work

if TYPE_CHECKING:
    from distributed import Client

_AHEAD = 3  # tiles that wait for each thread …
_SPREAD = 16  # … and at most so many of them past the first that is not done


def need_dask() -> None:
    """Raise `FlopcountError` where Dask is not installed."""
    if find_spec("distributed") is None:
        raise FlopcountError("workers need Dask: pip install 'flopcount[distributed]'")


@contextmanager
def client_of(workers: int, scheduler: str | None) -> "Iterator[Client]":
    """Workers: processes of this machine, or those of the scheduler at an address."""
    need_dask()
    import logging

    from distributed import Client, LocalCluster

    if scheduler is not None:
        with Client(scheduler, timeout="10s", set_as_default=False) as client:
            yield client
        return
    settings: dict[str, Any] = {"dashboard_address": None, "silence_logs": logging.CRITICAL}
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, **settings) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


def parts(
    client: "Client",
    question: Question,
    numbers: Iterable[int],
    known: Callable[[], Sequence[Sequence[int]]],
) -> Iterator[tuple[int, Part]]:
    """The parts of these tiles, each with its number, as they come.

    `known` is asked for the bounds that tiles which are done set to the next.
    """
    from distributed import as_completed

    asked = client.submit(_same, question, pure=False)  # a lost one is made again
    waiting = iter(numbers)
    ahead = _AHEAD * max(sum(client.nthreads().values()), 1)
    running = as_completed(loop=client.loop)
    open_tiles: dict[Any, int] = {}

    def hand_out() -> None:
        while len(open_tiles) < ahead:
            first = min(open_tiles.values(), default=None)
            number = next(waiting, None)
            if number is None:
                return
            future = client.submit(work.part, asked, number, known(), pure=False)
            open_tiles[future] = number
            running.add(future)
            if first is not None and number - first > _SPREAD * ahead:
                return

    hand_out()
    for future in running:
        number = open_tiles.pop(future)
        found = future.result()
        future.release()
        hand_out()
        yield number, found


def _same(question: Question) -> Question:
    return question
