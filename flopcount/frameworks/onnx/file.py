"""An ONNX file → its model, checked: nothing in it is run, and no weights are read.

What is wrong with it is one line with the file, the node, and what helps.
"""

import math
import mmap
from typing import TYPE_CHECKING, Any

from ...errors import FlopcountError, quote_path
from ..models.files import opened
from ..models.limits import MOST_FILE, MOST_NUMBERS
from .loading.external import placed
from .loading.structure import check
from .loading.wire import Wire

if TYPE_CHECKING:
    import onnx

__all__ = ["copied", "load", "numbers"]


def load(path: str) -> "onnx.ModelProto":
    """The model in a file, without the numbers of large tensors, and with no text for people.

    What comes out can be relied on: each name is made once and before it is read, sizes are sizes
    and fit the numbers, opsets are known. Raises `FlopcountError` for a file that is none, is
    damaged, or is beyond a limit.
    """
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    where = quote_path(path)
    with opened(path, "an ONNX file") as file:
        size = file.seek(0, 2)
        if size > MOST_FILE:
            raise FlopcountError(
                f"{where} is larger than 2 GiB, which no ONNX file can be: save it with its "
                "weights in a file of their own (onnx.save, save_as_external_data=True)"
            )
        try:
            data: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError as error:
            raise FlopcountError(f"{where} cannot be read: {error.strerror or error}") from None
        try:
            with data:
                stripped = Wire(data, onnx.ModelProto.DESCRIPTOR).stripped()
            proto: onnx.ModelProto = onnx.ModelProto.FromString(stripped)
            check(proto)
            placed(proto, path)
        except DecodeError:
            raise FlopcountError(f"{where} is no ONNX file, or it is damaged") from None
        except FlopcountError as error:
            raise FlopcountError(f"{where}: {error}") from None
    return proto


def copied(model: "onnx.ModelProto", where: str) -> "onnx.ModelProto":
    """The same of a model that stands in a user's program, which is left as it is.

    Raises `FlopcountError` as `load` does; `where` is what a message calls it.
    """
    import onnx

    try:
        stripped = Wire(model.SerializeToString(), onnx.ModelProto.DESCRIPTOR).stripped()
        proto: onnx.ModelProto = onnx.ModelProto.FromString(stripped)
        check(proto)
    except FlopcountError as error:
        raise FlopcountError(f"{where}: {error}") from None
    except Exception as error:  # noqa: BLE001  protobuf's own: too large to be written
        raise FlopcountError(f"{where} cannot be read: {error}") from None
    return proto


def numbers(tensor: "onnx.TensorProto") -> tuple[Any, ...] | None:
    """The numbers of a tensor in order; None where they are many, texts, or lie in another file."""
    from onnx import numpy_helper

    elements = math.prod(tensor.dims)
    if elements > MOST_NUMBERS or tensor.data_location == tensor.EXTERNAL:
        return None
    if tensor.data_type == tensor.STRING:
        return None
    return tuple(numpy_helper.to_array(tensor).reshape(-1).tolist())
