"""A PyTorch network that can be read at whatever sizes: its module, and what it is called with."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar

from ...core import Network
from ...records import dataclass
from ..models.inputs import Inputs
from ..models.model import Model, Source

if TYPE_CHECKING:
    import torch

    from ...calls import Call


@dataclass(kw_only=True)
class TorchModel(Model):
    """A module with its inputs; `again` builds it anew, with numbers in it."""

    module: "torch.nn.Module"
    again: "Callable[[], torch.nn.Module] | None" = None
    reader: ClassVar[str] = "torch"
    framework: ClassVar[str] = "PyTorch"

    def read_at(self, inputs: Inputs) -> Network:  # noqa: D102
        from .graph.reader import read

        return read(self.module, inputs, self.again)

    def calls(self, sizes: Mapping[str, int]) -> "tuple[Call, ...] | None":  # noqa: D102
        from .called import calls_of, is_seen

        if not is_seen(self.module):
            return None
        return calls_of(self.module, self.with_sizes(sizes), self.again)

    def open(  # noqa: D102
        self, inputs: Inputs, hints: Mapping[str, int], steps: Mapping[str, int]
    ) -> Source:
        from .graph.symbolic import run_open

        return run_open(self.module, inputs, hints, steps)
