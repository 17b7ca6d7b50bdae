"""A bar shows how far a command is: on a terminal's standard error, while it runs, nowhere else."""

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

import flopcount
from flopcount.cli.main import main
from flopcount.cli.progress import Progress, pace
from flopcount.errors import FlopcountError

HOME = Path(flopcount.__file__).parent.parent
VARY = {"input": "64:113", "3a.r5": "1:100", "3a.r3": "1,2"}
SWEEP = ["sweep", "googlenet", *(f"--vary={name}={values}" for name, values in VARY.items())]


class Terminal(io.StringIO):
    """What takes text as a terminal does; `lines` is each state of its one line."""

    def isatty(self) -> bool:
        return True

    def lines(self) -> list[str]:
        assert "\n" not in self.getvalue()
        return self.getvalue().split("\r")

    def is_clear(self) -> bool:
        """Whether the last that was drawn is blanks, and the cursor is in the first column."""
        *_, last, end = self.lines()
        return end == "" and last.isspace()


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Make standard error a terminal: within a test, for pytest sets it anew before each."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    return terminal


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sweep of thousands of pieces takes longer than a bar needs to appear."""
    monkeypatch.setattr("flopcount.designs.grid.chunks.CHUNK_SIZE", 4)
    monkeypatch.setattr("flopcount.designs.grid.chunks._WIDTH", 4)


@pytest.mark.slow
def test_the_bar_says_how_far_how_fast_and_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = on_terminal(monkeypatch)
    with pace(1_000_000, "designs") as priced:
        assert priced is not None
        priced(10)  # too soon to be drawn
        assert screen.getvalue() == ""
        time.sleep(0.2)
        priced(250_000)
        pace_and_rest = r"\[00:\d\d<00:\d\d, [\d.]+[kM] designs/s\]"
        assert re.fullmatch(rf" 25%\|.*\| 250k/1.00M {pace_and_rest}", screen.lines()[-1])
        time.sleep(0.2)
        priced(500_000)
        assert re.fullmatch(rf" 50%\|.*\| 500k/1.00M {pace_and_rest}", screen.lines()[-1])
    assert screen.is_clear()


def test_what_ends_at_once_shows_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = on_terminal(monkeypatch)
    with pace(10, "designs") as priced:
        assert priced is not None
        priced(10)
    assert screen.getvalue() == ""


@pytest.mark.slow
def test_each_item_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = on_terminal(monkeypatch)
    with Progress() as progress:
        for seen, item in enumerate(progress("abc", "building")):
            assert item == "abc"[seen]
            time.sleep(0.15)
            shown = screen.lines()[-1]
            assert shown.startswith("building: ")
            assert f"{seen}/3 [" in shown
        assert list(progress([1, 2], "running")) == [1, 2]
    assert "running: " in screen.getvalue()
    assert screen.is_clear()


@pytest.mark.slow
def test_an_error_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = on_terminal(monkeypatch)

    def build() -> None:
        with Progress() as progress:
            for item in progress("abc", "building"):
                if item == "b":
                    raise FlopcountError(item)

    def price() -> None:
        with pace(100, "designs") as priced:
            time.sleep(0.2)
            assert priced is not None
            priced(50)
            raise FlopcountError("late")

    for work, drawn in ((build, "building: "), (price, " 50%")):
        with pytest.raises(FlopcountError):
            work()
        assert drawn in screen.getvalue()
        assert screen.is_clear()


@pytest.mark.slow
@pytest.mark.usefixtures("slow")
def test_standard_output_is_the_same_with_a_bar(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def run(file: str) -> tuple[str, bytes]:
        assert main([*SWEEP, "--format", "csv"]) == 0
        printed = capsys.readouterr().out
        assert main([*SWEEP, "-o", file]) == 0
        assert capsys.readouterr().out == ""
        return printed, Path(file).read_bytes()

    monkeypatch.chdir(tmp_path)
    plain = run("plain.csv")
    assert plain[0].count("\n") == 1 + 50 * 100 * 2
    screen = on_terminal(monkeypatch)
    assert run("barred.csv") == plain
    assert "designs/s]" in screen.getvalue()
    assert screen.is_clear()
    without = on_terminal(monkeypatch)
    monkeypatch.setitem(sys.modules, "tqdm", None)  # as where it is not installed
    assert run("without.csv") == plain
    assert without.getvalue() == ""


def test_without_tqdm_the_items_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = on_terminal(monkeypatch)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with Progress() as progress:
        assert list(progress("abc", "building")) == ["a", "b", "c"]
    with pace(10, "designs") as priced:
        assert priced is None
    assert screen.getvalue() == ""


def test_without_standard_error_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with Progress() as progress, pace(10, "designs") as priced:
        assert list(progress("abc", "building")) == ["a", "b", "c"]
        assert priced is None


PROGRAM = """
import sys
from flopcount.cli.main import main
from flopcount.designs.grid import chunks

chunks.CHUNK_SIZE = chunks._WIDTH = 4
code = main(sys.argv[1:])
print("tqdm" in sys.modules)
sys.exit(code)
"""


@pytest.mark.slow
@pytest.mark.parametrize("terminal", [False, True])
def test_tqdm_is_loaded_where_a_bar_is_shown(terminal: bool, tmp_path: Path) -> None:  # noqa: FBT001
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *SWEEP, "-o", "designs.csv"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(HOME)},
        stdout=subprocess.PIPE,
        stderr=slave if terminal else subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        os.close(slave)
        drawn = b""
        while terminal:
            try:
                piece = os.read(master, 4096)
            except OSError:  # the program has ended, and Linux says so
                break
            if not piece:
                break
            drawn += piece
        said, wrong = process.communicate()
    os.close(master)
    assert process.returncode == 0
    assert said == f"{terminal}\n"
    if terminal:
        assert b" designs/s]" in drawn
        assert drawn.endswith(b" \r")
    else:
        assert wrong == ""
