"""The page in a real browser: it opens, computes, sorts and searches, and fetches nothing."""

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.analysis.catalog import references
from flopcount.analysis.layout import layer_text
from flopcount.cli.main import run
from flopcount.notation.library import names
from flopcount.page.tree import table_rows

pytestmark = pytest.mark.slow

# Without the browser's own errands, so that a request can only be the page's.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser(installed: Callable[[str, str], str]) -> Iterator[Any]:
    """Chromium without a window."""
    program = installed("chromium", "chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield started
        started.close()


class Page:
    """A page that is open, what it said on the console, and what it asked for."""

    def __init__(self, browser: Any, path: Path, **settings: Any) -> None:
        self.context = browser.new_context(**settings)
        self.tab = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.tab.on("console", lambda message: self.said.append(message.text))
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))
        self.tab.on("request", lambda request: self.asked.append(request.url))
        self.tab.set_default_timeout(10_000)
        self.tab.goto(path.as_uri())
        self.tab.wait_for_selector("html[data-ready]", timeout=30_000)

    def set(self, control: str, value: str) -> None:
        """Set a slider by the number beside it."""
        if control == "naive":
            self.tab.set_checked("#naive", value == "on")
            return
        field = self.tab.locator(f'[data-control="{control}"] input[type=number]')
        field.evaluate(
            "(field, value) => { field.value = value;"
            " field.dispatchEvent(new Event('change', { bubbles: true })); }",
            value,
        )

    def command(self) -> str:
        """The command line that the page gives."""
        return str(self.tab.inner_text("#command"))

    def rows(self) -> dict[tuple[str, ...], list[str]]:
        """Each row of the table, named from its module down: its cells without the changes."""
        found = self.tab.evaluate(
            """() => {
              const cells = (row) => [...row.cells].slice(1)
                .filter((cell) => !cell.classList.contains("was")).map((cell) => cell.textContent);
              const parts = JSON.parse(document.getElementById("data").textContent).parts;
              const name = (part) =>
                part.parent === null ? [part.name] : [...name(parts[part.parent]), part.name];
              const rows = [...document.querySelectorAll("tbody tr")];
              const total = [["total"], cells(document.querySelector("tfoot tr"))];
              return [...rows.map((row, index) => [name(parts[index]), cells(row)]), total];
            }"""
        )
        return {tuple(name): cells for name, cells in found}

    def data(self) -> dict[str, Any]:
        """What the page computes with."""
        return dict(json.loads(str(self.tab.text_content("#data"))))

    def shown(self) -> list[str]:
        """The names of the rows that are seen."""
        found: list[str] = self.tab.evaluate(
            """() => [...document.querySelectorAll("tbody tr")]
              .filter((row) => row.offsetParent)
              .map(({ cells: [head] }) => (head.querySelector("button") ?? head.firstChild))
              .map((name) => name.textContent)"""
        )
        return found


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Open the page that a command line writes."""
    pages: list[Page] = []

    def open_page(*argv: str, **settings: Any) -> Page:
        path = tmp_path / f"page-{len(pages)}.html"
        run([*argv, "-o", str(path)])
        pages.append(Page(browser, path, **settings))
        return pages[-1]

    yield open_page
    for page in pages:
        assert page.said == []
        assert [url for url in page.asked if not url.startswith("file:")] == []
        page.context.close()


def counted(command: str) -> dict[tuple[str, ...], tuple[int, ...]]:
    """What a command line says: multiplies, parameters and, but for layers, naive multiplies."""
    program, *argv = shlex.split(command)
    assert program == "flopcount"
    found = json.loads(run([*argv, "--format", "json"])[0])
    kinds = ("multiplies", "params", "naive_multiplies")
    named = {("total",): found["total"]}
    named |= {(module["module"],): module for module in found["modules"]}
    for branch in found["branches"]:
        if branch["branch"]:
            named[branch["module"], branch["branch"]] = branch
    for layer in found["layers"]:
        above = [layer["branch"]] if layer["branch"] else []
        named[(layer["module"], *above, layer["layer"])] = layer
    return {name: tuple(one[kind] for kind in kinds if kind in one) for name, one in named.items()}


def printed(argv: list[str], grain: str) -> dict[tuple[str, ...], list[str]]:
    """The rows that the terminal prints at a grain, by module and branch, or by path."""
    title, _, *lines = run([*argv, "--by", grain])[0].split("\n\n")[1].splitlines()
    names = 2 if re.match("module +branch", title) else 1
    rows = [re.split(r" {2,}", line) for line in lines if not line.startswith("─")]
    return {tuple(row[:names]): row[names:] for row in rows[:-1]}


def assert_agrees(page: Page) -> None:
    """The page's numbers are those of the command line that it gives."""
    rows = page.rows()
    command = page.command()
    said = counted(command)
    for name, counts in said.items():
        cells = rows[name]
        # text, output, multiplies, share, params, naive multiplies, saved
        of = [int(cells[at].replace(",", "")) for at in (2, 4, 5)]
        assert tuple(of[: len(counts)]) == counts, name
    for name in rows.keys() - said.keys():
        assert rows[name][2] == rows[name][4] == "0", name  # bypassed
    if "@naive" in command:
        return
    argv = shlex.split(command)[1:]
    (first, *others) = [name for name in said if len(name) == 1 and name != ("total",)]
    for module, cells in printed(argv, "module").items():
        assert rows[module] == cells
    for branch, cells in printed(argv, "branch").items():
        if branch[-1] != "–":
            assert rows[branch if others or len(branch) > 1 else (*first, *branch)] == cells
    layers = {name[-1]: cells for name, cells in rows.items()}
    for (path,), cells in printed(argv, "layer").items():
        assert layers[path] == cells


