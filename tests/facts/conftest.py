"""What the tests of the family share: a table with a change in it."""

from pathlib import Path

import pytest

from tests.facts.implementations import TABLES, Patch


@pytest.fixture
def patched(tmp_path: Path) -> Patch:
    """Change a text in a table, which must be there; return the changed table's reference."""

    def patch(reference: str, *changes: tuple[str, str]) -> str:
        name, at, variant = reference.partition("@")
        text = (TABLES / f"{name}.toml").read_text()
        for old, new in changes:
            assert old in text, f"{name}.toml has no {old!r}"
            text = text.replace(old, new)
        path = tmp_path / f"{name}.toml"
        path.write_text(text)
        return f"{path}{at}{variant}"

    return patch
