"""A table (a TOML document) → Network; every error of a user's file names the place in it.

docs/tables.md is the manual. A table is data: nothing in it is evaluated or imported.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..core.graph import INPUT, Network
from ..errors import FlopcountError, one_of, quote, shorten
from ..sizes.size import Size, as_size
from .builder import Block, Builder
from .fields import at, blocks_of, defaults_of, named, one_line, section, sized, spec_of
from .trees import From, Ref, Repeat, Spec
from .vocabulary import OPS
from .widths import given_width, is_layer, set_place, with_widths

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
class Options:
    """What a user changes in a table before it is built: input size, classes, columns, heads."""

    input: tuple[Size, ...] | None = None
    classes: Size | None = None
    set: Mapping[str, Size | str] = field(default_factory=dict)
    aux: bool = False


def changed(options: Options) -> list[str]:
    """The note that names what the options change; none where they change nothing."""
    changes = [f"{name} = {width}" for name, width in options.set.items()]
    if options.classes is not None:
        changes.append(f"classes = {options.classes}")
    return [f"changed: {', '.join(changes)}"] if changes else []


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


def _row(value: object, place: str, blocks: Mapping[str, Block]) -> tuple[Spec, dict[str, Size]]:
    """A row's spec and, where it names a block with columns, its widths."""
    if isinstance(value, dict):
        raise FlopcountError(
            f"{place}: read a section, expected a spec or a list (quote a name that has a dot)"
        )
    if isinstance(value, list):
        if not value:
            raise FlopcountError(f"{place}: an empty list, expected a block and its widths")
        spec, widths = spec_of(value[0], place), value[1:]
    else:
        spec, widths = spec_of(value, place), []
    named = _blocks_in(spec)
    layouts = {name: blocks[name].columns for name in named if name in blocks}
    if len(layouts) < len(set(named)):
        unknown = next(name for name in named if name not in blocks)
        raise FlopcountError(f"{place}: {one_of(unknown, [*blocks, *OPS], 'block or layer')}")
    if len(set(layouts.values()) - {()}) > 1:
        raise FlopcountError(f"{place}: the blocks of one row have different columns")
    name, columns = max(layouts.items(), key=lambda item: len(item[1]), default=("", ()))
    if len(columns) != len(widths):
        what = f"block {name!r}" if name else "a spec without a block"
        listed = f" ({' '.join(columns)})" if columns else ""
        raise FlopcountError(
            f"{place}: {what} has {len(columns)} columns{listed}, the row gives {len(widths)}"
        )
    return spec, {
        column: as_size(width, f"{place}: {column}")
        for column, width in zip(columns, widths, strict=True)
    }


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


def _with_columns(
    rows: dict[str, tuple[Spec, dict[str, Size]]], changes: Mapping[str, Size | str]
) -> None:
    """Carry out ``set``: ``3a.r5`` → the column r5 of the row 3a."""
    for key, value in changes.items():
        if is_layer(key):
            continue
        place = set_place(key)
        row, dot, column = key.rpartition(".")
        if not dot:
            raise FlopcountError(
                f"{place}: expected a row, a dot and a column, as in 3a.r5=24, or the path of a "
                "layer, as in 3a/5x5/1=24"
            )
        if row not in rows:
            raise FlopcountError(f"{place}: {one_of(row, rows, 'row')}")
        columns = rows[row][1]
        if not columns:
            raise FlopcountError(f"{place}: row {row!r} has no columns")
        if column not in columns:
            raise FlopcountError(f"{place}: {one_of(column, columns, 'column')}")
        with at(place):
            columns[column] = given_width(value, column)


def columns_of(document: Mapping[str, Any]) -> list[str]:
    """The columns of a table's rows, as ``set`` names them: ``3a.r5``."""
    rows = _rows(document, blocks_of(document))
    return [f"{row}.{column}" for row, (_, columns) in rows.items() for column in columns]


def _rows(
    document: Mapping[str, Any], blocks: Mapping[str, Block]
) -> dict[str, tuple[Spec, dict[str, Size]]]:
    sections = section(document.get("rows", {}), "rows")
    return {
        row: _row(value, f"rows.{named(row, 'rows')}", blocks) for row, value in sections.items()
    }


