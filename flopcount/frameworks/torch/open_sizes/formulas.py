"""A model at sizes that are open: one run, its formulas checked against runs at whole numbers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ....core import COUNTS, Counts, Network
from ....errors import FlopcountError, listed
from ....sizes import Size, is_open
from ....sizes.condition import Condition
from ....sizes.polynomial import Space
from ....sizes.values import holds, value
from ..model import Model
from .fitted import Fitted, fit
from .symbolic import Run, run_open

Point = Mapping[str, int]  # a size for each name


class FixedSizesError(FlopcountError):
    """Sizes that cannot be open, since the model runs at no other; `names` are theirs."""

    def __init__(self, message: str, names: tuple[str, ...]) -> None:
        super().__init__(message)
        self.names = names


class _NoOtherSizeError(FlopcountError):
    """A formula that could not be compared with the model at another size."""


@dataclass
class Opened:
    """What a model is at open sizes: a run, or a fit of several, and what is said of it."""

    source: Run | Fitted
    notes: tuple[str, ...] = ()
    least: dict[str, int] = field(default_factory=dict)  # from where it is known to hold

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


def read_open(model: Model, values: Mapping[str, Size]) -> Network:
    """A model with `values` for some of its names, of which some are open.

    Raises `FlopcountError` for names in which no formula agrees with it.
    """
    names = tuple(name for name in model.symbols if name in values and is_open(values[name]))
    others = {name: int(value) for name, value in values.items() if name not in names}
    return model.named(opened(model, names, others).network(values))


def open_names(model: Model, names: Sequence[str]) -> tuple[str, ...]:
    """Those of some names that a model does not fix itself; it notes the others, and is read.

    Raises `FlopcountError` as `read_open` does.
    """
    left = tuple(names)
    while left:
        try:
            opened(model, left, {})
        except FixedSizesError as fixed:
            model.notes = (*model.notes, str(fixed))
            left = tuple(name for name in left if name not in fixed.names)
        else:
            break
    return left


def opened(model: Model, names: tuple[str, ...], others: Point) -> Opened:
    """A model with these names open, the others at whole numbers; it is opened once.

    Raises `FlopcountError` as `read_open` does.
    """
    key = names, tuple(sorted(others.items()))
    if key not in model.opened:
        model.opened[key] = _opened(model, names, others)
    found: Opened = model.opened[key]
    return found


def _opened(model: Model, names: tuple[str, ...], others: Mapping[str, int]) -> Opened:
    """A model with these names open, the others at whole numbers.

    Traced with the names open; where that fails, with the sides of the input as multiples of 32,
    or of what they are; and where that fails, fitted to runs at whole numbers. Raises
    `FixedSizesError` for what the model holds at one size, and `FlopcountError` where no way led
    to a formula that agrees with the model.
    """
    given = {**model.sizes, **others}
    cause: FlopcountError | None = None
    for steps in _steps(names, given):
        hints = {name: _multiple(given[name], steps.get(name, 1)) for name in names}
        marks: dict[str, Size] = {name: Space().name(name) for name in names}
        try:
            run = run_open(model.module, model.with_sizes({**others, **marks}), hints, steps)
            if run.fixed:
                _refuse(model, run.fixed, given)
            return _checked(model, run, names, given)
        except FixedSizesError:
            raise
        except _NoOtherSizeError as error:
            cause = cause or error
            if not steps:
                _refuse_where_fixed(model, names, given)
        except Exception as error:  # noqa: BLE001  whatever the model's code raises
            cause = cause or _said(error)
    for steps in _steps(names, given)[1:]:
        try:
            return _checked(model, fit(model, names, given, steps), names, given)
        except Exception as error:  # noqa: BLE001  likewise
            cause = cause or _said(error)
    raise FlopcountError(f"no formula in {listed(names)}: {cause}")


def _said(error: Exception) -> FlopcountError:
    """An error as one line."""
    lines = str(error).strip().splitlines()
    return FlopcountError(lines[0] if lines else type(error).__name__)


def _steps(names: tuple[str, ...], given: Point) -> list[dict[str, int]]:
    """What the sides of the input are multiples of, in one try after the other."""
    sides = [name for name in names if name in "DHW" and given[name] > 1]
    tries: list[dict[str, int]] = [{}]
    if sides:
        tries += [
            {name: 32 for name in sides if name != "D"},
            {name: given[name] for name in sides},
        ]
    elif any(given[name] > 1 and name != "B" for name in names):
        tries.append({n: given[n] // 4 or 1 for n in names if n != "B"})
    return tries


def _multiple(size: int, step: int) -> int:
    """A multiple of a step, twice it at least, that may stand for a size."""
    return max(size // step, 2) * step


def _refuse(model: Model, fixed: Point, given: Point) -> None:
    """Raise for sizes that the model itself fixes, or that its code takes as plain numbers."""
    _refuse_where_fixed(model, tuple(fixed), given)
    raise FlopcountError(f"its code works with {listed(list(fixed))} as a plain number")


def _refuse_where_fixed(model: Model, names: tuple[str, ...], given: Point) -> None:
    """Raise `FixedSizesError` for those at which alone the model runs, all others as given."""
    held = [name for name in names if not _runs(model, name, given)]
    if len(held) == 1:
        (name,) = held
        raise FixedSizesError(f"{name} is fixed at {given[name]} by the model", (name,))
    if held:
        sizes = listed([f"{name} at {given[name]}" for name in held])
        raise FixedSizesError(f"{sizes} are fixed by the model", tuple(held))


def _runs(model: Model, name: str, given: Point) -> bool:
    """Whether a model runs at another size."""
    for other in _others(name, given[name]):
        with suppress(Exception):  # whatever the model's code raises
            model.read({**given, name: other})
            return True
    return False


def _others(name: str, size: int) -> tuple[int, ...]:
    """Other sizes of an axis, at which a model may run."""
    if name == "B":
        return (size + 2, size + 1)
    if name in "DHW":
        return (size * 8 // 7, size * 6 // 7, size * 2, size * 3 // 2)
    return (size * 3 // 4, size * 2, size // 2, size + 1)


def _points(names: tuple[str, ...], given: Point, steps: Mapping[str, int]) -> Iterator[Point]:
    """Sizes to compare at, all others than those given."""
    for number in range(4):
        point = dict(given)
        for place, name in enumerate(names):
            step = steps.get(name, 1)
            if step > 1:
                point[name] = step * (max(given[name] // step, 2) + (number + place) % 4 + 1)
            else:
                choices = _others(name, given[name])
                point[name] = max(choices[(number + place) % len(choices)], 1)
        yield point


def _checked(model: Model, source: Run | Fitted, names: tuple[str, ...], given: Point) -> Opened:
    """What was opened, compared with the model at the given sizes and at other ones.

    Raises `FlopcountError` where they differ, and where the model runs at no other size.
    """
    space = Space()
    marks: dict[str, Size] = {name: space.name(name) for name in names}
    mine = source.network({**given, **marks})
    rows = mine.rows
    asked = [*source.misfits({**given, **marks}), *space.conditions]

    others: list[str] = []  # where the model calls other operations

    def agrees(point: Point) -> bool | None:
        """Whether it does; None where the formula is not for these sizes."""
        own = {name: point[name] for name in names}
        if any(holds(one, own) for one in asked if not isinstance(one, bool)):
            return None
        theirs = model.read(point).rows
        same, alike = _same(rows, theirs, own), _alike(rows, theirs, own)
        if alike and not same:
            others.append(model.shown(point))
        return alike

    compared = []
    if agrees(given) is False:
        raise FlopcountError(f"the formula differs from the model at {model.shown(given)}")
    if agrees(given):
        compared.append(model.shown(given))
    compared.append(_elsewhere(model, agrees, _points(names, given, source.steps)))
    least = _least(agrees, names, given)
    notes = [*source.notes, f"checked against the model at {listed(compared)}"]
    if found := [*dict.fromkeys(others)]:
        notes.append(
            f"at {listed(found)} the model calls other operations, to the same multiplies and "
            "parameters; other counts differ there"
        )
    return Opened(source, tuple(notes), least)


def _elsewhere(model: Model, agrees: Any, points: Iterator[Point]) -> str:
    """The first of some sizes that the formula is for, and at which it agrees with the model."""
    error: Exception | None = None
    for point in points:
        try:
            found = agrees(point)
        except Exception as raised:  # noqa: BLE001  whatever the model's code raises
            error = error or raised
            continue
        if found is False:
            raise FlopcountError(f"the formula differs from the model at {model.shown(point)}")
        if found:
            return model.shown(point)
    why = f": {_said(error)}" if error else ""
    raise _NoOtherSizeError(f"the model runs at no other size that was tried{why}")


def _least(agrees: Any, names: tuple[str, ...], given: Point) -> dict[str, int]:
    """From where it holds: 1 is special to the tracer, so that it is tried, all else as given."""
    least = {}
    for name in names:
        try:
            if agrees({**given, name: 1}) is False:
                least[name] = 2
        except Exception:  # noqa: BLE001  whatever the model's code raises
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


def _alike(mine: Any, theirs: Any, point: Point) -> bool:
    """Whether they come to the same multiplies and parameters."""
    return all(
        _at(Counts(mine)[name], point, {}) == Counts(theirs)[name]
        for name in ("multiplies", "params")
    )


def _at(size: Any, point: Point, known: dict[Any, Any]) -> Any:
    return value(size, point, known) if size is not None and is_open(size) else size
