"""A folder that keeps the finished tiles of a sweep, so that one that was interrupted goes on.

It is data: what is in it is checked, and nothing of it is run or unpickled. A file that is not what
its name says is as if it were not there.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import FlopcountError, listed, quote
from ...version import __version__
from ...writing.beside import HIDDEN, hidden, unfinished
from ..files import need_pyarrow
from ..grid.tiles import Tiles
from ..question import Question
from .dataset import ARRAYS, PARQUET, Folder, Written, digest_of, discard_hidden, failing, opened
from .fingerprint import fingerprint
from .kept import designs_of_file, part_of_file
from .work import is_of_designs

_FORMAT = 1
_HEAD, _LOCK = "sweep.json", "sweep.lock"
_MOST_HEAD = 2**20  # bytes
_TILE = re.compile(r"part-([0-9]{7})-([0-9a-f]{32})(\.parquet|\.npz)")
# what a head says of a sweep, by the option that it comes from; the rest is in the digest
_ASKED = {
    "axes": "--vary",
    "designs": "--vary",
    "columns": "--columns",
    "keep": "--keep",
    "choice": "--top, --pareto, --count or --histogram",
}
_CURE = "name an empty folder, or one that is not there"


class Journal(NamedTuple):
    """A journal that is open: its folder, and the tiles that were finished before, by number."""

    folder: Folder
    found: dict[int, Written]


@contextmanager
def journal(path: str, question: Question, tiles: Tiles) -> Iterator[Journal]:
    """Open the journal of a sweep, or begin it.

    Raises `FlopcountError` for a folder that is something else, or of another sweep, or of one that
    another version began, or in which another run is at work.
    """
    if is_of_designs(question):
        need_pyarrow("--resume keeps designs as Parquet, which")
    said = f"--resume {quote(path)}"
    head: dict[str, Any] = {
        "format": _FORMAT,
        "flopcount": __version__,
        "sweep": fingerprint(question, tiles),
        "axes": list(question.axes),
        "designs": question.size,
        "columns": list(question.columns),
        "keep": [kept.text for kept in question.keep],
        "choice": repr(question.choice),
        "tiles": tiles.count,
    }
    with failing(path):
        try:
            place = Path(os.path.realpath(path))
            if place.exists() and not place.is_dir():
                raise FlopcountError(f"{said}: there is a file of this name; {_CURE}")
            place.mkdir(exist_ok=True)
        except ValueError as error:
            if isinstance(error, FlopcountError):
                raise
            raise FlopcountError(f"{said}: this is no path") from None
        names = [*_names(place)]
    if _HEAD in names:
        _compare(place, head, said)
    elif names:
        raise FlopcountError(f"{said}: the folder holds something else; {_CURE}")
    with _locked(place, said) as alone:
        if alone:
            discard_hidden(place)
        if _HEAD not in names:
            _begin(place, head)
        with opened(place, head["sweep"]) as folder:
            yield Journal(folder, dict(_found(folder, question, tiles)))
        if alone:
            discard_hidden(place)


def _names(place: Path) -> Iterator[str]:
    """What is in a folder, besides what a beginning that was interrupted leaves."""
    for name in (path.name for path in place.iterdir()):
        if not name.startswith(HIDDEN) and name != _LOCK:
            yield name


def _begin(place: Path, head: dict[str, Any]) -> None:
    beside = hidden(place)
    with failing(place), unfinished(beside):
        beside.write_text(json.dumps(head, indent=1) + "\n", encoding="utf-8")
        beside.replace(place / _HEAD)


def _compare(place: Path, head: dict[str, Any], said: str) -> None:
    """Raise `FlopcountError` where a journal is not this sweep's."""
    file = place / _HEAD
    known: Any = None
    try:
        if file.is_file() and file.stat().st_size <= _MOST_HEAD:
            known = json.loads(file.read_bytes())
    except OSError as error:
        raise FlopcountError(f"{said}: cannot read its {_HEAD}: {error.strerror}") from None
    except (ValueError, RecursionError):
        known = None
    if not isinstance(known, dict) or not {"format", "flopcount", "sweep"} <= {*known}:
        raise FlopcountError(f"{said}: its {_HEAD} is damaged, or something else's; {_CURE}")
    version = known["flopcount"]
    if version != __version__ or known["format"] != _FORMAT:
        raise FlopcountError(
            f"{said}: flopcount {quote(version)} began it, and this is {__version__}; end it with "
            f"that version, or {_CURE}"
        )
    if known["sweep"] != head["sweep"]:
        differs = [option for name, option in _ASKED.items() if known.get(name) != head[name]]
        which = f" (with another {listed([*dict.fromkeys(differs)])})" if differs else ""
        raise FlopcountError(f"{said}: it is of another sweep{which}; {_CURE}")


@contextmanager
def _locked(place: Path, said: str) -> Iterator[bool]:
    """Keep other runs out; whether that can be done here.

    The system opens the lock when the process ends, however it does.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        yield False
        return
    with failing(place):
        file = os.open(place / _LOCK, os.O_CREAT | os.O_RDWR, 0o666)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            alone = True
        except BlockingIOError:
            raise FlopcountError(
                f"{said}: another run is at work there; wait for its end"
            ) from None
        except OSError:  # a file system without locks
            alone = False
        yield alone
    finally:
        os.close(file)


def _is_whole(path: Path, sweep: str, number: int, digest: str) -> bool:
    """Whether a file is what its name says; one that is damaged is taken away."""
    try:
        if not path.is_file():
            return False
        if digest_of(path, sweep, number) != digest:
            path.unlink()
            return False
    except OSError:
        return False
    return True


def _found(folder: Folder, question: Question, tiles: Tiles) -> Iterator[tuple[int, Written]]:
    """The tiles that are there, whole: with the part itself where it is small."""
    ending = PARQUET if is_of_designs(question) else ARRAYS
    for path in sorted(Path(folder.path).iterdir()):
        match = _TILE.fullmatch(path.name)
        if match is None or match[3] != ending or int(match[1]) >= tiles.count:
            continue
        number = int(match[1])
        if not _is_whole(path, folder.kept, number, match[2]):
            continue
        box, start = tiles.tile(number)
        size = prod(map(len, box))
        if is_of_designs(question):
            designs = designs_of_file(path, question.columns, size)
            found = None if designs is None else Written(path.name, designs)
        else:
            part = part_of_file(path, question, start, size)
            found = None if part is None else Written(path.name, part=part)
        if found is not None:
            yield number, found
