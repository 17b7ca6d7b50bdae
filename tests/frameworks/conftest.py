"""What the tests of the frameworks share: nests that are broken on purpose are read anew."""

from collections.abc import Iterator

import pytest

from flopcount.core.ops import tail


@pytest.fixture
def fresh_tails() -> Iterator[None]:
    """Read what rides on a layer anew in the test, and after it."""
    tail._steps.cache_clear()  # noqa: SLF001  what the nests were before
    yield
    tail._steps.cache_clear()  # noqa: SLF001  the broken ones
