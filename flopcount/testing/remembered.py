"""The layers of the last run of a test that passed, in pytest's cache: what now is held against."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from . import running
from .layers import Layer, Priced, as_kept, of_kept

_CALLED = "the last run that passed"


def last_passed(name: str, number: int) -> Priced | None:
    """What a network of this name cost in the running test, when that last passed; None: unknown.

    `number` tells several of one name in a test apart.
    """
    cache = _cache()
    kept = None if cache is None else of_kept(cache.get(_key(name, number), None))
    return None if not kept else Priced(kept, _CALLED)


def remember(name: str, number: int, layers: Sequence[Layer]) -> None:
    """Keep what a network costs, for the next run of the running test."""
    cache, kept = _cache(), as_kept(layers)
    if cache is not None and cache.get(_key(name, number), None) != kept:
        cache.set(_key(name, number), kept)


def is_kept() -> bool:
    """Whether a run that passes is remembered: in pytest, where its cache is not switched off."""
    return _cache() is not None


def _cache() -> Any:
    return None if running.item is None else getattr(running.item.config, "cache", None)


def _key(name: str, number: int) -> str:
    test = f"{running.item.nodeid}\0{name}\0{number}"
    return f"flopcount/{sha256(test.encode(errors='backslashreplace')).hexdigest()[:32]}"
