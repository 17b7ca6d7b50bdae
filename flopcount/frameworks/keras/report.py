"""What a check found → a sheet, and the JSON of `flopcount check`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...core import COUNTS, is_transposed
from ...core.ops.attention import Attention
from ...errors import plural
from ...rewrites import with_part
from ...sizes import product
from ...writing.cells import number, shape_text
from ...writing.records import json_document
from ...writing.sheet import Column, Sheet, Verdict
from ..copies import MOST_LINES
from ..smaller_sequences import scales
from .check import Result
from .compare import Checked
from .products import is_traced
from .values import is_ours
from .variables import KINDS, VARIABLES

if TYPE_CHECKING:
    from .time import Timed

_COLUMNS = (
    Column("layer", "layer"),
    Column("output", "output in Keras", "shape"),
    Column("kernel", "kernel", "count"),
    Column("recurrent_kernel", "recurrent", "count"),
    Column("projection_kernel", "projection", "count"),
    Column("embeddings", "table", "count"),
    Column("alpha", "α", "count"),
    Column("bias", "bias", "count"),
    Column("recurrent_bias", "recurrent bias", "count"),
    Column("gamma", "γ", "count"),
    Column("beta", "β", "count"),
    Column("moving_mean", "mean", "count"),
    Column("moving_variance", "variance", "count"),
    Column("xla_flops", "XLA FLOPs", "count"),
    Column("result", "result", key=True),
)
# Which columns are there only where something has them.
_RARE = ("recurrent_kernel", "projection_kernel", "embeddings", "alpha", "recurrent_bias")
# What each number is compared with.
SHAPES = "compared, layer by layer: the output's shape and the size of every variable"
UNPADDED = (
    "; 2 × the multiplies inside the image with XLA's count of the bare convolution or dense layer"
)
TRACED = (
    "; of attention, recurrences, experts and tied layers with XLA's counts of all products in the "
    "traced layer, those of a loop times its steps, and those that a mask hides among them"
)
COUNTS_SAY = (
    "multiplies with the kernel × the positions of Keras' output{transposed}{attending}, "
    "activations with its elements; "
    "elementwise operations with a small copy of the layer, whose nests are run, and whose values "
    "are Keras'; totals with the sums of all that"
)
TRANSPOSED = " (of a transposed convolution, of its input)"
ATTENDING = " (in attention also two products of each query with each key that it meets)"
# What nothing is compared with.
NEVER = "the values of the whole network, and the steps that a layer's definition takes"
_WORDS = {None: "equal", "exact": "equal", "float32": "equal to float32 precision"}


def _kinds(result: Result) -> list[str]:
    """The kinds of variables that have a column; the rare ones where there are any."""
    return [
        kind
        for kind in KINDS
        if kind not in _RARE or any(layer.has(kind) for layer in result.layers)
    ]


def _row(layer: Checked, kinds: Sequence[str]) -> list[Any]:
    sizes = [layer.size(kind) if layer.has(kind) else None for kind in kinds]
    result = f"differs: {'; '.join(layer.differs)}" if layer.differs else _WORDS[layer.agreement]
    verdict = Verdict(result, fine=not layer.differs)
    return [layer.row.node.path, layer.output, *sizes, layer.flops, verdict]


def check_sheet(result: Result, *, quiet: bool = False) -> Sheet:
    """One line per layer, or, `quiet`, only those of which anything differs."""
    network = result.network
    given = " and ".join(shape_text(shape) for shape in network.inputs.values())
    shown = result.differing if quiet else result.layers
    kinds = _kinds(result)
    scatters = any(is_transposed(layer.row.node.op) for layer in result.layers)
    attends = any(isinstance(layer.row.node.op, Attention) for layer in result.layers)
    counts_say = COUNTS_SAY.format(
        transposed=TRANSPOSED if scatters else "", attending=ATTENDING if attends else ""
    )
    traced = any(is_traced(layer.row.node.op) for layer in result.layers)
    flops_say = (UNPADDED + (TRACED if traced else "")) if result.backend == "jax" else ""
    with_total = result.totals and (not quiet or result.total_differs)
    return Sheet(
        columns=tuple(c for c in _COLUMNS if c.name in kinds or c.name not in KINDS),
        rows=[_row(layer, kinds) for layer in shown],
        heading=(f"{with_part(network)} on {given}, built in Keras and run on random input",),
        notes=(SHAPES + flops_say, counts_say),
        total=_total(result, kinds) if with_total else None,
        footer=_footer(result),
    )


def _total(result: Result, kinds: Sequence[str]) -> list[Any]:
    """What Keras' variables hold in all, and the sum of XLA's counts."""
    sizes = [sum(layer.size(kind) for layer in result.layers) or None for kind in kinds]
    flops = [layer.flops for layer in result.layers if layer.flops is not None]
    follows = any(total.follows for total in result.totals)
    differs = "; ".join(result.total_differs) or ("as the layers do" if follows else "")
    verdict = Verdict(f"differs: {differs}" if differs else "equal", fine=not differs)
    return ["total", None, *sizes, sum(flops) if flops else None, verdict]


def _footer(result: Result) -> tuple[str, ...]:
    compared, differing = len(result.layers), len(result.differing)
    how_many = number(differing) if differing else "none"
    lines = [f"{plural(compared, 'layer')} compared, {how_many} differing"]
    if differing:
        lines[0] += f", the first of them {result.differing[0].row.node.path}"
    lines.append(f"shapes and parameters of {number(compared)}, {_counts(result)}")
    copies = {id(layer.copy) for layer in result.layers if layer.copy}
    what = "copy" if len(copies) == 1 else "copies"
    lines.append(f"{number(len(copies))} small {what} run line by line")
    totals = {total.name for total in result.totals if total.theirs is not None}
    follow = {total.name for total in result.totals if total.follows}
    wrong = [*result.total_differs, *([f"{len(follow)} off as the layers are"] if follow else [])]
    said = "; ".join(wrong) or "none differing"
    lines.append(f"{plural(len(totals), 'total')} compared, {said}")
    lines.append(f"not compared: {'; '.join(not_compared(result))}")
    uses = ", ".join(f"{name} {version}" for name, version in result.versions.items())
    return (*lines, f"{result.backend} on {result.device}; {uses}")


def not_compared(result: Result) -> tuple[str, ...]:
    """What nothing was compared with, each with the reason."""
    found = []
    if result.skipped:
        layers = plural(result.skipped, "layer")
        found.append(f"multiplies inside the image of {layers} (XLA's count comes with JAX)")
    too_large = [layer.row.node.path for layer in result.layers if not layer.copy]
    if too_large and result.totals:
        layers = f"{plural(len(too_large), 'layer')} (the first {too_large[0]})"
        limit = number(MOST_LINES)
        found.append(
            f"nests and elementwise operations of {layers}: a copy takes over {limit} lines"
        )
    others = [
        layer.row.node.path
        for layer in result.layers
        if layer.copy and not is_ours(layer.copy, result.backend)
    ]
    if others:
        layers = f"{plural(len(others), 'layer')} (the first {others[0]})"
        found.append(f"values of {layers}: on {result.backend} a SAME mean repeats the border")
    alone = [
        layer.row.node.path
        for layer in result.layers
        if layer.copy and not scales(layer.row.node.op)
    ]
    if alone:
        layers = f"{plural(len(alone), 'layer')} (the first {alone[0]})"
        found.append(f"elementwise operations of {layers} at their own size: on small copies alone")
    names = dict.fromkeys(total.name for total in result.totals if total.theirs is None)
    if names or not result.totals:
        titles = ", ".join(COUNTS[name].title for name in names) or "all"
        found.append(f"totals of {titles}")
    return (*found, NEVER)


def _counts(result: Result) -> str:
    """How many layers' multiplies were compared, and how they were equal."""
    if result.backend != "jax":
        return (
            f"multiplies of none (the compiler's count comes from JAX; "
            f"{plural(result.skipped, 'layer')} without it)"
        )
    if not any(layer.row.count("multiplies") for layer in result.layers):
        return "multiplies of none, for there are none"
    exact, single = result.counted("exact"), result.counted("float32")
    text = f"multiplies of {number(result.counted())} ({number(exact)} equal"
    return text + (f", {number(single)} equal to float32 precision)" if single else ")")


