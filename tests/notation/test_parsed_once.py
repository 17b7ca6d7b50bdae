"""A run reads each text of its table once, however often it makes the network anew."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.notation import parser
from flopcount.notation.library import read_table
from flopcount.notation.references import draft
from flopcount.page.live import live

MODULES = ["3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"]
COLUMNS = [f"{row}.{name}" for row in MODULES for name in ("n1", "r3", "n3", "r5", "n5", "proj")]
SPEC = "HxWx192 > conv 1x1 r reduce > conv 5x5 n"


@pytest.fixture(name="parsed")
def fixture_parsed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """The texts that the parser has read, each with how often."""
    texts: Counter[str] = Counter()

    class Counting(parser._Parser):  # noqa: SLF001  what reads a spec, wherever it is called from
        def __init__(self, text: str) -> None:
            texts[text] += 1
            super().__init__(text)

    monkeypatch.setattr(parser, "_Parser", Counting)
    return texts


def specs_of(name: str) -> Iterator[str]:
    """The specs in a table, as they stand in its file."""
    document = read_table(name).document
    for row in document["rows"].values():
        yield row[0] if isinstance(row, list) else row
    for block in document.get("block", {}).values():
        yield from (spec for key, spec in block.items() if key not in ("columns", "like"))
    for head in document.get("aux", {}).values():
        yield head if isinstance(head, str) else head["spec"]


def page() -> None:
    plan = draft("googlenet")
    live(plan, fc.analyze(plan.build()))


RUNS: dict[str, Callable[[], Any]] = {
    "report": lambda: main(["googlenet", "--aux", "--module", "3a"]),
    "formula": lambda: main(["formula", "googlenet"]),
    "formula, every width open": lambda: fc.formula("googlenet", free=["H", "W", *COLUMNS]),
    "sweep": lambda: fc.sweep("googlenet", {"3a.r5": "8:64:8", "input": [64, 224]}),
    "fit": lambda: fc.fit("googlenet", {"multiplies": 10**9}, "input"),
    "fit, widths": lambda: fc.fit("googlenet", {"multiplies": 10**9}, "width"),
    "page": page,
}


@pytest.mark.parametrize("run", RUNS)
def test_each_spec_of_a_table_is_parsed_once(run: str, parsed: Counter[str]) -> None:
    RUNS[run]()
    assert parsed == dict.fromkeys(specs_of("googlenet"), 1)


def test_blocks_that_are_like_another_share_what_was_parsed(parsed: Counter[str]) -> None:
    fc.load("inception-resnet-v2")
    assert parsed == dict.fromkeys(specs_of("inception-resnet-v2"), 1)


def test_a_variant_is_parsed_and_what_it_replaces_is_not(parsed: Counter[str]) -> None:
    fc.formula("googlenet@torchvision", free=["H", "W", "3a.r5"])
    assert set(parsed.values()) == {1}
    assert "conv 1x1 {r5} reduce > conv 3x3 {n5}" in parsed
    assert "conv 1x1 {r5} reduce > conv 5x5 {n5}" not in parsed


def test_a_spec_is_parsed_once(parsed: Counter[str]) -> None:
    fc.formula(SPEC)
    fc.sweep(f"{SPEC} ", {"r": "8:64:8", "n": "8:64:8", "input": [28, 56]})
    assert parsed == {SPEC: 1, f"{SPEC} ": 1}
