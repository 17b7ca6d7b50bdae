"""A report's what-ifs as code: the walk with symbols, written as JavaScript for a page.

The ops that price a report price symbols here: nothing is counted a second time. Each size and
each scaled width gets a name of its own, so that the formulas stay as short as the layers.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sympy import Expr, Symbol

from ..analysis import Report
from ..analysis.formulas import symbol
from ..core import Port, Row, walk
from ..errors import FlopcountError
from ..notation import SIDES, Draft, Rewrite, Variable, read_rewrite
from ..rewrites import modules_bare, with_scaled_widths
from ..sizes import Shape, Size, Symbolic, symbolic
from ..sizes.javascript import HELPERS, javascript, text
from .controls import HUNDREDTHS, Control, controls


@dataclass(frozen=True, slots=True)
class Live:
    """The controls, and the script that prices what they are set to.

    `script` is JavaScript that defines ``live``: ``live.built(v)`` and, where the naive reading
    differs, ``live.naive(v)`` take a BigInt for each control's name. They return an object:
    ``counts`` has for each of `layers` the ``multiplies``, the ``params`` and the shape ``output``
    of one sample, null for a layer that is bypassed; ``inputs`` is a map from each of the report's
    `inputs` to its shape. Where the sizes do not fit, there is an ``error`` instead, which says
    why. ``live.command(v, naive)`` is the command line of the same; `naive` says whether the naive
    reading is one network, so that there is such a command.
    """

    controls: tuple[Control, ...]
    layers: tuple[str, ...]
    inputs: tuple[str, ...]
    naive: bool
    script: str


class Check(NamedTuple):
    """The path of a layer, and a condition under which it does not fit."""

    path: str
    condition: Any


@dataclass(frozen=True, slots=True)
class Program:
    """A network's costs as formulas: names in the order of their definition, then the layers.

    `shapes` are those of all paths, the inputs' too.
    """

    definitions: Mapping[Symbol, Expr]
    checks: Sequence[Check]
    rows: Sequence[Row]
    shapes: Mapping[Port, Shape]


def live(plan: Draft, report: Report) -> Live:
    """Write the what-ifs of a report, drafted as `plan`, as code.

    The naive reading is written where it differs. Raises `FlopcountError` where the network does
    not fit.

    >>> from flopcount import analyze, load
    >>> from flopcount.notation.references import draft
    >>> what_ifs = live(draft("googlenet"), analyze(load("googlenet"), modules=["3a"]))
    >>> [(slider.name, slider.low, slider.start, slider.high) for slider in what_ifs.controls][:2]
    [('input', 1, 224, 512), ('3a.r3', 1, 96, 192)]
    """
    settings = controls(plan, report)
    layers = tuple(row.node.path for row in report.rows)
    naive, is_shown = _naive(report)
    programs = {"built": trace(plan, settings)}
    if naive is not None:
        programs["naive"] = trace(plan, settings, naive)
    elif any(report.naive.get(row.node.path) != row for row in report.rows):
        programs["naive"] = trace(plan, settings, alone=True)  # or nothing is left
    inputs = tuple(report.network.inputs)
    functions = [
        _function(name, program, layers, inputs, settings) for name, program in programs.items()
    ]
    body = "".join((HELPERS, _COUNTS, *functions, _command(plan, report, settings, naive)))
    names = ", ".join((*programs, "command"))
    script = f"const live = (() => {{\n{body}return {{ {names} }};\n}})();\n"
    return Live(settings, layers, inputs, is_shown, script)


_COUNTS = "const counts = (multiplies, params, output) => ({ multiplies, params, output });\n"


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
    numbered = [(value_symbol(index), control) for index, control in enumerate(controls)]
    values = {key: value for value, control in numbered for key in control.variables}
    multipliers = [value for value, control in numbered if not control.variables]
    named: dict[Expr, Symbol] = {}

    def size(expression: Expr) -> Expr:
        if expression.is_Symbol or expression.is_Integer:
            return expression
        return named.setdefault(expression, symbol(f"s{len(named)}"))

    undecided = Symbolic(size)
    token = symbolic.set(undecided)
    try:
        network = plan.build(values)
        for multiplier in multipliers:
            network = with_scaled_widths(network, multiplier, HUNDREDTHS)
        if naive is not None:
            network = naive.apply(network)
        checks: list[Check] = []
        rows: list[Row] = []
        shapes: dict[str, Shape] = {}
        for priced in modules_bare(network, walk(network)) if alone else [network]:
            known = dict(priced.inputs)
            for node in priced.nodes:  # one at a time, to know whose condition it is
                undecided.conditions.clear()
                needed = {path: known[path] for path in (*node.inputs, node.like) if path}
                (row,) = walk(replace(priced, nodes=(node,), inputs=needed))
                known[node.path] = row.output
                rows.append(row)
                checks += [Check(node.path, condition) for condition in undecided.conditions]
            shapes |= known
    finally:
        symbolic.reset(token)
    definitions = {name: expression for expression, name in named.items()}
    return Program(definitions, list(dict.fromkeys(checks)), rows, shapes)


def value_symbol(index: int) -> Symbol:
    """What the control at an index is set to."""
    return symbol(f"v{index}")


def _function(
    name: str,
    program: Program,
    layers: Sequence[str],
    inputs: Sequence[str],
    controls: Sequence[Control],
) -> str:
    """The function that prices the layers, and gives the shapes of the inputs."""
    lines = [f"function {name}(v) {{"]
    lines += [
        f"const {value_symbol(index)} = v[{text(control.name)}];"
        for index, control in enumerate(controls)
    ]
    lines += [
        f"const {size} = {javascript(formula)};" for size, formula in program.definitions.items()
    ]
    lines += [
        f"if ({javascript(check.condition)}) "
        f"return {{ error: {text(f'{check.path} does not fit these sizes')} }};"
        for check in program.checks
    ]
    rows = {row.node.path: row for row in program.rows}
    lines += ["return { counts: [", *(f"{_counts(rows.get(path))}," for path in layers), "],"]
    shapes = [(path, program.shapes[path]) for path in inputs if path in program.shapes]
    lines += ["inputs: new Map([", *(f"[{text(path)}, {_list(shape)}]," for path, shape in shapes)]
    lines += ["]) };", "}", ""]
    return "\n".join(lines)


def _counts(row: Row | None) -> str:
    if row is None:
        return "null"
    multiplies, params = (javascript(row.count(name)) for name in ("multiplies", "params"))
    return f"counts({multiplies}, {params}, {_list(row.output)})"


def _list(sizes: Sequence[Size]) -> str:
    return f"[{', '.join(map(javascript, sizes))}]"


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
    set_here = {variable for control in sets for variable in control.variables}
    after += [
        f"--set {shlex.quote(f'{variable.name}={value}')}"
        for variable, value in options.set.items()
        if variable not in set_here
    ]
    quoted = shlex.quote(plan.reference)
    closing = quoted[-1] if quoted != plan.reference else ""
    reading = f"--naive {report.reading}" if report.reading != "reduce" else ""
    sides = [control for control in controls if set(control.variables) & set(SIDES)]
    return f"""\
