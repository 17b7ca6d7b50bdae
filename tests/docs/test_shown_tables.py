"""A shipped table that a page shows is the shipped one, to the letter."""

import re

from flopcount.notation.shipped import folder
from tests.docs.blocks import PAGES, fences


def test_a_shipped_table_is_shown_as_it_is() -> None:
    shown = {}
    for page in PAGES:
        for _line, _language, block in fences(page.read_text(encoding="utf-8")):
            found = re.match(r"# ([\w.-]+\.toml)\n", block)
            if found and (folder() / found[1]).is_file():
                shown[found[1]] = block.removeprefix(found[0])
    assert "mobilenet-v2.toml" in shown
    for name, block in shown.items():
        assert block == (folder() / name).read_text(encoding="utf-8"), name
