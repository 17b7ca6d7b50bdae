"""Products that are one product split: three projections of a width each beside one of three."""

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from .products import Doing, Product

_PARTS = ("width", "channels", "groups")  # what a product may be split along
_MOST = 256  # parts that one is split into
_LONGEST = 300  # places that are looked through: of more, a split is told as a difference


class Run(NamedTuple):
    """Places of both: one of a side, and of the other those that together are that one."""

    a: tuple[int, ...]
    b: tuple[int, ...]


class _Some(NamedTuple):
    """Some of the products of a network, by their places, and what of them is gone."""

    products: Sequence[Product]
    places: Sequence[int]
    gone: set[int]


def runs_alike(
    a: Sequence[Product], b: Sequence[Product], of_a: Sequence[int], of_b: Sequence[int]
) -> Iterator[Run]:
    """What of some places is split on one side and whole on the other.

    All but one of width, channels and groups are the same, and the parts have as many multiplies,
    padding left out and not, and weights as the whole, exactly.
    """
    if not of_a or not of_b or len(of_a) + len(of_b) > _LONGEST:
        return
    gone_a: set[int] = set()
    gone_b: set[int] = set()
    for part in _PARTS:
        for whole, parts in _runs(_Some(a, of_a, gone_a), _Some(b, of_b, gone_b), part):
            yield Run((whole,), parts)
        for whole, parts in _runs(_Some(b, of_b, gone_b), _Some(a, of_a, gone_a), part):
            yield Run(parts, (whole,))


def _runs(wholes: _Some, parts: _Some, along: str) -> Iterator[tuple[int, tuple[int, ...]]]:
    alike: dict[Hashable, list[int]] = {}
    for place in parts.places:
        if parts.products[place].doing.held and place not in parts.gone:
            alike.setdefault(_but(parts.products[place].doing, along), []).append(place)
    start: dict[Hashable, int] = {}
    for place in wholes.places:
        whole = wholes.products[place]
        key = _but(whole.doing, along)
        if place in wholes.gone or key not in alike:
            continue
        run, after = _run(whole, parts.products, alike[key], start.get(key, 0), along)
        if run:
            start[key] = after
            wholes.gone.add(place)
            parts.gone.update(run)
            yield place, tuple(run)


def _run(
    whole: Product, parts: Sequence[Product], places: Sequence[int], start: int, along: str
) -> tuple[list[int], int]:
    """The first places one after the other that are a whole together, and where they end."""
    wanted = getattr(whole.doing, along)
    first, total = start, 0
    for last in range(start, min(len(places), start + _MOST)):
        total += getattr(parts[places[last]].doing, along)
        while total > wanted:
            total -= getattr(parts[places[first]].doing, along)
            first += 1
        run = places[first : last + 1]
        if total == wanted and len(run) > 1 and _costs(parts[at] for at in run) == whole.costs:
            return [*run], last + 1
    return [], start


def _costs(some: Iterator[Product]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*(one.costs for one in some), strict=True)))


def _but(doing: Doing, along: str) -> Hashable:
    return tuple([0 if name == along else getattr(doing, name) for name in Doing._fields])
