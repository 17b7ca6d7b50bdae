"""A table → Network: sizes and widths are filled in, and changed as a user asks."""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence

from ..core import Network, Node
from ..errors import FlopcountError, at, one_of, visible
from ..sizes import Size
from .builder import Builder
from .columns import REPEATS, Cell, read_cell
from .ends import changed_inputs, results_of
from .headings import defaults_note
from .inputs import shape_of
from .options import Options
from .tables import Table
from .variables import Of, Variable
from .widths import given_width, set_place, with_widths


def changed(options: Options) -> tuple[str, ...]:
    """The note that names what the options change; none where they change nothing."""
    changes = [f"{variable.name} = {width}" for variable, width in options.set.items()]
    if options.classes is not None:
        changes.append(f"classes = {options.classes}")
    return (f"changed: {', '.join(changes)}",) if changes else ()


def build(table: Table, name: str, options: Options) -> Network:
    """Make a table into a network of this name.

    Raises `FlopcountError` that says the place in the table or the option, what was read and what
    was expected.
    """
    sizes = changed_inputs(table.inputs, options.input)
    inputs = {name: shape_of(size) for name, size in sizes.items()}
    first = next(iter(inputs))
    cells = cells_of(table, options.set)
    constants = _constants(table, options)
    builder = Builder(
        table.blocks,
        constants,
        table.defaults,
        inputs={name: len(shape) - 1 for name, shape in inputs.items()},
        framework=table.framework,
        scale=table.scale,
    )
    here = first
    for row, parsed in table.rows.items():
        with at(f"rows.{row}"):
            here = builder.row(row, parsed.spec, cells[row], here)
    outputs = results_of(table.outputs, builder.outputs, sizes)
    here = [here, *outputs.values()][-1]
    if here in inputs:
        raise FlopcountError("rows: what comes out is the input itself; there is no layer")
    _add_heads(table, builder, counted=options.aux)
    if options.classes is not None and "classes" not in builder.used:
        raise FlopcountError("no layer's width is 'classes', so there is none to change")
    nodes = with_widths(builder.nodes, options.set)
    _check_assumed(table, {node.path for node in nodes})
    return Network(
        name=name,
        nodes=nodes,
        inputs=inputs,
        output=here,
        title=visible(name) if table.title is None else table.title,
        source=table.source,
        notes=_notes(table, options, nodes),
        changes=changed(options),
        heads=tuple(table.heads) if options.aux else (),
        outputs=outputs,
    )


def cells_of(table: Table, changes: Mapping[Variable, Size | str]) -> dict[str, dict[str, Cell]]:
    """What stands in each row's columns; ``set`` changes it: ``3a.r5``."""
    cells = {row: dict(parsed.cells) for row, parsed in table.rows.items()}
    for variable, value in changes.items():
        if variable.of is Of.LAYER:
            continue
        place, row, column = set_place(variable), variable.row, variable.column
        if variable.of is not Of.ROW:
            raise FlopcountError(
                f"{place}: expected a row, a dot and a column, as in 3a.r5=24, or the path of a "
                "layer, as in 3a/5x5/1=24"
            )
        if row not in cells:
            raise FlopcountError(f"{place}: {one_of(row, cells, 'row')}")
        if not cells[row]:
            raise FlopcountError(f"{place}: row {row!r} has no columns")
        if column not in cells[row]:
            raise FlopcountError(f"{place}: {one_of(column, cells[row], 'column')}")
        read = read_cell if column in table.rows[row].roles else given_width
        with at(place):
            cells[row][column] = read(value, column)
    for row, parsed in table.rows.items() if table.scale.depth != 1 else ():
        for column, role in parsed.roles.items():
            repeats = cells[row][column]
            if role == REPEATS and isinstance(repeats, int):
                cells[row][column] = table.scale.deepened(repeats)
    return cells


def _constants(table: Table, options: Options) -> dict[str, Size]:
    if table.classes is None:
        if options.classes is not None:
            raise FlopcountError("the table has no 'classes' to change")
        return {}
    return {"classes": table.classes if options.classes is None else options.classes}


def _add_heads(table: Table, builder: Builder, *, counted: bool) -> None:
    """Add the auxiliary heads if they are counted; check them in any case, to find mistakes."""
    rows = dict(builder.outputs)
    for name, head in table.heads.items():
        place = f"aux.{name}"
        if head.row not in rows:
            raise FlopcountError(f"{place}: {one_of(head.row, rows, 'row')}")
        if name in rows:
            raise FlopcountError(f"{place}: a row has this name")
        if counted:
            with at(place):
                builder.row(name, head.spec, {}, next(iter(table.inputs)))


def _check_assumed(table: Table, paths: Collection[str]) -> None:
    """Each must be a layer's path, or the first names of one: a branch, a module, a row."""
    ordered = sorted(paths) if table.assumed else []  # what begins alike stands together
    for path in table.assumed:
        for start in (path, f"{path}/", f"{path}."):
            near = bisect_left(ordered, start)
            known = ordered[near] if near < len(ordered) else ""
            if known == path or (start != path and known.startswith(start)):
                break
        else:
            raise FlopcountError(f"assumed: {one_of(path, paths, 'layer')}")


def _notes(table: Table, options: Options, nodes: Sequence[Node]) -> tuple[str, ...]:
    """What a report's heading has to say of this network."""
    notes = [*changed(options), *([table.scale.note] if table.scale.note else [])]
    if table.assumed:
        notes.append("contains assumed widths, which its source does not print")
    if options.aux:
        listed = ", ".join(
            f"{name} (loss weight {head.weight})" if head.weight is not None else name
            for name, head in table.heads.items()
        )
        notes.append(
            f"auxiliary heads {listed} counted, for training only"
            if listed
            else "has no auxiliary heads"
        )
    return (*notes, defaults_note("the table", table.defaults, table.framework, nodes))
