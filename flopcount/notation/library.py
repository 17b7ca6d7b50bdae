"""The networks shipped, and the reading of tables from files."""

import os
import stat
import tomllib
from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from ..core import Network
from ..errors import FlopcountError, nearest, quote, quote_path
from ..records import dataclass, replace
from .folders import fold, own_table, own_tables
from .networks import build
from .no_network import model_file, model_folder, other_kind, unquoted
from .options import Options
from .standard_input import NAME, PLACE, TYPED, standard_input
from .tables import Table, overlay, parse_table

MAX_FILE = 2**20  # bytes
MAX_LINE = 2_000  # bytes


def _folder() -> Path:
    """Where the shipped tables are: beside the code, or at the top level of a checkout."""
    here = Path(__file__).parents[1]
    installed = here / "data"
    return installed if installed.is_dir() else here.parent / "tables"


def names() -> list[str]:
    """The networks shipped.

    >>> "googlenet" in names()
    True
    """
    return sorted(path.stem for path in _folder().glob("*.toml"))


def note_files() -> list[Path]:
    """The files that say what is claimed of the networks, and what was decided for their tables."""
    return sorted((_folder() / "notes").glob("*.toml"))


def find(typed: str) -> str | None:
    """The shipped network that a name means, however it is spelt, its title or an alias.

    >>> find("Inception_V3"), find("inception-v1"), find("Inception v4")
    ('inception-v3', 'googlenet', 'inception-v4')
    """
    folded = fold(typed)
    for name in names():
        if fold(name) == folded:
            return name
    return _titles(_folder()).get(folded)


@cache
def _titles(folder: Path) -> dict[str, str]:
    """The name that each title and alias of the shipped networks stands for."""
    titles: dict[str, str] = {}
    for name in names():
        document = read(folder / f"{name}.toml")
        for title in (document["title"], *document.get("aliases", [])):
            titles.setdefault(fold(title), name)
    return titles


def stands_for(typed: str) -> Path | None:
    """The file of the table that a name means: a shipped one, else one of the user's own."""
    name = find(typed)
    if name is not None:
        return _folder() / f"{name}.toml"
    own = own_table(typed)
    return own.path if own else None


def variants(name: str) -> list[str]:
    """The variants of a shipped network, used as ``name@variant``.

    >>> variants("googlenet")
    ['torchvision']
    """
    return list(read(_folder() / f"{name}.toml").get("variant", {}))


def is_path(text: str) -> bool:
    """Whether a user's text, no spec, is a path rather than a name."""
    return text.casefold().endswith(".toml") or "/" in text or os.sep in text


@dataclass(frozen=True)
class LoadedTable:
    """A table's document, its variants laid over it, with the network's name and the file's.

    `size` is that of its file in bytes. Its text is parsed when it is first asked for, and once.
    """

    document: dict[str, Any]
    name: str
    label: str
    shipped: bool = False
    size: int = 0

    def variants(self) -> list[str]:
        """The names of its variants."""
        section = self.document.get("variant", {})
        return list(section) if isinstance(section, dict) else []

    def with_variants(self, overlays: Sequence[str]) -> "LoadedTable":
        """Lay variants over it, one after the other."""
        document = self.document
        try:
            for variant in overlays:
                document = overlay(document, variant)
        except FlopcountError as error:
            raise FlopcountError(f"{self.label}: {error}") from None
        return replace(self, document=document, name="@".join([self.name, *overlays]))

    @cached_property
    def table(self) -> Table:
        """What the text says. Raises `FlopcountError` with the file and the place in it."""
        try:
            return parse_table(self.document)
        except FlopcountError as error:
            raise FlopcountError(f"{self.label}: {error}") from None

    def build(self, options: Options | None = None) -> Network:
        """Make it a network."""
        table = self.table
        try:
            return build(table, self.name, options or Options())
        except FlopcountError as error:
            raise FlopcountError(f"{self.label}: {error}") from None


def read_table(head: str) -> LoadedTable:
    """Read the table behind a name or a path, or on standard input."""
    if head == TYPED:
        data = standard_input(MAX_FILE + 1)
        return LoadedTable(_read(data, PLACE), NAME, PLACE, size=len(data))
    path, name = _table_path(head)
    document = read(path)
    shipped = path.parent == _folder()
    label = path.name if shipped or is_path(head) else str(path)  # which the user did not type
    return LoadedTable(document, name, label, shipped, path.stat().st_size)


def _table_path(head: str) -> tuple[Path, str]:
    found = None if is_path(head) else stands_for(head)
    if found:
        return found, found.stem
    if known := model_file(head) or model_folder(head) or unquoted(head) or other_kind(head):
        raise FlopcountError(known)
    if is_path(head):
        path = Path(head)
        return path, path.stem or head
    shipped = [*names(), *(table.name for table in own_tables())]
    here = f"; the file here is ./{head}" if _is_file(head) else ""
    here = f"; the table here is {head}.toml" if _is_file(f"{head}.toml") else here
    raise FlopcountError(
        f"unknown network {quote(head)}{nearest(head, shipped)}{here} "
        "(flopcount list shows those shipped; a path ends in .toml; a spec has a '>')"
    )


def _is_file(name: str) -> bool:
    try:
        return name.isprintable() and Path(name).is_file()
    except (OSError, ValueError):  # a name too long, or with a NUL
        return False


def read(path: Path) -> dict[str, Any]:
    """Read a table's TOML; limits on its size, its lines and its nesting are checked first.

    Raises `FlopcountError` for a file that is missing, no regular file, unreadable, too large,
    not UTF-8, or not TOML (with line and column).
    """
    place = quote_path(str(path))
    return _read(_bytes(path, place), place)


def _read(data: bytes, place: str) -> dict[str, Any]:
    if len(data) > MAX_FILE:
        raise FlopcountError(f"{place} is over {MAX_FILE} bytes, the limit for a table")
    for number, line in enumerate(data.split(b"\n"), 1):
        if len(line) > MAX_LINE:
            raise FlopcountError(f"{place}: line {number} is over {MAX_LINE} bytes, the limit")
    try:
        return _document(data)
    except UnicodeDecodeError as error:
        raise FlopcountError(f"{place} is not UTF-8 (byte {error.start})") from None
    except RecursionError:
        raise FlopcountError(f"{place} is nested too deeply") from None
    except ValueError as error:  # tomllib.TOMLDecodeError, or an integer of too many digits
        raise FlopcountError(f"{place} is not TOML: {error}") from None


@lru_cache(maxsize=4)  # large ones take 0.3 s and 40 MB each
def _document(data: bytes) -> dict[str, Any]:
    """The same text once: the variants of a table stand side by side. Nobody changes it."""
    return tomllib.loads(data.decode("utf-8-sig"))


def _bytes(path: Path, place: str) -> bytes:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise FlopcountError(f"{place} is a folder, not a table")
        if not stat.S_ISREG(mode):
            raise FlopcountError(f"{place} is not a regular file")
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        if isinstance(error, FlopcountError):
            raise
        raise FlopcountError(f"cannot read {place}: {reason}") from None
    return data
