"""What the tests of the frameworks share: nests that are broken on purpose are read anew."""

from collections.abc import Iterator

import pytest

from flopcount.core.ops import norm, tail


def _forget() -> None:
    tail._activated.cache_clear()
    norm.norm_steps.cache_clear()


@pytest.fixture
def fresh_tails() -> Iterator[None]:
    """Read what rides on a layer anew in the test, and after it."""
    _forget()  # what the nests were before
    yield
    _forget()  # the broken ones
