"""Tiles priced by other processes: what is asked for, and the same designs as without them."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

import flopcount as fc
from flopcount.designs.grid import tiles
from flopcount.designs.spread import Spread
from tests.designs.spread.clusters import (
    CHOICES,
    SIZE,
    VARY,
    Once,
    have_ended,
    kill,
    own_workers,
    rows,
    small_tiles,
)


@pytest.mark.parametrize(
    ("workers", "scheduler", "said"),
    [
        (-1, None, "--workers is -1, not a whole number from 0 to 1,024"),
        (1025, None, "--workers is 1025, not a whole number from 0 to 1,024"),
        (10**30, None, f"--workers is {10**30}, not a whole number from 0 to 1,024"),
        (True, None, "--workers is True, not"),
        ("2", None, "--workers is '2', not a whole number"),
        (2, "tcp://h:1", "--workers are processes of this machine, a --scheduler has its own"),
        (0, "", "--scheduler is '', not the address of a Dask scheduler, as in tcp://local"),
        (0, "localhost", "--scheduler is 'localhost', not the address of"),
        (0, 8786, "--scheduler is 8786, not the address of"),
        (0, "tcp://h:1/x", "--scheduler is 'tcp://h:1/x', not the address of"),
        (0, "tcp://a b:1", "--scheduler is 'tcp://a b:1', not the address of"),
        (0, "http://h:8787", "that is a page to look at"),
        (0, "inproc://h:1", "'inproc' is none of Dask's protocols"),
        (0, "tcp://h:0", "no port is 0"),
        (0, "tcp://h:65536", "no port is 65536"),
    ],
)
def test_what_is_no_worker_is_refused(workers: Any, scheduler: Any, said: str) -> None:
    with pytest.raises(fc.FlopcountError) as raised:
        Spread(workers, scheduler)
    assert said in str(raised.value)
    with pytest.raises(fc.FlopcountError):
        fc.sweep("googlenet", VARY, workers=workers, scheduler=scheduler)


@pytest.mark.parametrize(
    "address", ["tcp://h:8786", "h-1.example.org:8786", "tls://10.0.0.1:1", "tcp://[::1]:65535"]
)
def test_addresses_of_schedulers(address: str) -> None:
    assert Spread(0, address).is_far


def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flopcount.designs.spread.troubles.find_spec", lambda _: None)
    with pytest.raises(fc.FlopcountError, match=r"pip install 'flopcount\[distributed\]'"):
        rows(workers=1)


def test_settings_of_dask_that_do_not_go_are_said_in_one_line() -> None:
    """That messages are encrypted, say, without certificates."""
    import dask
    import distributed  # noqa: F401  has its own settings

    with (
        dask.config.set({"distributed.comm.require-encryption": True}),
        pytest.raises(fc.FlopcountError, match=r"Dask does not start here: .*encryption") as raised,
    ):
        rows(workers=1)
    assert "\n" not in str(raised.value)


@pytest.mark.slow
def test_without_workers_dask_is_not_loaded() -> None:
    code = "import flopcount as fc, sys; fc.sweep('googlenet', {'input': '128,160'}, workers=0)"
    code += "; print('distributed' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.slow
def test_a_worker_that_is_killed_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    expected = rows()
    small_tiles(monkeypatch)
    monkeypatch.chdir(tmp_path)
    seen: list[int] = []

    def kill_one() -> None:
        seen.extend(own_workers())
        kill(seen[:1])

    told = Once(kill_one)
    assert rows(told, workers=2) == expected
    assert len(seen) == 2
    assert have_ended(seen)
    assert sorted(set(told.told)) == told.told
    assert told.told[-1] == SIZE
    assert [*tmp_path.iterdir()] == []  # nothing is left where the user is


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("choice", CHOICES)
def test_any_number_of_workers_gives_the_same(
    choice: str, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = rows(**CHOICES[choice])
    assert expected
    small_tiles(monkeypatch)
    assert rows(**CHOICES[choice], workers=workers) == expected


@pytest.mark.slow
def test_a_frame_and_a_file_are_the_same_too(tmp_path: Path) -> None:
    plain = fc.sweep("googlenet", VARY, keep="multiplies <= 1e9")
    assert plain.equals(fc.sweep("googlenet", VARY, keep="multiplies <= 1e9", workers=2))
    written = []
    for workers in ("0", "2"):
        file = tmp_path / f"{workers}.csv"
        vary = [word for name, values in VARY.items() for word in ("--vary", f"{name}={values}")]
        command = [sys.executable, "-m", "flopcount", "sweep", "googlenet", *vary]
        done = subprocess.run(
            [*command, "--workers", workers, "-o", str(file)], capture_output=True, check=True
        )
        assert (done.stdout, done.stderr) == (b"", b"")
        written.append(file.read_bytes())
    assert written[0] == written[1]
    assert written[0].count(b"\n") == SIZE + 1


@pytest.mark.slow
def test_this_machine_alone_reaches_them(monkeypatch: pytest.MonkeyPatch) -> None:
    small_tiles(monkeypatch)
    found: list[Any] = []

    def look() -> None:
        processes = (psutil.Process(), *map(psutil.Process, own_workers()))
        found.extend(
            [one for one in process.net_connections() if one.status == "LISTEN"]
            for process in processes
        )

    rows(Once(look), workers=2)
    here, *workers = map(len, found)
    assert here == 1  # for tiles, and none for pages
    assert sorted(workers) in ([0, 1], [1, 1])  # one may still be on its way
    assert {one.laddr.ip for several in found for one in several} == {"127.0.0.1"}


@pytest.mark.slow
def test_within_a_running_loop() -> None:
    """As in a notebook."""

    async def cell() -> int:
        return len(fc.sweep("googlenet", {"input": "128:256:32"}, workers=1))

    assert asyncio.run(cell()) == 5


@pytest.mark.slow
def test_a_script_needs_no_main_guard(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import flopcount as fc\n"
        "print('once')\n"
        "print(len(fc.sweep('googlenet', {'input': '128:256:32'}, workers=2)))\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("once\n5\n", "")


def test_the_cut_travels(monkeypatch: pytest.MonkeyPatch) -> None:
    from flopcount.designs.spread.work import Asked, part
    from flopcount.designs.sweeps import plan

    question = plan("googlenet", VARY, top=3).question
    small_tiles(monkeypatch)
    asked = Asked(question, tiles.of_workers(question.box))
    monkeypatch.undo()  # a worker's own
    assert tiles.of_workers(question.box).count == 1
    found = [part(asked, number, ()) for number in range(asked.tiles.count)]
    merged = question.choice.merged(found)
    assert merged.designs.tolist() == rows(top=3)


def test_a_worker_of_another_version_says_so() -> None:
    from flopcount.designs.spread.work import Asked, part
    from flopcount.designs.sweeps import plan

    question = plan("googlenet", VARY, top=3).question
    asked = Asked(question, tiles.of_workers(question.box), "0.0.1")
    with pytest.raises(fc.FlopcountError, match=r"has flopcount .*, the sweep is of 0\.0\.1"):
        part(asked, 0, ())
