"""A report → what its page holds: the rows of the tree, and all that the scripts compute with."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ..analysis.explain import arithmetic
from ..analysis.layout import chain_text, layer_text, report_sheet, shown
from ..analysis.report import UNIT_NAMES, UNITS, Line, Report
from ..core.graph import Row, walk
from ..pictures.style import PALETTE
from ..writing.sheet import number, printed
from .drawing import draw

if TYPE_CHECKING:
    from .live import Live

MOST_DRAWN = 200  # layers of a module; a longer one has its table alone
_OPEN = {"branch": 1, "layer": 2}  # how far the tree stands open, by the report's grain


class Part(NamedTuple):
    """A row of the tree, by its grain (module, branch, layer) and level; its printed cells.

    `layers` are places among the report's rows; `parent` is a place among the parts.
    """

    grain: str
    level: int
    parent: int | None
    name: str
    cells: tuple[str, ...]
    layers: tuple[int, ...]
    sums: tuple[tuple[str, str], ...]


def parts(report: Report) -> list[Part]:
    """The tree: modules, in each its branches and the layers outside them, then their layers."""
    places = {row.node.path: place for place, row in enumerate(report.rows)}
    by_grain = {grain: _cells(report, grain) for grain in ("module", "branch", "layer")}
    found: list[Part] = []

    def add(key: tuple[str | None, ...], grain: str, parent: int | None, name: str) -> int:
        line, cells, sums = by_grain[grain][key]
        layers = tuple(places[row.node.path] for row in line.rows)
        level = 0 if parent is None else found[parent].level + 1
        found.append(Part(grain, level, parent, name, cells, layers, tuple(sums.items())))
        return len(found) - 1

    groups: dict[str, dict[str | None, list[str]]] = {}
    for row in report.rows:
        node = row.node
        groups.setdefault(node.module, {}).setdefault(node.branch, []).append(node.path)
    for module, branches in groups.items():
        top = add((module,), "module", None, module)
        for branch, paths in sorted(branches.items(), key=lambda pair: pair[0] is None):
            above = top if branch is None else add((module, branch), "branch", top, branch)
            for path in paths:
                add((path,), "layer", above, path)
    return found


_Key = tuple[str | None, ...]
_Found = dict[_Key, tuple[Line, tuple[str, ...], dict[str, str]]]


def _cells(report: Report, grain: str) -> _Found:
    """What is printed of each line at a grain, by its key: the numbers as the terminal has them."""
    at = report.by(grain)
    lines = shown(at)
    table = report_sheet(at, explain=False)
    _, cells = printed(table)
    first = len(table.columns) - 5  # of the columns that are numbers
    sums = [found for _, found in arithmetic(at, lines)]
    return {
        _key(line, grain): (line, (_text(line, grain), *row[first - 1 :]), why)
        for line, row, why in zip(lines, cells, sums, strict=False)  # without the total
    }


def _key(line: Line, grain: str) -> _Key:
    keys: dict[str, _Key] = {"module": (line.module,), "branch": (line.module, line.branch)}
    return keys.get(grain, (line.layer,))


def _text(line: Line, grain: str) -> str:
    if grain == "module":
        return number(len(line.rows))
    return chain_text(line.rows) if grain == "branch" else layer_text(line.rows[0])


def document(report: Report, tree: Sequence[Part], live: "Live | None") -> dict[str, Any]:
    """All that the scripts need, ready for JSON; counts are texts, since they may pass 2**53."""
    rows = report.rows
    modules = list(dict.fromkeys(row.node.module for row in rows))
    colours = colours_of(report)
    return {
        "unit": UNIT_NAMES[report.unit],
        "scale": str(UNITS[report.unit]),
        "batch": str(report.batch),
        "open": _OPEN.get(report.grain, 1 if len(modules) == 1 else 0),
        "output": next((place for place, row in enumerate(rows) if _ends(row, report)), None),
        "layers": [_layer(row, modules, colours[row.node.branch]) for row in rows],
        "parts": [_part(part, rows) for part in tree],
        "modules": [_module(report, module) for module in modules],
        "built": [_counts(row) for row in rows],
        "naive": [_counts(report.naive.get(row.node.path)) for row in rows],
        "live": live
        and {
            "naive": live.naive,
            "alone": report.reading == "figure",
            "inputs": list(live.inputs),
            "controls": [
                {
                    "name": control.name,
                    "modules": list(control.modules),
                    "layers": list(control.layers),
                    "low": control.low,
                    "high": control.high,
                    "start": control.start,
                    "step": control.step,
                    "divisor": control.divisor,
                }
                for control in live.controls
            ],
        },
    }


def colours_of(report: Report) -> dict[str | None, int]:
    """Each branch's colour, by its place in the palette; None is what lies outside the branches.

    The whole network's branches have the colours in their order there, so that a module's page
    has the same. Where they are too many, the costliest there come first, then what a colour is
    left for in the report; the last colour is for all others.
    """
    last = len(PALETTE) - 1
    whole = report.network.whole
    chosen = _costliest(walk(whole) if whole else report.rows)
    own = _costliest(report.rows)
    found = {branch: place for place, branch in enumerate(chosen) if branch in own}
    free = [place for place in range(len(PALETTE)) if place not in found.values()]
    found |= dict(zip([branch for branch in own if branch not in found], free, strict=False))
    return {row.node.branch: found.get(row.node.branch, last) for row in report.rows}


def _costliest(rows: Sequence[Row]) -> list[str | None]:
    """The branches in their order: all, or one fewer than there are colours."""
    weight: dict[str | None, int] = {}
    for row in rows:
        cost = int(row.cost.multiplies) + int(row.cost.params)
        weight[row.node.branch] = weight.get(row.node.branch, 0) + cost
    if len(weight) <= len(PALETTE):
        return list(weight)
    kept = sorted(weight, key=lambda branch: -weight[branch])[: len(PALETTE) - 1]
    return [branch for branch in weight if branch in kept]


def _ends(row: Row, report: Report) -> bool:
    return row.node.path == report.network.output


def _counts(row: Row | None) -> list[str] | None:
    """One sample's multiplies, parameters, height, width and channels, as `Live` gives them."""
    if row is None:
        return None
    return [str(int(n)) for n in (row.cost.multiplies, row.cost.params, *row.output)]


