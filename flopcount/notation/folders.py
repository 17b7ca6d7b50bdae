"""Where a user's own tables are found by their names.

The folders of ``FLOPCOUNT_TABLES`` come first, then the user's own; the first that has a name
counts. They are looked through only for a name that no shipped network has, and for `own_tables`.
A library would tell the user's folder too (platformdirs); it is these few lines, and every start
of the program would load it.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

VARIABLE = "FLOPCOUNT_TABLES"
_SPELT = str.maketrans("", "", "-_ ")
_ENDING = ".toml"
_SPLIT = frozenset("@>[](|*")  # a reference with one of these is no name alone


class OwnTable(NamedTuple):
    """A table of a user's own: its name, its file, and the file of that name before it, if any."""

    name: str
    path: Path
    behind: Path | None = None


def folders() -> list[Path]:
    """The folders, each once, whether they are there or not."""
    found = [folder for name in _named() if (folder := _expanded(name))]
    with suppress(RuntimeError):
        found.append(_of_user(os.environ) / "flopcount" / "tables")
    return list(dict.fromkeys(found))


def missing() -> list[str]:
    """What the variable names and is no folder: a name misspelt, say, or a table's own path."""
    return [name for name in _named() if not ((folder := _expanded(name)) and _is_folder(folder))]


def _named() -> list[str]:
    return [name for name in os.environ.get(VARIABLE, "").split(os.pathsep) if name]


def _expanded(name: str) -> Path | None:
    with suppress(RuntimeError):  # of a user whose home nobody knows
        return Path(name).expanduser()
    return None


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _of_user(environment: Mapping[str, str], platform: str = sys.platform) -> Path:
    """The folder in which a user's programs keep what they are told, as the platform has it.

    freedesktop.org, XDG Base Directory Specification: a relative path is to be ignored.
    """
    if platform == "win32":
        roaming = environment.get("APPDATA", "")
        return Path(roaming) if roaming else Path.home() / "AppData" / "Roaming"
    given = environment.get("XDG_CONFIG_HOME", "")
    if given and Path(given).is_absolute():
        return Path(given)
    if platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path.home() / ".config"


def own_tables() -> list[OwnTable]:
    """All tables in the folders, the first of each name before those that it hides."""
    first: dict[str, Path] = {}
    found = []
    for path in _files():
        before = first.setdefault(path.stem, path)
        found.append(OwnTable(path.stem, path, before if before != path else None))
    return found


def own_table(typed: str) -> OwnTable | None:
    """The table that a name means: by its own name, else however that is spelt."""
    known = [table for table in own_tables() if table.behind is None]
    folded = fold(typed)
    by_name = [table for table in known if table.name == typed]
    return next(iter([*by_name, *(table for table in known if fold(table.name) == folded)]), None)


def fold(name: str) -> str:
    """A name without what people spell in several ways: case, blanks, hyphens, underscores."""
    return name.casefold().translate(_SPELT)


def _files() -> Iterator[Path]:
    """The tables in the folders; what is no folder, or cannot be read, has none."""
    for folder in folders():
        try:
            names = sorted(os.listdir(folder))  # noqa: PTH208  a path only of what is a table
        except (OSError, ValueError):
            continue
        for name in names:
            stem, ending = os.path.splitext(name)  # noqa: PTH122  likewise
            path = folder / name
            if ending.lower() != _ENDING or stem.startswith(".") or _SPLIT & set(stem):
                continue
            with suppress(OSError):
                if path.is_file():
                    yield path
