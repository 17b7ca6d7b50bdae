"""A reference to a model of another framework, ``torchvision:resnet50``, as a draft.

It is read anew for each size that is asked for, and once more where sizes are open.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..core import Network
from ..errors import FlopcountError, at, one_of, quote, shorten
from ..frameworks.sources import kind_of
from ..garbage import Uncollected
from ..records import dataclass, field, replace
from ..sizes import Size, as_size, is_open
from .model_changes import check_change, check_options, is_change
from .options import Options
from .variables import Of, Variable

if TYPE_CHECKING:
    from ..frameworks.models.model import Model
    from ..sizes.condition import Condition
    from .rewriting import Rewrite


def is_model(head: str) -> bool:
    """Whether a user's text names a model of another framework.

    >>> is_model("torchvision:resnet50"), is_model("googlenet"), is_model("nets/model.pt2")
    (True, False, True)
    """
    return kind_of(head) is not None


def _variable(name: str) -> Variable:
    return Variable(name, Of.BATCH if name == "B" else Of.INPUT)


@dataclass(frozen=True)
class ModelDraft:
    """A model before its sizes are known: what can be read again, its rewrites."""

    name: str
    reference: str
    model: "Model"
    rewrites: "tuple[Rewrite, ...]" = ()
    options: Options = field(default_factory=Options)
    trust: bool = False  # whether code that its file holds ran

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
        return list(map(_variable, self.model.symbols))

    def by_default(self) -> list[Variable]:
        """What a formula has open where nothing is named: sides, or tokens; else the batch.

        What the model fixes itself is none of them. Raises `FlopcountError` as `build` does.
        """
        from ..frameworks.models.open_sizes.formulas import open_names

        for names in ([n for n in self.model.symbols if n != "B"], ["B"]):
            known = [name for name in names if name in self.model.symbols]
            if found := open_names(self.model, known):
                return list(map(_variable, found))
        return []

    def squared(self) -> tuple[Variable, ...]:
        """What attention grows with the square of: the sides, or tokens.

        Raises `FlopcountError` where no axis is known to be them.
        """
        found = self.sides or tuple(one for one in self.variables() if one.name == "T")
        if not found:
            raise FlopcountError(
                f"{shorten(self.name)}: no axis of its inputs is known to be the tokens"
            )
        return found

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
        if any(map(is_open, sizes.values())):
            self.model.check_given({*sizes, "B"})  # of one sample, unless it is said
        try:
            with Uncollected():
                network = replace(_read(self.model, sizes), name=self.name)
        except FlopcountError as error:
            if any(map(is_open, sizes.values())):  # else the message has the module's place in it
                raise FlopcountError(f"{shorten(self.name)}: {error}") from None
            raise
        for step in self.rewrites:
            network = step.apply(network, last=step is self.rewrites[-1])
        return network

    def misfits(self, count: str, values: Mapping[Variable, Size]) -> "Iterator[Condition]":
        """Where a formula of a count is not what the model comes to, beyond what `build` says.

        Raises `FlopcountError` where there is none of that count.
        """
        from ..frameworks.models.open_sizes.formulas import misfits

        sizes = {key.name: size for key, size in values.items()}
        try:
            yield from misfits(self.model, count, sizes)
        except FlopcountError as error:
            raise FlopcountError(f"{shorten(self.name)}: {error}") from None


def _read(model: "Model", sizes: Mapping[str, Size]) -> Network:
    if not any(map(is_open, sizes.values())):
        return model.read({name: int(size) for name, size in sizes.items()})
    from ..frameworks.models.open_sizes.formulas import read_open

    return read_open(model, sizes)


def as_model(plan: object) -> ModelDraft | None:
    """A draft that is a model's; None for a table's or a spec's."""
    return plan if isinstance(plan, ModelDraft) else None


def model_draft(
    head: str,
    modifiers: Sequence[str],
    marks: "Sequence[Rewrite]",
    options: Mapping[str, Any],
    *,
    trust: bool = False,
) -> ModelDraft:
    """A draft of the model that a reference names; `options` are those of `load`, but `reduce`.

    The `marks` are what that says; `trust`: code that the model's file holds may run. Raises
    `FlopcountError` for what changes a table alone.
    """
    from ..frameworks.sources import open_model

    steps, given = [*marks], options.get("input")
    for modifier in modifiers:
        name, _, text = modifier.partition("=")
        if name == "input":
            given = text
        else:
            steps.append(_step(modifier, head))
    check_options({name: value for name, value in options.items() if name != "input"}, head)
    with Uncollected():
        model = open_model(head, given, trust=trust)
    name = "@".join([model.name, *modifiers])
    return ModelDraft(name, head, model, tuple(steps), trust=trust)


def _step(modifier: str, head: str) -> "Rewrite":
    from .rewriting import REWRITES, read_rewrite

    name, equals, text = modifier.partition("=")
    with at(quote(f"@{modifier}")):
        check_change(name, head)
        if name not in REWRITES:
            known = [name for name in REWRITES if is_change(name)]
            raise FlopcountError(one_of(name, [*known, "input"], "rewrite"))
    return read_rewrite(name, text if equals else None)


def checked_model(plan: object, name: str, backend: object = None) -> "Model":
    """The model that a read network's draft has, which is compared with its software as it is.

    Raises `FlopcountError` where there is none, or it is rewritten, or for a backend of Keras'.
    """
    if backend is not None:
        raise FlopcountError(
            f"{name} is a model, and is compared with its own software; a backend is for a table, "
            "which is built in Keras"
        )
    if not isinstance(plan, ModelDraft):
        raise FlopcountError(f"{name} was read from a model and changed: check the model itself")
    if any(step.name != "reduce" for step in plan.rewrites):  # a mark changes nothing there
        raise FlopcountError(
            f"{name}: {plan.model.framework} has the model as it was read, without a rewrite: "
            f"check {quote(plan.reference)}"
        )
    return plan.model
