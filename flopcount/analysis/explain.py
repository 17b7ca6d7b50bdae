"""The arithmetic behind each number, read off the nests: ``5²·28²·192·32 = 120,422,400``."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ..core import PARAMETERS, UNITS, Counts, Nest, Row
from ..sizes import Size
from ..writing.cells import number
from .collected import has_several, products, weights
from .layer_text import op_title
from .lines import Line
from .model_notes import unpriced
from .report import Report
from .sequences import hidden
from .shared import some, wholly_shared

_POWERS = {2: "²", 3: "³"}


class Explanation(str):
    """A text that a prompt and a notebook show as it is, line by line."""

    __slots__ = ()

    def __repr__(self) -> str:
        """The text itself."""
        return str(self)


class _Term(NamedTuple):
    """A summand: how it is written, as one product or a sum of several, and what it comes to."""

    text: str
    value: int
    is_sum: bool = False


def _factors(sizes: Iterable[tuple[Size, ...]], *scale: int) -> str:
    """Multiply sizes, those along the axes of one kernel or grid together.

    A factor of 1 is left out, but not a kernel or grid of 1×1: ``1²·28²·192·16``.
    """
    written = [str(times) for times in scale if times != 1]
    for axes in sizes:
        if len(axes) in _POWERS and len(set(axes)) == 1:
            written.append(f"{axes[0]}{_POWERS[len(axes)]}")
        else:
            written += [str(size) for size in axes if size != 1 or len(axes) > 1]
    return "·".join(written) or "1"


def _order(nest: Nest) -> list[str]:
    """A nest's loops as people multiply them: the kernel, the grid, the channels in and out.

    Before the channels stands what comes in and goes out alike: tokens, groups, heads.
    """
    form = nest.form
    met = [loop for pair in form.meets for loop in reversed(pair.split(":"))]
    before = [loop for loop in form.loops if loop == "..."]
    result = form.result.axes
    kept = [loop for loop in form.reads[0].axes if loop in result and loop in form.loops]
    rest = [loop for read in reversed(form.reads) for loop in read.axes if loop in form.loops]
    summed = [loop for loop in rest if loop not in result]
    return list(dict.fromkeys([*met, *before, *kept, *summed, *rest, *form.loops]))


def _loops(nest: Nest) -> list[tuple[Size, ...]]:
    """The sizes of its loops in that order."""
    sizes = {loop: nest.axis(loop) for loop in _order(nest)}
    return [axes for loop, axes in sizes.items() if loop != "..." or set(axes) != {1}]


def _held(nest: Nest, axes: Sequence[str]) -> list[tuple[Size, ...]]:
    """The sizes of a parameter's axes, likewise; as it has them where not all are loops."""
    order = {loop: place for place, loop in enumerate(_order(nest))}
    ordered = sorted(axes, key=lambda axis: order[axis]) if order.keys() >= set(axes) else axes
    return [nest.axis(axis) for axis in ordered]


def _multiplies(rows: Sequence[Row], times: int) -> list[_Term]:
    """The products of each layer; equal ones of one that has several are one."""
    terms: list[_Term] = []
    for row in rows:
        if has_several(row):
            terms += [_Term(*one) for one in products(row, times)]
            continue
        terms += [
            _Term(
                _factors(_loops(nest), times * nest.form.operations["multiplies"]),
                nest.lines() * times * nest.form.operations["multiplies"],
            )
            for nest in row.work.nests
            if nest.contracts
        ]
    return terms


def _params(rows: Sequence[Row]) -> list[_Term]:
    """A layer's parameters: its kernel by its axes, what goes by the channel as a number."""
    terms: list[_Term] = []
    for row in rows:
        held = {
            read.name: _factors(_held(nest, read.axes) if row.node.call else nest.axes(read))
            for nest in row.work.nests
            for read in nest.form.reads
            if read.is_parameter and read.name not in row.shares
        }
        sums = {name: row.count(name) for name in ("weights", "biases", "norm_params")}
        several = has_several(row)
        parts = [text for name, text in held.items() if PARAMETERS[name[0]] == "weights"]
        parts = weights(row) if several else parts
        said = number if several else str
        parts += [said(sums["biases"])] if sums["biases"] else []
        parts += [_norm(row, sums["norm_params"], said)] if sums["norm_params"] else []
        if row.count("params"):
            text = " + ".join(parts)
            terms.append(_Term(text, row.known("params"), is_sum=len(parts) > 1))
    return terms


def _norm(row: Row, count: Size, said: Callable[[Size], str]) -> str:
    """A norm's own: in a model, where norms stand alone, γ and β as a product."""
    own = row.work.parameters
    sizes = [own[name] for name in own if PARAMETERS[name[0]] == "norm_params"]
    alike = row.node.call and len(sizes) > 1 and len(set(sizes)) == 1 and not row.shares
    return f"{len(sizes)}·{sizes[0]}" if alike else said(count)


