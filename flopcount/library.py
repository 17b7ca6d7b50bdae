"""From what a user types to a network: a shipped name, the path of a table, or a spec."""

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .builder import Builder
from .dims import as_size
from .errors import FlopcountError, nearest, quote
from .graph import INPUT, Network
from .notation import parse as parse_spec
from .tables import Options, build, overlay, read_size, sized
from .words import whole_number

MAX_FILE = 2**20  # bytes
MAX_LINE = 2_000  # bytes

SPEC_NOTE = (
    "where the spec says nothing else, convolutions are SAME with bias and ReLU, "
    "dense layers have a bias, pools are SAME"
)


def _folder() -> Path:
    """Where the shipped tables are: beside the code, or at the top level of a checkout."""
    here = Path(__file__).parent
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
    """The shipped network that a name means, however it is spelt, or one of its aliases.

    >>> find("Inception_V3"), find("inception-v1")
    ('inception-v3', 'googlenet')
    """
    folded = _fold(typed)
    for name in names():
        if _fold(name) == folded:
            return name
    for name in names():
        if folded in map(_fold, read(_folder() / f"{name}.toml").get("aliases", [])):
            return name
    return None


def variants(name: str) -> list[str]:
    """The variants of a shipped network, used as ``name@variant``.

    >>> variants("googlenet")
    ['torchvision']
    """
    return list(read(_folder() / f"{name}.toml").get("variant", {}))


def split_reference(reference: str) -> tuple[str, list[str]]:
    """Split ``name@variant@…``; in a path, ``@`` counts only after the last ``/``.

    >>> split_reference("nets@home/my.toml@wide")
    ('nets@home/my.toml', ['wide'])
    """
    folder, slash, last = reference.rpartition("/")
    head, *modifiers = last.split("@")
    return folder + slash + head, modifiers


def is_spec(text: str) -> bool:
    """Whether a user's text is a spec rather than a name or a path."""
    is_file = text.casefold().endswith(".toml")
    return not is_file and any(mark.isspace() or mark in ">[](|*" for mark in text)


def is_path(text: str) -> bool:
    """Whether a user's text, no spec, is a path rather than a name."""
    return text.casefold().endswith(".toml") or "/" in text or os.sep in text


def load(
    reference: str,
    *,
    input: str | None = None,  # noqa: A002  the option's name on the command line
    classes: int | str | None = None,
    set: Mapping[str, int | str] | None = None,  # noqa: A002  likewise
    aux: bool = False,
) -> Network:
    """Load a network: a shipped name, the path of a table, or a spec; with its ``@variants``.

    `input` is ``"299x299"`` or ``"299x299x3"``; `set` changes columns of rows (``{"3a.r5": 24}``);
    `aux` counts the auxiliary heads. Raises `FlopcountError` for anything that does not fit.

    >>> load("googlenet", input="299x299")
    <Network googlenet: 299×299×3 → 1×1×1000, 85 layers>
    """
    options = Options(
        read_size(input) if input is not None else None,
        _classes(classes),
        set or {},
        aux,
    )
    head, overlays = split_reference(reference)
    if is_spec(head):
        if overlays:
            raise FlopcountError(f"{quote(reference)}: a spec has no variants")
        return _from_spec(head, options)
    return load_table(reference).build(options)


def parse(text: str) -> Network:
    """Read a spec such as ``"28x28x192 > conv 1x1 16 reduce > conv 5x5 32"`` as a network.

    Raises `FlopcountError` with the column of what does not fit.

    >>> parse("28x28x192 > conv 5x5 32")
    <Network 28x28x192 > conv 5x5 32: 28×28×192 → 28×28×32, 1 layer>
    """
    return _from_spec(text, Options())


def _from_spec(text: str, options: Options) -> Network:
    try:
        source = parse_spec(text)
        if source.size is None and len(options.input or ()) < 3:
            raise FlopcountError("the spec has no input size (28x28x192 > …)")
        if options.classes or options.set or options.aux:
            raise FlopcountError("a spec has no classes, columns or auxiliary heads to change")
        size = "x".join(map(str, source.size or options.input or ()))
        builder = Builder()
        output = builder.row("spec", source.spec, {}, INPUT)
        shape = sized(size, options.input)
        if output == INPUT:
            raise FlopcountError("what comes out is the input itself; there is no layer")
    except FlopcountError as error:
        raise FlopcountError(f"spec {quote(text)}: {error}") from None
    return Network(
        name=str(source),
        nodes=tuple(builder.nodes),
        inputs={INPUT: shape},
        output=output,
        notes=(SPEC_NOTE,),
    )


@dataclass(frozen=True, slots=True)
class LoadedTable:
    """A table that was read, its variants laid over it: document, network's name, file's name."""

    document: dict[str, Any]
    name: str
    label: str
    shipped: bool = False

    def build(self, options: Options | None = None) -> Network:
        """Make it a network."""
        try:
            return build(self.document, self.name, options or Options())
        except FlopcountError as error:
            raise FlopcountError(f"{self.label}: {error}") from None


def load_table(reference: str) -> LoadedTable:
    """Read the table behind a name or a path, with its ``@variants``."""
    head, overlays = split_reference(reference)
    if is_spec(head):
        raise FlopcountError(f"{quote(head)} is a spec; expected a network's name or a table")
    path, name = _table_path(head)
    document = read(path)
    try:
        for variant in overlays:
            document = overlay(document, variant)
    except FlopcountError as error:
        raise FlopcountError(f"{path.name}: {error}") from None
    return LoadedTable(document, "@".join([name, *overlays]), path.name, path.parent == _folder())


def _table_path(head: str) -> tuple[Path, str]:
    if is_path(head):
        path = Path(head)
        return path, path.stem or head
    name = find(head)
    if name:
        return _folder() / f"{name}.toml", name
    here = f"; the file here is ./{head}" if _is_file(head) else ""
    raise FlopcountError(
        f"unknown network {quote(head)}{nearest(head, names())}{here} "
        "(flopcount list shows those shipped; a path ends in .toml; a spec has a '>')"
    )


def _is_file(name: str) -> bool:
    try:
        return name.isprintable() and Path(name).is_file()
    except (OSError, ValueError):  # a name too long, or with a NUL
        return False


def _classes(given: int | str | None) -> int | None:
    if given is None:
        return None
    whole = whole_number(given, "classes") if isinstance(given, str) else as_size(given, "classes")
    return int(whole)


def _fold(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "")


def read(path: Path) -> dict[str, Any]:
    """Read a table's TOML; limits on its size, its lines and its nesting are checked first.

    Raises `FlopcountError` for a file that is missing, no regular file, unreadable, too large,
    not UTF-8, or not TOML (with line and column).
    """
    place = quote(str(path))
    data = _bytes(path, place)
    for number, line in enumerate(data.split(b"\n"), 1):
        if len(line) > MAX_LINE:
            raise FlopcountError(f"{place}: line {number} is over {MAX_LINE} bytes, the limit")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise FlopcountError(f"{place} is not UTF-8 (byte {error.start})") from None
    except RecursionError:
        raise FlopcountError(f"{place} is nested too deeply") from None
    except ValueError as error:  # tomllib.TOMLDecodeError, or an integer of too many digits
        raise FlopcountError(f"{place} is not TOML: {error}") from None


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
    if len(data) > MAX_FILE:
        raise FlopcountError(f"{place} is over {MAX_FILE} bytes, the limit for a table")
    return data
