"""A table (a TOML document) → what its text says; every error names the place in it.

docs/tables.md is the manual. A table is data: nothing in it is evaluated or imported.
"""

import math
from collections.abc import Mapping
from typing import Any

from ..core import INPUT
from ..errors import FlopcountError, at, one_of, quote, shorten
from ..records import dataclass
from ..sizes import Size, as_size
from .columns import Cells, read_cell
from .ends import Inputs, check_first, inputs_of, outputs_of
from .fields import Specs, blocks_of, defaults_of, framework_of, named, one_line, section
from .layouts import Layouts
from .places import Block
from .scale import UNSCALED, Scale, scale_of
from .trees import From, Spec
from .variables import CLASSES, Variable, column_of
from .vocabulary import Settings

KEYS = (
    "title",
    "source",
    "input",
    "outputs",
    "classes",
    "scale",
    "defaults",
    "block",
    "rows",
    "aux",
    "variant",
    "paper",
    "assumed",
)


@dataclass(frozen=True)
class TableRow:
    """A row of a table: its spec, and what stands in each of its columns.

    `roles` says what a column stands for that is more than a width: "a stride".
    """

    spec: Spec
    cells: Cells
    roles: Mapping[str, str]


@dataclass(frozen=True)
class Head:
    """An auxiliary head: the row that it hangs off, its spec, and its weight in the loss."""

    row: str
    spec: Spec
    weight: float | None = None


@dataclass(frozen=True)
class Table:
    """A table whose text was read, variants and all; its sizes and widths can still be changed.

    `inputs` are the sizes of what enters, `outputs` the rows that are results, where it says which;
    `assumed` are the paths of layers whose width its source does not
    print; `scale` is what its widths and depths are multiplied by.
    """

    inputs: Inputs
    rows: Mapping[str, TableRow]
    blocks: Mapping[str, Block]
    defaults: Mapping[str, Settings]
    framework: str
    heads: Mapping[str, Head]
    classes: Size | None
    title: str | None
    source: str
    assumed: tuple[str, ...]
    outputs: tuple[str, ...] = ()
    scale: Scale = UNSCALED

    def variables(self) -> list[Variable]:
        """What can be changed in it, but for single layers and the sides of its input."""
        classes = [] if self.classes is None else [CLASSES]
        columns = [
            column_of(name, key, row.roles.get(key, ""))
            for name, row in self.rows.items()
            for key in row.cells
        ]
        return [*classes, *columns]


@dataclass(frozen=True)
class ChangedRow:
    """A row of the table of which a variant changes some columns: ``rows.a.n = 23``."""

    row: object
    columns: Mapping[str, Any]


def overlay(document: Mapping[str, Any], variant: str) -> dict[str, Any]:
    """Lay a variant over a table: only what it names differs.

    Sections are merged key by key, except those in the variant's ``replace``; columns by name may
    stand for a row. Raises `FlopcountError` for a variant that the table does not have.
    """
    variants = section(document.get("variant", {}), "variant")
    if variant not in variants:
        raise FlopcountError(one_of(variant, variants, "variant or rewrite"))
    place = f"variant.{variant}"
    changes = dict(section(variants[variant], place))
    replaced = changes.pop("replace", [])
    if not isinstance(replaced, list) or not all(
        isinstance(name, str) and name in changes for name in replaced
    ):
        raise FlopcountError(
            f"{place}.replace: read {quote(replaced)}, expected a list of sections that the "
            "variant gives itself"
        )
    base = {key: value for key, value in document.items() if key not in replaced}
    merged = _merged(base, changes)
    old, new = base.get("rows"), changes.get("rows")
    if isinstance(old, dict) and isinstance(new, dict):
        for name, columns in new.items():
            if isinstance(columns, dict) and not isinstance(old.get(name, {}), dict):
                merged["rows"][name] = ChangedRow(old[name], columns)
    return merged


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any], levels: int = 3) -> dict[str, Any]:
    """Merge section by section: ``block.inception."5x5"`` is as deep as a table goes."""
    merged = dict(base)
    for key, value in changes.items():
        old = merged.get(key)
        if levels > 1 and isinstance(old, dict) and isinstance(value, dict):
            merged[key] = _merged(old, value, levels - 1)
        else:
            merged[key] = value
    return merged


