"""A run of a model at sizes that are open, and what the run took for granted of them."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import sympy
import torch
from torch._dynamo.source import ConstantSource
from torch.fx.experimental.symbolic_shapes import DimDynamic, ShapeEnv

from ....core import Network
from ....errors import FlopcountError
from ....sizes import Size
from ....sizes.condition import Condition
from ...models.inputs import Inputs, Tensor
from ..run.fake import Fake
from ..run.forward import run
from ..run.positions import positions
from ..run.trace import Trace
from .reader import Graph
from .sizes import Sizes

# What the conditions of a run may come to, in terms: windows that are padded to fit, each on the
# one before, would take minutes and say nothing that anyone could read.
MOST_TERMS = 12_000
# Operations whose own rule asks for what fits, so that it is asked once.
_RULED = ("aten.convolution", "aten.max_pool", "aten.avg_pool", "aten._adaptive", "aten.upsample")
# Operations that take a part of a tensor, where it may end before the part does.
_PARTS = (
    "aten.slice",
    "aten.select",
    "aten.split",
    "aten.narrow",
    "aten.unfold",
    "aten.as_strided",
)


class TooManyConditionsError(FlopcountError):
    """A run that asks so much about its sizes that no formula would be read."""


class Question(NamedTuple):
    """What was asked of open sizes, and was so: by the model's code, or inside an operation."""

    relation: Any
    inside: str


class _Mode(Fake):
    """Tensors that hold no numbers; it knows what each operation asked about their sizes."""

    def __init__(self, sizes: ShapeEnv) -> None:
        super().__init__(shape_env=sizes, allow_non_fake_inputs=True)
        self.guards = sizes.guards
        self.inside: dict[int, str] = {}  # of a guard, by its number, the operation
        self._within = False
        self._terms = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if self._within:
            return super().__torch_dispatch__(func, types, args, kwargs)
        before = len(self.guards)
        self._within = True
        try:
            return super().__torch_dispatch__(func, types, args, kwargs)
        finally:
            self._within = False
            name = str(func).rpartition(".")[0]  # aten.view of aten.view.default
            self.inside |= dict.fromkeys(range(before, len(self.guards)), name)
            self._terms += sum(_terms(guard.expr) for guard in self.guards[before:])
            if self._terms > MOST_TERMS:
                raise TooManyConditionsError("its code asks too much about the sizes")


def _terms(e: Any) -> int:
    return 1 + sum(map(_terms, e.args))


class Run(NamedTuple):
    """A run, the tracer's symbol of each name that was open, and what it asked of them.

    `steps` are what each size is a multiple of; `fixed` what the model itself holds a size at.
    """

    trace: Trace
    symbols: Mapping[str, str]
    questions: tuple[Question, ...]
    fixed: Mapping[str, int]
    steps: Mapping[str, int]
    notes: tuple[str, ...] = ()

    def sizes(self, values: Mapping[str, Size]) -> Sizes:
        """What reads its sizes, with these in the place of its names."""
        placed = {}
        for name, symbol in self.symbols.items():
            step = self.steps.get(name, 1)
            placed[symbol] = values[name] if step == 1 else values[name].over(step)
        return Sizes(placed)

    def network(self, values: Mapping[str, Size]) -> Network:
        """The network in these sizes."""
        return Graph(self.trace, self.sizes(values)).network()

    def misfits(self, values: Mapping[str, Size]) -> Iterator[Condition]:
        """The sizes that it is not for. Raises `FlopcountError` where a choice is no condition."""
        for name, step in self.steps.items():
            if step > 1:
                yield Condition(values[name] % step, "≠")
        sizes = self.sizes(values)
        for relation, _ in self.questions:
            yield from sizes.misfits(relation)


def run_open(
    module: torch.nn.Module,
    inputs: Inputs,
    hints: Mapping[str, int],
    steps: Mapping[str, int] | None = None,
) -> Run:
    """Run a module once, an axis that is a name open; `hints` are numbers that may stand for it.

    With `steps` it is a multiple. Raises `TooManyConditionsError`, and what the module raises.
    """
    steps = steps or {}
    sizes = ShapeEnv(duck_shape=False)
    symbols, axes = {}, {}
    for name, hint in hints.items():
        source = ConstantSource(name)
        least = max(2, hint // steps.get(name, 1))  # 0 and 1 are special to the tracer
        symbol = sizes.create_symbol(least, source, dynamic_dim=DimDynamic.DYNAMIC)
        symbols[name] = symbol
        size = sizes.create_symintnode(symbol, hint=least, source=source)
        axes[name] = size * steps.get(name, 1)
    mode = _Mode(sizes)

    def tensor(_: str, spec: Tensor) -> Any:
        shape = [axes.get(size, size) for size in spec.shape]
        return torch.empty(shape, dtype=getattr(torch, spec.dtype), device="cpu")

    taken, _ = run(module, inputs, tensor, mode, is_open=True)
    fixed = {}
    for name, symbol in symbols.items():
        found = sizes.replacements.get(symbol)
        if found is not None and found.is_Integer:
            fixed[name] = int(found) * steps.get(name, 1)
    questions = [
        Question(guard.expr, mode.inside.get(number, ""))
        for number, guard in enumerate(sizes.guards)
    ]
    names = {name: symbol.name for name, symbol in symbols.items()}
    meant = (*filter(_is_meant, questions), *_rows(taken))
    return Run(taken, names, meant, fixed, steps)


def _rows(taken: Trace) -> Iterator[Question]:
    """That a table has a row for each position that is looked up in it."""
    for end, rows, _ in positions(taken.calls):
        if isinstance(end, torch.SymInt):
            yield Question(sympy.Le(end.node.expr, rows), "")


def _is_meant(asked: Question) -> bool:
    """Whether a question is the model's, and not how PyTorch chooses between ways to the same.

    Inside an operation that is most often so: whether a tensor is empty, say, or lies in a row.
    """
    kind = type(asked.relation).__name__
    if not asked.inside:
        return not _asks_for_one(asked.relation)
    if asked.inside.startswith(_PARTS):
        return kind not in {"Unequality", "Or", "Not"}
    return kind == "Equality" and not asked.inside.startswith(_RULED)


def _asks_for_one(relation: Any) -> bool:
    """Whether it says that a size is not 0 or 1: what the tracer has of all of them."""
    return type(relation).__name__ == "Unequality" and any(
        part.is_Integer and part in (0, 1) for part in relation.args
    )
