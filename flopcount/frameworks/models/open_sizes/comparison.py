"""A network at open sizes beside the model at whole numbers: where it agrees, and from where."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from ....core import COUNTS, Counts, Network
from ....errors import FlopcountError, listed
from ....records import dataclass, field, replace
from ....sizes import Size, is_open
from ....sizes.condition import Condition
from ....sizes.polynomial import Space
from ....sizes.values import holds, value
from ..model import Model, Source

Point = Mapping[str, int]  # a size for each name


class Unlike(NamedTuple):
    """Sizes at which the model calls other operations than the formula's, and what that changes."""

    point: Point
    shown: str
    counts: tuple[str, ...]


class NoOtherSizeError(FlopcountError):
    """A formula that could not be compared with the model at another size."""


@dataclass
class Opened:
    """What a model is at open sizes: a run, or a fit of several, and what is said of it."""

    source: Source
    notes: tuple[str, ...] = ()
    least: dict[str, int] = field(default_factory=dict)  # from where it is known to hold
    unlike: tuple[Unlike, ...] = ()

    def network(self, values: Mapping[str, Size]) -> Network:
        """The network in these sizes; what it is not for is kept in their space."""
        space = next(size.space for size in values.values() if is_open(size))
        asked = [*self.source.misfits(values)]
        asked += [Condition(values[name] - least, "<") for name, least in self.least.items()]
        for condition in dict.fromkeys(asked):
            decided = condition.decided()
            if decided is True:
                raise FlopcountError("the model runs at none of these sizes")
            if decided is not False and decided not in space.conditions:
                space.conditions.append(decided)
        network = self.source.network(values)
        return replace(network, notes=(*network.notes, *self.notes))

    def misfits(self, count: str, values: Mapping[str, Size]) -> Iterator[Condition]:
        """Where it is not what the model comes to in this count, though in multiplies it is.

        Raises `FlopcountError` where that is so at a size that none other stands apart from.
        """
        for point, shown, counts in self.unlike:
            if count in counts:
                alone = [name for name, size in point.items() if size == 1]
                if not alone:
                    why = f"at {shown} the model calls other operations"
                    raise FlopcountError(f"no formula of {COUNTS[count].title}: {why}")
                for name in alone:
                    yield Condition(values[name] - 2, "<")


def checked(model: Model, source: Source, names: tuple[str, ...], given: Point) -> Opened:
    """What was opened, compared with the model at the given sizes and at other ones.

    Raises `FlopcountError` where they differ, and where the model runs at no other size.
    """
    space = Space()
    marks: dict[str, Size] = {name: space.name(name) for name in names}
    mine = source.network({**given, **marks})
    rows = mine.rows
    asked = [*source.misfits({**given, **marks}), *space.conditions]

    fitted = getattr(source, "points", ())  # where nothing would be learnt
    unlike: list[Unlike] = []

    def agrees(point: Point) -> bool | None:
        """Whether it does; None where the formula is not for these sizes, or was made of them."""
        own = {name: point[name] for name in names}
        if point in fitted or any(holds(one, own) for one in asked if not isinstance(one, bool)):
            return None
        theirs = model.read(point).rows
        if not _same(rows, theirs, own):
            counts = _unlike(rows, theirs, own)
            if "multiplies" in counts or "params" in counts:
                return False
            unlike.append(Unlike(own, model.shown(point), counts))
        return True

    compared = []
    if agrees(given) is False:
        raise FlopcountError(f"the formula differs from the model at {model.shown(given)}")
    if agrees(given):
        compared.append(model.shown(given))
    points = _points(names, given, source.steps)
    compared += _elsewhere(model, agrees, points, 2 if fitted else 1)
    least = _least(agrees, names, given)
    notes = [*source.notes, f"checked against the model at {listed(compared)}"]
    found = {one.shown: one for one in unlike if one.counts}
    if counts := [name for name in COUNTS if any(name in one.counts for one in found.values())]:
        notes.append(
            f"at {listed(list(found))} the model calls other operations, and "
            f"{listed([COUNTS[name].title for name in counts])} differ there"
        )
    return Opened(source, tuple(notes), least, tuple(found.values()))


def _elsewhere(model: Model, agrees: Any, points: Iterator[Point], few: int) -> list[str]:
    """The first `few` of some sizes that the formula is for, and at which it agrees."""
    error: FlopcountError | None = None
    found: list[str] = []
    for point in points:
        try:
            same = agrees(point)
        except FlopcountError as raised:  # the model does not run there
            error = error or raised
            continue
        if same is False:
            raise FlopcountError(f"the formula differs from the model at {model.shown(point)}")
        found += [model.shown(point)] if same else []
        if len(found) == few:
            return found
    why = f": {error}" if error else ""
    other = "other size that was tried" if not found else "second other size that was tried"
    raise NoOtherSizeError(f"the model runs at no {other}{why}")


def _least(agrees: Any, names: tuple[str, ...], given: Point) -> dict[str, int]:
    """From where it holds: 1 is special to the tracer, so that it is tried, all else as given."""
    least = {}
    for name in names:
        try:
            if agrees({**given, name: 1}) is False:
                least[name] = 2
        except FlopcountError:  # the model does not run there
            least[name] = 2
    return least


def _same(mine: Any, theirs: Any, point: Point) -> bool:
    """Whether the rows of a network in open sizes are those of one in whole numbers."""
    known: dict[Any, Any] = {}
    at = partial(_at, point=point, known=known)
    return len(mine) == len(theirs) and all(
        one.node.op.word == other.node.op.word
        and [tuple(map(at, shape)) for shape in one.held.outputs] == list(other.held.outputs)
        and all(at(one.count(name)) == other.count(name) for name in COUNTS)
        for one, other in zip(mine, theirs, strict=True)
    )


def _unlike(mine: Any, theirs: Any, point: Point) -> tuple[str, ...]:
    """Of which counts the sums differ."""
    ours, known = Counts(mine), dict[Any, Any]()
    return tuple(name for name in COUNTS if _at(ours[name], point, known) != Counts(theirs)[name])


def _at(size: Any, point: Point, known: dict[Any, Any]) -> Any:
    return value(size, point, known) if size is not None and is_open(size) else size


def other_sizes(name: str, size: int) -> tuple[int, ...]:
    """Other sizes of an axis, at which a model may run."""
    if name == "B":
        return (size + 2, size + 1)
    if name in "DHW":
        return (size * 8 // 7, size * 6 // 7, size * 2, size * 3 // 2)
    return (size * 3 // 4, size * 2, size // 2, size + 1)


def _points(names: tuple[str, ...], given: Point, steps: Mapping[str, int]) -> Iterator[Point]:
    """Sizes to compare at, all others than those given, each once."""
    seen = [dict(given)]
    for number in range(8):
        point = dict(given)
        for place, name in enumerate(names):
            step = steps.get(name, 1)
            if step > 1:
                point[name] = step * (max(given[name] // step, 2) + number + place + 1)
            else:
                choices = other_sizes(name, given[name])
                turn = number + place * (1 + number // 4)
                point[name] = max(choices[turn % len(choices)], 1)
        if point not in seen:
            seen.append(point)
            yield point
