"""A page's table in a real browser: its columns are chosen, its rows drawn, all of it kept."""

import csv
import io
from pathlib import Path

import pytest

from flopcount.cli.main import run
from flopcount.core import NAMED
from tests.page.browsing import Open, Page, printed

pytestmark = pytest.mark.slow

PHONE = {"width": 390, "height": 844}
USUAL = ["layers", "output", "multiplies", "share", "params", "naive multiplies", "saved"]


def heads(page: Page) -> list[str]:
    """The titles of the columns that are seen."""
    found = page.tab.locator("#table thead th:visible").all_inner_texts()
    return [title.replace("\n", " ") for title in found[1:]]


def choose(page: Page, *titles: str) -> None:
    """Choose columns, or choose them no longer."""
    if not page.tab.locator("#chooser").is_visible():
        page.tab.click("#columns")
    for title in titles:
        page.tab.get_by_label(title, exact=True).click()


def test_any_columns_are_chosen_and_kept_in_the_address(opened: Open) -> None:
    page = opened("googlenet")
    assert heads(page) == USUAL
    boxes = page.tab.locator("#chooser input")
    assert boxes.count() == len(USUAL) + len(NAMED) - 2
    choose(page, "share", "saved", "naive multiplies", "weights", "elementwise adds")
    shown = ["layers", "output", "multiplies", "params", "weights", "elementwise adds"]
    assert heads(page) == shown
    names = "layers,output,multiplies,params,weights,elementwise.adds"
    assert page.tab.evaluate("location.hash") == f"#columns={names}"
    chosen = ["googlenet", "--columns", names.removeprefix("layers,output,")]
    rows = page.rows()
    for name, cells in printed(chosen, "module").items():
        assert rows[name] == cells
    page.tab.reload()
    page.tab.wait_for_selector("html[data-ready]")
    assert heads(page) == shown
    page.set("3a.r5", "24")
    with_changes = [part for title in shown[2:] for part in (title, "change")]
    assert heads(page) == [*shown[:2], *with_changes]
    page.tab.click("#columns")
    page.tab.click("#usual")
    page.tab.click("#reset")
    assert heads(page) == USUAL
    assert page.tab.evaluate("location.hash") == ""


def test_one_column_stays(opened: Open) -> None:
    page = opened("googlenet", "--columns", "weights")
    assert heads(page) == ["layers", "output", "weights"]
    choose(page, "layers", "output", "weights")
    assert heads(page) == ["weights"]
    assert page.tab.get_by_label("weights", exact=True).is_checked()
    assert page.tab.inner_text("#least") == "One column stays."
    page.tab.click("#usual")
    assert heads(page) == USUAL
    assert page.tab.inner_text("#least") == ""


def test_a_column_that_is_sorted_by_and_goes_leaves_the_own_order(opened: Open) -> None:
    page = opened("googlenet")
    order = page.shown()
    page.tab.click("th[data-key=params] button")
    assert page.shown()[0] == "5b"
    choose(page, "saved")
    assert page.shown()[0] == "5b"
    choose(page, "params")
    assert page.shown() == order


def test_a_column_that_an_address_does_not_know_is_said(opened: Open) -> None:
    page = opened("googlenet")
    page.tab.evaluate("location.hash = 'columns=params,wieghts'")
    page.tab.wait_for_selector("#address:visible")
    assert "there is no column wieghts" in page.tab.inner_text("#address")
    assert heads(page) == ["params"]


def test_columns_are_chosen_by_keyboard_alone(opened: Open) -> None:
    page = opened("googlenet")
    page.tab.focus("#columns")
    keys = page.tab.keyboard
    keys.press("Enter")
    assert page.tab.get_attribute("#columns", "aria-expanded") == "true"
    for _ in range(50):
        keys.press("Tab")
        if page.tab.evaluate("document.activeElement.value") == "activations":
            break
    keys.press("Space")
    assert heads(page) == [*USUAL, "activations"]
    keys.press("Escape")
    assert page.tab.evaluate("document.activeElement.id") == "columns"
    assert not page.tab.locator("#chooser").is_visible()


