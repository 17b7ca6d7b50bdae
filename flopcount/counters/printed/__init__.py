"""Which counter, unit, version, setting or mistake gives a number that somebody printed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain
from typing import NamedTuple

from ...core import Network
from ...errors import listed, plural, visible
from ...records import dataclass
from ...rewrites import with_part
from ...writing.sheet import Column, Sheet
from ..networks import calls_of
from .candidates import MOST_CHANGES, OURS, Reading, readings
from .number import FLOPS, MACS, PARAMETERS, Asked, Fit, read_asked

MOST_SHOWN = 12
_NEAREST = 3  # plain readings, where nothing fits
_FAR = Fraction(2)  # times a number, or a part of it: so far off is the nearest alone
_CALLED = {  # by the word that it came with
    FLOPS: "called FLOPs; where the unit is MAC or mult-adds, a multiply and its add are one",
    MACS: "called MACs; where the unit is FLOP, a multiply and its add are two",
}
_COLUMNS = (
    Column("value", "number", "count", key=True),
    Column("unit", "unit"),
    Column("counter", "who counts so", key=True),
    Column("changed", "changed"),
    Column("fits", "fits"),
    Column("off", "off", "change"),
)


Settings = tuple[tuple[str, ...], ...]


class Found(NamedTuple):
    """A number, who gives it with as few `changes`, in which settings, and how it fits.

    `changed` has the settings that give it, each the changes that it is; `fit` is None where it
    does not fit.
    """

    value: int
    unit: str
    by: tuple[str, ...]
    changes: int
    changed: Settings
    fit: Fit | None


@dataclass(frozen=True)
class Printers(Sheet):
    """Who may have printed a number, as a table; whether anything `fits` it."""

    fits: bool = False


def who_prints(
    network: Network,
    printed: object,
    place: str = "printed",
    also: Iterable[Reading] = (),
) -> Printers:
    """Who may have printed a number of a network: what fits it, the fewest changes first.

    `also` is what others than counters print of it. Counters that cannot count the
    network are named. Raises `FlopcountError` for what is no number, and where a model does not
    run.
    """
    asked = read_asked(printed, place)
    watched = calls_of(network)
    failed: dict[str, str] = {}
    found = _grouped(asked, chain(also, readings(watched, failed)))
    fitting = [one for one in found if one.fit]
    shown = _plainest(fitting) if fitting else _nearest(asked, found)
    named = visible(with_part(network))
    return Printers(
        _COLUMNS,
        [_row(asked, one) for one in shown],
        heading=(
            f"who prints {visible(asked.text)} of {named}",
            watched.says,
        ),
        notes=(asked.says(), *asked.notes(), *_notes(asked, shown, fits=bool(fitting))),
        footer=(
            *filter(None, [watched.unknown_note]),
            *_left_out(len(fitting) - len(shown), fits=bool(fitting)),
            *_failed(failed),
        ),
        fits=bool(fitting),
    )


def _grouped(asked: Asked, given: Iterable[Reading]) -> list[Found]:
    """The readings by what they come to, those with more changes left out; the best fit first."""
    by_value: dict[int, list[Reading]] = {}
    for reading in _needed(asked, given):
        by_value.setdefault(reading.value, []).append(reading)
    found = []
    for value, of_it in by_value.items():
        least = min(len(reading.changed) for reading in of_it)
        plainest = [reading for reading in of_it if len(reading.changed) == least]
        fit = asked.fit(value)
        found += [
            Found(value, unit, by, least, changed, fit) for unit, by, changed in _alike(plainest)
        ]
    return sorted(found, key=lambda one: _order(asked, one))


def _needed(asked: Asked, given: Iterable[Reading]) -> Iterator[Reading]:
    """Those of the unit, without what fits where the same does with fewer changes, as well."""
    every = [one for one in given if asked.unit != PARAMETERS or one.unit == PARAMETERS]
    fitting: dict[str, list[tuple[int, frozenset[str]]]] = {}
    for one in every:
        if fit := asked.fit(one.value):
            fitting.setdefault(one.by, []).append((fit.rank, frozenset(one.changed)))
    for one in every:
        fit, changed = asked.fit(one.value), frozenset(one.changed)
        if not fit or not any(
            rank <= fit.rank and fewer < changed for rank, fewer in fitting[one.by]
        ):
            yield one


def _alike(given: Sequence[Reading]) -> Iterator[tuple[str, tuple[str, ...], Settings]]:
    """Readings of one number: those of one setting together, then settings of the same counters."""
    by: dict[tuple[str, tuple[str, ...]], dict[str, None]] = {}
    for unit, changed, name in ((one.unit, one.changed, one.by) for one in given):
        by.setdefault((unit, changed), {})[name] = None
    settings: dict[tuple[str, tuple[str, ...]], list[tuple[str, ...]]] = {}
    for (unit, changed), names in by.items():
        settings.setdefault((unit, tuple(names)), []).append(changed)
    for (unit, counters), changes in settings.items():
        yield unit, counters, tuple(changes)


def _order(asked: Asked, one: Found) -> tuple[object, ...]:
    rank = one.fit.rank if one.fit else 0
    other = bool(asked.unit) and not _is_called(asked, one)
    return rank, one.changes, other, abs(asked.off(one.value))


def _is_called(asked: Asked, one: Found) -> bool:
    """Whether a number's unit is what was said of it; mult-adds are MACs."""
    return (
        asked.unit == one.unit
        if PARAMETERS in (asked.unit, one.unit)
        else ((asked.unit == FLOPS) == (one.unit == FLOPS))
    )


