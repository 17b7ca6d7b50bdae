"""Which boxes of two networks the other has no equal of."""

from ...analysis import Report
from ...analysis.aligned import Alignment
from ...errors import plural
from .sketch import Sketch

_Paths = frozenset[str]


def marked(found: Alignment) -> tuple[_Paths, _Paths]:
    """The layers of both sides that are not equal; none where that would be most of them."""
    unequal = [pair for pair in found.pairs if not pair.equal]
    if 2 * len(unequal) > len(found.pairs):
        return frozenset(), frozenset()
    sides = ([pair.a for pair in unequal], [pair.b for pair in unequal])
    of_a, of_b = (frozenset(path for one in side if one for path in one.paths) for side in sides)
    return of_a, of_b


def boxes_of(part: Report, paths: _Paths) -> _Paths:
    """The boxes that some layers are in: of a model, those of the units that have one."""
    if not isinstance(part, Sketch):
        return paths
    return frozenset(
        path
        for path, unit in part.units.items()
        if any(row.node.path in paths for row in unit.rows)
    )


def equal_text(found: Alignment) -> str:
    """How many layers are equal, in words."""
    equal = sum(pair.equal for pair in found.pairs)
    return f"{equal} of {plural(len(found.pairs), 'layer')} equal"
