"""The networks shipped, by family, and a user's own tables, each with its totals."""

from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from typing import Any

from ..errors import FlopcountError, quote_path
from ..notation import (
    Family,
    OwnTable,
    families,
    families_named,
    find,
    fold,
    load,
    own_tables,
    read_table,
    variants,
)
from ..notation.folders import VARIABLE, missing
from ..records import replace
from ..writing.sheet import Column, Sheet
from .conventions import OF_ONE_SAMPLE
from .report import analyze

_NAME = Column("name", "name")
_TITLE = Column("title", "title")
_COSTS = (
    Column("input", "input", "shape"),
    Column("multiplies", "multiplies", "count", key=True, counted=True),
    Column("params", "params", "count", key=True),
)
_VARIANTS = Column("variants", "variants")
_SOURCE = Column("source", "source")
_FAMILY = Column("family", "family", printed=False)  # people have the sections

# Of models none is listed: libraries have thousands.
MODELS = (
    "models are read too: a file (model.onnx, model.keras, model.h5, model.pt2), a name of "
    "torchvision:, timm:, hf: or keras:, and torch: or jax: with a name in your own code"
)
_MORE = "flopcount list --family NAME has a family's variants (NETWORK@VARIANT) and sources"


def references() -> list[str]:
    """The networks shipped, by family, each followed by its variants."""
    return [reference for one in families().values() for reference in _members(one)]


def _members(family: Family) -> list[str]:
    return [reference for name in family.networks for reference in _with_variants(name)]


def _with_variants(name: str) -> list[str]:
    return [name, *(f"{name}@{variant}" for variant in read_table(name).variants())]


def catalog(of: Iterable[str] = ()) -> Sheet:
    """The networks shipped, by family: name, title, input, multiplies, parameters, variants.

    With the names of families, `of`, those alone: each network and each variant in a row of its
    own, with its source. Without, the sources are there for programs, and a user's own tables
    follow, each with its file; the footer says which are not listed, and why. Raises
    `FlopcountError` for a family that is unknown.
    """
    asked = [family for name in of for family in families_named(name)]
    return _families(asked) if asked else _everything()


def _families(asked: Iterable[Family]) -> Sheet:
    listed = {family.name: _members(family) for family in asked}
    return Sheet(
        (_NAME, _TITLE, *_COSTS, _SOURCE, _FAMILY),
        [(*_of_shipped(name), family) for family, names in listed.items() for name in names],
        heading=("Networks shipped, and their variants",),
        convention=OF_ONE_SAMPLE,
        sections=_sections({name: len(found) for name, found in listed.items()}),
    )


def _everything() -> Sheet:
    """Every network without its variants: all of them together would take seconds more."""
    own, left_out = _own()
    mine = Sheet(
        (_NAME, _TITLE, *_COSTS, _SOURCE, Column("file", "file")),
        own,
        heading=("Tables of your own",),
        footer=tuple(left_out),
    )
    rows: list[tuple[Any, ...]] = []
    for family in families().values():
        for name in family.networks:
            *costs, source = _of_shipped(name)
            rows.append((*costs, ", ".join(variants(name)) or None, source, family.name))
    return Sheet(
        (_NAME, _TITLE, *_COSTS, _VARIANTS, replace(_SOURCE, printed=False), _FAMILY),
        rows,
        heading=("Networks shipped",),
        footer=(_MORE, MODELS) if own else (_MORE, MODELS, *left_out),
        more=(mine,) if own else (),
        convention=OF_ONE_SAMPLE,
        sections=_sections({name: len(one.networks) for name, one in families().items()}),
    )


def _sections(lengths: dict[str, int]) -> dict[int, str]:
    """Each family's title, and its name where that is another, by the place of its first row."""
    found, place = {}, 0
    for name, length in lengths.items():
        title = families()[name].title
        found[place] = title if fold(title) == fold(name) else f"{title} ({name})"
        place += length
    return found


def _own() -> tuple[list[tuple[Any, ...]], list[str]]:
    """The rows of a user's own tables, and a sentence for each that is not listed."""
    rows: list[tuple[Any, ...]] = []
    left_out = [f"{VARIABLE} names {quote_path(name)}, which is no folder" for name in missing()]
    for table in own_tables():
        about = str(table.path)
        if reason := _why_not(table):
            left_out.append(f"not listed: {about}: {reason}")
            continue
        names = [table.name]  # of one that cannot be read, what is wrong is said below
        with suppress(FlopcountError):
            names = _with_variants(table.name)
        for name in names:
            try:
                rows.append((*_row(name), about))
            except FlopcountError as error:
                where = [name] if name != table.name else []
                where += [about] if about not in str(error) else []
                left_out.append(f"not listed: {': '.join([*where, str(error)])}")
    return rows, left_out


def _why_not(table: OwnTable) -> str:
    """Why a table is not found by its name; nothing for one that is."""
    if table.behind:
        return f"{table.behind} has the name {table.name} and comes first"
    if shipped := find(table.name):
        return f"the name {table.name} is that of {shipped}, which is shipped; give the path"
    return ""


@cache
def _of_shipped(name: str) -> tuple[Any, ...]:
    return _row(name)  # nobody changes these while the program runs


def _row(name: str) -> tuple[Any, ...]:
    network = load(name)
    total = analyze(network).cost
    shape = next(iter(network.inputs.values()))
    return name, network.title, shape, total.multiplies, total.params, network.source
