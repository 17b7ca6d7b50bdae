"""Tables of rules: how a reader's own operations, by their names, get theirs."""

from collections.abc import Callable
from typing import TypeVar

Key = TypeVar("Key")
Rule = TypeVar("Rule")


def registered(table: dict[Key, Rule], *keys: Key) -> Callable[[Rule], Rule]:
    """Register a rule in a table, under each of these keys.

    Raises `ValueError` for one that has a rule.
    """

    def register(made: Rule) -> Rule:
        for key in keys:
            if key in table:
                raise ValueError(f"{key} is registered twice")
            table[key] = made
        return made

    return register
