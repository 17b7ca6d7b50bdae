"""A sweep with workers that is ended in the midst: one line, and nothing is left behind."""

import os
import pty
import re
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from distributed import Client

from tests.designs.spread.clusters import ROOT, have_ended, scheduler, started, tasks_left

pytestmark = pytest.mark.slow

# Tiles of a hundred thousand designs each, of 10^10: minutes
SWEEP = """\
from flopcount.designs.grid import tiles
tiles.LEAST = tiles.MOST = 100_000
from flopcount.__main__ import entry
entry()
"""
VARY = [f"--vary={name}=1:1000" for name in ("3a.r5", "3a.r3")] + ["--vary=4e.n3=1:10000"]
SHORT = ["--vary=3a.r5=1:1000", "--vary=3a.r3=1:2000"]


@contextmanager
def sweeping(
    folder: Path, *words: str, vary: list[str] = VARY, terminal: int | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """`flopcount sweep`, in the midst, in a session of its own as a terminal gives it."""
    command = [sys.executable, "-c", SWEEP, "sweep", "googlenet", *vary, "--top", "5", *words]
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "TMPDIR": str(folder / "tmp")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if terminal is None else terminal,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def workers_at_work(process: "subprocess.Popen[bytes]", count: int) -> list[int]:
    """The workers of a sweep, once all price tiles."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        children = psutil.Process(process.pid).children(recursive=True)
        if len(children) == count and all(sum(one.cpu_times()[:2]) > 3 for one in children):
            return [child.pid for child in children]
        time.sleep(0.1)
    pytest.fail("the workers did not come to work")


@pytest.mark.parametrize(
    ("number", "words", "code", "said"),
    [
        (signal.SIGINT, [], 130, b"flopcount: interrupted\n"),
        (signal.SIGINT, ["-o", "x.csv"], 130, b"flopcount: interrupted\n"),
        (signal.SIGTERM, [], -signal.SIGTERM, b""),
        (signal.SIGTERM, ["-o", "x.csv"], -signal.SIGTERM, b""),
        (signal.SIGKILL, [], -signal.SIGKILL, b""),
    ],
)
def test_a_signal_ends_workers_too(
    number: int, words: list[str], code: int, said: bytes, tmp_path: Path
) -> None:
    (tmp_path / "tmp").mkdir()
    with sweeping(tmp_path, "--workers", "2", *words) as process:
        pids = workers_at_work(process, 2)
        os.killpg(process.pid, number)  # as a terminal does
        out, errors = process.communicate(timeout=20)
        assert (process.returncode, out, errors) == (code, b"", said)
        assert have_ended(pids, 5)
    assert [path.name for path in tmp_path.iterdir()] == ["tmp"]
    assert [*(tmp_path / "tmp").iterdir()] == []


def test_workers_of_a_scheduler_live_on(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    words = ["--no-nanny", "--nthreads", "1", "--local-directory", str(tmp_path / "tmp")]
    with (
        scheduler(tmp_path / "tmp") as address,
        started("worker", address, *words) as worker,
        Client(address) as client,
    ):
        client.wait_for_workers(1, timeout=60)
        with sweeping(tmp_path, "--scheduler", address) as process:
            end = time.monotonic() + 60
            while not sum(client.processing().values(), ()) and time.monotonic() < end:
                time.sleep(0.1)
            assert sum(client.processing().values(), ())
            os.killpg(process.pid, signal.SIGINT)
            out, errors = process.communicate(timeout=20)
        assert (process.returncode, out, errors) == (130, b"", b"flopcount: interrupted\n")
        assert tasks_left(client) == 0
        assert worker.poll() is None
        assert client.submit(sum, [1, 2]).result() == 3


def test_the_bar_is_shown_and_wiped(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    controller, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 80))
    with sweeping(tmp_path, "--workers", "2", vary=SHORT, terminal=terminal) as process:
        os.close(terminal)
        shown = b""
        while True:
            try:
                more = os.read(controller, 4096)
            except OSError:  # the other side is closed
                break
            shown += more
        assert process.wait(60) == 0
        assert process.stdout is not None
        assert b"5 of 2,000,000 designs" in process.stdout.read()
    os.close(controller)
    parts = [part for part in re.split(rb"[\r\n]|\x1b\[A", shown) if part.strip()]
    assert any(b"/2.00M" in part for part in parts), shown
    assert shown.rstrip(b"\r\n").rpartition(b"\r")[2].strip() == b""  # the last line is blank
