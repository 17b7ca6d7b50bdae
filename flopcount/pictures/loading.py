"""Matplotlib, loaded whatever its environment says: a picture is a file, in a style of its own."""

import logging
import os
import sys

from ..errors import FlopcountError, shorten


def load_matplotlib() -> None:
    """Import it; where its settings do not let it load, without them, and without a word of it.

    Those are ``MPLBACKEND``, which a notebook hands on to what it runs, and a ``matplotlibrc``.
    Raises `FlopcountError` where it does not load at all.
    """
    if "matplotlib.font_manager" in sys.modules:
        return
    was_there = "matplotlib" in sys.modules
    log, silent = logging.getLogger("matplotlib"), logging.NullHandler()
    log.addHandler(silent)
    try:
        _load()
    except Exception as error:  # noqa: BLE001  whatever it is, the settings may be the cause
        if was_there:
            raise _refused(error) from None
        _load_plain()
    finally:
        log.removeHandler(silent)


def _load() -> None:
    import matplotlib.font_manager  # noqa: F401  which wants a folder for its cache


def _load_plain() -> None:
    given = {name: os.environ.get(name) for name in ("MPLBACKEND", "MATPLOTLIBRC")}
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        del sys.modules[name]
    os.environ |= {"MPLBACKEND": "agg", "MATPLOTLIBRC": os.devnull}
    try:
        _load()
    except Exception as error:  # noqa: BLE001  no folder at all for its cache, say
        raise _refused(error) from None
    finally:
        for name, value in given.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _refused(error: Exception) -> FlopcountError:
    cause = " ".join(str(error).split()) or type(error).__name__
    return FlopcountError(f"matplotlib does not load: {shorten(cause)}")
