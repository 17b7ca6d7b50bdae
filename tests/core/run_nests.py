"""An interpreter of nests: each line is run literally, on small arrays, one loop at a time.

Nothing of how flopcount counts is used, but what a nest says: its form, the sizes of its loops,
and where two loops meet.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from flopcount.core.nest import Nest

FUNCTIONS = {"exp": math.exp, "pow": pow, "max": max, "min": min, "__builtins__": {}}
STARTS = {"+": 0.0, "max": -math.inf, "": math.nan}


class Ran(NamedTuple):
    """What a nest put out, how many pairs of its meets it went through, and how many landed."""

    values: np.ndarray[Any, Any]
    all_lines: int
    lines: int


def run(nest: Nest, tensors: Mapping[str, Any], chosen: Mapping[str, Any] | None = None) -> Ran:
    """Run a nest on the tensors that it reads; a tensor is numbers in order, of any axes.

    `chosen` gives an index that the data chooses (``?v``): the loops that it depends on, and the
    array of indices over them.
    """
    form = nest.form
    pairs = {pair: pair.split(":") for pair in form.meets}
    loops = list(dict.fromkeys([*form.loops, *(loop for pair in pairs.values() for loop in pair)]))
    sizes = {loop: _sizes(nest.sizes[loop]) for loop in loops}
    brackets = (form.result, *form.reads)
    shapes = {t: [int(n) for axes in nest.axes(t) for n in axes] for t in brackets}
    arrays = [np.asarray(tensors[read.name]).reshape(shapes[read]) for read in form.reads]
    result = np.full(shapes[form.result], STARTS[form.reduction])
    line = compile(form.formula, nest.text, "eval")
    everything = landed = 0
    for point in product(*(product(*map(range, sizes[loop])) for loop in loops)):
        at = dict(zip(loops, point, strict=True))
        everything += 1
        for pair, (o, t) in pairs.items():
            met = zip(nest.meets[pair], at[o], at[t], strict=True)
            at[pair] = tuple(meet.lands(*both) for meet, *both in met)  # type: ignore[misc]
        if any(index is None for indices in at.values() for index in indices):
            continue
        landed += 1
        for name, (over, indices) in (chosen or {}).items():
            at[f"?{name}"] = (int(indices[tuple(i for loop in over for i in at[loop])]),)
        index = [tuple(i for axis in t.axes for i in at[axis]) for t in brackets]
        reads = {f"r{n}": array[index[n + 1]] for n, array in enumerate(arrays)}
        value = eval(line, FUNCTIONS, reads)  # noqa: S307  a nest of the package's own
        if form.reduction == "+":
            result[index[0]] += value
        elif form.reduction == "max":
            result[index[0]] = max(result[index[0]], value)
        else:
            result[index[0]] = value
    return Ran(result, everything, landed)


def run_all(nests: Sequence[Nest], tensors: Mapping[str, Any]) -> tuple[Any, list[Ran]]:
    """Run a layer's nests one after the other: its result ``y``, and what each did."""
    held = dict(tensors)
    ran = []
    for nest in nests:
        ran.append(run(nest, held))
        held[nest.form.result.name] = ran[-1].values
    return held.get("y"), ran


def _sizes(size: Any) -> tuple[int, ...]:
    return tuple(map(int, size)) if isinstance(size, tuple) else (int(size),)
