"""A page's table in a real browser: it opens, sorts, searches, and works by keyboard alone."""

import re

import pytest

from flopcount.cli.main import run
from tests.page.browsing import Open, Page, assert_agrees, counted

pytestmark = pytest.mark.slow


def test_the_table_opens_and_closes(opened: Open) -> None:
    page = opened("googlenet")
    modules = [module["name"] for module in page.data()["modules"]]
    assert page.shown() == modules
    row = page.tab.get_by_role("button", name="layers of 3a", exact=True)
    assert row.get_attribute("aria-expanded") == "false"
    row.click()
    assert row.get_attribute("aria-expanded") == "true"
    branches = ["1x1", "3x3", "5x5", "pool", "3a/concat"]
    assert page.shown()[4:10] == ["3a", *branches]
    page.tab.get_by_role("button", name="layers of 5x5", exact=True).click()
    assert page.shown()[7:10] == ["5x5", "5x5/1", "5x5/2"]
    row.click()
    assert page.shown() == modules
    page.tab.click("#open")
    assert len(page.shown()) == len(page.data()["parts"])
    page.tab.click("#shut")
    assert page.shown() == modules


def test_columns_sort_within_their_level_and_back(opened: Open) -> None:
    page = opened("googlenet")
    order = page.shown()
    modules = counted("flopcount googlenet")
    page.tab.get_by_role("button", name="layers of 3a", exact=True).click()
    head = page.tab.locator("thead th[data-key=multiplies]")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    found = page.shown()
    assert found[0] == "conv2"
    assert found[found.index("3a") + 1 :][:4] == ["3x3", "5x5", "1x1", "pool"]
    names = [name for name in found if name in order]
    costs = [modules[name,][0] for name in names]
    assert costs == sorted(costs, reverse=True)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert page.shown()[-1] == "3x3" or page.shown()[-1] == "conv2"
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None
    assert [name for name in page.shown() if name in order] == order


def test_all_of_a_head_sorts(opened: Open) -> None:
    page = opened("googlenet")
    for head in page.tab.locator("#table thead th:visible").all():
        box = head.bounding_box()
        for x in (2, box["width"] - 2):
            for y in (2, box["height"] - 2):
                before = head.get_attribute("aria-sort")
                head.click(position={"x": x, "y": y})
                assert head.get_attribute("aria-sort") != before
    sorted_by = page.tab.locator("#table th[aria-sort]")
    assert sorted_by.count() == 1  # the last, after its fourth click


def test_a_search_shows_what_matches_and_where_it_is(opened: Open) -> None:
    page = opened("googlenet")
    field = page.tab.get_by_role("searchbox", name="Search")
    field.fill("3A/5x5")
    assert page.shown() == ["3a", "5x5", "5x5/1", "5x5/2"]
    assert page.tab.inner_text("#matches") == f"2 of {len(page.data()['parts'])} rows match"
    field.fill("no such thing")
    assert page.shown() == []
    assert page.tab.inner_text("#matches").startswith("0 of ")
    field.fill("7x7/2")
    assert page.shown() == ["conv1", "conv1/1"]
    field.fill("1x1 96 reduce")
    assert page.shown()[:3] == ["3a", "3x3", "3x3/1"]
    field.fill("1×1 97 reduce")
    assert page.shown() == []
    page.set("3a.r3", "97")
    assert page.shown() == [
        "3a",
        "3x3",
        "3x3/1",
        "3x3/2",
    ]  # the branch's text has it, and all in it
    field.fill("")
    assert page.tab.inner_text("#matches") == ""
    assert len(page.shown()) == len(page.data()["modules"])


def go_to(page: Page, selector: str) -> None:
    """Press the tabulator until the focus is there, where it is seen."""
    for _ in range(200):
        page.tab.keyboard.press("Tab")
        if page.tab.evaluate("(s) => document.activeElement.matches(s)", selector):
            outline = page.tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none"
            return
    pytest.fail(f"{selector} is not reached")


def test_it_works_by_keyboard_alone(opened: Open) -> None:
    page = opened("googlenet")
    keys = page.tab.keyboard
    go_to(page, "#choice")
    keys.press("ArrowDown")
    assert page.tab.locator("tr[aria-current] .name").inner_text() == "3b"
    keys.press("ArrowUp")
    go_to(page, '[data-control="3a.r5"] input[type=range]')
    for _ in range(8):
        keys.press("ArrowRight")
    assert page.command() == "flopcount googlenet --set 3a.r5=24"
    assert_agrees(page)
    go_to(page, "#search")
    keys.type("concat")
    assert "3a/concat" in page.shown()
    keys.press("Control+A")
    keys.press("Delete")
    go_to(page, "th[data-key=params] button")
    keys.press("Enter")
    assert page.shown()[0] == "5b"
    go_to(page, "tbody button.opener")
    keys.press("Enter")
    assert page.shown()[1] in ("3x3", "1x1")
    go_to(page, "tbody button.name")
    keys.press("Enter")
    assert page.tab.locator("#choice").input_value() == str(
        [module["name"] for module in page.data()["modules"]].index("5b")
    )
    go_to(page, "tbody button.up")
    keys.press("Enter")
    assert page.tab.evaluate("document.activeElement.id") == "choice"


BRANCHES = ("1x1", "3x3", "5x5", "pool")


def test_the_arithmetic_is_shown_below_each_row_on_demand(opened: Open) -> None:
    page = opened("googlenet", "--module", "3a")
    assert page.tab.locator("tr.sums").count() == 0
    page.tab.check("#why")
    lines = "\n".join(page.tab.locator("tr.sums").all_inner_texts()).splitlines()
    said = run(["googlenet", "--module", "3a", "--explain"])[0].splitlines()
    sums = [re.sub(r" +", " ", line.removeprefix("3a/")) for line in said if line[:3] == "3a/"]
    assert len(sums) == 16
    assert set(sums) - {f"{branch} {line}" for branch in BRANCHES for line in lines} == set()
    page.tab.uncheck("#why")
    assert page.tab.locator("tr.sums").count() == 0
