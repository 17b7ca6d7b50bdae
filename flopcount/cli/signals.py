"""What a signal does to the program: it ends, with no traceback and no half-written file.

A signal comes anywhere, in the midst of an import too: what is called here is loaded before.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

from .streams import say

EXIT_INTERRUPTED = 130
_FIRST: list[Callable[[], None]] = []  # is called before the program ends
_ENDING = ("SIGHUP", "SIGQUIT", "SIGTERM", "SIGXCPU")  # an interruption aside; not all everywhere


def interrupt(_number: int, _frame: object) -> NoReturn:
    """End where the program stands, and say so.

    A `KeyboardInterrupt` would be lost where Python or a library calls back, or come out as
    another error.
    """
    _clear_up()
    with suppress(RuntimeError):  # it came while something was being written there
        say("interrupted")
    os._exit(EXIT_INTERRUPTED)


@contextmanager
def called_first(clear: Callable[[], None]) -> Iterator[None]:
    """Within it, this is called before a signal ends the program."""
    _FIRST.append(clear)
    try:
        yield
    finally:
        _FIRST.remove(clear)


@contextmanager
def clearing_up(clear: Callable[[], None]) -> Iterator[None]:
    """Within it, every signal that ends the program has this called first, not only SIGINT.

    The program then ends as by the signal. What is ignored, as SIGHUP under nohup, stays ignored.
    Signals reach the main thread alone; in any other, nothing changes.
    """
    here = threading.current_thread() is threading.main_thread()
    numbers = [getattr(signal, name) for name in _ENDING if here and hasattr(signal, name)]
    caught = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    with called_first(clear):
        for number in caught:
            signal.signal(number, _end)
        try:
            yield
        finally:
            for number in caught:
                signal.signal(number, signal.SIG_DFL)


def _end(number: int, _frame: object) -> None:
    _clear_up()
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)


def _clear_up() -> None:
    for clear in _FIRST:
        with suppress(RuntimeError):  # likewise
            clear()
