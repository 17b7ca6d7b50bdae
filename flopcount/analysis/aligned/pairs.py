"""Two networks, their costly layers in pairs: the data of `flopcount.align`."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from math import lcm
from typing import NamedTuple, TypeAlias, TypeVar

from ...core import Network, Row
from ...errors import plural, visible
from ...notation import Given, batch_of
from ...records import dataclass
from ..layer_text import layer_text
from ..report import analyze
from .differing import differs_in
from .matching import CHANGED, EQUAL, MOVED, ONLY_A, ONLY_B, Match, matches
from .products import Product, products_of

VERDICTS = (EQUAL, MOVED, CHANGED, ONLY_A, ONLY_B)


_T = TypeVar("_T")
_Both: TypeAlias = tuple[Sequence[_T], Sequence[_T]]  # what two networks have, the first's first


class Side(NamedTuple):
    """The layers of a pair that are one network's: their paths, what they are, what they cost."""

    paths: tuple[str, ...]
    what: str
    multiplies: int
    unpadded: int
    weights: int


class Pair(NamedTuple):
    """Layers of two networks that stand beside each other; a side is None where nothing does.

    `verdict` is one of `VERDICTS`, and `differs` says in what the two differ: ``width 32, 33``.
    """

    a: Side | None
    b: Side | None
    verdict: str
    differs: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether both do the same, wherever they stand."""
        return self.verdict in (EQUAL, MOVED)


@dataclass(frozen=True, repr=False)
class Alignment:
    """Two networks held against each other: `a`, `b` and, of their layers with multiplies, `pairs`.

    All counts are of as many samples of both: `times` says of how many batches of each.
    """

    a: Network
    b: Network
    pairs: tuple[Pair, ...]
    times: tuple[int, int] = (1, 1)
    rows: tuple[tuple[Row, ...], tuple[Row, ...]] = ((), ())

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many pairs there are of each verdict."""
        counted = dict.fromkeys(VERDICTS, 0)
        for pair in self.pairs:
            counted[pair.verdict] += 1
        return counted

    @property
    def unknown(self) -> tuple[int, int]:
        """How many layers of each compute what nobody knows."""
        of_a, of_b = (sum(not row.held.known for row in rows) for rows in self.rows)
        return of_a, of_b

    @property
    def equal(self) -> bool:
        """Whether all layers with multiplies are the same in both, and none is unknown."""
        return all(pair.equal for pair in self.pairs) and not any(self.unknown)

    @property
    def first_difference(self) -> Pair | None:
        """The first pair that is not equal."""
        return next((pair for pair in self.pairs if not pair.equal), None)

    @property
    def verdict(self) -> str:
        """Whether they are equal, in a line: how many pairs are, and the first that is not."""
        from .verdicts import verdict

        return verdict(self)

    def __repr__(self) -> str:
        """The names and the verdict."""
        return f"<{visible(str(self.a))} beside {visible(str(self.b))}: {self.verdict}>"

    @cached_property
    def differences(self) -> dict[str, dict[str, int]]:
        """For each count in which they differ, by kind of layer, how many `b` has more than `a`."""
        from .differences import differences

        return differences(*self.rows, self.times)


def align(a: Given, b: Given) -> Alignment:
    """Hold two networks against each other, layer by layer: which stands beside which.

    Each is a `Network`, or its name, path or spec. Layers with multiplies are paired by what they
    do, whatever their names, axes and software are: by their order, then wherever they stand. A
    layer that does what several of the other do is beside all of them. Where the two were read
    with different batches, both are counted for as many samples. Raises `FlopcountError` as `load`
    does.

    >>> found = align("googlenet", "googlenet@torchvision")
    >>> found.equal, found.counts["equal"], found.counts["changed"]
    (False, 49, 9)
    >>> found.first_difference.a.paths, found.first_difference.differs
    (('3a/5x5/2',), ('kernel 5×5 → 3×3',))
    >>> found.differences["weights"]
    {'convolution': -380928}
    """
    of_a, of_b = analyze(a), analyze(b)
    batches = batch_of(of_a.network), batch_of(of_b.network)
    together = lcm(*batches)
    times = together // batches[0], together // batches[1]
    products = products_of(of_a.rows, times[0]), products_of(of_b.rows, times[1])
    pairs = tuple(_pairs((of_a.rows, of_b.rows), products, matches(*products)))
    return Alignment(of_a.network, of_b.network, pairs, times, (of_a.rows, of_b.rows))


