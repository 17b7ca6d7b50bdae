"""The words of the notation, once every file beside this one is read."""

import os
from importlib import import_module

from ..op import OPS
from . import __path__ as _folders

__all__ = ["OPS"]

for _file in sorted(os.listdir(_folders[0])):  # noqa: PTH208  pathlib takes a millisecond longer
    if _file.endswith(".py") and not _file.startswith("_"):
        import_module(f".{_file[:-3]}", __package__)

# In the order in which messages list them: what takes most first, whichever file is read first.
_WORDS = sorted(OPS.items(), key=lambda word: -len(word[1].takes))
OPS.clear()
OPS.update(_WORDS)
