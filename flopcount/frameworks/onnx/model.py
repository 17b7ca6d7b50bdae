"""An ONNX model that can be read at whatever sizes."""

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from ...core import Network
from ...errors import FlopcountError, shorten
from ...records import dataclass
from ...sizes import Shape, Size
from ...sizes.condition import Condition
from ..models.inputs import Inputs
from ..models.model import Model, Source
from .inputs import Taken, asked

if TYPE_CHECKING:
    import onnx

FORM = "as in --input NAME=1x3x224x224"


@dataclass(kw_only=True)
class OnnxModel(Model):
    """What a file says, without the numbers of its weights; `taken`: of its inputs."""

    proto: "onnx.ModelProto"
    taken: Taken
    reader: ClassVar[str] = "onnx"
    framework: ClassVar[str] = "ONNX"

    def read(self, sizes: Mapping[str, int] | None = None) -> Network:
        """The network, with these sizes for some of the names.

        Raises `FlopcountError` for a model that cannot be read, and where a size is left free.
        """
        self.check_given(sizes or {})
        return super().read(sizes)

    def check_given(self, names: Collection[str]) -> None:  # noqa: D102
        free = {
            name
            for name, places in self.symbols.items()
            if any(place in self.taken.free for place in places)
        }
        if free - set(names):
            raise asked(self.name, self.taken)

    def read_at(self, inputs: Inputs) -> Network:  # noqa: D102
        from .reader import read

        shapes = {name: tensor.shape for name, tensor in inputs.tensors().items()}
        try:
            return read(self.proto, shapes, as_filed=self.as_filed(shapes))
        except FlopcountError as error:
            raise FlopcountError(f"{shorten(self.name)}: {error}{self.said(shapes)}") from None

    def open(  # noqa: D102
        self, inputs: Inputs, hints: Mapping[str, int], steps: Mapping[str, int]
    ) -> Source:
        shapes = {name: tensor.shape for name, tensor in inputs.tensors().items()}
        return Opened(self, shapes, dict(hints), dict(steps))

    def _changed(self, shapes: Mapping[str, Shape]) -> list[str]:
        """The inputs that have other sizes here than those that the file fixes."""
        changed = []
        for one in self.proto.graph.input:
            dims = one.type.tensor_type.shape.dim
            pairs = zip(dims, shapes.get(one.name, ()), strict=False)
            if any(dim.dim_value > 0 and dim.dim_value != size for dim, size in pairs):
                changed.append(one.name)
        return changed

    def as_filed(self, shapes: Mapping[str, Shape]) -> bool:
        """Whether inputs have the sizes that the file fixes."""
        return not self._changed(shapes)

    def said(self, shapes: Mapping[str, Shape]) -> str:
        """What a message adds where sizes are others than the file's, or nobody gave them."""
        if changed := self._changed(shapes):
            fixed = {one.name: one.type.tensor_type.shape.dim for one in self.proto.graph.input}
            name = changed[0]
            filed = "x".join(str(dim.dim_value or dim.dim_param or "?") for dim in fixed[name])
            return f"; the file fixes {name} at {filed}, and it fits no other"
        if not self.taken.free:
            return ""
        name = next(iter(self.taken.free))[0]
        form = "as in fc.inputs(NAME=(1, 3, 224, 224))" if self.taken.in_python else FORM
        return f"; {name}, whose size the file leaves free, is taken for one: give it, {form}"


class Opened(NamedTuple):
    """A model some of whose sizes have names: read anew in each size that is asked for."""

    model: OnnxModel
    shapes: Mapping[str, Shape]
    hints: Mapping[str, int]
    steps: Mapping[str, int]

    @property
    def fixed(self) -> Mapping[str, int]:
        """None: what does not fit an open size is refused."""
        return {}

    @property
    def notes(self) -> tuple[str, ...]:
        """None beside those of the network."""
        return ()

    def network(self, values: Mapping[str, Size]) -> Network:
        """The network in these sizes."""
        from .reader import read

        shapes = {
            name: tuple(values[n] if isinstance(n, str) else n for n in shape)
            for name, shape in self.shapes.items()
        }
        model = self.model
        try:
            return read(model.proto, shapes, self.hints, as_filed=model.as_filed(shapes))
        except FlopcountError as error:
            raise FlopcountError(f"{error}{model.said(shapes)}") from None

    def misfits(self, values: Mapping[str, Size]) -> Iterator[Condition]:
        """That a size is a multiple of its step."""
        for name, step in self.steps.items():
            if step > 1:
                yield Condition(values[name] % step, "≠")
