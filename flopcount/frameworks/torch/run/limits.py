"""How long a run may take, and which errors are of code that asks for numbers."""

import re
import time
from typing import Any

from ...models.code import text_of

MOST_CALLS = 1_000_000  # operations: the longest loops that are written out have some 100,000
MOST_SECONDS = 60  # of a run on numbers
MOST_BYTES = 4 << 30  # of parameters and buffers that are copied for one

_SAME_TYPE = frozenset({"mm", "addmm", "bmm", "baddbmm", "mv", "addmv", "dot"})

# What tensors without numbers raise where a program looks at their numbers.
_ASKING = frozenset(
    {
        "DataDependentOutputException",
        "DynamicOutputShapeException",
        "GuardOnDataDependentSymNode",
        "UnsupportedOperatorException",
        "UnsupportedFakeTensorException",
    }
)
_ASKED = re.compile(
    r"data.?pointer|data.dependent|FakeTensor|[Ff]ake ?[Tt]ensor|fake mode|tensor subclass"
    r"|[Mm]eta ?[Tt]ensor|meta device|unbacked|Meta kernel|\.numpy\(\)|access storage|storage of"
)


class Stopped(BaseException):
    """A run that takes too long: no module may catch it."""


class Limits:
    """The limits of one run."""

    def __init__(self, *, numbers: bool) -> None:
        self.numbers = numbers
        self._ends = time.monotonic() + MOST_SECONDS if numbers else None

    def check(self, calls: int) -> None:
        """Raise `Stopped` for the call that is one too many."""
        if calls >= MOST_CALLS:
            raise Stopped(f"calls more than {MOST_CALLS:,} operations: does a loop never end?")
        if self._ends is not None and time.monotonic() > self._ends:
            raise Stopped(f"runs longer than {MOST_SECONDS} s, the limit of a run on numbers")


def check_types(func: Any, args: Any) -> None:
    """Raise where a product is of two types, as PyTorch does on numbers alone."""
    if func._overloadpacket.__name__ in _SAME_TYPE:
        types = {tensor.dtype for tensor in args if hasattr(tensor, "dtype")}
        if len(types) > 1:
            names = " and ".join(sorted(str(one).removeprefix("torch.") for one in types))
            raise RuntimeError(
                f"a product is of one type, here of {names}: give the dtype of the parameters"
            )


def asks_for_numbers(error: BaseException) -> bool:
    """Whether an error is of code that looks at the numbers of a tensor that holds none."""
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & _ASKING) or (
        isinstance(error, RuntimeError | NotImplementedError | TypeError | ValueError)
        and _ASKED.search(text_of(error)) is not None
    )
