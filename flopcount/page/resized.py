"""A model's what-ifs: the sizes of its inputs, and the script that prices what they are set to.

The model is read with names for the sizes that are open, and what comes out is compared with the
model at two other sizes, layer by layer: what does not agree has no control.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..analysis import Report
from ..core import COUNTS, Network, Port, Row
from ..errors import FlopcountError, listed, plural, shorten
from ..notation import Of, Variable, is_model
from ..reading import MAX_SIZE
from ..sizes import Shape, Size, as_factor, certainly, is_open
from ..sizes.polynomial import Number, Space
from ..sizes.printed.alphabets import javascript_walk
from ..sizes.printed.languages import JAVASCRIPT, helpers
from ..sizes.printed.programs import condition
from ..sizes.values import value
from .command import part_words, shell_word
from .controls import Control
from .live import Live
from .program import Check, value_name
from .script import named_atoms, text

if TYPE_CHECKING:
    from ..notation import ModelDraft

_SIDES = "DHW"
_LABELS = {"B": "batch", "T": "tokens", "L": "length", **{side: f"input {side}" for side in _SIDES}}
_HIGH = {"B": 1024, "T": 4096} | dict.fromkeys(_SIDES, 1024)  # what a slider reaches at least
_MOST_LAYERS = 600  # of a model whose sizes are opened: a framework traces those slowly
_ELSE = "the model does something else at other sizes"
_STEPS = (1, 32)  # of a side: any, or what windows and strides divide


class FixedError(FlopcountError):
    """No size of a model can vary here, or none is known to."""


def resized(plan: "ModelDraft", report: Report) -> Live:
    """The controls of a model's sizes, and the script: see `Live`.

    Raises `FixedError`, which says why, where no size can vary.
    """
    names = [variable.name for variable in plan.variables()]
    starts = {name: int(plan.start(Variable(name, Of.INPUT))) for name in names}
    built = report.network.whole or report.network
    if len(built.nodes) > _MOST_LAYERS:
        raise FixedError(
            "no slider here changes the input of a model with "
            f"{plural(len(built.nodes), 'layer')}, more than {_MOST_LAYERS:,}; --input does"
        )
    if built.on_numbers:  # it would be run again and again, on other numbers each time
        raise FixedError(
            "no slider here changes the input of a model whose steps depend on the data; --input "
            "does"
        )
    open_names, steps, space, network = _opened(plan, names, starts, built)
    checks = _checks(network, space)
    controls = tuple(
        Control(
            name,
            _label(plan, name),
            "side" if name in _SIDES else "length",
            (Variable(name, Of.INPUT),),
            steps[name],
            min(max(_HIGH.get(name.removesuffix("2"), 1), 2 * starts[name]), MAX_SIZE),
            starts[name],
            step=steps[name],
        )
        for name in open_names
    )
    layers = tuple(row.node.path for row in report.rows)
    rows = {row.node.path: row for row in network.rows}
    read = dict(network.inputs)  # a view is known by what it is read as: it may be numbered anew
    for row in report.rows:
        shapes = zip(row.node.inputs, rows[row.node.path].inputs, strict=True)
        read |= {port: shape for port, shape in shapes if port not in rows}
    inputs = tuple(read)
    body = _script([rows[path] for path in layers], checks, read, controls)
    body += _command(plan, report, controls)
    given = "built, command, reference, aux: false"
    whole = f"const live = (() => {{\n{body}return {{ {given} }};\n}})();\n"
    return Live(controls, layers, inputs, naive=False, script=whole)


def _label(plan: "ModelDraft", name: str) -> str:
    """What a slider is called: a second size of a kind, T2, by the input that has it."""
    known = _LABELS.get(kind := name.removesuffix("2"), name)
    return known if name == kind else f"{known} of {plan.model.symbols[name][0][0]}"


class _Opened(NamedTuple):
    """Names that are open, the step of each, and the network with a name of a space for each."""

    names: Sequence[str]
    steps: Mapping[str, int]
    space: Space
    network: Network


def _opened(
    plan: "ModelDraft", names: Sequence[str], starts: Mapping[str, int], built: Network
) -> _Opened:
    """All names at once where that agrees with the model; else those that do, each by itself."""
    refused: dict[str, str] = {}

    def tried(chosen: Sequence[str]) -> _Opened | None:
        for step in _STEPS:
            steps = {name: step if name in _SIDES else 1 for name in chosen}
            if any(starts[name] % steps[name] for name in chosen):
                continue
            try:
                return _Opened(chosen, steps, *_agreeing(plan, chosen, starts, steps, built))
            except FlopcountError as error:
                refused[", ".join(chosen)] = str(error)
        return None

    if not names:
        raise FixedError("no axis of the inputs has a name, so no slider here changes them")
    if found := tried(names):
        return found
    alone = {name: found for name in names if len(names) > 1 and (found := tried([name]))}
    together = tried(list(alone)) if len(alone) > 1 else None
    if found := together or next(iter(alone.values()), None):
        return found
    why = refused.get(names[0]) or next(iter(refused.values()), "the model fixes them")
    raise FixedError(f"no slider here changes {listed(list(names), 'or')}: {why}")


def _agreeing(
    plan: "ModelDraft",
    chosen: Sequence[str],
    starts: Mapping[str, int],
    steps: Mapping[str, int],
    built: Network,
) -> tuple[Space, Network]:
    """The network with names for some sizes. Raises `FlopcountError` where it is not the model."""
    others = []
    for more in (1, 5):  # these first: numbers are quickly read, names are not
        at = {name: _other(name, starts[name], more * steps[name]) for name in chosen}
        other = _built(plan, {Variable(name, Of.INPUT): size for name, size in at.items()})
        if [node.path for node in other.nodes] != [node.path for node in built.nodes]:
            raise FixedError(_ELSE)
        others.append((other, {value_name(n): at[c] // steps[c] for n, c in enumerate(chosen)}))
    space = Space()
    values: dict[Variable, Size] = {}
    for index, name in enumerate(chosen):
        step = steps[name]
        most = max(_HIGH.get(name.removesuffix("2"), 1), 2 * starts[name])
        size: Size = space.name(value_name(index), 1, min(most, MAX_SIZE) // step)
        values[Variable(name, Of.INPUT)] = size * step if step > 1 else size
    network = _built(plan, values)
    _compare(network, built, {value_name(n): starts[c] // steps[c] for n, c in enumerate(chosen)})
    for other, names in others:
        _compare(network, other, names)
    return space, network


def _built(plan: "ModelDraft", values: Mapping[Variable, Size]) -> Network:
    try:
        return plan.build(values)
    except FlopcountError:
        raise
    except Exception as error:  # noqa: BLE001  a model's own code raises whatever it likes
        said = str(error).strip().partition("\n")[0] or type(error).__name__
        raise FixedError(shorten(said)) from None


def _other(name: str, start: int, more: int) -> int:
    """Another size: more of a side and of samples; fewer tokens, as most models hold so many."""
    return max(2, start - 3 * more) if name == "T" else start + more


def _compare(network: Network, other: Network, names: Mapping[str, int]) -> None:
    """Compare each layer with the model at some sizes."""
    if [node.path for node in network.nodes] != [node.path for node in other.nodes]:
        raise FixedError(_ELSE)
    for row, same in zip(network.rows, other.rows, strict=True):
        ours = tuple(_at(size, names) for size in row.output)
        counts = [(_at(row.count(name) or 0, names), same.count(name) or 0) for name in COUNTS]
        if ours != same.output or any(own != real for own, real in counts):
            raise FixedError(f"{row.node.path} does something else at other sizes")


def _at(size: Size, names: Mapping[str, int]) -> int:
    return int(value(size, names)) if is_open(size) else int(size)


def _checks(network: Network, space: Space) -> list[Check]:
    """Where sizes do not fit: where nothing is left of a layer's output, or too much comes out."""
    rows = network.rows
    found = [Check(network.nodes[0].path, condition) for condition in space.conditions]
    stated = {check.condition for check in found}
    for row in rows:
        for size in row.output:
            before = len(space.conditions)
            if is_open(size):
                certainly(size < 1)
                certainly(size > MAX_SIZE)
            fresh = [one for one in space.conditions[before:] if one not in stated]
            del space.conditions[before:]
            stated |= set(fresh)
            found += [Check(row.node.path, one) for one in fresh]
    return found


