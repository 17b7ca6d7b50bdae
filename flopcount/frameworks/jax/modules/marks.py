"""Modules' names in the stack of names: their calls are marked while a program is traced."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

import jax

_MARK = "module:"  # which no named scope of a user's begins with


@contextmanager
def marked(modules: Mapping[tuple[str, ...], Any]) -> Iterator[None]:
    """Mark what each of some modules, by their ways, computes; their classes are put back."""
    ways = {id(module): way for way, module in reversed([*modules.items()])}
    found: dict[type, Any] = {}
    for module in modules.values():
        for owner in type(module).__mro__:
            if "__call__" in vars(owner) and owner is not object:
                found.setdefault(owner, vars(owner)["__call__"])
                break
    try:
        for owner, call in found.items():
            _put(owner, _marking(call, ways))
        yield
    finally:
        for owner, call in found.items():
            _put(owner, call)


def _put(owner: type, call: Any) -> None:
    type.__setattr__(owner, "__call__", call)


def _marking(call: Any, ways: Mapping[int, tuple[str, ...]]) -> Any:
    bare = call
    if not hasattr(call, "__get__"):
        return call

    @wraps(bare)
    def named(self: Any, *args: Any, **kwargs: Any) -> Any:
        way = ways.get(id(self))
        bound = bare.__get__(self, type(self))
        if not way:
            return bound(*args, **kwargs)
        with jax.named_scope(_MARK + ".".join(way)):
            return bound(*args, **kwargs)

    return named


def way_to(names: tuple[str, ...]) -> tuple[str, ...]:
    """The way to a module: the last that is marked, and names that a user gave within it.

    >>> way_to(("module:blocks.0", "module:blocks.0.mlp", "up"))
    ('blocks', '0', 'mlp', 'up')
    """
    way: tuple[str, ...] = ()
    for name in names:
        own = tuple(name.removeprefix(_MARK).split("."))
        if not name.startswith("eqx."):  # as Equinox calls its own classes
            way = own if name.startswith(_MARK) else (*way, name)
    return way
