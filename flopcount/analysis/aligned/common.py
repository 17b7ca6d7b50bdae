"""The longest common subsequence of two sequences, exactly, in about n·m/64 steps.

Bits in whole numbers, a row of the table at once: Hyyrö, "Bit-parallel LCS-length computation
revisited" (2004). Rows are kept at intervals and worked out again between them, so memory grows
with n·√m bits.
"""

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from math import isqrt

_FEW = 16  # places of one kind in `a` whose bits are set anew each time


def common(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The places of as many equal elements as there are in one order, ascending.

    >>> common("abcabba", "cbabac")
    [(1, 1), (3, 2), (4, 3), (6, 4)]
    """
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    at_a, at_b = [*range(start, len(a) - end)], [*range(start, len(b) - end)]
    both = {a[i] for i in at_a} & {b[j] for j in at_b}
    at_a, at_b = [i for i in at_a if a[i] in both], [j for j in at_b if b[j] in both]
    find = _of_each_once if len(at_a) == len(at_b) == len(both) else _inner
    inner = find([a[i] for i in at_a], [b[j] for j in at_b])
    pairs = [(place, place) for place in range(start)]
    pairs += [(at_a[i], at_b[j]) for i, j in inner]
    return pairs + [(len(a) - n, len(b) - n) for n in range(end, 0, -1)]


def _of_each_once(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The same where both have the same elements, each once: the longest rising run of places.

    In n·log n steps: Fredman, "On computing the length of longest increasing subsequences" (1975).
    """
    place = {element: i for i, element in enumerate(a)}
    ends: list[int] = []  # the least place of `a` that a run of each length ends at …
    last: list[int] = []  # … and the place of `b` that it is
    before: list[int] = []
    for j, element in enumerate(b):
        length = bisect_left(ends, place[element])
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place[element]]
        last[length : length + 1] = [j]
    found, j = [], last[-1] if last else -1
    while j >= 0:
        found.append((place[b[j]], j))
        j = before[j]
    return found[::-1]


class _Bits:
    """For an element, a bit at each of its places in `a`."""

    def __init__(self, a: Sequence[Hashable]) -> None:
        self.places: dict[Hashable, list[int]] = {}
        for place, element in enumerate(a):
            self.places.setdefault(element, []).append(place)
        self.kept: dict[Hashable, int] = {}

    def of(self, element: Hashable) -> int:
        if element in self.kept:
            return self.kept[element]
        places = self.places.get(element, [])
        bits = 0
        if len(places) > _FEW:
            digits = bytearray(places[-1] // 8 + 1)
            for place in places:
                digits[place >> 3] |= 1 << (place & 7)
            bits = self.kept[element] = int.from_bytes(digits, "little")
        else:
            for place in places:
                bits |= 1 << place
        return bits


def _inner(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The same; `a` and `b` neither start nor end alike."""
    if not a or not b:
        return []
    bits, ones = _Bits(a), (1 << len(a)) - 1

    def rows(first: int, row: int, count: int) -> Iterator[int]:
        """The rows behind one: a 0 stands where the length grows, from left to right."""
        for element in b[first : first + count]:
            met = row & bits.of(element)
            row = ((row + met) | (row - met)) & ones
            yield row

    step = isqrt(len(b)) + 1
    kept = [ones]
    for first in range(0, len(b), step):
        for last in rows(first, kept[-1], min(step, len(b) - first)):
            row = last
        kept.append(row)
    found: list[tuple[int, int]] = []
    column, place = len(a), len(b)
    for block in range(len(kept) - 2, -1, -1):
        first = block * step
        table = [kept[block], *rows(first, kept[block], min(step, len(b) - first))]
        while place > first and column:
            if table[place - first] >> (column - 1) & 1:
                zeros = ~table[place - first] & ((1 << (column - 1)) - 1)
                column = zeros.bit_length()  # the next element that the length grows with
                continue
            place -= 1
            if table[place - first] >> (column - 1) & 1:
                column -= 1
                found.append((column, place))
    return found[::-1]
