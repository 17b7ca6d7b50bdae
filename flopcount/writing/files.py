"""Files that are whole or not there: written beside, then renamed; checked before any work."""

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

from ..errors import FlopcountError, one_of, quote
from .beside import holds_parts, make_file, make_folder, put, remove


class Targets:
    """The files that a command will write, each opened beside its place under another name.

    Use as a context: `write` fills them, and leaving it without an error puts them all in place.
    `endings` has the format of each ending that a name may have; `asked` is the option that
    names them, for messages.
    A format may fill a folder of parts instead of a file; such a folder that is there may be
    replaced as a file may be.
    Raises `FlopcountError` for an ending that nothing writes, a folder that is missing or not
    writable, a file that is read-only, or one named twice.
    """

    def __init__(self, names: Iterable[str], endings: Mapping[str, str], asked: str = "-o") -> None:
        self._asked = asked
        # where it goes → where it is written, and in which format
        self._files: dict[Path, tuple[Path, str]] = {}
        try:
            for name in names:
                self._open(name, endings)
        except BaseException:
            self._discard()
            raise

    def _open(self, name: str, known: Mapping[str, str]) -> None:
        path, said = Path(name), f"{self._asked} {quote(name)}"
        if path.suffix.lower() not in known:
            raise FlopcountError(
                f"{said}: {one_of(path.suffix, known, 'ending')}"
                if path.suffix
                else f"{said}: the name has no ending (known: {', '.join(known)})"
            )
        try:
            target = Path(os.path.realpath(path))
            if target.exists() and not (target.is_file() or holds_parts(target)):
                raise FlopcountError(f"{said}: there is something else of this name")
            if target in self._files:
                raise FlopcountError(f"{said}: the file is named twice")
            if target.exists() and not _is_writable(target):
                raise FlopcountError(f"{said}: the file is read-only")
            self._files[target] = (make_file(target), known[path.suffix.lower()])
        except (OSError, ValueError) as error:
            if isinstance(error, FlopcountError):
                raise
            reason = getattr(error, "strerror", None) or str(error)
            raise FlopcountError(f"{said}: cannot write there: {reason}") from None

    def write(
        self,
        produce: Callable[[str], str | bytes | Iterable[bytes]],
        folders: Mapping[str, Callable[[Path], None]] | None = None,
    ) -> None:
        """Fill each file with what `produce` makes, whole or in pieces, in its ending's format.

        Of a format among `folders`, a folder is filled by that instead, before any file.
        """
        fill = folders or {}
        for target, (beside, form) in tuple(self._files.items()):
            if form in fill:
                with self._said():
                    self._files[target] = make_folder(target), form
                    remove(beside)
                fill[form](self._files[target][0])
        for beside, form in self._files.values():
            if form not in fill:
                made = produce(form)  # closed at once where it cannot be written to its end
                with self._said(), beside.open("wb") as file, closing(_pieces(made)) as pieces:
                    file.writelines(pieces)

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = error.strerror or error
            raise FlopcountError(f"{self._asked}: cannot write: {why}") from None

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Put the files in their places, or take them away where something went wrong."""
        if kind is not None:
            self._discard()
            return
        mask = os.umask(0)
        os.umask(mask)
        try:
            with self._said():
                for target, (beside, _form) in self._files.items():
                    if beside.is_file():
                        known = target.is_file()
                        beside.chmod(target.stat().st_mode if known else 0o666 & ~mask)
                    put(beside, target)
        except FlopcountError:
            self._discard()
            raise

    def _discard(self) -> None:
        for beside, _ in self._files.values():
            remove(beside)


def _pieces(made: str | bytes | Iterable[bytes]) -> Generator[bytes, None, None]:
    if isinstance(made, str):
        made = made.encode()
    yield from [made] if isinstance(made, bytes) else made


def save(
    path: str | os.PathLike[str],
    endings: Mapping[str, str],
    produce: Callable[[str], str | bytes | Iterable[bytes]],
    folders: Mapping[str, Callable[[Path], None]] | None = None,
    asked: str = "save",
) -> None:
    """Write one file, whole or not at all, in the format that its ending has in `endings`.

    Of a format among `folders`, a folder. Raises `FlopcountError` for what is no path, and as
    `Targets` does.
    """
    if not isinstance(path, str | os.PathLike):
        raise FlopcountError(f"{asked} takes the path of a file, not {quote(path)}")
    with Targets([os.fsdecode(path)], endings, asked) as targets:
        targets.write(produce, folders)


def _is_writable(path: Path) -> bool:
    """Whether its owner wants it to be written, and this user may; root may always."""
    return bool(path.stat().st_mode & 0o222) and os.access(path, os.W_OK)
