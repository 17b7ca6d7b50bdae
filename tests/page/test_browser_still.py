"""A page on paper, and where no script runs: what is counted is there to be read."""

from collections.abc import Callable
from pathlib import Path

import pytest

import flopcount as fc
from flopcount.cli.main import run
from flopcount.page.tree import table_rows
from tests.page.browsing import Browser, Open, Page, printed

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("width", [1280, 390])
def test_without_javascript_the_table_and_what_is_counted_are_there(
    browser: Browser, written: Callable[..., Path], width: int
) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": 844}
    )
    tab = context.new_page()
    tab.goto(written("googlenet").as_uri())
    report = fc.analyze(fc.load("googlenet"))
    rows = tab.locator("#table tbody tr:visible")
    assert rows.count() == len(table_rows(report))
    said = run(["googlenet"])[0].splitlines()
    lines = [" ".join(text.split()) for text in tab.locator("#table tr").all_inner_texts()]
    for module, cells in printed(["googlenet"], "module").items():
        assert " ".join([*module, *cells]) in lines
    assert tab.locator("h1").inner_text() == said[0]
    assert said[1] in tab.inner_text("header")
    tab.click("summary")  # what is counted, in full
    counts = tab.inner_text("header details")
    assert all(line.split("; --")[0] in counts for line in said[2:4])
    assert "Without JavaScript this page is the table alone" in tab.inner_text("noscript")
    controls = "button, input, select, svg, form, fieldset, .scripted, #result, #pair, #charts"
    assert tab.locator(f":is({controls}):visible").count() == 0
    headings = ["Module, branch, layer", "Other counters"]
    assert tab.locator("h2:visible").all_inner_texts() == headings
    total = f"{report.total.multiplies:,}"
    assert total in tab.inner_text("footer")
    assert tab.locator("#table tfoot").inner_text().split()[3] == total
    assert tab.locator("html").evaluate("(one) => one.scrollWidth") <= width
    context.close()


@pytest.fixture
def sheet(opened: Open) -> Page:
    """A page of which much was set, looked at and closed, on paper."""
    page = opened("googlenet", color_scheme="dark")
    page.set("H", "299")
    page.set("4e.r3", "150")
    for _ in range(3):
        page.tab.click("[aria-label='Zoom in']")
    page.tab.click("#shut")
    page.tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.tab.emulate_media(media="print")
    return page


def test_on_paper_are_the_result_the_drawing_all_rows_and_the_command(sheet: Page) -> None:
    tab = sheet.tab
    assert len(sheet.shown()) == len(sheet.data()["parts"])
    rows = tab.locator("#result tbody tr:visible")
    assert rows.count() == 2
    assert rows.locator("td:visible").count() == 8
    command = tab.locator("#command")
    assert command.is_visible()
    assert command.inner_text() == "flopcount googlenet --input 299x299 --set 4e.r3=150"
    assert tab.inner_text("#elsewhere") == "Also changed: 4e.r3 = 150"
    inside = tab.evaluate("""() => {
      const canvas = document.querySelector(".canvas");
      const { left, right, top, bottom } = canvas.getBoundingClientRect();
      return [...document.querySelectorAll(".canvas rect, .canvas text")].map((one) => {
        const box = one.getBoundingClientRect();
        return box.left >= left - 1 && box.right <= right + 1 && box.top >= top - 1 &&
          box.bottom <= bottom + 1;
      });
    }""")
    assert len(inside) > 40
    assert all(inside)
    assert tab.locator(".chart svg.marks:visible").count() == 3
    controls = "button:not(.name), input, select, fieldset, .tools, .minimap, .skip, #tip"
    assert tab.locator(f":is({controls}):visible").count() == 0
    paper = tab.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert paper == "rgb(255, 255, 255)"
    assert tab.locator("#outcome").evaluate("(one) => getComputedStyle(one).position") == "static"


def test_on_paper_nothing_is_said_of_what_is_as_it_was(opened: Open) -> None:
    page = opened("googlenet")
    page.tab.emulate_media(media="print")
    assert page.tab.locator(":is(#elsewhere, #misfit, #address, .was):visible").count() == 0
    assert page.tab.inner_text("#command") == "flopcount googlenet"
    assert len(page.tab.pdf()) > 20_000
