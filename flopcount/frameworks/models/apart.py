"""A function run in a process of its own, with limits: what crashes there does not crash here."""

import json
import os
import subprocess
import sys
from typing import Any

from ...errors import FlopcountError
from .limits import MEGABYTE, MOST_MEMORY, MOST_SECONDS

_PROGRAM = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from flopcount.frameworks.models.apart import _answer
_answer(sys.argv[2], int(sys.argv[3]))
"""


class ApartError(FlopcountError):
    """What ran apart ended without an answer."""


def apart(
    function: str,
    argument: Any,
    *,
    seconds: float = MOST_SECONDS,
    memory: int = MOST_MEMORY,
) -> Any:
    """What a function of this package gives, named as ``module:function``, run apart.

    Argument and result are what JSON can say. A `FlopcountError` is raised here as it was there;
    `ApartError` where it took too long, too much memory (in bytes), or crashed.
    """
    words = [json.dumps(sys.path), function, str(memory)]
    try:
        done = subprocess.run(  # noqa: S603  Python itself, and a function of this package
            [sys.executable, "-W", "ignore", "-c", _PROGRAM, *words],
            input=json.dumps(argument).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ApartError(f"it takes longer than {seconds:g} s") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        ended = f"signal {-done.returncode}" if done.returncode < 0 else f"exit {done.returncode}"
        raise ApartError(
            f"it crashes, or takes more than {memory // MEGABYTE} MB ({ended})"
        ) from None
    if "error" in answer:
        raise FlopcountError(answer["error"])
    return answer["result"]


def _answer(name: str, memory: int) -> None:
    """Run a function on what comes in, within limits, and write what it gives: in the child."""
    from importlib import import_module

    out = os.dup(1)  # what the function prints is no answer
    os.dup2(2, 1)
    _limit(memory)
    module, _, function = name.partition(":")
    argument = json.loads(sys.stdin.buffer.read())
    try:
        answer = {"result": getattr(import_module(module), function)(argument)}
    except FlopcountError as error:
        answer = {"error": str(error)}
    with os.fdopen(out, "wb") as file:
        file.write(json.dumps(answer).encode())
    os._exit(0)


def _limit(memory: int) -> None:
    """No more memory, where the system can be told so, and no file of what a crash leaves."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
