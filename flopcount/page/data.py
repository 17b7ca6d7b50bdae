"""A report → all that the scripts of its page compute with, ready for JSON.

Each record here is an object there, with a property for each field. Counts and sizes are texts,
since they may pass 2**53; a reference to a layer, a module or a part is its index in the list of
its kind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..analysis import UNIT_NAMES, UNITS, Report
from ..analysis.layer_text import layer_text
from ..core import Row, role_of, width_of, with_width
from ..pictures.drawing import Drawing, entering, placed
from ..pictures.kernels import Kernel, kernel_of
from .tree import Part

if TYPE_CHECKING:
    from .controls import Control
    from .live import Live

MOST_DRAWN = 200  # layers of a module; a longer one has its table alone
_OPEN_LEVELS = {"branch": 1, "layer": 2}  # of the tree, by the report's grain


@dataclass(frozen=True)
class Counts:
    """What a layer costs for one sample, and the shape that it makes of it."""

    multiplies: str
    params: str
    output: tuple[str, ...]


@dataclass(frozen=True)
class Layer:
    """A layer, its text with ``{width}`` where its width stands, and its kind in `kernels`."""

    path: str
    module: int
    branch: str | None
    kernel: int
    text: str
    role: str | None


@dataclass(frozen=True)
class Kind:
    """A kind of layer: its word, and the hatch of its areas; the style has its colour."""

    word: str
    hatch: str


@dataclass(frozen=True)
class Input:
    """What a module reads from outside: the path of a layer, or of what enters the network."""

    path: str
    shape: tuple[str, ...]


@dataclass(frozen=True)
class Module:
    """A module, with a drawing unless it is too long for one."""

    name: str
    inputs: tuple[Input, ...]
    drawing: Drawing | None


@dataclass(frozen=True)
class WhatIfs:
    """What the user may change; `naive` and `alone` say how to read the report without reductions.

    With `naive` that is one network and has a switch; with `alone` each module is priced by itself.
    """

    naive: bool
    alone: bool
    controls: "tuple[Control, ...]"


@dataclass(frozen=True)
class Document:
    """A report; `scale` is its unit's to a multiply, `output` the layer with the network's result.

    `built` and `naive` have the counts of each layer, in the order of `layers`: null in the naive
    reading where a layer is left out. `open_levels` is how far the tree of the parts stands open.
    """

    unit: str
    scale: str
    batch: str
    open_levels: int
    output: int | None
    kernels: tuple[Kind, ...]
    layers: tuple[Layer, ...]
    parts: tuple[Part, ...]
    modules: tuple[Module, ...]
    built: tuple[Counts | None, ...]
    naive: tuple[Counts | None, ...]
    live: WhatIfs | None
    charts: Mapping[str, Any]


def document(
    report: Report,
    parts: Sequence[Part],
    kernels: Sequence[Kernel],
    live: "Live | None",
    charts: Mapping[str, Any],
) -> Document:
    """All that the scripts need: the report, its what-ifs, and how the charts look."""
    rows = report.rows
    alone = report.reading == "figure"
    modules = list(dict.fromkeys(row.node.module for row in rows))
    paths = [row.node.path for row in rows]
    output = report.network.output
    return Document(
        unit=UNIT_NAMES[report.unit],
        scale=str(UNITS[report.unit]),
        batch=str(report.batch),
        open_levels=_OPEN_LEVELS.get(report.grain, 1 if len(modules) == 1 else 0),
        output=paths.index(output) if output in paths else None,
        kernels=tuple(Kind(kernel.word, kernel.hatch) for kernel in kernels),
        layers=tuple(_layer(row, modules, kernels) for row in rows),
        parts=tuple(parts),
        modules=tuple(_module(report, module) for module in modules),
        built=tuple(_counts(row) for row in rows),
        naive=tuple(_counts(report.naive.get(path)) for path in paths),
        live=WhatIfs(live.naive, alone, live.controls) if live else None,
        charts=charts,
    )


def _texts(sizes: Sequence[Any]) -> tuple[str, ...]:
    return tuple(str(int(size)) for size in sizes)


def _counts(row: Row | None) -> Counts | None:
    if row is None:
        return None
    multiplies, params = _texts((row.count("multiplies"), row.count("params")))
    return Counts(multiplies, params, _texts(row.output))


def _layer(row: Row, modules: Sequence[str], kernels: Sequence[Kernel]) -> Layer:
    node, op = row.node, row.node.op
    if width_of(op) is not None:
        op = with_width(op, "{width}")
    return Layer(
        path=node.path,
        module=modules.index(node.module),
        branch=node.branch,
        kernel=kernels.index(kernel_of(node.op)),
        text=layer_text(row._replace(node=replace(node, op=op))),
        role=role_of(node.op),
    )


def _module(report: Report, module: str) -> Module:
    rows = {at: row for at, row in enumerate(report.rows) if row.node.module == module}
    nodes = {at: row.node for at, row in rows.items()}
    shapes = {
        path: shape
        for row in rows.values()
        for path, shape in zip(row.node.inputs, row.inputs, strict=True)
    }
    return Module(
        name=module,
        inputs=tuple(Input(path, _texts(shapes[path])) for path in entering(nodes.values())),
        drawing=placed(nodes) if len(nodes) <= MOST_DRAWN else None,
    )
