"""The parts of a network that a picture shows: modules, repeats told once, or what is in one."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..analysis import Line, Report
from ..analysis.layer_text import op_title
from ..analysis.repeats import Repeat, repeats
from ..core import Counts, Row
from ..errors import listed
from .kernels import Kernel, kernel_of, kernels_of
from .texts import counted

OUTSIDE = "outside the branches"
_MOST_WORDS = 3  # of kernels that look the same


class Part(NamedTuple):
    """A part by its name, its layers as built and without reductions, and how often it stands."""

    name: str
    rows: Sequence[Row]
    naive_rows: Sequence[Row] = ()
    times: int = 1

    def multiplies(self, report: Report) -> int:
        """What it multiplies, in the report's unit."""
        return counted(report, Counts(self.rows, report.batch).multiplies)

    def naive(self, report: Report) -> int:
        """The same without reductions."""
        return counted(report, Counts(self.naive_rows, report.batch).multiplies)


def parts_of(report: Report) -> tuple[str, list[Part]]:
    """What a report's parts are, in one word, and the parts in the network's order.

    Its modules, repeats folded; of one module, and of one with its repeats, its branches; of one
    without branches its layers; at the grains of layers and operations these.

    >>> import flopcount as fc
    >>> what, parts = parts_of(fc.analyze(fc.load("googlenet")["3a"]))
    >>> what, [part.name for part in parts]
    ('branch', ['1x1', '3x3', '5x5', 'pool', 'outside the branches'])
    """
    if report.grain == "op":
        lines = report.lines
        return "operation", [_part(str(op_title(line.rows, line.op)), [line]) for line in lines]
    same = repeats(report)
    if report.grain != "layer" and len(same) > 1:
        return "module", by_module(report)
    if report.grain != "layer" and any(row.node.branch for row in report.rows):
        branches: dict[str | None, list[Line]] = {}
        for line in report.grouped("branch"):
            branches.setdefault(line.branch, []).append(line)
        times = f" × {len(same[0].modules)}" if len(same[0].modules) > 1 else ""
        return "branch", [
            _part(f"{branch or OUTSIDE}{times}", lines) for branch, lines in branches.items()
        ]
    return "layer", [part for _, layers in by_layer(report) for part in layers]


def fold_note(parts: Iterable[Part]) -> str:
    """What a part of modules that repeat each other is; empty where none does."""
    folded = [part for part in parts if part.times > 1]
    return f"{folded[0].name} is all {folded[0].times} together" if folded else ""


def by_module(report: Report) -> list[Part]:
    """Its modules, those that repeat each other as one part: the sum of all."""
    lines = {str(line.module): line for line in report.grouped("module")}
    return [
        _part(repeat.name, [lines[module] for module in repeat.modules])
        for repeat in repeats(report)
    ]


def by_layer(report: Report) -> list[tuple[Repeat, list[Part]]]:
    """Its modules, and of each its layers: a layer together with the same one of its repeats."""
    lines: dict[str, list[Line]] = {}
    for line in report.grouped("layer"):
        lines.setdefault(str(line.module), []).append(line)
    found = []
    for repeat in repeats(report):
        first = repeat.modules[0]
        alike = zip(*(lines[module] for module in repeat.modules), strict=True)
        named = ((repeat.part(str(same[0].layer).removeprefix(first)), same) for same in alike)
        found.append((repeat, [_part(name, same) for name, same in named]))
    return found


def _part(name: str, lines: Iterable[Line]) -> Part:
    lines = list(lines)
    return Part(
        name,
        [row for line in lines for row in line.rows],
        [row for line in lines for row in line.naive_rows],
        len(lines),
    )


def kernels_in(rows: Iterable[Row]) -> list[Kernel]:
    """How the layers look, each look once, from small kernels to large ones.

    Kernels that look the same are told in one: its word names them.
    """
    words: dict[tuple[str, str], dict[str, None]] = {}
    for word, colour, hatch in kernels_of({row.node.op for row in rows}):
        words.setdefault((colour, hatch), {})[word] = None
    return [Kernel(_all(list(same)), *look) for look, same in words.items()]


def _all(words: Sequence[str]) -> str:
    more = len(words) - _MOST_WORDS
    return listed([*words[:_MOST_WORDS], *([f"{more:,} more"] if more > 0 else [])])


def split(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    """The layers by how they look: colour and hatch."""
    looks: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        _, colour, hatch = kernel_of(row.node.op)
        looks.setdefault((colour, hatch), []).append(row)
    return looks
