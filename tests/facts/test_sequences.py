"""Networks of sequences, said in the notation, against what other software counts of them."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.notation.ends import read_inputs
from flopcount.notation.networks import Options, build
from flopcount.notation.tables import parse_table

FACTS = Path(__file__).parent / "sequences"
Fact = dict[str, Any]


def read(name: str) -> dict[str, Fact]:
    return tomllib.loads((FACTS / f"{name}.toml").read_text(encoding="utf-8"))


UNITS = {
    f"{by}.{name}": unit for by, units in read("units").items() for name, unit in units.items()
}
NETWORKS = {
    name: fact for kind in ("language", "vision", "pairs") for name, fact in read(kind).items()
}


def counted(fact: Fact, size: str = "") -> Any:
    """What this package counts of a whole batch, at another size of the input if one is given."""
    if "spec" in fact:
        network = fc.load(fact["spec"])
    else:
        options = Options(input=read_inputs(size)) if size else Options()
        network = build(parse_table(fact["table"]), "a network", options)
    return fc.analyze(network, batch=fact.get("batch", 1)).total.cost


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit(unit: str) -> None:
    cost = counted(UNITS[unit])
    assert (cost.multiplies, cost.params) == (UNITS[unit]["multiplies"], UNITS[unit]["params"])


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network(name: str) -> None:
    fact = NETWORKS[name]
    beyond = fact.get("beyond", {})  # what the software has that the table does not say
    for size, multiplies in fact["multiplies"].items():
        cost = counted(fact, size)
        assert cost.multiplies == multiplies - beyond.get("multiplies", 0)
        assert cost.params == fact["params"] - beyond.get("params", 0)
        if "unpadded" in fact:
            assert cost.multiplies_unpadded == fact["unpadded"][size]
