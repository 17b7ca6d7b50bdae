"""What stays of each tile in a file of a folder, written where the tile is priced.

A file has another name until it is whole. A tile that is priced twice, since a worker was lost, has
one file: the later takes the place of the earlier, which is the same.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING, NamedTuple

from ...errors import FlopcountError, quote
from ...writing.beside import HIDDEN, hidden, part_name, unfinished
from ..chosen import Part
from ..files import parquet_pieces

if TYPE_CHECKING:
    from ..grid.factors import Array

PARQUET, ARRAYS = ".parquet", ".npz"
_TILE = "tile-"  # in hidden names
_SIZE = 16  # bytes of a digest
_ROWS = 2**16  # that are read at once


class Folder(NamedTuple):
    """Where tiles are written: plain data, for workers that see this very folder.

    `token` is the name of a file in it that tells it from another one of its name, on another
    machine. Tiles are `kept` for a sweep with this fingerprint: the names of their files end in a
    digest of the sweep, the tile and what is in them, and a tile without designs has one too.
    """

    path: str
    token: str
    kept: str = ""

    @property
    def is_seen(self) -> bool:
        """Whether it is seen from here."""
        return Path(self.path, self.token).is_file()

    def not_seen(self, worker: str) -> FlopcountError:
        """What to say where a worker does not see it."""
        return FlopcountError(
            f"the worker {worker} does not see {quote(self.path)}: workers write their designs "
            "there; name a file or folder that all machines share"
        )


class Written(NamedTuple):
    """A tile that was written: how many designs, in which file; the part itself where it is small.

    Without designs there may be no file: the name is empty.
    """

    name: str
    designs: int = 0
    part: Part | None = None

    @property
    def small(self) -> Part:
        """The part, which is small."""
        assert self.part is not None  # noqa: S101
        return self.part


@contextmanager
def opened(path: Path, kept: str = "") -> Iterator[Folder]:
    """A folder that workers may write in, until this ends."""
    token = hidden(path, _TILE)
    with unfinished(token):
        with failing(path):
            token.touch()
        yield Folder(str(path), token.name, kept)


@contextmanager
def failing(path: str | Path) -> Iterator[None]:
    """What the system refuses in a folder is one line."""
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise FlopcountError(f"cannot write in {quote(str(path))}: {why}") from None


def discard_hidden(path: Path) -> None:
    """Take away what whoever was killed in the midst of it left half written."""
    for entry in path.glob(f"{HIDDEN}{_TILE}*"):
        with suppress(OSError):
            entry.unlink()


def write_none(path: Path, columns: Sequence[str]) -> None:
    """A file with columns and no designs: that of the first tile, where none has any."""
    with failing(path):
        (path / part_name(0, PARQUET)).write_bytes(b"".join(parquet_pieces(columns, ())))


def write(folder: Folder, number: int, ending: str, pieces: Iterable[bytes]) -> str:
    """Write the file of a tile; its name.

    Raises `FlopcountError` where the system refuses.
    """
    digest = _digest(folder.kept, number)
    beside = hidden(Path(folder.path), _TILE)
    with failing(folder.path), unfinished(beside):
        with beside.open("xb") as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
            if folder.kept:  # a machine that stops leaves no empty file of this name
                file.flush()
                os.fsync(file.fileno())
        end = f"-{digest.hexdigest()}{ending}" if folder.kept else ending
        name = part_name(number, end)
        beside.replace(beside.with_name(name))
    return name


def digest_of(path: Path, sweep: str, number: int) -> str:
    """The digest of a file that is kept of a tile of a sweep, as its name has it."""
    digest = _digest(sweep, number)
    with path.open("rb") as file:
        while piece := file.read(2**20):
            digest.update(piece)
    return digest.hexdigest()


def _digest(sweep: str, number: int) -> blake2b:
    return blake2b(f"{sweep} {number} ".encode(), digest_size=_SIZE)


def link_parts(paths: Iterable[tuple[int, Path]], folder: Path) -> None:
    """Put files that are whole into a folder, as parts with these numbers: linked, or copied."""
    with failing(folder):
        for number, path in paths:
            target = folder / part_name(number, PARQUET)
            try:
                os.link(path, target)
            except OSError:  # another file system, or one without links
                copyfile(path, target)


def copied(folder: Path, into: Path) -> None:
    """Put the parts of a folder that is whole into another one, likewise."""
    link_parts(((int(path.stem[5:]), path) for path in _parts(folder)), into)


def designs_of(folder: Path) -> "Iterator[Array]":
    """The designs of a folder of parts, in the order of the grid, some at a time."""
    return designs_in(_parts(folder))


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"part-*{PARQUET}"))


def designs_in(paths: Iterable[Path]) -> "Iterator[Array]":
    """The designs in these files, some at a time."""
    import numpy as np
    from pyarrow import parquet

    for path in paths:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(_ROWS):
                yield np.stack([column.to_numpy() for column in batch.columns], axis=1)
