"""A signal ends the program as it should: no traceback, and no file that is half written."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import flopcount
from flopcount.cli import signals
from flopcount.cli.main import main

HOME = Path(flopcount.__file__).parent.parent
LIMIT = 60  # seconds, for what hangs
# Set a signal to be answered or ignored; then begin as the program does.
BEGIN = """
import os, signal, sys
OUT = os.dup(1)  # the program keeps its own standard output for the report
for name in ("SIGINT", "SIGTERM", "SIGHUP"):
    signal.signal(getattr(signal, name), signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
{before}
from flopcount.__main__ import entry
entry()
"""
# What reads a network says that it is there, and waits.
WAIT = """
import time
import flopcount.notation

def wait(*_, **__):
    os.write(OUT, b"ready\\n")
    time.sleep({seconds})
    raise flopcount.FlopcountError("waited")

flopcount.notation.load = wait
"""


def begun(before: str, folder: Path, *argv: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN.format(before=before), *argv],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(HOME)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def ended_by(number: int, before: str, folder: Path) -> tuple[int, str]:
    """Send a signal while files are written; the exit code, and what standard error has."""
    files = ["-o", "old.csv", "-o", "new.png", "-o", "new.html"]
    with begun(before, folder, "googlenet", *files) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        assert len(list(folder.iterdir())) == 4
        process.send_signal(number)
        _, said = process.communicate(timeout=LIMIT)
    return process.returncode, said


ENDS = {
    "SIGINT": (130, "flopcount: interrupted\n"),
    "SIGTERM": (-signal.SIGTERM, ""),
    "SIGHUP": (-signal.SIGHUP, ""),
}


@pytest.mark.parametrize("name", ENDS)
def test_a_signal_leaves_no_file_behind(name: str, tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("what was there")
    number = getattr(signal, name)
    assert ended_by(number, WAIT.format(seconds=LIMIT), tmp_path) == ENDS[name]
    assert [path.name for path in tmp_path.iterdir()] == ["old.csv"]
    assert (tmp_path / "old.csv").read_text() == "what was there"


@pytest.mark.slow
@pytest.mark.parametrize("name", ENDS)
def test_what_is_ignored_stays_ignored(name: str, tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("what was there")
    before = f"signal.signal(signal.{name}, signal.SIG_IGN)\n{WAIT.format(seconds=0.1)}"
    ended = ended_by(getattr(signal, name), before, tmp_path)
    assert ended == (2, "flopcount: waited\n")


# A signal comes when a module is about to be imported.
WHEN = """
def come(event, names):
    if event == "import" and names[0] == {module!r}:
        os.kill(os.getpid(), signal.SIGINT)

sys.addaudithook(come)
"""
# A signal comes when all is done.
AT_THE_END = """
def come(code, end=os._exit):
    os.kill(os.getpid(), signal.SIGINT)
    end(code)

os._exit = come
"""


@pytest.mark.parametrize(
    "module",
    [
        "flopcount.cli",
        "flopcount.cli.main",
        "argparse",
        "flopcount.cli.verbs",
        "flopcount.notation",
        "tomllib",
        "flopcount.writing.files",
        "flopcount.api",
        "flopcount.writing.terminal",
        "gc",
        "",
    ],
)
def test_an_interruption_at_the_start_or_end_is_no_traceback(module: str, tmp_path: Path) -> None:
    before = WHEN.format(module=module) if module else AT_THE_END
    with begun(before, tmp_path, "googlenet", "-o", "x.csv", "--format", "table") as process:
        _, said = process.communicate(timeout=LIMIT)
    assert (process.returncode, said) in {(-signal.SIGINT, ""), (130, "flopcount: interrupted\n")}
    assert [path.name for path in tmp_path.iterdir()] in ([], ["x.csv"][: not module])


def test_nothing_is_loaded_before_interruptions_are_answered() -> None:
    code = "import sys; before = {*sys.modules}; import flopcount.__main__; "
    code += "print(*sorted({*sys.modules} - before))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(HOME)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == "flopcount flopcount.__main__\n"


def test_a_program_that_calls_this_one_keeps_its_signals(tmp_path: Path) -> None:
    """In a thread, which has none, as well."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    argv = ["8x8x3 > conv 3x3 4", "-o", str(tmp_path / "x.csv")]
    assert main(argv) == 0
    with ThreadPoolExecutor() as pool:
        assert pool.submit(main, argv).result() == 0
    assert [signal.getsignal(number) for number in numbers] == before
    assert signals._FIRST == []  # noqa: SLF001
