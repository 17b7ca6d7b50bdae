"""A model that was read, compared with the software that it is of: which of the checks does it."""

from collections.abc import Callable, Sequence
from typing import Any

from ..errors import FlopcountError
from ..writing.sheet import Sheet
from .models.checked import Progress, Result
from .models.model import Model
from .models.timed import time_sheet

__all__ = ["Progress", "Result", "check_model", "time_model"]


def check_model(
    model: Model,
    *,
    modules: Sequence[str] = (),
    device: str = "auto",
    progress: Progress = lambda items, _: items,
) -> Result:
    """Compare a model with what its own software says of it, each module or those of some names.

    Raises `FlopcountError` for a module or a device that is not there.
    """
    if model.reader == "keras":  # which reads settings without it, and checks them with it
        from .keras.backend import import_keras

        import_keras()
    check: Callable[..., Result] = _piece(model.reader, "check").check
    return check(model, modules=modules, device=device, progress=progress)


def _piece(reader: str, name: str) -> Any:
    """The module of a reader's room that checks, or times."""
    from importlib import import_module

    room = "keras.reading" if reader == "keras" else reader
    return import_module(f".{room}.checking.{name}", __package__)


def time_model(
    model: Model,
    result: Result,
    *,
    modules: Sequence[str] = (),
    device: str = "auto",
    progress: Progress = lambda items, _: items,
) -> tuple[Sequence[Any], Sheet]:
    """How long each module takes, and a table of it. Raises `FlopcountError` where it cannot be."""
    if model.reader not in _TIMED:
        raise FlopcountError(f"--time runs a model, and {model.framework}'s are only read")
    time = _piece(model.reader, "time")
    timed = time.time_modules(model, result, modules=modules, device=device, progress=progress)
    return timed, time_sheet(timed, result.device, time.PART, time.HOW)


_TIMED = ("torch", "keras", "jax")
