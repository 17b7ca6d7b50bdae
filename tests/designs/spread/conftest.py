"""What tests of folders of designs and of kept tiles share: small tiles, and which are priced."""

import os
from typing import Any

import pytest

from flopcount.designs.grid import tiles
from flopcount.designs.spread import run, work


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make tiles of at most 50 designs."""
    monkeypatch.setattr(tiles, "LEAST", 50)
    monkeypatch.setattr(os, "fsync", lambda _: None)  # takes longer than all the rest


@pytest.fixture
def priced(small_tiles: None, monkeypatch: pytest.MonkeyPatch) -> list[int]:  # noqa: ARG001
    """The numbers of the tiles that are priced and kept."""
    numbers: list[int] = []
    written = work.written

    def noted(asked: work.Asked, number: int, known: Any, folder: Any) -> Any:
        numbers.append(number)
        return written(asked, number, known, folder)

    monkeypatch.setattr(run, "written", noted)
    return numbers
