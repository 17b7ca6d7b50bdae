"""A user's own code: found by the name of what is in it, and what goes wrong when it runs."""

import os
import re
import sys
from collections.abc import Callable, Collection
from importlib import import_module
from pathlib import Path
from types import CodeType
from typing import Any

from ...errors import FlopcountError, nearest, quote, shorten, visible
from .inputs import Inputs

Failed = Callable[[str, str, BaseException], FlopcountError]
_MOST = 160  # letters of what another program says
_SOURCE = re.compile(r"^\S+\.(cpp|h|cu):[0-9]+: ")  # the place in another program's own code
_BENEATH = ("flopcount", "importlib", "contextlib")


def place_of(reference: str, expected: str) -> tuple[str, str]:
    """The Python module and the name in it of ``torch:package.module:name``.

    Raises `FlopcountError`, which says what was `expected`.
    """
    _, _, name = reference.partition(":")
    where, colon, what = name.partition(":")
    if (
        not colon
        or not what
        or not all(part.isidentifier() for part in f"{where}.{what}".split("."))
    ):
        raise FlopcountError(f"{quote(reference)}: expected {expected}")
    return where, what


def from_here() -> None:
    """Let Python look for modules in the current folder first."""
    sys.path.insert(0, os.getcwd())  # noqa: PTH109  sys.path has texts


def named(where: str, what: str, reference: str, failed: Failed) -> Any:
    """What has a name in a module, which is imported: its code runs. Raises `FlopcountError`."""
    try:
        found: Any = import_module(where)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  it is a user's code that runs
        raise failed(reference, "cannot be imported", error) from None
    for part in what.split("."):
        if not hasattr(found, part):
            names = [known for known in vars(found) if not known.startswith("_")]
            raise FlopcountError(
                f"{quote(reference)}: {where} has no {part!r}{nearest(part, names)}"
            )
        found = getattr(found, part)
    return found


def text_of(error: BaseException) -> str:
    """What an error says; nothing, where its own code fails at that too."""
    try:
        return str(error)
    except Exception:  # noqa: BLE001  it is a user's code
        return ""


def said(error: BaseException, plain: Collection[type] = ()) -> str:
    """What an error says, on one line: its class first, where that is none of the `plain` ones."""
    lines = [part.strip() for part in text_of(error).splitlines() if part.strip()]
    text = visible(" ".join(lines[:2] if lines and lines[0].endswith(":") else lines[:1]))
    text = _SOURCE.sub("", text).removesuffix(".")
    text = text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
    kind = type(error).__name__
    if not text:
        return kind
    return text if type(error) in plain else f"{kind}: {text}"


def shapes(inputs: Inputs) -> str:
    """The inputs as a message has them: ``x 1×3×224×224 float32``."""
    tensors = inputs.tensors()
    texts = [
        f"{name} {'×'.join(map(str, tensor.shape)) or 'of no axis'} {tensor.dtype}"
        for name, tensor in list(tensors.items())[:4]
    ]
    return ", ".join(texts) + (", …" if len(tensors) > 4 else "") or "no inputs"


def line_of(error: BaseException, packages: Collection[str]) -> str:
    """The line of code that an error is from, of the innermost in none of these packages."""
    found = ""
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        name = str(traceback.tb_frame.f_globals.get("__name__", ""))
        if not _is_ours(code, name, packages):
            found = f"{_file(code.co_filename)}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return found


def _is_ours(code: CodeType, name: str, packages: Collection[str]) -> bool:
    root = name.partition(".")[0]
    return root in packages or root in _BENEATH or code.co_filename.startswith("<frozen")


def _file(path: str) -> str:
    """A file as a message names it: from here, or its last folder and name."""
    here = os.getcwd() + os.sep  # noqa: PTH109  a text
    if path.startswith(here) and "site-packages" not in path:
        return shorten(path.removeprefix(here))
    return shorten("/".join(Path(path).parts[-2:]))
