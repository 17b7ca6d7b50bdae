"""The numbers of a page of networks side by side, by V8; and what the command line says of them."""

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

import flopcount as fc
from flopcount.cli.main import run
from flopcount.errors import FlopcountError
from flopcount.page.file import safe
from flopcount.page.scripts import linked, static
from tests.page.running import text

_ASKED = """\
import { barsBeside, cellBeside, columnsBeside, totalOf } from "./compare/beside.js";
import { asWritten, matched, pricedTogether } from "./compare/matching.js";
import { startsOf } from "./whatif/settings.js";
import { comparingCommand, togetherOf } from "./compare/together.js";
const together = togetherOf(JSON.parse(given), lives);
const original = asWritten(together);
const MULTIPLIES = { count: "multiplies", title: "multiplies" };
function asked(values, naive) {
  const starts = startsOf(together);
  for (const [name, value] of Object.entries(values)) starts[name] = BigInt(value);
  const state = { values: starts, naive };
  const shown = pricedTogether(together, state, original);
  const parts = [...matched(together.networks, shown.costs), totalOf(together, shown.costs)];
  const columns = columnsBeside(together.networks);
  const cells = (part) =>
    columns.map((column) => [column.kind, cellBeside(column, part, shown.costs, original).text]);
  const inside = (part) => [part.name, ...part.children.flatMap(inside)];
  return {
    error: shown.error,
    command: comparingCommand(together, state),
    rows: parts.map((part) => [part.name, cells(part)]),
    inside: parts.slice(0, -1).map(inside),
    bars: barsBeside(together, parts.slice(0, -1), shown, original, MULTIPLIES),
  };
}
"""
_SCRIPT = re.compile('<script type="module">(.*?)</script>', re.DOTALL)
_DATA = re.compile('<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


class Beside:
    """What a page of networks shows, whatever it is set to."""

    def __init__(self, engine: Any, html: str) -> None:
        (data,) = _DATA.findall(html)
        _, program = _SCRIPT.findall(html)
        lives = program.removesuffix(safe(linked(static("compare.js"))))
        assert lives != program
        self._engine = engine
        engine.eval(f"{lives}const given = {text(data)};\n{linked(_ASKED)}")
        self.controls: list[dict[str, Any]] = self._plain("together.controls")
        self.has_naive: bool = self._plain("together.whatIfs.naive")

    def _plain(self, expression: str) -> Any:
        return json.loads(str(self._engine.eval(f"JSON.stringify({expression})")))

    def shown(self, values: Mapping[str, int] | None = None, *, naive: bool = False) -> Any:
        """What it shows: rows, bars, the command line and, where sizes do not fit, the error."""
        texts = {name: str(value) for name, value in (values or {}).items()}
        return self._plain(f"asked({text(texts)}, {text(naive)})")


@contextmanager
def beside(*networks: fc.Network | str) -> Iterator[Beside]:
    """The page of some networks."""
    from py_mini_racer import MiniRacer

    with MiniRacer() as engine:  # one that is not closed keeps the process from its end
        yield Beside(engine, fc.compare(networks).to_page())


def said(command: str) -> list[list[Any]]:
    """The rows that a command line gives, the total last: the name, then plain numbers."""
    program, *argv = shlex.split(command)
    assert program == "flopcount"
    found = json.loads(run([*argv, "--format", "json"])[0])
    return [list(row.values()) for row in (*found["rows"], found["total"])]


def _plain(kind: str, shown: str) -> int | float | None:
    if shown == "–":
        return None
    return float(shown[:-1].replace(",", "")) if kind == "ratio" else int(shown.replace(",", ""))


def plain(rows: Iterable[tuple[str, Sequence[tuple[str, str]]]]) -> list[list[Any]]:
    """The rows of the page in the same form, without the differences, which only it has."""
    return [
        [name, *(_plain(kind, shown) for kind, shown in cells if kind != "difference")]
        for name, cells in rows
    ]


def differences(rows: Iterable[tuple[str, Sequence[tuple[str, str]]]]) -> list[list[int | None]]:
    """The differences of each row, of all networks but the first."""
    texts = [[shown for kind, shown in cells if kind == "difference"] for _, cells in rows]
    return [
        [None if one == "–" else int(one.replace("−", "-").replace(",", "")) for one in row]
        for row in texts
    ]


def assert_matches(page: Beside, values: Mapping[str, int], *, naive: bool = False) -> bool:
    """Whether the settings fit: each number is that of the page's command line, or both refuse."""
    shown = page.shown(values, naive=naive)
    if shown["error"]:
        with pytest.raises(FlopcountError):
            said(shown["command"])
        return False
    rows = said(shown["command"])
    assert plain(shown["rows"]) == rows, shown["command"]
    expected = []
    for _, first, _, *others in rows:
        counts = others[::3]
        expected.append([None if None in (first, one) else one - first for one in counts])
    assert differences(shown["rows"]) == expected
    return True