def _script(
    shown: Sequence[Row],
    checks: Sequence[Check],
    read: Mapping[Port, Shape],
    controls: Sequence[Control],
) -> str:
    """``built(v)``: the shapes and counts of some layers, each in the values of the controls."""
    counts = {row.node.path: {name: row.count(name) or 0 for name in COUNTS} for row in shown}
    put_out = [row.output for row in shown]
    shapes = dict.fromkeys(tuple(map(as_factor, shape)) for shape in (*put_out, *read.values()))
    numbers: Iterable[Number] = [
        *(check.condition.value for check in checks),
        *(size for shape in shapes for size in shape),
        *(size for row in counts.values() for size in row.values()),
    ]
    walk = javascript_walk(named=(named := named_atoms(numbers)))
    lines = []
    for index, one in enumerate(controls):
        given = f"v[{text(one.name)}]"
        if one.step > 1:
            error = text(f"here {one.name} is a multiple of {one.step}")
            lines.append(f"if ({given} % {one.step}n) return {{ error: {error} }};")
            given += f" / {one.step}n"
        lines.append(f"const {value_name(index)} = {given};")
    lines += [f"const {short} = {walk.defined(atom)};" for atom, short in named.items()]
    for check in checks:
        error = text(f"{check.path} does not fit these sizes")
        lines.append(f"if ({condition(walk, check.condition)}) return {{ error: {error} }};")
    places = {shape: f"p{index}" for index, shape in enumerate(shapes)}
    for shape, place in places.items():
        lines.append(f"const {place} = [{', '.join(map(walk.written, shape))}];")
    kinds: dict[str, str] = {}
    records = []
    for row in shown:
        own = ", ".join(
            f"{text(name)}: () => {walk.written(size)}"
            for name, size in counts[row.node.path].items()
            if size != 0
        )
        kind = kinds.setdefault(own, f"k{len(kinds)}")
        place = places[tuple(map(as_factor, row.output))]
        records.append(f"[{text(row.node.path)}, {kind}({place})],")
    lines += [f"const {kind} = (y) => ({{ output: y, {own} }});" for own, kind in kinds.items()]
    lines += ["return { layers: new Map([", *records, "]), inputs: new Map(["]
    of = {port: places[tuple(map(as_factor, shape))] for port, shape in read.items()}
    lines += [f"[{text(port)}, {place}]," for port, place in of.items()]
    lines.append("]) };")
    body = "\n".join(lines)
    return f"{helpers(JAVASCRIPT, walk.called)}function built(v) {{\n{body}\n}}\n"


