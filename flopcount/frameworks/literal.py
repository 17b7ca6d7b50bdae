"""Nests run literally, on small arrays: each line once for each round of its loops.

Nothing of how this package counts is used, but what a nest says: its form, the sizes of its loops,
and where two loops meet.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby, product
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core import Nest
from ..sizes import Meet, Ragged

if TYPE_CHECKING:
    import numpy as np

Functions = Mapping[str, Callable[..., Any]]
Chosen = Mapping[str, tuple[Sequence[str], Any]]  # by its name: loops, and the indices over them
_OF_ONE = ("exp", "log", "sin", "cos", "atan", "erf")  # as Python's own math has them
FUNCTIONS: Functions = {
    **{name: getattr(math, name) for name in _OF_ONE},
    "pow": pow,
    "max": max,
    "min": min,
    "whole": math.trunc,
    "gamma": math.lgamma,  # the logarithm of Γ, which a float can hold
}
STARTS = {"+": 0.0, "max": -math.inf, "": math.nan}  # where nothing lands


class Ran(NamedTuple):
    """What a nest put out, how many rounds its loops took, and in how many all meets landed."""

    values: "np.ndarray[Any, Any]"
    all_lines: int
    lines: int

    def and_then(self, later: "Ran") -> "Ran":
        """Its steps and a later one, together."""
        return Ran(later.values, self.all_lines + later.all_lines, self.lines + later.lines)


def run(  # noqa: PLR0913, PLR0917  what it reads, and how
    nest: Nest,
    tensors: Mapping[str, Any],
    chosen: Chosen | None = None,
    functions: Functions = FUNCTIONS,
    padding: Any = None,
    step: int | None = None,
) -> Ran:
    """Run a nest on the tensors that it reads; a tensor is numbers in order, of any axes.

    `chosen` gives an index that the data chooses (``?v``): the loops that it depends on, and the
    array of indices over them. A read that misses its axis finds `padding`: unless it is given, 0,
    and below any number for a maximum. A line whose result misses, or that a mask hides, is run for
    nothing. The first number to reach a result is set, the others are added to it or compared; what
    none reaches keeps what the tensor of that name held before. With a `step` the `serial` loop
    has that round alone.

    >>> nest = Nest("y[k] += x[c] * W[c k]", {"c": 2, "k": 3})
    >>> run(nest, {"x": [1, 2], "W": [1, 0, 0, 0, 1, 0]})
    Ran(values=array([1., 2., 0.]), all_lines=6, lines=6)
    """
    import numpy as np

    form = nest.form
    brackets = (form.result, *form.reads)
    shapes = {t: [int(n) for axes in nest.axes(t) for n in axes] for t in brackets}
    arrays = [np.asarray(tensors[read.name]).reshape(shapes[read]) for read in form.reads]
    if padding is None:
        padding = STARTS["max"] if form.reduction == "max" else 0.0
    read = [(f"r{n}", t.axes, arrays[n], t == form.result) for n, t in enumerate(form.reads)]
    line = compile(form.formula, nest.text, "eval")
    names = {"__builtins__": {}, **functions, **_lengths(nest)}
    results: dict[tuple[int, ...], Any] = {}
    everything = landed = 0
    indices = {axis: chosen[axis[1:]] for axis in _chosen(nest)} if chosen else {}
    for at in _rounds(nest, step):
        everything += 1
        landed += None not in at.values()
        for axis, (over, table) in indices.items():
            at[axis] = (int(table[_index(over, at)]),)
        reads = {}
        for name, axes, array, is_own in read:
            index = _index(axes, at)
            if is_own and index in results:  # written in an earlier round
                reads[name] = results[index]
            else:
                reads[name] = padding if index is None else array.item(index)
        value = eval(line, names, reads)  # noqa: S307  a nest of the package's own
        index = _index(form.result.axes, at)
        if index is None or (form.mask and at[form.mask] is None):
            continue
        if index in results and form.reduction == "+":
            value = results[index] + value
        elif index in results and form.reduction == "max":
            value = functions["max"](results[index], value)
        results[index] = value
    values = _before(nest, tensors, shapes[form.result], np.result_type(float, *arrays))
    for index, value in results.items():
        values[index] = value
    return Ran(values, everything, landed)


def run_all(
    nests: Sequence[Nest],
    tensors: Mapping[str, Any],
    functions: Functions = FUNCTIONS,
    padding: Any = None,
    chosen: Chosen | None = None,
) -> tuple[Any, list[Ran]]:
    """Run a layer's nests in their order: its result ``y``, and what each did."""
    held, ran = run_through(nests, tensors, functions, padding, chosen)
    return held.get("y"), ran


