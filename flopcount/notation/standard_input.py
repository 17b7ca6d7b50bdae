"""The table on standard input, which is named ``-``: read once, however often it is named."""

import sys
from typing import Any
from weakref import WeakKeyDictionary

from ..errors import FlopcountError

TYPED = "-"
NAME = "stdin"
PLACE = "standard input"

_READ: WeakKeyDictionary[Any, bytes] = WeakKeyDictionary()  # what each stream gave


def standard_input(most: int) -> bytes:
    """What stands there, `most` bytes of it. Raises `FlopcountError` where nothing can be read."""
    stream = sys.stdin
    if stream is None:
        raise FlopcountError(f"cannot read {PLACE}: it is closed")
    if stream not in _READ:
        try:
            given = getattr(stream, "buffer", stream).read(most)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise FlopcountError(f"cannot read {PLACE}: {reason}") from None
        _READ[stream] = given.encode() if isinstance(given, str) else given
    if not _READ[stream].strip():
        raise FlopcountError(f"{PLACE} is empty; '-' reads a table (TOML) there")
    return _READ[stream]
