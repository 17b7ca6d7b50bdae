"""The numbers of small values, such as shapes, worked out where all that goes in is known."""

from typing import Any

import numpy as np

from ....errors import FlopcountError
from ....sizes import Size, is_open
from ..values import MOST_NUMBERS, NoNumbersError, Value
from .arithmetic import FOLDS, WHOLE, UndecidedError, is_size, stored
from .table import Called, Computed

MOST_SCALES = 8  # one an axis: a trained tensor of so few floats is followed too


def array(value: Value) -> Any:
    """The numbers of a value, in its shape. Raises `UndecidedError` where they are not known."""
    if value.numbers is None:
        raise UndecidedError
    return arranged(value.numbers, value.shape)


def arranged(numbers: Any, shape: Any) -> Any:
    """Numbers in order as an array of objects, of a shape."""
    made = np.empty(len(numbers), object)
    for place, number in enumerate(numbers):
        made[place] = number
    return made.reshape(shape)


def followed(value: Value) -> bool:
    """Whether a value's numbers are known and it is no layer's weight."""
    if value.numbers is None or value.operand.port is not None:
        return False
    weight = value.operand.is_parameter and value.dtype.startswith(("float", "bfloat"))
    return not weight or len(value.numbers) <= MOST_SCALES


def all_followed(a: Called) -> bool:
    """Whether all that goes into a node is known."""
    there = [value for value in a.inputs if value is not None]
    return bool(there) and all(map(followed, there))


def computed(numbers: Any, dtype: str) -> Computed:
    """An array of known numbers as what comes out; too many of them are not followed."""
    numbers = np.asarray(numbers, object)
    shape = tuple(map(int, numbers.shape))
    if numbers.size > MOST_NUMBERS:
        return Computed(shape, None, dtype)
    return Computed(shape, tuple(stored(n, dtype) for n in numbers.ravel().tolist()), dtype)


def folded(a: Called, name: str, dtype: str) -> Computed | None:
    """What an elementwise node computes of known numbers; None where that is not followed."""
    if name not in FOLDS or not all_followed(a):
        return None
    try:
        arrays = [array(value) for value in a.inputs if value is not None]
        spread = np.broadcast_arrays(*arrays)
        if spread[0].size > MOST_NUMBERS:
            return None
        whole = dtype.startswith(("int", "uint"))
        function = WHOLE.get(name, FOLDS[name]) if whole else FOLDS[name]
        flat = zip(*(one.ravel().tolist() for one in spread), strict=True)
        numbers = [function(*numbers) for numbers in flat]
    except (UndecidedError, ArithmeticError, ValueError, TypeError):
        return None
    return computed(arranged(numbers, spread[0].shape), dtype)


def sizes(value: Value | None) -> tuple[Size, ...]:
    """The numbers of an input that says a shape, axes or the like.

    Raises `NoNumbersError` where they are computed from data, and `FlopcountError` where they are
    so many that they say no shape.
    """
    many = value.shape[0] if value is not None and len(value.shape) == 1 else 0
    if not is_open(many) and many > MOST_NUMBERS:
        raise FlopcountError(
            f"a shape, or a list of axes, of {many:,} numbers; the limit is {MOST_NUMBERS:,}"
        )
    if value is None or value.numbers is None:
        raise NoNumbersError("its numbers are not known before the model runs")
    return tuple(n if is_open(n) and is_size(n) else int(n) for n in value.numbers)