@pytest.mark.parametrize("name", references())
def test_every_shipped_network_opens_without_a_word_or_a_request(opened: Open, name: str) -> None:
    page = opened(name)
    assert page.command() == f"flopcount {name}"
    assert page.tab.locator("#drawing svg .box").count() > 1
    assert page.tab.locator(".chart svg.marks").count() == 3
    assert not re.search(r"undefined|NaN|null|\[object", page.tab.inner_text("body"))
    assert_agrees(page)


# Texts of the charts that are cut at an edge.
CUT = """() => [...document.querySelectorAll(".chart svg")].flatMap((svg) => {
  const edge = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter((text) => {
    const { width, top, bottom, left, right } = text.getBoundingClientRect();
    const within = top >= edge.top - 1 && bottom <= edge.bottom + 1;
    return width && !(within && left >= edge.left - 1 && right <= edge.right + 1);
  }).map((text) => text.textContent);
})"""


@pytest.mark.parametrize("name", names())
def test_no_text_of_a_chart_is_cut_however_wide_the_window(opened: Open, name: str) -> None:
    page = opened(name, viewport={"width": 1200, "height": 800})
    assert page.tab.locator(".chart svg.marks").count() == 3
    for width in (1200, 420, 900, 1300):
        page.tab.set_viewport_size({"width": width, "height": 800})
        page.tab.wait_for_function(f"!({CUT})().length", timeout=5_000)
    away = "document.querySelector('.chart svg g').setAttribute('transform', 'translate(0 -9999)')"
    assert page.tab.evaluate(f"() => {{ {away}; return ({CUT})(); }}")


# Texts of the drawing that leave their box, were cut, or meet another; of every module.
MISPLACED = """() => {
  const found = [];
  const choice = document.getElementById("choice");
  for (const { text, value } of choice.options) {
    choice.value = value;
    choice.dispatchEvent(new Event("change"));
    for (const group of document.querySelectorAll("#drawing g")) {
      const box = group.querySelector("rect").getBBox();
      for (const one of group.querySelectorAll("text")) {
        const { x, y, width, height } = one.getBBox();
        const within = x >= box.x && x + width <= box.x + box.width;
        if (one.textContent && !(within && y + height <= box.y + box.height + 1))
          found.push([text, one.textContent]);
        if (one.textContent.includes("…")) found.push([text, one.textContent]);
      }
    }
    const labels = [...document.querySelectorAll("#drawing .branch")].map((one) => one.getBBox());
    labels.forEach((one, at) => labels.slice(at + 1).forEach((other) => {
      const beside = one.x >= other.x + other.width || other.x >= one.x + one.width;
      const apart = one.y >= other.y + other.height || other.y >= one.y + one.height;
      if (!beside && !apart) found.push([text, "branch names"]);
    }));
  }
  return found;
}"""


@pytest.mark.parametrize("name", names())
def test_each_module_is_drawn_with_every_word_in_its_box(opened: Open, name: str) -> None:
    page = opened(name)
    assert page.tab.locator("#choice option").count() == len(fc.load(name).modules)
    assert page.tab.evaluate(MISPLACED) == []


