"""Pages that run: in a real browser, without a word on its console or a request; and in V8."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flopcount.cli.main import run
from tests.page.browsing import FLAGS, Browser, Open, Page
from tests.page.scripted import Scripted, scripted


@pytest.fixture(scope="module")
def browser(
    installed: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """Chromium without a window."""
    empty = tmp_path_factory.mktemp("browser") / "empty.html"
    empty.write_text("<!doctype html><title>empty</title>", encoding="utf-8")
    program = installed("chromium", "chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = Browser(
            playwright.chromium.launch(executable_path=program, args=list(FLAGS)), empty
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The page that a command line writes, written once."""
    folder = tmp_path_factory.mktemp("pages")
    found: dict[tuple[str, ...], Path] = {}

    def write(*argv: str) -> Path:
        if argv not in found:
            found[argv] = folder / f"page-{len(found)}.html"
            run([*argv, "-o", str(found[argv])])
        return found[argv]

    return write


@pytest.fixture
def opened(browser: Browser, written: Callable[..., Path]) -> Iterator[Open]:
    """Open the page that a command line writes."""
    pages: list[Page] = []

    def open_page(*argv: str, at: str = "", **settings: Any) -> Page:
        pages.append(Page(browser, written(*argv), at, **settings))
        return pages[-1]

    yield open_page
    for page in pages:
        assert page.said == []
        assert [url for url in page.asked if not url.startswith("file:")] == []
        page.tab.close()


@pytest.fixture(scope="package")
def googlenet() -> Iterator[Scripted]:
    """The page of GoogLeNet in V8."""
    with scripted("googlenet") as page:
        yield page


@pytest.fixture
def page(googlenet: Scripted) -> Iterator[Scripted]:
    """The same, put back afterwards."""
    names = googlenet.asked("names")
    yield googlenet
    googlenet.reset()
    googlenet.choose(*names)
