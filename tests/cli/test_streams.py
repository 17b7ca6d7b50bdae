"""Writing that fails and streams that end: no half a file, and no traceback."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

import pytest

import flopcount
import flopcount.writing.sheet
from flopcount.cli.main import main
from tests.cli.refusals import snapshot

HOME = Path(flopcount.__file__).parent.parent


# -- writing that fails


def instead_of_load(monkeypatch: pytest.MonkeyPatch, other: Callable[..., object]) -> None:
    """Put something else in the place of what reads a network."""
    for module in ("flopcount.notation", "flopcount.notation.references"):
        monkeypatch.setattr(f"{module}.draft", other)


def test_a_folder_that_may_not_be_written_is_found_before_any_work(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("flopcount.writing.files.make_file", denied)
    instead_of_load(monkeypatch, lambda *_, **__: pytest.fail("work was done"))
    message = refused("googlenet", "-o", "x.csv")
    assert "-o 'x.csv'" in message
    assert "Permission denied" in message


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), MemoryError()])
def test_a_failure_half_way_leaves_nothing(
    error: Exception, refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> NoReturn:
        raise error

    monkeypatch.setattr("flopcount.writing.markup.markdown", fails)
    Path("x.csv").write_text("what was there")
    refused("googlenet", "-o", "x.csv", "-o", "y.md")


def test_a_rename_that_fails_leaves_nothing(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> NoReturn:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "replace", fails)
    monkeypatch.setattr(os, "replace", fails)
    assert "Operation not permitted" in refused("googlenet", "-o", "x.csv", "-o", "y.md")


@pytest.mark.slow
def test_a_picture_that_fails_leaves_no_other_file(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> NoReturn:
        raise MemoryError

    monkeypatch.setattr("flopcount.pictures.style.picture", broken)
    assert "out of memory" in refused("googlenet", "-o", "x.csv", "-o", "x.png")


# -- as a process: what happens to the streams


def process(
    *argv: str,
    env: Mapping[str, str] | None = None,
    **options: object,
) -> subprocess.CompletedProcess[bytes]:
    given = {"PYTHONPATH": str(HOME), **(env or {})}
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONIOENCODING"}
    streams: dict[str, object] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-m", "flopcount", *argv], env={**kept, **given}, check=False, **streams
    )


def in_shell(line: str, tmp_path: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a line of shell; `flopcount` there is this one."""
    script = f'flopcount() {{ "{sys.executable}" -m flopcount "$@"; }}; {line}'
    return subprocess.run(
        ["/bin/bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(HOME), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=False,
    )


@pytest.mark.slow
def test_a_limit_on_file_sizes_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("what was there")
    done = in_shell("ulimit -f 1; flopcount googlenet --by layer -o x.csv", tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"cannot write" in done.stderr
    assert snapshot(tmp_path) == {"x.csv": b"what was there"}


@pytest.mark.slow
def test_a_reader_that_has_enough_is_no_error(tmp_path: Path) -> None:
    line = "flopcount '8x8x3 > 5000 * conv 3x3 3' --by layer | head -1; echo ${PIPESTATUS[0]}"
    done = in_shell(line, tmp_path)
    assert done.stderr == b""
    assert done.stdout.splitlines()[1:] == [b"0"]


@pytest.mark.slow
def test_a_reader_that_reads_nothing_is_no_error(tmp_path: Path) -> None:
    done = in_shell("flopcount googlenet | true; echo ${PIPESTATUS[0]}", tmp_path)
    assert (done.stdout, done.stderr) == (b"0\n", b"")


@pytest.mark.slow
@pytest.mark.parametrize("argv", ["googlenet", "list", "--help", "--version"])
def test_a_full_disk_is_one_line(argv: str, tmp_path: Path) -> None:
    done = in_shell(f"flopcount {argv} >/dev/full", tmp_path)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert b"No space left on device" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("flopcount googlenet >&-", 2),
        ("flopcount googlenet -o x.csv >&-", 0),
        ("flopcount nope 2>&-", 2),
        ("flopcount nope 2>/dev/full", 2),
        ("flopcount nope >&- 2>&-", 2),
        ("flopcount googlenet <&-", 0),
    ],
)
def test_streams_that_are_closed_or_full(line: str, code: int, tmp_path: Path) -> None:
    done = in_shell(line, tmp_path)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"\n") <= 1


ASCII = {"PYTHONIOENCODING": "ascii"}
C_LOCALE = {"LC_ALL": "C", "LANG": "C"}
BARE = {**C_LOCALE, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@pytest.mark.slow
@pytest.mark.parametrize("env", [ASCII, C_LOCALE, BARE], ids=["ascii", "C", "bare"])
def test_streams_of_few_signs(env: dict[str, str], tmp_path: Path) -> None:
    good = process("googlenet", "--module", "3a", "--explain", env=env, cwd=tmp_path)
    assert (good.returncode, good.stderr) == (0, b"")
    assert b"120,422,400" in good.stdout
    bad = process("8x8x3 > conv 3x3 4 × é", env=env, cwd=tmp_path)
    assert (bad.returncode, bad.stdout) == (2, b"")
    assert bad.stderr.startswith(b"flopcount: ")
    assert bad.stderr.count(b"\n") == 1
    process("googlenet", "-o", "x.csv", "-o", "x.md", env=env, cwd=tmp_path)
    assert "1×1 64" not in (tmp_path / "x.csv").read_text(encoding="utf-8")
    assert "28×28×256" in (tmp_path / "x.md").read_text(encoding="utf-8")


def test_an_argument_that_is_not_utf8(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"flopcount", b"\xff\xfe"],
        env={**os.environ, "PYTHONPATH": str(HOME)},
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1


def test_an_interrupt_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    instead_of_load(monkeypatch, interrupted)
    assert main(["googlenet"]) == 130
    assert capsys.readouterr().err == "flopcount: interrupted\n"


def test_a_message_of_two_lines_is_found(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def raised(*_: object, **__: object) -> NoReturn:
        sys.stderr.write("flopcount: one\n")
        raise flopcount.FlopcountError("two")

    instead_of_load(monkeypatch, raised)
    with pytest.raises(AssertionError, match="one line"):
        refused("googlenet")