def test_the_drawing_has_kernel_width_shape_and_cost_and_links_by_their_load(
    opened: Open,
) -> None:
    page = opened("googlenet", "--module", "3a", "--input", "299x299")
    boxes = page.tab.locator("#drawing g").evaluate_all(
        "(all) => all.map((g) => [...g.querySelectorAll('text')].map((one) => one.textContent))"
    )
    layers = fc.analyze(fc.load("googlenet", input="299x299"), modules=["3a"]).by("layer").lines
    for layer in layers[:-1]:  # the concat is a bar
        described = layer_text(layer.rows[0])
        height, width, channels = layer.output
        role = getattr(layer.rows[0].node.op, "role", None)
        cost = f"{layer.cost.multiplies:,}" if layer.cost.multiplies else ""
        shape = f"{height}×{width}×{channels}"
        assert [f"{described} {role}" if role else described, shape, cost] in boxes
    links = page.tab.locator("#drawing .link").evaluate_all(
        "(all) => all.map((one) => [Number(one.getAttribute('stroke-width')), one.textContent])"
    )
    assert len(links) == 11  # 4 from the input, 3 within branches, 4 to the concat
    most = 38 * 38 * 192
    for width, text in links:
        carried = int(re.sub(r".*= ([0-9,]+) activations", r"\1", text).replace(",", ""))
        assert width == pytest.approx(max(1, 26 * carried / most), abs=0.01)


WHAT_IFS = [
    (["googlenet"], {"input": "299"}),
    (["googlenet"], {"3a.r5": "24"}),
    (["googlenet"], {"3a.r5": "1", "5b.r3": "384", "input": "97"}),
    (["googlenet"], {"width": "0.5"}),
    (["googlenet"], {"naive": "on"}),
    (["googlenet"], {"naive": "on", "width": "0.25", "input": "320", "4e.r3": "200"}),
    (["googlenet", "--module", "3a"], {"3a.r3": "48", "input": "512"}),
    (["googlenet", "--module", "3a"], {"naive": "on", "3a.r5": "24", "width": "1.5"}),
    (["inception-v3"], {"input": "160", "5c/5x5/1": "40", "6b.c7": "100", "width": "0.75"}),
    (["inception-resnet-v2"], {"input": "331", "naive": "on"}),
    (["googlenet", "--naive", "figure"], {"input": "299", "3a.r5": "24", "width": "0.5"}),
    # 9 channels have no 2 groups, but the naive network reads the 16 above them
    (["32x32x16 > conv 1x1 8 reduce > conv 3x3 24 groups=2"], {"naive": "on", "spec/1": "9"}),
    (["inception-v4", "--module", "C"], {"C.2/3x3/1": "100", "input": "400"}),
    (["28x28x192 > conv 1x1 16 reduce > conv 5x5 32"], {"input": "31", "width": "2"}),
    (
        ["googlenet", "--batch", "8", "--unit", "flops", "--input", "96x128"],
        {"H": "97", "W": "131"},
    ),
]


@pytest.mark.parametrize(("argv", "sliders"), WHAT_IFS)
def test_sliders_say_what_the_command_line_says(
    opened: Open, argv: list[str], sliders: dict[str, str]
) -> None:
    page = opened(*argv)
    before = page.rows()
    for control, value in sliders.items():
        page.set(control, value)
    changed = page.command()
    assert changed != "flopcount " + shlex.join(argv)
    unit = 2 if "flops" in argv else 1
    rows, said = page.rows(), counted(changed)
    assert rows != before
    if unit == 1:
        assert_agrees(page)
    total = page.tab.inner_text("#outcome dd >> nth=0")
    assert int(total.replace(",", "")) == said["total",][0] * unit
    page.tab.click("button[type=reset]")
    assert page.rows() == before


def test_the_table_opens_and_closes(opened: Open) -> None:
    page = opened("googlenet")
    modules = [module["name"] for module in page.data()["modules"]]
    assert page.shown() == modules
    row = page.tab.get_by_role("button", name="3a", exact=True)
    assert row.get_attribute("aria-expanded") == "false"
    row.click()
    assert row.get_attribute("aria-expanded") == "true"
    branches = ["1x1", "3x3", "5x5", "pool", "3a/concat"]
    assert page.shown()[4:10] == ["3a", *branches]
    page.tab.get_by_role("button", name="5x5", exact=True).click()
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
    page.tab.get_by_role("button", name="3a", exact=True).click()
    head = page.tab.locator("thead th[data-key=count]")
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


