"""A zip of somebody else's, and JSON: read in parts, each with a limit; nothing is unpacked."""

import json
import os
import re
import stat
import struct
import zipfile
import zlib
from types import TracebackType
from typing import Any, NoReturn, Self

from ...errors import FlopcountError, plural, quote, quote_path
from .files import opened
from .limits import MEGABYTE, MOST_JSON, MOST_LEVELS, MOST_MEMBERS

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_END, _END_BYTES = b"PK\x05\x06", 22  # where a zip says what is in it, and how long that is
_MOST_LISTED = 32 * MEGABYTE  # of the list of what is in a zip
_ENCRYPTED = 1
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others take much memory, or are not there
_BLOCK = MEGABYTE
_MANY_DIGITS = re.compile(rb"\d{300}")
_MOST = 1e300  # a number in JSON: above are infinity, and whole numbers of hundreds of digits


class Archive:
    """A zip file, open; `what` it should be (``a .keras file``) is said of what it is not."""

    def __init__(self, path: str, what: str) -> None:
        """Raises `FlopcountError` for a file that is no zip, or has too much in it."""
        self.where = quote_path(path)
        self._file = opened(path, what, _ZIP)
        try:
            self._check_list()
            self._zip = zipfile.ZipFile(self._file)
            self._names = [info.filename for info in self._zip.infolist()]
        except FlopcountError:
            self._file.close()
            raise
        except (
            zipfile.BadZipFile,
            ValueError,
            NotImplementedError,
            EOFError,
            OSError,
            struct.error,
        ):
            self._file.close()
            raise self._damaged() from None

    def __enter__(self) -> Self:
        """The archive itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._zip.close()
        self._file.close()

    @property
    def names(self) -> list[str]:
        """What is in it, by name."""
        return self._names

    def read(self, name: str, most: int) -> bytes:
        """One file in it, of `most` bytes. Raises `FlopcountError` for one that is not to be read.

        That is one that is missing, there twice, a link, encrypted, damaged, or longer, whatever
        its header says.
        """
        there = self._names.count(name)
        if there != 1:
            said = f"holds {name} {plural(there, 'time')}" if there else f"holds no {name}"
            raise FlopcountError(f"{self.where} {said}: it is damaged, or something else")
        info = self._zip.getinfo(name)
        if info.flag_bits & _ENCRYPTED:
            raise FlopcountError(
                f"{self.where}: its {name} is encrypted: save it without a password"
            )
        if stat.S_ISLNK(info.external_attr >> 16):
            raise FlopcountError(f"{self.where}: its {name} is a link, which is not followed")
        if info.compress_type not in _PACKINGS:
            raise FlopcountError(f"{self.where}: its {name} is packed in a way that is not read")
        if info.file_size > most:
            raise self._too_long(name, most)
        try:
            found = self._inflated(info, most)
        except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, NotImplementedError):
            raise self._damaged() from None
        if len(found) > most:
            raise self._too_long(name, most)
        return found

    def _inflated(self, info: zipfile.ZipInfo, most: int) -> bytes:
        parts, size = [], 0
        with self._zip.open(info) as member:
            while size <= most and (part := member.read(_BLOCK)):
                parts.append(part)
                size += len(part)
        return b"".join(parts)

    def _too_long(self, name: str, most: int) -> FlopcountError:
        return FlopcountError(f"{self.where}: its {name} is longer than {most >> 20} MB")

    def _damaged(self) -> FlopcountError:
        return FlopcountError(f"{self.where} is cut off, or damaged: copy, or save, it again")

    def _check_list(self) -> None:
        """Look at how long the list of what is in it is, before it is read into memory."""
        size = self._file.seek(0, os.SEEK_END)
        begin = max(size - _END_BYTES - 65535, 0)
        self._file.seek(begin)
        tail = self._file.read()
        self._file.seek(0)
        at = tail.rfind(_END)
        if at < 0 or len(tail) - at < _END_BYTES:
            raise self._damaged()
        count, length = struct.unpack("<10xHL", tail[at : at + 16])
        if count == 0xFFFF or length == 0xFFFFFFFF:  # in the form of large zips, before it
            large = tail.rfind(b"PK\x06\x06", 0, at)
            if large < 0 or len(tail) - large < 56:
                raise self._damaged()
            count, length = struct.unpack("<32xQQ", tail[large : large + 48])
        if count > MOST_MEMBERS or length > _MOST_LISTED:
            raise FlopcountError(f"{self.where} holds more than {MOST_MEMBERS:,} files")


def parsed_json(data: bytes, where: str) -> Any:
    """What JSON says, each number one and each text printable.

    `where` names it in a message. Raises `FlopcountError` for what is none, is longer than
    `MOST_JSON`, has NaN or a number of thousands of digits in it, or stands too deep.

    >>> parsed_json(b'{"units": 10}', "config.json")
    {'units': 10}
    """
    if len(data) > MOST_JSON:
        raise FlopcountError(f"{where} is longer than {MOST_JSON >> 20} MB")
    try:
        whole = _whole if _MANY_DIGITS.search(data) else None
        found = json.loads(
            data.decode(), parse_constant=_no_number, parse_int=whole, parse_float=_real
        )
    except UnicodeDecodeError:
        raise FlopcountError(f"{where} is damaged: it is no UTF-8") from None
    except RecursionError:
        raise FlopcountError(f"{where} is no config: it stands too deep within itself") from None
    except ValueError as error:
        raise FlopcountError(f"{where} is damaged, or no JSON: {error}") from None
    _check_levels(found, where)
    if b"\\u" in data:
        _check_texts(found, where)
    return found


def _whole(text: str) -> int:
    _real(text)
    return int(text)


def _real(text: str) -> float:
    value = float(text)
    if abs(value) > _MOST:
        raise FlopcountError("a number in it is too large")
    return value


def _no_number(text: str) -> NoReturn:
    raise FlopcountError(f"{text} is no number")


def _check_levels(value: Any, where: str) -> None:
    """Raise `FlopcountError` for what stands too deep."""
    level = [value] if type(value) in (dict, list) else []
    for _ in range(MOST_LEVELS + 1):
        inside = [one.values() if type(one) is dict else one for one in level]
        level = [one for values in inside for one in values if type(one) in (dict, list)]
        if not level:
            return
    raise FlopcountError(f"{where}: more than {MOST_LEVELS} levels stand within each other")


def _check_texts(value: Any, where: str) -> None:
    """Raise `FlopcountError` for half a letter."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if type(one) is dict:
            waiting += [*one, *one.values()]
        elif type(one) is list:
            waiting += one
        elif type(one) is str and not _is_text(one):
            raise FlopcountError(f"{where} is damaged: {quote(one)} is no text")


def _is_text(value: str) -> bool:
    """Whether each letter is whole: JSON can say half of one."""
    return not any("\ud800" <= sign <= "\udfff" for sign in value)
