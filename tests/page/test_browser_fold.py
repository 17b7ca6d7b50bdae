"""What is seen at once, and beside the sliders: the result, the drawing, what scrolls sideways."""

from typing import Any

import pytest

from tests.page.browsing import Open, Page
from tests.shipped import INCEPTION

pytestmark = pytest.mark.slow

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
SLIDERS = "#whatif input[type=range]:visible"

# What can be scrolled sideways, of what is wider than the room that it has.
SIDEWAYS = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const { overflowX } = getComputedStyle(one);
  const scrolls = overflowX === "auto" || overflowX === "scroll";
  return scrolls && one.clientWidth && one.scrollWidth > one.clientWidth + 1;
}).map((one) => [one.getAttribute("aria-label"), one.classList.contains("more"), one.tabIndex])"""

# Whether nothing is in front of an element, at its corners.
UNCOVERED = """(one) => {
  const { left, right, top, bottom } = one.getBoundingClientRect();
  return [left + 1, right - 1].every((x) => [top + 1, bottom - 1].every((y) => {
    const found = document.elementFromPoint(x, y);
    return found && (found === one || one.contains(found) || found.contains(one));
  }));
}"""


def bottom(page: Page, selector: str) -> float:
    """Where an element ends, in px from the window's top."""
    box = page.tab.locator(selector).bounding_box()
    assert box, selector
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= page.tab.evaluate("innerWidth")
    return float(box["y"] + box["height"])


def large(page: Page) -> None:
    """Set it to the largest numbers of a page."""
    sides = [one["name"] for one in page.data()["live"]["controls"] if one["kind"] == "side"]
    values = [*(f"{side}=512" for side in sides), "batch=1024", "width=2"]
    page.go("&".join(values))


@pytest.mark.parametrize("name", INCEPTION)
def test_result_drawing_and_sliders_are_seen_without_scrolling(opened: Open, name: str) -> None:
    page = opened(name, viewport=DESKTOP)
    high = DESKTOP["height"]
    assert bottom(page, "#result") < bottom(page, "#stage-side .bar") < high
    assert bottom(page, ".canvas") <= high
    assert page.tab.locator(".canvas .box").count() > 3
    whole = page.tab.locator(SLIDERS)
    seen = [at for at in whole.all() if (box := at.bounding_box()) and box["y"] + 16 <= high]
    assert len(seen) >= 5
    assert all(one.evaluate(UNCOVERED) for one in seen[:5])
    before = page.result()
    assert len(before) == min(2, len(page.data()["modules"]))
    for one in seen[:5]:  # what each changes stands there
        one.focus()
        page.tab.keyboard.press("ArrowRight")
        assert page.result() != before
        before = page.result()
        assert bottom(page, "#result") <= high
    assert page.tab.evaluate("scrollY") == 0
    *_, network = before.values()
    assert network["main"][1].startswith("+")
    assert network["saved"][0].endswith("×")
    large(page)  # there is room for the largest numbers
    page.tab.wait_for_selector("#outcome .wide:not(.more, .scrolled)")
    page.tab.click("#whole")
    assert bottom(page, ".canvas") <= high
    assert page.tab.evaluate("document.documentElement.scrollWidth") <= DESKTOP["width"]


@pytest.mark.parametrize("name", ["googlenet", "inception-resnet-v2"])
def test_on_a_phone_the_multiplies_stay_in_sight_beside_each_slider(
    opened: Open, name: str
) -> None:
    page = opened(name, viewport=PHONE)
    count = "#result tbody tr:last-child .main"
    assert bottom(page, count) < PHONE["height"]
    for wide in (False, True):
        if wide:
            large(page)
        page.tab.evaluate("scrollTo(0, 0)")
        page.tab.focus("#reset" if wide else "#whole")
        sliders = page.tab.locator(SLIDERS)
        for at in range(sliders.count()):
            while not sliders.nth(at).evaluate("(one) => one === document.activeElement"):
                page.tab.keyboard.press("Tab")
            before = page.tab.inner_text(count)
            page.tab.keyboard.press("PageDown" if wide else "PageUp")
            after = page.tab.inner_text(count)
            control = sliders.nth(at).evaluate("(one) => one.parentNode.dataset.control")
            assert after != before, control
            assert bottom(page, count) < PHONE["height"] / 3
            assert page.tab.locator(count).evaluate(UNCOVERED)
            assert sliders.nth(at).evaluate(UNCOVERED), control
        assert page.tab.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


@pytest.mark.parametrize("viewport", [PHONE, {"width": 320, "height": 640}])
def test_what_scrolls_sideways_says_so_and_keys_reach_it(
    opened: Open, viewport: dict[str, Any]
) -> None:
    page = opened("inception-resnet-v2", viewport=viewport)
    large(page)
    page.tab.wait_for_selector("#outcome .wide.more")
    page.tab.click("#open")
    found = page.tab.evaluate(SIDEWAYS)
    labels = ["What it costs", "Table 1", "What other counters print for this network"]
    assert found == [[label, True, 0] for label in labels]
    for selector in ("#outcome .wide", "#spread"):
        page.tab.locator(selector).evaluate("(one) => { one.scrollLeft = one.scrollWidth; }")
        page.tab.wait_for_selector(f"{selector}.scrolled:not(.more)")
    page.resize({"width": 1600, "height": 900})
    page.tab.wait_for_selector("#outcome .wide:not(.more, .scrolled)")
    assert page.tab.get_attribute("#outcome .wide", "tabindex") is None