def saved(page: Page, path: Path) -> list[list[str]]:
    """What the page's button gives as a file."""
    with page.tab.expect_download() as download:
        page.tab.click("#csv")
    assert download.value.suggested_filename == "googlenet.csv"
    download.value.save_as(path)
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_the_table_as_it_is_seen_is_saved_as_csv(opened: Open, tmp_path: Path) -> None:
    page = opened("googlenet")
    head, *rows = saved(page, tmp_path / "a.csv")
    run(["googlenet", "-o", str(tmp_path / "own.csv")])
    own = list(csv.reader(io.StringIO((tmp_path / "own.csv").read_text(encoding="utf-8"))))
    assert head == ["grain", *own[0][:1], "branch", "layer", *own[0][1:]]
    assert [[row[1], *row[4:]] for row in rows[:-1]] == own[1:-1]
    assert rows[-1] == ["total", "", "", "", *own[-1][1:]]
    choose(page, *USUAL[:2], *USUAL[3:], "activations")
    page.tab.click("th[data-key=multiplies] button")
    page.tab.fill("#search", "3a/5x5")
    page.set("3a.r5", "24")
    head, *rows = saved(page, tmp_path / "b.csv")
    changed = ["multiplies", "multiplies_change", "activations", "activations_change"]
    assert head == ["grain", "module", "branch", "layer", *changed]
    assert [row[:4] for row in rows] == [
        ["module", "3a", "", ""],
        ["branch", "3a", "5x5", ""],
        ["layer", "3a", "5x5", "3a/5x5/2"],
        ["layer", "3a", "5x5", "3a/5x5/1"],
        ["total", "", "", ""],
    ]
    assert all(cell.lstrip("-").isdigit() for row in rows for cell in row[4:])
    assert rows[3][4:6] == [str(28 * 28 * 192 * 24), str(28 * 28 * 192 * 8)]


def test_a_row_draws_its_module_and_is_marked(opened: Open) -> None:
    page = opened("googlenet")
    current = page.tab.locator("tr[aria-current]")
    assert current.locator(".name").inner_text() == "3a"
    page.tab.locator("#table tbody tr", has_text="4b").first.locator("td").nth(2).click()
    assert current.locator(".name").inner_text() == "4b"
    assert page.tab.locator("#choice option:checked").inner_text() == "4b"
    page.tab.get_by_role("button", name="layers of 3a", exact=True).click()
    assert current.locator(".name").inner_text() == "4b"  # to open a part draws nothing
    page.tab.get_by_role("button", name="5x5", exact=True).click()
    assert current.count() == 1
    assert current.locator(".name").inner_text() == "5x5"
    assert page.tab.locator("#choice option:checked").inner_text() == "3a"
    page.tab.select_option("#choice", label="5a")
    assert current.locator(".name").inner_text() == "5a"
    current.locator(".up").click()
    assert page.tab.locator("#choice").evaluate("(one) => one === document.activeElement")


def test_on_a_phone_the_count_is_seen_and_what_scrolls_says_so(opened: Open) -> None:
    for argv in (["googlenet"], ["inception-resnet-v2", "--unit", "flops", "--batch", "64"]):
        page = opened(*argv, viewport=PHONE)
        unit = "flops" if "flops" in argv else "multiplies"
        for open_all in (False, True):
            if open_all:
                page.tab.click("#open")
            head = page.tab.locator(f"#table th[data-key={unit}]").bounding_box()
            assert head["x"] > 0
            assert head["x"] + head["width"] <= PHONE["width"]
            assert page.tab.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        spread = page.tab.locator("#spread")
        assert "more" in spread.get_attribute("class")
        assert spread.evaluate("(one) => getComputedStyle(one).maskImage").startswith("linear")
        spread.evaluate("(one) => { one.scrollLeft = one.scrollWidth; }")
        page.tab.wait_for_selector("#spread.scrolled:not(.more)")
        name = page.tab.locator("#table tbody th").first.bounding_box()
        assert 0 <= name["x"] < 20  # it stays where it is
    page = opened("googlenet", viewport={"width": 1280, "height": 800})
    assert page.tab.get_attribute("#spread", "class") == "wide"
    page.resize(PHONE)
    page.tab.wait_for_selector("#spread.more")
    assert heads(page)[0] == "multiplies"


def test_many_columns_stand_on_paper_without_their_changes(opened: Open) -> None:
    page = opened("googlenet")
    page.tab.click("#columns")
    for box in page.tab.locator("#more-columns input").all():
        box.check()
    page.set("3a.r5", "24")
    page.tab.emulate_media(media="print")
    assert page.tab.locator("#table thead th:visible").count() == len(NAMED) + 5 - 2 + 1
    assert page.tab.locator("#table .change:visible").count() == 0
    said = page.tab.inner_text("#table caption")
    assert "so many columns stand without their changes and without the naive columns" in said
    assert "percents" not in said
    assert not page.tab.locator("#chooser").is_visible()
