"""The networks shipped, each with its totals."""

from ..notation import load, names, variants
from ..writing.sheet import Column, Sheet
from .report import OF_ONE_SAMPLE, analyze

_COLUMNS = (
    Column("name", "name"),
    Column("title", "title"),
    Column("input", "input", "shape"),
    Column("multiplies", "multiplies", "count", key=True, counted=True),
    Column("params", "params", "count", key=True),
    Column("source", "source"),
)


def references() -> list[str]:
    """The networks shipped, each followed by its variants."""
    return [ref for name in names() for ref in (name, *(f"{name}@{v}" for v in variants(name)))]


def catalog() -> Sheet:
    """Name, title, input, multiplies, parameters and source of each network and variant."""
    rows = []
    for name in references():
        network = load(name)
        total = analyze(network).total.cost
        shape = next(iter(network.inputs.values()))
        rows.append((name, network.title, shape, total.multiplies, total.params, network.source))
    heading = ("Networks shipped, and their variants",)
    return Sheet(_COLUMNS, rows, heading=heading, convention=OF_ONE_SAMPLE)
