"""A page's controls in a real browser: of each width one, undone by steps, kept in the address."""

import shlex
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.core import width_of
from tests.page.browsing import Browser, Open, Page, assert_agrees, counted
from tests.shipped import INCEPTION

pytestmark = pytest.mark.slow


def number(page: Page, control: str) -> str:
    """What stands in the field of a control; its slider stands there too."""
    row = page.tab.locator(f'[data-control="{control}"]')
    value = str(row.locator("input[type=number]").input_value())
    assert float(row.locator("input[type=range]").input_value()) == pytest.approx(float(value))
    return value


def drag(page: Page, control: str, to: float, steps: int = 8) -> None:
    """Drag a slider's knob to a share of its way."""
    slider = page.tab.locator(f'[data-control="{control}"] input[type=range]')
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    at = slider.evaluate("({ value, min, max }) => (value - min) / (max - min)")
    assert box

    def x(share: float) -> float:  # a knob is 16 px wide
        return float(box["x"] + 8 + share * (box["width"] - 16))

    page.tab.mouse.move(x(at), box["y"] + box["height"] / 2)
    page.tab.mouse.down()
    page.tab.mouse.move(x(to), box["y"] + box["height"] / 2, steps=steps)
    page.tab.mouse.up()


@pytest.mark.parametrize("name", INCEPTION)
def test_each_width_of_the_module_drawn_is_a_control(opened: Open, name: str) -> None:
    page = opened(name, viewport={"width": 1280, "height": 800})
    controls = page.data()["live"]["controls"]
    reached = {path for control in controls for path in control["layers"]}
    network = fc.load(name)
    free = {one.path for one in network.nodes if width_of(one.op) is not None and not one.like}
    last = {path for path in free if path not in reached}
    assert len(last) <= 1  # of the classes, which are a control of their own
    for module in network.modules[:: max(1, len(network.modules) // 8)]:
        page.tab.select_option("#choice", label=module)
        seen = page.tab.locator("#of-module .control:visible").evaluate_all(
            "(all) => all.map((one) => one.dataset.control)"
        )
        own = [one["name"] for one in controls if module in one["modules"]]
        assert seen == [one for one in own if one != "classes"]
        widths = {one.path for one in network.nodes if one.module == module} & free - last
        of_them = {path for one in controls if one["name"] in own for path in one["layers"]}
        assert widths <= of_them
    common = page.tab.locator("#of-network .control:visible").evaluate_all(
        "(all) => all.map((one) => one.dataset.control)"
    )
    assert common == ["H", "W", "batch", "classes", "width"]


def test_height_and_width_are_tied_until_told_otherwise(opened: Open) -> None:
    page = opened("googlenet")
    assert page.tab.is_checked("#square")
    page.set("W", "299")
    assert (number(page, "H"), number(page, "W")) == ("299", "299")
    assert "--input 299x299" in page.command()
    page.tab.uncheck("#square")
    page.set("H", "160")
    assert (number(page, "H"), number(page, "W")) == ("160", "299")
    assert "--input 160x299" in page.command()
    assert_agrees(page)
    page.tab.check("#square")
    assert (number(page, "H"), number(page, "W")) == ("160", "160")
    assert "--input 160x160" in page.command()
    page.tab.click("#undo")
    assert (number(page, "H"), number(page, "W")) == ("160", "299")
    assert not page.tab.is_checked("#square")
    page = opened("googlenet", "--input", "96x128")  # apart from the start
    assert not page.tab.is_checked("#square")
    page.set("H", "100")
    assert (number(page, "H"), number(page, "W")) == ("100", "128")
    assert_agrees(page)
    page = opened("9x9x4 > conv 3x3 8")
    assert page.tab.is_visible("#tied")
    page = opened("40x4 > conv 3 8")
    assert not page.tab.is_visible("#tied")


def test_batch_and_classes_are_set(opened: Open) -> None:
    page = opened("googlenet", "--classes", "10")
    assert (number(page, "batch"), number(page, "classes")) == ("1", "10")
    params = counted("flopcount googlenet --classes 10")["total",][1]
    page.set("batch", "32")
    assert_agrees(page)
    assert "--batch 32" in page.command()
    *_, network = page.result().values()
    assert network["params"] == [f"{params:,}", ""]  # a batch has one set of them
    page.set("classes", "1000")
    assert "--classes 1000" in page.command()
    assert_agrees(page)
    *_, network = page.result().values()
    assert network["params"][1].startswith(f"+{990 * 1025:,} ")


def test_a_change_is_one_step_that_is_undone_and_done_again(opened: Open) -> None:
    page = opened("googlenet", viewport={"width": 1280, "height": 800})
    for button in ("#undo", "#redo", "#reset"):
        assert page.tab.is_disabled(button)
    states = [(page.command(), page.rows(), page.address())]

    def done() -> None:
        assert page.command() != states[-1][0]
        states.append((page.command(), page.rows(), page.address()))

    drag(page, "3a.r5", 0.4)
    assert int(number(page, "3a.r5")) > 60
    done()
    page.set("naive", "on")
    done()
    page.tab.locator('[data-control="3a.n1"] input[type=number]').fill("70")
    page.tab.keyboard.press("Enter")
    done()
    drag(page, "W", 0.1)
    done()
    page.set("3a.n1", "9999")  # no step, but what is taken back first
    assert page.tab.locator(".said.error").count() == 1
    page.tab.click("#undo")
    assert (page.command(), page.rows(), page.address()) == states[-1]
    assert page.tab.locator(".said.error").count() == 0
    for state in reversed(states[:-1]):
        page.tab.click("#undo")
        assert (page.command(), page.rows(), page.address()) == state
        assert page.tab.locator(".said.error").count() == 0
    assert page.tab.is_disabled("#undo")
    for state in states[1:]:
        page.tab.click("#redo")
        assert (page.command(), page.rows(), page.address()) == state
    assert page.tab.is_disabled("#redo")
    page.tab.click("#reset")
    assert (page.command(), page.rows(), page.address()) == states[0]
    assert page.tab.is_disabled("#reset")
    page.tab.click("#undo")  # even that
    assert page.command() == states[-1][0]
    page.set("3a.n1", "71")
    assert page.tab.is_disabled("#redo")
    page.tab.click("#reset")
    page.set("3a.n1", "9999")
    page.tab.click("#reset")
    assert number(page, "3a.n1") == "64"
    assert page.tab.is_disabled("#reset")


def shown(page: Page) -> tuple[Any, ...]:
    """What a page shows, but for what is scrolled."""
    values = page.tab.locator("#whatif input[type=number]").evaluate_all(
        "(all) => all.map((one) => one.value)"
    )
    chosen = (page.tab.input_value("#choice"), page.tab.get_attribute("#whole", "aria-pressed"))
    drawing = page.tab.locator(".canvas text").all_text_contents()
    state = (page.tab.is_checked("#naive"), *chosen, page.address())
    return page.rows(), page.result(), page.command(), values, state, drawing


def test_the_address_keeps_all_that_was_set(opened: Open) -> None:
    page = opened("inception-v4")
    assert page.address() == ""
    page.tab.uncheck("#square")
    page.set("H", "320")
    page.set("width", "0.75")
    page.set("A.1/3x3/1", "32")
    page.set("naive", "on")
    page.tab.select_option("#choice", label="A.1")
    page.tab.click("#whole")
    before = shown(page)
    assert before[4][-1] == "H=320&A.1/3x3/1=32&width=0.75&naive=on&module=A.1&whole=on"
    page.reload()
    assert shown(page) == before
    assert not page.tab.is_checked("#square")
    assert page.tab.is_disabled("#undo")
    again = opened("inception-v4", at=before[4][-1])
    assert shown(again) == before
    assert again.tab.evaluate("scrollY") == 0  # no part of it is the name of a place
    assert_agrees(again)
    again.tab.select_option("#choice", label="stem.2")  # the one that it opens with
    again.tab.click("#reset")
    assert again.address() == ""
    again.go("H=100&W=100")  # written by hand while it is open
    assert number(again, "W") == "100"
    again.tab.click("#undo")
    assert again.address() == ""


NONSENSE = {
    "H=abc": "H=abc: not a number",
    "H=99999": "H=99999: at most 512 here",
    "H=-1&W=1e9&nosuch=3": "there is no nosuch here",
    "3a.r5=2.5": "3a.r5=2.5: whole numbers only",
    "module=nosuch": "there is no module nosuch",
    "%E0%A4%A": "there is no %E0%A4%A here",
    "__proto__=1&constructor": "there is no __proto__ here; there is no constructor here",
    "naive=1=2&&&=": "naive=1=2: it can only be on; = has no name",
    "<img src=x onerror=alert(1)>": "there is no <img src",
    "x" * 3000: "there is no xxx",
    "&".join("abcdef"): "there is no a here; there is no b here; there is no c here; and 3 more.",
}


def test_what_an_address_says_that_is_not_understood_is_said(opened: Open) -> None:
    page = opened("googlenet", viewport={"width": 390, "height": 844})
    original = page.rows()
    for state, wrong in NONSENSE.items():
        page.go(f"{state}&batch=7")
        said = page.tab.inner_text("#address")
        assert said.startswith("The address was not understood in all: ")
        assert wrong in said
        assert number(page, "batch") == "7"  # what is understood is taken
        assert page.tab.evaluate("document.documentElement.scrollWidth") == 390
        assert len(said) < 400
        assert page.tab.locator("#address").bounding_box()["height"] < 200
        page.tab.click("#reset")
        assert not page.tab.is_visible("#address")
        assert page.rows() == original
        assert shlex.split(page.command()) == ["flopcount", "googlenet"]


def test_a_copy_of_what_is_seen_says_so_and_stays_as_it_is(
    opened: Open, browser: Browser, tmp_path: Path
) -> None:
    page = opened("googlenet")
    page.set("3a.r5", "24")
    copy = tmp_path / "copy.html"
    copy.write_text(page.tab.content(), encoding="utf-8")
    tab = browser.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(copy.as_uri())
    assert "This is a copy of the page as it was seen" in tab.inner_text("header")
    assert tab.locator("#choice option").count() == page.tab.locator("#choice option").count()
    assert tab.locator(".control").count() == page.tab.locator(".control").count()
    assert tab.inner_text("#command") == "flopcount googlenet --set 3a.r5=24"
    assert tab.locator("input:enabled").count() == 0
    assert errors == []
    tab.close()
