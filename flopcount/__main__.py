"""Where the program begins, as `flopcount` and as `python -m flopcount`, and where it ends.

Nothing is imported here that Python has not loaded: until `entry` runs, an interruption would be
answered with a traceback.
"""
# PYTHON_ARGCOMPLETE_OK: lets argcomplete's global activation find it

import os
import sys

TYPE_CHECKING = False  # as typing has it, which takes long to load
if TYPE_CHECKING:
    from typing import NoReturn


def entry() -> "NoReturn":
    """Run the program and end it.

    An interruption ends it in silence until there is something to say and to clear up, and again
    once all is done. With JAX there is no way out of Python's own: it is slow, and after an
    interruption its threads may crash there. Where no library was loaded there is none either:
    nothing is left to clear up, and taking all apart would be a tenth of a report's time.
    """
    try:
        import signal

        # in the background a shell lets it be ignored, and so it stays
        interrupts = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if interrupts:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        import gc

        gc.set_threshold(50_000)  # from 700: what a run makes mostly stays until it ends
        from .cli import main, signals

        if interrupts:
            signal.signal(signal.SIGINT, signals.interrupt)
        code = main.complete() if "_ARGCOMPLETE" in os.environ else main.main()
        if interrupts:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
    except KeyboardInterrupt:  # before the first of these lines
        os._exit(130)
    if "jax" in sys.modules or "numpy" not in sys.modules:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(code)
    gc.disable()  # Python would look for garbage once more: what is left goes with the process
    sys.exit(code)


if __name__ == "__main__":
    entry()
