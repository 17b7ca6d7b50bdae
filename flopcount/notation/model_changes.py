"""What may be changed in a table, and not in a model, which is as its code or its file has it."""

from collections.abc import Mapping
from typing import Any

from ..errors import FlopcountError, at, shorten
from ..frameworks.sources import ENDINGS, kind_of

# By the option or the rewrite: what a model has in the place of what it would change.
_AS_BUILT = {
    "width": "its layers are as wide as {it} makes them",
    "multiple": "its layers are as wide as {it} makes them",
    "kv": "its attention has the heads that {it} gives it",
    "window": "its attention sees what {it} lets it see",
    "past": "its keys and values are those that {it} computes",
    "classes": "its last layer is as wide as {it} makes it",
    "set": "its layers are as wide as {it} makes them",
    "aux": "what runs is what {it} runs in evaluation",
    "no-aux": "what runs is what {it} runs in evaluation",
}
# By the reader: what makes such a model as it is, and how another one is named.
_CURES = {
    "torch": "build it with other arguments in a function of your own: "
    "torch:PACKAGE.MODULE:FUNCTION",
    "jax": "call it with other arguments in a function of your own: jax:PACKAGE.MODULE:FUNCTION",
    "keras": "build it with other arguments in Python, and save it: model.save('other.keras')",
    "onnx": "export the changed model to another file",
}


def is_change(name: str) -> bool:
    """Whether a rewrite is one of what was read from a model too."""
    return name not in _AS_BUILT


def check_change(name: str, model: str) -> None:
    """Raise `FlopcountError`, with what does it, for a change that a model does not have."""
    if name not in _AS_BUILT:
        return
    kind = kind_of(model)
    is_file = kind in ENDINGS.values()
    cure = _CURES[kind.reader if kind else "torch"]
    built = _AS_BUILT[name].format(it="its file" if is_file else "its code")
    raise FlopcountError(f"{shorten(model)} is a model, and {built}; {cure}")


def check_options(options: Mapping[str, Any], model: str) -> None:
    """Likewise for options of `load`: of those that are given."""
    for name, value in options.items():
        if value not in (None, False, {}):
            with at(name):
                check_change(name, model)
