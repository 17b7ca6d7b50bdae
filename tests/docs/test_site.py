"""The pages build into a site, without a warning, that asks no other server for anything."""

import doctest
import fcntl
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import flopcount as fc
from tests.page.browsing import FLAGS

ROOT = Path(__file__).parents[2]
# What a browser loads by itself, by tag; an <a> is followed by people alone.
LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once, by whichever of xdist's workers comes first; a warning is an error."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # which the workers of one run have in common
    place, built = folder / "site", folder / "site-is-built"
    with (folder / "site-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            done = build(ROOT, place)
            said = done.stdout + done.stderr
            assert done.returncode == 0, said
            assert "WARNING" not in said
            built.touch()
    return place


def build(checkout: Path, place: Path) -> "subprocess.CompletedProcess[str]":
    """Build the site as its own configuration says it, strictly."""
    quiet = {"PYTHONDONTWRITEBYTECODE": "1", "NO_MKDOCS_2_WARNING": "1"}  # of other releases
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(place)],
        cwd=checkout,
        env={**os.environ, **quiet},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def pages(site: Path) -> list[Path]:
    """The pages; a server's own for what is not there has links from its root."""
    return [path for path in sorted(site.rglob("*.html")) if path.name != "404.html"]


class Page(HTMLParser):
    """What a page loads, where its links lead and may lead to, its scripts, styles and text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.text = ""
        self.inside = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.inside = tag
        self.anchors |= {found[key] or "" for key in ("id", "name") if key in found}
        if target := found.get(LOADS.get(tag, "")):
            self.loads.append(target)
        if tag == "a" and (target := found.get("href")):
            self.links.append(target)
        if style := found.get("style"):
            self.styles.append(style)

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            self.scripts.append(data)
        elif self.inside == "style":
            self.styles.append(data)
        else:
            self.text += data

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  as the parser calls it
        self.inside = ""


@pytest.mark.slow
def test_each_page_has_its_place(site: Path) -> None:
    ours = [path.stem for path in (ROOT / "docs").glob("*.md")]
    for name in [*ours, "index", "contributing", "changelog", "license"]:
        assert (site / f"{name}.html").is_file(), name
    assert not list(site.rglob("*.py"))
    assert (site / "CITATION.cff").read_bytes() == (ROOT / "CITATION.cff").read_bytes()


@pytest.mark.slow
def test_each_page_is_in_the_navigation(site: Path) -> None:
    links = {urlsplit(link).path for link in Page(site / "index.html").links}
    assert {path.relative_to(site).as_posix() for path in pages(site)} <= links


@pytest.mark.slow
def test_the_first_page_is_the_readme(site: Path) -> None:
    page = Page(site / "index.html")
    heading = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n")[0]
    assert heading.removeprefix("# ") in page.anchors
    assert "$ flopcount googlenet --module 3a" in page.text
    assert "images/googlenet-3a-drawing.png" in page.loads


@pytest.mark.slow
def test_notebooks_are_pages_with_what_they_put_out_and_the_file_itself(site: Path) -> None:
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        page = Page(site / "notebooks" / f"{notebook.stem}.html")
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        ran = [cell for cell in cells if cell["cell_type"] == "code"]
        data = [one.get("data", {}) for cell in ran for one in cell["outputs"]]
        inside = sum("".join(one.get("text/html", "")).count("data:image/png") for one in data)
        assert re.findall(r"In\s\[(\d+)\]", page.text) == [str(at + 1) for at in range(len(ran))]
        drawn = [target for target in page.loads if target.startswith("data:image/png")]
        assert len(drawn) == inside + sum("image/png" in one for one in data)
        assert notebook.name in page.links
        assert (site / "notebooks" / notebook.name).read_bytes() == notebook.read_bytes()


@pytest.mark.slow
def test_the_reference_has_the_whole_interface(site: Path) -> None:
    reference = site / "reference.html"
    names = {f"flopcount.{name}" for name in fc.__all__ if name != "__version__"}
    methods = {f"flopcount.Report.{name}" for name in ("by", "to_frame", "plot", "total")}
    assert names | methods | {"flopcount.Network.select"} <= Page(reference).anchors
    text = reference.read_text(encoding="utf-8")
    assert "&gt;&gt;&gt; " in text
    assert "<blockquote>" not in text, "an example that is no block of code"
    for inner in ("Network.rows", "Network.shapes", "Report.index", "Report.written"):
        assert f"flopcount.{inner}" not in Page(reference).anchors
    assert re.findall(r"\w+\.py\b", Page(reference).text) == [], "a file that no user has"


@pytest.mark.slow
def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for path in pages(site):
        page = Page(path)
        for target in page.loads:
            if target.startswith("data:"):
                continue
            assert not urlsplit(target).netloc, f"{path.name}: {target}"
            assert (path.parent / unquote(urlsplit(target).path)).is_file(), (
                f"{path.name}: {target}"
            )
        for script in page.scripts:
            assert "://" not in script, f"{path.name}: {script[:200]}"
        for style in page.styles:
            assert not foreign(style), path.name
    for path in site.rglob("*.css"):
        assert not foreign(path.read_text(encoding="utf-8")), path.name


def foreign(style: str) -> list[str]:
    """What a style would load from another server."""
    return re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^)]*", style)


@pytest.mark.slow
def test_links_lead_to_files_and_headings(site: Path) -> None:
    read = {path.resolve(): Page(path) for path in pages(site)}
    for path, page in read.items():
        for target in page.links:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            other = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert other.exists(), f"{path.name}: {target}"
            if parts.fragment and other in read:
                assert unquote(parts.fragment) in read[other].anchors, f"{path.name}: {target}"


@pytest.mark.slow
def test_the_search_reads_its_index_from_files(site: Path) -> None:
    """A page from a disk may fetch nothing and start no Worker; scripts are what it may load."""
    name, _, index = (site / "search" / "search_index.js").read_text("utf-8").partition(" = ")
    assert name == "var __index"
    found = {entry["location"].partition("#")[0] for entry in json.loads(index)["docs"]}
    assert found == {path.relative_to(site).as_posix() for path in pages(site)}
    for path in pages(site):
        scripts = [(path.parent / target).resolve().name for target in Page(path).loads]
        assert "iframe-worker.js" in scripts, path.name


@pytest.mark.slow
@pytest.mark.parametrize("start", ["index.html", "notebooks/01-what-the-1x1-buys.html"])
def test_a_browser_searches_the_files(
    site: Path, installed: Callable[[str, str], str], start: str
) -> None:
    program = installed("chromium", "chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        page = browser.new_context(offline=True, color_scheme="dark").new_page()
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto((site / start).as_uri())
        page.wait_for_selector("body[data-md-color-scheme=slate]")
        page.emulate_media(color_scheme="light")
        page.wait_for_selector("body[data-md-color-scheme=default]")
        page.click("[data-md-component=search-query]")
        page.keyboard.type("calflops")
        first = page.locator(".md-search-result__link[href*='h=calflops']").first
        first.wait_for()
        first.click()
        page.wait_for_url("**/comparison.html*")
        assert page.locator("mark").first.is_visible()
        page.click("[data-md-component=search-query]")
        page.keyboard.press("ControlOrMeta+A")
        page.keyboard.type("--measured")
        page.locator(".md-search-result__link[href*='pictures.html']").first.wait_for()
        browser.close()
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


@pytest.mark.slow
def test_the_tables_of_a_notebook_are_seen_whole(
    site: Path, installed: Callable[[str, str], str]
) -> None:
    """A report's last column is what it is read for."""
    program = installed("chromium", "chromium")
    from playwright.sync_api import sync_playwright

    wide = """tables => tables.map(table => {
        const area = table.closest(".jp-OutputArea-output");
        return [table.rows[0].cells.length, table.offsetWidth <= area.clientWidth];
    })"""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        page = browser.new_context(viewport={"width": 1300, "height": 900}).new_page()
        page.goto((site / "notebooks" / "01-what-the-1x1-buys.html").as_uri())
        found = page.eval_on_selector_all(".jp-OutputArea table", wide)
        browser.close()
    assert [8, True] in found
    assert all(seen for _, seen in found), found


