"""Modules of flax.linen: parameters by their path, made as shapes alone."""

import inspect
import sys
from collections.abc import Mapping
from typing import Any

import jax

from ....core import Scope
from ..model import Called
from ..reader.program import Leaf, apart, key_of

# What says whether a module trains, and what it is at inference.
INFERENCE = {"train": False, "training": False, "is_training": False, "deterministic": True}


def called(module: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Called:
    """A module called at inference: its variables made by its own `init`, as shapes."""
    kwargs = {**at_inference(type(module).__call__, args, kwargs), **kwargs}
    kinds: dict[tuple[str, ...], str] = {}

    def init(key: Any, *arrays: Any) -> Any:
        own, named = put(arrays)
        from flax import linen

        with linen.intercept_methods(_noting(kinds)):
            return module.init({"params": key, "dropout": key}, *own, **named)

    arrays, put = apart(args, kwargs)
    held = jax.eval_shape(init, jax.ShapeDtypeStruct((2,), "uint32"), *arrays)
    paths, _ = jax.tree_util.tree_flatten_with_path(held)
    leaves = [_leaf(path, kinds) for path, _ in paths]
    others = [name for name in held if name != "params"]

    def function(variables: Any, *own: Any, **named: Any) -> Any:
        keys = {"dropout": jax.random.key(0)}
        if not others:
            return module.apply(variables, *own, rngs=keys, **named)
        return module.apply(variables, *own, rngs=keys, mutable=others, **named)[0]

    root = module.name or type(module).__name__
    known = {"kinds": kinds, "ways": lambda names: _way(names, root)}
    return Called(function, held, leaves, args, kwargs, known)


def applied(function: Any) -> Any:
    """The module that a function is the `apply` of; None of any other."""
    linen: Any = sys.modules.get("flax.linen")
    owner = getattr(function, "__self__", None)
    is_apply = linen is not None and getattr(function, "__name__", "") == "apply"
    return owner if is_apply and isinstance(owner, linen.Module) else None


def at_inference(call: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """What a call takes that says whether it trains, where that is not given: not training."""
    try:
        takes = [*inspect.signature(call).parameters][1:]
    except (TypeError, ValueError):
        return {}
    left = takes[len(args) :]
    return {name: INFERENCE[name] for name in left if name in INFERENCE and name not in kwargs}


def _noting(kinds: dict[tuple[str, ...], str]) -> Any:
    def note(call: Any, args: Any, kwargs: Any, context: Any) -> Any:
        kinds[tuple(context.module.path)] = type(context.module).__name__
        return call(*args, **kwargs)

    return note


def _leaf(path: Any, kinds: Mapping[tuple[str, ...], str]) -> Leaf:
    collection, *way, own = [*key_of(path).split("/")]
    scope = tuple(Scope(step, kinds.get(tuple(way[: n + 1]), "")) for n, step in enumerate(way))
    kind = scope[-1].kind if scope else ""
    return Leaf(key_of(path), scope, collection == "params", letter_of(kind, own))


# By the names that Flax and Equinox give to what norms hold, which kind of parameter it is.
_OF_NORMS = {"scale": "G", "weight": "G", "bias": "S", "mean": "M", "var": "V"}


def letter_of(kind: str, name: str) -> str:
    """The capital of a parameter's kind, by the class that holds it and its name there."""
    return _OF_NORMS.get(name, "") if "Norm" in kind else ""


def _way(names: tuple[str, ...], root: str) -> tuple[str, ...]:
    """The way in Flax's names: without the root, nor the methods that were called."""
    way: list[str] = []
    for place, name in enumerate(names):
        step, _, method = name.partition(".")
        if place == 0 and step == root:
            continue
        if way and step == way[-1] and not method and names[place - 1].startswith(f"{step}."):
            continue
        way.append(step)
    return tuple(way)
