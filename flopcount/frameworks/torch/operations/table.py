"""The table itself, how a rule gets into it, and what rules have in common."""

from collections.abc import Callable
from math import isnan
from typing import Any, NamedTuple, TypeAlias

from ....core.ops.tensors import Move
from ....sizes import Shape
from .operands import Arguments, Made, Operand

Rule: TypeAlias = Callable[[Arguments], Made | None]  # None: unknown in this form
OPERATIONS: dict[str, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Register a rule for operations of these names, and for those that work in place.

    Raises `ValueError` for a name that has one.
    """

    def register(made: Rule) -> Rule:
        for name in names:
            space = "" if "." in name else "aten."
            for key in (f"{space}{name}", f"{space}{name}_"):
                if key in OPERATIONS:
                    raise ValueError(f"{key} is registered twice")
                OPERATIONS[key] = made
        return made

    return register


def moved(word: str, a: Arguments) -> Made:
    """An operation that puts numbers elsewhere and computes nothing."""
    return Made(Move(word, a.outputs[:1]), tuple(a.tensors))


def along(sizes: Any, axes: int) -> tuple[Any, ...]:
    """One number an axis, as PyTorch writes it: all of them, or one for each."""
    each: tuple[Any, ...] = tuple(sizes) if isinstance(sizes, list | tuple) else (sizes,)
    return each * axes if len(each) == 1 else each


def number(value: Any) -> str:
    """A number as a formula has it; of one that is open, or none, only that it is one counts.

    >>> number(0.5), number(True), number(float("-inf"))
    ('0.5', '1', '-1e999')
    """
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float) and not isnan(value):
        return repr(value).replace("inf", "1e999")
    return "2"


def given_one(operand: Operand) -> Shape | None:
    """The shape of an operand that no layer puts out; None of one that one does."""
    return operand.shape if operand.is_constant else None


class Own(NamedTuple):
    """Parameters that an operation takes: those that are its own, by capital, and what comes in.

    `letters` are the capitals of those that there are, small where one comes in instead.
    """

    letters: str
    weights: dict[str, Operand]
    flows: tuple[Operand, ...]

    @property
    def computed(self) -> str:
        """The capitals of those that come in."""
        return "".join(letter.upper() for letter in self.letters if letter.islower())


def own(**operands: Operand | None) -> Own:
    """The parameters of an operation by their capitals; one that is None is not there."""
    there = {capital: operand for capital, operand in operands.items() if operand is not None}
    weights = {capital: operand for capital, operand in there.items() if operand.is_weights}
    letters = "".join(capital if capital in weights else capital.lower() for capital in there)
    return Own(letters, weights, tuple(o for capital, o in there.items() if capital not in weights))
