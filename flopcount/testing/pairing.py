"""Layers of before and of now in pairs, whatever they are called."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import NamedTuple

from ..analysis.aligned.common import common
from .layers import Layer

Key = Callable[[Layer], Hashable]


class Pair(NamedTuple):
    """A layer as it was and as it is; None where there was none, or is none."""

    before: Layer | None
    after: Layer | None

    def costs(self, name: str) -> tuple[int | None, int | None]:
        """A count before and after: 0 of a layer that is not there, None where nobody knows it."""
        before, after = self
        return before.cost(name) if before else 0, after.cost(name) if after else 0

    def more(self, name: str) -> int | None:
        """How many more it has now; None where nobody knows."""
        before, after = self.costs(name)
        return None if before is None or after is None else after - before


def paired(before: Sequence[Layer], after: Sequence[Layer]) -> list[Pair]:
    """All layers in pairs, in the order of now; those that went last.

    In one order, as many as can be that are equal, counted twice, or have one name, counted once:
    a layer that is only called otherwise is beside itself, and so is one behind a layer that is
    new. Then those of one name, and of one kind, between these.
    """
    shared = [name for name in _counts(before) if name in _counts(after)]

    def looks(layer: Layer) -> Hashable:
        return (layer.op, layer.output, *(layer.counts.get(name) for name in shared))

    def whole(layer: Layer) -> Hashable:
        return (layer.path, looks(layer))

    ways: tuple[tuple[Key, ...], ...] = (
        (whole, _name, looks, _kind),
        (looks, _name, _kind),
        (_name, looks, _kind),
    )

    def natural(pairs: Sequence[tuple[int, int]]) -> tuple[int, int]:
        equal = sum(looks(before[i]) == looks(after[j]) for i, j in pairs)
        named = sum(_name(before[i]) == _name(after[j]) for i, j in pairs)
        return 2 * equal + named, equal

    tried = [
        sorted(_beside(before, after, range(len(before)), range(len(after)), keys)) for keys in ways
    ]
    return _all(before, after, max(tried, key=natural))


def _name(layer: Layer) -> Hashable:
    return (layer.path, layer.op)


def _kind(layer: Layer) -> Hashable:
    return layer.op


def _counts(layers: Sequence[Layer]) -> Sequence[str]:
    return [*layers[0].counts] if layers else []


def _all(
    before: Sequence[Layer], after: Sequence[Layer], pairs: Sequence[tuple[int, int]]
) -> list[Pair]:
    """The pairs, and what has none."""
    partner = {j: i for i, j in pairs}
    gone = sorted({*range(len(before))} - {i for i, _ in pairs})
    return [
        *(Pair(before[partner[j]] if j in partner else None, now) for j, now in enumerate(after)),
        *(Pair(before[i], None) for i in gone),
    ]


def _beside(
    before: Sequence[Layer],
    after: Sequence[Layer],
    some: Sequence[int],
    others: Sequence[int],
    keys: Sequence[Key],
) -> Iterator[tuple[int, int]]:
    """Places of both in one order: alike by the first of some keys, between these by the next."""
    if not keys or not some or not others:
        return
    key = keys[0]
    pairs = common([key(before[i]) for i in some], [key(after[j]) for j in others])
    yield from ((some[i], others[j]) for i, j in pairs)
    last = (-1, -1)
    for i, j in (*pairs, (len(some), len(others))):
        yield from _beside(before, after, some[last[0] + 1 : i], others[last[1] + 1 : j], keys[1:])
        last = i, j