function command(v, naive) {{
const isChanged = ({{ name, start }}) => v[name] !== start;
let network = {text(f"flopcount {quoted.removesuffix(closing) if closing else quoted}")};
{_multiplied(controls)}if (naive) network += {text(f"@{naive}")};
const words = [network + {text(closing)}, ...{text(before)}];
if ({text(bool(options.input))} || [{_starts(sides)}].some(isChanged))
words.push(`--input ${{v[{text(height)}]}}x${{v[{text(width)}]}}{channels}`);
for (const control of [{_sets(sets, options.set)}])
if (control.given || isChanged(control)) words.push(`--set ${{control.word}}${{v[control.name]}}`);
words.push(...{text(after)});
if (!naive && {text(reading)}) words.push({text(reading)});
return words.join(" ");
}}
"""


def _multiplied(controls: Sequence[Control]) -> str:
    """How the multiplier is written, where there is one: with two decimals, no 0 at the end."""
    multipliers = [text(control.name) for control in controls if not control.variables]
    return "".join(
        f"""\
if (v[{name}] !== {HUNDREDTHS}n) {{
const cents = String(v[{name}] % {HUNDREDTHS}n).padStart(2, "0").replace(/0+$/, "");
network += `@width=${{v[{name}] / {HUNDREDTHS}n}}${{cents && "." + cents}}`;
}}
"""
        for name in multipliers
    )


def _starts(controls: Sequence[Control]) -> str:
    return ", ".join(
        f"{{ name: {text(control.name)}, start: {control.start}n }}" for control in controls
    )


def _sets(controls: Sequence[Control], given: Mapping[Variable, object]) -> str:
    """For each control what ``--set`` takes before its value, and whether the user gave it."""
    return ", ".join(
        f"{{ name: {text(control.name)}, start: {control.start}n, "
        f"word: {text(shlex.quote(f'{control.name}='))}, "
        f"given: {text(not given.keys().isdisjoint(control.variables))} }}"
        for control in controls
    )
