"""Workers of a scheduler: what is missing or unlike there is said in one line."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster

import flopcount as fc
from flopcount.designs.spread import cluster
from tests.designs.spread.clusters import Once, rows, scheduler, small_tiles, started

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Two workers in this process, behind real connections."""
    settings: dict[str, Any] = {"dashboard_address": "127.0.0.1:0", "silence_logs": 50}
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, protocol="tcp", **settings
        ) as local,
        Client(local) as client,
    ):
        yield client


def said_of(scheduler: Any, **options: Any) -> str:
    with pytest.raises(fc.FlopcountError) as raised:
        rows(scheduler=scheduler, **options)
    return str(raised.value)


def test_by_address_and_by_client_it_is_the_same(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = rows(top=30)
    small_tiles(monkeypatch)
    address = client.scheduler.address
    assert rows(top=30, scheduler=client) == expected
    assert rows(top=30, scheduler=address) == expected
    assert rows(top=30, scheduler=address.removeprefix("tcp://")) == expected
    assert client.status == "running"


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server that is no scheduler: its address."""
    code = (
        "import socket\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "print(server.getsockname()[1], flush=True)\n"
        "kept = []\n"
        "while True:\n"
        "    kept.append(server.accept()[0])\n"
        f"    kept[-1].sendall({answer!r})\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        yield f"tcp://127.0.0.1:{int(other.stdout.readline())}"
        other.kill()


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.0 400 Bad Request\r\n\r\n", bytes(1000)])
def test_what_answers_is_no_scheduler(answer: bytes) -> None:
    with answering(answer) as address:
        assert said_of(address).startswith(f"no Dask scheduler answers at {address}")


def test_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "flopcount", "sweep", "googlenet", "--vary", "input=128,160"]
    command += ["--scheduler", f"127.0.0.1:{port}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = (
        f"flopcount: no Dask scheduler answers at 127.0.0.1:{port} within 5 seconds; start one "
        "with 'dask scheduler', it says its address\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_a_worker_is_no_scheduler(client: Client) -> None:
    worker = next(iter(client.nthreads()))
    assert said_of(worker).startswith(f"{worker} is a Worker of Dask's, not the scheduler")


def test_a_scheduler_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_FIRST", 0.2)
    settings: dict[str, Any] = {"dashboard_address": "127.0.0.1:0", "silence_logs": 50}
    with LocalCluster(n_workers=0, processes=True, **settings) as local:
        address = local.scheduler_address
        assert said_of(address) == (
            f"the scheduler at {address} has no workers; start some with 'dask worker ADDRESS'"
        )


def test_a_closed_client() -> None:
    settings: dict[str, Any] = {"dashboard_address": "127.0.0.1:0", "silence_logs": 50}
    with LocalCluster(n_workers=0, processes=True, **settings) as local:
        with Client(local) as closed:
            pass
        assert "a sweep needs one that is open" in said_of(closed)


@pytest.mark.parametrize(
    ("package", "said"),
    [
        (
            {"__init__.py": "raise ModuleNotFoundError('no flopcount', name='flopcount')"},
            f" has no flopcount; install flopcount {fc.__version__} there",
        ),
        (
            {"__init__.py": "", "version.py": "__version__ = '0.0.9'"},
            f" has flopcount 0.0.9, here is {fc.__version__}; install the same on both",
        ),
    ],
)
def test_a_worker_without_this_flopcount(
    package: dict[str, str], said: str, tmp_path: Path
) -> None:
    """As where it is not installed: the worker finds another package of that name first."""
    (tmp_path / "flopcount").mkdir()
    for name, text in package.items():
        (tmp_path / "flopcount" / name).write_text(text)
    words = ["--no-nanny", "--nthreads", "1", "--local-directory", str(tmp_path)]
    with (
        scheduler(tmp_path) as address,
        started("worker", address, *words, path=tmp_path),
        Client(address) as client,
    ):
        client.wait_for_workers(1, timeout=60)
        worker = next(iter(client.nthreads()))
        assert said_of(address) == f"worker {worker}{said}"


@pytest.mark.parametrize(
    ("package", "version", "said"),
    [
        ("python", "3.9.1.final.0", "has Python 3.9.1.final.0, here is 3."),
        ("distributed", "2020.1.0", "has Dask (distributed) 2020.1.0, here is 20"),
    ],
)
@pytest.mark.parametrize("where", ["scheduler", "workers"])
def test_other_versions(  # noqa: PLR0917  parametrised cases carry many columns
    client: Client, where: str, package: str, version: str, said: str, monkeypatch: Any
) -> None:
    found: Any = client.get_versions(check=False)
    host = found["scheduler"] if where == "scheduler" else [*found["workers"].values()][-1]
    host["packages"][package] = version
    monkeypatch.setattr(Client, "get_versions", lambda *_, **__: found)
    who = "the scheduler" if where == "scheduler" else f"worker {[*found['workers']][-1]}"
    assert said_of(client).startswith(f"{who} {said}")


@pytest.mark.parametrize("ended", [0, 1])
def test_the_cluster_goes_in_the_midst(
    ended: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 1.0)
    small_tiles(monkeypatch)
    words = ["--no-nanny", "--nthreads", "1", "--local-directory", str(tmp_path)]
    with scheduler(tmp_path) as address, started("worker", address, *words) as worker:
        import psutil

        (server,) = (
            child
            for child in psutil.Process().children()
            if any("dask_scheduler" in word for word in child.cmdline())
        )
        process = [psutil.Process(worker.pid), server][ended]
        began = time.monotonic()
        said = said_of(address, progress=Once(process.kill))
        if ended:
            assert said.startswith(f"the scheduler at {address} is gone: ")
        else:
            assert said == f"all workers at {address} are gone, since 1 seconds"
        assert time.monotonic() - began < 60


def test_what_a_tile_raises_comes_back(client: Client) -> None:
    from flopcount.designs.grid.tiles import of_workers
    from flopcount.designs.spread import Spread
    from flopcount.designs.spread.work import Asked, part
    from flopcount.designs.sweeps import plan

    question = plan("googlenet", {"input": "128,160"}, top=1).question
    asked = Asked(question, of_workers(question.box), "0.0.1")
    with (
        pytest.raises(fc.FlopcountError, match=r"the sweep is of 0\.0\.1"),
        cluster.workers_of(Spread(0, client)) as workers,
    ):
        [*cluster.parts(workers, part, asked, [0])]