def _command(plan: "ModelDraft", report: Report, controls: Sequence[Control]) -> str:
    """``command(v)``, the command line, and ``reference(v)``, the model as one word of it."""
    word = "@".join([plan.reference, *map(str, plan.rewrites)])
    set_by = {place: name for name, places in plan.model.symbols.items() for place in places}
    moved = {control.name for control in controls}
    tensors = plan.model.inputs.tensors()
    sizes = []
    for name, tensor in tensors.items():
        names = [set_by.get((name, axis)) for axis in range(len(tensor.shape))]
        axes = [
            f"v[{text(by)}]" if by in moved else text(str(size))
            for by, size in zip(names, tensor.shape, strict=True)
        ]
        before = text(f"{name}=" if len(tensors) > 1 else "")
        sizes.append(f'{before} + [{", ".join(axes)}].join("x")')
    part = part_words(report)
    options = [f"--unit {report.unit}"] if report.unit != "multiplies" else []
    options += ["--trust"] if plan.trust else []
    if not is_model(plan.reference):  # of Python's, which no command line has
        return 'const command = () => "", reference = () => "";\n'
    return f"""\
const word = {text(shell_word(word))}, part = {text(part)}, options = {text(options)};
const sizes = (v) => [{", ".join(sizes)}].map((size) => `--input ${{size}}`);
const command = (v) => ["flopcount", word, ...part, ...sizes(v), ...options].join(" ");
const reference = () => word;
"""
