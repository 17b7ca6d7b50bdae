"""Which product of one network stands beside which of another."""

from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ...reading import bare_name
from .common import common
from .products import Product
from .split import Run, runs_alike

Key = Callable[[Product], Hashable]


EQUAL, MOVED, CHANGED = "equal", "moved", "changed"
ONLY_A, ONLY_B = "only in the first", "only in the second"


class Match(NamedTuple):
    """Products of both by their places: one beside one, or several that together are one."""

    a: tuple[int, ...]
    b: tuple[int, ...]
    verdict: str


class _Gap(NamedTuple):
    """Places of both between two that are matched."""

    a: list[int]
    b: list[int]


def matches(a: Sequence[Product], b: Sequence[Product]) -> list[Match]:
    """What stands beside what: all that is equal, then what was moved, then what was changed.

    Equal are as many as can be in one order, under their own names where that costs none; what has
    one name is taken first where more is equal or of one name then. What lies between is looked
    through: products that are others split or joined, with as many multiplies and weights; products
    that stand elsewhere in the other; and what is at one place.
    """
    plain = common([one.doing for one in a], [one.doing for one in b])
    if len(plain) == len(a) == len(b):
        return [Match((i,), (j,), EQUAL) for i, j in plain]
    ways = [_in_steps(a, b, keys) for keys in _WAYS if _meet(a, b, keys[0])]
    found = [_whole(a, b, pairs) for pairs in (*ways, plain)]
    return max(found, key=lambda one: _score(a, b, one))


def _path(one: Product) -> Hashable:
    return one.path.casefold()


def _module(one: Product) -> Hashable:
    return _bare(one.path.partition("/")[0])


_bare = lru_cache(maxsize=4096)(bare_name)


def _doing(one: Product) -> Hashable:
    return one.doing


# By what products are paired in order, and what lies between them then.
_WAYS: tuple[tuple[Key, ...], ...] = (
    (lambda one: (_path(one), one.doing), _doing),
    (lambda one: (_path(one), one.doing.held), _doing),
    (lambda one: (_module(one), one.doing), _doing),
)


def _meet(a: Sequence[Product], b: Sequence[Product], key: Key) -> bool:
    return not {key(one) for one in a}.isdisjoint(map(key, b))


def _score(a: Sequence[Product], b: Sequence[Product], found: Sequence[Match]) -> tuple[int, int]:
    """How natural a pairing is: what is equal counts twice, and what has one name once."""
    named = modules = equal = 0
    for match in found:
        one, other = a[match.a[0]], b[match.b[0]]
        named += _path(one) == _path(other)
        modules += _module(one) == _module(other)
        equal += match.verdict != CHANGED
    return 2 * equal + named, modules


def _whole(
    a: Sequence[Product], b: Sequence[Product], pairs: Sequence[tuple[int, int]]
) -> list[Match]:
    """All matches, where some pairs stand in their order."""
    found = [Match((i,), (j,), EQUAL if a[i].doing == b[j].doing else CHANGED) for i, j in pairs]
    gaps = [*_between(pairs, len(a), len(b))]
    for gap in gaps:
        runs = [*runs_alike(a, b, gap.a, gap.b)]
        found += [Match(run.a, run.b, EQUAL) for run in runs]
        _drop(gap, *_gone(runs))
    found += _moved(a, b, gaps)
    rest = _Gap([i for gap in gaps for i in gap.a], [j for gap in gaps for j in gap.b])
    again = [*runs_alike(a, b, rest.a, rest.b)]
    found += [Match(run.a, run.b, MOVED) for run in again]
    gone = _gone(again)
    for gap in gaps:
        _drop(gap, *gone)
        found += (Match((i,), (j,), CHANGED) for i, j in _beside(a, b, gap.a, gap.b, _LIKENESS))
    return found


# What two products have in common that are not equal, the most first.
_LIKENESS: tuple[Key, ...] = (
    lambda one: (one.path.casefold(), one.doing.held),
    lambda one: (one.doing.held, _taps(one), one.doing.groups, one.doing.channels, one.doing.width),
    lambda one: (one.doing.held, _taps(one), one.doing.channels, one.doing.places),
    lambda one: (one.doing.held, _taps(one), one.doing.width, one.doing.places),
    lambda one: (one.doing.held, _taps(one), one.doing.windows, one.doing.places),
    lambda one: (one.doing.held, _taps(one)),
    lambda one: one.doing.held,
)


def _taps(one: Product) -> tuple[int, ...]:
    return tuple([taps for taps, _ in one.doing.windows])


def _in_steps(
    a: Sequence[Product], b: Sequence[Product], keys: Sequence[Key]
) -> list[tuple[int, int]]:
    """All of both in one order: alike by the first of some keys, and between these by the next."""
    return sorted(_beside(a, b, range(len(a)), range(len(b)), keys))


def _beside(
    a: Sequence[Product],
    b: Sequence[Product],
    of_a: Sequence[int],
    of_b: Sequence[int],
    keys: Sequence[Key],
) -> Iterator[tuple[int, int]]:
    """The same for some places of each."""
    if not keys or not of_a or not of_b:
        return
    of_key = [[keys[0](some[place]) for place in places] for some, places in ((a, of_a), (b, of_b))]
    pairs = common(*of_key)
    yield from ((of_a[i], of_b[j]) for i, j in pairs)
    for gap in _between(pairs, len(of_a), len(of_b)):
        yield from _beside(a, b, [of_a[n] for n in gap.a], [of_b[n] for n in gap.b], keys[1:])


def _between(pairs: Sequence[tuple[int, int]], size_a: int, size_b: int) -> Iterator[_Gap]:
    """What lies between some pairs in their order, on both sides."""
    before = (-1, -1)
    for i, j in (*pairs, (size_a, size_b)):
        if i - before[0] > 1 or j - before[1] > 1:
            yield _Gap([*range(before[0] + 1, i)], [*range(before[1] + 1, j)])
        before = i, j


def _gone(runs: Sequence[Run]) -> tuple[set[int], set[int]]:
    return {i for run in runs for i in run.a}, {j for run in runs for j in run.b}


def _drop(gap: _Gap, gone_a: set[int], gone_b: set[int]) -> None:
    """Take what is matched out of a gap."""
    gap.a[:] = [i for i in gap.a if i not in gone_a]
    gap.b[:] = [j for j in gap.b if j not in gone_b]


def _moved(a: Sequence[Product], b: Sequence[Product], gaps: Sequence[_Gap]) -> list[Match]:
    """Equal products that do not stand in one order; those of one name first."""
    found: list[Match] = []
    for key in (_WAYS[0][0], _doing):
        there: dict[Hashable, deque[int]] = {}
        for gap in gaps:
            for j in gap.b:
                there.setdefault(key(b[j]), deque()).append(j)
        pairs = [
            (i, places.popleft()) for gap in gaps for i in gap.a if (places := there.get(key(a[i])))
        ]
        runs = [Run((i,), (j,)) for i, j in pairs]
        gone = _gone(runs)
        for gap in gaps:
            _drop(gap, *gone)
        found += [Match(run.a, run.b, MOVED) for run in runs]
    return found
