"""The networks shipped, and the reading of tables from files."""

import os
import stat
import tomllib
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from ..core import Network
from ..errors import FlopcountError, nearest, one_of, quote, quote_path
from ..records import dataclass, replace
from .folders import fold, own_table, own_tables
from .networks import build
from .no_network import model_file, model_folder, other_kind, unquoted
from .options import Options
from .shipped import families, family_of, file_of, find, names, variants_meant
from .standard_input import NAME, PLACE, TYPED, standard_input
from .tables import Table, overlay, parse_table

MAX_FILE = 2**20  # bytes
MAX_LINE = 2_000  # bytes


def stands_for(typed: str) -> Path | None:
    """The file of the table that a name means: a shipped one, else one of the user's own."""
    name = find(typed)
    if name is not None:
        return file_of(name)
    own = own_table(typed)
    return own.path if own else None


def variants(name: str) -> list[str]:
    """The variants of a shipped network, used as ``name@variant``.

    >>> variants("googlenet")
    ['torchvision']
    """
    return read_table(name).variants()


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
        """The names of its variants, without those that are networks of their own names."""
        section = self.document.get("variant", {})
        if not isinstance(section, dict):
            return []
        others = family_of(self.name.partition("@")[0]).networks if self.shipped else ()
        return [name for name in section if name not in others]

    def with_variants(self, overlays: Sequence[str]) -> "LoadedTable":
        """Lay variants over it, one after the other."""
        document = self.document
        try:
            for variant in overlays:
                if self.shipped and variant not in self.variants():  # a network of the family, say
                    raise FlopcountError(one_of(variant, self.variants(), "variant or rewrite"))
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
    name = None if is_path(head) else find(head)
    path = file_of(name) if name else _path(head)
    document = read(path)
    label = path.name if name or is_path(head) else str(path)  # which the user did not type
    size = path.stat().st_size
    if name is None:
        return LoadedTable(document, path.stem or head, label, size=size)
    if name in document.get("variant", {}):
        document = overlay(document, name)
    table = LoadedTable(document, name, label, shipped=True, size=size)
    return table.with_variants(variants_meant(head))


def _path(head: str) -> Path:
    """The file that a path is, or of a table of the user's own that has this name."""
    own = None if is_path(head) else own_table(head)
    if own:
        return own.path
    if known := model_file(head) or model_folder(head) or unquoted(head) or other_kind(head):
        raise FlopcountError(known)
    if is_path(head):
        return Path(head)
    if named := next((one for one in families().values() if fold(one.name) == fold(head)), None):
        raise FlopcountError(f"{quote(head)} is a family of networks: {', '.join(named.networks)}")
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
