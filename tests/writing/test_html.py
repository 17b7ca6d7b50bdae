"""HTML for notebooks: a user's text adds no element to it."""

from collections import Counter

import html5lib
import pytest

from flopcount.writing.formats import render
from tests.writing.exported import HOSTILE, hostile


def elements(text: str) -> Counter[str]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parseFragment(render(hostile(text), "html"))
    assert parser.errors == []
    return Counter(f"{element.tag} {sorted(element.keys())}" for element in tree.iter())


@pytest.mark.parametrize("text", HOSTILE)
def test_a_users_text_stays_text_in_html(text: str) -> None:
    assert elements(text) == elements("plain")
