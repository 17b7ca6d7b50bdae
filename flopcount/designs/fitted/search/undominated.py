"""The points that no other one dominates, with any number of coordinates: in numpy.

Divide and conquer (Kung, Luccio and Preparata, "On finding the maxima of a set of vectors", Journal
of the ACM 22, 1975): O(n log n) in two columns, and a factor of log n more for each further one.
"""

from typing import TYPE_CHECKING

from ...chosen.fronts import front

if TYPE_CHECKING:
    from ...grid.factors import Array

_FEW = 64  # points that are compared each with each
_PAIRS = 2**14  # likewise of two sets


def undominated(points: "Array", ties: "Array") -> "Array":
    """Where the points are that no other one dominates, the least being the best in each column.

    Sorted by the columns; of equal points the first by the columns of `ties`.

    >>> import numpy as np
    >>> points = np.array([[3, 1], [2, 2], [3, 3], [2, 2], [1, 5]])
    >>> undominated(points, np.array([[0], [3], [2], [1], [4]]))
    array([4, 3, 0])
    """
    import numpy as np

    order = np.lexsort((*ties.T[::-1], *points.T[::-1]))
    points = points[order]
    new = np.ones(len(points), dtype=bool)
    new[1:] = (points[1:] != points[:-1]).any(axis=1)
    order, points = order[new], points[new]
    return order[_stay(points)]


def _stay(points: "Array") -> "Array":
    """Which stay of different points in lexicographic order: none dominates one before it."""
    import numpy as np

    count, columns = points.shape
    stay = np.ones(count, dtype=bool)
    if columns == 1:
        stay[1:] = False
        return stay
    if columns == 2:
        last = points[:, 1]
        stay[1:] = last[1:] < np.minimum.accumulate(last)[:-1]
        return stay
    if columns == 3:
        stay[:] = False
        stay[front(points)] = True
        return stay
    if count <= _FEW:
        below = np.logical_and.reduce(points[:, None] <= points[None], axis=2)
        np.fill_diagonal(below, val=False)
        stay[:] = ~np.logical_or.reduce(below, axis=0)
        return stay
    middle = count // 2
    first = _stay(points[:middle])
    second = _stay(points[middle:])
    covers, asked = points[:middle][first], points[middle:][second]
    second[second] = ~_covered(covers[:, 1:], asked[:, 1:])
    return np.concatenate([first, second])


def _covered(covers: "Array", asked: "Array") -> "Array":
    """Of which of the points that are asked for one of the others is at most as much in each."""
    import numpy as np

    columns = covers.shape[1]
    found = np.zeros(len(asked), dtype=bool)
    if not len(covers) or not len(asked):
        return found
    if columns == 1:
        above: Array = asked[:, 0] >= covers[:, 0].min()
        return above
    if columns == 2:
        order = np.argsort(covers[:, 0], kind="stable")
        reached = np.minimum.accumulate(covers[order, 1])
        places = np.searchsorted(covers[order, 0], asked[:, 0], side="right") - 1
        within: Array = (places >= 0) & (reached[places] <= asked[:, 1])
        return within
    if len(covers) * len(asked) <= _PAIRS:
        pairs = np.logical_and.reduce(covers[:, None] <= asked[None], axis=2)
        found[:] = np.logical_or.reduce(pairs, axis=0)
        return found
    both = np.concatenate([covers[:, -1], asked[:, -1]])
    low, high = both.min(), both.max()
    if low == high:
        return _covered(covers[:, :-1], asked[:, :-1])
    middle = np.partition(both, len(both) // 2)[len(both) // 2]
    middle = both[both < high].max() if middle == high else middle
    small, less = covers[:, -1] <= middle, asked[:, -1] <= middle
    found[less] = _covered(covers[small], asked[less])
    found[~less] = _covered(covers[small][:, :-1], asked[~less][:, :-1])
    rest = ~less & ~found
    found[rest] = _covered(covers[~small], asked[rest])
    return found
