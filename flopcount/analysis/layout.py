"""A report → what is printed of it: its heading, columns, total and footer; its JSON."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..core import NAMED, shapes_of
from ..errors import plural
from ..notation import batch_of
from ..rewrites import READINGS, part_name
from ..writing.cells import number
from ..writing.scale import EXACT
from ..writing.sheet import Column, Convention, Sheet
from .conventions import ASK, NONE, Families, brief, says
from .dropped import loss_notes
from .ends import inputs_text, outputs_text
from .footing import inside_text, norms_text
from .layer_text import chain_text, layer_text, op_kind
from .lines import Line
from .model_notes import (
    deeper_note,
    how_counted,
    read_with,
    trained_note,
    unknown_note,
    unused_note,
)
from .records import told
from .report import UNCHANGED, Report
from .sequences import hidden, sequence_notes
from .shared import shared_notes
from .units import UNIT_NAMES, Measure

if TYPE_CHECKING:
    from ..sizes import Shape


def shares(parts: Sequence[int]) -> list[int | None]:
    """Each part's share of their sum in tenths of a percent, rounded so that they sum to 1000.

    The tenths lost by rounding down go to the largest remainders.

    >>> shares([1, 1, 1])
    [334, 333, 333]
    """
    whole = sum(parts)
    if not whole:
        return [None] * len(parts)
    floors = [1000 * part // whole for part in parts]
    lost = 1000 - sum(floors)
    by_remainder = sorted(range(len(parts)), key=lambda i: -(1000 * parts[i] % whole))
    for i in by_remainder[:lost]:
        floors[i] += 1
    return list(floors)


def _arithmetic(report: Report, lines: Sequence[Line]) -> list[tuple[str, dict[str, str]]]:
    from .explain import arithmetic

    return arithmetic(report, lines)


def _title(report: Report) -> tuple[str, ...]:
    """Network, module and shapes; source."""
    network = report.network
    name = f"{network.title}: {network.name}" if network.title else network.name
    name = ", ".join(filter(None, (name, part_name(network))))
    given = outputs_text(network, shapes_of(network, report.rows))
    title = f"{name}, {inputs_text(network)} → {given}"
    source = "; ".join(filter(None, (network.source, read_with(network))))
    return (title, source) if source else (title,)


def convention(
    measure: Measure, batch: int = 1, there: Families = NONE, how: str = ""
) -> Convention:
    """What is counted, in which unit and over how many samples; in brief, where that differs."""
    full, short, rounded = says(NAMED["multiplies"], there), brief(there), measure.said()
    if measure.unit != "multiplies":
        unit, times = UNIT_NAMES[measure.unit], measure.times
        scale = f"{unit} = {times} ×" if times > 1 else f"{unit} ="
        full, short = f"{scale} multiplies; {full}", f"{scale} {short}"
    parts = [short, *([_samples(batch)] if batch != 1 else []), *filter(None, [rounded]), ASK]
    over = how or _samples(batch)
    return Convention(f"counts: {full}; {over}", "; ".join(parts), rounded)


def _samples(batch: int) -> str:
    return "one sample" if batch == 1 else f"a batch of {number(batch)} samples"


def _convention(report: Report) -> Convention:
    how = how_counted(report.network)
    if report.columns:  # each is said in the notes
        rounded = report.measure.said()
        if how:
            brief = filter(None, ("counts of the whole input as given", rounded, ASK))
            return Convention(f"counts: {how}", "; ".join(brief), rounded)
        return Convention(f"counts of {_samples(report.batch)}", rounded=rounded)
    batch = batch_of(report.network) if how else report.batch
    return convention(report.measure, batch, report.families, how)


def _notes(report: Report) -> tuple[str, ...]:
    """The sentence of each count that was chosen, else the naive reading; what is to be known."""
    chosen = [NAMED[name] for name in report.columns]
    said = [f"{count.title}: {says(count, report.families)}" for count in chosen]
    return (*(said or _reading(report)), *report.network.notes)


def _reading(report: Report) -> list[str]:
    """What the naive columns hold; where there are none, only to who asked for a reading."""
    if report.bypasses:
        return [f"naive ({report.reading}): {READINGS[report.reading]}"]
    how = "; --reduce names what it leaves out of a model" if report.network.reader else ""
    return [f"naive ({report.reading}): {UNCHANGED}{how}"] if report.asked else []


def _footer(report: Report) -> tuple[str, ...]:
    """The total as MACs and as FLOPs, and what it is made of."""
    cost = report.total.cost
    parts = (
        plural(cost.weights, "weight") if cost.weights else "",
        f"{number(cost.biases)} bias{'es' if cost.biases > 1 else ''}" if cost.biases else "",
        f"{number(cost.norm_params)} of {norms_text(report.rows)}" if cost.norm_params else "",
    )
    made_of = " + ".join(part for part in parts if part)
    stored, measured = number(cost.params_with_stats), number(cost.norm_stats)
    of_model = bool(report.network.reader)
    keras = report.network.reader.get("name", "keras") == "keras"
    whose = " (Keras' total params)" if keras else ""
    said = f"; {stored} with {measured} moving statistics{whose}"
    stats = said if cost.norm_stats else ""
    inside = inside_text(report.rows, cost, hidden(report.rows) * report.batch, report.families)
    macs, flops = number(report.macs), number(report.flops)
    least = "" if report.complete else "at least "
    return (
        *filter(None, [unknown_note(report.rows)]),
        f"total {least}{macs} MACs (a multiply and an add each) = {least}{flops} FLOPs (2 × MACs)",
        *([inside] if cost.multiplies else []),
        f"{plural(cost.params, 'parameter')}{': ' + made_of if made_of else ''}{stats}",
        *sequence_notes(report.rows),
        *shared_notes(report),
        *loss_notes(report.network, report.rows),
        *(_of_model(report) if of_model else ()),
    )


def _of_model(report: Report) -> list[str]:
    """What is to be known of a model besides."""
    by_module, network = report.grain == "module", report.network
    deeper = deeper_note(report.rows, report.depth) if by_module else ""
    return list(
        filter(
            None, [trained_note(network, report.rows), unused_note(network, report.rows), deeper]
        )
    )


def shown(report: Report) -> list[Line]:
    """The lines that are printed: a module's joins are left out where they cost nothing."""
    lines = report.lines
    if report.grain != "branch":
        return lines
    named = {line.module for line in lines if line.branch}
    return [
        line
        for line in lines
        if line.branch
        or line.module not in named
        or any(line.cost[name] for name in report.columns or ("multiplies", "params"))
        or (line.naive.multiplies and not report.columns)
    ]


