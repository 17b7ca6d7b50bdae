"""What the tests of the notation share: a limit of layers that is soon reached."""

import pytest


@pytest.fixture
def few_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a network have 2,000 layers, so that what passes the limit need not build 20,000."""
    monkeypatch.setattr("flopcount.notation.builder.MAX_LAYERS", 2_000)
