"""A table (a TOML document) → what its text says; every error names the place in it.

docs/tables.md is the manual. A table is data: nothing in it is evaluated or imported.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core import INPUT
from ..errors import MOST_LISTED, FlopcountError, one_of, quote, shorten
from ..sizes import Size, as_size
from .builder import Block
from .fields import Specs, at, blocks_of, defaults_of, named, one_line, section
from .inputs import InputSize, in_order, read_input
from .trees import From, Ref, Repeat, Spec
from .unknown import unknown_layer
from .variables import CLASSES, Variable, column_of, sides_of
from .vocabulary import Settings

KEYS = (
    "title",
    "source",
    "aliases",
    "input",
    "classes",
    "defaults",
    "block",
    "rows",
    "aux",
    "variant",
    "paper",
    "assumed",
)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: its spec, and the width in each of its columns."""

    spec: Spec
    widths: Mapping[str, Size]


@dataclass(frozen=True, slots=True)
class Head:
    """An auxiliary head: the row that it hangs off, its spec, and its weight in the loss."""

    row: str
    spec: Spec
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose text was read, variants and all; its sizes and widths can still be changed.

    `size` is that of its input; `assumed` are the paths of layers whose width its source does not
    print.
    """

    size: InputSize
    rows: Mapping[str, TableRow]
    blocks: Mapping[str, Block]
    defaults: Mapping[str, Settings]
    heads: Mapping[str, Head]
    classes: Size | None
    title: str | None
    source: str
    assumed: tuple[str, ...]

    def variables(self) -> list[Variable]:
        """What can be changed in it, but for single layers."""
        classes = [] if self.classes is None else [CLASSES]
        columns = [column_of(name, key) for name, row in self.rows.items() for key in row.widths]
        return [*sides_of(self.size), *classes, *columns]


def overlay(document: Mapping[str, Any], variant: str) -> dict[str, Any]:
    """Lay a variant over a table: only what it names differs.

    Sections are merged key by key, except those in the variant's ``replace``. Raises
    `FlopcountError` for a variant that the table does not have.
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
    return _merged(base, changes)


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
    size = read_input(document["input"], least=2)
    with at("input"):
        in_order(size)
    specs = Specs()
    blocks = blocks_of(document, specs)
    rows = {
        name: _row(value, f"rows.{named(name, 'rows')}", blocks, specs)
        for name, value in section(document["rows"], "rows").items()
    }
    if not rows:
        raise FlopcountError("rows: the network has no rows")
    if INPUT in rows or "total" in rows:
        raise FlopcountError(f"rows: no row may be named {INPUT!r} or 'total'")
    return Table(
        size=size,
        rows=rows,
        blocks=blocks,
        defaults=defaults_of(document),
        heads={
            name: _head(value, f"aux.{named(name, 'aux')}", specs)
            for name, value in section(document.get("aux", {}), "aux").items()
        },
        classes=as_size(document["classes"], "classes") if "classes" in document else None,
        title=one_line(document["title"], "title") if "title" in document else None,
        source=one_line(document.get("source", ""), "source"),
        assumed=_assumed(document),
    )


def _row(value: object, place: str, blocks: Mapping[str, Block], specs: Specs) -> TableRow:
    """A row; it has widths where it names a block with columns."""
    if isinstance(value, dict):
        raise FlopcountError(
            f"{place}: read a section, expected a spec or a list (quote a name that has a dot)"
        )
    if isinstance(value, list):
        if not value:
            raise FlopcountError(f"{place}: an empty list, expected a block and its widths")
        spec, widths = specs.read(value[0], place), value[1:]
    else:
        spec, widths = specs.read(value, place), []
    named = _blocks_in(spec)
    layouts = {name: blocks[name].columns for name in named if name in blocks}
    if len(layouts) < len(set(named)):
        unknown = next(name for name in named if name not in blocks)
        raise FlopcountError(f"{place}: {unknown_layer(unknown, blocks)}")
    listed = {id(columns): columns for columns in layouts.values()}  # blocks that are alike share
    if len(set(listed.values()) - {()}) > 1:
        raise FlopcountError(f"{place}: the blocks of one row have different columns")
    name, columns = max(layouts.items(), key=lambda item: len(item[1]), default=("", ()))
    if len(columns) != len(widths):
        what = f"block {name!r}" if name else "a spec without a block"
        all_of_them = f" ({' '.join(columns)})" if 0 < len(columns) <= MOST_LISTED else ""
        raise FlopcountError(
            f"{place}: {what} has {len(columns)} columns{all_of_them}, the row gives {len(widths)}"
        )
    sizes = {
        column: as_size(width, f"{place}: {column}")
        for column, width in zip(columns, widths, strict=True)
    }
    return TableRow(spec, sizes)


def _blocks_in(spec: Spec) -> list[str]:
    """The names of the blocks along a chain, repeats entered."""
    found, open_specs = [], [spec]
    while open_specs:
        for term in open_specs.pop():
            if isinstance(term, Repeat):
                open_specs.append(term.spec)
            elif isinstance(term, Ref):
                found.append(term.name)
    return found


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
