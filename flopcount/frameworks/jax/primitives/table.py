"""The table itself, how a rule gets into it, and what rules have in common."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from ....core.ops.tensors import Move
from ....sizes import Shape
from ...models.operands import Made
from ...models.rules import registered
from ..values import Step, Value


class Priced(NamedTuple):
    """A node: what it is made of.

    `outputs` are the shapes that its op puts out, where those differ from the primitive's in the
    order of the axes, or how many stand for one; `channels` the axes of what the primitive puts out
    that a bias would have, where the node is a layer that may take one.
    """

    made: Made
    outputs: tuple[Shape, ...] = ()
    channels: frozenset[int] = frozenset()


class Viewed(NamedTuple):
    """No node: what comes out is what came in, or a part of it, under another shape."""

    values: tuple[Value, ...]


Rule: TypeAlias = Callable[[Step], Made | Priced | Viewed | None]  # None: unknown in this form
PRIMITIVES: dict[str, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Register a rule for primitives of these names. Raises `ValueError` for one that has one."""
    return registered(PRIMITIVES, *names)


def moved(word: str, step: Step) -> Made:
    """A primitive that puts numbers elsewhere and computes nothing."""
    return Made(Move(word, step.outputs), step.operands)
