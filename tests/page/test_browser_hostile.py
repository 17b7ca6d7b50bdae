"""Hostile titles and names in a real browser: nothing of them runs, nothing leaves the window."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.core.graph import Scope
from tests.page.browsing import Browser, Open, Page, assert_agrees

pytestmark = pytest.mark.slow

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
MARKUP = "</script><img src=x onerror=alert(1)><svg onload=alert(1)>"
NAMES = {
    "markup": MARKUP,
    "an attribute": "\" onfocus=alert(1) autofocus '><b>",
    "quotes": "\"\"\" ''' ` \\ ${alert(1)} {{data}} <!-- ]]> %41%26= # & =",
    "right to left": "\u202e\u2067عربي\u200f gnp.exe \u05d0",
    "long": "w" * 1900,
    "long words": "wide word " * 190,
    "other signs": "日本 🙂 e\u0301\u0301 \u00a0\u2003x",
}
# What leaves the window on its right or left, but for what is scrolled or cut.
OUTSIDE = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const { left, right, width, height } = one.getBoundingClientRect();
  const own = one.closest(".wide, svg, .unseen, .skip, select, script, pre");
  return !own && width && height && (left < -1 || right > innerWidth + 1);
}).map((one) => [one.tagName, one.id, one.className])"""
RAN = """() => document.querySelectorAll(
  "img, iframe, object, svg[onload], [onerror], [onfocus], [autofocus], body b b").length"""


def written(folder: Path, said: str) -> str:
    """A table in a file with a hostile name, with such a title and source, and with long names."""
    printable = "".join(sign for sign in said if sign.isprintable())[:500]  # no other is taken
    text = json.dumps(printable, ensure_ascii=False)  # as TOML has it
    spec = f'"[{"v" * 60}: conv 1x1 4 reduce > conv 3x3 8 | constructor: conv 1x1 8]"'
    path = folder / f"{said.replace('/', '')[:60]}.toml"
    path.write_text(
        f'title = {text}\nsource = {text}\ninput = "16x16x4"\n[rows]\n'
        f'valueOf = "conv 3x3 8"\n{"w" * 60} = {spec}\nhead = "conv 3x3 8 groups=2"\n',
        encoding="utf-8",
    )
    return str(path)


def renamed(said: str) -> fc.Network:
    """A network with hostile names of layers, modules and branches, as frameworks may have."""
    network = fc.load("16x16x4 > [conv 3x3 8 | conv 1x1 4 reduce > conv 3x3 4] > conv 1x1 4")
    new = {node.path: f"{said}{node.path}" for node in network.nodes}
    nodes = [
        replace(
            node,
            path=new[node.path],
            inputs=tuple(new.get(port, port) for port in node.inputs),
            scope=(Scope(said + str(at // 3)), Scope(f"{at}{said}")),
        )
        for at, node in enumerate(network.nodes)
    ]
    return fc.Network(said, nodes, network.inputs, new[network.output])


def assert_harmless(page: Page, what: str) -> None:
    """Nothing ran or became an element, and all is within the window."""
    assert page.tab.evaluate(RAN) == 0, what
    # a chart is drawn anew a moment after the window has another size
    page.until("document.documentElement.scrollWidth <= innerWidth")
    assert page.tab.evaluate(OUTSIDE) == [], what
    for selector in ("#outcome", "#stage-side .bar"):
        box: Any = page.tab.locator(selector).bounding_box()
        assert box["height"] < 300, (what, selector)


@pytest.mark.parametrize("name", NAMES)
def test_hostile_texts_stay_texts_and_within_the_window(
    opened: Open, tmp_path: Path, name: str
) -> None:
    page = opened(written(tmp_path, NAMES[name]), viewport=DESKTOP)
    (seen,) = page.tab.locator("h1").all_text_contents()
    if name in ("markup", "an attribute", "quotes", "other signs"):
        assert NAMES[name].split()[0] in seen
    for viewport in (DESKTOP, PHONE):
        page.resize(viewport)
        page.tab.select_option("#choice", index=1)
        assert_harmless(page, "module")
        page.tab.click("#whole")
        page.tab.click("#open")
        page.set(f"{'w' * 60}/constructor/1", "7")  # the groups do not fit
        assert page.tab.is_visible("#misfit")
        assert_harmless(page, "whole")
        page.tab.click("#reset")
        page.tab.click("#whole")
        page.set("H", "9999")
        page.tab.check("#why")
        page.tab.fill("#search", "w")
        assert_harmless(page, "search")
        page.tab.fill("#search", "")
        page.tab.uncheck("#why")
        page.tab.click("#reset")
    control = next(one["name"] for one in page.data()["live"]["controls"] if one["reduces"])
    page.set(control, "3")
    page.resize(DESKTOP)
    if "$'" not in page.command():  # what a shell alone reads
        assert_agrees(page)
    page.tab.select_option("#choice", index=0)
    assert page.tab.inner_text("#elsewhere") == f"Also changed: {control} = 3"
    assert_harmless(page, "elsewhere")
    before = (page.rows(), page.command(), page.address())
    page.reload()
    assert (page.rows(), page.command(), page.address()) == before
    page.tab.hover("#chart-count .layer_0_marks path >> nth=1")
    page.tab.wait_for_selector("#tip:not([hidden])")
    assert_harmless(page, "tip")


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_of_a_network_from_elsewhere_stay_texts(
    browser: Browser, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "page.html"
    fc.analyze(renamed(NAMES[name])).save(path)
    page = Page(browser, path, viewport=DESKTOP)
    assert page.tab.locator("#table tbody tr").count() == len(page.data()["parts"])
    for viewport in (DESKTOP, PHONE):
        page.resize(viewport)
        page.tab.click("#open")
        page.tab.check("#why")
        assert_harmless(page, "modules")
        page.tab.click("#whole")
        page.tab.locator("#table .name").last.click()
        page.tab.locator(".canvas .box[role=button]").first.focus()
        page.tab.keyboard.press("Enter")
        assert_harmless(page, "whole")
        page.tab.click("#whole")
        page.tab.uncheck("#why")
    page.tab.click("#next")
    page.reload()
    assert page.tab.input_value("#choice") == "1"
    assert page.said == []
    page.tab.close()


def test_a_hostile_address_stays_text(opened: Open) -> None:
    page = opened("googlenet", viewport=PHONE)
    for said in NAMES.values():
        for state in (said, f"module={said}", f"H={said}", f"columns={said}", f"{said}={said}"):
            page.tab.evaluate("location.hash = 'batch=1'")
            page.until("document.getElementById('address').hidden")
            page.go(state)
            assert page.tab.is_visible("#address"), state
            assert_harmless(page, state)
    page = opened("googlenet", at=f"module={MARKUP}&H=1%3Cimg src=x onerror=alert(1)%3E")
    assert_harmless(page, "opened")
    assert "there is no module </script><img" in page.tab.inner_text("#address")
