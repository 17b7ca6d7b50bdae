"""What the program writes on its streams, and what it does where they are closed or full."""

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import TextIO

from ..errors import FlopcountError, visible

_OUT, _ERROR = 1, 2  # the streams, as other programs know them


def write(text: str) -> None:
    """Write on standard output, in UTF-8 where it is no terminal; what cannot be written, as ?."""
    if sys.stdout is None:
        raise FlopcountError("cannot write the report: standard output is closed")
    if isinstance(sys.stdout, io.TextIOWrapper):
        if not sys.stdout.isatty():
            sys.stdout.reconfigure(encoding="utf-8")  # as files are
        sys.stdout.reconfigure(errors="replace")
    sys.stdout.write(text)
    sys.stdout.flush()


def say(message: str) -> None:
    """Say on standard error what is wrong, if it can be said, on one line."""
    if sys.stderr is not None:
        encoding = sys.stderr.encoding or "ascii"
        line = visible(message).encode(encoding, "replace").decode(encoding)
        name = "\033[1;31mflopcount:\033[0m" if has_colours(sys.stderr) else "flopcount:"
        try:
            sys.stderr.write(f"{name} {line}\n")
            sys.stderr.flush()
        except OSError:
            discard(sys.stderr)


@contextlib.contextmanager
def reserved() -> Iterator[None]:
    """Keep standard output for the report.

    What a library or another process writes there meanwhile, past Python, goes to standard error.
    """
    try:
        before = os.dup(_OUT)
        os.dup2(_ERROR, _OUT)
    except OSError:  # one of them is closed
        yield
        return
    try:
        yield
    finally:
        os.dup2(before, _OUT)
        os.close(before)


def discard(stream: TextIO | None) -> None:
    """Let Python's own flush at exit go nowhere."""
    if stream is not None:
        with contextlib.suppress(OSError):  # a stream without a file behind it
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def has_colours(stream: TextIO | None) -> bool:
    """Whether it is a terminal with colours whose user has not said no: see no-color.org."""
    if stream is None or not stream.isatty() or os.environ.get("NO_COLOR"):
        return False
    return os.environ.get("TERM") not in (None, "", "dumb")
