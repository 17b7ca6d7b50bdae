"""What `assert_cost` says: the counts beside what they are to be, and the layers that differ."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from ..analysis import Report
from ..analysis.model_notes import Unpriced
from ..core import NAMED
from ..errors import listed, plural, visible
from .figures import Expected
from .layers import Layer, Priced
from .pairing import Pair, paired
from .remembered import is_kept

_MOST = 10  # layers that are named
_FEW = 5  # of the largest, where nothing is known of before
_MOST_TENTHS = 10_000  # of a percent: a difference of ten times the figure says it better itself
_NAMED = 3  # of the layers that an unknown operation is


class Judged(NamedTuple):
    """A count of a network, and what it is to be."""

    name: str
    cost: int
    expected: Expected

    @property
    def fine(self) -> bool:
        """Whether it is that."""
        return self.expected.least <= self.cost <= self.expected.most

    @property
    def more(self) -> int:
        """By how much it is past what it may be, below 0 where it is less; 0 where it is fine."""
        return max(self.cost - self.expected.most, 0) + min(self.cost - self.expected.least, 0)


def message(
    name: str, on: str, judged: Sequence[Judged], layers: Sequence[Layer], base: Priced | None
) -> str:
    """The whole message: counts, then, for each that is wrong, the layers."""
    wrong = [one for one in judged if not one.fine]
    above, below = any(one.more > 0 for one in wrong), any(one.more < 0 for one in wrong)
    what = "something else" if above and below else "more" if above else "less"
    lines = [f"{name} costs {what} than the test says, on {on}", "", *_counts(judged)]
    if below:
        few = [NAMED[one.name].title for one in wrong if one.more < 0]
        lines += ["", f"{listed(few)}: less than the test says, which is out of date"]
    if base is None:
        for one in wrong:
            lines += ["", *_largest(one.name, layers)]
        return "\n".join([*lines, "", *_hint()])
    pairs = paired(base.layers, layers)
    for one in wrong:
        lines += ["", *_grown(one, pairs, base.called)]
    return "\n".join(lines)


def unknown_message(
    name: str, on: str, report: Report, counts: Sequence[str], unknown: Sequence[Unpriced]
) -> str:
    """What is said where counts are at least so much."""
    titles = [NAMED[count].title for count in counts]
    known = [
        [title, f"≥ {int(report.cost[count]):,}"]
        for title, count in zip(titles, counts, strict=True)
    ]
    return "\n".join(
        [
            f"nobody knows what {name} costs, on {on}",
            "",
            *_aligned(known),
            "",
            "unknown, and in no count:",
            *(f"  {visible(one.op)}, {plural(one.uses, 'use')}: {_some(one)}" for one in unknown),
        ]
    )


def _some(one: Unpriced) -> str:
    named = ", ".join(map(visible, one.layers[:_NAMED]))
    return named + (f" and {one.uses - _NAMED:,} more" if one.uses > _NAMED else "")


def _counts(judged: Iterable[Judged]) -> list[str]:
    rows = [["", "expected", "may be", "is", "difference", ""]]
    for one in judged:
        expected, more = one.expected, one.cost - one.expected.figure
        may = f"{expected.least:,} to {expected.most:,}"
        rows.append(
            [
                NAMED[one.name].title,
                expected.written,
                f"{expected.most:,}" if expected.least == expected.most else may,
                f"{one.cost:,}",
                f"{_signed(int(more))}{_percent(more, expected.figure)}",
                "" if one.fine else "too many" if one.more > 0 else "too few",
            ]
        )
    if all(row[1] == row[2] for row in rows[1:]):  # exact figures say that themselves
        rows = [[row[0], row[1], *row[3:]] for row in rows]
    return _aligned(rows, last=1)


def _grown(one: Judged, pairs: Sequence[Pair], called: str) -> list[str]:
    """The layers that have another count than before, those of the side that is wrong first."""
    title = NAMED[one.name].title
    sign = 1 if one.more > 0 else -1
    differing = [pair for pair in pairs if pair.more(one.name) != 0]
    if not differing:
        return [f"{title}: no layer differs from {called}; the figure in the test is another"]
    differing.sort(key=lambda pair: _order(pair, one.name, sign))
    named, rest = differing[:_MOST], differing[_MOST:]
    total, whole = _sum(differing, one.name)
    rows = [_row(pair, one.name) for pair in named]
    if rest:
        rows.append([f"and {len(rest):,} more", "", "", "", "", _signed(_sum(rest, one.name)[0])])
    many = plural(len(differing), "layer")
    equal = plural(len(pairs) - len(differing), "other is", "others are")
    unknown = "" if whole else " and what nobody knows"
    head = f"{title}, layer by layer beside {called}: {_signed(total)}{unknown} in {many}"
    return [f"{head}, {equal} equal", *_aligned(rows, indent=2, last=0)]


def _order(pair: Pair, name: str, sign: int) -> tuple[bool, int]:
    """What nobody knows first, then the side that is wrong, then the other, the most first."""
    more = pair.more(name)
    return (more is not None and more * sign < 0, 0 if more is None else -abs(more))


def _sum(pairs: Iterable[Pair], name: str) -> tuple[int, bool]:
    found = [pair.more(name) for pair in pairs]
    return sum(more for more in found if more is not None), None not in found


def _row(pair: Pair, name: str) -> list[str]:
    before, after = pair
    layer = after or before
    assert layer is not None  # noqa: S101  a pair has one of them
    was = " ".join(
        part
        for part in (
            visible(before.path) if before and before.path != layer.path else "",
            visible(before.op) if before and before.op != layer.op else "",
        )
        if part
    )
    path = f"{visible(layer.path)} (was {was})" if was else visible(layer.path)
    counts = ["–" if count is None else f"{count:,}" for count in pair.costs(name)]
    if before is None:
        counts[0] = "new"
    if after is None:
        counts[1] = "gone"
    more = pair.more(name)
    return [
        path,
        visible(layer.op),
        counts[0],
        "→",
        counts[1],
        "" if more is None else _signed(more),
    ]


def _largest(name: str, layers: Sequence[Layer]) -> list[str]:
    known = [(layer.cost(name) or 0, layer) for layer in layers]
    first = sorted(known, key=lambda one: -one[0])[:_FEW]
    rows = [
        [visible(layer.path), visible(layer.op), f"{count:,}"] for count, layer in first if count
    ]
    if not rows:
        return [f"{NAMED[name].title}: no layer has any"]
    return [f"{NAMED[name].title}, the most by layer:", *_aligned(rows, indent=2)]


def _hint() -> list[str]:
    """How the layers that grew come to be known."""
    kept = "pytest's cache knows of no run of this test that passed: the next one that does is kept"
    save = 'fc.analyze(…).save("cost.json")'
    how = f'to see which layers differ: {save} of what it should be, then baseline="cost.json"'
    return [*([kept] if is_kept() else []), how]


def _signed(more: int) -> str:
    return f"{more:+,}".replace("-", "−") if more else "0"


def _percent(more: Fraction, figure: Fraction) -> str:
    if not figure:
        return ""
    tenths = round(1000 * more / figure)
    if not 0 < abs(tenths) < _MOST_TENTHS:
        return ""
    return f" ({'+' if tenths > 0 else '−'}{abs(tenths) // 10}.{abs(tenths) % 10} %)"


def _aligned(rows: Sequence[Sequence[str]], indent: int = 0, last: int = 0) -> list[str]:
    """Columns: to the left the first, and the second or the `last`; numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    columns = range(len(widths))
    left = {0, *(columns[-last:] if last else columns[1:2] if len(widths) > 2 else ())}
    lines = [
        "  ".join(
            text.ljust(width) if place in left else text.rjust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return [f"{' ' * indent}{line}".rstrip() for line in lines]
