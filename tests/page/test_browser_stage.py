"""The stage in a real browser: zoomed, dragged, pinched, walked with the keys, saved."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import flopcount as fc
from tests.page.browsing import Browser, Open, Page

pytestmark = pytest.mark.slow

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def opened_whole(opened: Open, name: str = "googlenet", **settings: Any) -> Page:
    """Open a page, the whole network on its stage, which is in view."""
    page = opened(name, **settings)
    page.tab.click("#whole")
    page.tab.locator(".stage").scroll_into_view_if_needed()
    return page


def seen(page: Page) -> tuple[float, float, float, float]:
    """The part of the drawing that is seen: its left, top, width and height."""
    x, y, width, height = map(float, page.tab.get_attribute(".canvas", "viewBox").split())
    return x, y, width, height


def middle(page: Page) -> tuple[float, float]:
    box = page.tab.locator(".canvas").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def zoom_in(page: Page, times: int = 4) -> None:
    for _ in range(times):
        page.tab.click("[aria-label='Zoom in']")


def test_buttons_zoom_and_the_minimap_is_there_while_not_all_is_seen(opened: Open) -> None:
    page = opened_whole(opened)
    whole = seen(page)
    assert not page.tab.locator(".minimap").is_visible()
    assert page.tab.locator("[aria-label='Zoom out']").is_disabled()
    zoom_in(page)
    assert seen(page)[2] == pytest.approx(whole[2] / 1.3**4, rel=0.01)
    assert page.tab.locator(".minimap").is_visible()
    assert page.tab.locator(".minimap rect").count() > 80
    page.tab.click("[aria-label='Zoom out']")
    assert seen(page)[2] == pytest.approx(whole[2] / 1.3**3, rel=0.01)
    page.tab.click("text=fit")
    assert seen(page) == whole
    for _ in range(30):
        page.tab.keyboard.press("+")  # the focus is not on the stage: nothing
    assert seen(page) == whole


def test_the_wheel_zooms_at_its_point_and_else_scrolls_the_page(opened: Open) -> None:
    page = opened_whole(opened)
    x, y = middle(page)
    page.tab.mouse.move(x, y)
    page.tab.keyboard.down("Control")
    page.tab.mouse.wheel(0, -400)
    page.tab.keyboard.up("Control")
    page.tab.wait_for_selector(".canvas:not(.all)")
    before, near = page.tab.evaluate("scrollY"), seen(page)
    page.tab.mouse.wheel(0, 100)
    page.until("(before) => scrollY > before", arg=before)
    assert seen(page) == near


def test_dragging_moves_and_is_no_click(opened: Open) -> None:
    page = opened_whole(opened)
    page.tab.evaluate(
        "document.querySelector('.canvas').addEventListener('click', () => {"
        " window.clicked = true; })"
    )
    zoom_in(page)
    before = seen(page)
    x, y = middle(page)
    page.tab.mouse.move(x, y)
    page.tab.mouse.down()
    page.tab.mouse.move(x - 90, y - 60, steps=6)
    page.tab.mouse.up()
    after = seen(page)
    per_px = before[2] / page.tab.locator(".canvas").bounding_box()["width"]
    assert after[0] - before[0] == pytest.approx(90 * per_px, abs=0.1)
    assert after[1] - before[1] == pytest.approx(60 * per_px, abs=0.1)
    assert not page.tab.evaluate("window.clicked")
    page.tab.mouse.click(x, y)
    assert page.tab.evaluate("window.clicked")


def test_the_frame_of_the_minimap_is_dragged(opened: Open) -> None:
    page = opened_whole(opened)
    zoom_in(page)
    box = page.tab.locator(".minimap").bounding_box()
    page.tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.tab.mouse.down()
    page.tab.mouse.move(box["x"] + 1, box["y"] + 1, steps=5)
    page.tab.mouse.up()
    assert seen(page)[:2] == (0, 0)
    frame = page.tab.locator(".minimap .seen")
    assert [float(frame.get_attribute(name)) for name in ("x", "y", "width", "height")] == [
        pytest.approx(value, abs=0.1) for value in seen(page)
    ]


def test_keys_walk_the_boxes_in_the_networks_order_and_the_view_follows(opened: Open) -> None:
    page = opened_whole(opened)
    zoom_in(page, 5)
    page.tab.focus("#choice")
    keys = page.tab.keyboard
    for _ in range(20):
        keys.press("Tab")
        if page.tab.evaluate("document.activeElement.matches('.canvas [role=button]')"):
            break
    paths = [row.node.path for row in fc.analyze(fc.load("googlenet")).rows]
    walked = []
    for _ in paths:
        walked.append(page.tab.evaluate("document.activeElement.getAttribute('aria-label')"))
        within = page.tab.evaluate("""() => {
          const box = document.activeElement.querySelector("rect").getBoundingClientRect();
          const stage = document.querySelector(".canvas").getBoundingClientRect();
          return box.top >= stage.top && box.left >= stage.left && box.bottom <= stage.bottom &&
            (box.right <= stage.right || box.width > stage.width) &&
            box.top >= 0 && box.bottom <= innerHeight;
        }""")
        assert within, walked[-1]
        keys.press("ArrowRight")
    assert [label.split(",")[0] for label in walked] == paths
    assert walked[0].startswith("conv1/1, 7×7/2 64, output 112×112×64, 118,013,952 multiplies, ")
    outline = page.tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"  # the focus is seen
    keys.press("Home")
    keys.press("ArrowLeft")
    first = page.tab.evaluate("document.activeElement.getAttribute('aria-label')")
    assert first == walked[0]
    keys.press("0")
    assert page.tab.locator(".canvas.all").count() == 1
    keys.press("+")
    assert page.tab.locator(".canvas.all").count() == 0
    assert page.tab.locator(".canvas [tabindex='0']").count() == 1


def test_the_camera_stays_while_a_slider_moves_and_not_in_another_module(opened: Open) -> None:
    page = opened("googlenet")
    zoom_in(page)
    before = seen(page)
    page.set("3a.r5", "24")
    assert seen(page) == before
    page.tab.select_option("#choice", label="4e")
    assert page.tab.locator(".canvas.all").count() == 1


def test_a_long_module_begins_where_it_can_be_read_and_fits_on_demand(opened: Open) -> None:
    page = opened("8x8x3 > 60 * conv 3x3 4")
    _, top, _, height = seen(page)
    assert top == 0
    assert page.tab.locator(".minimap").is_visible()
    page.tab.click("text=fit")
    assert seen(page)[3] > height
    whole = seen(page)
    page.set("H", "9")
    assert seen(page) == whole


def test_two_fingers_pinch_and_one_drags(opened: Open) -> None:
    page = opened_whole(opened, **PHONE)
    whole = seen(page)
    x, y = middle(page)
    cdp = page.tab.context.new_cdp_session(page.tab)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": px, "y": py, "id": at} for at, (px, py) in enumerate(points)]
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    touch("touchStart", (x - 20, y))
    touch("touchStart", (x - 20, y), (x + 20, y))
    for apart in (30, 40, 60):
        touch("touchMove", (x - apart, y), (x + apart, y))
    touch("touchEnd")
    page.tab.wait_for_selector(".canvas:not(.all)")
    near = seen(page)
    assert near[2] == pytest.approx(whole[2] / 3, rel=0.1)
    touch("touchStart", (x, y))
    for far in (20, 40, 60):
        touch("touchMove", (x - far, y - far / 2))
    touch("touchEnd")
    page.until("(x) => document.querySelector('.canvas').viewBox.baseVal.x > x", arg=near[0])
    assert seen(page)[2:] == near[2:]
    assert page.tab.evaluate("document.documentElement.scrollWidth") == 390


def test_what_is_drawn_is_saved_as_svg_and_png(opened: Open, tmp_path: Path) -> None:
    page = opened("googlenet", color_scheme="dark")
    zoom_in(page)  # all of it is saved even so
    files = {}
    for ending in ("svg", "png"):
        with page.tab.expect_download() as download:
            page.tab.click(f"#save-{ending}")
        assert download.value.suggested_filename == f"googlenet-3a.{ending}"
        files[ending] = tmp_path / f"drawing.{ending}"
        download.value.save_as(files[ending])
    text = files["svg"].read_text(encoding="utf-8")
    root = ET.fromstring(text)  # noqa: S314  what we wrote
    words = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words[0].startswith("GoogLeNet")
    for said in ("without the 1×1 reductions", "2.41×", "120,422,400", "concat 28×28×256"):
        assert said in words
    assert not re.search(r"var\(|color-mix|color\(|class=|tabindex", text)
    assert "#191a1c" in text  # the ground, as the page is
    width, height = int(root.get("width")), int(root.get("height"))
    data = files["png"].read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(data[at : at + 4], "big") for at in (16, 20)] == [2 * width, 2 * height]
    page.set("3a.r5", "24")
    with page.tab.expect_download() as download:
        page.tab.click("#save-svg")
    download.value.save_as(files["svg"])
    assert "flopcount googlenet --set 3a.r5=24" in files["svg"].read_text(encoding="utf-8")


def test_a_saved_drawing_shows_the_same_alone(
    opened: Open, browser: Browser, tmp_path: Path
) -> None:
    page = opened_whole(opened)
    with page.tab.expect_download() as download:
        page.tab.click("#save-svg")
    path = tmp_path / "drawing.svg"
    download.value.save_as(path)
    alone = browser.new_page()
    alone.goto(path.as_uri())
    looks = """() => [...document.querySelectorAll("g[transform] text")].map((one) => {
      const { fill, fontWeight, textAnchor } = getComputedStyle(one);
      return [one.textContent, fill, fontWeight, textAnchor];
    })"""
    canvas = looks.replace("g[transform] text", ".canvas g[transform] text")
    assert alone.evaluate(looks) == page.tab.evaluate(canvas)
    alone.close()


def test_all_of_the_drawing_is_printed(opened: Open) -> None:
    page = opened_whole(opened)
    whole = seen(page)
    zoom_in(page)
    near = seen(page)
    page.tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert seen(page) == whole
    page.tab.emulate_media(media="print")
    assert not page.tab.locator(".tools").is_visible()
    joints = page.tab.locator(".canvas .joint")
    assert joints.count() > 9
    assert all(joints.nth(at).is_visible() for at in range(joints.count()))
    page.tab.emulate_media(media="screen")
    page.tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert seen(page) == near
