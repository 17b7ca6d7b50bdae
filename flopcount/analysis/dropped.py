"""What layers do not read of their input, or repeat unevenly: read off the meets of their nests.

A pool or a convolution whose last window ends before its input does, a crop, an upsample to a size
that is no whole multiple. What a stride leaves out between two windows is its nature, and not said.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ..core import Network, Row, is_transposed
from ..core.graph import port
from ..errors import listed, plural
from ..sizes import Enlarged, Meet, Slide
from .layer_text import does_text

_NAMED = 3  # of the layers that lose the same, so many are named
_SAID = 4  # and so many losses
_AXES = {1: ("position",), 2: ("row", "column"), 3: ("plane", "row", "column")}

_PerAxis = tuple[int, ...]


class Dropped(NamedTuple):
    """How many of its input's numbers a layer does not read, at either end of each axis."""

    before: _PerAxis
    after: _PerAxis


class Repeated(NamedTuple):
    """How often a layer copies a number of its input, along each axis: `least` and `most`."""

    least: _PerAxis
    most: _PerAxis


def dropped(row: Row) -> Dropped | None:
    """What a layer does not read; None where it reads all, or is a transposed convolution.

    >>> import flopcount as fc
    >>> dropped(fc.parse("7x7x4 > maxpool 2x2/2 valid").rows[0])
    Dropped(before=(0, 0), after=(1, 1))
    """
    slides = [meet for meet in _meets(row) if isinstance(meet, Slide)]
    if is_transposed(row.node.op) or not slides:
        return None
    before = tuple([max(-int(slide.before), 0) for slide in slides])
    after = tuple(map(_left_over, slides))
    return Dropped(before, after) if any((*before, *after)) else None


def repeated(row: Row) -> Repeated | None:
    """How often a layer copies what it reads; None where each number is copied as often.

    >>> import flopcount as fc
    >>> repeated(fc.parse("4x4x3 > upsample to=8x10").rows[0])
    Repeated(least=(2, 2), most=(2, 3))
    """
    grown = [meet for meet in _meets(row) if isinstance(meet, Enlarged) and meet.taps == 1]
    if all(meet.outputs % meet.n == 0 for meet in grown):
        return None
    least = tuple([int(meet.outputs // meet.n) for meet in grown])
    return Repeated(least, tuple([int(-(-meet.outputs // meet.n)) for meet in grown]))


def _meets(row: Row) -> Sequence[Meet]:
    """Where a layer's outputs meet the grid that it reads, along each axis; none for other layers.

    A channel's are no such: what a GLU's half does not read, its other half does.
    """
    return next((nest.meets["o:t"] for nest in row.work.nests if "o:t" in nest.meets), ())


def _left_over(slide: Slide) -> int:
    """How many numbers lie behind the last window, where they are more than between two."""
    spans = (slide.taps - 1) * slide.dilation + 1
    ends = (slide.outputs - 1) * slide.stride - slide.before + spans
    left = int(slide.n - ends)
    return left if left > max(slide.stride - spans, 0) else 0


def losses_of(row: Row) -> dict[str, dict[str, list[int]]]:
    """The same as a layer's JSON has it: nothing where nothing is lost."""
    found = {"dropped": dropped(row), "repeated": repeated(row)}
    return {
        name: {end: list(counts) for end, counts in loss._asdict().items()}
        for name, loss in found.items()
        if loss
    }


def loss_notes(network: Network, rows: Iterable[Row]) -> tuple[str, ...]:
    """A sentence for what is not read, and one for what is repeated unevenly, of all the `rows`.

    >>> import flopcount as fc
    >>> net = fc.parse("7x7x4 > maxpool 2x2/2 valid > upsample to=8x8")
    >>> loss_notes(net, net.rows)[0]
    'not read: the last row and column of 7×7 by maxpool 2×2/2 (spec/1)'
    """
    whole = network.whole or network
    read = {at for node in whole.nodes for at in node.inputs}
    read |= {whole.output, *whole.outputs.values()}
    unread: dict[str, list[str]] = {}
    uneven: dict[str, list[str]] = {}
    said: dict[tuple[Any, ...], tuple[str, str]] = {}  # equal layers lose the same
    for row in rows:
        key = (row.node.op, row.inputs)
        if key not in said:
            lost, grown = dropped(row), repeated(row)
            by = f"of {_grid(row)} by {does_text(row)}"
            said[key] = (f"{_ends(lost)} {by}" if lost else "", _times(grown, by) if grown else "")
        for text, found in zip(said[key], (unread, uneven), strict=True):
            if text:
                found.setdefault(text, []).append(row.node.path)
        parts = len(row.held.outputs)
        several = parts > 1 and not row.node.call  # in a model that is common
        for part in range(parts) if several else ():  # a layer with one is said in the heading
            if port(row.node.path, part) not in read:
                text = f"part {part + 1} of {parts} of the channels by {row.node.op.word}"
                unread.setdefault(text, []).append(row.node.path)
    notes = {"not read": unread, "repeated unevenly": uneven}
    return tuple(f"{what}: {_all(found)}" for what, found in notes.items() if found)


def _all(found: dict[str, list[str]]) -> str:
    """Each loss with the names of its layers; of many the first."""
    parts = [f"{text} ({_some(paths)})" for text, paths in list(found.items())[:_SAID]]
    more = sum(map(len, list(found.values())[_SAID:]))
    return "; ".join([*parts, *([f"and by {plural(more, 'other layer')}"] if more else [])])


def _some(paths: Sequence[str]) -> str:
    more = len(paths) - _NAMED
    return ", ".join(paths[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _grid(row: Row) -> str:
    """The grid that a layer reads; a model's may come before or behind the channels."""
    if row.node.call:
        return "×".join(str(meet.n) for meet in _meets(row))
    return "×".join(map(str, row.inputs[0][:-1])) if row.inputs else ""


def _ends(lost: Dropped) -> str:
    """``the last row and column``, ``a margin of 2``, ``the first row and the last 2 columns``."""
    if lost.before == lost.after and len(set(lost.before)) == 1:
        return f"a margin of {lost.before[0]}"
    sides = zip(("first", "last"), lost, strict=True)
    return listed([part for which, counts in sides for part in _side(which, counts)])


def _side(which: str, counts: _PerAxis) -> list[str]:
    """What is lost at one end: of all axes together where that is the same number."""
    lost = [(n, axis) for n, axis in zip(counts, _AXES[len(counts)], strict=True) if n]
    numbers = {n for n, _ in lost}
    if len(numbers) == 1:
        (n,) = numbers
        names = listed([axis if n == 1 else f"{axis}s" for _, axis in lost])
        return [f"the {which} {names}" if n == 1 else f"the {which} {n:,} {names}"]
    return [f"the {which} {axis if n == 1 else f'{n:,} {axis}s'}" for n, axis in lost]


def _times(grown: Repeated, by: str) -> str:
    """``rows and columns 2 or 3 times of 14×14 by upsample to=33``."""
    axes = zip(_AXES[len(grown.least)], grown.least, grown.most, strict=True)
    found: dict[tuple[int, int], list[str]] = {}
    for axis, least, most in axes:
        if least != most:
            found.setdefault((least, most), []).append(f"{axis}s")
    parts = [f"{listed(names)} {a} or {b} times" for (a, b), names in found.items()]
    return f"{listed(parts)} {by}"
