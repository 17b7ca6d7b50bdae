"""A page as it is seen, in every width and on paper: no text is cut, covered or too pale."""

import re
from pathlib import Path

import pytest

from tests.page.browsing import Open
from tests.shipped import INCEPTION

pytestmark = pytest.mark.slow


# Texts of the charts that are cut at an edge.
CUT = """() => [...document.querySelectorAll(".chart svg")].flatMap((svg) => {
  const edge = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter((text) => {
    const { width, top, bottom, left, right } = text.getBoundingClientRect();
    const within = top >= edge.top - 1 && bottom <= edge.bottom + 1;
    return width && !(within && left >= edge.left - 1 && right <= edge.right + 1);
  }).map((text) => text.textContent);
})"""


@pytest.mark.parametrize("name", INCEPTION)
def test_no_text_of_a_chart_is_cut_however_wide_the_window(opened: Open, name: str) -> None:
    page = opened(name, viewport={"width": 1200, "height": 800})
    assert page.tab.locator(".chart svg.marks").count() == 3
    for width in (1200, 420, 900, 1300):
        page.resize({"width": width, "height": 800})
        page.until(f"!({CUT})().length", timeout=5_000)
    away = "document.querySelector('.chart svg g').setAttribute('transform', 'translate(0 -9999)')"
    assert page.tab.evaluate(f"() => {{ {away}; return ({CUT})(); }}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(opened: Open, scheme: str) -> None:
    page = opened("googlenet", color_scheme=scheme)
    page.set("H", "299")
    for module in ("3a", "conv1", "linear"):
        page.tab.select_option("#choice", label=module)
        assert page.tab.evaluate(CONTRAST) == []
    page = opened("9x9x4 > conv 5x5 4 > conv 3x1 4 > conv 9x9 4", color_scheme=scheme)
    assert page.tab.evaluate(CONTRAST) == []


# Each text's colour against the page's ground; WCAG 2.2, 1.4.3: at least 4.5 to 1.
CONTRAST = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map(Number)
      .map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const root = getComputedStyle(document.documentElement);
  const probe = document.body.appendChild(document.createElement("i"));
  const [paper, field, face] = ["--paper", "--field", "--face"].map((name) => {
    probe.style.color = root.getPropertyValue(name);
    return getComputedStyle(probe).color;
  });
  const numbers = (colour) => colour.match(/[0-9.]+/g).map(Number);
  const tintOf = (rectangle) => { // as it lies on the box
    const { fill, fillOpacity } = getComputedStyle(rectangle);
    const [over, under] = [numbers(fill), numbers(face)];
    return `rgb(${under.map((c, at) => c + (over[at] - c) * fillOpacity).join(" ")})`;
  };
  const weak = [];
  const texts = "p, td, th, dt, dd, b, label, legend, text, button, caption, figcaption";
  for (const one of document.querySelectorAll(texts)) {
    const style = getComputedStyle(one);
    const own = light(one.matches("text") ? style.fill : style.color);
    const box = one.closest("#drawing .box");
    const tints = [...(box?.querySelectorAll(".tint") ?? [])].map(tintOf);
    const bar = box?.querySelector(".joint");
    const grounds = bar ? [getComputedStyle(bar).fill] : box ? [face, ...tints] : [paper];
    for (const ground of (one.matches("button") ? [field, paper] : grounds).map(light)) {
      const ratio = (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05);
      if (one.textContent && ratio < 4.5) weak.push([one.tagName, one.textContent, ratio]);
    }
  }
  return weak;
}"""


@pytest.mark.parametrize(
    ("argv", "sliders"),
    [
        (["googlenet"], {"H": "300"}),
        (["inception-resnet-v2"], {"naive": "on"}),
        (["inception-v4", "--batch", "64", "--unit", "flops"], {"width": "2", "H": "512"}),
    ],
)
def test_what_was_changed_fits_on_paper(
    opened: Open, argv: list[str], sliders: dict[str, str]
) -> None:
    a4 = 182 * 96 // 25.4  # CSS pixels between the margins
    page = opened(*argv, viewport={"width": int(a4), "height": 1000})
    for control, value in sliders.items():
        page.set(control, value)
    page.tab.emulate_media(media="print")
    assert page.tab.evaluate("document.getElementById('table').offsetWidth") <= a4
    assert page.tab.locator("th[data-key=params_change]").is_visible()
    assert not page.tab.locator("th[data-key^=naive_]").is_visible()
    assert "without percents and without the naive" in page.tab.inner_text("#table caption")
    narrow = page.tab.evaluate("""[...document.querySelectorAll("tr.level-2 .name")]
      .filter((name) => name.getClientRects().length > 2).map((name) => name.textContent)""")
    assert narrow == []  # of these networks no name needs a third line


def test_charts_are_drawn_anew_for_paper(opened: Open) -> None:
    page = opened("googlenet", viewport={"width": 1600, "height": 1000})
    width = "document.querySelector('#chart-share svg').width.baseVal.value"
    before = page.tab.evaluate(width)
    page.tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.tab.evaluate(width) <= 718
    page.tab.evaluate("dispatchEvent(new Event('afterprint'))")
    page.until(f"{width} === {before}")


def test_charts_leave_their_numbers_to_the_table_for_who_listens(opened: Open) -> None:
    page = opened("googlenet")
    labels = [
        page.tab.get_attribute(f"#chart-{name}", "aria-label")
        for name in ("count", "params", "share")
    ]
    assert all(label.endswith("; Table 1 has the numbers") for label in labels)
    said = page.tab.locator("#charts").aria_snapshot()
    assert len(re.findall(r"^ *- img ", said, re.MULTILINE)) == 3
    for inner in ("118", "tip:", "datum", "group:"):
        assert inner not in said


def test_a_narrow_screen_breaks_no_number_and_scrolls_no_page(opened: Open, tmp_path: Path) -> None:
    table = tmp_path / "own.toml"
    rows = f'{"m" * 60} = "[a: conv 1x1 16 reduce > conv 3x3 1600 | b: conv 1x1 8]"'
    table.write_text(f'input = "320x320x192"\n[rows]\n{rows}\n')
    for argv in ([str(table)], ["inception-resnet-v2"]):
        page = opened(*argv, viewport={"width": 320, "height": 800})
        page.tab.select_option("#choice", index=page.tab.locator("#choice option").count() // 2)
        page.set("naive", "on")
        assert page.tab.evaluate("document.documentElement.scrollWidth") == 320
        lines = page.tab.evaluate("""() => [...document.querySelectorAll("#result td:not(.naive)")]
          .filter((cell) => cell.firstChild).map((cell) => {
            const range = document.createRange();
            range.selectNodeContents(cell.firstChild);
            return range.getClientRects().length;
          })""")
        assert set(lines) == {1}
        assert len(lines) == 3 * page.tab.locator("#result tbody tr").count()
