"""The language of nests: what a layer does, as loops over brackets; its counts are read off it.

    y[... o* g k] += x[... o*:t* g c] * W[t* g c k]        a convolution of any rank
    y[... k] = x[... k] * s[k] + t[k]                      batch norm at inference
    y[o* c] max= x[o*:t* c]                                max pooling

A bracket says which loops index a tensor, axis by axis; ``...`` stands for whatever axes come
before, ``o*`` for one loop an axis of the kernel. A capital is a parameter, everything else flows.
``+=`` and ``max=`` reduce over the loops that the left side lacks, ``=`` works element by element.
``o:t`` are two loops that meet on one axis (sizes/meets.py); a meet on no axis, a mask, stands
behind the nest: ``where Causal(s, t)``. ``?v`` is an index that the data chooses: an axis of that
length, and no loop; ``|s k|`` is how many rounds these loops have, a number known beforehand. What
is read is numbers in order: between nests a tensor may take other axes. Nests one after the other
with the same `serial` loop are run together in each of its rounds: a recurrence.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from ..sizes import Meet, Size, product

Sizes: TypeAlias = Mapping[str, "Size | tuple[Size, ...]"]  # of each loop; of several, one an axis
Meets: TypeAlias = Mapping[str, tuple[Meet, ...]]  # by ``o:t``: one an axis

_NO_MEETS: Meets = {}
_NEST = re.compile(r"(.+?\]) (\+|max|)= (.+?)(?: where (\w+)\((\w), (\w)\))?")
_ROUNDS = re.compile(r"\|([a-z](?: [a-z])*)\|")
_TENSOR = re.compile(r"([A-Za-z]\w*)\[([^]]*)\]")
_OPERATORS = {ast.Add: "adds", ast.Sub: "adds", ast.Mult: "multiplies", ast.Div: "divides"}
_OPERATORS |= {ast.FloorDiv: "divides", ast.Mod: "divides"}
# A square root, a power with a real exponent, a logarithm, and the functions of angles and of
# errors count as exponentials; to take the whole part, or the remainder, of a number is a division.
_CALLS = dict.fromkeys(("exp", "pow", "log", "sin", "cos", "atan", "erf", "gamma"), "exponentials")
_CALLS |= {"whole": "divides"}
_CALLS |= {"max": "compares", "min": "compares"}


class Tensor(NamedTuple):
    """A name and its axes: a loop, two that meet (``o:t``), ``?v`` or ``...``, stars left out."""

    name: str
    axes: tuple[str, ...]

    @property
    def is_parameter(self) -> bool:
        """Whether it is trained or measured, and held: a capital."""
        return self.name[0].isupper()

    @property
    def is_known(self) -> bool:
        """Whether what is read of it is known before any sample comes."""
        return self.is_parameter and not any(axis[0] == "?" for axis in self.axes)


class Form(NamedTuple):
    """A nest as it is written, read once.

    `formula` is its right side as Python, the tensors read named ``r0``, ``r1``, …; `operations`
    are its operations by kind, for one line; `meets` the pairs that meet, on an axis or in the
    `mask` that stands behind it, and `loops` all other loops.
    """

    result: Tensor
    reduction: str  # "+", "max" or ""
    reads: tuple[Tensor, ...]
    formula: str
    operations: Mapping[str, int]
    loops: tuple[str, ...]
    meets: tuple[str, ...]
    mask: str = ""


@lru_cache(maxsize=1024)
def parse(text: str) -> Form:
    """Read a nest.

    >>> form = parse("y[... k] += x[... c] * W[c k]")
    >>> form.reduction, form.loops, dict(form.operations)
    ('+', ('...', 'k', 'c'), {'multiplies': 1})
    """
    written = _NEST.fullmatch(text)
    if not written:
        raise ValueError(f"no nest: {text}")
    left, reduction, right, _, *masked = written.groups()
    result = _tensor(left)
    reads: list[Tensor] = []

    def named(tensor: re.Match[str]) -> str:
        reads.append(_tensor(tensor[0]))
        return f"r{len(reads) - 1}"

    formula = _TENSOR.sub(named, right)
    formula = _ROUNDS.sub(lambda loops: f"rounds_{loops[1].replace(' ', '')}", formula)
    axes = [axis for tensor in (result, *reads) for axis in tensor.axes if axis[0] != "?"]
    mask = ":".join(masked) if masked[0] else ""
    meets = tuple(dict.fromkeys(axis for axis in (mask, *axes) if ":" in axis))
    met = {loop for pair in meets for loop in pair.split(":")}
    loops = tuple(dict.fromkeys(axis for axis in axes if ":" not in axis and axis not in met))
    return Form(result, reduction, tuple(reads), formula, _operations(formula), loops, meets, mask)


def _tensor(text: str) -> Tensor:
    written = _TENSOR.fullmatch(text)
    if not written:
        raise ValueError(f"no tensor: {text}")
    return Tensor(written[1], tuple(written[2].replace("*", "").split()))


def _operations(formula: str) -> dict[str, int]:
    """The operations of a formula by kind; a negation is none, nor what is known beforehand."""
    counted: dict[str, int] = {}
    for part in ast.walk(ast.parse(formula, mode="eval")):
        names = (name.id for name in ast.walk(part) if isinstance(name, ast.Name))
        if all(name.startswith("rounds_") for name in names):  # numbers alone: 1 / 3, |n| - 1
            continue
        if isinstance(part, ast.BinOp):
            kind, times = _OPERATORS[type(part.op)], 1
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            kind = _CALLS[part.func.id]
            times = len(part.args) - 1 if kind == "compares" else 1
        elif isinstance(part, ast.Compare):
            kind, times = "compares", 1
        else:
            continue
        counted[kind] = counted.get(kind, 0) + times
    return counted


class Nest(NamedTuple):
    """A nest over loops of given sizes: its text, the size of each loop, and its meets.

    `serial` is the loop whose rounds wait for one another; the `joined` loops are together one
    axis of channels, such as heads and what each has.
    """

    text: str
    sizes: Sizes
    meets: Meets = _NO_MEETS
    serial: str = ""
    joined: tuple[str, ...] = ()

    @property
    def form(self) -> Form:
        """The text, read."""
        return parse(self.text)

    def lines(self, *, inside: bool = False, masks: bool = True) -> Size:
        """How often its line runs; with `inside`, where all meets land, or all but its mask's.

        >>> Nest("y[k] += x[c] * W[c k]", {"c": 3, "k": 4}).lines()
        12
        """
        form = self.form
        total = self._over(form.loops)
        for pair in form.meets:
            lands = inside and (masks or pair != form.mask)
            total *= product(meet.inside if lands else meet.full for meet in self.meets[pair])
        return total

    def elements(self, tensor: Tensor) -> Size:
        """How many numbers a tensor holds."""
        return self._over(tensor.axes)

    def axes(self, tensor: Tensor) -> Iterator[tuple[Size, ...]]:
        """The sizes of a tensor, for each entry of its bracket those that it stands for."""
        return map(self.axis, tensor.axes)

    def _over(self, axes: tuple[str, ...]) -> Size:
        total: Size = 1
        for axis in axes:
            size = self.sizes.get(axis)
            if size is None or isinstance(size, tuple):  # None: two that meet, or a chosen index
                size = product(self.axis(axis))
            total = total * size
        return total

    def axis(self, axis: str) -> tuple[Size, ...]:
        """The sizes that an entry of a bracket stands for."""
        if ":" in axis:
            return tuple([meet.n for meet in self.meets[axis]])
        size = self.sizes[axis.removeprefix("?")]
        return size if isinstance(size, tuple) else (size,)

    @property
    def contracts(self) -> bool:
        """Whether it sums products: the multiplies that a layer is known by."""
        form = self.form
        return form.reduction == "+" and "multiplies" in form.operations

    def operations(self) -> dict[str, Size]:
        """The operations that it takes, by kind, beside products that it sums.

        To reduce n numbers to one takes n − 1 adds, or compares.
        """
        form = self.form
        if self.contracts or not (form.operations or form.reduction):
            return {}
        lines = self.lines()
        total = {kind: lines * times for kind, times in form.operations.items()}
        if form.reduction:
            kind = "adds" if form.reduction == "+" else "compares"
            total[kind] = total.get(kind, 0) + lines - self.elements(form.result)
        return total
