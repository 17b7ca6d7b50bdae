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


RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"]


def findings(page: Page, scheme: str = "light") -> list[str]:
    """What axe-core finds wrong on the page as it stands, with the elements.

    A page in the dark has other colours alone: the rules of colours are asked there.
    """
    page.tab.evaluate(AXE)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if scheme == "dark":
        options["runOnly"] = RULES_OF_COLOUR
    found: dict[str, Any] = page.tab.evaluate("(how) => axe.run(document, how)", options)
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
    assert findings(page, scheme) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_on_networks_side_by_side(
    opened: Open, viewport: dict[str, int], scheme: str
) -> None:
    page = opened("compare", "googlenet", "inception-v3", viewport=viewport, color_scheme=scheme)
    assert findings(page, scheme) == []


def test_the_dark_has_other_colours_alone(opened: Open) -> None:
    """So that the rules that are not asked there find what they find in the light."""
    stands = """() => [...document.querySelectorAll("*")].map((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      return [one.tagName, one.getAttributeNames(), x, y, width, height];
    })"""
    for viewport in (DESKTOP, PHONE):
        light, dark = (
            opened("googlenet", viewport=viewport, color_scheme=scheme).tab.evaluate(stands)
            for scheme in ("light", "dark")
        )
        assert light == dark
        assert len(light) > 1000


def test_axe_would_find_what_is_wrong_in_the_dark(opened: Open) -> None:
    page = opened("googlenet", color_scheme="dark")
    page.tab.evaluate("document.querySelector('h1').style.color = '#222'")
    assert any(one.startswith("color-contrast") for one in findings(page, "dark"))


def test_axe_would_find_what_is_wrong(opened: Open) -> None:
    page = opened("googlenet")
    page.tab.evaluate("document.documentElement.removeAttribute('lang')")
    assert any(one.startswith("html-has-lang") for one in findings(page))
