"""The command line of what the sliders show, as a function in JavaScript that writes it."""

import os
import shlex
from collections.abc import Mapping, Sequence

from ..analysis import Report
from ..notation import Draft, Rewrite, Variable
from ..rewrites import place_of
from .controls import HUNDREDTHS, Control
from .script import text


def command(plan: Draft, report: Report, controls: Sequence[Control], naive: Rewrite | None) -> str:
    """``command(v, naive)``: it quotes a word that a shell would read.

    `plan` and `report` give what the page was written with; `naive` is the rewrite that the switch
    stands for.
    """
    options = plan.options
    modules, branch = place_of(report.network) or (report.network.modules, None)
    words = [f"--module {shlex.quote(name)}" for name in modules]
    words += [f"--branch {shlex.quote(branch)}"] if branch else []
    before = words if report.network.whole else []
    size = [
        f"${{v[{text(control.name)}]}}"
        for side in plan.sides
        for control in controls
        if side in control.variables
    ]
    given = "x".join(size)
    if options.input and len(options.input.axes) > len(size):
        channels = options.input.axes[-1]
        given += f"x{channels}"
        if channels >= 8:  # what the sliders give may look like channels first
            given = f"'{given} hwc'"
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
    quoted = shell_word(plan.reference)
    closing = quoted[-1] if quoted != plan.reference else ""
    reading = f"--naive {report.reading}" if report.reading != "reduce" else ""
    sides = [control for control in controls if set(control.variables) & set(plan.sides)]
    return f"""\
function command(v, naive) {{
const isChanged = ({{ name, start }}) => v[name] !== start;
let network = {text(f"flopcount {quoted.removesuffix(closing) if closing else quoted}")};
{_multiplied(controls)}if (naive) network += {text(f"@{naive}")};
const words = [network + {text(closing)}, ...{text(before)}];
if ({text(bool(options.input))} || [{_starts(sides)}].some(isChanged))
words.push(`--input {given}`);
for (const control of [{_sets(sets, options.set)}])
if (control.given || isChanged(control)) words.push(`--set ${{control.word}}${{v[control.name]}}`);
words.push(...{text(after)});
if (!naive && {text(reading)}) words.push({text(reading)});
return words.join(" ");
}}
"""


def shell_word(word: str) -> str:
    r"""A word for a shell; what does not print, byte by byte, as bash and zsh have it.

    >>> shell_word("my net.toml"), shell_word("a" + chr(10) + ".toml")
    ("'my net.toml'", "$'a\\x0a.toml'")
    """
    if word.isprintable():
        return shlex.quote(word)
    signs = (
        sign
        if sign.isprintable() and sign not in "'\\"
        else "".join(f"\\x{byte:02x}" for byte in os.fsencode(sign))
        for sign in word
    )
    return f"$'{''.join(signs)}'"


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
