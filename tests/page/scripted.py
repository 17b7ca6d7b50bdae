"""A page whose scripts run in V8 over a document of few lines: every number, and no looks."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import html5lib

from flopcount.cli.main import run
from tests.page.running import text

DOCUMENT = (Path(__file__).parent / "document.js").read_text(encoding="utf-8")
# The scripts of a page, but for the charting library.
_SCRIPTS = re.compile('(<script type="module">)(.*?)</script>', re.DOTALL)


class Scripted:
    """A page that runs: its controls can be set, and its cells read."""

    def __init__(self, engine: Any, html: str) -> None:
        self._engine = engine
        _, (_, program) = _SCRIPTS.findall(html)
        tree = html5lib.parse(_SCRIPTS.sub("", html), namespaceHTMLElements=False)
        engine.eval(f"const tree = {text(_listed(tree))};\n{DOCUMENT}\n{program}")

    def asked(self, expression: str) -> Any:
        """What an expression over the page's scripts comes to; a BigInt as a text."""
        plain = '(_, value) => (typeof value === "bigint" ? String(value) : value)'
        return json.loads(str(self._engine.eval(f"JSON.stringify({expression}, {plain})")))

    def set(self, control: str, value: str) -> None:
        """Set a slider by the number beside it, or the switch to the naive reading."""
        if control == "naive":
            on = str(value == "on").lower()
            self._engine.eval(f'byId("naive").checked = {on}; byId("naive").dispatch("change");')
            return
        named = f"controls.find(({{ name }}) => name === {text(control)})"
        typed = f'number.value = {text(value)}; number.dispatch("change");'
        self._engine.eval(f"{{ const {{ number }} = fieldsOf.get({named}); {typed} }}")

    def reset(self) -> None:
        """Back to the original."""
        self._engine.eval('byId("whatif").dispatch("reset");')

    def charted(self, chart: str) -> list[dict[str, Any]]:
        """The values that a chart was given."""
        return list(self.asked(f"drawn.get({text(chart)})"))

    def said(self, name: str) -> str:
        """The text of the element with an id."""
        return str(self.asked(f"byId({text(name)}).textContent"))

    def command(self) -> str:
        """The command line that the page gives."""
        return self.said("command")

    def rows(self) -> dict[tuple[str, ...], list[str]]:
        """Each row of the table, named from its module down: its cells without the changes."""
        return self._cells(changes=False)

    def changes(self) -> dict[tuple[str, ...], list[str]]:
        """Of each row likewise what changed: of the count, and of the parameters."""
        return self._cells(changes=True)

    def _cells(self, *, changes: bool) -> dict[tuple[str, ...], list[str]]:
        wanted = "" if changes else "!"
        found = self.asked(f"""(() => {{
          const cells = (row) => [...row.cells].slice(1)
            .filter((cell) => {wanted}cell.classList.contains("was"))
            .map((cell) => cell.textContent);
          const name = (part) => part.parent ? [...name(part.parent), part.name] : [part.name];
          return [...parts.map((part) => [name(part), cells(part.row)]),
            [["total"], cells(table.tFoot.rows[0])]];
        }})()""")
        return {tuple(name): cells for name, cells in found}


@contextmanager
def scripted(*argv: str) -> Iterator[Scripted]:
    """The page that a command line writes, while it runs."""
    from py_mini_racer import MiniRacer

    with MiniRacer() as engine, TemporaryDirectory() as folder:
        path = Path(folder, "page.html")
        run([*argv, "-o", str(path)])
        yield Scripted(engine, path.read_text(encoding="utf-8"))


def _listed(element: Any) -> list[Any]:
    """An element as ``[tag, attributes, ...children]``."""
    children: list[Any] = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            children.append(_listed(child))
        children.append(child.tail or "")
    return [element.tag, dict(element.attrib), *filter(None, children)]
