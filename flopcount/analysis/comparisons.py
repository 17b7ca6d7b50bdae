"""Networks side by side: totals, and modules matched by name, then by the size of their grid."""

from collections.abc import Iterable, Iterator, Sequence

from ..core import Counts, Network, is_channels_last
from ..errors import FlopcountError, visible
from ..notation import Given, networks_of
from ..reading import MAX_LAYERS, bare_name
from ..rewrites import with_part
from ..writing.cells import AtLeast, shape_text
from ..writing.sheet import Column, Sheet
from .conventions import families
from .layout import convention
from .lines import Line
from .model_notes import how_counted, unknown_note
from .report import analyze
from .units import MULTIPLIES, UNIT_NAMES, Measure

MOST_NETWORKS = 100
_OF_TOKENS = 3  # axes: batch, tokens, channels
_MOST_TOGETHER = 2 * MAX_LAYERS  # layers of all of them
EXPLAINED = 2  # notes that say what the columns and the rows are


_Counts = tuple[int, int]  # multiplies, `AtLeast` where some of it is unknown; parameters
_Row = tuple[str, list[_Counts | None]]


def matched(networks: Sequence[Network]) -> list[_Row]:
    """The modules of several networks beside each other.

    A module that all networks have under one name is a row, and so are the repeats of a table's
    row together where their number differs; what is left is summed by the grid that it puts out
    (``35×35``), in each network; None where a network has nothing there. Where one of them is a
    model, a name is the same however it is spelt, and no repeats are put together.
    """
    named = [_by_name(network, networks) for network in networks]
    everywhere = set(named[0]).intersection(*named[1:])
    uneven = _uneven(networks)
    rows: dict[str, list[_Counts | None]] = {}
    titles: dict[str, str] = {}
    for index, lines in enumerate(named):
        last = any(is_channels_last(node.op) for node in networks[index].nodes)
        for name, line in lines.items():
            shared, row = name in everywhere, _row(name)
            key = row if row in uneven else name if shared else f"at {_grid(line, last=last)}"
            titles.setdefault(key, str(line.module) if key == name else key)
            counts = rows.setdefault(key, [None] * len(networks))
            counts[index] = _added(counts[index], line)
    return [(titles[key], counts) for key, counts in rows.items()]


def _row(module: str) -> str:
    """The row whose repeat a module is, by their names: ``conv2_x`` of ``conv2_x.3``."""
    row, _, number = module.rpartition(".")
    return row if row and number.isdecimal() else module


def _uneven(networks: Sequence[Network]) -> set[str]:
    """The rows of tables that all networks have, and not with the same modules."""
    if any(one.reader for one in networks):
        return set()
    found: list[dict[str, set[str]]] = []
    for network in networks:
        found.append({})
        for module in network.modules:
            found[-1].setdefault(_row(module), set()).add(module)
    first, *others = found
    return {
        row
        for row, modules in first.items()
        if all(row in other for other in others) and any(other[row] != modules for other in others)
    }


def repeats_note(networks: Sequence[Network]) -> str:
    """What a heading adds where the repeats of a row are put together."""
    return ", and the repeats of one where they differ in number" if _uneven(networks) else ""


def _added(counts: _Counts | None, line: Line) -> _Counts:
    before, params = counts or (0, 0)
    multiplies = before + int(line.cost.multiplies)
    known = line.complete and not isinstance(before, AtLeast)
    return multiplies if known else AtLeast(multiplies), params + int(line.cost.params)


def _by_name(network: Network, networks: Sequence[Network]) -> dict[str, Line]:
    """A network's modules by what they are called, however it is spelt where some are models."""
    lines = analyze(network).by("module").lines
    if not any(one.reader for one in networks):
        return {str(line.module): line for line in lines}
    bare = [bare_name(str(line.module)) for line in lines]
    return {
        name if bare.count(name) == 1 else str(line.module): line
        for name, line in zip(bare, lines, strict=True)
    }


def _grid(line: Line, *, last: bool) -> str:
    """The grid that a module puts out: of a model what is beside the batch and the channels."""
    shape = line.output
    if not line.rows[-1].node.call:
        return shape_text(shape[:-1])
    if len(shape) == _OF_TOKENS:
        return shape_text(shape[1:2])
    return shape_text((shape[1:-1] if last else shape[2:]) or (1, 1))


def told_apart(names: Sequence[str]) -> list[str]:
    """The names as they are shown, no two the same: one that is there already gets a number.

    Two files may have one name, and a third the name that the second would get.

    >>> told_apart(["a", "a", "a (2)", "a"])
    ['a', 'a (3)', 'a (2)', 'a (4)']
    """
    given = [visible(name) for name in names]
    apart: list[str] = []
    for name in given:
        shown, number = name, 1
        while shown in apart or (number > 1 and shown in given):
            number += 1
            shown = f"{name} ({number})"
        apart.append(shown)
    return apart


