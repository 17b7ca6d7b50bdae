"""Classes, and functions without arguments, that build a module: called without any numbers."""

import inspect
import sys
from typing import Any

import jax

from ....errors import FlopcountError
from ..failures import failed
from . import equinox, functions, nnx
from .recognised import kind_of


def is_built(found: Any) -> bool:
    """Whether a module is what this builds, rather than what it is."""
    if isinstance(found, type):
        return True
    if kind_of(found) != "function" or not inspect.isroutine(found):
        return False
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    takes = functions.takes(found)
    return not any(one.kind in kinds for one in takes.values()) and all(
        one.default is not inspect.Parameter.empty or name in ("rngs", "key")
        for name, one in takes.items()
    )


def built(found: Any, reference: str) -> Any:
    """What a class or function builds, its parameters as shapes: `rngs` or a `key` it is given.

    Raises `FlopcountError`.
    """
    boxed: list[Any] = []

    def build(key: Any) -> int:
        takes, given = functions.takes(found), {}
        if "rngs" in takes:
            given["rngs"] = sys.modules["flax.nnx"].Rngs(0)
        if "key" in takes:
            given["key"] = key
        made = found(**given)
        kind = kind_of(made)
        boxed[:] = [{"nnx": nnx.Split, "equinox": equinox.Tree}.get(kind, lambda m: m)(made)]
        if kind in ("function", "pair") or not kind:  # which may hold arrays: made anew
            boxed[:] = [None]
        return 0

    try:
        jax.eval_shape(build, jax.ShapeDtypeStruct((2,), "uint32"))
        return found() if boxed[0] is None else boxed[0]
    except KeyboardInterrupt:
        raise
    except FlopcountError:
        raise
    except BaseException as error:  # noqa: BLE001  it is a user's code that runs
        raise failed(reference, "cannot be called without arguments", error) from None
