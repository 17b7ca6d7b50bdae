"""What a page lets its reader change in a network: each side of its input, each width, all widths.

And the samples in a batch, and the number of classes.
"""

from typing import Literal, TypeAlias

from ..analysis import Report
from ..core import Network, Row, role_of, walk, width_of
from ..errors import FlopcountError, plural
from ..notation import Draft, Of, Variable
from ..reading import MAX_SIZE
from ..records import dataclass, replace
from ..rewrites import with_scaled_widths
from ..sizes import AXES, Size, is_open
from ..sizes.polynomial import Space

HUNDREDTHS = 100  # the width multiplier's steps
# What a slider reaches at least: a side of the input, the samples in a batch, the classes.
_LARGE, _BATCH, _CLASSES = 512, 1024, 1000
Kind: TypeAlias = Literal["side", "length", "batch", "classes", "width", "multiplier"]


@dataclass(frozen=True)
class Control:
    """What a user may change in the page: a whole number from `low` to `high`.

    It sets its `variables`: a side of the input, the classes, a column or the width of a layer that
    is typed; or none, as the `kind` says: ``batch``, or ``multiplier``, the width multiplier in
    hundredths. What is no side of a model's input, as its tokens, is a ``length``. `name` is what
    the command line has for it: ``H``, ``batch``, ``3a.r5``, ``A.1/3x3/1``, ``width``; `label` is
    what a reader sees. Of a width, `layers` are the paths of the layers that have it, `modules`
    theirs, and `reduces` says that one of them is a reduction.
    """

    name: str
    label: str
    kind: Kind
    variables: tuple[Variable, ...]
    low: int
    high: int
    start: int
    modules: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    reduces: bool = False
    step: int = 1
    divisor: int = 1


def controls(plan: Draft, report: Report) -> tuple[Control, ...]:
    """The controls of a report, drafted as `plan`: the input's first, the multiplier's last.

    Of widths, and of the classes, those that a layer has which the report shows. A width that
    follows another one (``in``) is not free and has none.
    """
    network = plan.build()
    return (
        *_sides(plan, network),
        _reaching("batch", "batch", (), report.batch, _BATCH),
        *_widths(plan, report),
        *_multiplier(network),
    )


def _reaching(
    name: str, kind: Kind, variables: tuple[Variable, ...], start: int, least: int
) -> Control:
    """A control from 1 to twice where it starts, and to `least` at least."""
    return Control(name, name, kind, variables, 1, min(max(least, 2 * start), MAX_SIZE), start)


def _sides(plan: Draft, network: Network) -> list[Control]:
    """A control for each side of the input, from the least that fits where the others stand.

    The tokens of an input that has no channels are a side.
    """
    shape = next(iter(network.inputs.values()))
    grid = shape[:-1] or shape
    return [
        replace(
            _reaching(side.name, "side", (side,), length, _LARGE),
            label=f"input {AXES[len(grid)][axis]}",
            low=_least(network, axis),
        )
        for axis, (side, length) in enumerate(zip(plan.sides, grid, strict=False))
    ]


def _least(network: Network, axis: int) -> int:
    """The least length of an axis of the inputs that fits, the others as they are."""

    def fits(length: int) -> bool:
        changed = {
            port: (*shape[:axis], length, *shape[axis + 1 :])
            for port, shape in network.inputs.items()
        }
        try:
            walk(replace(network, inputs=changed))
        except FlopcountError:
            return False
        return True

    low, high = 1, next(iter(network.inputs.values()))[axis]
    while low < high:  # what fits a length fits a larger one
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle + 1, high)
    return low


def _widths(plan: Draft, report: Report) -> list[Control]:
    """A control for each width that a layer has which the report shows; the classes' first."""
    opened = _opened(plan)
    plain = replace(plan, rewrites=())
    numbers = {node.path: node.op for node in plain.build().nodes}
    by_name = {key.name: key for key in opened}
    nodes = {node.path: node for node in plan.build(opened).nodes}
    found: dict[Variable, Control] = {}
    for row in report.rows:
        node = nodes[row.node.path]
        width = width_of(node.op) if node.like is None else node.multiple[0]
        if width is None or not is_open(width):
            continue
        for variable in sorted((by_name[name] for name in width.names), key=lambda one: one.name):
            if variable not in found:
                typed = variable.of is Of.LAYER
                start = width_of(numbers[variable.name]) if typed else plan.start(variable)
                found[variable] = _started(variable, start)
            found[variable] = _with_row(found[variable], row)
    labelled = [replace(control, label=_label(control)) for control in found.values()]
    return sorted(labelled, key=lambda control: control.kind != "classes")


def _opened(plan: Draft) -> dict[Variable, Size]:
    """A name for each width that is free in a network before it is rewritten: its own."""
    space, plain = Space(), replace(plan, rewrites=())
    columns = {
        key: space.name(key.name)
        for key in plan.variables()
        if key.of in {Of.ROW, Of.TABLE} and not key.role
    }
    try:
        nodes = plain.build(columns).nodes
    except FlopcountError:  # no layer is as wide as there are classes
        columns = {key: name for key, name in columns.items() if key.of is Of.ROW}
        nodes = plain.build(columns).nodes
    first: dict[str, str] = {}  # of layers that share their weights, the first: one width is all's
    typed = {
        Variable(node.path, Of.LAYER): space.name(node.path)
        for node in nodes
        if node.like is None
        and type(width_of(node.op)) is int
        and first.setdefault(node.weights.get("W", node.path), node.path) == node.path
    }
    return columns | typed


def _started(variable: Variable, start: Size) -> Control:
    if variable.of is Of.TABLE:
        return _reaching(variable.name, "classes", (variable,), start, _CLASSES)
    return _reaching(variable.name, "width", (variable,), start, 1)


def _with_row(control: Control, row: Row) -> Control:
    """The control of a width, of one layer more; of a reduction it reaches what that reads."""
    if control.kind == "classes":
        return control
    reduces = role_of(row.node.op) == "reduce"
    return replace(
        control,
        high=min(max(control.high, row.inputs[0][-1] if reduces else 1), MAX_SIZE),
        modules=tuple(dict.fromkeys((*control.modules, row.node.module))),
        layers=(*control.layers, row.node.path),
        reduces=control.reduces or reduces,
    )


def _label(control: Control) -> str:
    """A layer's own path says which it is; a column is told by what it sets."""
    several = len(control.layers) > 1
    if control.variables[0].of is not Of.ROW and not several:
        return control.name
    where = plural(len(control.layers), "layer") if several else control.layers[0]
    return f"{control.name} ({where})"


def _multiplier(network: Network) -> list[Control]:
    try:
        with_scaled_widths(network, 1, 1)
    except FlopcountError:  # no width to scale
        return []
    label = "width multiplier, all layers"
    return [
        Control("width", label, "multiplier", (), 5, 200, HUNDREDTHS, step=5, divisor=HUNDREDTHS)
    ]
