"""A report's what-ifs as code: the walk with symbols, written as JavaScript for a page.

The ops that price a report price symbols here: nothing is counted a second time. Each size and
each scaled width gets a name of its own, so that the formulas stay as short as the layers.
"""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr, Symbol

from .convolutions import with_scaled_widths
from .dims import MAX_SIZE, Symbolic, symbolic
from .errors import FlopcountError
from .formulas import symbol
from .graph import Row, walk
from .javascript import HELPERS, javascript, text
from .ops import Conv
from .references import Draft
from .report import Report
from .rewrites import Rewrite

HUNDREDTHS = 100  # the width multiplier's steps
_LARGE = 512  # an input's side that a slider reaches at least


@dataclass(frozen=True, slots=True)
class Control:
    """What a user may change in the page: a whole number from `low` to `high`.

    `name` is ``input`` (both sides of a square image), else ``H`` and ``W``; a column
    (``3a.r5``) or the path of a layer whose width is typed (``A.1/3x3/1``), as ``--set`` takes
    them; or ``width``, the multiplier in hundredths. `modules` are those of the reductions that
    it sets, `layers` their paths.
    """

    name: str
    low: int
    high: int
    start: int
    modules: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    step: int = 1
    divisor: int = 1


@dataclass(frozen=True, slots=True)
class Live:
    """The controls, and the script that prices what they are set to.

    `script` is JavaScript that defines ``live``: ``live.built(v)`` and, where `naive`,
    ``live.naive(v)`` take a BigInt for each control's name and give for each of `layers` the
    BigInts ``[multiplies, params, height, width, channels]`` of one sample, null for a layer that
    is bypassed; or a text, why the sizes do not fit. ``live.command(v, naive)`` is the command
    line of the same.
    """

    controls: tuple[Control, ...]
    layers: tuple[str, ...]
    naive: bool
    script: str


@dataclass(frozen=True, slots=True)
class Program:
    """A network's costs as formulas: names in the order of their definition, then the layers.

    `checks` are conditions under which a layer, named with each, does not fit.
    """

    definitions: Mapping[Symbol, Expr]
    checks: Sequence[tuple[str, Any]]
    rows: Sequence[Row]


def live(plan: Draft, report: Report) -> Live:
    """Write the what-ifs of a report, drafted as `plan`, as code.

    The naive network is written where the report's reading of it is one graph that differs.
    Raises `FlopcountError` where the network does not fit.

    >>> from flopcount import analyze, load
    >>> from flopcount.references import draft
    >>> found = live(draft("googlenet"), analyze(load("googlenet"), modules=["3a"]))
    >>> [(one.name, one.low, one.start, one.high) for one in found.controls][:2]
    [('input', 1, 224, 512), ('3a.r3', 1, 96, 192)]
    """
    controls = (*_sizes(plan), *_reductions(plan, report), *_multiplier(plan))
    layers = tuple(row.node.path for row in report.rows)
    naive = _naive(report)
    programs = {"built": trace(plan, controls)}
    if naive is not None:
        programs["naive"] = trace(plan, controls, naive)
    functions = [_function(name, one, layers, controls) for name, one in programs.items()]
    names = ", ".join([*programs, "command"])
    parts = (*functions, _command(plan, report, controls, naive), f"return {{{names}}};\n")
    script = f"const live = (() => {{\n{HELPERS}{''.join(parts)}}})();\n"
    return Live(controls, layers, naive is not None, script)


def _naive(report: Report) -> Rewrite | None:
    """The rewrite that undoes the reductions in the report's reading, where there is one."""
    value = None if report.reading == "reduce" else report.reading
    rewrite = Rewrite("naive", value)
    whole = report.network.whole or report.network
    own = set(report.network.modules)
    try:
        bare = rewrite.apply(whole)
    except FlopcountError:  # figure, which is not one graph; or nothing to undo
        return None
    return rewrite if own & set(bare.modules) else None