def names_of(networks: Sequence[Network]) -> list[str]:
    """The networks by their names, `told_apart`."""
    return told_apart([with_part(network) for network in networks])


def few_enough(networks: Iterable[Network]) -> Iterator[Network]:
    """The networks, one after the other.

    Raises `FlopcountError` for the first that is too many, or has too many layers with those
    before it: of what comes after nothing is read then.
    """
    layers = 0
    for count, network in enumerate(networks, 1):
        layers += len(network.nodes)
        if count > MOST_NETWORKS or layers > _MOST_TOGETHER:
            raise FlopcountError(
                f"at most {MOST_NETWORKS} networks are compared, of at most {_MOST_TOGETHER:,} "
                "layers together"
            )
        yield network


def compare(networks: Iterable[Given], measure: Measure = MULTIPLIES) -> Sheet:
    """Multiplies and parameters of each network, and the ratio of its multiplies to the first's.

    Each is a `Network`, or its name, path or spec. Networks of one name are `told_apart`. `measure`
    is the unit of what is counted, and how it is printed. Raises `FlopcountError` for fewer than
    two networks, and as `few_enough` and `load` do.

    >>> sheet = compare(["googlenet", "googlenet@torchvision"])
    >>> sheet.total[1:4]
    (1582671872, 6998552, 1498376192)
    """
    found = [*few_enough(networks_of(networks))]
    if len(found) < 2:
        raise FlopcountError("name at least two networks to compare")
    totals = [analyze(network).cost for network in found]
    complete = [cost.complete for cost in totals]
    columns = [Column("module", "module")]
    names = names_of(found)
    params = measure.params.heading("params")
    for index, name in enumerate(names):
        columns += [
            Column(
                f"{name}_{measure.unit}",
                measure.heading(name),
                "count",
                key=True,
                group=name,
                counted=True,
                scale=measure.scale,
            ),
            Column(f"{name}_params", params, "count", group=name, scale=measure.params),
        ]
        if index:
            columns.append(Column(f"{name}_ratio", "ratio", "ratio", group=name))
        if not complete[index]:
            column = Column(f"{name}_complete", "complete", "flag", group=name, printed=False)
            columns.append(column)
    rows = [(name, *_cells(counts, complete, measure.times)) for name, counts in matched(found)]
    sums: list[_Counts | None] = [_total(cost) for cost in totals]
    notes = (
        f"ratio: {UNIT_NAMES[measure.unit]} ÷ those of the first",
        (
            f"modules of one name in all are a row{repeats_note(found)}; "
            "the others are summed by the grid that they put out"
        ),
        *(
            f"{name}: {note}"
            for name, network in zip(names, found, strict=True)
            for note in network.notes
        ),
    )
    return Sheet(
        tuple(columns),
        rows,
        ("total", *_cells(sums, complete, measure.times)),
        (" beside ".join(names),),
        convention=convention(
            measure,
            there=families(row for one in found for row in one.rows),
            how=how_counted(*found),
        ),
        footer=tuple(_unknown(names, found)),
        notes=notes,
    )


def _unknown(names: Sequence[str], networks: Sequence[Network]) -> Iterator[str]:
    """What nobody knows in each of the networks."""
    for name, network in zip(names, networks, strict=True):
        if said := unknown_note(network.rows):
            yield f"{name}: {said}"


def _total(cost: Counts) -> _Counts:
    multiplies = int(cost.multiplies)
    return multiplies if cost.complete else AtLeast(multiplies), int(cost.params)


def _cells(
    counts: Sequence[_Counts | None], complete: Sequence[bool], times: int
) -> list[int | float | None]:
    """So many times the multiplies, and the parameters, of each; then the ratio to the first.

    Last, of a network that is not `complete`, whether this part of it is.
    """
    cells: list[int | float | None] = []
    for index, counted in enumerate(counts):
        known = counted is not None and not isinstance(counted[0], AtLeast)
        if counted is None:
            cells += (None, None)
        else:
            multiplies = counted[0] * times
            cells += (multiplies if known else AtLeast(multiplies), counted[1])
        if index:
            cells.append(_ratio(counted, counts[0]))
        if not complete[index]:
            cells.append(known if counted else None)
    return cells


def _ratio(counted: _Counts | None, first: _Counts | None) -> float | None:
    """None where one is not there, or not known in full."""
    if counted is None or first is None or not first[0]:
        return None
    unknown = isinstance(counted[0], AtLeast) or isinstance(first[0], AtLeast)
    return None if unknown else counted[0] / first[0]