def test_it_works_by_keyboard_alone(opened: Open) -> None:
    page = opened("googlenet")
    keys = page.tab.keyboard

    def go_to(selector: str) -> None:
        for _ in range(200):
            keys.press("Tab")
            if page.tab.evaluate("(s) => document.activeElement.matches(s)", selector):
                outline = page.tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert outline != "none"  # the focus is seen
                return
        pytest.fail(f"{selector} is not reached")

    go_to("#choice")
    keys.press("ArrowDown")
    assert page.tab.locator("#drawing-title").text_content() == "Module 3b"
    keys.press("ArrowUp")
    go_to('[data-control="3a.r5"] input[type=range]')
    for _ in range(8):
        keys.press("ArrowRight")
    assert page.command() == "flopcount googlenet --set 3a.r5=24"
    assert_agrees(page)
    go_to("#naive")
    keys.press("Space")
    assert page.command() == "flopcount googlenet@naive --set 3a.r5=24"
    assert_agrees(page)
    go_to("#whatif button[type=reset]")
    keys.press("Enter")
    assert page.command() == "flopcount googlenet"
    go_to("#search")
    keys.type("concat")
    assert "3a/concat" in page.shown()
    keys.press("Control+A")
    keys.press("Delete")
    go_to("th[data-key=params] button")
    keys.press("Enter")
    assert page.shown()[0] == "5b"
    go_to("tbody button")
    keys.press("Enter")
    assert page.shown()[1] in ("3x3", "1x1")


def test_what_was_changed_is_told_from_the_original(opened: Open) -> None:
    page = opened("googlenet")
    assert not page.tab.locator("th[data-key=change]").is_visible()
    page.set("3a.r5", "24")
    before = counted("flopcount googlenet")
    after = counted("flopcount googlenet --set 3a.r5=24")
    more = after["total",][0] - before["total",][0]
    change = page.tab.locator("tfoot td.was >> nth=0").inner_text()
    assert change == f"+{more:,} (+{100 * more / before['total',][0]:.1f} %)"
    module = page.tab.locator("#outcome dt", has_text="multiplies of 3a").locator("+ dd")
    assert module.inner_text() == f"{after['3a',][0]:,}"
    untouched = page.tab.locator("tbody tr >> nth=0").locator("td.was >> nth=0")
    assert untouched.inner_text() == "–"
    assert page.tab.text_content("#drawing .changed .name") == "1×1 24 reduce"
    page.tab.select_option("#choice", label="3b")
    assert page.tab.inner_text("#elsewhere") == "Also changed: 3a.r5 = 24"
    assert not page.tab.locator('[data-control="3a.r5"]').is_visible()
    assert page.tab.locator('[data-control="3b.r5"]').is_visible()


def test_sizes_that_do_not_fit_are_said(opened: Open) -> None:
    page = opened("32x32x6 > conv 1x1 8 reduce > conv 3x3 12 groups=2")
    page.set("spec/1", "7")
    said = "spec/2 does not fit these sizes; the numbers are the original's."
    assert page.tab.inner_text("#outcome .error") == said
    assert not page.tab.locator("#same").is_visible()
    page.set("spec/1", "4")
    assert page.tab.locator("#outcome .error").count() == 0
    assert_agrees(page)


@pytest.mark.parametrize("reading", ["reduce", "figure", "chained"])
def test_a_naive_reading_that_does_not_fit_is_said(
    opened: Open, tmp_path: Path, reading: str
) -> None:
    table = tmp_path / "own.toml"
    table.write_text(
        'input = "16x16x3"\n[rows]\nstem = "conv 3x3 8"\n'
        'm = "[p: conv 1x1 16 reduce > conv 3x3 16 groups=4 | q: conv 1x1 8]"\n'
    )
    page = opened(str(table), "--naive", reading)
    page.set("width", "0.75")  # without the reduction 4 groups read 6 channels
    said = "in the naive reading, m/p/2 does not fit these sizes; the numbers are the original's."
    assert page.tab.inner_text("#outcome .error") == said
    assert not page.tab.locator("#same").is_visible()
    command = shlex.split(page.tab.text_content("#command"))[1:]
    with pytest.raises(fc.FlopcountError, match="groups=4 does not divide 6 input"):
        run(command)
    page.set("width", "0.5")
    assert_agrees(page)