def _pair(ours: int, theirs: int | None) -> dict[str, int | None]:
    return {"flopcount": ours, "compared_with": theirs}


def _layer_dict(layer: Checked) -> dict[str, Any]:
    count = layer.row.known
    return {
        "layer": layer.row.node.path,
        "module": layer.row.node.module,
        "branch": layer.row.node.branch,
        "op": layer.row.node.op.word,
        "keras_layers": list(layer.layers),
        "output": list(layer.row.output),
        "keras_output": list(layer.output),
        "params": {name: count(name) for name in VARIABLES},
        "keras_params": {
            name: {"shape": list(shape), "size": product(shape)}
            for name, shape in layer.variables.items()
        },
        "multiplies_unpadded": count("multiplies_unpadded"),
        "counts": {name: _pair(count(name), layer.theirs.get(name)) for name in COUNTS},
        "small_copy": layer.copy and layer.copy.name,
        "xla_flops": None if layer.flops is None else int(layer.flops),
        "agreement": layer.agreement,
        "differs": list(layer.differs),
    }


def check_json(result: Result, timed: "tuple[Timed, ...]" = (), *, quiet: bool = False) -> str:
    """Schema 1 of the JSON; with times, under ``time``, where they were asked for."""
    shown = result.differing if quiet else result.layers
    document: dict[str, Any] = {
        "schema": 1,
        "network": result.network.name,
        "backend": result.backend,
        "device": result.device,
        "versions": dict(result.versions),
        "compared": len(result.layers),
        "differing": len(result.differing),
        "skipped": result.skipped,
        "layers": [_layer_dict(layer) for layer in shown],
        "totals": {
            total.name: _pair(total.ours, total.theirs)
            for total in result.totals
            if total.samples == 1
        },
        "totals_differ": list(result.total_differs),
        "not_compared": list(not_compared(result)),
    }
    if timed:
        document["time"] = [line.as_dict() for line in timed]
    return json_document(document)
