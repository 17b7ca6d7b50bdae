"""What a check of a model found, as the sheet and the JSON of `flopcount check` have it."""

from collections.abc import Sequence
from typing import Any

from ....writing.cells import number
from ....writing.sheet import Column
from ...models import checked
from ...models.checked import Beside
from .flop_counter import Counts

_COLUMNS = (
    Column("params", "parameters", "count"),
    Column("buffers", "buffers", "count"),
    Column("multiplies", "multiplies", "count"),
    Column("counter", "FlopCounterMode ÷ 2", "count"),
)
COMPARED = (
    "compared, module by module: parameters with the tensors that the module holds, and multiplies "
    "with half of what PyTorch's FlopCounterMode counts of it, without gradients"
)
RUN = (
    "each kind of operation is also run on small random tensors: what its nests put out, run line "
    "by line, with PyTorch's numbers, and its counts with what the lines did"
)
# What nothing is compared with.
NEVER = "the values of the whole network"
BUFFERS = "buffers that no norm reads"


def name_of(path: str) -> str:
    """A module's path as a report has it: ``layer1/0/conv1``; of the whole ``(all)``."""
    return path.replace(".", "/") or "(all)"


def explanation(counts: Counts) -> str:
    """Why a module's multiplies are others than FlopCounterMode's, and by how much."""
    missed = [f"{what} ({number(n)})" for what, n in counts.missed.items()]
    said = [f"FlopCounterMode counts 0 for {', '.join(missed)}"] if missed else []
    if counts.elsewhere:
        n = number(abs(counts.elsewhere) // 2)
        where = "in it that others run" if counts.elsewhere > 0 else "that it runs and others hold"
        said.append(f"modules {where}, {n} multiplies")
    return "; ".join(said)


def half(flops: int) -> int | float:
    """The multiplies that so many flops are, two each."""
    return flops // 2 if flops % 2 == 0 else flops / 2


class Checked(checked.Checked):
    """A module beside PyTorch: our numbers, its own, and what of them differs.

    Beside the columns' its `numbers` have FlopCounterMode's flops, None where it is not called; the
    multiplies that this is known to count as 0, by what they are of; and, ``elsewhere``, flops of
    modules that are listed here and that others run, or the other way round, below 0.
    """

    __slots__ = ()

    def as_dict(self, part: str) -> dict[str, Any]:
        """For JSON."""
        numbers = {key: n for key, n in self.numbers.items() if key != "counter"}
        ours = {key: numbers.pop(key) for key in ("params", "buffers", "multiplies")}
        return {
            part: self.name,
            "class": self.kind,
            **ours,
            "complete": not self.unknown,
            **numbers,
            "unknown": dict(self.unknown),
            "differs": list(self.differs),
        }


class Result(checked.Result):
    """What a check found, module by module, and of each kind of operation; and on what it ran."""

    __slots__ = ()

    @property
    def compared(self) -> int:
        """All modules: of one that is not called, the parameters."""
        return len(self.layers)

    def summary(self) -> dict[str, int]:
        """How many modules there are of each sort, for JSON."""
        differing, explained = len(self.differing), len(self.explained)
        return {"compared": self.compared, "differing": differing, "explained": explained}

    def remarks(self) -> tuple[str, ...]:
        """What FlopCounterMode misses in the whole."""
        whole = self.layers[0] if self.layers else None
        if whole is None or not whole.numbers["missed_by_flop_counter_mode"]:
            return ()
        return (f"in {whole.name}: {whole.explained}",)


def beside(modules: Sequence[Checked]) -> Beside:
    """With what these modules were compared."""
    has_buffers = any(module.numbers["buffers"] for module in modules)
    never = (BUFFERS, NEVER) if has_buffers else (NEVER,)
    return Beside("PyTorch", "module", _COLUMNS, COMPARED, RUN, never)
