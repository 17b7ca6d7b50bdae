"""Which test runs: told by the plugin, asked by `assert_cost`. Nothing of pytest is imported."""

from collections import Counter
from typing import Any

item: Any = None  # the test, as pytest has it; None outside of pytest
calls: Counter[str] = Counter()  # how often the test asked for the cost of a network, by its name


def starts(test: Any) -> None:
    """A test starts; with None, it has ended."""
    global item  # noqa: PLW0603  pytest runs one test at a time in a process
    item = test
    calls.clear()
