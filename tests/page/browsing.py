"""A page that is open in a real browser, and what the command line says of the same network."""

import json
import re
import shlex
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flopcount.cli.main import run

if TYPE_CHECKING:
    from tests.page.scripted import Scripted

# Without the browser's own errands, so that a request can only be the page's.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",  # a tab finds the process of the one before, with the scripts as read
)
Open = Callable[..., Any]


class Browser:
    """Chromium without a window, and of its contexts one for each settings.

    A context beside the others is a new process, which reads a page's scripts anew: that was two
    thirds of what a page took. Its first tab stays, since the process ends with the last.
    """

    def __init__(self, started: Any, empty: Path) -> None:
        """Of a browser that was started, and a file of a page with nothing on it."""
        self._started = started
        self._empty = empty.as_uri()
        self._contexts: dict[str, Any] = {}
        self.new_context, self.new_page = started.new_context, started.new_page

    def tab(self, **settings: Any) -> Any:
        """A new tab, with nothing of any before."""
        key = json.dumps(settings, sort_keys=True)
        if key not in self._contexts:
            self._contexts[key] = self.new_context(**settings)
            self._contexts[key].new_page().goto(self._empty)
        return self._contexts[key].new_page()

    def close(self) -> None:
        """End it, with all its tabs."""
        self._started.close()


class Page:
    """A page that is open, what it said on the console, and what it asked for."""

    def __init__(self, browser: Browser, path: Path, at: str = "", **settings: Any) -> None:
        """A page in a tab of its own; `at` is what stands behind the # of its address."""
        self.tab = browser.tab(**settings)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.tab.on("console", lambda message: self.said.append(message.text))
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))
        self.tab.on("request", lambda request: self.asked.append(request.url))
        self.tab.set_default_timeout(10_000)
        self.tab.goto(path.as_uri() + (at and f"#{at}"))
        self.tab.wait_for_selector("html[data-ready]", timeout=30_000)

    def until(self, told: str, arg: Any = None, timeout: float = 10_000) -> None:
        """Wait for what a script tells of the page to be true, for so many milliseconds.

        It is asked from here, time after time. Playwright's own wait has the page ask again, by
        eval, which the page's security policy refuses unless the first answer is true.
        """
        ends = time.monotonic() + timeout / 1000
        while not self.tab.evaluate(told, arg):
            assert time.monotonic() < ends, f"not true in {timeout} ms: {told}"
            self.tab.wait_for_timeout(20)

    def resize(self, viewport: dict[str, int]) -> None:
        """Give its window another size, and let it follow: the page hears of that a frame later."""
        self.tab.set_viewport_size(viewport)
        self.until("(width) => innerWidth === width", arg=viewport["width"])
        self.tab.evaluate(
            """() => new Promise((done) => {
              requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
            })"""
        )

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
              const rows = [...document.querySelectorAll("#table tbody tr")];
              const total = [["total"], cells(document.querySelector("#table tfoot tr"))];
              return [...rows.map((row, index) => [name(parts[index]), cells(row)]), total];
            }"""
        )
        return {tuple(name): cells for name, cells in found}

    def result(self) -> dict[str, dict[str, list[str]]]:
        """The table above the drawing: by row and kind of number, that and how it changed."""
        found: dict[str, dict[str, list[str]]] = self.tab.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll("#result tbody tr")].map(
              ({ cells: [head, ...cells] }) => [
                head.textContent,
                Object.fromEntries(cells.map((cell) => [
                  cell.className,
                  [...cell.childNodes].map((one) => one.textContent),
                ])),
              ],
            ))"""
        )
        return found

    def said_of(self, control: str) -> str:
        """What stands beside a control: what it was, or what is wrong with what was typed."""
        return str(self.tab.inner_text(f'[data-control="{control}"] .said'))

    def go(self, state: str) -> None:
        """Write what stands behind the # of the address, as a user does."""
        self.tab.evaluate(
            """(state) => new Promise((done) => {
              addEventListener("hashchange", () => done(), { once: true });
              location.hash = state;
            })""",
            state,
        )

    def address(self) -> str:
        """What stands behind the # of the address, or nothing."""
        return str(self.tab.evaluate("location.hash.slice(1)"))

    def reload(self) -> None:
        """Load it anew, as it was left."""
        self.tab.reload()
        self.tab.wait_for_selector("html[data-ready]")

    def data(self) -> dict[str, Any]:
        """What the page computes with."""
        return dict(json.loads(str(self.tab.text_content("#data"))))

    def shown(self) -> list[str]:
        """The names of the rows that are seen."""
        found: list[str] = self.tab.evaluate(
            """() => [...document.querySelectorAll("#table tbody tr")]
              .filter((row) => row.offsetParent)
              .map(({ cells: [head] }) => (head.querySelector(".name") ?? head).textContent)"""
        )
        return found


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
    """The rows that the terminal prints at a grain, by module and branch, or by path.

    With the total, which is a row of its own, at the grain of modules.
    """
    title, _, *lines = run([*argv, "--by", grain])[0].split("\n\n")[1].splitlines()
    names = 2 if re.match("module +branch", title) else 1
    rows = [re.split(r" {2,}", line) for line in lines if not line.startswith("─")]
    shown = rows if grain == "module" else rows[:-1]
    return {tuple(row[:names]): row[names:] for row in shown}


def assert_agrees(page: "Page | Scripted") -> None:
    """The page's numbers are those of the command line that it gives."""
    rows = page.rows()
    command = page.command()
    said = counted(command)
    unit = 2 if "--unit flops" in command else 1
    for name, counts in said.items():
        cells = rows[name]
        # text, output, the count, that without hidden pairs, share, params, the naive count, saved
        # a share is a dash where nothing multiplies
        share = next(at for at, cell in enumerate(cells) if cell.endswith(" %") or cell == "–")
        there = [at for at in (2, share + 1, share + 2) if at < len(cells)]
        of = [int(cells[at].replace(",", "")) for at in there]
        expected = [count * by for count, by in zip(counts, (unit, 1, unit), strict=False)]
        of += of[:1] if len(there) == 2 else []  # without reductions a page has nothing naive
        assert of[: len(counts)] == expected, name
    for name in rows.keys() - said.keys():
        assert rows[name][2] == rows[name][4] == "0", name  # bypassed
    argv = shlex.split(command)[1:]
    left = 1 if "@naive" in command else 0  # in the text of layers the page tells what is bypassed
    (first, *others) = [name for name in said if len(name) == 1 and name != ("total",)]

    def agree(row: list[str], cells: list[str]) -> None:
        """A page that opened with naive columns keeps them where a terminal has none."""
        there = len(cells)
        assert row[left:there] == cells[left:]
        assert row[there:] in ([], [row[2], "–"])

    for module, cells in printed(argv, "module").items():
        agree(rows[module], cells)
    for branch, cells in printed(argv, "branch").items():
        if branch[-1] != "–":
            of = branch if others or len(branch) > 1 else (*first, *branch)
            agree(rows[of], cells)
    layers = {name[-1]: cells for name, cells in rows.items()}
    for (path,), cells in printed(argv, "layer").items():
        agree(layers[path], cells)