def _plainest(fitting: Sequence[Found]) -> Sequence[Found]:
    """Those with the fewest changes, and one more."""
    least = min(one.changes for one in fitting)
    return [one for one in fitting if one.changes <= least + 1][:MOST_SHOWN]


def _nearest(asked: Asked, found: Sequence[Found]) -> Sequence[Found]:
    """The nearest without a change, and of those with more what is nearer; none that is far off."""
    by_distance = sorted(found, key=lambda one: (abs(asked.off(one.value)), one.changes))
    plain = [one for one in by_distance if not one.changes][:_NEAREST]
    shown, least = [], MOST_CHANGES + 1
    for one in by_distance:
        nearer = one.changes < least
        least = min(least, one.changes)
        if nearer or one in plain:
            shown.append(one)
    near = [one for one in shown if 1 / _FAR <= 1 + asked.off(one.value) <= _FAR]
    return near or shown[:1]


def _row(asked: Asked, one: Found) -> list[object]:
    by = [*(name for name in one.by if not name.startswith(OURS)), *one.by]
    return [
        one.value,
        one.unit,
        ", ".join(dict.fromkeys(by)),
        " or ".join(map(", ".join, one.changed)) or None,
        one.fit.says if one.fit else "no",
        float(asked.off(one.value)),
    ]


def _notes(asked: Asked, shown: Sequence[Found], *, fits: bool) -> tuple[str, ...]:
    notes = []
    if not fits:
        notes.append("nothing fits it; the nearest:")
    if asked.unit and any(not _is_called(asked, one) for one in shown):
        notes.append(_CALLED.get(asked.unit, _CALLED[MACS]))
    return tuple(notes)


def _left_out(more: int, *, fits: bool) -> tuple[str, ...]:
    if not fits or not more:
        return ()
    fit = "fits" if more == 1 else "fit"
    return (f"{plural(more, 'more number')} {fit}, with more changes or farther off",)


def _failed(failed: Mapping[str, str]) -> tuple[str, ...]:
    """What was not tried, by the first that says why."""
    if not failed:
        return ()
    return (f"not tried: {listed(list(failed))} ({next(iter(failed.values()))})",)
