"""An ONNX model that can be read at whatever sizes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ...core import Network
from ...errors import FlopcountError
from ..models.inputs import Inputs
from ..models.model import Model, Source

if TYPE_CHECKING:
    import onnx


@dataclass(kw_only=True)
class OnnxModel(Model):
    """What a file says, without the numbers of its weights."""

    proto: "onnx.ModelProto"
    reader: ClassVar[str] = "onnx"
    framework: ClassVar[str] = "ONNX"

    def read_at(self, inputs: Inputs) -> Network:  # noqa: D102
        from .reader import read

        return read(self.proto, {name: t.shape for name, t in inputs.tensors().items()})

    def open(  # noqa: D102
        self, inputs: Inputs, hints: Mapping[str, int], steps: Mapping[str, int]
    ) -> Source:
        raise FlopcountError("sizes of an ONNX model are not open yet")
