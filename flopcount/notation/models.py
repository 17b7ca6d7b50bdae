"""A reference to a model of another framework, ``torchvision:resnet50``, as a draft.

It is read anew for each size that is asked for, and once more where sizes are open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..core import Network
from ..errors import FlopcountError, one_of, quote
from ..garbage import Uncollected
from ..sizes import Size, as_size
from .networks import Options
from .rewriting import Rewrite
from .variables import Of, Variable

if TYPE_CHECKING:
    from ..frameworks.torch.model import Model

PREFIXES = ("torchvision", "timm", "torch", "hf")  # behind which a model's name stands
FILES = (".pt2",)


def is_model(head: str) -> bool:
    """Whether a user's text names a model of another framework.

    >>> is_model("torchvision:resnet50"), is_model("googlenet"), is_model("nets/model.pt2")
    (True, False, True)
    """
    return head.partition(":")[0] in PREFIXES and ":" in head or head.casefold().endswith(FILES)


@dataclass(frozen=True, slots=True)
class ModelDraft:
    """A model before its sizes are known: what can be read again, its rewrites."""

    name: str
    reference: str
    model: "Model"
    rewrites: tuple[Rewrite, ...] = ()
    options: Options = Options()

    @property
    def length(self) -> int:
        """How long the text is that it was read from."""
        return len(self.reference)

    @property
    def sides(self) -> tuple[Variable, ...]:
        """The sides of its input's grid that may vary: H and W of an image."""
        return tuple(one for one in self.variables() if one.name in "DHW")

    def variables(self) -> list[Variable]:
        """What can vary in it: the axes of its inputs that have a name."""
        return [Variable(name, Of.INPUT) for name in self.model.symbols]

    def start(self, variable: Variable) -> Size:
        """What a variable is before it varies."""
        return self.model.sizes[variable.name]

    def unknowns(self) -> list[Variable]:
        """None: each has a size."""
        return []

    def build(self, values: Mapping[Variable, Size] | None = None) -> Network:
        """Read it, with `values` for some of its `variables`.

        Raises `FlopcountError` for a variable that it does not have, and where it cannot be read.
        """
        sizes = {key.name: as_size(value, key.name) for key, value in (values or {}).items()}
        for name in sizes:
            if name not in self.model.symbols:
                raise FlopcountError(f"{self.name}: {one_of(name, self.model.symbols, 'name')}")
        with Uncollected():
            network = replace(self.model.read(sizes), name=self.name)
        for step in self.rewrites:
            network = step.apply(network, last=step is self.rewrites[-1])
        return network


def model_draft(
    head: str, rewrites: Sequence[Rewrite], modifiers: Sequence[str], options: Mapping[str, Any]
) -> ModelDraft:
    """A draft of the model that a reference names; `options` are those of `load` that it takes."""
    from ..frameworks.torch.sources import open_model

    for option in ("classes", "set", "aux", "past"):
        if options.get(option):
            raise FlopcountError(f"{quote(head)} is a model, and {option} changes a table")
    with Uncollected():
        model = open_model(head, options.get("input"))
    return ModelDraft("@".join([model.name, *modifiers]), head, model, tuple(rewrites))