def test_a_reading_that_is_no_network_has_no_switch_and_says_why(opened: Open) -> None:
    page = opened("googlenet", "--naive", "figure")
    assert page.tab.locator("#naive").count() == 0
    assert "prices each module alone" in page.tab.inner_text("#alone")
    assert not opened("googlenet").tab.locator("#alone").is_visible()


@pytest.mark.parametrize("typed", ["", "-5", "1e9", "2.5", "0"])
def test_a_careless_number_is_brought_back_within_bounds(opened: Open, typed: str) -> None:
    page = opened("googlenet", "--module", "3a")
    page.set("3a.r5", typed)
    value = int(page.tab.input_value('[data-control="3a.r5"] input[type=number]'))
    assert 1 <= value <= 192
    assert_agrees(page)


def test_the_command_is_copied_or_else_selected(opened: Open) -> None:
    page = opened("googlenet", permissions=[])
    page.tab.evaluate(
        "Object.defineProperty(navigator, 'clipboard',"
        " { value: { writeText: () => Promise.reject(new Error('refused')) } })"
    )
    page.tab.click("#copy")
    page.tab.wait_for_function("document.getElementById('copied').textContent !== ''")
    assert page.tab.inner_text("#copied") == "selected; copy it with the keyboard"
    assert page.tab.evaluate("String(getSelection())") == "flopcount googlenet"


def test_a_chart_has_tooltips_and_follows_the_sliders(opened: Open) -> None:
    page = opened("googlenet")
    bars = page.tab.locator("#chart-count .layer_0_marks path")
    bars.nth(1).scroll_into_view_if_needed()
    bars.nth(1).hover()
    page.tab.wait_for_selector("#tip:not([hidden])")
    module, branch = page.tab.inner_text("#tip").splitlines()
    assert module == "conv2 359,661,568 multiplies"
    assert branch == "outside: 359,661,568"
    page.set("input", "448")
    page.tab.wait_for_function(
        """document.querySelector("#chart-count").textContent.includes("1G")""",
    )


def test_a_module_of_hundreds_of_layers_is_not_drawn_but_said(opened: Open) -> None:
    page = opened("8x8x3 > 201 * conv 3x3 4")
    said = "A module of so many layers is not drawn; Table 1 lists them."
    assert page.tab.inner_text("#drawing") == said
    assert (
        page.tab.locator("#chart-count .layer_0_marks path").count() == 60
    )  # the rest in the last
    page.set("input", "9")
    assert_agrees(page)


HOSTILE = "</script><img src=x onerror=alert(1)>{{data}} <b>&amp;</b> \" ' <!-- "


def test_markup_from_a_table_stays_text(opened: Open, tmp_path: Path) -> None:
    table = tmp_path / "own.toml"
    table.write_text(
        f"title = '''{HOSTILE}'''\nsource = '''{HOSTILE * 6}'''\ninput = \"32x32x3\"\n"
        '[rows]\nconstructor = "conv 1x1 4 reduce > conv 3x3 8"\n'
        'toString = "[valueOf: conv 1x1 4 | x: conv 1x1 3]"\n'
    )
    page = opened(str(table))
    assert page.tab.locator("h1").text_content().startswith(HOSTILE.strip())
    assert page.tab.title().startswith(HOSTILE.strip())
    assert page.tab.locator("img").count() == 0
    page.set("constructor/1", "2")
    assert_agrees(page)


@pytest.mark.parametrize(
    "argv",
    [
        ["8x8x3 > maxpool 2x2"],
        ["googlenet", "--naive", "figure"],
        ["googlenet@naive", "--by", "layer"],
        ["googlenet", "--naive", "chained", "--aux", "--unit", "macs"],
        ["cifar10-inception@separable", "--by", "op"],
    ],
)
def test_other_reports_open_too(opened: Open, argv: list[str]) -> None:
    page = opened(*argv)
    assert page.tab.locator("tbody tr").count() == len(page.data()["parts"])
    assert_agrees(page)


def test_numbers_past_two_to_the_53_are_exact(opened: Open) -> None:
    page = opened("2147483648x2147483648x3 > conv 3x3 2147483647 > conv 1x1 3")
    assert_agrees(page)
    page.set("input", "2147483647")
    assert_agrees(page)
    assert page.rows()["total",][2] == f"{(9 * 3 + 3) * (2**31 - 1) ** 3:,}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(opened: Open, scheme: str) -> None:
    page = opened("googlenet", color_scheme=scheme)
    page.set("input", "299")
    weak = page.tab.evaluate(CONTRAST)
    assert weak == []


