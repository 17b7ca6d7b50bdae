"""A worker of this machine: a process that prices tiles, one at a time, on about one core.

It ends with the process that started it, however that one ends: its standard input is closed then.
"""

import os
import shutil
import sys
from pathlib import Path
from threading import Thread
from typing import Any

# What a new Python runs: the caller's modules are found where the caller finds them.
START = """\
import json, sys
given = json.loads(sys.stdin.readline())
sys.path[:] = given.pop("path")
from flopcount.designs.spread.worker import run
run(**given)
"""


def run(scheduler: str, name: str, folder: str) -> None:
    """Serve the scheduler at an address; `folder` is of all its workers, for what Dask keeps."""
    Thread(target=_end_with_the_caller, args=(folder,), daemon=True).start()
    import asyncio

    import dask

    # nobody looks at a profile, which a thread would take of every tile
    with dask.config.set({"distributed.worker.profile.enabled": False}):
        asyncio.run(_serve(scheduler, name, folder))


async def _serve(scheduler: str, name: str, folder: str) -> None:
    from distributed import Worker

    # a tile takes no more memory than it is sized for: nothing is to be spilled, or ended for it
    own: dict[str, Any] = {
        "local_directory": str(Path(folder, name)),
        "memory_limit": 0,
        "host": "127.0.0.1",
    }
    async with portless(Worker)(scheduler, nthreads=1, name=name, **own) as worker:
        await worker.finished()


def portless(kind: type) -> Any:
    """Make a scheduler or a worker that opens no port for pages."""
    return type(kind.__name__, (kind,), {"start_http_server": lambda *_, **__: None})


def _end_with_the_caller(folder: str) -> None:
    sys.stdin.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)
