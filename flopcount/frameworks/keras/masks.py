"""Which keys a query may see, as arrays, from the papers: what is handed to Keras, and counted."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


def causal(queries: int, keys: int, window: int = 0) -> "Array":
    """The last `queries` of `keys` see themselves and what came before, `window` at most.

    >>> causal(3, 3, window=2).astype(int).tolist()
    [[1, 0, 0], [1, 1, 0], [0, 1, 1]]
    """
    import numpy as np

    seen = np.tril(np.ones((queries, keys), bool), keys - queries)
    return seen & ~np.tril(seen, keys - queries - window) if window else seen


def near(tokens: int, window: int) -> "Array":
    """Each token sees a window around itself, half of it on either side (Beltagy et al., 2020).

    >>> near(3, 3).astype(int).tolist()
    [[1, 1, 0], [1, 1, 1], [0, 1, 1]]
    """
    import numpy as np

    place = np.arange(tokens)
    close: Array = abs(place[:, None] - place) <= window // 2
    return close


def on_tokens(queries: int, keys: int, window: int, *, is_causal: bool) -> "Array | None":
    """The mask of a sequence; None where every query sees every key."""
    if is_causal:
        return causal(queries, keys, window)
    return near(queries, window) if window else None


def shifted(grid: tuple[int, ...], window: tuple[int, ...], shift: tuple[int, ...]) -> "Array":
    """Of each window of a grid that was rolled by `shift`: which places are of one region.

    As Liu et al., arXiv:2103.14030, figure 4: what was rolled round the end of an axis is another
    region than what lay there, and neither sees the other. Windows × places × places.
    """
    import numpy as np

    region = np.zeros(grid, int)
    for axis, (n, w, s) in enumerate(zip(grid, window, shift, strict=True)):
        along = np.zeros(n, int)
        if s:
            along[n - w :] = 1
            along[n - s :] = 2
        shape = [1] * len(grid)
        shape[axis] = n
        region = 3 * region + along.reshape(shape)
    cut = cut_windows(region, window)
    seen: Array = cut[:, :, None] == cut[:, None, :]
    return seen


def cut_windows(grid: "Array", window: tuple[int, ...]) -> "Array":
    """A grid of numbers as windows × places."""
    import numpy as np

    apart = [part for n, w in zip(grid.shape, window, strict=True) for part in (n // w, w)]
    rank = len(window)
    order = (*range(0, 2 * rank, 2), *range(1, 2 * rank, 2))
    return grid.reshape(apart).transpose(order).reshape(-1, int(np.prod(window)))


def distances(queries: tuple[int, ...], keys: tuple[int, ...], most: int) -> "Array":
    """The number of the distance between each query and each key, along all axes together.

    Of q queries and k keys on an axis there are q + k − 1; beyond `most` all are the last one.

    >>> distances((2,), (3,), 9).tolist()
    [[1, 2, 3], [0, 1, 2]]
    """
    import numpy as np

    number = np.zeros((1, 1), int)
    for axis, (a, b) in enumerate(zip(queries, keys, strict=True)):
        one, other = (np.indices(shape).reshape(len(shape), -1)[axis] for shape in (queries, keys))
        number = number * (a + b - 1) + other - one[:, None] + a - 1
    return np.minimum(number, most - 1)
