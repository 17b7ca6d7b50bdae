"""Functions of arrays: with the parameters as their first argument, or closed over."""

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from types import CodeType
from typing import Any

import jax

from ..model import Called
from ..reader.program import Leaf, is_array, key_of
from . import equinox, nnx
from .marks import marked, way_to

# What the argument is called that holds what a function was trained to.
HOLDING = ("params", "parameters", "variables", "weights", "theta", "state", "model", "module")


def called(function: Callable[..., Any]) -> Callable[..., Called]:
    """A function of arrays alone: those that it closes over are its parameters.

    Modules of Equinox and of flax.nnx that it closes over, as ``jax.vmap(model)`` does, are marked.
    """

    def prepare(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Called:
        modules = modules_in(function)
        kinds = {way: type(module).__name__ for way, module in modules.items()}
        known = {"named": closed_over(function), "kinds": kinds, "ways": way_to}

        def of_nothing(_: Any, *own: Any, **named: Any) -> Any:
            with marked(modules):
                return function(*own, **named)

        return Called(of_nothing, (), (), args, kwargs, known)

    return prepare


def of_parameters(
    function: Callable[..., Any], parameters: Any, prefix: str = ""
) -> Callable[..., Called]:
    """A function of parameters and arrays: ``apply(params, x)``; `parameters` may be shapes."""

    def prepare(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Called:
        held = parameters(*args, **kwargs) if callable(parameters) else parameters
        arrays = jax.tree.map(lambda leaf: _shape(leaf) if is_array(leaf) else leaf, held)
        paths, _ = jax.tree_util.tree_flatten_with_path(arrays)
        leaves = [leaf_of(prefix + key_of(path), leaf) for path, leaf in paths if is_array(leaf)]
        known = {"named": closed_over(function)}
        return Called(function, arrays, leaves, args, kwargs, known)

    return prepare


def leaf_of(name: str, leaf: Any) -> Leaf:
    """What a leaf is: a parameter, if its numbers are real ones."""
    is_parameter = jax.numpy.issubdtype(leaf.dtype, jax.numpy.inexact)
    return Leaf(name or "params", (), bool(is_parameter))


def takes(function: Any) -> dict[str, inspect.Parameter]:
    """The arguments of a function, by name."""
    try:
        if isinstance(function, type):  # whose metaclass may take anything
            init: Any = getattr(function, "__init__")  # noqa: B009
            return dict([*inspect.signature(init).parameters.items()][1:])
        return dict(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return {}


def required(function: Any) -> list[str]:
    """Those of them that must be given."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [
        name
        for name, one in takes(function).items()
        if one.kind in kinds and one.default is inspect.Parameter.empty
    ]


def is_holding(name: str) -> bool:
    """Whether an argument of this name holds parameters."""
    return name.strip("_").casefold() in HOLDING


def closed_over(function: Any) -> dict[int, str]:
    """The arrays that a function closes over, by identity, under the names of its variables."""
    names: dict[int, str] = {}
    for name, value in _variables(function).items():
        paths: list[Any] = []
        with suppress(Exception):  # a user's own classes
            paths, _ = jax.tree_util.tree_flatten_with_path(value)
        for path, leaf in paths:
            if is_array(leaf):
                names.setdefault(id(leaf), "/".join(filter(None, (name, key_of(path)))))
    return names


def modules_in(function: Any) -> dict[tuple[str, ...], Any]:
    """The modules of Equinox and of flax.nnx that a function closes over, by their ways."""
    found: dict[tuple[str, ...], Any] = {}
    for name, value in _variables(function).items():
        for package, of in (("equinox", equinox.modules_of), ("flax.nnx", nnx.modules_of)):
            there = sys.modules.get(package)
            if there is not None and isinstance(value, there.Module):
                start = (name,) if name else ()
                found |= {(*start, *way): part for way, part in of(value).items()}
                if name:
                    found.setdefault(start, value)
    return found


def _variables(function: Any) -> dict[str, Any]:
    """What a function closes over by name, and what those of its own module do that it calls.

    Under ``""`` stands what it wraps, where that is no function. Of two with one name the first
    that was met counts.
    """
    found: dict[str, Any] = {}
    start = _within(function)
    waiting, seen = [start], set[int]()
    if not inspect.isfunction(start):
        return {"": start}
    while waiting:
        one = waiting.pop(0)
        seen.add(id(one))
        for name, value in _read_by(one):
            inner = _within(value)
            if inspect.isfunction(inner):
                if inner.__module__ == start.__module__ and id(inner) not in seen:
                    waiting.append(inner)
            elif not inspect.ismodule(value) and not inspect.isroutine(value):
                found.setdefault(name, value)
    return found


def _within(function: Any) -> Any:
    """What a partial, or what wraps a function, calls."""
    function = getattr(function, "func", function)
    return inspect.unwrap(function) if callable(function) else function


def _read_by(function: Any) -> Iterator[tuple[str, Any]]:
    """What a function has from around it, by name."""
    for cell, name in zip(function.__closure__ or (), function.__code__.co_freevars, strict=True):
        with suppress(ValueError):  # a cell that is empty yet
            yield name, cell.cell_contents
    for name in sorted(_names(function.__code__)):
        if name in function.__globals__:
            yield name, function.__globals__[name]


def _names(code: CodeType) -> set[str]:
    """The names that some code reads from its module, in the functions within it too."""
    within = [one for one in code.co_consts if isinstance(one, CodeType)]
    return {*code.co_names}.union(*map(_names, within))


def _shape(leaf: Any) -> Any:
    return jax.ShapeDtypeStruct(leaf.shape, leaf.dtype)
