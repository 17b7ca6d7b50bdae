"""Files of rules for tests, and calls that they are of."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from flopcount.calls import Call
from flopcount.counters.rules import read
from flopcount.counters.tool import Tool

HEAD = """
title = "A tool"
version = "2.0.1"
[prints.mine]
unit = "MAC"
column = "count"
"""


def file_of(folder: Path, rules: str, head: str = HEAD, name: str = "mine.toml") -> Path:
    """A file of rules, its path."""
    path = folder / name
    path.write_text(head + rules, encoding="utf-8")
    return path


def tool_of(folder: Path, rules: str, head: str = HEAD) -> Tool:
    """The one tool of a file of rules."""
    (tool,) = read(file_of(folder, rules, head))
    return tool


def layer(kind: str, names: Sequence[str], facts: Mapping[str, int], at: int) -> list[Call]:
    """A layer as it calls: a module, its function, its operator, what is dispatched."""
    levels = ("module", "function", "operator", "dispatched")
    calls: list[Call] = []
    within = -1
    for level, name in zip(levels, names, strict=True):
        calls.append(Call(level, name, kind, "a", within, facts, (name,)))
        within = at + len(calls) - 1
    return calls


CONV = ("Conv2d", "F.conv2d", "conv2d", "convolution")
RELU = ("ReLU", "F.relu", "relu_", "relu_")


def network() -> list[Call]:
    """A convolution of 7 outputs with a bias, and a ReLU of them."""
    first = layer("convolution", CONV, {"in": 5, "out": 7, "macs": 70, "bias": 7}, 0)
    return first + layer("ReLU", RELU, {"in": 7, "out": 7, "macs": 0, "bias": 0}, len(first))
