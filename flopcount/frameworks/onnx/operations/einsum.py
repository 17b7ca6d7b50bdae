"""Sums of products written as an equation: ``bhid,bhjd->bhij``."""

import re
from collections import Counter
from collections.abc import Sequence

from ....core.ops.tensors import Move, Summed
from ....core.ops.tensors.written import is_one
from ....errors import FlopcountError
from ....sizes import Size
from ...models.operands import Made, Operand, given
from ...models.products import multiplied
from .table import Called, Result, Several, put_out, rule

_TERM = re.compile(r"([A-Za-z]*)(\.\.\.)?([A-Za-z]*)")
_POOL = "abdefghijlnopqrstuvwyz"  # what axes are called; beside them c, m and k


@rule("Einsum")
def _einsum(a: Called) -> Result:
    """Two operands at once, from the first on, as runtimes do; what is summed in one of them too.

    Of a product of which nothing is summed each number is one multiplication.
    """
    operands = [a.needed(place) for place in range(len(a.inputs))]
    read, out = _axes(a.get("equation", ""), [len(operand.shape) for operand in operands])
    sizes: dict[str, Size] = {}
    for axes, operand in zip(read, operands, strict=True):
        for axis, size in zip(axes, operand.shape, strict=True):
            if is_one(sizes.get(axis, 1)):
                sizes[axis] = size
    # what is 1 and spread along another operand's axis is an axis of its own
    for place, (axes, operand) in enumerate(zip(read, operands, strict=True)):
        own = [
            f"{axis}:{place}" if is_one(size) and not is_one(sizes[axis]) else axis
            for axis, size in zip(axes, operand.shape, strict=True)
        ]
        read[place] = own
        sizes |= {axis: 1 for axis in own if ":" in axis}
    if len(operands) == 1:
        return _of_one(operands[0], read[0], out, sizes)
    steps: list[Made] = []
    left, axes = operands[0], read[0]
    for place in range(1, len(operands)):
        later = {axis for others in read[place + 1 :] for axis in others}
        kept = [
            axis for axis in dict.fromkeys([*axes, *read[place]]) if axis in later or axis in out
        ]
        kept = out if place == len(operands) - 1 else kept
        steps.append(_of_two((left, operands[place]), (axes, read[place]), kept))
        left = put_out(place - 1, tuple(sizes[axis] for axis in kept))
        axes = kept
    return steps[0] if len(steps) == 1 else Several(tuple(steps))


def _of_one(x: Operand, axes: Sequence[str], out: Sequence[str], sizes: dict[str, Size]) -> Made:
    if Counter(axes) == Counter(out):
        return Made(Move("transpose", (tuple(sizes[axis] for axis in out),)), (x,))
    names = _named([axes], out)
    summed = "+=" if {*axes} - {*out} else "="
    text = f"y[{_text(out, names)}] {summed} x[{_text(axes, names)}]"
    return Made(Summed(text, given=given((x,))), (x,))


def _of_two(
    sides: tuple[Operand, Operand], read: tuple[Sequence[str], Sequence[str]], out: Sequence[str]
) -> Made:
    names = _named(read, out)
    texts = [_text(axes, names) for axes in (*read, out)]
    if {*read[0], *read[1]} - {*out}:
        return multiplied(sides, tuple(texts))
    return Made(
        Summed(f"y[{texts[2]}] = x[{texts[0]}] * x1[{texts[1]}]", given=given(sides)), sides
    )


def _named(read: Sequence[Sequence[str]], out: Sequence[str]) -> dict[str, str]:
    """What each axis is called in a nest: k and m are those that a side has alone, c is summed."""
    every = list(dict.fromkeys(axis for axes in (*read, out) for axis in axes))
    names: dict[str, str] = {}
    for letter, place in (("m", 0), ("k", 1)) if len(read) == 2 else ():
        alone = [axis for axis in read[place] if axis in out and axis not in read[1 - place]]
        if alone:
            names[alone[-1]] = letter
    summed = [axis for axis in every if axis not in out]
    if summed:
        names.setdefault(summed[-1], "c")
    left = iter(_POOL)
    try:
        return {axis: names.get(axis) or next(left) for axis in every}
    except StopIteration:
        raise FlopcountError(f"an equation of {len(every)} axes is too long") from None


def _text(axes: Sequence[str], names: dict[str, str]) -> str:
    return " ".join(names[axis] for axis in axes)


def _axes(equation: str, ranks: Sequence[int]) -> tuple[list[list[str]], list[str]]:
    """The axes of each operand and of what comes out; those of ``...`` are .2, .1 from the left.

    Raises `FlopcountError` for an equation that does not fit them.
    """
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = [_TERM.fullmatch(term) for term in left.split(",")]
    result = _TERM.fullmatch(right)
    if not result or len(terms) != len(ranks):
        raise FlopcountError(f"the equation {equation} is not one of {len(ranks)} operands")
    read = []
    for term, rank in zip(terms, ranks, strict=True):
        if not term:
            raise FlopcountError(f"the equation {equation} is none")
        more = rank - len(term[1]) - len(term[3])
        if more < 0 or (more and not term[2]):
            raise FlopcountError(f"the equation {equation} does not fit {rank} axes")
        read.append([*term[1], *_spread(more), *term[3]])
    every = {axis for axes in read for axis in axes}
    spread = _spread(sum(axis[0] == "." for axis in every))
    if arrow:
        out = [*result[1], *(spread if result[2] else ()), *result[3]]
    else:  # those that are there once, in their order
        times = Counter(re.sub("[^A-Za-z]", "", left))
        out = [*spread, *sorted(letter for letter, n in times.items() if n == 1)]
    if {*out} - every or len(out) > len({*out}):
        raise FlopcountError(f"the equation {equation} puts out what its operands do not have")
    return read, out


def _spread(axes: int) -> list[str]:
    return [f".{place}" for place in range(axes, 0, -1)]
