"""A check that is interrupted ends as interrupted, whatever Python or a library makes of it."""

import gc
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from flopcount.frameworks.keras.backend import interruptible


@pytest.fixture
def foreground() -> Iterator[None]:
    """Let interruptions be answered, also where pytest runs in the background."""
    given = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, given)


@pytest.mark.slow
@pytest.mark.usefixtures("foreground")
def test_an_interruption_that_a_callback_swallows_still_ends_the_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    seen: list[str] = []

    def callback(phase: str, _: object) -> None:
        seen.append(phase)
        if phase == "start":
            signal.raise_signal(signal.SIGINT)

    before, hook = signal.getsignal(signal.SIGINT), sys.unraisablehook
    gc.callbacks.append(callback)
    try:
        with pytest.raises(KeyboardInterrupt), interruptible():
            gc.collect()
    finally:
        gc.callbacks.remove(callback)
    assert "stop" in seen, "Python gives what a callback raises to nobody"
    assert (signal.getsignal(signal.SIGINT), sys.unraisablehook) == (before, hook)
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("foreground")
def test_an_interruption_that_comes_out_as_another_error_is_one() -> None:
    def interrupted() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise RuntimeError("Error calling __set_name__") from None

    with pytest.raises(KeyboardInterrupt), interruptible():
        interrupted()
    with pytest.raises(RuntimeError), interruptible():
        raise RuntimeError


def test_another_thread_needs_no_signals() -> None:
    def enter() -> object:
        with interruptible():
            return signal.getsignal(signal.SIGINT)

    with ThreadPoolExecutor() as pool:
        assert pool.submit(enter).result() is signal.getsignal(signal.SIGINT)


def test_what_is_ignored_in_the_background_stays_ignored() -> None:
    given = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruptible():
            signal.raise_signal(signal.SIGINT)
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, given)
