"""The kinds of layers: each file here is read, and what it registers is a word of the notation."""

import os
from importlib import import_module

from ..op import OPS

__all__ = ["OPS"]

for _file in sorted(os.listdir(__path__[0])):  # noqa: PTH208  pathlib takes a millisecond longer
    if _file.endswith(".py") and not _file.startswith("_"):
        import_module(f".{_file[:-3]}", __name__)

# In the order in which messages list them: what takes most first, whichever file is read first.
_WORDS = sorted(OPS.items(), key=lambda word: -len(word[1].takes))
OPS.clear()
OPS.update(_WORDS)