@pytest.mark.slow
def test_a_broken_link_is_found(tmp_path: Path) -> None:
    """Strict means it: the same configuration, with a page that leads nowhere.

    Notebooks have their prose alone here, and the reference what no docstring fills in: the most of
    the time of a build.
    """
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "CITATION.cff"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "flopcount").symlink_to(ROOT / "flopcount")
    (tmp_path / "notebooks").mkdir()
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"] = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
        (tmp_path / "notebooks" / path.name).write_text(json.dumps(notebook), encoding="utf-8")
    reference = tmp_path / "docs" / "reference.md"
    text = re.sub(r"^:::.*\n(?:(?: .*)?\n)*", "", reference.read_text("utf-8"), flags=re.MULTILINE)
    reference.write_text(text, encoding="utf-8")
    with (tmp_path / "docs" / "check.md").open("a", encoding="utf-8") as page:
        page.write("\n[nowhere](tables.md#no-such-heading)\n")
    done = build(tmp_path, tmp_path / "site")
    assert done.returncode == 1
    (warning,) = re.findall(r"^WARNING.*(?:\n .*)*", done.stderr, re.MULTILINE)
    assert "no-such-heading" in warning


@pytest.mark.parametrize("name", ["site_hooks", "doctest_blocks", "generate_gallery"])
def test_the_examples_of_the_scripts(name: str) -> None:
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    failed, tried = doctest.testmod(module)
    assert (failed, bool(tried)) == (0, True)
