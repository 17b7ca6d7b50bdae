"""Sweeps of real processes that are interrupted, or whose processes are killed, in the midst."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.designs.grid.tiles import of_workers
from flopcount.designs.spread import dataset

pytestmark = pytest.mark.slow  # each starts processes, and prices millions of designs
HOME = Path(fc.__file__).parent.parent
LIMIT = 240  # seconds, for what hangs
VARY = {"r3": "1:200", "n3": "1:250", "r5": "1:200"}
KEEP = "multiplies <= 60e6"
TILES = of_workers([range(200), range(250), range(200)], all_stay=True).count
ARGV = [
    *("sweep", "googlenet", "--module", "3a", "--keep", KEEP),
    *(word for name, text in VARY.items() for word in ("--vary", f"{name}={text}")),
]


@pytest.fixture(scope="module")
def one() -> pd.DataFrame:
    """What is written in the end: 10 million designs, of which some stay."""
    return fc.sweep("googlenet", VARY, modules=["3a"], keep=KEEP)


@contextmanager
def begun(folder: Path, *argv: str) -> "Iterator[subprocess.Popen[str]]":
    """The command; it is ended here, if it has not ended."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "flopcount", *ARGV, *argv],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(HOME)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until(there: Callable[[], Any]) -> Any:
    """What there is, as soon as it is."""
    end = time.monotonic() + LIMIT
    while not (found := there()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def parts_beside(folder: Path) -> list[Path]:
    return [*folder.glob(".flopcount-*/part-*.parquet")]


def workers(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def ended(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=60)
    assert not alive


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupted_sweep_leaves_nothing(name: str, tmp_path: Path) -> None:
    number = getattr(signal, name)
    with begun(tmp_path, "-o", "a.parquet", "--workers", "2") as process:
        until(lambda: parts_beside(tmp_path))
        at_work = workers(process)
        process.send_signal(number)
        out, said = process.communicate(timeout=LIMIT)
    assert (process.returncode, said, out) in {
        (130, "flopcount: interrupted\n", ""),
        (-number, "", ""),
    }
    ended(at_work)  # and none of them made it again
    assert [*tmp_path.iterdir()] == []


def test_an_interrupted_sweep_keeps_the_old(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").mkdir()
    (tmp_path / "a.parquet" / "part-0000000.parquet").write_text("old")
    with begun(tmp_path, "-o", "a.parquet", "-o", "b.csv", "--workers", "2") as process:
        until(lambda: parts_beside(tmp_path))
        process.send_signal(signal.SIGINT)
        assert process.wait(LIMIT) == 130
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]
    assert (tmp_path / "a.parquet" / "part-0000000.parquet").read_text() == "old"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("count", ["0", "2"])
def test_what_is_kept_is_not_priced_again(
    count: str, number: signal.Signals, tmp_path: Path, one: pd.DataFrame
) -> None:
    argv = ["-o", "a.parquet", "--workers", count, "--resume", "DIR"]
    with begun(tmp_path, *argv) as process:
        until(lambda: len([*(tmp_path / "DIR").glob("part-*")]) > 2)
        at_work = workers(process)
        process.send_signal(number)
        process.communicate(timeout=LIMIT)
    ended(at_work)
    assert not (tmp_path / "a.parquet").exists()
    kept = {path: path.stat() for path in (tmp_path / "DIR").glob("part-*")}
    assert 3 <= len(kept) < TILES
    with begun(tmp_path, *argv) as process:
        assert process.communicate(timeout=LIMIT) == ("", "")
        assert process.returncode == 0
    assert len([*(tmp_path / "DIR").glob("part-*")]) == TILES
    for path, known in kept.items():
        now = path.stat()
        assert (now.st_ino, now.st_mtime_ns) == (known.st_ino, known.st_mtime_ns)
    assert not [*(tmp_path / "DIR").glob(".flopcount-*")]
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), one)


def test_a_killed_worker_costs_nothing(tmp_path: Path, one: pd.DataFrame) -> None:
    argv = ["-o", "a.parquet", "--workers", "2"]
    with begun(tmp_path, *argv) as process:
        until(lambda: parts_beside(tmp_path))
        for worker in workers(process):
            worker.kill()
        assert process.communicate(timeout=LIMIT) == ("", "")
        assert process.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]
    assert all(path.name.startswith("part-") for path in (tmp_path / "a.parquet").iterdir())
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), one)


def test_any_number_of_workers_writes_the_same(tmp_path: Path, one: pd.DataFrame) -> None:
    more: dict[str, Any] = {"modules": ["3a"], "keep": KEEP}
    counts = [
        fc.sweep_to(tmp_path / f"{number}.parquet", "googlenet", VARY, workers=number, **more)
        for number in (1, 2)
    ]
    more["resume"] = tmp_path / "DIR"
    counts.append(fc.sweep_to(tmp_path / "3.parquet", "googlenet", VARY, **more))
    assert counts == [len(one)] * 3
    data = [
        [(path.name, path.read_bytes()) for path in sorted((tmp_path / name).iterdir())]
        for name in ("1.parquet", "2.parquet", "3.parquet")
    ]
    assert data[0] == data[1] == data[2]
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "2.parquet"), one)


def blinded() -> int:
    """Let a worker see no folder, as if it were on another machine."""
    dataset.Folder.is_seen = False  # type: ignore[method-assign, assignment]
    return os.getpid()


def test_a_worker_of_another_machine(tmp_path: Path) -> None:
    import distributed

    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        blind = [*client.scheduler_info()["workers"]][1]
        client.run(blinded, workers=[blind])
        given: dict[str, Any] = {"modules": ["3a"], "keep": KEEP}
        given["scheduler"] = cluster.scheduler_address
        for more in ({}, {"resume": tmp_path / "DIR"}):
            with pytest.raises(FlopcountError) as caught:
                fc.sweep_to(tmp_path / "a.parquet", "googlenet", VARY, **given, **more)
            assert f"the worker {blind} does not see" in str(caught.value)
            assert "that all machines share" in str(caught.value)
        assert not (tmp_path / "a.parquet").exists()
        assert not [*tmp_path.glob(".flopcount-*")]
        assert not [*(tmp_path / "DIR").glob("part-*")]
