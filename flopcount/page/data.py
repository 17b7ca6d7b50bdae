"""A report → all that the scripts of its page compute with, ready for JSON.

Each record here is an object there, with a property for each field. Counts and sizes are texts,
since they may pass 2**53; a reference to a layer, a module or a part is its index in the list of
its kind.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from ..analysis import UNIT_NAMES, Report
from ..analysis.layer_text import layer_text
from ..analysis.sequences import hidden
from ..core import COUNTS, NAMED, UNITS, Count, Port, Row, role_of, shapes_of, width_of, with_width
from ..pictures.drawing.sides import NAIVE
from ..pictures.grouped import Grouped
from ..pictures.kernels import Kernel, kernel_of
from ..records import dataclass, replace
from ..sizes import Shape
from .drawn import Drawn, module_drawn, whole_drawn
from .scripts import static
from .tree import Part

if TYPE_CHECKING:
    from .controls import Control
    from .live import Live

_OPEN_LEVELS = {"branch": 1, "layer": 2}  # of the tree, by the report's grain


Record: TypeAlias = Mapping[str, str | tuple[str, ...]]  # the shape of its output, and its counts


@dataclass(frozen=True)
class Layer:
    """A layer, its text with ``{width}`` where its width stands, and its kind in `kernels`.

    Of one that is not `known` nobody knows what it computes. What it `reads` are the results of
    layers, or ports that `Document.inputs` has.
    """

    path: str
    module: int
    branch: str | None
    kernel: int
    text: str
    role: str | None
    known: bool
    reads: tuple[int | Port, ...]


@dataclass(frozen=True)
class Counted:
    """A count; one that `grows` is as many times as large for a batch.

    It is so many `times` the count that it `sums`: MACs and FLOPs are the multiplies again. Of
    elements, its `unit`, all is known, of parameters what there is, whatever a layer computes.
    """

    name: str
    title: str
    grows: bool
    sums: str
    times: str
    unit: str


@dataclass(frozen=True)
class Kind:
    """A kind of layer: its word, and the hatch of its areas; the style has its colour."""

    word: str
    hatch: str


@dataclass(frozen=True)
class Module:
    """A module, with a drawing unless it is too long for one."""

    name: str
    drawing: Drawn | None


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
    """A report as the scripts have it.

    `scale` is its unit's to a multiply; the network's `output` is the result of a layer, or another
    port of `inputs`. `measure` is the name of the unit's count in files, `unit` in print.

    `bypasses` says whether the naive reading, which is `reading`, changes anything; `masked`
    whether a mask hides pairs, so that the table has the multiplies without them besides; `nested`
    whether modules have modules in them: those of `modules` stand side by side all the same.
    `built` and `naive` have by a layer's path its `output`, and each count of one sample that is
    not 0; in the naive reading, of which only the multiplies are shown, a bypassed layer is left
    out. `inputs` are the shapes as built of all that is read but is the result of no layer.
    `whole` is the drawing of all modules. `open_levels` is how far the tree of the parts stands
    open, `columns` are the counts that were chosen to be shown.
    """

    name: str
    title: str
    measure: str
    unit: str
    reading: str
    bypasses: bool
    masked: bool
    nested: bool
    naive_name: str
    scale: str
    batch: str
    open_levels: int
    output: int | Port
    kernels: tuple[Kind, ...]
    layers: tuple[Layer, ...]
    parts: tuple[Part, ...]
    modules: tuple[Module, ...]
    whole: Drawn | None
    counts: tuple[Counted, ...]
    columns: tuple[str, ...]
    inputs: Mapping[Port, tuple[str, ...]]
    built: Mapping[str, Record]
    naive: Mapping[str, Record]
    live: WhatIfs | None
    charts: Mapping[str, Any]


def document(
    report: Report,
    parts: Sequence[Part],
    kernels: Sequence[Kernel],
    live: "Live | None",
    title: str,
) -> Document:
    """All that the scripts need: the report, its what-ifs, and how the charts look."""
    rows = report.rows
    alone = report.reading == "figure"
    modules = list(dict.fromkeys(row.node.module for row in rows))
    paths = [row.node.path for row in rows]
    places = {path: at for at, path in enumerate(paths)}
    output = report.network.output
    result = output, shapes_of(report.network, rows)[output]
    return Document(
        title=title,
        measure=report.unit,
        unit=UNIT_NAMES[report.unit],
        name=(report.network.whole or report.network).name,
        reading=report.reading,
        bypasses=report.bypasses,
        masked=bool(hidden(rows)),
        nested=isinstance(report, Grouped),
        naive_name=NAIVE[report.reading],
        scale=str(UNITS[report.unit]),
        batch=str(report.batch),
        open_levels=_open_levels(report, modules),
        output=places.get(output, output),
        kernels=tuple(Kind(kernel.word, kernel.hatch) for kernel in kernels),
        layers=tuple(_layer(row, modules, kernels, places) for row in rows),
        parts=tuple(parts),
        modules=tuple(Module(module, module_drawn(report, module)) for module in modules),
        whole=whole_drawn(report),
        counts=tuple(map(_counted, NAMED.values())),
        columns=report.columns,
        inputs={
            port: _texts(shape)
            for port, shape in (*_entered(report), *_read(rows), result)
            if port not in places
        },
        built={row.node.path: record_of(row, COUNTS) for row in rows},
        naive={
            path: record_of(report.naive[path], ["multiplies"])
            for path in paths
            if path in report.naive
        },
        live=WhatIfs(live.naive, alone, live.controls) if live else None,
        charts=json.loads(static("charts/charts.json")),
    )


def _entered(report: Report) -> Iterable[tuple[Port, Shape]]:
    """What enters a model, where a layer may read but a view of it."""
    return report.network.inputs.items() if report.network.reader else ()


def _open_levels(report: Report, modules: Sequence[str]) -> int:
    """How far the tree of the parts stands open; that of a model to the modules that are drawn."""
    if isinstance(report, Grouped):
        return report.at - 1
    return _OPEN_LEVELS.get(report.grain, 1 if len(modules) == 1 else 0)


def _counted(count: Count) -> Counted:
    again = count.name not in COUNTS
    sums, times = ("multiplies", UNITS[count.name]) if again else (count.name, 1)
    return Counted(count.name, count.title, count.grows, sums, str(times), count.unit)


def _texts(sizes: Sequence[Any]) -> tuple[str, ...]:
    return tuple(str(int(size)) for size in sizes)


def record_of(row: Row, names: Iterable[str]) -> Record:
    """The shape of a layer's output and its counts of these names, but those that are 0."""
    counts = {name: str(int(row.known(name))) for name in names if row.known(name)}
    return {"output": _texts(row.output), **counts}


def open_text(row: Row) -> str:
    """The text of a layer, with ``{width}`` where its width stands.

    The scripts have that from what it puts out; a width that is not put out is left out. That of a
    model's layer stands.
    """
    op, width = row.node.op, width_of(row.node.op)
    if width is not None and not row.node.call:  # no slider changes a width of a model's
        op = with_width(op, "{width}" if width == row.output[-1] else "")
    return " ".join(layer_text(row._replace(node=replace(row.node, op=op))).split())


def _read(rows: Sequence[Row]) -> Iterator[tuple[Port, Shape]]:
    """All that the layers read, with its shape."""
    for row in rows:
        yield from zip(row.node.inputs, row.inputs, strict=True)


def _layer(
    row: Row, modules: Sequence[str], kernels: Sequence[Kernel], places: Mapping[Port, int]
) -> Layer:
    node = row.node
    return Layer(
        path=node.path,
        module=modules.index(node.module),
        branch=node.branch,
        kernel=kernels.index(kernel_of(node.op)),
        text=open_text(row),
        role=role_of(node.op),
        known=row.held.known,
        reads=tuple(places.get(port, port) for port in node.inputs),
    )
