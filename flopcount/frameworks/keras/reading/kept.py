"""A user's model, and Keras, as they were before it was read: what building and calling changes."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def keras_as_found() -> Iterator[None]:
    """Put back what Keras counts and keeps for the process: names given out, scopes, seeds.

    Python's random numbers too, which a layer's seed is drawn from.
    """
    from keras.src.backend.common.global_state import GLOBAL_STATE_TRACKER

    state = vars(GLOBAL_STATE_TRACKER)
    before, drawn = _copied(state), random.getstate()
    try:
        yield
    finally:
        state.clear()
        state.update(before)
        random.setstate(drawn)


@contextmanager
def keras_as_new() -> Iterator[None]:
    """Likewise, and give names out from the first one on.

    A layer that has none is called by its kind and a number, of all that the process made before:
    a network that is built here has the same names each time.
    """
    from keras.src.utils.naming import reset_uids

    with keras_as_found():
        reset_uids()
        yield


def _copied(state: dict[str, Any]) -> dict[str, Any]:
    """What is there, lists and dicts one level deep."""
    copies = (dict, list, set)
    return {
        key: value.copy() if isinstance(value, copies) else value for key, value in state.items()
    }


@contextmanager
def as_found(model: Any) -> Iterator[None]:
    """Put back what a model's layers hold: whether they are built, paths, lists of variables.

    Variables keep their values by themselves, where they are only read within a scope of Keras'
    own that says what they are.
    """
    kept: list[tuple[Any, Any]] = []
    with keras_as_found():
        _keep(model, kept, set())
        try:
            yield
        finally:
            for holder, before in kept:
                _put_back(holder, before)


def _keep(value: Any, kept: list[tuple[Any, Any]], met: set[int]) -> None:
    """Write down what layers and the containers in them hold, all the way down."""
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        if id(holder) in met:
            continue
        met.add(id(holder))
        if isinstance(holder, list):
            kept.append((holder, list(holder)))
            waiting += holder
        elif isinstance(holder, dict):
            kept.append((holder, dict(holder)))
            waiting += holder.values()
        elif isinstance(holder, set):
            kept.append((holder, set(holder)))
        elif isinstance(holder, tuple):
            waiting += holder
        elif _has_state(holder):
            kept.append((vars(holder), dict(vars(holder))))
            waiting += vars(holder).values()


def _has_state(value: Any) -> bool:
    """Whether it is a layer, what one is tracked by, or draws seeds: not a variable."""
    import keras
    from keras.src.utils.tracking import Tracker

    return isinstance(value, keras.Operation | keras.random.SeedGenerator | Tracker)


def _put_back(holder: Any, before: Any) -> None:
    """Contents as they were, past what Keras does where a list of its own changes."""
    if isinstance(holder, list):
        if len(holder) != len(before) or any(a is not b for a, b in zip(holder, before)):  # noqa: B905
            list.__setitem__(holder, slice(None), before)
    elif isinstance(holder, set):
        set.clear(holder)
        set.update(holder, before)
    elif isinstance(holder, dict):
        dict.clear(holder)
        dict.update(holder, before)
