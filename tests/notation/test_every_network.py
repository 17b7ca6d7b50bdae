"""What is true of every network shipped: its names, its table, and that it is priced and sums up.

A large one takes 50 ms to load, so each is loaded once; tests/shipped.py names those that tests
of single verbs run on.
"""

import re
import tomllib
from functools import cache

import pytest

import flopcount as fc
from flopcount import Report
from flopcount.core import COUNTS
from flopcount.notation.folders import fold
from flopcount.notation.library import variants
from flopcount.notation.shipped import families, file_of, find, folder, names
from tests.shipped import INCEPTION

TABLES = folder()
VARIANTS = [f"{name}@{variant}" for name in names() for variant in variants(name)]
CITED = re.compile(r"arXiv:\d{4}\.\d{4,5}|\b(19|20)\d\d\b")


@cache
def report(reference: str) -> Report:
    return fc.analyze(fc.load(reference))


def check(reference: str) -> None:
    """Priced, and the parts sum to the whole, at both ends of the grains."""
    found = report(reference)
    network = found.network
    assert network.name == reference
    assert network.title
    assert network.source
    total = found.total.cost
    assert total.multiplies >= total.multiplies_unpadded > 0
    assert total.params > 0
    for grain in ("layer", "module"):
        lines = found.by(grain).lines
        for count in COUNTS:
            assert sum(line.cost[count] for line in lines) == total[count], (grain, count)
    assert [line.module for line in found.by("module").lines] == list(network.modules)


def test_names_are_in_order() -> None:
    assert "googlenet" in fc.names() == names()
    assert fc.names() == sorted(fc.names())


@pytest.mark.parametrize("name", names())
def test_every_network_is_priced_and_sums_up(name: str) -> None:
    check(name)
    assert find(name.upper().replace("-", "_")) == name


@pytest.mark.slow
@pytest.mark.parametrize("reference", VARIANTS)
def test_every_variant_is_priced_and_sums_up(reference: str) -> None:
    check(reference)
    assert fc.load(reference, aux=True).name == reference


@pytest.mark.slow
def test_no_two_networks_share_a_name_or_a_title() -> None:
    every = names()
    for family in families().values():
        named = {name.partition("@")[0] for name in family.also}
        assert named <= set(family.networks), family.name
        assert all(fc.load(name).name == name for name in family.also)
        every += [other for others in family.also.values() for other in others]
    folded = [fold(name) for name in every]
    assert len(folded) == len(set(folded))
    titles = [report(name).network.title for name in names()]
    assert len(titles) == len(set(titles))


def test_every_table_is_of_a_family_or_of_a_network() -> None:
    used = {file_of(name) for name in names()} | {TABLES / "families.toml"}
    assert used == set(TABLES.glob("*.toml"))


def test_one_network_of_each_family_is_its_table_itself() -> None:
    for family in families().values():
        of_the_file = [name for name in family.networks if file_of(name).stem != name]
        of_the_file += [name for name in family.networks if name == family.name]
        if of_the_file:
            document = tomllib.loads((TABLES / f"{family.name}.toml").read_text(encoding="utf-8"))
            base = [name for name in of_the_file if name not in document.get("variant", {})]
            assert len(base) == 1, family.name


def test_a_table_can_be_checked_by_eye_and_says_where_it_is_from() -> None:
    for path in TABLES.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        if path.stem != "families":
            assert len(text.splitlines()) <= (100 if path.stem in INCEPTION else 60), path.stem
            assert CITED.search(tomllib.loads(text)["source"]), path.stem
