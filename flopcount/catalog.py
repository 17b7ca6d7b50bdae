"""The networks shipped, each with its totals."""

from .library import load, names, variants
from .render import Column, Table
from .report import analyze

_COLUMNS = (
    Column("name", "name"),
    Column("title", "title"),
    Column("input", "input", "shape"),
    Column("multiplies", "multiplies", "count"),
    Column("params", "params", "count"),
    Column("source", "source"),
)


def _with_variants(name: str) -> list[str]:
    return [f"{name}@{variant}" for variant in variants(name)]


def catalog() -> Table:
    """Name, title, input, multiplies, parameters and source of each network and variant."""
    rows = []
    shipped = names()
    references = [ref for name in shipped for ref in (name, *_with_variants(name))]
    for name in references:
        network = load(name)
        total = analyze(network).total.cost
        shape = next(iter(network.inputs.values()))
        rows.append((name, network.title, shape, total.multiplies, total.params, network.source))
    return Table(_COLUMNS, rows)
