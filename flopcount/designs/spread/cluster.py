"""Dask: workers of this machine or of a scheduler's, and tiles that are handed out to them.

The tiles of a worker that dies go to another, and of one that is asked twice a single answer is
taken: Dask sees to both.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from ...errors import FlopcountError
from ...records import dataclass
from .asked import Spread, is_client
from .reached import check_scheduler
from .troubles import check_workers, explained, need_dask, quiet, starting

if TYPE_CHECKING:
    from queue import SimpleQueue

    from distributed import Client

T = TypeVar("T")

_AHEAD = 3  # tiles of each thread of the workers: the one it is at, and what waits for it
_FIRST = 10.0  # seconds that the first worker has to come …
_PATIENCE = 30.0  # … and another one, where all are gone
_LOOK = 1.0  # seconds between looks at whether workers are there, while no tile ends


@dataclass(frozen=True)
class Workers:
    """A client of workers, and what raises `FlopcountError` where none is left for long."""

    client: "Client"
    where: str
    check: Callable[[], None]
    expected: int = 1  # threads, before they have come

    @property
    def threads(self) -> int:
        """How many tiles are priced at once."""
        there: dict[str, int] = self.client.nthreads()
        return max(sum(there.values()), self.expected)


@contextmanager
def workers_of(spread: Spread) -> Iterator[Workers]:
    """Workers: processes of this machine, or those of a scheduler.

    Raises `FlopcountError` where no scheduler answers, no worker comes, and for one that has other
    versions than this process. What Dask raises within comes out as such too.
    """
    need_dask()
    with ExitStack() as stack:
        with starting():
            import distributed  # noqa: F401  makes the loggers that are to be quiet

        stack.enter_context(quiet())
        if spread.scheduler is not None:
            where = f"at {_address(spread)}"
            stack.enter_context(explained(where))
            client = _connected(stack, spread)
            yield _of_scheduler(client, where)
        else:
            stack.enter_context(explained("of this machine"))
            yield _of_processes(stack, spread.workers)


def _address(spread: Spread) -> str:
    if is_client(spread.scheduler):
        scheduler = spread.scheduler.scheduler
        return str(scheduler.address) if scheduler else "no address"
    return str(spread.scheduler)


def _connected(stack: ExitStack, spread: Spread) -> "Client":
    """The client of a scheduler."""
    from distributed import Client

    if is_client(spread.scheduler):
        if spread.scheduler.asynchronous or spread.scheduler.status != "running":
            raise FlopcountError(
                f"the client is {spread.scheduler.status}, or asynchronous; a sweep needs one that "
                "is open, as Client(address) gives it"
            )
        return spread.scheduler
    check_scheduler(str(spread.scheduler))
    client = Client(spread.scheduler, set_as_default=False)
    stack.callback(client.close, timeout=_LOOK)
    return client


def _of_scheduler(client: "Client", where: str) -> Workers:
    try:
        client.wait_for_workers(1, timeout=_FIRST)
    except TimeoutError:
        raise FlopcountError(
            f"the scheduler {where} has no workers; start some with 'dask worker ADDRESS'"
        ) from None
    check_workers(client)
    seen = [monotonic()]

    def check() -> None:
        if client.status not in ("running", "connecting"):
            raise FlopcountError(f"the scheduler {where} is gone")
        if client.status == "running" and client.nthreads():
            seen[0] = monotonic()
        elif monotonic() - seen[0] > _PATIENCE:
            raise FlopcountError(f"all workers {where} are gone, since {_PATIENCE:.0f} seconds")

    return Workers(client, where, check)


def _of_processes(stack: ExitStack, workers: int) -> Workers:
    from distributed import Client

    from .local import cluster_of

    cluster, processes = stack.enter_context(cluster_of(workers))
    client = stack.enter_context(Client(cluster, set_as_default=False, direct_to_workers=True))
    return Workers(client, "of this machine", processes.check, workers)


def parts(  # noqa: PLR0913, PLR0917  a task and all that goes with it
    workers: Workers,
    task: Callable[[Any, int, Sequence[Sequence[int]]], T],
    asked: object,
    numbers: Iterable[int],
    known: Callable[[], Sequence[Sequence[int]]] = tuple,
    has_room: Callable[[], bool] = lambda: True,
) -> Iterator[tuple[int, T]]:
    """What a task gives of these tiles, each with its number, as they come.

    A worker runs `task(asked, number, bounds)`, a function of this package: `asked` is sent once,
    and `known` gives the bounds that tiles which are done set to the next. Few tiles are handed out
    ahead, in order; `has_room` says whether another may be, while some are.
    """
    from itertools import islice
    from queue import SimpleQueue
    from uuid import uuid4

    client, name = workers.client, f"flopcount-{uuid4().hex}"
    sent = client.submit(_same, asked, key=(f"{name}-asked", 0))  # a lost one is made again
    waiting = iter(numbers)
    running: dict[Any, tuple[int, Any]] = {}  # by key
    ended: SimpleQueue[Any] = SimpleQueue()
    ahead, looked = 0, -_LOOK
    try:
        while True:
            if monotonic() - looked >= _LOOK:
                workers.check()
                ahead, looked = _AHEAD * workers.threads, monotonic()
            free = ahead - len(running)
            if not running or (free >= ahead // _AHEAD and has_room()):
                tiles = [*islice(waiting, free)]
                several = ([sent] * len(tiles), tiles, [known()] * len(tiles))
                futures = client.map(task, *several, key=[(name, tile) for tile in tiles])
                for number, future in zip(tiles, futures, strict=True):
                    running[future.key] = number, future
                    future.add_done_callback(ended.put)
            if not running:
                return
            done = _taken(ended)
            for future, found in zip(done, _gathered(workers, done), strict=True):
                number, _ = running.pop(future.key)
                future.release()
                yield number, found
    finally:  # the scheduler is to forget all of it
        for future in (sent, *(future for _, future in running.values())):
            future.release()


def _taken(ended: "SimpleQueue[Any]") -> list[Any]:
    """What has ended: none where that takes long."""
    from queue import Empty

    taken = []
    with suppress(Empty):
        taken.append(ended.get(timeout=_LOOK))
        while True:
            taken.append(ended.get_nowait())
    return taken


def _gathered(workers: Workers, futures: Sequence[Any]) -> list[Any]:
    """The results of what has ended; one whose worker is gone since is worked out again."""
    from asyncio import run_coroutine_threadsafe

    for future in futures:
        if future.cancelled():
            raise FlopcountError(f"the scheduler {workers.where} is gone: its tasks were cancelled")
        if future.status == "error":
            future.result()  # raises what the tile raised
    client = workers.client
    loop: Any = client.loop
    asked = client.gather(futures, asynchronous=True)
    answer = run_coroutine_threadsafe(asked, loop.asyncio_loop)
    try:
        while True:
            with suppress(TimeoutError):
                return [*answer.result(_LOOK)]
            if answer.done():  # so a tile raised it
                return [*answer.result()]
            workers.check()
    finally:
        answer.cancel()


def _same(asked: object) -> object:
    return asked
