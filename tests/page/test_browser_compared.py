"""Networks side by side in a real browser: set, undone, shared, opened, sorted, on a phone."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from flopcount.cli.main import run
from tests.page.browsing import Open, Page
from tests.page.side_by_side import said
from tests.page.test_browser_access import findings

pytestmark = pytest.mark.slow

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
TRIPLE = ["compare", "inception-v3", "inception-v4", "googlenet"]


def cells(page: Page, row: str) -> list[str]:
    """The cells of the row of a name."""
    found: list[str] = page.tab.evaluate(
        """(name) => {
          const rows = [...document.querySelectorAll("#table :is(tbody, tfoot) tr:not(.details)")];
          const row = rows.find(({ cells: [head] }) => head.textContent.trim() === name);
          return [...row.cells].slice(1).map((cell) => cell.textContent);
        }""",
        row,
    )
    return found


def names(page: Page) -> list[str]:
    """The rows that are seen, from the top."""
    found: list[str] = page.tab.locator("#table tbody .label").all_text_contents()
    return found


def assert_agrees(page: Page) -> None:
    """The table, as far as it is closed, is that of the page's command line."""
    rows = said(page.command())
    assert names(page) == [str(name) for name, *_ in rows[:-1]]
    for name, *numbers in rows:
        shown = cells(page, str(name))
        kept = [text for place, text in enumerate(shown) if place < 2 or (place - 2) % 4 != 3]
        for text, number in zip(kept, numbers, strict=True):
            plain = text.replace(",", "").rstrip("×")
            assert (text == "–") if number is None else float(plain) == number, (name, text)


def test_what_is_set_shows_itself_everywhere_and_is_kept(opened: Open) -> None:
    page = opened(*TRIPLE, viewport=DESKTOP)
    assert_agrees(page)
    assert page.tab.input_value('[data-control="H"] input[type=number]') == ""
    assert "each its own: inception-v3 299, inception-v4 299, googlenet 224" in page.tab.inner_text(
        '[data-control="H"]'
    )
    page.set("H", "320")
    page.set("2:A.1/1x1/1", "64")
    assert_agrees(page)
    assert "googlenet@input=320x320" in page.command()
    assert "at 37×37" in names(page)
    assert "2:A.1/1x1/1=64" in page.tab.evaluate("decodeURIComponent(location.hash)")
    assert "A.1/1x1/1 of inception-v4 = 64" in page.tab.inner_text("#elsewhere")
    command = page.command()
    page.tab.reload()
    page.tab.wait_for_selector("html[data-ready]")
    assert page.command() == command
    page.set("naive", "on")
    assert_agrees(page)
    for button in ("undo", "redo", "undo"):
        page.tab.click(f"#{button}")
    assert page.command() == command
    page.tab.click("#reset")
    assert page.command() == f"flopcount {shlex.join(TRIPLE)}"
    assert_agrees(page)


def test_what_is_out_of_range_or_does_not_fit_is_said(opened: Open) -> None:
    wide, narrow = "9x9x6 > conv 1x1 4 > conv 3x3 8 groups=2", "9x9x6 > conv 3x3 8"
    page = opened("compare", narrow, wide)
    page.set("H", "100000")
    assert "at most 512 here" in page.tab.inner_text('[data-control="H"]')
    page.set("2:spec/1", "3")
    misfit = page.tab.inner_text("#misfit")
    assert misfit.startswith(f"{wide}: spec/2 does not fit these sizes; ")
    assert not page.tab.is_visible("#same")
    page.set("2:spec/1", "2")
    assert not page.tab.is_visible("#misfit")
    assert_agrees(page)


