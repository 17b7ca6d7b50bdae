"""Workers of this machine: processes that Dask's scheduler, in this one, hands tiles to.

They are plain new Pythons: what started the sweep is not run again in them, so that a script needs
no `if __name__ == "__main__"`. A terminal's Ctrl+C does not reach them, and they end with this
process.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from shutil import rmtree
from threading import Event, Thread
from typing import IO, TYPE_CHECKING, Self

from ...errors import FlopcountError, plural
from .troubles import starting
from .worker import START, portless

if TYPE_CHECKING:
    from distributed import SpecCluster

_LOOK = 0.1  # seconds between looks at whether a process ended
_DEATHS = 8  # of a worker's processes; past as many it is not replaced any more
_END = 5.0  # seconds that a process has to end
# About one core each: the workers are as many as there are to be at work. The last is XLA's.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC")


@contextmanager
def cluster_of(workers: int) -> "Iterator[tuple[SpecCluster, Processes]]":
    """A scheduler in this process that this machine alone reaches, and workers of its own."""
    import logging

    from distributed import Scheduler, SpecCluster

    folder = tempfile.mkdtemp(prefix="flopcount-")
    options = {"host": "127.0.0.1", "port": 0, "dashboard": False, "local_directory": folder}
    scheduler = {"cls": portless(Scheduler), "options": options}
    with _removed(folder), ExitStack() as stack:
        with starting():
            cluster = SpecCluster(workers={}, scheduler=scheduler, silence_logs=logging.CRITICAL)
            stack.enter_context(cluster)
        yield cluster, stack.enter_context(Processes(workers, cluster.scheduler_address, folder))


@contextmanager
def _removed(folder: str) -> Iterator[None]:
    """Within it a folder is there; where this process is ended, its workers remove it."""
    try:
        yield
    finally:
        rmtree(folder, ignore_errors=True)


class Processes:
    """So many workers, each a process; one that is killed has another in its place."""

    def __init__(self, workers: int, scheduler: str, folder: str) -> None:
        self._scheduler = scheduler
        self._folder = folder
        self._names = count()
        self._left = _DEATHS * workers
        self._closing = Event()
        self._running: dict[str, subprocess.Popen[str]] = {}
        self._last = ""  # what one that failed had to say
        self._workers = workers
        self._watch = Thread(target=self._replace, daemon=True)

    def check(self) -> None:
        """Raise `FlopcountError` where all have ended, and none is replaced."""
        if not self._running:
            said = f": {self._last}" if self._last else "; memory may be short"
            raise FlopcountError(f"all workers of this machine have ended{said}")

    def _start(self) -> None:
        name = str(next(self._names))
        own = Path(self._folder, name)
        own.mkdir()
        with _errors(own).open("wb") as errors:
            process = subprocess.Popen(  # noqa: S603  this Python
                [sys.executable, "-I", "-c", START],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env=_environment(),
                text=True,
                start_new_session=True,
            )
        given = {"scheduler": self._scheduler, "name": name, "folder": self._folder}
        path = [entry for entry in sys.path if isinstance(entry, str)]
        with suppress(OSError):  # it has ended already
            _pipe(process).write(json.dumps({**given, "path": path}) + "\n")
            _pipe(process).flush()
        self._running[name] = process

    def _replace(self) -> None:
        """Look after them until all is over."""
        while not self._closing.wait(_LOOK):
            for name, process in [*self._running.items()]:
                if process.poll() is None:
                    continue
                _close(process)
                own = Path(self._folder, name)
                failed = process.returncode > 0  # and not by a signal: so would the next
                if failed:
                    self._last = _last_line(_errors(own)) or self._last
                rmtree(own, ignore_errors=True)
                if not failed and self._left:
                    self._left -= 1
                    with suppress(OSError):  # the system has no room: there is one less
                        self._start()
                del self._running[name]

    def __enter__(self) -> Self:
        """Start them. Raises `FlopcountError` where the system does not start as many."""
        for started in range(self._workers):
            try:
                self._start()
            except OSError as error:
                self._end()
                raise FlopcountError(
                    f"cannot start {plural(self._workers, 'worker')}, but {started}: "
                    f"{error.strerror}"
                ) from None
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End them all."""
        self._closing.set()
        self._watch.join()
        self._end()

    def _end(self) -> None:
        for process in self._running.values():
            _close(process)
        for process in self._running.values():
            try:
                process.wait(_END)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _environment() -> Mapping[str, str]:
    return {**os.environ, **dict.fromkeys(_THREADS, "1")}


def _pipe(process: "subprocess.Popen[str]") -> IO[str]:
    if process.stdin is None:
        raise AssertionError(process.args)
    return process.stdin


def _close(process: "subprocess.Popen[str]") -> None:
    with suppress(OSError):
        _pipe(process).close()


def _errors(own: Path) -> Path:
    return own / "errors"


def _last_line(path: Path) -> str:
    with suppress(OSError):
        lines = path.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""
    return ""
