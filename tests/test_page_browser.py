"""The page in a real browser: it opens, computes, sorts and searches, and fetches nothing."""

import json
import os
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flopcount.catalog import references
from flopcount.cli import run

pytestmark = pytest.mark.slow

INSTALL = "apt-get install -y chromium && pip install 'flopcount[test]'"
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
def browser() -> Iterator[Any]:
    """Chromium without a window. FLOPCOUNT_BROWSER=required makes its absence a failure."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        found = None
    if not found:
        reason = f"no Chromium, or no Playwright, to open the page with: {INSTALL}"
        if os.environ.get("FLOPCOUNT_BROWSER") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
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
              return [...rows.map((row, place) => [name(parts[place]), cells(row)]), total];
            }"""
        )
        return {tuple(name): cells for name, cells in found}

    def shown(self) -> list[str]:
        """The names of the rows that are seen."""
        found: list[str] = self.tab.evaluate(
            """() => [...document.querySelectorAll("tbody tr")].filter((row) => row.offsetParent)
              .map((row) => (row.cells[0].querySelector("button") ?? row.cells[0].firstChild).textContent)"""
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


def assert_agrees(page: Page) -> None:
    """The page's numbers are those of the command line that it gives."""
    rows = page.rows()
    said = counted(page.command())
    for name, counts in said.items():
        cells = rows[name]
        # text, output, multiplies, share, params, naive multiplies, saved
        of = [int(cells[at].replace(",", "")) for at in (2, 4, 5)]
        assert tuple(of[: len(counts)]) == counts, name
    for name in rows.keys() - said.keys():
        assert rows[name][2] == rows[name][4] == "0", name  # bypassed


@pytest.mark.parametrize("name", references())
def test_every_shipped_network_opens_without_a_word_or_a_request(opened: Open, name: str) -> None:
    page = opened(name)
    assert page.command() == f"flopcount {name}"
    assert page.tab.locator("#drawing svg .box").count() > 1
    assert page.tab.locator(".chart svg.marks").count() == 3
    assert_agrees(page)


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