def _output(report: Report) -> "Shape":
    """The shape of the network's result; where every layer was bypassed, that of its input."""
    network = report.network
    return shapes_of(network, report.rows)[network.output]


def report_sheet(report: Report, *, explain: bool) -> Sheet:
    """The sheet that every format prints."""
    lines = shown(report)
    names, cells = _names(report, lines)
    numbers, *values = _chosen(report, lines) if report.columns else _usual(report, lines)
    rows = [(*cell, *own) for cell, own in zip(cells, values[:-1], strict=True)]
    shape = _output(report)
    sums = {"count": sum(len(line.rows) for line in lines), "shape": shape}
    words = [sums.get(column.kind, "") for column in names[1:]]
    total = ("total",) if names[0].kind == "op" else "total"
    total_row = (total, *words, *values[-1])
    if not report.complete:
        numbers = (*numbers, Column("complete", "complete", "flag", printed=False))
        rows = [(*row, line.complete) for row, line in zip(rows, lines, strict=True)]
        total_row = (*total_row, False)
    return Sheet(
        (*names, *numbers),
        rows,
        total_row,
        _title(report),
        _footer(report),
        _arithmetic(report, lines) if explain else (),
        convention=_convention(report),
        notes=_notes(report),
    )


def _usual(report: Report, lines: Sequence[Line]) -> tuple[tuple[Any, ...], ...]:
    """The usual columns of numbers, and what stands in them: of each line, and of the total."""
    measure = report.measure
    unit, scale, times = report.unit, report.scale, measure.times
    params = report.params_scale
    masked = bool(hidden(report.rows))
    columns = (
        Column(unit, measure.heading(), "count", key=True, counted=True, scale=scale),
        *([_unpadded(measure)] if masked else []),
        Column("share_percent", "share", "share"),
        Column("params", params.heading("params"), "count", key=True, scale=params),
        Column(
            f"naive_{unit}",
            measure.heading("naive"),
            "count",
            scale=scale,
            printed=report.bypasses,
        ),
        Column("saved", "saved", "ratio", tone="saving", printed=report.bypasses),
    )
    counted = [line.multiplies for line in lines]
    parts = iter(shares([count for count in counted if count is not None]))
    percent = [None if count is None else next(parts) for count in counted]
    whole = 1000 if report.total.cost.multiplies else None
    values = [
        (
            told(line.cost, "multiplies", times),
            *([told(line.cost, "multiplies_unpadded", times)] if masked else []),
            share,
            told(line.cost, "params"),
            told(line.naive, "multiplies", times),
            line.saved,
        )
        for line, share in zip((*lines, report.total), (*percent, whole), strict=True)
    ]
    return columns, *values


def _unpadded(measure: Measure) -> Column:
    """A column of what counts, where a mask hides some of it."""
    title = measure.scale.heading(f"{UNIT_NAMES[measure.unit]} unpadded")
    return Column(f"{measure.unit}_unpadded", title, "count", key=True, scale=measure.scale)


def _chosen(report: Report, lines: Sequence[Line]) -> tuple[tuple[Any, ...], ...]:
    """The counts that were chosen, likewise."""
    scales = {"multiplications": report.scale, "parameters": report.params_scale}
    columns = []
    for count in map(NAMED.__getitem__, report.columns):
        scale = scales.get(count.unit, EXACT)
        title = scale.heading(count.title)
        columns.append(Column(count.name, title, "count", key=True, scale=scale))
    return tuple(columns), *(
        tuple(told(line.cost, name) for name in report.columns) for line in (*lines, report.total)
    )


def _names(report: Report, lines: Sequence[Line]) -> tuple[tuple[Column, ...], list[Any]]:
    """The columns before the numbers, and each line's cells in them."""
    output = Column("output", "output", "shape")
    if report.grain == "layer":
        columns = (Column("layer", "layer"), Column("op", "op"), output)
        return columns, [(line.layer, layer_text(line.rows[0]), line.output) for line in lines]
    if report.grain == "branch":
        chains = [(line.branch, chain_text(line.rows), line.output) for line in lines]
        columns = (Column("branch", "branch", key=True), Column("layers", "layers"), output)
        if len({line.module for line in lines}) < 2:
            return columns, chains
        modules = [(line.module, *chain) for line, chain in zip(lines, chains, strict=True)]
        return (Column("module", "module"), *columns), modules
    layers = Column("layers", "layers", "count")
    if report.grain == "op":
        kinds = [op_kind(line.rows[0].node.op) for line in lines]
        cells = [(kind, len(line.rows)) for kind, line in zip(kinds, lines, strict=True)]
        return (Column("op", "op", "op"), layers), cells
    columns = (Column("module", "module"), layers, output)
    return columns, [(line.module, len(line.rows), line.output) for line in lines]
