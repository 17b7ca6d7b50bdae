"""A program as JavaScript over BigInt, exact at any size: what each kind of layer costs, its sizes.

Nothing of a table's stands in it but as a text.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..sizes.atoms import Atom, Name
from ..sizes.polynomial import Number, Polynomial
from ..sizes.printed.alphabets import javascript_walk
from ..sizes.printed.languages import JAVASCRIPT, helpers
from ..sizes.printed.programs import condition
from .controls import Control
from .kinds import Kind, input_name
from .program import Program, value_name


def script(
    programs: Mapping[str, Program],
    layers: Sequence[str],
    inputs: Sequence[str],
    controls: Sequence[Control],
) -> str:
    """A function for each program, under its name, and what they call.

    It takes what the controls are set to, prices the `layers`, and gives the shapes of `inputs`.
    """
    called: set[str] = set()
    values = "".join(
        f"const {value_name(index)} = v[{text(control.name)}];\n"
        for index, control in enumerate(controls)
    )
    shown = (program.layers.get(path) for program in programs.values() for path in layers)
    kinds = {id(layer.kind): layer.kind for layer in shown if layer}
    written = {key: _counts(kind, called) for key, kind in kinds.items()}
    names = {code: f"k{index}" for index, code in enumerate(dict.fromkeys(written.values()))}
    functions = [f"const {name} = {code};\n" for code, name in names.items()]
    named = {key: names[code] for key, code in written.items()}
    functions += [
        f"function {name}(v) {{\n{values}{_body(program, layers, inputs, named, called)}}}\n"
        for name, program in programs.items()
    ]
    return "".join((helpers(JAVASCRIPT, called), *functions))


def _counts(kind: Kind, called: set[str]) -> str:
    """A function from the shapes of what a layer puts out and reads to its record."""
    walk = javascript_walk(named=kind.outputs)
    counts = [
        f"{text(count) if '.' in count else count}: () => {walk.written(size)}"
        for count, size in kind.counts.items()
    ]
    called |= walk.called
    shapes = ", ".join(("y", *map(input_name, range(kind.inputs))))
    return f"({shapes}) => ({{ {', '.join(('output: y', *counts))} }})"


def _body(
    program: Program,
    layers: Sequence[str],
    inputs: Sequence[str],
    kinds: Mapping[int, str],
    called: set[str],
) -> str:
    """The sizes, the checks of them and the layers; `called` takes what is called."""
    shown = {path: program.layers[path] for path in layers if path in program.layers}
    read = {path: program.shapes[path] for path in inputs if path in program.shapes}
    shapes = dict.fromkeys(shape for layer in shown.values() for shape in layer.shapes)
    shapes |= dict.fromkeys(read.values())
    sums = {atom: total for total, name in program.sums.items() for atom in name.atoms}
    named = named_atoms(
        [
            *program.sums.values(),
            *(check.condition.value for check in program.checks),
            *(size for shape in shapes for size in shape),
        ],
        sums,
    )
    walk = javascript_walk(named=named)
    lines = [
        f"const {short} = {walk.written(sums[atom]) if atom in sums else walk.defined(atom)};"
        for atom, short in named.items()
    ]
    lines += [
        f"if ({condition(walk, check.condition)}) "
        f"return {{ error: {text(f'{check.path} does not fit these sizes')} }};"
        for check in program.checks
    ]
    places = {shape: f"p{index}" for index, shape in enumerate(shapes)}
    lines += [
        f"const {place} = [{', '.join(map(walk.written, shape))}];"
        for shape, place in places.items()
    ]
    lines.append("return { layers: new Map([")
    for path, layer in shown.items():
        given = ", ".join(places[shape] for shape in layer.shapes)
        lines.append(f"[{text(path)}, {kinds[id(layer.kind)]}({given})],")
    lines.append("]), inputs: new Map([")
    lines += [f"[{text(path)}, {places[shape]}]," for path, shape in read.items()]
    lines += ["]) };", ""]
    called |= walk.called
    return "\n".join(lines)


def named_atoms(
    numbers: Iterable[Number], sums: Mapping[Atom, Number] | None = None
) -> dict[Atom, str]:
    """A name for each atom in some sizes but the open names, what it needs before it.

    `sums` are what some of those names stand for.

    >>> from flopcount.sizes.polynomial import Space
    >>> H = Space().name("H")
    >>> named = named_atoms([(H // 2 + 3 * H).as_factor()])
    >>> [(short, str(atom.inside)) for atom, short in named.items()]
    [('s0', 'H'), ('s1', '3·H + ⌊H/2⌋')]
    """
    named: dict[Atom, str] = {}
    for number in numbers:
        for atom in _needed(number, named, sums or {}):
            named[atom] = f"s{len(named)}"
    return named


def _needed(
    number: Number, known: Mapping[Atom, str], sums: Mapping[Atom, Number]
) -> Iterator[Atom]:
    """The atoms that are not known, each after those inside it."""
    if isinstance(number, Polynomial):
        unknown = [atom for atom in number.atoms if atom not in known]
        for atom in sorted(unknown, key=lambda atom: atom.spelling):
            for part in (sums[atom],) if atom in sums else atom.parts:
                yield from _needed(part, known, sums)
            if (atom in sums or not isinstance(atom, Name)) and atom not in known:
                yield atom


def text(value: object, default: Callable[[Any], Any] | None = None) -> str:
    r"""A text, or other data, as JSON and JavaScript that may stand inside a page's script element.

    `default` is that of `json.dumps`. No sign is left that HTML or JavaScript takes for its own.

    >>> text("</script>")
    '"\\u003c/script\\u003e"'
    """
    written = json.dumps(value, default=default, ensure_ascii=False, separators=(",", ":"))
    return re.sub("[<>&]|[^ -~]", _escaped, written)


def _escaped(match: re.Match[str]) -> str:
    sign = match[0]
    if sign in "<>&":
        return f"\\u{ord(sign):04x}"
    return sign if sign.isprintable() else json.dumps(sign)[1:-1]
