"""What may have been printed of a network: each counter, and our own counts, in each setting."""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ...calls import OPERATOR, Call
from ...core import UNITS, Counts, Row
from ...errors import FlopcountError
from ..counting import Counted, Part, operation
from ..networks import Watched
from ..rules import tools
from ..tool import Tool
from .number import FLOPS, MACS, PARAMETERS
from .setups import Setup, setups

if TYPE_CHECKING:
    from ..versions import Older

MOST_CHANGES = 2  # of a reading: more of them give any number
OURS = "flopcount"
_TWICE = UNITS["flops"]


class Reading(NamedTuple):
    """A number that may have been printed: by whom, its unit, and what is not as it was given."""

    value: int
    by: str
    unit: str
    changed: tuple[str, ...] = ()


def readings(watched: Watched, failed: dict[str, str] | None = None) -> Iterator[Reading]:
    """All that may have been printed of a network, with two changes at most.

    The counters that cannot count it as it is given are put into `failed`, each with why.
    """
    for setup in setups(watched):
        if setup.rows is not None:
            yield from (one for one in _stored(setup.rows, setup) if _few(one))
        head = head_of(setup.watched.calls)
        for counted, whole, may_be_mistaken in _counts(setup, failed):
            for reading in (whole, *_without(counted.parts, whole, head)):
                if _few(reading):
                    yield reading
                if len(reading.changed) < MOST_CHANGES and may_be_mistaken:
                    yield _mistaken(reading)


def _few(reading: Reading) -> bool:
    return len(reading.changed) <= MOST_CHANGES


def _mistaken(reading: Reading) -> Reading:
    """What it is where its unit is taken for the other one, and doubled or halved once more."""
    if reading.unit == FLOPS:
        value, unit, says = reading.value // _TWICE, MACS, "halved"
    else:
        value, unit, says = reading.value * _TWICE, FLOPS, "doubled"
    return reading._replace(value=value, unit=unit, changed=(*reading.changed, says))


def _versions(
    tool: Tool, setup: Setup, failed: dict[str, str] | None
) -> Iterator[tuple[Counted, tuple[str, ...]]]:
    """What a tool counts, and where that is another number in older versions, which these are."""
    runs: list[tuple[Counted, Older]] = []  # the newest of them first
    known: set[int] = set()
    try:
        newest = setup.watched.count(tool)
        known.add(newest.value)
        yield newest, ()
    except FlopcountError as error:
        if failed is not None and not setup.changed:
            failed[tool.name] = str(error)
    if len(setup.changed) == MOST_CHANGES:
        return
    for past in reversed(tool.older):
        try:
            counted = setup.watched.count(tool.at(past.version))
        except FlopcountError:
            continue
        if runs and runs[-1][0].value == counted.value:
            runs[-1] = counted, runs[-1][1].from_(past)
        else:
            runs.append((counted, past))
    for counted, past in runs:
        if counted.value not in known:
            known.add(counted.value)
            yield counted, (f"version {past.says}",)


def _counts(setup: Setup, failed: dict[str, str] | None) -> Iterator[tuple[Counted, Reading, bool]]:
    """What each counter counts, then our own counts; whether its unit may be taken for another.

    Papers that call multiply-adds FLOPs have taken theirs for another already.
    """
    watched, changed = setup.watched, setup.changed
    own = {unit: watched.own(unit) for unit in _OWN}
    inside = {unit: _unpadded(counted) for unit, counted in own.items()}
    macs = {own[MACS].value, inside[MACS].value}
    for tool in tools().values():
        for counted, version in _versions(tool, setup, failed):
            habit = tool.unit == FLOPS and counted.value in macs
            unit = MACS if habit else tool.unit
            whole = Reading(counted.value, tool.name, unit, (*changed, *version))
            yield counted, whole, unit != PARAMETERS and not habit
    for unit, says in _OWN.items():
        whole = Reading(own[unit].value, f"{OURS} {says}", unit, changed)
        yield own[unit], whole, True
        unpadded = (*changed, "no padding")
        yield inside[unit], whole._replace(value=inside[unit].value, changed=unpadded), True


_OWN = {MACS: "multiplies", FLOPS: "FLOPs"}


def _unpadded(counted: Counted) -> Counted:
    parts = tuple(
        part._replace(terms=tuple(t._replace(value=part.call.facts["inside"]) for t in part.terms))
        for part in counted.parts
        if "inside" in part.call.facts
    )
    return Counted(parts)


def _without(parts: Sequence[Part], whole: Reading, head: Collection[int]) -> Iterator[Reading]:
    """The same without some of its parts."""
    changed = whole.changed
    if biased := [term for part in parts for term in part.terms if term.text == "bias"]:
        unbiased = whole.value - sum(term.times * term.value for term in biased)
        yield whole._replace(value=unbiased, changed=(*changed, "no biases"))
    if head:
        before = sum(part.value for part in parts if part.of < min(head))
        if before != whole.value:
            yield whole._replace(value=before, changed=(*changed, "no classifier"))


def head_of(calls: Sequence[Call]) -> list[int]:
    """The calls of the classifier: the last dense layers, on one row for each sample, or the last.

    None of them where nothing is before.
    """
    products = [
        place for place, call in enumerate(calls) if call.level == OPERATOR and "macs" in call.facts
    ]
    found: list[int] = []
    for place in reversed(products):
        call = calls[place]
        if call.kind != "dense" or (found and call.facts["rows"] != call.facts["batch"]):
            break
        found.insert(0, operation(calls, place))
        if call.facts["rows"] != call.facts["batch"]:
            break
    return found if len(found) < len(products) else []


def _stored(rows: Sequence[Row], setup: Setup) -> Iterator[Reading]:
    """The parameters that are stored, by what is taken for one."""
    paths = {_path(setup.watched.calls[place].path) for place in head_of(setup.watched.calls)}
    before = [row for row in rows if _path(row.node.path) not in paths]
    for some, cut in ((rows, ()), *([(before, ("no classifier",))] if paths else [])):
        counts = Counts(some)
        for value, changed in (
            (counts.params, ()),
            (counts.params_with_stats, ("with moving statistics",)),
            (counts.weights, ("no biases", "no norms")),
            (counts.weights + counts.biases, ("no norms",)),
            (counts.weights + counts.norm_params, ("no biases",)),
        ):
            whole = (*setup.changed, *cut, *changed)
            yield Reading(int(value), f"{OURS} parameters", PARAMETERS, whole)


def _path(path: str) -> str:
    return path.replace("/", ".")
