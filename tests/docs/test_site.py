"""The pages build into a site, without a warning, that asks no other server for anything."""

import doctest
import importlib.util
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
# What a browser loads by itself, by tag; an <a> is followed by people alone.
LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built in a folder of its own; a warning is an error."""
    place = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(place)],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "WARNING" not in said
    return place


def pages(site: Path) -> list[Path]:
    """The pages; a server's own for what is not there has links from its root."""
    return [path for path in sorted(site.rglob("*.html")) if path.name != "404.html"]


class Page(HTMLParser):
    """What a page loads, and where its links lead."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if target := found.get(LOADS.get(tag, "")):
            self.loads.append(target)
        if tag == "a" and (target := found.get("href")):
            self.links.append(target)


def test_each_page_has_its_place(site: Path) -> None:
    ours = [path.stem for path in (ROOT / "docs").glob("*.md")]
    for name in [*ours, "index", "contributing", "changelog", "license"]:
        assert (site / f"{name}.html").is_file(), name
    assert not list(site.rglob("*.py"))
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        assert (site / "notebooks" / notebook.name).read_bytes() == notebook.read_bytes()


def test_the_first_page_is_the_readme(site: Path) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    heading = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n")[0]
    assert f">{heading.removeprefix('# ')}</h1>" in text
    assert "flopcount googlenet --module 3a" in text
    assert "images/googlenet-3a.png" in text


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for path in pages(site):
        for target in Page(path).loads:
            assert not urlsplit(target).netloc, f"{path.name}: {target}"
            assert (path.parent / urlsplit(target).path).is_file(), f"{path.name}: {target}"
    for path in site.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^)]*", text), path.name


def test_links_lead_to_files(site: Path) -> None:
    for path in pages(site):
        for target in Page(path).links:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc or not parts.path:
                continue
            assert (path.parent / parts.path).exists(), f"{path.name}: {target}"


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    """Strict means it: the same configuration, with a page that leads nowhere."""
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "mkdocs.yml"):
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    docs = tmp_path / "docs"
    docs.mkdir()
    for path in (ROOT / "docs").glob("*.*"):
        (docs / path.name).write_bytes(path.read_bytes())
    with (docs / "check.md").open("a", encoding="utf-8") as page:
        page.write("\n[nowhere](tables.md#no-such-heading)\n")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(tmp_path / "site")],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert "no-such-heading" in done.stderr


def test_the_examples_of_the_hooks() -> None:
    spec = importlib.util.spec_from_file_location("site_hooks", ROOT / "docs" / "site_hooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    failed, tried = doctest.testmod(module)
    assert (failed, bool(tried)) == (0, True)
