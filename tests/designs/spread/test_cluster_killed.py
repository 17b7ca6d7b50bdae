"""Workers that are killed in the midst of a sweep: nothing is lost, and nothing is there twice."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster

import flopcount as fc
from flopcount.designs.spread import Spread, local
from flopcount.designs.spread.cluster import parts, workers_of
from tests.designs.spread.clusters import (
    CHOICES,
    SIZE,
    Once,
    have_ended,
    kill,
    own_workers,
    rows,
    scheduler,
    small_tiles,
    started,
    tasks_left,
)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("choice", "killed"), [*((choice, 2) for choice in CHOICES), ("filtered", 4), ("front", 4)]
)
def test_two_of_four_are_killed_or_all(
    choice: str, killed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = rows(**CHOICES[choice])
    small_tiles(monkeypatch)
    seen: list[int] = []

    def act() -> None:
        seen.extend(own_workers())
        kill(seen[:killed])

    told = Once(act)
    assert rows(told, **CHOICES[choice], workers=4) == expected
    assert len(seen) == 4
    assert len(told.told) > 20  # tiles that came after
    assert told.told[-1] == SIZE
    assert have_ended(seen)


@contextmanager
def nannies(_: Path) -> Iterator[Client]:
    """Dask's own local cluster, which starts a worker again that ends."""
    settings: dict[str, Any] = {"dashboard_address": "127.0.0.1:0", "silence_logs": 50}
    with (
        LocalCluster(n_workers=4, threads_per_worker=1, **settings) as cluster,
        Client(cluster) as client,
    ):
        yield client


@contextmanager
def no_nannies(folder: Path) -> Iterator[Client]:
    """Workers that nobody starts again."""
    with ExitStack() as stack:
        address = stack.enter_context(scheduler(folder))
        words = ["--no-nanny", "--nthreads", "1", "--local-directory", str(folder)]
        for _ in range(4):
            stack.enter_context(started("worker", address, *words, "--no-dashboard"))
        client = stack.enter_context(Client(address))
        client.wait_for_workers(4, timeout=60)
        yield client


@pytest.mark.parametrize("of", [nannies, no_nannies])
@pytest.mark.parametrize("choice", ["filtered", "top", "front"])
def test_two_of_four_of_a_cluster(
    of: Any, choice: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    expected = rows(**CHOICES[choice])
    small_tiles(monkeypatch)
    with of(tmp_path) as client:
        pids = [*client.run(os.getpid).values()]
        assert len({*pids}) == 4
        told = Once(lambda: kill(pids[:2]))
        assert rows(told, **CHOICES[choice], scheduler=client) == expected
        assert told.told[-1] == SIZE
        assert have_ended(pids[:2])
        assert not have_ended(pids[2:], 0)  # its workers live on, and the client is open
        assert tasks_left(client) == 0
        assert client.submit(sum, [1, 2]).result() == 3


def test_all_of_a_cluster_with_nannies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    expected = rows(**CHOICES["filtered"])
    small_tiles(monkeypatch)
    with nannies(tmp_path) as client:
        pids = [*client.run(os.getpid).values()]
        assert rows(Once(lambda: kill(pids)), **CHOICES["filtered"], scheduler=client) == expected


def test_a_tile_that_ends_every_worker_is_named() -> None:
    def deadly(_asked: object, _number: int, _known: object) -> None:
        import os

        os._exit(0)

    with (
        pytest.raises(fc.FlopcountError, match=r"one worker after the other died over tile 7: 4 "),
        workers_of(Spread(2)) as workers,
    ):
        [*parts(workers, deadly, 0, [7])]
    assert have_ended(own_workers())


def test_none_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    small_tiles(monkeypatch)
    monkeypatch.setattr(local, "_DEATHS", 0)
    with pytest.raises(fc.FlopcountError, match=r"^all workers of this machine have ended; memory"):
        rows(Once(lambda: kill(own_workers())), workers=2)


def test_none_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "START", "import no_such_module")
    with pytest.raises(fc.FlopcountError) as raised:
        rows(workers=2)
    assert str(raised.value) == (
        "all workers of this machine have ended: ModuleNotFoundError: No module named "
        "'no_such_module'"
    )


def test_more_than_the_system_starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real, started = subprocess.Popen, [0]

    def few(*words: Any, **settings: Any) -> Any:
        started[0] += 1
        if started[0] > 2:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return real(*words, **settings)

    monkeypatch.setattr(subprocess, "Popen", few)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(fc.FlopcountError) as raised:
        rows(workers=4)
    assert str(raised.value) == "cannot start 4 workers, but 2: Resource temporarily unavailable"
    del raised
    assert have_ended(own_workers())
    assert [*tmp_path.glob("flopcount-*")] == []
