"""What a reading does to the system, told by Python's audit events: nothing of it is done.

The hook is installed once, and sleeps unless something is watched; it stays as long as the process
does, as Python has it.
"""

import contextlib
import os
import site
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from flopcount.frameworks.models import apart

MARK = "attacked"  # it stands in each name and text of a file that must not become code
_CHECKOUT = Path(__file__).parents[2]
_PATHS = sysconfig.get_paths()
LIBRARIES = tuple(
    {
        f"{Path(folder).resolve()}{os.sep}"
        for folder in (
            *(_PATHS[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")),
            *site.getsitepackages(),
            _CHECKOUT / "flopcount",
        )
    }
)
_TOUCHES = ("socket.", "shutil.", "tempfile.", "urllib.", "http.", "ftplib.", "smtplib.", "winreg.")
_TOUCHES += ("webbrowser.", "os.exec", "os.spawn", "os.posix_spawn", "os.startfile", "pty.")
_TOUCHES += ("pickle.", "ctypes.", "sqlite3.", "os.system", "os.forkpty")
_CHANGES = ("mkdir", "rename", "remove", "rmdir", "link", "symlink", "truncate", "chmod", "chown")
_CHANGES += ("utime", "setxattr", "removexattr", "lockf", "mkfifo", "mknod", "chdir", "kill")
_IMPORTING = "<frozen importlib."
# Who makes code of texts of its own: named tuples, records, what is imported; ast.parse runs none.
_MAKERS = ("collections/__init__.py", "/dataclasses.py", "/ast.py", "/typing.py", "/enum.py")
_MAKERS += ("/record.py", "/records.py")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class ToldError(Exception):
    """What is watched was about to do something that it must not."""


class _Watch:
    """What may be opened; where what is done is written, by a copy of the process too."""

    log: int | None = None
    files: frozenset[str] = frozenset()


def _wrong(event: str, args: tuple[Any, ...], caller: str) -> str:  # noqa: PLR0911  one a rule
    """What is wrong with an event; "" where nothing is."""
    if event == "open":
        return _opened(*args)
    if event == "import":
        return f"import {args[0]}" if MARK in str(args[0]) else ""
    if event in {"compile", "exec", "marshal.loads", "function.__new__", "code.__new__"}:
        if isinstance(args[0], CodeType) and args[0].co_filename.startswith(LIBRARIES):
            return ""
        made = caller.startswith(_IMPORTING) or caller.endswith(_MAKERS)
        return "" if made and MARK not in repr(args[0]) else f"{event} {args[0]!r} by {caller}"
    if event == "subprocess.Popen":
        own = args[0] == sys.executable and apart._PROGRAM in args[1]
        return "" if own else f"{event} {args[:2]}"
    if event == "os.fork":
        return "" if caller.endswith("models/forked.py") else f"{event} by {caller}"
    if event == "os.kill" and caller.endswith("models/forked.py"):
        return ""
    touches = event.startswith(_TOUCHES) or event.removeprefix("os.") in _CHANGES
    return f"{event} {args}" if touches else ""


def _opened(path: Any, mode: Any, flags: Any) -> str:  # noqa: ARG001  as the event has it
    if isinstance(path, int) or path == os.devnull:
        return ""
    text = os.fsdecode(path)
    if isinstance(flags, int) and flags & _WRITES:
        return f"open {text} to write"
    known = text.startswith(("/proc/self/", "/dev/", "/sys/", "/usr/share/zoneinfo/"))
    known |= os.path.realpath(text).startswith(LIBRARIES) or text in {*_Watch.files, *sys.path}
    return "" if known else f"open {text}"


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if _Watch.log is None:
        return
    log, _Watch.log = _Watch.log, None  # what looks at it does no harm
    try:
        caller = sys._getframe(1).f_code.co_filename
        wrong = _wrong(event, args, caller)
        if wrong:
            os.write(log, f"{wrong[:300]}\n".encode())
    finally:
        _Watch.log = log
    if wrong:
        raise ToldError(wrong)


_installed: list[bool] = []


@contextlib.contextmanager
def watched(monkeypatch: pytest.MonkeyPatch, *files: Path) -> Iterator[list[str]]:
    """Watch what is done: only `files`, and what is installed, may be opened, and to be read.

    What is wrong is not done, and stands in the list that is given, when it ends: in a copy of this
    process as here.
    """
    if not _installed:
        sys.addaudithook(_hook)
        _installed.append(True)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    told: list[str] = []
    with tempfile.TemporaryFile() as log:
        _Watch.files = frozenset(map(str, files))
        _Watch.log = log.fileno()
        try:
            yield told
        finally:
            _Watch.log = None
            log.seek(0)
            told += log.read().decode().splitlines()
