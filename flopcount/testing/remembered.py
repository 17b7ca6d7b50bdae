"""The layers of the last run of a test that passed, in pytest's cache: what now is held against."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from . import running
from .layers import Layer, Priced, as_kept, of_kept

_CALLED = "the last run that passed"


def last_passed(number: int) -> Priced | None:
    """What the network of a call of this number in the running test cost when it last passed.

    None where nothing is known of that. A network is known by the call, as its name may be what
    was changed: a spec, a class.
    """
    cache = _cache()
    kept = None if cache is None else of_kept(cache.get(_key(number), None))
    return None if not kept else Priced(kept, _CALLED)


def remember(number: int, layers: Sequence[Layer]) -> None:
    """Keep what a network costs, for the next run of the running test."""
    cache, kept = _cache(), as_kept(layers)
    if cache is not None and cache.get(_key(number), None) != kept:
        cache.set(_key(number), kept)


def is_kept() -> bool:
    """Whether a run that passes is remembered: in pytest, where its cache is not switched off."""
    return _cache() is not None


def _cache() -> Any:
    return None if running.item is None else getattr(running.item.config, "cache", None)


def _key(number: int) -> str:
    test = f"{running.item.nodeid}\0{number}"
    return f"flopcount/{sha256(test.encode(errors='backslashreplace')).hexdigest()[:32]}"
