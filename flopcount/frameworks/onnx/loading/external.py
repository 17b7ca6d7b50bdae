"""The numbers of tensors that lie in files beside an ONNX file: are they there, and inside.

They are not read, but for a few whole numbers, which may be a shape.
"""

import math
import os
import stat
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING

from ....errors import FlopcountError, quote, quote_path
from ...models.files import regular
from ...models.limits import MOST_NUMBERS
from .nested import every_node, graphs
from .tensors import BITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import onnx

_WHOLE = (6, 7)  # int32, int64: what sizes are of
_FLOATS, _FEW = (1, 10, 11), 64  # and how many floats are a factor, a bound, scales


def placed(proto: "onnx.ModelProto", path: str) -> None:
    """Look for the file of each tensor whose numbers lie in one, and take small whole ones in.

    Raises `FlopcountError` for a file that is missing, too small, or not in the model's folder.
    """
    folder = os.path.realpath(os.path.dirname(path) or ".")  # noqa: PTH120
    sizes: dict[str, int] = {}
    for tensor in _tensors(proto):
        if tensor.data_location != tensor.EXTERNAL:
            continue
        try:
            _place(tensor, folder, sizes)
        except FlopcountError as error:
            raise FlopcountError(f"tensor {quote(tensor.name)}: {error}") from None


def _tensors(proto: "onnx.ModelProto") -> "Iterator[onnx.TensorProto]":
    for graph in graphs(proto):
        yield from graph.initializer
        for sparse in graph.sparse_initializer:
            yield from (sparse.values, sparse.indices)
    for node in every_node(proto):
        for attribute in node.attribute:
            yield from (attribute.t, *attribute.tensors)
            for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
                yield from (sparse.values, sparse.indices)


def _place(tensor: "onnx.TensorProto", folder: str, sizes: dict[str, int]) -> None:
    said = {entry.key: entry.value for entry in tensor.external_data}
    location = said.get("location", "")
    where = quote_path(location)
    if not location:
        raise FlopcountError("its numbers lie in another file, and it does not say in which")
    away = os.path.isabs(location) or PureWindowsPath(location).anchor  # noqa: PTH117
    if "\0" in location or away:
        raise FlopcountError(f"its numbers lie in {where}: expected a file in the model's folder")
    if location not in sizes:
        sizes[location] = _size(location, where, folder)
    begin, length = _number(said, "offset", 0), _number(said, "length", -1)
    expected = -(-math.prod(tensor.dims) * BITS.get(tensor.data_type, 0) // 8)
    if length not in (-1, expected):
        raise FlopcountError(
            f"its shape takes {expected:,} bytes, and it has {length:,} in {where}"
        )
    if begin + expected > sizes[location]:
        raise FlopcountError(
            f"its numbers lie in {where}, which is too short: it is cut off, or of another model"
        )
    many, kind = math.prod(tensor.dims), tensor.data_type
    if (kind in _WHOLE and many <= MOST_NUMBERS) or (kind in _FLOATS and many <= _FEW):
        with regular(os.path.join(folder, location), where) as file:  # noqa: PTH118
            file.seek(begin)
            tensor.raw_data = file.read(expected)
        if len(tensor.raw_data) < expected:
            raise FlopcountError(f"its numbers lie in {where}, which has changed meanwhile")
        tensor.data_location = tensor.DEFAULT


def _size(location: str, where: str, folder: str) -> int:
    """How large a file beside the model is."""
    path = os.path.join(folder, location)  # noqa: PTH118
    real = os.path.realpath(path)
    if os.path.commonpath([folder, real]) != folder or os.path.islink(path):  # noqa: PTH114
        raise FlopcountError(
            f"its numbers lie in {where}, outside the model's folder: put a copy into it"
        )
    try:
        found = os.stat(real)  # noqa: PTH116
    except OSError:
        raise FlopcountError(
            f"its numbers lie in {where}, which is missing: put that file beside the model"
        ) from None
    if not stat.S_ISREG(found.st_mode):
        raise FlopcountError(f"its numbers lie in {where}, which is no file")
    return found.st_size


def _number(said: dict[str, str], key: str, default: int) -> int:
    text = said.get(key, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise FlopcountError(f"where its numbers lie is wrong: {key} {quote(text)}")
    return int(text)
