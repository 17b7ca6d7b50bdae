"""Sums of products: of any axes of two arrays; of rows with the matrix of their group."""

from collections.abc import Sequence
from typing import Any

from ....core.ops.tensors import Product
from ....sizes import product
from ...models.operands import Made, Operand, given, own
from ..values import Step
from .table import Priced, rule

_BATCH, _SUMMED, _FREE = "beghij", "cdfptu", "mnoqsvwxyz"


@rule("dot_general")
def _dot_general(step: Step) -> Priced | Made | None:
    """A product of two arrays, summed over some axes, with a batch on some.

    What a parameter has alone is the width of a dense layer, as one axis.
    """
    (summed, batch) = step.params["dimension_numbers"]
    sides = step.operands
    if max(len(side.shape) for side in sides) > len(_FREE):
        return None
    letters: list[list[str]] = [[""] * len(side.shape) for side in sides]
    for pool, pairs in ((_SUMMED, summed), (_BATCH, batch)):
        for letter, *axes in zip(pool, *pairs, strict=False):
            for side, axis in enumerate(axes):
                letters[side][axis] = letter
    weights = next((n for n in (1, 0) if sides[n].is_weights), None)
    trained = next((n for n in (1, 0) if sides[n].is_parameter), None)
    trained = trained if weights is None else weights
    free = iter(_FREE)
    own_axes = [[axis for axis, letter in enumerate(side) if not letter] for side in letters]
    for side, axes in enumerate(own_axes):
        for axis in axes:
            letters[side][axis] = "k" if side == trained else next(free)
    if trained is None and own_axes[1]:
        letters[1][own_axes[1][-1]] = "k"
    result = [letters[0][axis] for axis in batch[0]]
    for side, axes in enumerate(own_axes):
        result += [letters[side][axis] for axis in axes]
    return _layer(step, sides, letters, result, trained, weights)


def _layer(  # noqa: PLR0913, PLR0917  what a product is made of
    step: Step,
    sides: Sequence[Operand],
    letters: list[list[str]],
    result: list[str],
    trained: int | None,
    weights: int | None,
) -> Priced:
    """A product by the letters of its axes; a parameter's own axes, all k, are read as one."""
    width = None
    channels: frozenset[int] = frozenset()
    sides = list(sides)
    outputs = step.outputs
    if trained is not None:
        own_side = letters[trained]
        own_sizes = [
            n for n, letter in zip(sides[trained].shape, own_side, strict=True) if letter == "k"
        ]
        width = product(own_sizes)
        channels = frozenset(axis for axis, letter in enumerate(result) if letter == "k")
        if len(own_sizes) != 1:
            sides[trained], letters[trained] = _joined(sides[trained], own_side)
            outputs = (_joined_shape(outputs[0], result),)
            result = _once(result)
    names = iter(("x", "x1"))
    texts = []
    for number, (side, axes) in enumerate(zip(sides, letters, strict=True)):
        on = " ".join(axes)
        if number == weights:
            order = side.order if len(side.order) == len(axes) else ()
            stored = [axes[axis] for axis in order] if order else axes
            texts.append(f"W[{' '.join(stored)}]")
        else:
            texts.append(f"{next(names)}[{on}]")
    flows = tuple(side for n, side in enumerate(sides) if n != weights)
    held = {} if weights is None else {"W": sides[weights]}
    text = f"y[{' '.join(result)}] += {texts[0]} * {texts[1]}"
    made = Made(Product(text, width, given=given(flows)), flows, held)
    return Priced(made, outputs, channels if weights is not None else frozenset())


def _once(letters: Sequence[str]) -> list[str]:
    """Letters, all k as one, where the first of them stands."""
    return list(dict.fromkeys(letters))


def _joined_shape(shape: Any, letters: Sequence[str]) -> Any:
    """A shape, those of its axes that are k joined to one."""
    found: dict[str, Any] = {}
    for n, letter in zip(shape, letters, strict=True):
        found[letter] = found.get(letter, 1) * n
    return tuple(found.values())


def _joined(side: Operand, letters: list[str]) -> tuple[Operand, list[str]]:
    """A parameter whose own axes are read as one, or that gets one of size 1."""
    if "k" not in letters:
        return side, letters
    return side._replace(shape=_joined_shape(side.shape, letters), order=()), _once(letters)


@rule("ragged_dot_general", "ragged_dot")
def _ragged_dot(step: Step) -> Made | None:
    """Each row times the matrix of its group: of those that are held, the chosen ones work."""
    x, w = step.operands[:2]
    if not _is_plain(step.params) or len(x.shape) != 2 or len(w.shape) != 3:
        return None
    parameters = own(W=w)
    side = f"W[{w.stored('?e c k')}]" if parameters.weights else "x1[?e c k]"
    flows = (x, *parameters.flows)
    text, width = f"y[m k] += x[m c] * {side}", w.shape[2]
    return Made(
        Product(text, width, given=given(flows), experts=w.shape[0]), flows, parameters.weights
    )


def _is_plain(params: Any) -> bool:
    """Whether rows m of m × c are in groups, each with a matrix of groups × c × k."""
    numbers = params.get("ragged_dot_dimension_numbers")
    if numbers is None:
        return True
    dots = numbers.dot_dimension_numbers
    plain = (((1,), (1,)), ((), ()))
    found = tuple(tuple(tuple(map(int, axes)) for axes in pair) for pair in dots)
    return (
        found == plain
        and tuple(numbers.lhs_ragged_dimensions) == (0,)
        and tuple(numbers.rhs_group_dimensions) == (0,)
    )