def _sum(terms: Sequence[_Term]) -> str:
    """Write a sum: its terms, what each comes to, and the result."""
    total = number(sum(term.value for term in terms))
    if len(terms) == 1:
        return f"{terms[0].text} = {total}"
    written = " + ".join(f"({term.text})" if term.is_sum else term.text for term in terms)
    return f"{written} = {' + '.join(number(term.value) for term in terms)} = {total}"


def _name(line: Line, *, plain: bool) -> str:
    if line.branch and not line.layer:
        return f"{line.module}/{line.branch}"
    name = line.layer or line.module
    return name or (line.op if plain else op_title(line.rows, line.op)) or "total"


def arithmetic(
    report: Report, lines: Sequence[Line], *, plain: bool = False
) -> list[tuple[str, dict[str, str]]]:
    """For each line, and the total, its name, as printed or `plain`, and the sums behind it."""
    if report.columns:
        return _of_columns(report, lines, plain=plain)
    whole = int(report.total.cost.multiplies * UNITS[report.unit])
    found = [(_name(line, plain=plain), _sums(line, report, whole)) for line in lines]
    found.append(("total", _total(report, lines)))
    return found


def explanation(report: Report, lines: Sequence[Line], rows: slice) -> Explanation:
    """The arithmetic of some lines, then of the total, as text: of those `rows`, a line a sum."""
    from ..writing.terminal import Screen, sums

    said: list[tuple[str, str]] = []
    for name, texts in arithmetic(report, lines)[rows]:
        said += [(f"{name} {what}", text) for what, text in texts.items()]
        if not texts:
            said.append((name, "costs nothing of what is counted here"))
    return Explanation("\n".join(sums(said, Screen())))


def _of_columns(
    report: Report, lines: Sequence[Line], *, plain: bool
) -> list[tuple[str, dict[str, str]]]:
    """Of the counts that were chosen: products where they have some, else the sum of the layers."""
    found = []
    for line in lines:
        products = {unit: _multiplies(line.rows, report.batch * UNITS[unit]) for unit in UNITS}
        products["params"] = _params(line.rows)
        sums = {name: _sum(terms) for name, terms in products.items() if terms}
        for name in report.columns:
            parts = [int(Counts([row], report.batch)[name]) for row in line.rows]
            if name not in products and sum(map(bool, parts)) > 1:
                sums[name] = _added(parts)
        own = {name: sums[name] for name in report.columns if name in sums}
        found.append((_name(line, plain=plain), own | _unknown(line)))
    totals = {name: [int(line.cost[name]) for line in lines] for name in report.columns}
    added = {name: _added(parts) for name, parts in totals.items() if any(parts)}
    found.append(("total", added | _unknown(report.total)))
    return found


def _added(parts: Sequence[int]) -> str:
    return f"{' + '.join(number(part) for part in parts if part)} = {number(sum(parts))}"


def _total(report: Report, lines: Sequence[Line]) -> dict[str, str]:
    """The total as the sum of the lines."""
    scale = UNITS[report.unit]
    total = report.total
    masked = hidden(report.rows)
    columns = {
        report.unit: [line.cost.multiplies * scale for line in lines],
        "unpadded": [line.cost.multiplies_unpadded * scale if masked else 0 for line in lines],
        "naive": [line.naive.multiplies * scale for line in lines],
        "params": [line.cost.params for line in lines],
    }
    sums = {name: _added(parts) for name, parts in columns.items() if any(parts)}
    if total.saved is None:
        sums.pop("naive", None)
    else:
        before = number(total.naive.multiplies * scale)
        built = number(total.cost.multiplies * scale)
        sums["saved"] = f"{before} ÷ {built} = {total.saved:,.2f}×"
    return sums | _unknown(total)


def _unknown(line: Line) -> dict[str, str]:
    """What is in none of a line's sums, since nobody knows what it computes."""
    if line.complete:
        return {}
    said = [f"{one.op} ({some(one.layers, 3)})" for one in unpriced(line.rows)]
    return {"unknown": f"{', '.join(said)}: in none of the sums"}


def _sums(line: Line, report: Report, whole: int) -> dict[str, str]:
    times = report.batch * UNITS[report.unit]
    built = _multiplies(line.rows, times)
    params = _params(line.rows)
    count = int(line.cost.multiplies * UNITS[report.unit])
    before = int(line.naive.multiplies * UNITS[report.unit])
    sums: dict[str, str] = {}
    if built:
        sums[report.unit] = _sum(built)
    if hidden(line.rows):
        sums["unpadded"] = _sum(
            [_Term(*one) for row in line.rows for one in products(row, times, inside=True)]
        )
    if line.saved is not None:
        sums["naive"] = _sum(_multiplies(line.naive_rows, times))
    held = wholly_shared(line)
    if params or held:
        sums["params"] = _sum(params) if params else f"0, for they are those of {some(held)}"
    if line.saved is not None:
        sums["saved"] = f"{number(before)} ÷ {number(count)} = {line.saved:,.2f}×"
    sums |= _unknown(line)
    if count:
        sums["share"] = f"{number(count)} ÷ {number(whole)} = {100 * count / whole:.2f} %"
    return sums
