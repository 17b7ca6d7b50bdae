"""What tests of workers share: a sweep in many small tiles, and workers to be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from flopcount.designs.grid import tiles
from flopcount.designs.sweeps import plan

ROOT = Path(__file__).parents[3]
VARY = {"3a.r5": "8:64:2", "input": "128:512:32", "4e.n3": "64:128:8"}  # 29 × 13 × 9 designs
SIZE = 29 * 13 * 9
KEPT = "multiplies <= 2e9 and params != 7000000"
# What each choice keeps; equal keys are many, since 3a.r5 and 4e.n3 change no input.
CHOICES: dict[str, dict[str, Any]] = {
    "every": {},
    "filtered": {"keep": [KEPT]},
    "top": {"top": 40, "sort": "-input", "keep": [KEPT]},
    "front": {"pareto": ["multiplies", "-params"]},
    "front of three": {"pareto": ["multiplies", "-params", "-input"], "keep": [KEPT]},
    "counted": {"count": True, "keep": [KEPT]},
    "histograms": {"histogram": ["multiplies=7", "input"]},
    "front in another order": {"pareto": ["multiplies", "-params"], "sort": "-params", "top": 9},
}


def small_tiles(patch: pytest.MonkeyPatch) -> None:
    """Cut grids into tiles of a hundred designs; workers are told the cut."""
    patch.setattr(tiles, "LEAST", 100)
    patch.setattr(tiles, "COUNT", 1000)
    assert tiles.of_workers(tuple(range(size) for size in (29, 13, 9))).count >= 40


def rows(progress: Callable[[int], None] | None = None, **options: Any) -> list[list[int]]:
    """The designs of a sweep, in order; of a tally its arrays."""
    found = plan("googlenet", VARY, **options)
    if found.tallies:
        return [array.tolist() for array in found.answer(progress)._asdict().values()]
    return [row for batch in found.batches(progress) for row in batch.tolist()]


def own_workers() -> list[int]:
    """The processes that this one started for a sweep, by their ids."""
    return [
        child.pid
        for child in psutil.Process().children(recursive=True)
        if "flopcount.designs.spread.worker" in " ".join(child.cmdline())
    ]


def kill(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def have_ended(pids: list[int], seconds: float = 10) -> bool:
    """Whether these processes end within some seconds."""
    end = time.monotonic() + seconds
    while any(map(_lives, pids)):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _lives(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    return False


def tasks_left(client: Any, seconds: float = 10) -> int:
    """How many tasks a scheduler still has, after some seconds."""

    def count(dask_scheduler: Any) -> int:
        return len(dask_scheduler.tasks)

    end = time.monotonic() + seconds
    while (left := client.run_on_scheduler(count)) and time.monotonic() < end:
        time.sleep(0.05)
    return int(left)


class Once:
    """Told of progress, it does something the first time, and notes what it was told."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act
        self.told: list[int] = []

    def __call__(self, done: int) -> None:
        self.told.append(done)
        if len(self.told) == 1:
            self._act()


@contextmanager
def scheduler(folder: Path) -> Iterator[str]:
    """A scheduler of its own, as `dask scheduler` starts it: its address."""
    file = folder / "scheduler.json"
    words = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show"]
    with started("scheduler", *words, "--scheduler-file", str(file)):
        import json

        end = time.monotonic() + 60
        while time.monotonic() < end:
            with suppress(OSError, ValueError):
                yield json.loads(file.read_text())["address"]
                return
            time.sleep(0.05)
        pytest.fail("the scheduler did not start")


@contextmanager
def started(kind: str, *words: str, path: Path = ROOT) -> Iterator["subprocess.Popen[bytes]"]:
    """`dask scheduler`, or a `dask worker` that finds flopcount in `path`."""
    here = os.environ.get("PYTHONPATH")
    process = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words],
        cwd=path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(path), here]))},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
