"""What a page lets its reader change in a network: the input, the reductions, all widths."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..analysis import Report
from ..core import role_of, walk, width_of
from ..errors import FlopcountError, listed, plural
from ..notation import Draft, Of, Variable
from ..reading import MAX_SIZE
from ..rewrites import with_scaled_widths
from ..sizes import AXES
from ..sizes.polynomial import Space

if TYPE_CHECKING:
    from ..sizes import Size

HUNDREDTHS = 100  # the width multiplier's steps
_LARGE = 512  # an input's side that a slider reaches at least


@dataclass(frozen=True, slots=True)
class Control:
    """What a user may change in the page: a whole number from `low` to `high`.

    It sets its `variables`: all sides of the input where they are equal, else one of them; a
    column, or the width of a layer that is typed; or none: it is the width multiplier in
    hundredths. `name` is what the command line has for it: ``input``, ``H``, ``3a.r5``,
    ``A.1/3x3/1``, ``width``. `modules` are those of the reductions that it sets, `layers` their
    paths. `label` is what a reader sees.
    """

    name: str
    label: str
    variables: tuple[Variable, ...]
    low: int
    high: int
    start: int
    modules: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    step: int = 1
    divisor: int = 1


def controls(plan: Draft, report: Report) -> tuple[Control, ...]:
    """The controls of a report, drafted as `plan`: the input's first, the multiplier's last."""
    return (*_sizes(plan), *_reductions(plan, report), *_multiplier(plan))


def _sizes(plan: Draft) -> list[Control]:
    """The controls of the input: one where all its sides are equal."""
    *grid, _ = next(iter(plan.build().inputs.values()))
    sides, words = plan.sides, AXES[len(grid)]
    if len(set(grid)) == 1:
        return [_size(plan, "input", f"input, {listed(words)}", grid[0], sides)]
    return [
        _size(plan, side.name, f"input {word}", length, (side,))
        for side, word, length in zip(sides, words, grid, strict=True)
    ]


def _size(plan: Draft, name: str, label: str, start: int, sides: tuple[Variable, ...]) -> Control:
    def fits(length: int) -> bool:
        try:
            walk(plan.build(dict.fromkeys(sides, length)))
        except FlopcountError:
            return False
        return True

    low, high = 1, start
    while low < high:  # what fits a size fits a larger one
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle + 1, high)
    return Control(name, label, sides, low, min(max(_LARGE, 2 * start), MAX_SIZE), start)


def _reductions(plan: Draft, report: Report) -> list[Control]:
    """A control for each column, or typed width, of the reductions that the report shows."""
    plain, space = replace(plan, rewrites=()), Space()
    opened = {key: space.name(key.name) for key in plan.variables() if key.of is Of.ROW}
    columns: dict[Size, Variable] = {width: variable for variable, width in opened.items()}
    open_nodes = {node.path: node for node in plain.build(opened).nodes}
    starts = {node.path: width_of(node.op) or 1 for node in plain.build().nodes}
    found: dict[Variable, Control] = {}
    for row in report.rows:
        path, node = row.node.path, open_nodes.get(row.node.path)
        if role_of(row.node.op) != "reduce" or node is None or node.like is not None:
            continue
        variable = columns.get(width_of(node.op), Variable(path, Of.LAYER))
        start = starts[path]
        old = found.get(variable, Control(variable.name, "", (variable,), 1, 2 * start, start))
        found[variable] = replace(
            old,
            high=min(max(old.high, row.inputs[0][-1]), MAX_SIZE),
            modules=tuple(dict.fromkeys((*old.modules, node.module))),
            layers=(*old.layers, path),
        )
    return [replace(control, label=_label(control)) for control in found.values()]


def _label(control: Control) -> str:
    """A layer's own path says which it is; a column is told by what it sets."""
    if control.variables[0].of is Of.LAYER:
        return control.name
    first, *others = control.layers
    return f"{control.name} ({plural(1 + len(others), 'layer') if others else first})"


def _multiplier(plan: Draft) -> list[Control]:
    try:
        with_scaled_widths(plan.build(), 1, 2)
    except FlopcountError:  # no width to scale
        return []
    return [
        Control(
            "width",
            "width multiplier, all layers",
            (),
            5,
            200,
            HUNDREDTHS,
            step=5,
            divisor=HUNDREDTHS,
        )
    ]
