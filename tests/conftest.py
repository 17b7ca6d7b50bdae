"""What all tests share: the switch that rewrites the golden files, and how Hypothesis searches."""

import contextlib

import pytest
from hypothesis import HealthCheck, settings

# The same examples on every machine; --hypothesis-profile=explore tries others.
settings.register_profile("fixed", derandomize=True, deadline=None, max_examples=150)
settings.register_profile(
    "explore", deadline=None, max_examples=1_500, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("fixed")


def pytest_addoption(parser: pytest.Parser) -> None:
    with contextlib.suppress(ValueError):  # nbmake, where it is installed, has it already
        parser.addoption(
            "--overwrite", action="store_true", help="rewrite tests/golden from what is printed now"
        )