def test_a_row_opens_down_to_layers_that_stand_aligned(opened: Open) -> None:
    page = opened(*TRIPLE, viewport=DESKTOP)
    for name in ("at 35×35", "5b | A.1", "5x5 | 3x3"):
        page.tab.get_by_role("button", name=f"what is in {name}", exact=True).click()
    assert cells(page, "5x5/1 | 3x3/1")[:5:2] == ["11,289,600", "30,105,600", "2.67×"]
    details = page.tab.locator("#table tr.details.level-3 td").all_text_contents()
    assert details[1:4] == ["5x5/1 → 1×1 48 → 35×35×48", "3x3/1 → 1×1 64 → 35×35×64", ""]
    page.set("1:5b/5x5/1", "24")
    assert (
        "5x5/1 → 1×1 24 → 35×35×24"
        in page.tab.locator("#table tr.details.level-3 td").all_text_contents()
    )
    page.tab.fill("#search", "reduction-a")
    assert all("eduction" in name or name.startswith(("at", "6a")) for name in names(page)[:2])
    page.tab.fill("#search", "")
    page.tab.click("#shut")
    assert_agrees(page)


def test_keys_alone_reach_a_row_and_axe_finds_nothing_on_what_changed(opened: Open) -> None:
    page = opened(*TRIPLE, viewport=PHONE)
    opener = page.tab.get_by_role("button", name="what is in at 35×35", exact=True)
    opener.focus()
    seen = [len(names(page))]
    for key in ("Enter", "Tab", "Enter"):
        page.tab.keyboard.press(key)
        seen.append(len(names(page)))
        if key == "Enter":
            assert page.tab.evaluate("document.activeElement.ariaExpanded") == "true"
    assert seen[0] < seen[1] == seen[2] < seen[3]
    page.set("naive", "on")
    page.set("W", "9999")
    assert findings(page) == []


def test_the_rows_sort_by_each_column(opened: Open) -> None:
    page = opened(*TRIPLE, viewport=DESKTOP)
    own = names(page)
    head = page.tab.locator("#table thead th[data-key='1.difference']")
    head.click()
    assert head.get_attribute("aria-sort") == "descending"
    assert names(page)[0] == "at 17×17"
    assert cells(page, names(page)[-1])[5] == "–"
    head.click()
    head.click()
    assert names(page) == own


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_totals_are_seen_at_once_and_nothing_is_wider_than_the_window(
    opened: Open, viewport: dict[str, int], scheme: str
) -> None:
    page = opened(*TRIPLE, viewport=viewport, color_scheme=scheme)
    rows = page.tab.locator("#result tbody tr")
    assert rows.count() == 3
    for place in range(3):
        box = rows.nth(place).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= viewport["height"]
        assert box["x"] + box["width"] <= viewport["width"]
    assert page.tab.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert page.tab.locator(".chart svg.marks").count() == 2
    assert not re.search(r"undefined|NaN|null|\[object", page.tab.inner_text("body"))


def test_a_bar_has_the_order_of_the_table_whatever_the_grids_are(opened: Open) -> None:
    page = opened(*TRIPLE, viewport=DESKTOP)
    page.set("H", "320")
    page.until(
        "[...document.querySelectorAll('#chart-count text')]"
        ".some(({ textContent }) => textContent === 'at 37×37')"
    )
    texts: list[str] = page.tab.evaluate(
        """[...document.querySelectorAll("#chart-count text")]
          .map((text) => [text.getBoundingClientRect().top, text.textContent])
          .sort(([one], [other]) => one - other).map(([, text]) => text)"""
    )
    rows = [text for text in texts if text in names(page)]
    assert rows == [name for name in names(page) if name in rows]


def test_numbers_past_two_to_the_53_are_exact(opened: Open) -> None:
    large = "2147483648x2147483648x3 > conv 3x3 2147483647"
    page = opened("compare", large, f"{large} > conv 1x1 3")
    assert_agrees(page)


def test_the_table_is_there_without_javascript(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    run([*TRIPLE, "-o", str(path)])
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(path.as_uri())
    rows = json.loads(run([*TRIPLE, "--format", "json"])[0])["rows"]
    assert tab.locator("#table tbody tr:visible").count() == len(rows)
    assert not tab.locator("#pair").is_visible()
    assert "difference" not in tab.inner_text("#table")
    assert "table alone" in tab.inner_text("noscript")
    context.close()
