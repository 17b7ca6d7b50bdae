"""An ONNX file as a model: what is in it, its inputs."""

from collections.abc import Mapping

from ...errors import FlopcountError, quote_path
from ..models.inputs import Inputs, Tensor
from ..models.needs import needed
from .model import OnnxModel


def open_file(path: str, given: str | Mapping[str, str] | None = None) -> OnnxModel:
    """The model in a file. Raises `FlopcountError` for a file that is none, or is damaged."""
    onnx = needed("onnx", path)
    try:
        proto = onnx.load(path, load_external_data=False)
    except FileNotFoundError:
        raise FlopcountError(f"{quote_path(path)} is not there") from None
    held = {one.name for one in proto.graph.initializer}
    inputs = {
        one.name: Tensor(tuple(d.dim_value for d in one.type.tensor_type.shape.dim))
        for one in proto.graph.input
        if one.name not in held
    }
    return OnnxModel(path, Inputs((), inputs), proto=proto)
