"""The page for who does not see it, or has no mouse: axe-core finds nothing, keys reach all."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from tests.page.browsing import Open, Page

pytestmark = pytest.mark.slow

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


def findings(page: Page) -> list[str]:
    """What axe-core finds wrong on the page as it stands, with the elements."""
    page.tab.evaluate(AXE)
    found: dict[str, Any] = page.tab.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]


def whole(page: Page) -> None:
    page.tab.click("#whole")
    for _ in range(4):  # the minimap comes
        page.tab.click("[aria-label='Zoom in']")


def naive(page: Page) -> None:
    page.set("naive", "on")


def wrong(page: Page) -> None:
    page.tab.fill('[data-control="H"] input[type=number]', "9999")


def explained(page: Page) -> None:
    page.tab.click("#open")
    page.tab.check("#why")


def chosen(page: Page) -> None:
    page.tab.click("#columns")
    page.tab.get_by_label("activations").check()
    page.set("H", "97")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("change", [None, whole, naive, wrong, explained, chosen])
def test_axe_finds_nothing(
    opened: Open, viewport: dict[str, int], scheme: str, change: Callable[[Page], None] | None
) -> None:
    page = opened("googlenet", viewport=viewport, color_scheme=scheme)
    if change:
        change(page)
    assert findings(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_on_networks_side_by_side(
    opened: Open, viewport: dict[str, int], scheme: str
) -> None:
    page = opened("compare", "googlenet", "inception-v3", viewport=viewport, color_scheme=scheme)
    assert findings(page) == []


def test_axe_would_find_what_is_wrong(opened: Open) -> None:
    page = opened("googlenet")
    page.tab.evaluate("document.documentElement.removeAttribute('lang')")
    assert any(one.startswith("html-has-lang") for one in findings(page))
