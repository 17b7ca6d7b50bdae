"""The plugin of pytest: `assert_cost` can ask which test runs, and so what it cost before.

PYTEST_DONT_REWRITE
"""

import pytest

from . import running


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before its fixtures are made."""
    running.starts(item)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """When they are gone."""
    running.starts(None)
