"""What a sweep writes: files piece by piece, or a folder that is filled tile by tile."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ..errors import FlopcountError, quote
from ..notation import Given
from ..writing.files import save
from .chosen import Every
from .files import PIECES
from .pricing import Sweep
from .spread import fill
from .spread.dataset import copied, designs_of
from .sweeps import plan

if TYPE_CHECKING:
    from .grid.factors import Array

Pace: TypeAlias = Callable[[], AbstractContextManager[Callable[[int], None] | None]]

ENDINGS = {f".{form}": form for form in PIECES}


class Output:
    """The designs of a sweep in files and folders: priced once where there is a folder.

    `designs` is how many there are, once they are written; `pace` gives what is told how many have
    been looked at.
    """

    def __init__(self, sweep: Sweep, pace: Pace = nullcontext) -> None:
        self.sweep = sweep
        self.designs = 0
        self._pace = pace
        self._filled: Path | None = None

    @property
    def folders(self) -> Mapping[str, Callable[[Path], None]]:
        """The formats that fill a folder, and what fills it.

        That is where tiles are priced apart, and every design is written that the filters keep.
        """
        is_one = self.sweep.spread.is_by_tile and isinstance(self.sweep.choice, Every)
        return {"parquet": self._fill} if is_one else {}

    def stream(self, form: str) -> Iterator[bytes]:
        """A file, in pieces."""
        with self._pace() as priced:
            known = self._filled
            batches = self.sweep.batches(priced) if known is None else designs_of(known)
            yield from PIECES[form](self.sweep.columns, self._counted(batches))

    def _counted(self, batches: "Iterable[Array]") -> "Iterator[Array]":
        self.designs = 0
        for batch in batches:
            self.designs += len(batch)
            yield batch

    def _fill(self, folder: Path) -> None:
        if self._filled is None:
            self.sweep.check_fits()
            with self._pace() as priced:
                self.designs = fill(self.sweep.question, self.sweep.spread, folder, priced)
            self._filled = folder
        else:
            copied(self._filled, folder)


def check_apart(resume: Any, files: Iterable[str | os.PathLike[str]]) -> None:
    """Raise `FlopcountError` where finished tiles would be in a place that is to be written.

    What cannot be a path is said where it is opened.
    """
    try:
        place = Path(os.path.realpath(os.fsdecode(resume)))
        taken = {Path(os.path.realpath(file)) for file in files}
    except (OSError, TypeError, ValueError):
        return
    if not taken.isdisjoint([place, *place.parents]):
        raise FlopcountError(
            f"--resume {quote(os.fspath(resume))} is what is to be written, or in it; finished "
            "tiles need a folder of their own"
        )


def sweep_to(
    path: str | os.PathLike[str],
    reference: Given,
    vary: Mapping[str, str | Iterable[int]],
    **options: Any,
) -> int:
    """Write the designs of a sweep as CSV or Parquet, by the path's ending; how many they are.

    Memory does not grow with them. The arguments are those of `sweep`, but for `histogram`,
    `count` and `measured`. With `workers`, a `scheduler` or `resume`, Parquet with every design
    that the filters keep is a folder of files, which `pandas.read_parquet` reads as one. The file
    or folder is whole, or not there. Raises `FlopcountError` as `sweep` does, and for a path that
    cannot be
    written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sweep_to(f"{folder}/designs.csv", "googlenet", {"3a.r5": "8:64:8"}, modules=["3a"])
    8
    """
    check_apart(options.get("resume"), [path])
    found = plan(reference, vary, **options)
    if found.tallies:
        raise FlopcountError("sweep_to writes designs; sweep counts them, without a file")
    output = Output(found)
    save(path, ENDINGS, output.stream, output.folders, "sweep_to")
    return output.designs
