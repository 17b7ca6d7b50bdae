"""The networks shipped, each with its totals."""

from .library import load, names
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


def catalog() -> Table:
    """Name, title, input, multiplies, parameters and source of each shipped network."""
    rows = []
    for name in names():
        network = load(name)
        total = analyze(network).total.cost
        shape = next(iter(network.inputs.values()))
        rows.append((name, network.title, shape, total.multiplies, total.params, network.source))
    return Table(_COLUMNS, rows)
