"""The table of rules: from a kind of op of a model to how the notation says it."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from ...core import Op, Row
from .lifting import Lifting

# A rule is given what is built and a row; it puts nodes, and says what the row's outputs are.
Rule: TypeAlias = Callable[[Lifting, Row], None]
Made = TypeVar("Made", bound=Callable[..., None])
RULES: dict[type, Rule] = {}


def rule(*kinds: type) -> Callable[[Made], Made]:
    """Register a rule for these kinds of ops. Raises `ValueError` for one that has a rule."""

    def register(made: Made) -> Made:
        for kind in kinds:
            if kind in RULES:
                raise ValueError(f"{kind.__name__} is registered twice")
            RULES[kind] = made
        return made

    return register


# Likewise of what works element by element on a tensor and a parameter, by its step.
WITH_PARAMETER: dict[str, Rule] = {}

# Likewise of what only moves numbers, by its word.
MOVES: dict[str, Rule] = {}


def rule_of(op: Op) -> Rule | None:
    """The rule for an op; None where there is none."""
    return RULES.get(type(op))
