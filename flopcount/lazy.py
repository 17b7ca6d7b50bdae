"""A package whose modules are loaded when what is in them is first asked for."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from .garbage import Uncollected


def names_later(package: str, modules: Mapping[str, str]) -> Callable[[str], Any]:
    """The `__getattr__` of a package: `modules` says by module which names are known there.

    A module is named from the package on: ``graph``, or ``.core`` of the package around it. A
    name that it has given is the package's from then on.
    """
    module_of = {name: module for module, names in modules.items() for name in names.split()}

    def load(name: str) -> Any:
        """What has this name, its module loaded. Raises `AttributeError` for no such name."""
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        with Uncollected():
            found = getattr(import_module(f".{module_of[name]}", package), name)
        setattr(sys.modules[package], name, found)
        return found

    return load
