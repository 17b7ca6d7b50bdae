"""A file of somebody else's, before anything is made of it: is it there, and what its name says."""

import os
import stat
from typing import BinaryIO

from ...errors import FlopcountError, quote_path

# What a file begins with that is something else, by what it begins with.
_BEGINNINGS = {
    b"PK\x03\x04": "a zip, as .keras, .pt, .pt2 and .npz files are",
    b"PK\x05\x06": "a zip with nothing in it",
    b"\x80\x02": "a pickle, as of torch.save, which runs code when it is loaded",
    b"\x80\x03": "a pickle, which runs code when it is loaded",
    b"\x80\x04": "a pickle, which runs code when it is loaded",
    b"\x80\x05": "a pickle, which runs code when it is loaded",
    b"\x89HDF\r\n\x1a\n": "HDF5, as .h5 files are",
    b"\x1f\x8b": "compressed by gzip: unpack it first",
    b"BZh": "compressed by bzip2: unpack it first",
    b"\xfd7zXZ": "compressed by xz: unpack it first",
    b"\x28\xb5\x2f\xfd": "compressed by zstd: unpack it first",
    b"Rar!": "a RAR archive: unpack it first",
    b"7z\xbc\xaf": "a 7z archive: unpack it first",
    b"\x93NUMPY": "an array of NumPy's",
    b"GGUF": "GGUF, which holds weights and no graph",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"%PDF": "a PDF",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"version https://git-lfs": "a pointer of git-lfs, not the file itself: git lfs pull",
}
_LATER = {b"TFL3": "a TensorFlow Lite model", b"ORTM": "a model in the format of ONNX Runtime"}
_TEXTS = {
    b"<": "HTML or XML: was a page downloaded instead of the file?",
    b"{": "JSON",
    b"[": "JSON",
}
_HEAD = 512


def opened(path: str, what: str, begins: tuple[bytes, ...] = ()) -> BinaryIO:
    """A file, open to be read, that may be `what` (``an ONNX file``): one of `begins` begins it.

    Raises `FlopcountError` for what is not there, is no file, is empty, may not be read, or is
    something else, with what it is where that can be seen.
    """
    where = quote_path(path)
    file = regular(path, where)
    head = file.read(_HEAD)
    file.seek(0)
    if begins and head.startswith(begins):
        return file
    said = f"{where} is not {what}: it is {seen}" if (seen := other(head)) else ""
    if begins and not said:
        said = f"{where} is not {what}, or it is damaged"
    if not head:
        said = f"{where} is empty"
    if said:
        file.close()
        raise FlopcountError(said)
    return file


def regular(path: str, where: str) -> BinaryIO:
    """A file, open to be read. Raises `FlopcountError` where it is not there, or is none."""
    try:
        kind = os.stat(path)  # noqa: PTH116  a path of any kind
        if stat.S_ISDIR(kind.st_mode):
            raise FlopcountError(f"{where} is a folder: name the file in it")
        if not stat.S_ISREG(kind.st_mode):
            raise FlopcountError(f"{where} is no file: a device, a pipe or a socket")
        file = open(path, "rb", opener=_at_once)  # noqa: SIM115  who asks closes it
    except FlopcountError:
        raise
    except FileNotFoundError:
        raise FlopcountError(f"{where} is not there") from None
    except OSError as error:
        raise FlopcountError(f"{where} cannot be read: {error.strerror or error}") from None
    except ValueError:  # a path with a zero in it
        raise FlopcountError(f"{where} is no path") from None
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):  # it is another by now
        file.close()
        raise FlopcountError(f"{where} is no file: a device, a pipe or a socket")
    return file


def _at_once(path: str, flags: int) -> int:
    """Open without waiting for who writes into a pipe, if it is one by now."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def other(head: bytes) -> str:
    r"""What a file is whose beginning says so; "" where it does not.

    >>> other(b"<!DOCTYPE html>"), other(b"ir_version: 8"), other(b"\x08\x08\x12")
    ('HTML or XML: was a page downloaded instead of the file?', 'a text', '')
    """
    for beginning, what in _BEGINNINGS.items():
        if head.startswith(beginning):
            return what
    if head[4:8] in _LATER:
        return _LATER[head[4:8]]
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # but for a letter that is cut through
            return ""
        text = head[: error.start].decode()
    if any(not (sign.isprintable() or sign.isspace()) for sign in text):
        return ""
    return _TEXTS.get(text.strip()[:1].encode(), "a text")
