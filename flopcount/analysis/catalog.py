"""The networks shipped and a user's own tables, each with its totals."""

from contextlib import suppress
from typing import Any

from ..core import Network
from ..errors import FlopcountError, quote_path
from ..notation import OwnTable, find, load, names, own_tables, read_table, variants
from ..notation.folders import VARIABLE, missing
from ..writing.sheet import Column, Sheet
from .conventions import families, of_one_sample
from .report import analyze

_COLUMNS = (
    Column("name", "name"),
    Column("title", "title"),
    Column("input", "input", "shape"),
    Column("multiplies", "multiplies", "count", key=True, counted=True),
    Column("params", "params", "count", key=True),
    Column("source", "source"),
)

# Of models none is listed: libraries have thousands.
MODELS = (
    "models are read too: a file (model.onnx, model.keras, model.h5, model.pt2), a name of "
    "torchvision:, timm:, hf: or keras:, and torch: or jax: with a name in your own code"
)


def references() -> list[str]:
    """The networks shipped, each followed by its variants; then a user's own that can be read."""
    found = _shipped()
    for table in own_tables():
        with suppress(FlopcountError):
            found += [] if _why_not(table) else _with_variants(table.name)
    return found


def _shipped() -> list[str]:
    return [ref for name in names() for ref in (name, *(f"{name}@{v}" for v in variants(name)))]


def _with_variants(name: str) -> list[str]:
    return [name, *(f"{name}@{variant}" for variant in read_table(name).variants())]


def catalog() -> Sheet:
    """Name, title, input, multiplies, parameters and source of each network and variant.

    A user's own tables follow, each with its file; the footer says which are not listed, and why.
    """
    own, left_out = _own()
    mine = Sheet(
        (*_COLUMNS, Column("file", "file")),
        own,
        heading=("Tables of your own",),
        footer=tuple(left_out),
    )
    networks = [load(name) for name in _shipped()]
    there = {family for network in networks for family in families(network.rows)}
    return Sheet(
        _COLUMNS,
        [_totals(name, network) for name, network in zip(_shipped(), networks, strict=True)],
        heading=("Networks shipped, and their variants",),
        footer=(MODELS,) if own else (MODELS, *left_out),
        more=(mine,) if own else (),
        convention=of_one_sample([*there]),
    )


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


def _row(name: str) -> tuple[Any, ...]:
    return _totals(name, load(name))


def _totals(name: str, network: Network) -> tuple[Any, ...]:
    total = analyze(network).cost
    shape = next(iter(network.inputs.values()))
    return name, network.title, shape, total.multiplies, total.params, network.source
