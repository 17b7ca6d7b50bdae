"""A page by keyboard alone, from its top to its end and back."""

from typing import Any

import pytest

from tests.page.browsing import Open, Page, assert_agrees

pytestmark = pytest.mark.slow

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
# What has the focus: its id, its control, or what it is; whether it is seen, and its ring.
FOCUS = """() => {
  const one = document.activeElement;
  const { top, bottom, left, right, width } = one.getBoundingClientRect();
  const found = document.elementFromPoint(
    Math.max(left + 2, Math.min((left + right) / 2, innerWidth - 2)), (top + bottom) / 2);
  const slider = one.closest("[data-control]");
  const is = one === document.body ? "" : one.id || one.classList[0] || one.tagName;
  return {
    name: slider ? `${one.type} ${slider.dataset.control}` : is,
    seen: width > 0 && bottom > 0 && top < innerHeight &&
      (bottom - top > innerHeight || one.contains(found) || Boolean(found?.contains(one))),
    ring: getComputedStyle(one).outlineStyle !== "none",
  };
}"""


def walked(page: Page, key: str = "Tab", most: int = 400) -> list[str]:
    """What the key reaches, one after the other, until the focus leaves the page; all is seen."""
    names: list[str] = []
    while len(names) < most:
        page.tab.keyboard.press(key)
        found: dict[str, Any] = page.tab.evaluate(FOCUS)
        if not found["name"]:
            return names
        assert found["seen"], found["name"]
        assert found["ring"], found["name"]
        names.append(found["name"])
    return names


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_tab_reaches_everything_in_order_and_there_is_no_trap(
    opened: Open, viewport: dict[str, int]
) -> None:
    page = opened("googlenet", viewport=viewport)
    page.set("3a.r5", "24")
    page.set("3a.n1", "999")
    page.tab.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    names = walked(page)
    assert names[0] == "skip"
    assert len(names) < 400  # the focus leaves the page
    order = ["skip", "SUMMARY", "previous", "choice", "next", "whole", "box", "save-svg", "undo"]
    order += ["reset", "naive", "range 3a.n1", "number 3a.n1", "number 3a.proj", "range H"]
    order += ["square", "range width", "copy", "search", "open", "columns", "csv", "why"]
    assert [name for name in order if name not in names] == []
    places = [names.index(name) for name in order]
    assert places == sorted(places)
    controls = page.tab.locator(".control:visible").evaluate_all(
        "(all) => all.map((one) => one.dataset.control)"
    )
    for control in controls:
        assert names.index(f"number {control}") == names.index(f"range {control}") + 1
    assert "canvas" not in names
    assert names.count("box") == 1  # the boxes are gone through with the arrows
    modules = len(page.data()["modules"])
    assert names.count("opener") == names.count("name") == modules
    assert walked(page, "Shift+Tab", len(names)) == names[::-1]


def go_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press the key until something has the focus."""
    for _ in range(120):
        page.tab.keyboard.press(key)
        if focused(page) == name:
            return
    pytest.fail(f"{name} is not reached")


def focused(page: Page) -> str:
    """What has the focus."""
    return str(page.tab.evaluate(FOCUS)["name"])


def chosen(page: Page) -> str:
    """The module that is chosen."""
    return str(page.tab.locator("#choice option:checked").inner_text())


def test_a_module_and_a_row_are_gone_to_without_a_mouse(opened: Open) -> None:
    page = opened("googlenet", viewport=DESKTOP)
    keys = page.tab.keyboard
    go_to(page, "skip")
    keys.press("Enter")
    table = page.tab.locator("#table").bounding_box()
    assert table is not None
    assert table["y"] < DESKTOP["height"] / 2
    keys.press("Tab")
    assert page.tab.evaluate("document.querySelector('#table').contains(document.activeElement)")
    page.reload()
    go_to(page, "choice")
    keys.press("ArrowDown")
    assert chosen(page) == "3b"
    go_to(page, "next")
    keys.press("Space")
    assert chosen(page) == "pool3"
    go_to(page, "whole")
    keys.press("Enter")
    assert page.tab.get_attribute("#whole", "aria-pressed") == "true"
    go_to(page, "box")
    keys.press("End")
    last = page.tab.evaluate("document.activeElement.getAttribute('aria-label')").split(",")[0]
    keys.press("Enter")
    name = page.tab.locator("#table tr[aria-current] .name")
    assert name.evaluate("(one) => one === document.activeElement")
    assert name.inner_text() == last
    keys.press("Tab")
    assert focused(page) == "up"
    keys.press("Enter")
    assert focused(page) == "choice"


def test_a_width_is_set_and_undone_without_a_mouse(opened: Open) -> None:
    page = opened("googlenet", viewport=DESKTOP)
    keys = page.tab.keyboard
    go_to(page, "range 3a.n1")
    field = page.tab.locator('[data-control="3a.n1"] input[type=number]')
    high = int(field.get_attribute("max") or 0)
    for key, value in (("End", high), ("Home", 1), ("ArrowRight", 2)):
        keys.press(key)
        assert field.input_value() == str(value)
        assert f"--set 3a.n1={value}" in page.command()
    keys.press("PageUp")
    assert int(field.input_value()) > high // 20
    assert_agrees(page)
    go_to(page, "number 3a.n1")
    keys.press("Control+A")
    keys.type("40")
    keys.press("ArrowUp")
    assert "--set 3a.n1=41" in page.command()
    go_to(page, "undo", "Shift+Tab")
    keys.press("Enter")
    assert "--set 3a.n1=41" not in page.command()
    go_to(page, "reset")
    keys.press("Enter")
    assert page.command() == "flopcount googlenet"
