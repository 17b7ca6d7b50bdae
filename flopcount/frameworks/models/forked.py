"""Other people's compiled code, asked in a copy of this process: a crash there is none here."""

import contextlib
import faulthandler
import gc
import os
import select
import signal
import struct
import sys
import time
import warnings
from collections.abc import Callable
from typing import NoReturn

MOST_SECONDS = 2.0  # of one answer
MOST_IN_ALL = 6.0  # of all answers, since `renew`
MOST_CRASHES = 3
MOST_MEMORY = 1 << 30  # bytes beside those that this process has
_LENGTH = struct.Struct("<Q")


class Forked:
    """A function from bytes to bytes that may crash, hang, or take all memory.

    It runs in a copy of this process, which is made when it is first asked and answers one question
    after the other. Where a system cannot copy a process, it runs in this one.
    """

    def __init__(self, function: Callable[[bytes], bytes], seconds: float = MOST_SECONDS) -> None:
        self.function, self.seconds = function, seconds
        self._child: tuple[int, int, int] | None = None  # its number, to it, from it
        self._owner = 0
        self.renew()

    def renew(self) -> None:
        """Give it all of its time again: something else begins."""
        self.left, self.crashes = max(MOST_IN_ALL, self.seconds), 0

    def __call__(self, data: bytes) -> bytes | None:
        """Its answer; None where there is none, or where it had too many chances already."""
        if not hasattr(os, "fork"):
            return self.function(data)
        if self.crashes >= MOST_CRASHES or self.left <= 0:
            return None
        began = time.monotonic()
        try:
            answer = self._asked(data, began + min(self.seconds, self.left))
        finally:
            self.left -= time.monotonic() - began
        if answer is None:
            self.crashes += 1
            self.stop()
        return answer

    def _asked(self, data: bytes, until: float) -> bytes | None:
        if self._child is None or self._owner != os.getpid():  # or this is a copy itself
            self._child, self._owner = self._started(), os.getpid()
        _, to, source = self._child
        try:
            _write(to, data)
        except OSError:
            return None
        return _read(source, until)

    def _started(self) -> tuple[int, int, int]:
        question, to = os.pipe()
        source, answer = os.pipe()
        with warnings.catch_warnings():  # of threads, whose locks nothing that is called here takes
            warnings.simplefilter("ignore")
            child = os.fork()
        if child == 0:
            os.close(to)
            os.close(source)
            self._answer(question, answer)
        os.close(question)
        os.close(answer)
        return child, to, source

    def _answer(self, question: int, answer: int) -> NoReturn:
        """Answer until nobody asks any more: in the copy."""
        try:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            faulthandler.disable()
            gc.disable()  # what the other process holds is not this one's to clear up
            nothing = os.open(os.devnull, os.O_RDWR)
            for stream in range(3):
                os.dup2(nothing, stream)
            _limit()
            while (data := _read(question)) is not None:
                _write(answer, self.function(data))
        finally:
            os._exit(0)

    def stop(self) -> None:
        """End the copy."""
        if self._child is None:
            return
        child, to, source = self._child
        self._child = None
        for pipe in (to, source):
            with contextlib.suppress(OSError):
                os.close(pipe)
        if self._owner == os.getpid():
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)


def _write(pipe: int, data: bytes) -> None:
    rest = memoryview(_LENGTH.pack(len(data)) + data)
    while rest:
        rest = rest[os.write(pipe, rest) :]


def _read(pipe: int, until: float | None = None) -> bytes | None:
    """What was written; None where nothing comes any more, or not until then."""
    found, wanted = bytearray(), _LENGTH.size
    while len(found) < wanted:
        if until is not None:
            ready, _, _ = select.select([pipe], [], [], max(until - time.monotonic(), 0))
            if not ready:
                return None
        part = os.read(pipe, min(wanted - len(found), 1 << 20))
        if not part:
            return None
        found += part
        if len(found) == _LENGTH.size and wanted == _LENGTH.size:
            wanted += _LENGTH.unpack(found)[0]
    return bytes(found[_LENGTH.size :])


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            has = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (has + MOST_MEMORY, has + MOST_MEMORY))
