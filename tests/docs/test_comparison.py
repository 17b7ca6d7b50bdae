"""The tables of the pages on other counters: made from the rules."""

import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FILES = ("docs/comparison.md", "docs/counters.md", "README.md")


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs" / "generate_comparison.py"))


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES)
def test_the_tables_of_other_counters_are_fresh(made: dict[str, Any], path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert made["filled"](text) == text, f"{path} is stale: python docs/generate_comparison.py"


def test_every_table_stands_on_a_page(made: dict[str, Any]) -> None:
    pages = "".join((ROOT / path).read_text(encoding="utf-8") for path in FILES)
    named = {name for name in made["BLOCKS"] if f"generate_comparison.py: {name} " in pages}
    assert named == made["BLOCKS"].keys()