def run_through(
    nests: Sequence[Nest],
    tensors: Mapping[str, Any],
    functions: Functions = FUNCTIONS,
    padding: Any = None,
    chosen: Chosen | None = None,
) -> tuple[dict[str, Any], list[Ran]]:
    """Run a layer's nests in their order: all tensors that there are then, and what each did.

    What a recurrence computes is 0 before its first step, unless it is given.
    """
    import numpy as np

    held: dict[str, Any] = {}
    for nest in (nest for nest in nests if nest.serial):
        held[nest.form.result.name] = np.zeros(int(nest.elements(nest.form.result)))
    held |= tensors
    ran: list[Ran | None] = [None] * len(nests)
    for place, step in in_order(nests):
        nest = nests[place]
        done = run(nest, held, chosen, functions, padding, step)
        held[nest.form.result.name] = done.values
        before = ran[place]
        ran[place] = before.and_then(done) if before else done
    return held, [done for done in ran if done]


def in_order(nests: Sequence[Nest]) -> Iterator[tuple[int, int | None]]:
    """The places of nests as they are run, each with a step, or None for all of its rounds at once.

    Those one after the other with the same `serial` loop are run together, step by step.

    >>> serial = Nest("h[t k] = x[t k]", {"t": 2, "k": 1}, serial="t")
    >>> list(in_order([serial._replace(serial=""), serial, serial]))
    [(0, None), (1, 0), (2, 0), (1, 1), (2, 1)]
    """
    for loop, group in groupby(range(len(nests)), lambda place: nests[place].serial):
        places = list(group)
        (steps,) = _sizes(nests[places[0]].sizes[loop]) if loop else (0,)
        for step in range(steps) if loop else (None,):
            for place in places:
                yield place, step


def _before(nest: Nest, tensors: Mapping[str, Any], shape: list[int], kind: Any) -> Any:
    """A result before any line reaches it: what the tensor of its name held, if as many numbers."""
    import numpy as np

    held = np.asarray(tensors.get(nest.form.result.name, ()))
    if held.size == math.prod(shape):
        return held.reshape(shape).astype(np.result_type(held, kind))
    return np.full(shape, STARTS[nest.form.reduction], kind)


def _chosen(nest: Nest) -> list[str]:
    """The indices of a nest that the data chooses, with their mark."""
    return [axis for read in nest.form.reads for axis in read.axes if axis[0] == "?"]


def _lengths(nest: Nest) -> dict[str, int]:
    """How many rounds some loops have, by what a formula calls that: ``rounds_sk``."""
    return {
        name: math.prod(n for loop in letters for n in _sizes(nest.sizes[loop]))
        for name, letters in re.findall(r"\b(rounds_(\w+))", nest.form.formula)
    }


Point = dict[str, tuple[int, ...] | None]


def _rounds(nest: Nest, step: int | None = None) -> Iterator[Point]:
    """Each round of the loops: where each stands, and each meet, or None where it misses."""
    form = nest.form
    domains: list[list[Point]] = [
        [{loop: at} for at in product(*map(range, _sizes(nest.sizes[loop])))] for loop in form.loops
    ]
    met = [loop for pair in form.meets for loop in pair.split(":")]
    if len(met) > len(set(met)):
        raise ValueError(f"a loop meets two others: {nest.text}")
    for pair in form.meets:
        outputs, taps = pair.split(":")
        axes = zip(
            nest.meets[pair],
            _sizes(nest.sizes[outputs]),
            _sizes(nest.sizes[taps]),
            strict=True,
        )
        domains.append([])
        for places in product(*(_places(*axis) for axis in axes)):
            o, t, at = zip(*places, strict=True)
            domains[-1].append({outputs: o, taps: t, pair: None if None in at else at})
    if step is not None:
        domains = [
            [at for at in each if at.get(nest.serial) in (None, (step,))] for each in domains
        ]
    for parts in product(*domains):
        point: Point = {}
        for part in parts:
            point.update(part)
        yield point


def _places(meet: Meet, outputs: int, taps: int) -> list[tuple[int, int, int | None]]:
    """Where each output and tap of an axis meet; an adaptive pool's cell ends with its numbers."""
    places = [(o, t, meet.lands(o, t)) for o in range(outputs) for t in range(taps)]
    return [place for place in places if place[2] is not None or not isinstance(meet, Ragged)]


def _index(axes: Sequence[str], at: Point) -> tuple[int, ...] | None:
    index: list[int] = []
    for axis in axes:
        part = at[axis]
        if part is None:
            return None
        index += part
    return tuple(index)


def _sizes(size: Any) -> tuple[int, ...]:
    return tuple(map(int, size)) if isinstance(size, tuple) else (int(size),)
