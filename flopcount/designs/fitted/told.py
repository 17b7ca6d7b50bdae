"""How the best design was searched for, in a line."""

from math import log10, prod

from ...errors import listed, plural
from ...writing.cells import number, raised
from .asked import Grid
from .best import Aim
from .search.solving import Solved

_LONG = 10**15  # designs of which a line says about how many there are


def how_found(grid: Grid, found: Solved, aim: Aim) -> str:
    """What was searched, and how far it is proved that nothing is better."""
    priced = f"{number(found.priced)} {'was' if found.priced == 1 else 'were'} priced"
    left_out = len(grid.shapes.left_out) * prod(len(axis.points) for axis in grid.open)
    apart = [*found.held, *(axis.name for axis in grid.shapes.axes)]
    each = f" for each value of {listed(apart)}" if apart else ""
    parts = f"{plural(found.groups, 'independent group')}{each}"
    if not found.is_proved:
        text = f"not proved: of {_designs(grid.size)} {priced}{_bound(grid, found, aim)}"
    elif found.searched:
        text = f"exact: of {_designs(grid.size)} {priced}, all others bounded"
    elif found.priced + left_out < grid.size:
        text = f"exact: {parts}, {_designs(grid.size)}, of which {priced}"
    elif grid.size == 1:
        text = "exact: there is one design"
    else:
        text = f"exact: all {_designs(grid.size)} were priced"
    return text + _misfits(grid.misfits)


def _misfits(count: int | None) -> str:
    if count is None:
        return "; any that do not fit are left out"
    if not count:
        return ""
    do = "does" if count == 1 else "do"
    return f"; {_designs(count)} {do} not fit and {'is' if count == 1 else 'are'} left out"


def _bound(grid: Grid, found: Solved, aim: Aim) -> str:
    if found.bound is None:
        return ""
    side = "less" if aim.least else "more"
    bound = number(grid.goal(aim, found.bound))
    best = "" if found.keys is None else number(grid.goal(aim, -found.keys[0]))
    has = f" (the best found has {best})" if best else ""
    return f"; no design has {side} than {bound}{has}"


def _designs(size: int) -> str:
    """How many: in full, or about so many.

    >>> _designs(2304), _designs(1), _designs(8**21)
    ('2,304 designs', '1 design', '9.2·10¹⁸ designs')
    """
    if size < _LONG:
        return plural(size, "design")
    power = int(log10(size))
    tenths = size // 10 ** (power - 1)
    return f"{tenths // 10}.{tenths % 10}·10{raised(power)} designs"
