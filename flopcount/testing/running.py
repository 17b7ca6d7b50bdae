"""Which test runs: told by the plugin, asked by `assert_cost`. Nothing of pytest is imported."""

from typing import Any

item: Any = None  # the test, as pytest has it; None outside of pytest
calls = 0  # how often it asked for a cost


def starts(test: Any) -> None:
    """A test starts; with None, it has ended."""
    global item, calls
    item, calls = test, 0


def next_call() -> int:
    """The number of a call of `assert_cost` in the running test."""
    global calls  # noqa: PLW0603  likewise
    calls += 1
    return calls
