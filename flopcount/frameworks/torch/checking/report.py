"""What a check of a model found → a sheet, and the JSON of `flopcount check`."""

from typing import TYPE_CHECKING, Any

from ....errors import plural
from ....writing.cells import number, shape_text
from ....writing.records import json_document
from ....writing.sheet import Column, Sheet, Verdict
from ...models.checked import Kind
from .check import Checked, Result, half

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .time import Timed

_COLUMNS = (
    Column("module", "module", key=True),
    Column("class", "class"),
    Column("params", "parameters", "count"),
    Column("buffers", "buffers", "count"),
    Column("multiplies", "multiplies", "count"),
    Column("counter", "FlopCounterMode ÷ 2", "count"),
    Column("result", "result", key=True),
)
COMPARED = (
    "compared, module by module: parameters with the tensors that the module holds, and multiplies "
    "with half of what PyTorch's FlopCounterMode counts of it, without gradients"
)
RUN = (
    "each kind of operation is also run on small random tensors: what its nests put out, run line "
    "by line, with PyTorch's numbers, and its counts with what the lines did"
)
# What nothing is compared with.
NEVER = "the values of the whole network"
BUFFERS = "buffers that no norm reads"


def explanation(module: Checked) -> str:
    """Why a module's multiplies are others than FlopCounterMode's, and by how much."""
    missed = [f"{what} ({number(n)})" for what, n in module.missed.items()]
    said = [f"FlopCounterMode counts 0 for {', '.join(missed)}"] if missed else []
    if module.elsewhere:
        n = number(abs(module.elsewhere) // 2)
        where = "in it that others run" if module.elsewhere > 0 else "that it runs and others hold"
        said.append(f"modules {where}, {n} multiplies")
    return "; ".join(said)


def _said(module: Checked) -> Verdict:
    if module.differs:
        more = f" ({explanation(module)})" if module.missed else ""
        return Verdict(f"differs: {'; '.join(module.differs)}{more}", fine=False)
    if module.flops is None:
        return Verdict("not compared: PyTorch does its work without calling it")
    said = f"explained: {explanation(module)}" if module.explained else "equal"
    if module.unknown:
        said += f", without {', '.join(module.unknown)}, which nobody priced"
    return Verdict(said)


def _row(module: Checked) -> list[Any]:
    counted = None if module.flops is None else half(module.flops)
    numbers = [module.params, module.buffers, module.multiplies, counted]
    return [module.name, module.kind, *numbers, _said(module)]


def _kind_row(kind: Kind) -> list[Any]:
    said = f"differs: {kind.operation} on small tensors: {kind.differs}"
    return [kind.path, kind.operation, None, None, None, None, Verdict(said, fine=False)]


def check_sheet(result: Result, *, quiet: bool = False) -> Sheet:
    """One line a module, or, `quiet`, only those of which anything differs."""
    given = " and ".join(shape_text(shape) for shape in result.network.inputs.values())
    shown = result.differing if quiet else result.modules
    rows = [_row(module) for module in shown]
    return Sheet(
        columns=_COLUMNS,
        rows=[*rows, *map(_kind_row, result.kinds_differing)],
        heading=(f"{result.network.name} on {given}, beside PyTorch",),
        notes=(*result.network.notes, COMPARED, RUN),
        footer=_footer(result),
    )


def _footer(result: Result) -> tuple[str, ...]:
    differing, explained = len(result.differing), [m for m in result.modules if m.explained]
    how_many = number(differing) if differing else "none"
    first = f"{plural(len(result.modules), 'module')} compared, {how_many} differing"
    if differing:
        first += f", the first of them {result.differing[0].name}"
    if explained:
        first += f", {number(len(explained))} explained"
    lines = [first]
    whole = result.modules[0] if result.modules else None
    if whole is not None and whole.missed:
        lines.append(f"in {whole.name}: {explanation(whole)}")
    run = [kind for kind in result.kinds if not kind.skipped]
    wrong = len(result.kinds_differing)
    lines.append(
        f"{plural(len(run), 'kind')} of operation run on small tensors, "
        f"{number(wrong) if wrong else 'none'} differing"
    )
    lines.append(f"not compared: {'; '.join(not_compared(result))}")
    uses = ", ".join(f"{name} {version}" for name, version in result.versions.items())
    return (*lines, f"values on {result.device}; {uses}")


def not_compared(result: Result) -> tuple[str, ...]:
    """What nothing was compared with, each with the reason."""
    found = []
    skipped: dict[str, list[Kind]] = {}
    for kind in result.kinds:
        if kind.skipped:
            skipped.setdefault(kind.operation, []).append(kind)
    for operation, kinds in skipped.items():
        uses = plural(sum(kind.uses for kind in kinds), "use")
        where = f"{operation} ({uses}, the first {kinds[0].path})"
        found.append(f"values of {where}: {kinds[0].skipped}")
    if any(module.buffers for module in result.modules):
        found.append(BUFFERS)
    return (*found, NEVER)


def _module_dict(module: Checked) -> dict[str, Any]:
    return {
        "module": module.name,
        "class": module.kind,
        "params": module.params,
        "buffers": module.buffers,
        "multiplies": module.multiplies,
        "complete": not module.unknown,
        "flop_counter_mode": module.flops,
        "missed_by_flop_counter_mode": dict(module.missed),
        "elsewhere": module.elsewhere,
        "unknown": dict(module.unknown),
        "differs": list(module.differs),
    }


def _kind_dict(kind: Kind) -> dict[str, Any]:
    return {
        "operation": kind.operation,
        "first": kind.path,
        "uses": kind.uses,
        "lines": kind.lines,
        "differs": kind.differs,
        "skipped": kind.skipped,
    }


def check_json(result: Result, timed: "Sequence[Timed]" = (), *, quiet: bool = False) -> str:
    """Schema 1 of the JSON; with times, under ``time``, where they were asked for.

    `quiet`: of the modules that differ alone.
    """
    shown = result.differing if quiet else result.modules
    kinds = result.kinds_differing if quiet else result.kinds
    times = {"time": [line.as_dict() for line in timed]} if timed else {}
    return json_document(
        {
            "schema": 1,
            "network": result.network.name,
            "device": result.device,
            "versions": dict(result.versions),
            "compared": len(result.modules),
            "differing": len(result.differing),
            "explained": sum(module.explained for module in result.modules),
            "modules": [_module_dict(module) for module in shown],
            "operations": [_kind_dict(kind) for kind in kinds],
            "operations_differing": len(result.kinds_differing),
            "not_compared": list(not_compared(result)),
            **times,
        }
    )
