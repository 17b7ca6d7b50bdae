"""Files that were kept of tiles, read as data: checked in size, kind and shape before their use."""

import io
from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile

from ..chosen import Part, Stay
from ..question import Question

if TYPE_CHECKING:
    from ..grid.factors import Array


def designs_of_file(path: Path, columns: Sequence[str], most: int) -> int | None:
    """How many designs a Parquet file has; None where it has others than these columns of int64.

    Or more than `most` designs.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            schema, count = file.schema_arrow, int(file.metadata.num_rows)
    except (pa.ArrowException, OSError, ValueError):
        return None
    alike = schema.names == [*columns] and all(kind == pa.int64() for kind in schema.types)
    return count if alike and count <= most else None


def part_of_file(path: Path, question: Question, start: int, size: int) -> Part | None:
    """The part of a tile with so many designs, of which the first has the place `start`.

    None where the file holds anything but arrays of int64 of the shapes that the choice asks for.
    """
    none: Any = question.choice.selection(question.columns).end()
    shapes = {name: array.shape for name, array in none._asdict().items()}
    arrays = _arrays(path, [*shapes])
    if arrays is None:
        return None
    lengths = set()
    for name, shape in shapes.items():
        found = arrays[name].shape
        if shape and not shape[0]:  # a row for each design, or value
            lengths.add(found[:1])
            found = (0, *found[1:])
        if found != shape:
            return None
    part: Part = type(none)(**arrays)
    within = not isinstance(part, Stay) or bool(
        ((part.places >= start) & (part.places < start + size)).all()
    )
    return part if len(lengths) <= 1 and within else None


def _arrays(path: Path, names: Sequence[str]) -> "dict[str, Array] | None":
    """The arrays of these names, if the file has no others, and they are plain int64."""
    found: dict[str, Array] = {}
    try:
        with ZipFile(path) as file:
            inside = file.infolist()
            plain = all(one.compress_type == ZIP_STORED for one in inside)
            if not plain or [one.filename for one in inside] != [f"{name}.npy" for name in names]:
                return None
            for name, one in zip(names, inside, strict=True):
                array = _array(file.read(one))
                if array is None:
                    return None
                found[name] = array
    except (OSError, ValueError, BadZipFile, EOFError, NotImplementedError, RuntimeError):
        return None
    return found


def _array(data: bytes) -> "Array | None":
    """One array; what its head promises is there, before room is made for it."""
    import numpy as np
    from numpy.lib import format as npy

    file = io.BytesIO(data)
    if npy.read_magic(file) != (1, 0):
        return None
    shape, _, kind = npy.read_array_header_1_0(file)
    if kind != np.int64 or prod(shape) * 8 != len(data) - file.tell():
        return None
    file.seek(0)
    array: Array = npy.read_array(file, allow_pickle=False)
    return array
