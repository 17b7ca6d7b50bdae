"""Write the tables of the pages on other counters: `python docs/generate_comparison.py`.

They follow from the rules in tables/counters/; a test compares the files with what `filled` returns.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import flopcount as fc
from flopcount.calls import LEVELS
from flopcount.calls.facts import FACTS
from flopcount.calls.kinds import KINDS
from flopcount.counters.counting import count
from flopcount.counters.differences import explain
from flopcount.counters.networks import calls_of
from flopcount.counters.rules import Tool, tools

ROOT = Path(__file__).parents[1]
FILES = (ROOT / "docs/comparison.md", ROOT / "docs/counters.md", ROOT / "README.md")
# One layer of each kind on which counters differ, as a spec.
LAYERS = {
    "convolution": "8x8x4 > conv 3x3 6 linear",
    "dense": "5x16 > dense 32 linear",
    "batch norm": "8x8x4 > norm",
    "layer norm": "5x16 > norm=layer",
    "ReLU": "8x8x4 > relu",
    "GELU": "8x8x4 > gelu",
    "max pool": "8x8x4 > maxpool 2x2/2",
    "average pool": "8x8x4 > avgpool 2x2/2",
    "global average pool": "8x8x4 > avgpool global",
    "softmax": "5x16 > softmax",
}
_BLOCK = re.compile(r"(?s)(<!-- made by docs/generate_comparison.py: (\w+) -->\n).*?(<!-- end -->)")
_SHOWN = ("fvcore", "thop", "torchinfo", "flopcountermode")  # README


def formula(tool: Tool, spec: str) -> str:
    """What a tool counts for a layer, as its rule has it: ``macs + bias``."""
    lines = explain(count(tool, calls_of(fc.load(spec)).calls))
    return ", ".join(line.formula for line in lines) or "–"


def _of_operations() -> dict[str, Tool]:
    return {name: tool for name, tool in tools().items() if tool.unit != "parameters"}


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def rules() -> str:
    """Each tool's rule for each kind of layer, in two tables that a page has room for."""
    kinds = list(LAYERS)
    half = len(kinds) // 2
    return "\n".join(_rules(part) for part in (kinds[:half], kinds[half:]))


def _rules(kinds: list[str]) -> str:
    rows = [
        [f"`{name}`", tool.unit, *(formula(tool, LAYERS[kind]) for kind in kinds)]
        for name, tool in _of_operations().items()
    ]
    return _table(["counter", "unit", *kinds], rows)


def googlenet() -> str:
    """What each prints for GoogLeNet and its module 3a, and what that has beside the products."""
    whole = fc.load("googlenet")
    rows = []
    for name, tool in _of_operations().items():
        small, all_of_it = (count(tool, calls_of(part).calls) for part in (whole["3a"], whole))
        rows.append([f"`{name}`", tool.unit, f"{small.value:,}", f"{all_of_it.value:,}"])
    return _table(["counter", "unit", "module 3a", "GoogLeNet"], rows)


def unknown() -> str:
    """What each looks at, and what it does about an operation that it has no rule for."""
    rows = [
        [f"`{name}`", ", ".join(level for level in LEVELS if level in tool.levels), tool.unknown]
        for name, tool in _of_operations().items()
        if tool.unknown
    ]
    return _table(["counter", "looks at calls of", "of an operation that it does not know"], rows)


def sources() -> str:
    """Which version the rules are of, and where they were read."""
    rows = [[f"`{name}`", tool.version, tool.source] for name, tool in tools().items()]
    return _table(["counter", "version", "where its rules stand"], rows)


def sizes() -> str:
    """What an expression of a rule may name."""
    return _table(["size", "is"], [[f"`{name}`", text] for name, text in FACTS.items()])


def kinds() -> str:
    """What a rule may be of, by kind."""
    return f"{', '.join(KINDS)}.\n"


def readme() -> str:
    """A few of them, for one network of today."""
    names = ("resnet-50", "vit-b16")
    calls = [calls_of(fc.load(name)).calls for name in names]
    rows = [
        [
            f"`{name}`",
            tools()[name].unit,
            *(f"{count(tools()[name], one).value:,}" for one in calls),
        ]
        for name in _SHOWN
        if name in tools()
    ]
    return _table(["counter", "unit", *names], rows)


BLOCKS: Mapping[str, Callable[[], str]] = {
    one.__name__: one for one in (rules, googlenet, unknown, sources, sizes, kinds, readme)
}


def filled(text: str) -> str:
    """A page with its blocks made anew."""
    return _BLOCK.sub(lambda block: f"{block[1]}\n{BLOCKS[block[2]]()}\n{block[3]}", text)


if __name__ == "__main__":
    for path in FILES:
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")
