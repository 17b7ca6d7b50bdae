"""What goes wrong between a sweep and its workers, said in one line."""

import asyncio
import platform
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ...errors import FlopcountError, quote
from ...version import __version__

if TYPE_CHECKING:
    from distributed import Client

_LOGGERS = ("asyncio", "distributed", "tornado", "bokeh")


def need_dask() -> None:
    """Raise `FlopcountError` where Dask is not installed."""
    if find_spec("distributed") is None:
        raise FlopcountError("workers need Dask: pip install 'flopcount[distributed]'")


@contextmanager
def quiet() -> Iterator[None]:
    """Within it Dask logs nothing, and does not warn of versions: what matters is raised."""
    import logging
    import warnings

    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] in _LOGGERS]
    levels = {logger: logger.level for logger in map(logging.getLogger, names)}
    for logger in levels:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="distributed|dask|tornado")
            yield
    finally:
        for logger, level in levels.items():
            logger.setLevel(level)


@contextmanager
def starting() -> Iterator[None]:
    """Within it Dask starts: what fails, as where its settings ask for what is not there, is said.

    Raises `FlopcountError` for it, with the first reason.
    """
    try:
        yield
    except (FlopcountError, ModuleNotFoundError):
        raise
    except Exception as error:  # noqa: BLE001  by the setting it may be any
        first: BaseException = error
        while first.__cause__ is not None:
            first = first.__cause__
        said = quote(" ".join(str(first).split()) or type(first).__name__)
        raise FlopcountError(
            f"Dask does not start here: {said}; look at its settings, DASK_… or in ~/.config/dask"
        ) from None


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Within it, what Dask raises of workers `where` comes out as a `FlopcountError`."""
    try:
        yield
    except FlopcountError:
        raise
    except ModuleNotFoundError as error:
        raise FlopcountError(f"a worker {where} has no {error.name}; install it there") from None
    except (CancelledError, asyncio.CancelledError, OSError) as error:
        raise FlopcountError(f"the scheduler {where} is gone: {_said(error)}") from None
    except Exception as error:
        from distributed import KilledWorker

        if not isinstance(error, KilledWorker):
            raise
        raise FlopcountError(
            f"one worker after the other died over tile {_number(error)}: "
            f"{error.allowed_failures + 1} of them; their memory may be short"
        ) from None


def check_workers(client: "Client") -> None:
    """Raise `FlopcountError` where a worker cannot price what this process asks.

    All must have its version of flopcount, of Dask and Python, that read each other's messages.
    """
    from pkgutil import resolve_name  # found on a worker without flopcount too

    known: Any = client.get_versions(check=False)
    own = {"python": _minor(platform.python_version()), "distributed": _dask(known["client"])}
    for place, host in {"the scheduler": known["scheduler"], **known["workers"]}.items():
        who = place if host is known["scheduler"] else f"worker {place}"
        if host and _dask(host) != own["distributed"]:
            raise _unlike(who, "Dask (distributed)", _dask(host), own["distributed"])
        if host and _minor(_python(host)) != own["python"]:
            raise _unlike(who, "Python", _python(host), platform.python_version())
    found = client.run(resolve_name, "flopcount.version:__version__", on_error="return")
    for worker, version in found.items():
        if isinstance(version, ModuleNotFoundError):
            raise FlopcountError(
                f"worker {worker} has no {version.name}; install flopcount {__version__} there"
            )
        if version != __version__:
            raise _unlike(f"worker {worker}", "flopcount", version, __version__)


def _unlike(who: str, what: str, there: object, here: str) -> FlopcountError:
    return FlopcountError(f"{who} has {what} {there}, here is {here}; install the same on both")


def _dask(host: Mapping[str, Any]) -> str:
    return str(host["packages"]["distributed"])


def _python(host: Mapping[str, Any]) -> str:
    return str(host["packages"]["python"]).split()[0]


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _said(error: BaseException) -> str:
    return quote(str(error).strip() or type(error).__name__)


def _number(error: Any) -> str:
    key = error.task
    return f"{key[1]:,}" if isinstance(key, tuple) else str(key)