class _Group(NamedTuple):
    """Rows of both that have products matched, and these matches."""

    a: list[int]
    b: list[int]
    found: list[Match]


def _pairs(rows: _Both[Row], products: _Both[Product], found: Sequence[Match]) -> Iterator[Pair]:
    """The matches by rows: a row whose products are matched with those of several takes them all.

    In the order of the first; what the second alone has stands behind what it has before that.
    """
    groups = _grouped(products, found)
    of_row = _by_row(products[0]), _by_row(products[1])
    first = {group.b[0]: group for group in groups if group.b}
    behind: dict[int, list[_Group]] = {}
    last = -1
    for row in of_row[1]:
        group = first.get(row)
        if group and not group.a:
            behind.setdefault(last, []).append(group)
        elif group:
            last = group.a[0]
    in_order = [*behind.get(-1, ())]
    for group in sorted((group for group in groups if group.a), key=lambda group: group.a[0]):
        in_order += [group, *behind.get(group.a[0], ())]
    for group in in_order:
        a, b = (
            [some[place] for row in own for place in places[row]]
            for some, own, places in zip(products, (group.a, group.b), of_row, strict=True)
        )
        verdict, differs = _verdict(group, products, len(a), len(b))
        yield Pair(_side(rows[0], group.a, a), _side(rows[1], group.b, b), verdict, differs)


def _by_row(products: Sequence[Product]) -> dict[int, list[int]]:
    rows: dict[int, list[int]] = {}
    for place, one in enumerate(products):
        rows.setdefault(one.row, []).append(place)
    return rows


def _grouped(products: _Both[Product], found: Sequence[Match]) -> list[_Group]:
    """Rows that hang together by matches; rows on their own too."""
    above: dict[tuple[str, int], tuple[str, int]] = {}

    def top(row: tuple[str, int]) -> tuple[str, int]:
        while above.setdefault(row, row) != row:
            above[row] = above[above[row]]
            row = above[row]
        return row

    of_a, of_b = products
    for side, some in (("a", of_a), ("b", of_b)):
        for one in some:
            top((side, one.row))
    for match in found:
        rows = [("a", of_a[i].row) for i in match.a] + [("b", of_b[j].row) for j in match.b]
        for row in rows[1:]:
            above[top(row)] = top(rows[0])
    groups: dict[tuple[str, int], _Group] = {}
    for row in above:
        group = groups.setdefault(top(row), _Group([], [], []))
        (group.a if row[0] == "a" else group.b).append(row[1])
    for match in found:
        groups[top(("a", of_a[match.a[0]].row))].found.append(match)
    for group in groups.values():
        group.a.sort()
        group.b.sort()
    return [*groups.values()]


def _side(rows: Sequence[Row], places: Sequence[int], products: Sequence[Product]) -> Side | None:
    if not places:
        return None
    sums = [sum(costs) for costs in zip(*(one.costs for one in products), strict=True)]
    paths = tuple([rows[place].node.path for place in places])
    return Side(paths, ", ".join(layer_text(rows[place]) for place in places), *sums)


def _verdict(
    group: _Group, products: _Both[Product], count_a: int, count_b: int
) -> tuple[str, tuple[str, ...]]:
    if not group.b:
        return ONLY_A, ()
    if not group.a:
        return ONLY_B, ()
    differs: list[str] = []
    for match in group.found:
        if len(match.a) == len(match.b) == 1:
            differs += differs_in(products[0][match.a[0]], products[1][match.b[0]])
    lone_a = count_a - sum(len(match.a) for match in group.found)
    lone_b = count_b - sum(len(match.b) for match in group.found)
    for lone, side in ((lone_a, "first"), (lone_b, "second")):
        if lone:
            differs.append(f"{plural(lone, 'product')} in the {side} alone")
    if differs:
        return CHANGED, tuple(dict.fromkeys(differs))
    moved = any(match.verdict == MOVED for match in group.found)
    return (MOVED if moved else EQUAL), ()
