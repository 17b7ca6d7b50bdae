"""The grid of these tests, and what is looked at in folders."""

from pathlib import Path

NET = "28x28x192 > conv 1x1 n > conv 3x3 m"
VARY = {"n": "1:20", "m": "2:40:2"}  # 400 designs: 10 tiles of two values of n and all of m
WORDS = [word for name, text in VARY.items() for word in ("--vary", f"{name}={text}")]


class StoppedError(Exception):
    """A run ends in the midst of it."""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def tile_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*"))
