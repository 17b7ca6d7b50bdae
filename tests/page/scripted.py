"""A page by its own scripts in V8: every number that it shows, and no document."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flopcount.cli.main import run
from flopcount.page.file import safe
from flopcount.page.scripts import linked, static
from tests.page.running import text

_DATA = re.compile('<script type="application/json" id="data">(.*?)</script>', re.DOTALL)
_SCRIPTS = re.compile('<script type="module">(.*?)</script>', re.DOTALL)
# The scripts that are run, and what is taken from each.
_TAKEN = {
    "costs/model": ["modelOf"],
    "costs/pricing": ["originalOf", "pricedAt"],
    "whatif/settings": ["readValue", "startsOf", "stateOf", "isOriginal"],
    "table/columns": ["columnsOf", "openingNames", "withChanges"],
    "table/cells": ["cellsOf"],
    "table/order": ["arranged", "comparing", "folded", "sortedBy"],
    "table/csv": ["csvText", "csvRows"],
    "charts/bars": ["barsOf", "multipliesOf", "PARAMETERS", "sharesSpent"],
    "drawing/sides": ["accented", "branchText", "fewer", "measuresOf", "scenesOf"],
}
_PAGE = """
const network = modelOf(data, live);
const original = originalOf(network);
const state = stateOf(network);
let names = openingNames(network, columnsOf(network));
const columns = () => withChanges(columnsOf(network), names);
const shown = () => pricedAt(network, state, original);
const cells = () => cellsOf(network, columns(), shown(), original);
const path = (part) => (part.parent ? [...path(part.parent), part.name] : [part.name]);
const set = (name, typed) => {
  const control = network.controls.find((one) => one.name === name);
  const { value, error } = readValue(control, typed);
  if (!error) state.values[name] = value;
  return error ?? "";
};
// Sorting, as so many clicks on a column's head leave it.
const sorted = (name, clicks) => {
  let sorting = { key: null, down: false };
  for (let at = 0; at < clicks; at += 1) sorting = sortedBy(sorting, name);
  const { parts } = cells();
  const index = columns().findIndex((column) => column.name === sorting.key);
  const keyOf = (part) => parts.get(part).cells[index].key;
  return arranged(network.roots, {
    query: "",
    wordsOf: () => "",
    isOpen: () => true,
    compare: sorting.key ? comparing(keyOf, sorting.down) : null,
  }).rows.map(({ part: { name, level } }) => ({ name, level }));
};
"""


class Scripted:
    """A page: its settings can be changed, and what it shows can be read."""

    def __init__(self, engine: Any, data: str, live: str = "const live = null;") -> None:
        """Of `data`, a `Document` as JSON, and the script that prices what is set."""
        self._engine = engine
        taken = "".join(
            f'import {{ {", ".join(names)} }} from "./{script}.js";\n'
            for script, names in _TAKEN.items()
        )
        engine.eval(f"{live}\nconst data = {data};\n{linked(taken + _PAGE)}")

    def asked(self, expression: str) -> Any:
        """What an expression over the page's scripts comes to; a BigInt as a text."""
        plain = '(_, value) => (typeof value === "bigint" ? String(value) : value)'
        return json.loads(str(self._engine.eval(f"JSON.stringify({expression}, {plain})")))

    def set(self, control: str, value: str) -> str:
        """Type a value for a control, or choose a reading; what is wrong with it."""
        if control == "naive":
            return str(self.asked(f"(state.naive = {str(value == 'on').lower()}, '')"))
        return str(self.asked(f"set({text(control)}, {text(value)})"))

    def reset(self) -> None:
        """Back to the original."""
        self.asked("(Object.assign(state, { values: startsOf(network), naive: false }), 0)")

    def choose(self, *names: str) -> None:
        """Show other columns."""
        self.asked(f"(names = {text(list(names))}, 0)")

    def command(self) -> str:
        """The command line that the page gives."""
        return str(self.asked("live.command(state.values, state.naive)"))

    def rows(self) -> dict[tuple[str, ...], list[str]]:
        """Each row, named from its module down: its cells without the changes."""
        return self._cells("kind !== 'change'", "text")

    def changes(self) -> dict[tuple[str, ...], list[str]]:
        """Of each row likewise what changed."""
        return self._cells("kind === 'change'", "percent ? `${text} ${percent}` : text")

    def _cells(self, wanted: str, said: str) -> dict[tuple[str, ...], list[str]]:
        found = self.asked(f"""(() => {{
          const some = columns();
          const texts = (all) => all.filter((_, at) => (({{ kind }}) => {wanted})(some[at]))
            .map(({{ text, percent }}) => {said});
          const {{ parts, total }} = cells();
          return [...[...parts].map(([part, {{ cells }}]) => [path(part), texts(cells)]),
            [["total"], texts(total)]];
        }})()""")
        return {tuple(name): cells for name, cells in found}

    def bars(self, measure: str = "multipliesOf(network)") -> list[dict[str, Any]]:
        """The bars of a chart, of the multiplies or of ``PARAMETERS``."""
        return list(self.asked(f"barsOf(network, shown(), original, {measure})"))

    def curves(self) -> list[dict[str, Any]]:
        """The points of the chart of what is spent."""
        return list(self.asked("sharesSpent(network, shown())"))

    def scenes(self, module: str | None = None) -> list[dict[str, Any]]:
        """What is drawn of a module on its one or two sides, or of the whole as built."""
        drawing, shown = "network.whole", "{ ...shown(), naive: null }"
        if module is not None:
            at = f"network.modules.find(({{ name }}) => name === {text(module)})"
            drawing, shown = f"{at}.drawing", "shown()"
        return list(
            self.asked(f"""scenesOf(network, {drawing}, {shown}).map((scene) => ({{
              name: scene.name,
              total: scene.total,
              bands: scene.bands,
              cards: scene.cards.map(({{ box, layers, name, lines, kernel, count }}) => ({{
                name, lines, count, is_bar: box.bar, layers: layers.map(({{ path }}) => path),
                kernel: kernel === null ? null : network.kernels[kernel].word,
              }})),
            }}))""")
        )

    def sorted(self, column: str, clicks: int, level: int = 0) -> list[str]:
        """The parts at a level of the tree after so many clicks on a column's head."""
        found = self.asked(f"sorted({text(column)}, {clicks})")
        return [part["name"] for part in found if part["level"] == level]

    def csv(self) -> str:
        """All rows as CSV, without the changes."""
        return str(
            self.asked("""(() => {
              const some = columns().filter(({ kind }) => kind !== "change");
              const { parts, total } = cellsOf(network, some, shown(), original);
              const cells = (part) => parts.get(part).cells;
              return csvText(csvRows(network.parts, some, cells, total));
            })()""")
        )


@contextmanager
def scripted(*argv: str) -> Iterator[Scripted]:
    """The page that a command line writes, while it runs."""
    from py_mini_racer import MiniRacer

    with MiniRacer() as engine, TemporaryDirectory() as folder:
        path = Path(folder, "page.html")
        run([*argv, "-o", str(path)])
        html = path.read_text(encoding="utf-8")
        (data,), program = _DATA.findall(html), _SCRIPTS.findall(html)[-1]
        live = program.removesuffix(safe(linked(static("page.js"))))
        assert live != program
        yield Scripted(engine, data, live)