def trace(plan: Draft, controls: Sequence[Control], naive: Rewrite | None = None) -> Program:
    """Walk the network with a symbol for each control, and for each size that follows from them."""
    named = {control.name: place(index) for index, control in enumerate(controls)}
    sides = {side: named.get(side, named.get("input")) for side in ("H", "W")}
    widths = {control.name: named[control.name] for control in controls if control.layers}
    found: dict[Expr, Symbol] = {}

    def size(expression: Expr) -> Expr:
        if expression.is_Symbol or expression.is_Integer:
            return expression
        return found.setdefault(expression, symbol(f"s{len(found)}"))

    left = Symbolic(size, symbol("taps"))
    token = symbolic.set(left)
    try:
        options = replace(plan.options, set={**plan.options.set, **widths})
        network = replace(plan, options=options).build(sides)
        if "width" in named:
            network = with_scaled_widths(network, named["width"], HUNDREDTHS)
        if naive is not None:
            network = naive.apply(network)
        checks: list[tuple[str, Any]] = []
        rows: list[Row] = []
        shapes = dict(network.inputs)
        for node in network.nodes:  # one at a time, to know whose condition it is
            left.conditions.clear()
            needed = {path: shapes[path] for path in (*node.inputs, node.like) if path}
            (row,) = walk(replace(network, nodes=(node,), inputs=needed))
            shapes[node.path] = row.output
            rows.append(row)
            checks += [(node.path, condition) for condition in left.conditions]
    finally:
        symbolic.reset(token)
    definitions = {name: expression for expression, name in found.items()}
    return Program(definitions, list(dict.fromkeys(checks)), rows)


def place(index: int) -> Symbol:
    """The symbol of the control at an index."""
    return symbol(f"v{index}")


def _sizes(plan: Draft) -> list[Control]:
    """The controls of the input: one where it is square."""
    height, width, _ = next(iter(plan.build().inputs.values()))
    if height == width:
        return [_size(plan, "input", height, lambda side: {"H": side, "W": side})]
    return [
        _size(plan, "H", height, lambda side: {"H": side}),
        _size(plan, "W", width, lambda side: {"W": side}),
    ]


def _size(plan: Draft, name: str, start: int, sides: Callable[[int], dict[str, int]]) -> Control:
    def fits(side: int) -> bool:
        try:
            walk(plan.build(sides(side)))
        except FlopcountError:
            return False
        return True

    low, high = 1, start
    while low < high:  # what fits a size fits a larger one
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle + 1, high)
    return Control(name, low, min(max(_LARGE, 2 * start), MAX_SIZE), start)


def _reductions(plan: Draft, report: Report) -> list[Control]:
    """A control for each column, or typed width, of the reductions that the report shows."""
    plain = replace(plan, rewrites=())
    columns = {name: symbol(name) for name in plan.variables() if "." in name}
    token = symbolic.set(Symbolic(lambda size: size))
    try:
        open_nodes = {node.path: node for node in plain.build(columns).nodes}
    finally:
        symbolic.reset(token)
    starts = {node.path: getattr(node.op, "width", 1) for node in plain.build().nodes}
    found: dict[str, Control] = {}
    for row in report.rows:
        path, node = row.node.path, open_nodes.get(row.node.path)
        if not isinstance(row.node.op, Conv) or row.node.op.role != "reduce" or node is None:
            continue
        if not isinstance(node.op, Conv) or node.like is not None:
            continue
        width = node.op.width
        name = width.name if isinstance(width, Symbol) else path
        start = starts[path]
        old = found.get(name, Control(name, 1, 2 * start, start))
        found[name] = replace(
            old,
            high=min(max(old.high, row.inputs[0][2]), MAX_SIZE),
            modules=tuple(dict.fromkeys((*old.modules, node.module))),
            layers=(*old.layers, path),
        )
    return list(found.values())


