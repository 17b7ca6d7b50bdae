"""What a user's object is: a module of Flax or Equinox, a pair of init and apply, a function."""

import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any, NamedTuple

import jax

from ....errors import FlopcountError, quote
from ..model import Called, Prepare
from ..reader.program import apart
from . import equinox, functions, linen, nnx


class Prepared(NamedTuple):
    """How something is called, what it takes, and the versions of the packages that it is of."""

    prepare: Prepare
    takes: tuple[str, ...]
    versions: Mapping[str, str]


def is_of_jax(value: Any) -> bool:
    """Whether a value is a module of Flax or Equinox, or a jitted function; imports nothing."""
    roots = {kind.__module__.partition(".")[0] for kind in type(value).__mro__}
    return bool(roots & {"flax", "equinox", "jaxlib", "haiku"})


def kind_of(value: Any) -> str:
    """``linen``, ``nnx``, ``equinox``, ``pair`` or ``function``; empty for what is none."""
    for package, name, kind in (
        ("flax.linen", "Module", "linen"),
        ("flax.nnx", "Module", "nnx"),
        ("equinox", "Module", "equinox"),
    ):
        there = sys.modules.get(package)
        if there is not None and isinstance(value, getattr(there, name)):
            return kind
    if isinstance(value, tuple) and len(value) == 2 and all(map(callable, value)):
        return "pair"
    return "function" if callable(value) else ""


def prepared(value: Any) -> Prepared:
    """How an object is called. Raises `FlopcountError` for what is none of them."""
    kind = kind_of(value)
    if kind == "linen":
        names = tuple(functions.takes(type(value).__call__))[1:]
        return Prepared(
            lambda args, kwargs: linen.called(value, args, kwargs), names, _version("flax")
        )
    if kind in ("nnx", "equinox"):
        split = nnx.Split(value) if kind == "nnx" else equinox.Tree(value)
        names = tuple(functions.takes(type(value).__call__))[1:]
        package = "flax" if kind == "nnx" else "equinox"
        return Prepared(split.called, names, _version(package))
    if isinstance(value, nnx.Split | equinox.Tree):
        names = tuple(functions.takes(value.kind.__call__))[1:]
        package = "flax" if isinstance(value, nnx.Split) else "equinox"
        return Prepared(value.called, names, _version(package))
    if kind == "pair":
        return Prepared(pair(*value), tuple(functions.takes(value[1]))[1:], {})
    if kind == "function":
        versions: dict[str, str] = {}
        for module in functions.modules_in(value).values():
            versions |= _version("equinox" if kind_of(module) == "equinox" else "flax")
        return Prepared(functions.called(value), tuple(functions.takes(value)), versions)
    raise FlopcountError(f"{quote(value)} is no function of JAX's, nor a module of Flax or Equinox")


def pair(init: Callable[..., Any], apply: Callable[..., Any]) -> Callable[..., Called]:
    """``init(key, *inputs)`` and ``apply(params, *inputs)``; Haiku's takes a key behind them."""
    with_key = [*functions.takes(apply)][1:2] == ["rng"]

    def prepare(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Called:
        made = functions.of_parameters(own, made_by(init))
        return made(args, kwargs)

    def own(params: Any, *args: Any, **kwargs: Any) -> Any:
        key = (jax.random.key(0),) if with_key else ()
        return apply(params, *key, *args, **kwargs)

    return prepare


def made_by(init: Callable[..., Any]) -> Callable[..., Any]:
    """The parameters that ``init(key, *inputs)``, ``init(key)`` or ``init()`` makes, as shapes."""
    needed = functions.required(init)

    def make(*args: Any, **kwargs: Any) -> Any:
        def of_key(key: Any, *arrays: Any) -> Any:
            if not needed:
                return init()
            if len(needed) == 1:
                return init(key)
            own, named = put(arrays)
            return init(key, *own, **named)

        arrays, put = apart(args, kwargs)
        return jax.eval_shape(of_key, jax.ShapeDtypeStruct((2,), "uint32"), *arrays)

    return make


def _version(package: str) -> dict[str, str]:
    return {package: version(package)}
