"""A program as JavaScript over BigInt, exact at any size: a const for each atom, then the counts.

Nothing of a table's stands in it but as a text.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from ..sizes import Size
from ..sizes.atoms import Atom, Name
from ..sizes.polynomial import Number, Polynomial
from ..sizes.printed.alphabets import javascript_walk
from ..sizes.printed.languages import JAVASCRIPT, helpers
from ..sizes.printed.programs import condition
from .controls import Control
from .program import Priced, Program, value_name

_COUNTS = "const counts = (multiplies, params, output) => ({ multiplies, params, output });\n"


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
    functions = [
        f"function {name}(v) {{\n{values}{_body(program, layers, inputs, called)}}}\n"
        for name, program in programs.items()
    ]
    return "".join((helpers(JAVASCRIPT, called), _COUNTS, *functions))


def _body(program: Program, layers: Sequence[str], inputs: Sequence[str], called: set[str]) -> str:
    """The sizes, the checks of them and what they come to; `called` takes what is called."""
    shown = [program.layers.get(path) for path in layers]
    shapes = {path: program.shapes[path] for path in inputs if path in program.shapes}
    named = named_atoms(
        [
            *(check.condition.value for check in program.checks),
            *(size for layer in shown if layer for size in _sizes(layer)),
            *(size for shape in shapes.values() for size in shape),
        ]
    )
    walk = javascript_walk(named=named)
    lines = [f"const {short} = {walk.defined(atom)};" for atom, short in named.items()]
    lines += [
        f"if ({condition(walk, check.condition)}) "
        f"return {{ error: {text(f'{check.path} does not fit these sizes')} }};"
        for check in program.checks
    ]
    written = cache(walk.written)  # many layers have the same sizes
    lines += ["return { counts: [", *(f"{_counts(layer, written)}," for layer in shown), "],"]
    lines.append("inputs: new Map([")
    lines += [f"[{text(path)}, {_list(shape, written)}]," for path, shape in shapes.items()]
    lines += ["]) };", ""]
    called |= walk.called
    return "\n".join(lines)


def named_atoms(numbers: Iterable[Number]) -> dict[Atom, str]:
    """A name for each atom in some sizes but the open names, what it needs before it.

    >>> from flopcount.sizes.polynomial import Space
    >>> H = Space().name("H")
    >>> named = named_atoms([(H // 2 + 3 * H).as_factor()])
    >>> [(short, str(atom.inside)) for atom, short in named.items()]
    [('s0', 'H'), ('s1', '3·H + ⌊H/2⌋')]
    """
    named: dict[Atom, str] = {}
    for number in numbers:
        for atom in _needed(number, named):
            named[atom] = f"s{len(named)}"
    return named


def _needed(number: Number, known: Mapping[Atom, str]) -> Iterator[Atom]:
    """The atoms that are not known, each after those inside it."""
    if isinstance(number, Polynomial):
        for atom in sorted(number.atoms - known.keys(), key=lambda atom: atom.spelling):
            for part in atom.parts:
                yield from _needed(part, known)
            if not isinstance(atom, Name) and atom not in known:
                yield atom


def _sizes(layer: Priced) -> tuple[Size, ...]:
    return layer.multiplies, layer.params, *layer.output


def _counts(layer: Priced | None, written: Callable[[Size], str]) -> str:
    if layer is None:
        return "null"
    multiplies, params = map(written, (layer.multiplies, layer.params))
    return f"counts({multiplies}, {params}, {_list(layer.output, written)})"


def _list(sizes: Sequence[Size], written: Callable[[Size], str]) -> str:
    return f"[{', '.join(map(written, sizes))}]"


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
