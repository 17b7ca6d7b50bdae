"""A tensor of an ONNX file: its shape and type, its numbers where they are few, where they lie."""

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from ....errors import FlopcountError, plural, quote
from ...models.limits import (
    MEGABYTE,
    MOST_AXES,
    MOST_ELEMENTS,
    MOST_NAME,
    MOST_NUMBERS,
    MOST_SIZE,
    MOST_TEXT,
)

# Bits of an element, by the number of its type (onnx.proto, TensorProto.DataType).
BITS = {
    **dict.fromkeys((2, 3, 9, 17, 18, 19, 20, 24), 8),
    **dict.fromkeys((4, 5, 10, 16), 16),
    **dict.fromkeys((1, 6, 12), 32),
    **dict.fromkeys((7, 11, 13, 14), 64),
    15: 128,
    21: 4,
    22: 4,
    23: 4,
    25: 2,
    26: 2,
}
_STRING = 8
_FLOATS, _WHOLE, _TEXTS, _LONG, _RAW, _DOUBLES, _UNSIGNED = 4, 5, 6, 7, 9, 10, 11  # fields
# In which field the numbers of a type lie where they are not raw.
_FIELDS = {1: _FLOATS, 14: _FLOATS, 8: _TEXTS, 7: _LONG, 11: _DOUBLES, 15: _DOUBLES}
_FIELDS |= {12: _UNSIGNED, 13: _UNSIGNED}
_WIDTHS = {_FLOATS: 4, _DOUBLES: 8}
_HIGH = bytes(range(128, 256))
_EXTERNAL = 1  # TensorProto.DataLocation
_NAME = 8
_KEPT = (1, 2, _NAME, 13, 14)  # dims, type, name, where its numbers lie
_FOR_PEOPLE = (12, 16)  # what it is, metadata


class Parts(NamedTuple):
    """The fields of a tensor in the bytes of a file: number, kind, where its tag and it lie."""

    data: Any
    fields: tuple[tuple[int, int, int, int, int], ...]

    def numbers(self, wanted: int) -> Iterator[int]:
        """The whole numbers of a field, one by one or packed."""
        for number, kind, _, start, stop in self.fields:
            if number == wanted and kind in (0, 2):
                value = shift = 0
                for byte in self.data[start:stop]:
                    value |= (byte & 127) << shift
                    shift += 7
                    if byte < 128:
                        yield value - (1 << 64) if value >> 63 else value
                        value = shift = 0

    def last(self, wanted: int, default: int = 0) -> int:
        """The number of a field that stands once."""
        return [default, *islice(self.numbers(wanted), MOST_AXES)][-1]

    def count(self, wanted: int) -> int:
        """How many elements a field has."""
        found = 0
        for number, kind, _, start, stop in self.fields:
            if number != wanted:
                continue
            if kind == 2 and wanted in _WIDTHS:
                found += (stop - start) // _WIDTHS[wanted]
            elif kind == 2 and wanted not in (_TEXTS, _RAW):
                for at in range(start, stop, MEGABYTE):
                    chunk = self.data[at : min(at + MEGABYTE, stop)]
                    found += len(chunk.translate(None, _HIGH))
            else:
                found += 1
        return found

    @property
    def name(self) -> str:
        """Its name, as a message has it."""
        for number, kind, _, start, stop in self.fields:
            if number == _NAME and kind == 2:
                return quote(
                    self.data[start : min(stop, start + MOST_NAME)].decode(errors="replace")
                )
        return "a tensor"


def without_numbers(parts: Parts) -> bytes:
    """The bytes of a tensor, without its numbers where they are many.

    Raises `FlopcountError` for sizes that are none, and numbers that do not fill them.
    """
    try:
        few = _few(parts)
    except FlopcountError as error:
        raise FlopcountError(f"tensor {parts.name}: {error}") from None
    pieces = []
    for number, _, tag, start, stop in parts.fields:
        if number in _KEPT and stop - start > (MOST_NAME if number == _NAME else MOST_TEXT):
            raise FlopcountError(f"tensor {parts.name} has a name that is too long")
        if number == _NAME:
            _decode(parts, start, stop)
        if number in _KEPT or (few and number not in _FOR_PEOPLE):
            pieces.append(parts.data[tag:stop])
    return b"".join(pieces)


def _decode(parts: Parts, start: int, stop: int) -> None:
    try:
        parts.data[start:stop].decode()
    except UnicodeDecodeError:
        raise FlopcountError(f"tensor {parts.name} has a name that is no UTF-8") from None


def _few(parts: Parts) -> bool:
    """Whether its numbers are few enough to be read, once its sizes and its bytes fit."""
    dims = list(islice(parts.numbers(1), MOST_AXES + 1))
    kind = parts.last(2)
    elements = counted(dims)
    if kind not in BITS and kind != _STRING:
        raise FlopcountError(f"of type {kind}, which is none that is known (pip install -U onnx)")
    if parts.last(14) != _EXTERNAL:
        _compare(parts, kind, elements)
    held = sum(stop - start for number, _, _, start, stop in parts.fields if number not in _KEPT)
    return elements <= MOST_NUMBERS and held <= 4 * MOST_TEXT


def counted(dims: list[int]) -> int:
    """How many elements there are in a shape. Raises `FlopcountError` where it is none."""
    if len(dims) > MOST_AXES:
        raise FlopcountError(f"it has more than {MOST_AXES} axes")
    for size in dims:
        if not 0 <= size <= MOST_SIZE:
            raise FlopcountError(f"{size} is no size of an axis, from 0 to 2^40")
    elements = math.prod(dims)
    if elements > MOST_ELEMENTS:
        raise FlopcountError("it has more than 2^62 elements")
    return elements


def _compare(parts: Parts, kind: int, elements: int) -> None:
    """Raise `FlopcountError` where there are more or fewer numbers than its shape says."""
    raws = [stop - start for number, wire, _, start, stop in parts.fields if number == _RAW]
    typed = _FIELDS.get(kind, _WHOLE)
    per = {14: 2, 15: 2}.get(kind, 1)
    if raws and kind != _STRING:
        there, expected, unit = raws[-1], -(-elements * BITS[kind] // 8), "byte"
    else:
        there, expected, unit = parts.count(typed), elements * per, "number"
        if there and kind != _STRING and BITS[kind] < 8:
            expected = -(-elements * BITS[kind] // 8)
    if there != expected:
        raise FlopcountError(
            f"its shape has {plural(expected, unit)}, and the file has {there:,}: it is damaged"
        )
