"""The least of some values, and the points that no other one dominates: in numpy."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..grid.factors import Array


def least(values: "Array", count: int) -> "Array":
    """Where the `count` least are, of equal ones the first; in the order that they stand in.

    >>> import numpy as np
    >>> least(np.array([3, 1, 2, 1, 1]), 2)
    array([1, 3])
    """
    import numpy as np

    if len(values) <= count:
        return np.arange(len(values))
    bound = np.partition(values, count - 1)[count - 1]
    below = np.flatnonzero(values < bound)
    equal = np.flatnonzero(values == bound)[: count - len(below)]
    return np.sort(np.concatenate([below, equal]))


def front(points: "Array") -> "Array":
    """Where the points are that no other one dominates, the least being the best in each column.

    Up to three columns, in O(n log n); sorted by the columns, and of equal points the first.

    >>> import numpy as np
    >>> front(np.array([[3, 1], [2, 2], [3, 3], [2, 2], [1, 5]]))
    array([4, 1, 0])
    """
    import numpy as np

    order = np.lexsort(points.T[::-1])
    if points.shape[1] == 3:
        return order[_new_in_plane(points[order, 1:].tolist())]
    if points.shape[1] == 1:
        return order[:1]
    last = points[order, 1]
    new = np.ones(len(last), dtype=bool)
    new[1:] = last[1:] < np.minimum.accumulate(last)[:-1]
    return order[new]


def _new_in_plane(points: Sequence[Sequence[int]]) -> list[int]:
    """Where, one after the other, a point of the plane is dominated by none before it.

    Those seen make a staircase: down in the second column as the first goes up.
    """
    new, along, down = [], [-(2**63) - 1], [2**63]  # the stairs: first and second columns
    for position, (first, second) in enumerate(points):
        step = bisect_right(along, first)
        if down[step - 1] <= second:
            continue
        new.append(position)
        start = step - 1 if along[step - 1] == first else step
        while step < len(down) and down[step] >= second:
            step += 1
        along[start:step], down[start:step] = [first], [second]
    return new