def _multiplier(plan: Draft) -> list[Control]:
    try:
        with_scaled_widths(plan.build(), 1, 2)
    except FlopcountError:  # no width to scale
        return []
    return [Control("width", 5, 200, HUNDREDTHS, step=5, divisor=HUNDREDTHS)]


def _function(
    name: str, program: Program, layers: Sequence[str], controls: Sequence[Control]
) -> str:
    """The function that prices the layers."""
    lines = [f"function {name}(v) {{"]
    lines += [
        f"const {place(index)} = v[{text(control.name)}];" for index, control in enumerate(controls)
    ]
    lines += [f"const {one} = {javascript(is_)};" for one, is_ in program.definitions.items()]
    lines += [
        f"if ({javascript(condition)}) return {text(f'{path} does not fit these sizes')};"
        for path, condition in program.checks
    ]
    rows = {row.node.path: row for row in program.rows}
    lines.append("return [")
    for path in layers:
        row = rows.get(path)
        counts = (row.cost.multiplies, row.cost.params, *row.output) if row else None
        lines.append(f"[{', '.join(javascript(one) for one in counts)}]," if counts else "null,")
    return "\n".join([*lines, "];\n}\n"])


def _command(
    plan: Draft, report: Report, controls: Sequence[Control], naive: Rewrite | None
) -> str:
    """The function that writes the command line; a word that a shell would read is quoted."""
    options = plan.options
    words = [f"--module {shlex.quote(name)}" for name in report.network.modules]
    before = words if report.network.whole else []
    channels = f"x{options.input[2]}" if options.input and len(options.input) > 2 else ""
    height, width = ("input", "input") if controls[0].name == "input" else ("H", "W")
    after = [f"--classes {options.classes}"] if options.classes is not None else []
    after += ["--aux"] if options.aux else []
    after += [f"--batch {report.batch}"] if report.batch != 1 else []
    after += [f"--unit {report.unit}"] if report.unit != "multiplies" else []
    sets = [control for control in controls if control.layers]
    own = {control.name for control in sets}
    after += [
        f"--set {shlex.quote(f'{name}={value}')}"
        for name, value in options.set.items()
        if name not in own
    ]
    quoted = shlex.quote(plan.reference)
    closing = quoted[-1] if quoted != plan.reference else ""
    reading = f"--naive {report.reading}" if report.reading != "reduce" else ""
    sides = [control for control in controls if not control.layers and control.divisor == 1]
    return f"""\
function command(v, naive) {{
const changed = (starts) => starts.some(([name, start]) => v[name] !== start);
let network = {text(f"flopcount {quoted.removesuffix(closing) if closing else quoted}")};
if ("width" in v && v.width !== {HUNDREDTHS}n) {{
const cents = String(v.width % {HUNDREDTHS}n).padStart(2, "0").replace(/0+$/, "");
network += `@width=${{v.width / {HUNDREDTHS}n}}${{cents && "." + cents}}`;
}}
if (naive) network += {text(f"@{naive}")};
const words = [network + {text(closing)}, ...{text(before)}];
if ({text(bool(options.input))} || changed([{_starts(sides)}]))
words.push(`--input ${{v.{height}}}x${{v.{width}}}{channels}`);
for (const [name, start, word, given] of [{_sets(sets, options.set)}])
if (given || v[name] !== start) words.push(`--set ${{word}}${{v[name]}}`);
words.push(...{text(after)});
if (!naive && {text(reading)}) words.push({text(reading)});
return words.join(" ");
}}
"""


def _starts(controls: Sequence[Control]) -> str:
    return ", ".join(f"[{text(one.name)}, {one.start}n]" for one in controls)


def _sets(controls: Sequence[Control], given: Mapping[str, object]) -> str:
    return ", ".join(
        f"[{text(one.name)}, {one.start}n, {text(shlex.quote(f'{one.name}='))}, "
        f"{text(one.name in given)}]"
        for one in controls
    )
