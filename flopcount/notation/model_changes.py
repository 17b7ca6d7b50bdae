"""What may be changed in a table, and not in a model, which is as its code makes it."""

from collections.abc import Mapping
from typing import Any

from ..errors import FlopcountError, shorten
from .fields import at

# By the option or the rewrite: what a model has in the place of what it would change.
_AS_BUILT = {
    "width": "its layers are as wide as its code makes them",
    "multiple": "its layers are as wide as its code makes them",
    "kv": "its attention has the heads that its code gives it",
    "window": "its attention sees what its code lets it see",
    "past": "its keys and values are those that its code computes",
    "classes": "its last layer is as wide as its code makes it",
    "set": "its layers are as wide as its code makes them",
    "aux": "what runs is what its code runs in evaluation",
    "no-aux": "what runs is what its code runs in evaluation",
}


def is_change(name: str) -> bool:
    """Whether a rewrite is one of what was read from a model too."""
    return name not in _AS_BUILT


def check_change(name: str, model: str) -> None:
    """Raise `FlopcountError`, with what does it, for a change that a model does not have."""
    if name in _AS_BUILT:
        raise FlopcountError(
            f"{shorten(model)} is a model, and {_AS_BUILT[name]}; build it with other arguments in "
            "a function of your own: torch:PACKAGE.MODULE:FUNCTION"
        )


def check_options(options: Mapping[str, Any], model: str) -> None:
    """Likewise for options of `load`: of those that are given."""
    for name, value in options.items():
        if value not in (None, False, {}):
            with at(name):
                check_change(name, model)
