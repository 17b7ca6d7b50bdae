"""A report → its JSON, schema 1: all grains, all counts; keys may be added, never renamed."""

from collections.abc import Callable
from typing import Any

from ..core import NAMED, Row, window_of
from ..notation import batch_of
from ..sizes import NoShape, Shape
from .conventions import says
from .dropped import losses_of
from .ends import named_shapes
from .explain import arithmetic
from .lines import Line
from .model_notes import how_counted, trained, unpriced
from .records import built_counts, counts
from .report import Report
from .sequences import sequence_keys


def _groups(row: Row) -> int:
    """Into how many groups the channels fall: the loop g; 1 where there is none."""
    nests = [nest for nest in row.work.nests if "g" in nest.sizes and not nest.joined]
    return next((int(size) for nest in nests for size in nest.axis("g")), 1)


def _sizes(shape: Shape) -> list[int] | None:
    return None if isinstance(shape, NoShape) else [int(size) for size in shape]


def _layer(row: Row, line: Line) -> dict[str, Any]:
    op = row.node.op
    window = window_of(op)
    padding = window.padding if window else None
    named = {"module": line.module, "branch": line.branch, "layer": line.layer, "op": line.op}
    geometry = {
        "kernel": list(window.kernel) if window else None,
        "stride": list(window.stride) if window else None,
        "padding": list(padding) if isinstance(padding, tuple) else padding,
        "groups": _groups(row),
        "input": _sizes(row.inputs[0]) if row.inputs else None,
        "output": _sizes(row.output),
    }
    place: dict[str, Any] = {"scope": [step.name for step in row.node.scope], **losses_of(row)}
    if row.node.call:  # read from a model
        place["classes"] = [step.kind for step in row.node.scope]
        place |= {"call": row.node.call, "complete": line.complete}
    if row.shares:  # the layer that holds the parameters, which count there
        place["shares"] = next(iter(row.shares.values()))
    return named | geometry | sequence_keys(row) | built_counts(line) | place


def report_dict(report: Report, *, explain: bool) -> dict[str, Any]:
    """Schema 1 of the JSON: keys may be added, never renamed."""
    read = bool(report.network.reader)

    def counted(line: Line) -> dict[str, Any]:
        return counts(line) | ({"complete": line.complete} if read else {})

    network = report.network
    counted_how = says(NAMED["multiplies"], report.families), how_counted(network)
    whole = network.whole or network
    document: dict[str, Any] = {
        "schema": 1,
        "network": network.name,
        "title": network.title,
        "source": network.source,
        "input": [int(size) for size in next(iter(whole.inputs.values()), ())],
        "inputs": named_shapes({name: name for name in whole.inputs}, whole.inputs),
        "outputs": named_shapes(whole.results, whole.shapes),
        "batch": batch_of(network) if read else report.batch,
        "convention": "; ".join(filter(None, counted_how)),
        "naive_reading": report.reading,
        "notes": list(network.notes),
        "layers": [_layer(line.rows[0], line) for line in report.grouped("layer")],
        "branches": [
            {"module": line.module, "branch": line.branch, **counted(line)}
            for line in report.grouped("branch")
        ],
        "modules": [{"module": line.module, **counted(line)} for line in report.grouped("module")],
        "ops": [{"op": line.op, **counted(line)} for line in report.grouped("op")],
        "total": {**counted(report.total), "macs": report.macs, "flops": report.flops},
    }
    if read:
        document |= _of_model(report, counted)
    if explain:
        document["arithmetic"] = dict(arithmetic(report, report.lines, plain=True))
    return document


def _of_model(report: Report, counted: Callable[[Line], dict[str, Any]]) -> dict[str, Any]:
    """What the JSON of a model has besides: who read it, what is unknown, modules further down."""
    reader = dict(report.network.reader)
    name = reader.pop("name", "")
    unknown = [
        {"op": one.op, "uses": one.uses, "layers": list(one.layers)}
        for one in unpriced(report.rows)
    ]
    document: dict[str, Any] = {
        "complete": report.complete,
        "unknown": unknown,
        "reader": {"name": name, "versions": reader},
    }
    if found := trained(report.network, report.rows):
        document["trainable"], document["non_trainable"] = found
    if report.depth > 1:
        lines = report.grouped("module", report.depth)
        document["depth"] = report.depth
        document["parts"] = [{"module": line.module, **counted(line)} for line in lines]
    return document
