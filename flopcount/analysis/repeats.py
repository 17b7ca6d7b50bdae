"""Modules that stand one after the other and are the same: told once, with how often."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..core import Node, Port, Row
from ..core.graph import layer_of, output_of
from .report import Report

_DIGITS = "0123456789"


class Repeat(NamedTuple):
    """Modules in series that do and cost the same, layer by layer; most often one alone."""

    modules: tuple[str, ...]

    @property
    def block(self) -> str:
        """The module's name, or that of the row that repeats it, or the first and the last."""
        first, last = self.modules[0], self.modules[-1]
        stem = first.rstrip(_DIGITS)
        counted = stem and not stem.endswith(".")  # not 1, 2 nor a row's B.1, B.2
        if counted and first != last and last.rstrip(_DIGITS) == stem:
            return f"{first}–{last.removeprefix(stem)}"
        row, _, number = first.rpartition(".")
        other, _, end = last.rpartition(".")
        if first == last:
            return first
        if row != other or not row:
            return f"{first}…{last}"
        return row if number == "1" else f"{first}–{end}"

    @property
    def times(self) -> str:
        """How often it stands there, as it follows the name; nothing for once."""
        return f" × {len(self.modules)}" if len(self.modules) > 1 else ""

    @property
    def name(self) -> str:
        """The module's name; of several, that of the row that repeats the block, and how many.

        >>> Repeat(("3a",)).name, Repeat(("B.1", "B.2", "B.3")).name, Repeat(("B.2", "B.3")).name
        ('3a', 'B × 3', 'B.2–3 × 2')
        >>> Repeat(("layer1/0", "layer1/1")).name, Repeat(("block0", "block1", "block2")).name
        ('layer1/0–1 × 2', 'block0–2 × 3')
        """
        return self.part("")

    def part(self, inside: str) -> str:
        """The name of a layer in it, by what follows the module's name in its path.

        >>> Repeat(("3a",)).part("/5x5/1"), Repeat(("B.1", "B.2", "B.3")).part("/3x3")
        ('3a/5x5/1', 'B/3x3 × 3')
        """
        return f"{self.block}{inside}{self.times}"


def repeats(report: Report) -> list[Repeat]:
    """The report's modules in order, those that repeat the one before together with it.

    A module repeats another where it reads nothing but that one's result, and what both read
    alike, as the layers of a decoder read what the encoder puts out; nobody else reads what that
    one puts out, and each layer has the same shapes and settings, as built and naive.

    >>> import flopcount as fc
    >>> [repeat.name for repeat in repeats(fc.analyze(fc.load("inception-resnet-v2")))[8:-3]]
    ['A × 10', 'reduction-A', 'B × 20', 'reduction-B', 'C × 9', 'C.10', 'conv6']
    """
    rows: dict[str, list[Row]] = {}
    for row in report.rows:
        rows.setdefault(row.node.module, []).append(row)
    readers = _readers(report)
    does = {module: _does(own, report.naive) for module, own in rows.items()}
    found: list[list[str]] = []
    for module, own in rows.items():
        last = found[-1][-1] if found else ""
        if (
            found
            and readers.get(last) == {module}
            and _follows(rows[last], own)
            and does[last] == does[module]
        ):
            found[-1].append(module)
        else:
            found.append([module])
    return [Repeat(tuple(modules)) for modules in found]


def _readers(report: Report) -> dict[str, set[str]]:
    """For each module the others that read what it puts out."""
    nodes = (report.network.whole or report.network).nodes
    module_of = {node.path: node.module for node in nodes}
    found: dict[str, set[str]] = {}
    for node in nodes:
        for port in _reads(node):
            module = module_of.get(layer_of(port), node.module)
            if module != node.module:
                found.setdefault(module, set()).add(node.module)
    return found


def _does(rows: Sequence[Row], naive: Mapping[str, Row]) -> list[tuple[Any, ...]]:
    """All that says what a module's layers do, with its own name and what enters it left out."""
    own = {row.node.path: at for at, row in enumerate(rows)}
    return [
        (
            _own_name(row.node),
            row.node.op,
            row.inputs,
            [_which(port, own) for port in _reads(row.node)],
            [(before.node.op, before.inputs) for before in [naive.get(row.node.path)] if before],
            sorted(row.shares),
        )
        for row in rows
    ]


def _which(port: Port, own: Mapping[str, int]) -> tuple[int | None, str]:
    """Whose output it is, by its number among a module's `own` layers, and which of them."""
    path = layer_of(port)
    return own.get(path), port.removeprefix(path)


def _follows(rows: Sequence[Row], own: Sequence[Row]) -> bool:
    """Whether a module reads the result of another wherever that one reads what entered it.

    And the same as that one wherever it reads anything else.
    """
    before, after = _outside(rows), _outside(own)
    result, alike = rows[-1].node.path, {*before} & {*after}
    return {*after} - alike == {result} and [
        port if port in alike else result for port in before
    ] == after


def _outside(rows: Sequence[Row]) -> list[Port]:
    """What a module's layers read from outside, in the order in which they do."""
    own = {row.node.path for row in rows}
    return [port for row in rows for port in _reads(row.node) if layer_of(port) not in own]


def _reads(node: Node) -> list[Port]:
    """What it reads; of a view, whose shape is the reader's, the output that it is one of."""
    return [*map(output_of, node.inputs), *([node.like] if node.like else [])]


def _own_name(node: Node) -> str:
    return node.path.removeprefix(node.module)
