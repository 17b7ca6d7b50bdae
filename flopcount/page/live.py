"""A report's what-ifs as code: the walk with symbols, written as JavaScript for a page.

The ops that price a report price symbols here: nothing is counted a second time. Each size and
each scaled width gets a name of its own, so that the formulas stay as short as the layers.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr, Symbol

from ..analysis.formulas import symbol
from ..analysis.report import Report
from ..core.graph import Row, walk
from ..errors import FlopcountError
from ..notation import SIDES, Draft, Rewrite, Variable, read_rewrite
from ..rewrites.naive import modules_bare
from ..rewrites.widths import with_scaled_widths
from ..sizes.javascript import HELPERS, javascript, text
from ..sizes.size import Shape, Size, Symbolic, symbolic
from .controls import HUNDREDTHS, Control, controls


@dataclass(frozen=True, slots=True)
class Live:
    """The controls, and the script that prices what they are set to.

    `script` is JavaScript that defines ``live``: ``live.built(v)`` and, where the naive reading
    differs, ``live.naive(v)`` take a BigInt for each control's name and give for each of `layers`
    the BigInts ``[multiplies, params, height, width, channels]`` of one sample, null for a layer
    that is bypassed; or a text, why the sizes do not fit. ``live.inputs(v)`` and
    ``live.naive_inputs(v)`` give the shapes of the report's inputs likewise, in the order of
    `inputs`. ``live.command(v, naive)`` is the command line of the same; `naive` says whether the
    naive reading is one network, so that there is such a command.
    """

    controls: tuple[Control, ...]
    layers: tuple[str, ...]
    inputs: tuple[str, ...]
    naive: bool
    script: str


@dataclass(frozen=True, slots=True)
class Program:
    """A network's costs as formulas: names in the order of their definition, then the layers.

    `checks` are conditions under which a layer, named with each, does not fit; `shapes` are those
    of all paths, the inputs' too.
    """

    definitions: Mapping[Symbol, Expr]
    checks: Sequence[tuple[str, Any]]
    rows: Sequence[Row]
    shapes: Mapping[str, Shape]


def live(plan: Draft, report: Report) -> Live:
    """Write the what-ifs of a report, drafted as `plan`, as code.

    The naive reading is written where it differs. Raises `FlopcountError` where the network does
    not fit.

    >>> from flopcount import analyze, load
    >>> from flopcount.notation.references import draft
    >>> found = live(draft("googlenet"), analyze(load("googlenet"), modules=["3a"]))
    >>> [(one.name, one.low, one.start, one.high) for one in found.controls][:2]
    [('input', 1, 224, 512), ('3a.r3', 1, 96, 192)]
    """
    found = controls(plan, report)
    layers = tuple(row.node.path for row in report.rows)
    naive, is_shown = _naive(report)
    programs = {"built": trace(plan, found)}
    if naive is not None:
        programs["naive"] = trace(plan, found, naive)
    elif any(report.naive.get(row.node.path) != row for row in report.rows):
        programs["naive"] = trace(plan, found, alone=True)  # or nothing is left: the same in all
    inputs = tuple(report.network.inputs)
    functions = [_function(name, one, (layers, inputs), found) for name, one in programs.items()]
    parts = "".join((*functions, _command(plan, report, found, naive)))
    script = f"const live = (() => {{\n{HELPERS}{parts}{_EXPORTS['naive' in programs]}}})();\n"
    return Live(found, layers, inputs, is_shown, script)


_PART = "const part = (found, index) => (typeof found === 'string' ? found : found[index]);\n"
_BUILT = "built: (v) => part(built(v), 0), inputs: (v) => part(built(v), 1)"
_NAIVE = "naive: (v) => part(naive(v), 0), naive_inputs: (v) => part(naive(v), 1)"
_EXPORTS = {
    False: f"{_PART}return {{ {_BUILT}, command }};\n",
    True: f"{_PART}return {{ {_BUILT}, {_NAIVE}, command }};\n",
}


def _naive(report: Report) -> tuple[Rewrite | None, bool]:
    """The rewrite that undoes the reductions in the report's reading, where there is one.

    And whether it leaves something of what the report shows.
    """
    value = None if report.reading == "reduce" else report.reading
    rewrite = read_rewrite("naive", value)
    try:
        bare = rewrite.apply(report.network.whole or report.network)
    except FlopcountError:  # figure, which is not one graph; or nothing to undo
        return None, False
    return rewrite, bool(set(report.network.modules) & set(bare.modules))


def trace(
    plan: Draft,
    controls: Sequence[Control],
    naive: Rewrite | None = None,
    *,
    alone: bool = False,
) -> Program:
    """Walk the network with a symbol for each control, and for each size that follows from them.

    With `naive`, the network rewritten so; with `alone`, each module by itself without its
    reductions, which is the reading ``figure``.
    """
    numbered = list(enumerate(controls))
    values = {key: place(index) for index, control in numbered for key in control.variables}
    multipliers = [place(index) for index, control in numbered if not control.variables]
    found: dict[Expr, Symbol] = {}

    def size(expression: Expr) -> Expr:
        if expression.is_Symbol or expression.is_Integer:
            return expression
        return found.setdefault(expression, symbol(f"s{len(found)}"))

    left = Symbolic(size, symbol("taps"))
    token = symbolic.set(left)
    try:
        network = plan.build(values)
        for multiplier in multipliers:
            network = with_scaled_widths(network, multiplier, HUNDREDTHS)
        if naive is not None:
            network = naive.apply(network)
        checks: list[tuple[str, Any]] = []
        rows: list[Row] = []
        shapes: dict[str, Shape] = {}
        for one in modules_bare(network, walk(network)) if alone else [network]:
            known = dict(one.inputs)
            for node in one.nodes:  # one at a time, to know whose condition it is
                left.conditions.clear()
                needed = {path: known[path] for path in (*node.inputs, node.like) if path}
                (row,) = walk(replace(one, nodes=(node,), inputs=needed))
                known[node.path] = row.output
                rows.append(row)
                checks += [(node.path, condition) for condition in left.conditions]
            shapes |= known
    finally:
        symbolic.reset(token)
    definitions = {name: expression for expression, name in found.items()}
    return Program(definitions, list(dict.fromkeys(checks)), rows, shapes)


def place(index: int) -> Symbol:
    """The symbol of the control at an index."""
    return symbol(f"v{index}")


def _function(
    name: str,
    program: Program,
    paths: tuple[Sequence[str], Sequence[str]],
    controls: Sequence[Control],
) -> str:
    """The function that prices the layers, and gives the shapes of the inputs: two lists."""
    layers, inputs = paths
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
    counts = [
        (row.cost.multiplies, row.cost.params, *row.output) if row else None
        for row in map(rows.get, layers)
    ]
    shapes = [program.shapes.get(path) for path in inputs]
    lines += ["return [[", *map(_list, counts), "], [", *map(_list, shapes), "]];", "}", ""]
    return "\n".join(lines)


def _list(sizes: Sequence[Size] | None) -> str:
    return "null," if sizes is None else f"[{', '.join(map(javascript, sizes))}],"


def _command(
    plan: Draft, report: Report, controls: Sequence[Control], naive: Rewrite | None
) -> str:
    """The function that writes the command line; a word that a shell would read is quoted."""
    options = plan.options
    words = [f"--module {shlex.quote(name)}" for name in report.network.modules]
    before = words if report.network.whole else []
    channels = f"x{options.input[2]}" if options.input and len(options.input) > 2 else ""
    height, width = (
        next(control.name for control in controls if side in control.variables) for side in SIDES
    )
    after = [f"--classes {options.classes}"] if options.classes is not None else []
    after += ["--aux"] if options.aux else []
    after += [f"--batch {report.batch}"] if report.batch != 1 else []
    after += [f"--unit {report.unit}"] if report.unit != "multiplies" else []
    sets = [control for control in controls if control.layers]
    shown = {variable for control in sets for variable in control.variables}
    after += [
        f"--set {shlex.quote(f'{variable.name}={value}')}"
        for variable, value in options.set.items()
        if variable not in shown
    ]
    quoted = shlex.quote(plan.reference)
    closing = quoted[-1] if quoted != plan.reference else ""
    reading = f"--naive {report.reading}" if report.reading != "reduce" else ""
    sides = [control for control in controls if set(control.variables) & set(SIDES)]
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


def _sets(controls: Sequence[Control], given: Mapping[Variable, object]) -> str:
    return ", ".join(
        f"[{text(one.name)}, {one.start}n, {text(shlex.quote(f'{one.name}='))}, "
        f"{text(not given.keys().isdisjoint(one.variables))}]"
        for one in controls
    )
