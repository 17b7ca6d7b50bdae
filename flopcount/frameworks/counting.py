"""The counts of a layer by running it: numbers that count what is done to them, and no formula."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ..core import COUNTS
from ..core.op import Work
from .literal import FUNCTIONS, Functions, in_order, run


class Counting:
    """A number that counts what is done to it, by kind, and has no value.

    One that `flows` comes of the layer's input. Of parameters alone nothing is counted: that is
    worked out before any input comes. A condition is not met: behind it stands what computes.
    """

    __slots__ = ("done", "flows")

    def __init__(self, done: Counter[str], *, flows: bool) -> None:
        self.done = done
        self.flows = flows

    def count(self, kind: str, *others: Any) -> "Counting":
        """What comes of this number and others in one operation."""
        if self.flows:
            self.done[kind] += 1
            return self
        flowing = next((o for o in others if isinstance(o, Counting) and o.flows), None)
        return flowing.count(kind) if flowing else self

    def __add__(self, other: Any) -> "Counting":  # noqa: D105
        return self.count("adds", other)

    def __mul__(self, other: Any) -> "Counting":  # noqa: D105
        return self.count("multiplies", other)

    def __truediv__(self, other: Any) -> "Counting":  # noqa: D105
        return self.count("divides", other)

    def __gt__(self, other: Any) -> "Counting":  # noqa: D105
        counted = self.count("compares", other)
        return _Unmet(counted.done, flows=counted.flows)

    def __neg__(self) -> "Counting":  # noqa: D105
        return self

    __radd__ = __sub__ = __rsub__ = __add__
    __rmul__ = __mul__
    __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __truediv__
    __lt__ = __ge__ = __le__ = __eq__ = __ne__ = __gt__  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]


class _Unmet(Counting):
    """What comes of a comparison: a number again, and a condition that is not met."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False


def _counted_first(name: str, kind: str = "exponentials") -> Callable[..., Any]:
    """A function of which the numbers that count do; of plain ones it is what it is."""

    def counted_first(*of: Any) -> Any:
        counting = next((n for n in of if isinstance(n, Counting)), None)
        return counting.count(kind, *of) if counting else FUNCTIONS[name](*of)

    return counted_first


def _extreme(*numbers: Any) -> Any:
    most = numbers[0]
    for other in numbers[1:]:
        first, second = (most, other) if isinstance(most, Counting) else (other, most)
        most = first.count("compares", second)
    return most


COUNTING: Functions = {
    **{name: _counted_first(name) for name in FUNCTIONS},
    "whole": _counted_first("whole", "divides"),
    "max": _extreme,
    "min": _extreme,
}


class Counted(NamedTuple):
    """What the lines of a layer did: counts by their names, and the elements that came out.

    `means` are the numbers of which each was worked out from many, and that did not come out.
    """

    counts: Mapping[str, int]
    elements: int
    means: int = 0


def counted(work: Work) -> Counted:
    """Run a layer's nests on numbers that count what is done to them.

    A nest that adds up products has multiplies; all other operations are elementwise. An operation
    on padding, or that a mask hides, counts, but for `multiplies_unpadded`.

    >>> from flopcount.core.ops.convolution import Conv
    >>> from flopcount.sizes import Window
    >>> counted(Conv(Window((3,)), 2).nests((4, 5))).counts["multiplies_unpadded"]  # (3·4 − 2)·5·2
    100
    """
    import numpy as np

    done: Counter[str] = Counter()
    flowing, held = Counting(done, flows=True), Counting(done, flows=False)
    # of a transposed convolution nothing may reach a number: its bias is added there too
    whole = np.frompyfunc(lambda n: n if isinstance(n, Counting) else flowing, 1, 1)
    tensors: dict[str, Any] = {}
    total = Counter({name: 0 for name in COUNTS if "multiplies" in name or "." in name})
    means = 0
    for place, step in in_order(work.nests):
        nest = work.nests[place]
        form = nest.form
        if form.mask and not nest.contracts:
            nest = nest._replace(text=nest.text.partition(" where ")[0])
        for read in form.reads:
            if read.name not in tensors or read.is_parameter:
                shape = [int(n) for axes in nest.axes(read) for n in axes]
                tensors[read.name] = np.full(shape, held if read.is_known else flowing)
        anywhere = {axis[1:]: ((), np.zeros((), int)) for r in form.reads for axis in r.axes}
        done.clear()
        ran = run(nest, tensors, anywhere, COUNTING, flowing, step)
        # what reads nothing is a number that is known beforehand
        tensors[form.result.name] = (
            np.asarray(whole(ran.values), object) if form.reads else np.full(ran.values.shape, held)
        )
        if form.reduction and form.result.name != "y":
            means = ran.values.size
        if form.reduction == "+" and done["multiplies"]:
            total["multiplies"] += done["multiplies"]
            total["multiplies_unpadded"] += done["multiplies"] // ran.all_lines * ran.lines
            continue
        for kind, times in done.items():
            total[f"elementwise.{kind}"] += times
    read_last = {r.name: place for place, nest in enumerate(work.nests) for r in nest.form.reads}
    made_last = {nest.form.result.name: place for place, nest in enumerate(work.nests)}
    out = [name for name, place in made_last.items() if place >= read_last.get(name, 0)]
    return Counted(total, sum(tensors[name].size for name in out), means)
