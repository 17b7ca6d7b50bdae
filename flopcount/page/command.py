"""What is typed for what the controls show, as functions in JavaScript that write it.

A command line, and a network as one word of it.
"""

import os
import shlex
from collections.abc import Sequence

from ..analysis import Report
from ..notation import Draft, Rewrite
from ..rewrites import place_of
from .controls import HUNDREDTHS, Control
from .script import text

# A word that no shell changes is left as it is; in no other is there an apostrophe.
_HELPERS = r"""
const quoted = (word) => (/[^\w@%+=:,./-]/.test(word) ? `'${word}'` : word);
const isSet = (v, name) => given.has(name) || v[name] !== starts[name];
"""
_FUNCTIONS = """\
function command(v, naive) {
const words = ["flopcount", network(rewrites(v, naive)), ...part];
for (const size of sizes(v)) words.push(`--input ${quoted(size)}`);
if (classes(v)) words.push(`--classes ${classes(v)}`);
for (const [name, value] of sets(v)) words.push(`--set ${quoted(`${name}=${value}`)}`);
if (aux) words.push("--aux");
if (past) words.push(`--past ${past}`);
if (v.batch !== 1n) words.push(`--batch ${v.batch}`);
return [...words, ...(naive ? unit : [...unit, ...reading])].join(" ");
}
function reference(v, naive, counted) {
let word = rewrites(v, naive);
for (const [name, value] of sets(v)) word += `@set=${name}:${value}`;
if (classes(v)) word += `@classes=${classes(v)}`;
for (const size of sizes(v)) word += `@input=${size}`;
if (past) word += `@past=${past}`;
if (counted && !aux) word += "@no-aux";
return network(word);
}
"""


def command(plan: Draft, report: Report, controls: Sequence[Control], naive: Rewrite | None) -> str:
    """``command(v, naive)``, ``reference(v, naive, counted)`` and ``aux``; see `Live`.

    A word that a shell would read is quoted. `plan` and `report` give what the page was written
    with; `naive` is the rewrite that the switch stands for.
    """
    options = plan.options
    widths = [control for control in controls if control.kind == "width"]
    open_names = {variable.name for control in controls for variable in control.variables}
    others = [
        [variable.name, str(value)]
        for variable, value in options.set.items()
        if variable.name not in open_names
    ]
    given = [variable.name for variable in options.set if variable.name in open_names]
    given += [side.name for side in plan.sides] if options.input else []
    given += ["classes"] if options.classes is not None else []
    starts = ", ".join(f"{text(control.name)}: {control.start}n" for control in controls)
    reading = [f"--naive {report.reading}"] if report.reading != "reduce" else []
    unit = [f"--unit {report.unit}"] if report.unit != "multiplies" else []
    return f"""\
const starts = {{ {starts} }};
const given = new Set({text(given)});
const part = {text(part_words(report))}, unit = {text(unit)}, reading = {text(reading)};
const aux = {text(options.aux)}, past = {text("" if options.past is None else options.past)};
{_HELPERS}{_network(plan)}{_rewrites(controls, naive)}{_sizes(plan)}{_classes(plan, controls)}\
const sets = (v) => [
...{text([control.name for control in widths])}.filter((name) => isSet(v, name))
.map((name) => [name, v[name]]), ...{text(others)}];
{_FUNCTIONS}"""


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


def part_words(report: Report) -> list[str]:
    """The words for the part of the network that the report shows."""
    modules, branch = place_of(report.network) or (report.network.modules, None)
    words = [f"--module {shlex.quote(name)}" for name in modules]
    words += [f"--branch {shlex.quote(branch)}"] if branch else []
    return words if report.network.whole else []


def _network(plan: Draft) -> str:
    """The network's word, for what is put behind its name: inside the quotes, if it has some."""
    word = shell_word(plan.reference)
    closing = word[-1] if word != plan.reference else ""
    if not closing:
        return f"const network = (more) => quoted({text(word)} + more);\n"
    opening = word.removesuffix(closing)
    return f"const network = (more) => {text(opening)} + more + {text(closing)};\n"


def _rewrites(controls: Sequence[Control], naive: Rewrite | None) -> str:
    """The multiplier, where there is one, with two decimals and no 0 at the end; and the switch."""
    multiplied = "".join(
        f"""\
if (v[{name}] !== {HUNDREDTHS}n) {{
const cents = String(v[{name}] % {HUNDREDTHS}n).padStart(2, "0").replace(/0+$/, "");
text += `@width=${{v[{name}] / {HUNDREDTHS}n}}${{cents && "." + cents}}`;
}}
"""
        for name in (text(one.name) for one in controls if one.kind == "multiplier")
    )
    return f"""\
const rewrites = (v, naive) => {{
let text = "";
{multiplied}return naive ? text + {text(f"@{naive}")} : text;
}};
"""


def _sizes(plan: Draft) -> str:
    """The sizes of the inputs where a side of them is set, with the channels that were given."""
    names, given = [side.name for side in plan.sides], plan.options.input
    if not names:  # of inputs with different sizes none is set
        words = [f"{name}={size}" for name, size in given.items()]
        return f"const sizes = () => {text(words)};\n"
    if any(given) or not given:  # by name, or those of the network
        around = [(f"{name}=", _channels(plan.inputs[name].axes, len(names))) for name in given]
    else:
        around = [("", _channels(size.axes, len(names))) for size in given.values()]
    return f"""\
const sizes = (v) => {{
const names = {text(names)}, around = {text(around or [("", "")])};
const grid = names.map((name) => v[name]).join("x");
return names.some((name) => isSet(v, name)) ? around.map(([name, last]) => name + grid + last) : [];
}};
"""


def _channels(axes: Sequence[int], sides: int) -> str:
    """What follows the sides: the channels, if given; it may look like channels first."""
    return "".join(f"x{axis}" + (" hwc" if axis >= 8 else "") for axis in axes[sides:])


def _classes(plan: Draft, controls: Sequence[Control]) -> str:
    """The number of classes where it is set."""
    if any(control.kind == "classes" for control in controls):
        return 'const classes = (v) => (isSet(v, "classes") ? String(v.classes) : "");\n'
    classes = plan.options.classes
    return f"const classes = () => {text('' if classes is None else str(classes))};\n"
