"""The bytes of an ONNX file without what nothing is read of: weights' numbers, texts for people.

They are walked field by field, as protobuf's own encoding has them
(https://protobuf.dev/programming-guides/encoding), and every size is checked before anything is
made of it: protobuf itself would hold up to 50 bytes for one of a file.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

from ....errors import FlopcountError, plural, quote
from ...models.limits import MOST_FIELDS, MOST_KEPT, MOST_LEVELS, MOST_NAME, MOST_NODES, MOST_TEXT
from .tensors import Parts, without_numbers

Field: TypeAlias = tuple[int, int, int, int, int]  # number, kind, and where: tag, content, end
_VARINT, _FIXED64, BYTES, _FIXED32 = 0, 1, 2, 5

# What is done with a field, unless it is a message of the name that stands instead.
_DROP, _TEXT, _KEEP = "drop", "text", "keep"
_DROPPED = {
    ("ModelProto", "training_info"),
    ("ModelProto", "configuration"),
    ("GraphProto", "quantization_annotation"),
    ("NodeProto", "device_configurations"),
}
_ENTRY = "StringStringEntryProto"
_OF_LISTS = (4, 7, 8, 9)  # fields of an attribute: a text, floats, whole numbers, texts
_TRACES = b"pkg.torch.onnx.stack_trace"  # in a node's metadata: kilobytes each


class DamagedError(FlopcountError):
    """What no file has that a program has written."""


class Wire:
    """The bytes of a model, and how much was found in them; `model` is protobuf's description."""

    def __init__(self, data: Any, model: Any) -> None:
        self.data = data
        self.fields = self.kept = self.nodes = 0
        self.does = described(model)

    def stripped(self) -> bytes:
        """The model without what nothing is read of. Raises `FlopcountError`."""
        return self._message("ModelProto", 0, len(self.data), 0) or b""

    def _varint(self, at: int, end: int) -> tuple[int, int]:
        """A number of 7 bits a byte, and where it ends."""
        value = 0
        for shift in range(0, 70, 7):
            if at >= end:
                break
            byte = self.data[at]
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value, at
        raise DamagedError("it is cut off, or damaged")

    def each(self, at: int, end: int) -> Iterator[Field]:
        """The fields of a message. Raises `DamagedError` where one is none."""
        varint = self._varint
        while at < end:
            tag_at = at
            tag, at = varint(at, end)
            kind = tag & 7
            if kind == BYTES:
                length, at = varint(at, end)
                stop = at + length
            elif kind == _VARINT:
                _, stop = varint(at, end)
            elif kind in (_FIXED32, _FIXED64):
                stop = at + (4 if kind == _FIXED32 else 8)
            else:
                raise DamagedError("it is damaged")
            if stop > end or tag < 8:
                raise DamagedError("it is cut off, or damaged")
            self.fields += 1
            if self.fields > MOST_FIELDS:
                raise FlopcountError(f"its graph has more than {MOST_FIELDS:,} fields")
            yield tag >> 3, kind, tag_at, at, stop
            at = stop

    def _message(self, name: str, at: int, end: int, level: int) -> bytes | None:
        """The bytes of a message, without what is dropped; None where it is dropped itself."""
        if name == "TensorProto":
            return self._tensor(at, end)
        if self._is_dropped(name, at, end):
            return None
        if level > MOST_LEVELS:
            raise DamagedError(f"more than {MOST_LEVELS} messages stand within each other")
        does = self.does[name]
        keep, pieces = at, []  # all from `keep` on is kept as it is
        for field in self.each(at, end):
            number, kind, tag_at, start, stop = field
            action = does.get(number, _DROP)
            if action is _KEEP or (action is _TEXT and kind == BYTES):
                self._hold(name, field, action)
                continue
            new = None
            if action is not _DROP and kind == BYTES:
                new = self._part(action, field, level)
                if new is not None and len(new) == stop - start:
                    continue
            pieces.append(self.data[keep:tag_at])
            keep = stop
            if new is not None:
                pieces += [written(number << 3 | BYTES), written(len(new)), new]
        pieces.append(self.data[keep:end])
        return b"".join(pieces)

    def _part(self, name: str, field: Field, level: int) -> bytes | None:
        """A message within another; what is wrong with one of a node is said of the node."""
        _, _, tag_at, start, stop = field
        self.kept += start - tag_at
        if name != "NodeProto":
            return self._message(name, start, stop, level + 1)
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise FlopcountError(f"it has more than {MOST_NODES:,} nodes")
        try:
            return self._message(name, start, stop, level + 1)
        except FlopcountError as error:
            called = self._called(start, stop)
            if not called or "node " in str(error):
                raise
            raise type(error)(f"node {called}: {error}") from None

    def _tensor(self, at: int, end: int) -> bytes:
        """A tensor, its numbers in it where they are few."""
        parts = Parts(self.data, tuple(self.each(at, end)))
        made = without_numbers(parts)
        self.kept += len(made)
        self._limit()
        return made

    def _hold(self, name: str, field: Field, action: str) -> None:
        """Let a field stand. Raises `FlopcountError` where it is too long, or no text."""
        number, _, tag_at, start, stop = field
        if stop - start > (MOST_NAME if action is _TEXT and name != _ENTRY else MOST_TEXT):
            shown = quote(self.data[start : start + 60].decode(errors="replace"))
            size = plural(stop - start, "byte")
            raise FlopcountError(f"{name} {number} is too long: {size}, it begins {shown}")
        if action is _TEXT:
            self._decode(start, stop)
        self.kept += stop - tag_at
        self._limit()

    def _limit(self) -> None:
        if self.kept > MOST_KEPT:
            most = MOST_KEPT >> 20
            raise FlopcountError(f"its graph, without weights, is larger than {most} MB")

    def _decode(self, start: int, stop: int) -> None:
        try:
            self.data[start:stop].decode()
        except UnicodeDecodeError:
            shown = quote(self.data[start:stop])
            raise DamagedError(f"it is damaged: a text is no UTF-8, {shown}") from None

    def _called(self, start: int, stop: int) -> str:
        """What a node is called, or what its operator is."""
        names = {3: "", 4: ""}
        try:
            for number, kind, _, at, end in self.each(start, stop):
                if number in names and kind == BYTES:
                    text = self.data[at : min(end, at + MOST_NAME)]
                    names[number] = text.decode(errors="replace")
        except FlopcountError:
            pass  # the rest of it is no field, which is why it is asked
        name = names[3] or names[4]
        return quote(name) if name else ""

    def _is_dropped(self, name: str, at: int, end: int) -> bool:
        """Whether a message is one of those that nothing is read of.

        A trace of the code, an entry of metadata that is longer than is read, and an attribute
        that lists more than is read, as those of trees and tables do.
        """
        if name == _ENTRY:
            return end - at > MOST_TEXT or any(
                number == 1 and self.data[start:stop] == _TRACES
                for number, _, _, start, stop in self.each(at, end)
            )
        if name != "AttributeProto" or end - at <= MOST_TEXT:
            return False
        fields = self.each(at, end)
        return (
            sum(end - tag for number, _, tag, _, end in fields if number in _OF_LISTS) > MOST_TEXT
        )


@cache
def described(model: Any) -> Mapping[str, Mapping[int, str]]:
    """What is done with each field of a message and of those within it, by the messages' names."""
    found: dict[str, dict[int, str]] = {}
    waiting = [model]
    while waiting:
        message = waiting.pop()
        if message.name in found:
            continue
        found[message.name] = does = {}
        for field in message.fields:
            within = field.message_type
            if field.name == "doc_string" or (message.name, field.name) in _DROPPED:
                continue
            does[field.number] = _TEXT if field.type == field.TYPE_STRING else _KEEP
            if within is not None:
                does[field.number] = within.name
                waiting.append(within)
    return found


def written(value: int) -> bytes:
    r"""A number of 7 bits a byte.

    >>> written(300)
    b'\xac\x02'
    """
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
