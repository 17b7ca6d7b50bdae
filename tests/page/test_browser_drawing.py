"""The drawing in a real browser: every word in its box, each band by its load, each way as told."""

import re
from typing import Any

import pytest

import flopcount as fc
from flopcount.analysis.layer_text import layer_text
from tests.page.browsing import Open, Page
from tests.shipped import INCEPTION

pytestmark = pytest.mark.slow

# Texts of the drawing that leave their box, were cut, or are smaller than they may be.
MISPLACED = """() => [...document.querySelectorAll("#drawing .canvas .box")].flatMap((group) => {
  const box = group.querySelector("rect").getBBox();
  return [...group.querySelectorAll("text")].filter((one) => {
    const { x, y, width, height } = one.getBBox();
    const right = box.x + box.width;
    const within = x >= box.x && x + width <= right && y + height <= box.y + box.height + 1;
    const size = Number(one.getAttribute("font-size"));
    const least = one.matches(".name") || group.querySelector(".joint") ? 10 : 12.5;
    return !within || size < least || one.textContent.includes("…");
  }).map((one) => one.textContent);
})"""


def boxes(page: Page) -> list[list[str]]:
    """The texts of each box that is drawn."""
    found: list[list[str]] = page.tab.locator("#drawing .canvas .box").evaluate_all(
        "(all) => all.map((g) => [...g.querySelectorAll('text')].map((one) => one.textContent))"
    )
    return found


def unlike(network: fc.Network) -> list[int]:
    """The places of modules that are drawn otherwise than each before: of repeats the first."""
    drawn: dict[object, int] = {}
    for at, module in enumerate(network.modules):
        of_it = [row for row in network.rows if row.node.module == module]
        texts = tuple((row.node.path[len(module) :], layer_text(row), row.output) for row in of_it)
        drawn.setdefault((len(module), texts), at)
    return [*drawn.values()]


@pytest.mark.parametrize("name", INCEPTION)
def test_each_module_and_the_whole_are_drawn_with_every_word_in_its_box(
    opened: Open, name: str
) -> None:
    page = opened(name)
    network = fc.load(name)
    modules = network.modules
    assert page.tab.locator("#choice option").count() == len(modules)
    for at in unlike(network):
        page.tab.select_option("#choice", index=at)
        assert page.tab.evaluate(MISPLACED) == [], modules[at]
    page.tab.click("#whole")
    assert page.tab.evaluate(MISPLACED) == []
    assert len(boxes(page)) > 10


def test_boxes_have_kernel_width_shape_and_cost_and_bands_their_load(opened: Open) -> None:
    argv = ("googlenet", "--module", "3a", "--input", "299x299")
    page = opened(*argv, viewport={"width": 390, "height": 844})  # as built alone
    layers = fc.analyze(fc.load("googlenet", input="299x299"), modules=["3a"]).by("layer").lines
    for layer in layers[:-1]:  # the concat is a bar
        shape = "×".join(map(str, layer.output))
        cost = [f"{layer.cost.multiplies:,}"] if layer.cost.multiplies else []
        assert [layer_text(layer.rows[0]), shape, *cost] in boxes(page)
    links = page.tab.locator("#drawing .band").evaluate_all(
        "(all) => all.map((one) => [Number(one.getAttribute('stroke-width')), one.textContent])"
    )
    assert len(links) == 11  # 4 from the input, 3 within branches, 4 to the concat
    widest = max(width for width, _ in links)
    for width, text in links:
        carried = int(re.sub(r".*= ([0-9,]+) activations", r"\1", text).replace(",", ""))
        share = carried / (38 * 38 * 192)
        assert width == pytest.approx(widest * max(1.2 / 44, share), abs=0.02)


def test_repeats_say_how_often_and_what_they_cost_together_where_they_differ(opened: Open) -> None:
    page = opened("inception-v4")
    page.tab.click("#whole")
    report = fc.analyze(fc.load("inception-v4"))
    each = next(row for row in report.rows if row.node.path == "A.1/3x3/2").count("multiplies")
    assert ["3×3 96", "35×35×96", f"4 × {each:,}"] in boxes(page)
    page.set("A.1/3x3/1", "32")
    changed = fc.analyze(fc.load("inception-v4", set={"A.1/3x3/1": 32}))
    together = sum(
        row.count("multiplies")
        for row in changed.rows
        if re.fullmatch(r"A\.[1-4]/3x3/2", row.node.path)
    )
    assert ["3×3 96", "35×35×96", f"{together:,} together"] in boxes(page)
    assert "1×1 32–64" in [texts[0] for texts in boxes(page)]


def scale(page: Page) -> float:
    """Px of the screen to one of the drawing."""
    return float(
        page.tab.evaluate(
            """() => {
              const canvas = document.querySelector(".canvas");
              return canvas.getBoundingClientRect().width / canvas.viewBox.baseVal.width;
            }"""
        )
    )


@pytest.mark.parametrize("colour_scheme", ["light", "dark"])
def test_two_sides_have_the_ratio_between_them(opened: Open, colour_scheme: Any) -> None:
    page = opened("googlenet", color_scheme=colour_scheme)
    words = page.tab.locator("#drawing .canvas > text").all_text_contents()
    assert words == [
        *("without the 1×1 reductions", "308,281,344 multiplies"),
        *("as built", "128,049,152 multiplies"),
        *("2.41×", "fewer"),
    ]
    assert "9.68× fewer" in page.tab.inner_text("#drawn")
    assert scale(page) > 0.7
    page.set("3a.r5", "192")
    assert "128,049,152 multiplies" not in page.tab.text_content("#drawing .canvas")
