"""The table itself, how a rule gets into it, and what rules have in common."""

from collections.abc import Callable
from typing import Any, TypeAlias

from ....core.ops.tensors import Move
from ...models.operands import Made
from ...models.rules import registered
from .arguments import Arguments

Rule: TypeAlias = Callable[[Arguments], Made | None]  # None: unknown in this form
OPERATIONS: dict[str, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Register a rule for operations of these names, and for those that work in place.

    Raises `ValueError` for a name that has one.
    """
    spaced = [name if "." in name else f"aten.{name}" for name in names]
    return registered(OPERATIONS, *(f"{name}{end}" for name in spaced for end in ("", "_")))


def moved(word: str, a: Arguments) -> Made:
    """An operation that puts numbers elsewhere and computes nothing."""
    return Made(Move(word, a.outputs[:1]), tuple(a.tensors))


def along(sizes: Any, axes: int) -> tuple[Any, ...]:
    """One number an axis, as PyTorch writes it: all of them, or one for each."""
    each: tuple[Any, ...] = tuple(sizes) if isinstance(sizes, list | tuple) else (sizes,)
    return each * axes if len(each) == 1 else each
