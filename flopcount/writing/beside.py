"""What stands beside its place, under a hidden name, until it is whole: files and folders."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EEXIST
from pathlib import Path

HIDDEN = ".flopcount-"  # what a name begins with; readers of datasets pass over such files
_PART = re.compile(r"part-[0-9]{7}")
_LENGTH = len("part-0000000")
_UNFINISHED: set[Path] = set()
_ASIDE: dict[Path, Path] = {}  # what was there before, and its place


def discard_unfinished() -> None:
    """Take away what is half written: before the program ends in the midst of it."""
    for aside, place in tuple(_ASIDE.items()):
        with suppress(OSError):
            if os.path.lexists(place):
                remove(aside)
            else:
                aside.rename(place)
    for beside in tuple(_UNFINISHED):
        remove(beside)


def hidden(folder: Path, what: str = "") -> Path:
    """A name in a folder that nothing has yet."""
    return folder / f"{HIDDEN}{what}{os.urandom(8).hex()}"


def make_file(target: Path) -> Path:
    """Make an empty file beside its place; it is known before it is there."""
    beside = hidden(target.parent)
    with _known(beside):
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return beside


def make_folder(target: Path) -> Path:
    """Make an empty folder beside its place, likewise."""
    beside = hidden(target.parent)
    with _known(beside):
        beside.mkdir()
    return beside


@contextmanager
def _known(beside: Path) -> Iterator[None]:
    _UNFINISHED.add(beside)
    try:
        yield
    except OSError:
        _UNFINISHED.discard(beside)
        raise


@contextmanager
def unfinished(beside: Path) -> Iterator[None]:
    """A file that is made here and has another name in the end, or is taken away."""
    _UNFINISHED.add(beside)
    try:
        yield
    finally:
        with suppress(OSError):
            beside.unlink()
        _UNFINISHED.discard(beside)


def remove(path: Path) -> None:
    """Take away what stood beside its place.

    A folder has another name first: whoever writes into it yet, elsewhere, finds it gone and makes
    no new file there.
    """
    with suppress(OSError):
        if path.is_dir():
            gone = hidden(path.parent)
            _UNFINISHED.add(gone)
            path.rename(gone)
            for inside in gone.iterdir():
                inside.unlink()
            gone.rmdir()
            _UNFINISHED.discard(gone)
        else:
            path.unlink()
    _UNFINISHED.discard(path)


def put(beside: Path, target: Path) -> None:
    """Put what is whole in its place; what was there before goes once it is."""
    if target.is_dir() and not holds_parts(target):  # since it was looked at first
        raise FileExistsError(EEXIST, os.strerror(EEXIST))
    if target.is_dir() or (beside.is_dir() and target.exists()):  # which no renaming replaces
        aside = hidden(target.parent)
        _ASIDE[aside] = target
        try:
            target.rename(aside)
            try:
                beside.rename(target)
            except BaseException:
                if not os.path.lexists(target):
                    aside.rename(target)
                raise
            remove(aside)
        finally:
            del _ASIDE[aside]
    else:
        beside.replace(target)
    _UNFINISHED.discard(beside)


def part_name(number: int, ending: str) -> str:
    """The name of a file in a folder of them; their order is that of the names.

    >>> part_name(12, ".parquet")
    'part-0000012.parquet'
    """
    return f"part-{number:07}{ending}"


def holds_parts(folder: Path) -> bool:
    """Whether a folder holds parts in the format of its ending, and nothing else."""
    if not folder.is_dir():
        return False
    parts = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            name, ending = entry.name[:_LENGTH], entry.name[_LENGTH:]
            if not entry.is_file(follow_symlinks=False):
                return False
            if _PART.fullmatch(name) and ending == folder.suffix.lower():
                parts += 1
            elif not entry.name.startswith(HIDDEN):
                return False
    return parts > 0
