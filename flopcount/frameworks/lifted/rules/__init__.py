"""The rules by which what a model computes is said, a file for each family."""

import os
from importlib import import_module

for _file in sorted(os.listdir(__path__[0])):  # noqa: PTH208  as core/ops has it
    if _file.endswith(".py") and not _file.startswith("_"):
        import_module(f".{_file[:-3]}", __package__)