def parse_table(document: Mapping[str, Any]) -> Table:
    """Read all the text of a table, variants already laid over it: each spec is parsed once.

    Raises `FlopcountError` that says the place in the table, what was read and what was expected.
    """
    for key in document:
        if key not in KEYS:
            raise FlopcountError(one_of(key, KEYS, "key"))
    for key in ("input", "rows"):
        if key not in document:
            raise FlopcountError(f"the key {key!r} is missing")
    inputs = inputs_of(document["input"])
    specs = Specs()
    blocks = blocks_of(document, specs)
    layouts = Layouts(blocks)
    rows: dict[str, TableRow] = {}
    for name, value in section(document["rows"], "rows").items():
        rows[name] = _row(value, f"rows.{named(name, 'rows')}", layouts, rows, specs)
    if not rows:
        raise FlopcountError("rows: the network has no rows")
    if INPUT in rows or "total" in rows:
        raise FlopcountError(f"rows: no row may be named {INPUT!r} or 'total'")
    for name in inputs:
        if name in rows:
            raise FlopcountError(f"rows.{name}: an input has this name")
    first = next(iter(rows))
    check_first(first, rows[first].spec, inputs)
    return Table(
        inputs=inputs,
        rows=rows,
        blocks=blocks,
        defaults=defaults_of(document),
        framework=framework_of(document),
        heads={
            name: _head(value, f"aux.{named(name, 'aux')}", specs)
            for name, value in section(document.get("aux", {}), "aux").items()
        },
        classes=as_size(document["classes"], "classes") if "classes" in document else None,
        title=one_line(document["title"], "title") if "title" in document else None,
        source=one_line(document.get("source", ""), "source"),
        assumed=_assumed(document),
        outputs=outputs_of(document["outputs"]) if "outputs" in document else (),
        scale=scale_of(document, rows),
    )


def _row(
    value: object,
    place: str,
    layouts: Layouts,
    earlier: Mapping[str, TableRow],
    specs: Specs,
) -> TableRow:
    """A row; it has columns where it names some, or a block with columns.

    It may use an `earlier` row again, whose columns are its own.
    """
    changed: dict[str, Any] = {}
    while isinstance(value, ChangedRow):
        changed = {**value.columns, **changed}
        value = value.row
    if isinstance(value, dict):
        raise FlopcountError(
            f"{place}: read a section, expected a spec or a list (quote a name that has a dot)"
        )
    given: list[Any] = value if isinstance(value, list) else [value]
    if not given:
        raise FlopcountError(f"{place}: an empty list, expected a block and its widths")
    text, *cells = given
    spec = specs.read(text, place)
    with at(place):
        by_column = layouts.cells(text, spec, cells, earlier)
        for column in changed:
            if column not in by_column:
                raise FlopcountError(one_of(column, by_column, "column"))
        by_column |= changed
    stand_for = layouts.roles(spec)
    read = {
        column: (read_cell if column in stand_for else as_size)(cell, f"{place}: {column}")
        for column, cell in by_column.items()
    }
    return TableRow(spec, read, {key: what for key, what in stand_for.items() if key in read})


def _head(value: object, place: str, specs: Specs) -> Head:
    """An auxiliary head: a spec, or ``{spec = …, weight = 0.3}`` with its weight in the loss."""
    head: dict[str, Any] = {"spec": value} if isinstance(value, str) else section(value, place)
    for key in head:
        if key not in ("spec", "weight"):
            raise FlopcountError(f"{place}: {one_of(key, ('spec', 'weight'), 'key')}")
    if "spec" not in head:
        raise FlopcountError(f"{place}: the key 'spec' is missing")
    weight = head.get("weight")
    numeric = isinstance(weight, int | float) and not isinstance(weight, bool)
    if weight is not None and not (numeric and 0 < weight < math.inf):
        raise FlopcountError(f"{place}.weight: read {quote(weight)}, expected a number above 0")
    spec = specs.read(head["spec"], place)
    if not isinstance(spec[0], From):
        raise FlopcountError(f"{place}: an auxiliary head starts with 'from' and a row")
    return Head(spec[0].row, spec, weight)


def _assumed(document: Mapping[str, Any]) -> tuple[str, ...]:
    reasons = section(document.get("assumed", {}), "assumed")
    for path, why in reasons.items():
        one_line(why, f"assumed.{shorten(path) if path.isprintable() else quote(path)}")
    return tuple(reasons)
