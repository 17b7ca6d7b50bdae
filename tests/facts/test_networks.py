"""The networks that come with flopcount against the public software that they are: see public.py."""

from functools import cache

import pytest

import flopcount as fc
from flopcount.notation.library import variants
from flopcount.notation.shipped import families
from tests.facts.implementations import difference
from tests.facts.layers import layers_of
from tests.facts.public import (
    TOTALS,
    Public,
    differences,
    digest,
    facts,
    is_keras,
    is_live,
    live,
    loaded,
    totals_of,
)

APART = ("inception",)  # families that have facts of their own: test_implementations.py
FAMILIES = {name: family.networks for name, family in families().items() if name not in APART}


@pytest.mark.parametrize("reference", facts())
def test_the_totals_are_the_softwares(reference: str) -> None:
    fact = facts()[reference]
    assert totals_of(loaded(reference, fact)) == {name: fact[name] for name in TOTALS}


@pytest.mark.parametrize("reference", [name for name, fact in facts().items() if is_live(fact)])
def test_each_layer_is_the_softwares(reference: str) -> None:
    """Where this fails, ``python -m tests.facts.public NAME`` says which layers differ."""
    fact = facts()[reference]
    assert digest(layers_of(loaded(reference, fact))) == fact["each_layer"]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_network_and_variant_has_facts(family: str) -> None:
    named = {reference for reference in facts() if "@" in reference}
    for name in FAMILIES[family]:
        assert name in facts()
        for variant in variants(name):
            assert any(f"{other}@{variant}" in named for other in FAMILIES[family]), variant


def test_every_fact_is_of_a_network_and_has_a_source() -> None:
    members = {name for networks in FAMILIES.values() for name in networks}
    assert {reference.partition("@")[0] for reference in facts()} == members
    assert all(fact["source"] for fact in facts().values())
