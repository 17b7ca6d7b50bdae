"""The arithmetic behind each number: ``5²·28²·192·32 = 120,422,400``."""

from collections.abc import Sequence

from ..core.graph import Row
from ..core.ops import Conv, Dense, Depthwise, Factors, Norm, Tail
from ..writing.sheet import number
from .report import UNITS, Line, Report

_Term = tuple[str, int]  # how it is written, what it comes to


def _power(pair: tuple[int, ...]) -> list[str]:
    """Kernel or grid: a square as a power, else both sizes."""
    if len(pair) == 2 and pair[0] == pair[1]:
        return [f"{pair[0]}²"]
    return [str(size) for size in pair]


def _written(factors: Factors, times: int = 1) -> str:
    scale = [str(times)] if times != 1 else []
    channels = [str(size) for size in factors.channels]
    return "·".join([*scale, *_power(factors.kernel), *_power(factors.grid), *channels])


def _multiplies(rows: Sequence[Row], times: int) -> list[_Term]:
    return [
        (_written(row.node.op.factors(row.inputs, row.output), times), row.cost.multiplies * times)
        for row in rows
        if isinstance(row.node.op, Conv | Depthwise | Dense)
    ]


def _params(rows: Sequence[Row]) -> list[_Term]:
    terms: list[_Term] = []
    for row in rows:
        op, cost, parts = row.node.op, row.cost, []
        if isinstance(op, Conv | Depthwise | Dense):
            parts.append(_written(op.factors(row.inputs, row.output)._replace(grid=())))
        tail = op.tail if isinstance(op, Conv | Depthwise | Dense) else Tail(bias=False)
        if tail.bias:
            parts.append(str(cost.biases))
        if tail.norm or isinstance(op, Norm):
            parts.append(str(cost.norm_params))
        if cost.params:
            text = " + ".join(part for part in parts if part != "0")
            terms.append((text if len(parts) == 1 else f"({text})", cost.params))
    return terms


def _sum(terms: Sequence[_Term]) -> str:
    """Write a sum: its terms, what each comes to, and the result."""
    written = " + ".join(text for text, _ in terms)
    total = number(sum(value for _, value in terms))
    if len(terms) == 1:
        return f"{written.strip('()')} = {total}"
    return f"{written} = {' + '.join(number(value) for _, value in terms)} = {total}"


def _name(line: Line) -> str:
    if line.branch and not line.layer:
        return f"{line.module}/{line.branch}"
    return line.layer or line.module or line.op or "total"


def arithmetic(report: Report, lines: Sequence[Line]) -> list[tuple[str, dict[str, str]]]:
    """For each line, and the total, its name and the sums behind its numbers."""
    whole = int(report.total.cost.multiplies * UNITS[report.unit])
    found = [(_name(line), _sums(line, report, whole)) for line in lines]
    return [*found, ("total", _total(report, lines))]


def _total(report: Report, lines: Sequence[Line]) -> dict[str, str]:
    """The total as the sum of the lines."""
    scale = UNITS[report.unit]
    total = report.total
    columns = {
        report.unit: [line.cost.multiplies * scale for line in lines],
        "naive": [line.naive.multiplies * scale for line in lines],
        "params": [line.cost.params for line in lines],
    }
    sums = {
        name: f"{' + '.join(number(part) for part in parts if part)} = {number(sum(parts))}"
        for name, parts in columns.items()
        if any(parts)
    }
    if total.saved is None:
        sums.pop("naive", None)
    else:
        before = number(total.naive.multiplies * scale)
        built = number(total.cost.multiplies * scale)
        sums["saved"] = f"{before} ÷ {built} = {total.saved:,.2f}×"
    return sums


def _sums(line: Line, report: Report, whole: int) -> dict[str, str]:
    times = report.batch * UNITS[report.unit]
    built = _multiplies(line.rows, times)
    params = _params(line.rows)
    count = int(line.cost.multiplies * UNITS[report.unit])
    before = int(line.naive.multiplies * UNITS[report.unit])
    sums: dict[str, str] = {}
    if built:
        sums[report.unit] = _sum(built)
    if line.saved is not None:
        sums["naive"] = _sum(_multiplies(line.naive_rows, times))
    if params:
        sums["params"] = _sum(params)
    if line.saved is not None:
        sums["saved"] = f"{number(before)} ÷ {number(count)} = {line.saved:,.2f}×"
    if count:
        sums["share"] = f"{number(count)} ÷ {number(whole)} = {100 * count / whole:.2f} %"
    return sums