def build(document: Mapping[str, Any], name: str, options: Options) -> Network:
    """Make a table, variants already laid over it, into a network.

    Raises `FlopcountError` that says the place in the table, what was read and what was expected.
    """
    for key in document:
        if key not in KEYS:
            raise FlopcountError(one_of(key, KEYS, "key"))
    for key in ("input", "rows"):
        if key not in document:
            raise FlopcountError(f"the key {key!r} is missing")
    shape = sized(document["input"], options.input)
    blocks = blocks_of(document)
    rows = _rows(document, blocks)
    if not rows:
        raise FlopcountError("rows: the network has no rows")
    if INPUT in rows or "total" in rows:
        raise FlopcountError(f"rows: no row may be named {INPUT!r} or 'total'")
    _with_columns(rows, options.set)
    builder = Builder(blocks, _constants(document, options), defaults_of(document))
    here = INPUT
    for row, (spec, columns) in rows.items():
        with at(f"rows.{row}"):
            here = builder.row(row, spec, columns, here)
    if here == INPUT:
        raise FlopcountError("rows: what comes out is the input itself; there is no layer")
    _aux(document, builder, counted=options.aux)
    if options.classes is not None and "classes" not in builder.used:
        raise FlopcountError("no layer's width is 'classes', so there is none to change")
    nodes = with_widths(builder.nodes, options.set)
    paths = {node.path for node in nodes}
    return Network(
        name=name,
        nodes=nodes,
        inputs={INPUT: shape},
        output=here,
        title=one_line(document.get("title", name), "title"),
        source=one_line(document.get("source", ""), "source"),
        notes=_notes(document, paths, options),
        heads=tuple(document.get("aux", {})) if options.aux else (),
    )


def _constants(document: Mapping[str, Any], options: Options) -> dict[str, Size]:
    given = options.classes
    if "classes" not in document:
        if given is not None:
            raise FlopcountError("the table has no 'classes' to change")
        return {}
    return {"classes": as_size(document["classes"], "classes") if given is None else given}


def _aux(document: Mapping[str, Any], builder: Builder, *, counted: bool) -> None:
    """Add the auxiliary heads if they are counted; read them in any case, to find mistakes."""
    heads = section(document.get("aux", {}), "aux")
    rows = dict(builder.outputs)
    for name, value in heads.items():
        place = f"aux.{named(name, 'aux')}"
        spec = spec_of(_head(value, place)["spec"], place)
        if not isinstance(spec[0], From):
            raise FlopcountError(f"{place}: an auxiliary head starts with 'from' and a row")
        if spec[0].row not in rows:
            raise FlopcountError(f"{place}: {one_of(spec[0].row, rows, 'row')}")
        if name in rows:
            raise FlopcountError(f"{place}: a row has this name")
        if counted:
            with at(place):
                builder.row(name, spec, {}, INPUT)


def _head(value: object, place: str) -> dict[str, Any]:
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
    return head


def _notes(document: Mapping[str, Any], paths: set[str], options: Options) -> tuple[str, ...]:
    """What a report's heading has to say of this network."""
    notes = changed(options)
    assumed = section(document.get("assumed", {}), "assumed")
    for path, why in assumed.items():
        one_line(why, f"assumed.{shorten(path) if path.isprintable() else quote(path)}")
        if not any(f"{known}/".startswith((f"{path}/", f"{path}.")) for known in paths):
            raise FlopcountError(f"assumed: {one_of(path, paths, 'layer')}")
    if assumed:
        notes.append("contains assumed widths, which its source does not print")
    if options.aux:
        heads = {name: _head(value, "aux") for name, value in document.get("aux", {}).items()}
        listed = ", ".join(
            f"{name} (loss weight {head['weight']})" if "weight" in head else name
            for name, head in heads.items()
        )
        notes.append(
            f"auxiliary heads {listed} counted, for training only"
            if heads
            else "has no auxiliary heads"
        )
    return tuple(notes)