# Each text's colour against the page's ground; WCAG 2.2, 1.4.3: at least 4.5 to 1.
CONTRAST = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map(Number)
      .map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const root = getComputedStyle(document.documentElement);
  const probe = document.body.appendChild(document.createElement("i"));
  const [paper, field, tint] = ["--paper", "--field", "--tint"].map((name) => {
    probe.style.color = root.getPropertyValue(name);
    return light(getComputedStyle(probe).color);
  });
  const weak = [];
  const texts = "p, td, th, dt, dd, b, label, legend, text, button, caption, figcaption";
  for (const one of document.querySelectorAll(texts)) {
    const style = getComputedStyle(one);
    const own = light(one.matches("text") ? style.fill : style.color);
    const grounds = one.closest("#drawing") ? [field, tint] : [paper];
    for (const ground of one.matches("button") ? [field, paper] : grounds) {
      const ratio = (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05);
      if (one.textContent && ratio < 4.5) weak.push([one.tagName, one.textContent, ratio]);
    }
  }
  return weak;
}"""


def test_it_prints_on_paper_with_every_row(opened: Open) -> None:
    page = opened("googlenet", color_scheme="dark")
    page.tab.emulate_media(media="print")
    assert len(page.shown()) == len(page.data()["parts"])
    assert not page.tab.locator("fieldset").is_visible()
    ground = page.tab.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    assert len(page.tab.pdf()) > 20_000


@pytest.mark.parametrize(
    ("argv", "sliders"),
    [
        (["googlenet"], {"input": "300"}),
        (["inception-resnet-v2"], {"naive": "on"}),
        (["inception-v4", "--batch", "64", "--unit", "flops"], {"width": "2", "input": "512"}),
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
    assert page.tab.locator("th[data-key=change]").is_visible()
    assert not page.tab.locator("th[data-key=naive]").is_visible()
    assert "without the naive columns" in page.tab.inner_text("caption")
    narrow = page.tab.evaluate("""[...document.querySelectorAll("tr.level-2 .leaf")]
      .filter((name) => name.getClientRects().length > 2).map((name) => name.textContent)""")
    assert narrow == []  # of these networks no name needs a third line


def test_charts_are_drawn_anew_for_paper(opened: Open) -> None:
    page = opened("googlenet", viewport={"width": 1600, "height": 1000})
    width = "document.querySelector('#chart-share svg').width.baseVal.value"
    before = page.tab.evaluate(width)
    page.tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.tab.evaluate(width) <= 718
    page.tab.evaluate("dispatchEvent(new Event('afterprint'))")
    page.tab.wait_for_function(f"{width} === {before}")


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
        lines = page.tab.evaluate("""[...document.querySelectorAll("#outcome dd")].map((dd) => {
          const range = document.createRange();
          range.selectNodeContents(dd.firstChild);
          return range.getClientRects().length;
        })""")
        assert set(lines) == {1}


# Names of branches that lie on a link: points of each name's box that a link's stroke covers.
COVERED = """() => [...document.querySelectorAll("#drawing .branch")].filter((name) => {
  const { x, y, width, height } = name.getBBox();
  const root = name.ownerSVGElement;
  const points = [0, 0.25, 0.5, 0.75, 1].map((part) =>
    Object.assign(root.createSVGPoint(), { x: x + part * width, y: y + height / 2 }));
  return [...document.querySelectorAll("#drawing .link")].some((link) =>
    points.some((point) => link.isPointInStroke(point)));
}).map((name) => name.textContent)"""


@pytest.mark.parametrize(("name", "module"), [("inception-resnet-v2", "A.1"), ("googlenet", "3a")])
def test_no_name_of_a_branch_lies_on_its_link(opened: Open, name: str, module: str) -> None:
    page = opened(name)
    page.tab.select_option("#choice", label=module)
    assert page.tab.locator("#drawing .branch").count() > 2
    assert page.tab.evaluate(COVERED) == []


def test_the_table_is_there_without_javascript(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    run(["googlenet", "-o", str(path)])
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(path.as_uri())
    rows = table_rows(fc.analyze(fc.load("googlenet")))
    assert tab.locator("tbody tr:visible").count() == len(rows)
    assert not tab.locator("#module").is_visible()
    assert "drawing" in tab.inner_text("noscript")
    context.close()


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
