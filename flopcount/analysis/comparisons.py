"""Networks side by side: totals, and modules matched by name, then by the size of their grid."""

from collections.abc import Iterable, Iterator, Sequence

from ..core import Network
from ..errors import FlopcountError, visible
from ..notation import Given, networks_of
from ..reading import MAX_LAYERS
from ..rewrites import with_part
from ..writing.cells import shape_text
from ..writing.sheet import Column, Sheet
from .conventions import families
from .layout import convention
from .report import analyze
from .units import MULTIPLIES, UNIT_NAMES, Measure

MOST_NETWORKS = 100
_MOST_TOGETHER = 2 * MAX_LAYERS  # layers of all of them

_Counts = tuple[int, int]  # multiplies, parameters
_Row = tuple[str, list[_Counts | None]]


def matched(networks: Sequence[Network]) -> list[_Row]:
    """The modules of several networks beside each other.

    A module that all networks have under one name is a row; what is left is summed by the grid
    that it puts out (``35×35``), in each network; None where a network has nothing there.
    """
    modules = [
        {str(line.module): line for line in analyze(network).by("module").lines}
        for network in networks
    ]
    everywhere = set(modules[0]).intersection(*modules[1:])
    rows: dict[str, list[_Counts | None]] = {}
    for index, named in enumerate(modules):
        for name, line in named.items():
            key = name if name in everywhere else f"at {shape_text(line.output[:-1])}"
            counts = rows.setdefault(key, [None] * len(networks))
            before = counts[index] or (0, 0)
            counts[index] = (
                before[0] + int(line.cost.multiplies),
                before[1] + int(line.cost.params),
            )
    return list(rows.items())


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
    columns = [Column("module", "module")]
    names = told_apart([with_part(network) for network in found])
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
    rows = [(name, *_cells(counts, measure.times)) for name, counts in matched(found)]
    totals = [analyze(network).cost for network in found]
    sums = [(int(cost.multiplies), int(cost.params)) for cost in totals]
    notes = (
        f"ratio: {UNIT_NAMES[measure.unit]} ÷ those of the first",
        "modules of one name in all are a row; the others are summed by the grid that they put out",
        *(
            f"{name}: {note}"
            for name, network in zip(names, found, strict=True)
            for note in network.notes
        ),
    )
    return Sheet(
        tuple(columns),
        rows,
        ("total", *_cells(sums, measure.times)),
        (" beside ".join(names),),
        convention=convention(measure, there=families(row for one in found for row in one.rows)),
        notes=notes,
    )


def _cells(counts: Sequence[_Counts | None], times: int) -> list[int | float | None]:
    """So many times the multiplies, and the parameters, of each; then the ratio to the first."""
    cells: list[int | float | None] = []
    for index, counted in enumerate(counts):
        cells += (counted[0] * times, counted[1]) if counted else (None, None)
        if index:
            first = counts[0]
            cells.append(counted[0] / first[0] if counted and first and first[0] else None)
    return cells
