"""What all tests share: the switch that rewrites the golden files."""

import contextlib

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    with contextlib.suppress(ValueError):  # nbmake, where it is installed, has it already
        parser.addoption(
            "--overwrite", action="store_true", help="rewrite tests/golden from what is printed now"
        )