def _layer(row: Row, modules: Sequence[str], colour: int) -> dict[str, Any]:
    node, op = row.node, row.node.op
    if hasattr(op, "width"):
        op = replace(op, width="{}")  # type: ignore[type-var]
    found = {
        "path": node.path,
        "module": modules.index(node.module),
        "branch": node.branch,
        "colour": colour,
        "text": layer_text(row._replace(node=replace(node, op=op))),
        "word": node.op.word,
    }
    role = getattr(node.op, "role", None)
    return found | ({"role": role} if role else {})


def _part(part: Part, rows: Sequence[Row]) -> dict[str, Any]:
    """A row of the tree; `chain` where its text is its layers', which change with a width."""
    chain = part.grain != "module" and " → ".join(layer_text(rows[place]) for place in part.layers)
    return {
        "grain": part.grain,
        "level": part.level,
        "parent": part.parent,
        "name": part.name,
        "layers": list(part.layers),
        "sums": [list(pair) for pair in part.sums],
        "chain": part.cells[0] == chain,
    }


def _module(report: Report, module: str) -> dict[str, Any]:
    places = [place for place, row in enumerate(report.rows) if row.node.module == module]
    rows = [report.rows[place] for place in places]
    own = {row.node.path for row in rows}
    outside: dict[str, list[str]] = {}
    for row in rows:
        for path, shape in zip(row.node.inputs, row.inputs, strict=True):
            if path not in own:
                outside.setdefault(path, [str(int(size)) for size in shape])
    found: dict[str, Any] = {"name": module, "inputs": list(outside.items())}
    if len(rows) > MOST_DRAWN:
        return found
    drawing = draw([row.node for row in rows])
    reads = list(_reads(rows, list(outside), places))
    return found | {
        "width": drawing.width,
        "height": drawing.height,
        "boxes": [
            [places[box.node] if box.node >= 0 else -1, box.x, box.y, box.width, box.height]
            for box in drawing.boxes
        ],
        "links": [
            [*reads[link.end][link.number], places[link.end], link.lane] for link in drawing.links
        ],
    }


def _reads(
    rows: Sequence[Row], outside: Sequence[str], places: Sequence[int]
) -> Iterator[list[tuple[int, int]]]:
    """What each layer reads: a layer's place, or −1 and which of the inputs from outside."""
    known = {row.node.path: place for row, place in zip(rows, places, strict=True)}
    for row in rows:
        yield [
            (known[path], 0) if path in known else (-1, outside.index(path))
            for path in row.node.inputs
        ]
