"""What a check found → a sheet, and the JSON of `flopcount check`."""

from typing import TYPE_CHECKING, Any

from ...errors import plural
from ...writing.records import json_document
from ...writing.sheet import Column, Sheet, Verdict, number, shape_text
from .check import KINDS, VARIABLES, Checked, Result

if TYPE_CHECKING:
    from .time import Timed

_COLUMNS = (
    Column("layer", "layer"),
    Column("output", "output in Keras", "shape"),
    Column("kernel", "kernel", "count"),
    Column("bias", "bias", "count"),
    Column("gamma", "γ", "count"),
    Column("beta", "β", "count"),
    Column("moving_mean", "mean", "count"),
    Column("moving_variance", "variance", "count"),
    Column("xla_flops", "XLA FLOPs", "count"),
    Column("result", "result", key=True),
)
SHAPES = "compared, layer by layer: the output's shape and the size of every variable"
MULTIPLIES = (
    "; 2 × the multiplies inside the image with XLA's count of the bare convolution or dense layer"
)
_WORDS = {None: "equal", "exact": "equal", "float32": "equal to float32 precision"}


def _row(layer: Checked) -> list[Any]:
    sizes = [layer.size(kind) if kind in layer.variables else None for kind in KINDS]
    result = f"differs: {'; '.join(layer.differs)}" if layer.differs else _WORDS[layer.agreement]
    verdict = Verdict(result, fine=not layer.differs)
    return [layer.row.node.path, layer.output, *sizes, layer.flops, verdict]


def check_sheet(result: Result, *, quiet: bool = False) -> Sheet:
    """One line per layer, or, `quiet`, only those of which anything differs."""
    network = result.network
    part = f", module {', '.join(network.modules)}" if network.whole else ""
    given = " and ".join(shape_text(shape) for shape in network.inputs.values())
    shown = result.differing if quiet else result.layers
    return Sheet(
        columns=_COLUMNS,
        rows=[_row(layer) for layer in shown],
        heading=(f"{network.name}{part} on {given}, built in Keras and run on random input",),
        notes=(SHAPES + (MULTIPLIES if result.backend == "jax" else ""),),
        footer=_footer(result),
    )


def _footer(result: Result) -> tuple[str, ...]:
    compared, differing = len(result.layers), len(result.differing)
    how_many = number(differing) if differing else "none"
    lines = [f"{plural(compared, 'layer')} compared, {how_many} differing"]
    if differing:
        lines[0] += f", the first of them {result.differing[0].row.node.path}"
    lines.append(f"shapes and parameters of {number(compared)}, {_counts(result)}")
    uses = ", ".join(f"{name} {version}" for name, version in result.versions.items())
    return (*lines, f"{result.backend} on {result.device}; {uses}")


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


def _layer_dict(layer: Checked) -> dict[str, Any]:
    count = layer.row.count
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
            name: {"shape": list(shape), "size": layer.size(name)}
            for name, shape in layer.variables.items()
        },
        "multiplies_unpadded": count("multiplies_unpadded"),
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
    }
    if timed:
        document["time"] = [line.as_dict() for line in timed]
    return json_document(document)
