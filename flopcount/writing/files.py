"""Files that are whole or not there: written beside, then renamed; checked before any work."""

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from ..errors import FlopcountError, one_of, quote

_UNFINISHED: set[Path] = set()  # what stands beside its place


def discard_unfinished() -> None:
    """Take away what is half written: before the program ends in the midst of it."""
    for beside in tuple(_UNFINISHED):
        with suppress(OSError):
            beside.unlink()


class Targets:
    """The files that a command will write, each opened beside its place under another name.

    Use as a context: `write` fills them, and leaving it without an error puts them all in place.
    `endings` has the format of each ending that a name may have; `asked` is the option that
    names them, for messages.
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
            if target.exists() and not target.is_file():
                raise FlopcountError(f"{said}: there is something else of this name")
            if target in self._files:
                raise FlopcountError(f"{said}: the file is named twice")
            if target.exists() and not _is_writable(target):
                raise FlopcountError(f"{said}: the file is read-only")
            self._files[target] = (_beside(target), known[path.suffix.lower()])
        except (OSError, ValueError) as error:
            if isinstance(error, FlopcountError):
                raise
            reason = getattr(error, "strerror", None) or str(error)
            raise FlopcountError(f"{said}: cannot write there: {reason}") from None

    def write(self, produce: Callable[[str], str | bytes | Iterable[bytes]]) -> None:
        """Fill each file with what `produce` makes, whole or in pieces, in its ending's format."""
        for beside, form in self._files.values():
            made = produce(form)
            if isinstance(made, str):
                made = made.encode()
            try:
                with beside.open("wb") as file:
                    file.writelines([made] if isinstance(made, bytes) else made)
            except OSError as error:
                raise FlopcountError(f"{self._asked}: cannot write: {error.strerror}") from None

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
            for target, (beside, _form) in self._files.items():
                beside.chmod(target.stat().st_mode if target.exists() else 0o666 & ~mask)
                beside.replace(target)
                _UNFINISHED.discard(beside)
        except OSError as error:
            self._discard()
            raise FlopcountError(f"{self._asked}: cannot write: {error.strerror}") from None

    def _discard(self) -> None:
        for beside, _ in self._files.values():
            with suppress(OSError):
                beside.unlink()
        _UNFINISHED.difference_update(beside for beside, _ in self._files.values())


def save(
    path: str | os.PathLike[str],
    endings: Mapping[str, str],
    produce: Callable[[str], str | bytes | Iterable[bytes]],
) -> None:
    """Write one file, whole or not at all, in the format that its ending has in `endings`.

    Raises `FlopcountError` for what is no path, and as `Targets` does.
    """
    if not isinstance(path, str | os.PathLike):
        raise FlopcountError(f"save takes the path of a file, not {quote(path)}")
    with Targets([os.fsdecode(path)], endings, "save") as targets:
        targets.write(produce)


def _is_writable(path: Path) -> bool:
    """Whether its owner wants it to be written, and this user may; root may always."""
    return bool(path.stat().st_mode & 0o222) and os.access(path, os.W_OK)


def _beside(target: Path) -> Path:
    """Make an empty file beside another one; it is known before it is there."""
    beside = target.with_name(f".flopcount-{os.urandom(8).hex()}")
    _UNFINISHED.add(beside)
    try:
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError:
        _UNFINISHED.discard(beside)
        raise
    return beside
