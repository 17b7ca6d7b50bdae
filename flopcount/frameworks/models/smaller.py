"""Smaller sizes for an operation of a model's, of the same settings: small enough to run it."""

from collections.abc import Iterable, Sequence

FEW = 20_000  # numbers that an operation may read as it is, where no smaller one runs


def small_sizes(sizes: Iterable[int]) -> dict[int, int]:
    """A small size for each that is there: 1 stays, an even one stays even, others stay others.

    >>> small_sizes([224, 1, 64, 7])
    {0: 0, 1: 1, 224: 2, 64: 4, 7: 3}
    """
    small = {0: 0, 1: 1}
    taken = set(small)
    for size in sizes:
        if size not in small:
            own = size if size <= 3 else 2 + size % 2
            while own in taken and own + 2 <= min(size, 7):
                own += 2
            small[size] = own
            taken.add(own)
    return small


def small_grid(
    grid: Sequence[int], kernel: Sequence[int], strides: Sequence[int], dilations: Sequence[int]
) -> tuple[int, ...]:
    """A grid of two windows, or as it is; what the stride leaves over is left over here too.

    >>> small_grid([224, 2], [3, 3], [2, 2], [1, 1])
    (6, 2)
    """
    small = []
    for n, k, s, d in zip(grid, kernel, strides, dilations, strict=True):
        span = (k - 1) * d + 1
        small.append(min(n, span + s + (n - span) % s) if n > span else n)
    return tuple(small)
