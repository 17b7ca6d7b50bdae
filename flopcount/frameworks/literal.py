"""Nests run literally, on small arrays: each line once for each round of its loops.

Nothing of how this package counts is used, but what a nest says: its form, the sizes of its loops,
and where two loops meet.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core import Nest
from ..sizes import Meet, Ragged

if TYPE_CHECKING:
    import numpy as np

Functions = Mapping[str, Callable[..., Any]]
FUNCTIONS: Functions = {"exp": math.exp, "log": math.log, "pow": pow, "max": max, "min": min}
STARTS = {"+": 0.0, "max": -math.inf, "": math.nan}  # where nothing lands


class Ran(NamedTuple):
    """What a nest put out, how many rounds its loops took, and in how many all meets landed."""

    values: "np.ndarray[Any, Any]"
    all_lines: int
    lines: int


def run(
    nest: Nest,
    tensors: Mapping[str, Any],
    chosen: Mapping[str, Any] | None = None,
    functions: Functions = FUNCTIONS,
    padding: Any = None,
) -> Ran:
    """Run a nest on the tensors that it reads; a tensor is numbers in order, of any axes.

    `chosen` gives an index that the data chooses (``?v``): the loops that it depends on, and the
    array of indices over them. A read that misses its axis finds `padding`: unless it is given, 0,
    and below any number for a maximum. A line whose result misses, or is masked, is run for
    nothing. The first number to reach a result is set, the others are added to it or compared.

    >>> nest = Nest("y[k] += x[c] * W[c k]", {"c": 2, "k": 3})
    >>> run(nest, {"x": [1, 2], "W": [1, 0, 0, 0, 1, 0]})
    Ran(values=array([1., 2., 0.]), all_lines=6, lines=6)
    """
    import numpy as np

    form = nest.form
    brackets = (form.result, *form.reads)
    shapes = {t: [int(n) for axes in nest.axes(t) for n in axes] for t in brackets}
    arrays = [np.asarray(tensors[read.name]).reshape(shapes[read]) for read in form.reads]
    masks = [pair for pair in form.meets if all(pair not in t.axes for t in brackets)]
    if padding is None:
        padding = STARTS["max"] if form.reduction == "max" else 0.0
    read = [(f"r{n}", form.reads[n].axes, array) for n, array in enumerate(arrays)]
    line = compile(form.formula, nest.text, "eval")
    names = {"__builtins__": {}, **functions, **_lengths(nest)}
    results: dict[tuple[int, ...], Any] = {}
    everything = landed = 0
    for at in _rounds(nest):
        everything += 1
        landed += None not in at.values()
        for name, (over, indices) in (chosen or {}).items():
            at[f"?{name}"] = (int(indices[_index(over, at)]),)
        reads = {}
        for name, axes, array in read:
            index = _index(axes, at)
            reads[name] = padding if index is None else array[index]
        value = eval(line, names, reads)  # noqa: S307  a nest of the package's own
        index = _index(form.result.axes, at)
        if index is None or any(at[mask] is None for mask in masks):
            continue
        if index in results and form.reduction == "+":
            value = results[index] + value
        elif index in results and form.reduction == "max":
            value = functions["max"](results[index], value)
        results[index] = value
    values = np.full(shapes[form.result], STARTS[form.reduction], np.result_type(float, *arrays))
    for index, value in results.items():
        values[index] = value
    return Ran(values, everything, landed)


def run_all(
    nests: Sequence[Nest],
    tensors: Mapping[str, Any],
    functions: Functions = FUNCTIONS,
    padding: Any = None,
) -> tuple[Any, list[Ran]]:
    """Run a layer's nests one after the other: its result ``y``, and what each did."""
    held = dict(tensors)
    ran = []
    for nest in nests:
        ran.append(run(nest, held, None, functions, padding))
        held[nest.form.result.name] = ran[-1].values
    return held.get("y"), ran


def _lengths(nest: Nest) -> dict[str, int]:
    """How many rounds some loops have, by what a formula calls that: ``rounds_sk``."""
    return {
        name: math.prod(n for loop in letters for n in _sizes(nest.sizes[loop]))
        for name, letters in re.findall(r"\b(rounds_(\w+))", nest.form.formula)
    }


Point = dict[str, tuple[int, ...] | None]


def _rounds(nest: Nest) -> Iterator[Point]:
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
