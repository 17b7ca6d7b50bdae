"""The drawing and the table of a page, in a real browser: each leads to the other."""

from typing import Any

import pytest

import flopcount as fc
from flopcount.core import role_of
from tests.page.browsing import Open, Page
from tests.shipped import INCEPTION

pytestmark = pytest.mark.slow

DESKTOP = {"width": 1280, "height": 800}


def row(page: Page, *names_: str) -> Any:
    """The row of a part, named from its module down."""
    return page.tab.locator("#table tbody tr").nth(list(page.rows()).index(names_))


def drawn(page: Page) -> str:
    """The module that is drawn; all that says so says the same."""
    label = str(page.tab.get_attribute(".canvas", "aria-label"))
    chosen = str(page.tab.locator("#choice option:checked").inner_text())
    is_whole = page.tab.get_attribute("#whole", "aria-pressed") == "true"
    name = "The whole network" if is_whole else f"Module {chosen}"
    assert label == f"{name}: a box for each layer"
    assert page.tab.inner_text("#drawn").startswith(f"{name}.")
    if page.tab.locator("#of-module").is_visible():
        assert page.tab.inner_text("#of-which") == f"Module {chosen}"
    assert page.tab.inner_text("#result tbody th >> nth=0") in (chosen, "the network")
    return "" if is_whole else chosen


def marked(page: Page) -> list[str]:
    """The boxes that are marked, by the paths of their layers; all are seen."""
    found: list[Any] = page.tab.evaluate("""() => {
      const stage = document.querySelector(".canvas").getBoundingClientRect();
      return [...document.querySelectorAll(".canvas .chosen")].map((one) => {
        const { left, right, top, bottom } = one.querySelector("rect").getBoundingClientRect();
        const isSeen = right > stage.left && left < stage.right &&
          top >= stage.top && bottom <= stage.bottom;
        return [one.getAttribute("aria-label").split(",")[0], isSeen];
      });
    }""")
    assert any(is_seen for _, is_seen in found) or not found
    return [path for path, _ in found]


@pytest.mark.parametrize("name", INCEPTION)
def test_the_first_module_drawn_has_reductions_and_all_are_gone_through(
    opened: Open, name: str
) -> None:
    page = opened(name, viewport={"width": 1000, "height": 700})
    layers = fc.analyze(fc.load(name)).rows
    reducing = [one.node.module for one in layers if role_of(one.node.op) == "reduce"]
    assert drawn(page) == reducing[0]
    modules = list(fc.load(name).modules)
    at = modules.index(reducing[0])
    if len(modules) == 1:
        assert not page.tab.is_visible("#whole")
        return
    for button, step in (("#next", 1), ("#next", 1), ("#previous", -1)):
        page.tab.click(button)
        at += step
        assert drawn(page) == modules[at]
        assert row(page, modules[at]).get_attribute("aria-current") == "true"
    page.tab.select_option("#choice", index=1)
    page.tab.click("#previous")
    assert drawn(page) == modules[0]
    assert page.tab.is_disabled("#previous")
    page.tab.select_option("#choice", index=len(modules) - 1)
    assert drawn(page) == modules[-1]
    assert page.tab.is_disabled("#next")
    page.tab.click("#whole")
    assert drawn(page) == ""
    page.tab.click("#previous")  # a module again
    assert drawn(page) == modules[-2]


def test_a_row_draws_its_module_and_of_a_part_marks_the_boxes(opened: Open) -> None:
    page = opened("googlenet", viewport=DESKTOP)
    page.tab.click("#open")
    for names_, layers in (
        (("4a",), []),
        (("4a", "3x3", "4a/3x3/2"), ["4a/3x3/2"]),
        (("4b", "5x5"), ["4b/5x5/1", "4b/5x5/2"]),
        (("5b",), []),
        (("conv2", "conv2/2"), ["conv2/2"]),
        (("4a", "4a/concat"), ["4a/concat"]),
    ):
        row(page, *names_).locator("td").nth(2).click()  # anywhere in it
        assert drawn(page) == names_[0]
        assert row(page, *names_).get_attribute("aria-current") == "true"
        assert page.tab.locator("#table [aria-current]").count() == 1
        found = [path.split(" (")[0] for path in marked(page)]  # on both sides
        assert sorted(set(found)) == layers


def test_in_the_whole_network_a_row_is_brought_into_view_and_marked(opened: Open) -> None:
    page = opened("inception-v4", viewport=DESKTOP)
    page.tab.click("#whole")
    for _ in range(6):
        page.tab.click("[aria-label='Zoom in']")
    page.tab.click("#open")
    paths = [one.node.path for one in fc.analyze(fc.load("inception-v4")).rows]
    for names_ in (
        ("C.2",),
        ("stem.2", "7x7x3", "stem.2/7x7x3/3"),
        ("A.3", "3x3", "A.3/3x3/2"),
        ("B.7",),
        ("linear",),
    ):
        row(page, *names_).locator(".name").click()
        assert drawn(page) == ""
        assert row(page, *names_).get_attribute("aria-current") == "true"
        found = marked(page)
        assert found
        for first, *others in (path.split(" … ") for path in found):  # repeats are one box
            last = others[0] if others else first
            inside = [paths.index(first), paths.index(last)]
            own = [at for at, path in enumerate(paths) if f"{path}/".startswith(f"{names_[-1]}/")]
            assert any(inside[0] <= at <= inside[1] for at in own)
        assert page.tab.locator(".canvas:not(.all)").count() == 1  # as near as it was


def test_a_box_opens_its_row_and_the_focus_goes_there(opened: Open) -> None:
    page = opened("googlenet", viewport=DESKTOP)
    for way, whole, path in (
        ("click", False, "3a/5x5/2"),
        ("Enter", True, "4c/pool/1"),
        ("click", True, "conv2/2"),
        (" ", False, "5b/concat"),
    ):
        if path == "5b/concat":
            page.tab.select_option("#choice", label="5b")
        if whole != (page.tab.get_attribute("#whole", "aria-pressed") == "true"):
            page.tab.click("#whole")
        box = page.tab.locator(f'.canvas .box[aria-label^="{path}, "]')
        page.tab.fill("#search", "" if way == "click" else "pool1")  # the row is not in sight
        if way == "click":
            box.click()
        else:
            box.focus()
            page.tab.keyboard.press(way)
        sides = [] if whole else [f"{path} (without the 1×1 reductions)"]
        assert marked(page) == [*sides, path]
        (of,) = [names_ for names_ in page.rows() if names_[-1] == path]
        current = row(page, *of)
        assert current.get_attribute("aria-current") == "true"
        assert current.locator(".name").evaluate("(one) => one === document.activeElement")
        place = current.bounding_box()
        assert place
        assert place["y"] >= 0
        assert place["y"] + place["height"] <= 800
        above = page.tab.get_by_role("button", name=f"layers of {path.split('/')[0]}", exact=True)
        assert above.get_attribute("aria-expanded") == "true"
        assert page.tab.get_attribute("#whole", "aria-pressed") == str(whole).lower()
        assert page.tab.input_value("#search") == ""
        page.tab.locator("#table .up").click()
        assert page.tab.evaluate("document.activeElement.id") == "choice"
        assert page.tab.locator(".stage").evaluate(
            "(one) => one.getBoundingClientRect().top < innerHeight / 2"
        )
