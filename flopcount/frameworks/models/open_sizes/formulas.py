"""A model at sizes that are open: one run, its formulas checked against runs at whole numbers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from ....core import Network
from ....errors import FlopcountError, listed
from ....sizes import Size, is_open
from ....sizes.condition import Condition
from ....sizes.polynomial import Space
from ..model import Model
from ..shapes import MisreadError
from .comparison import NoOtherSizeError, Opened, Point, checked, other_sizes
from .fitted import fit


class FixedSizesError(FlopcountError):
    """Sizes that cannot be open, since the model runs at no other; `names` are theirs."""

    def __init__(self, message: str, names: tuple[str, ...]) -> None:
        super().__init__(message)
        self.names = names


def read_open(model: Model, values: Mapping[str, Size]) -> Network:
    """A model with `values` for some of its names, of which some are open.

    Raises `FlopcountError` for names in which no formula agrees with it.
    """
    names, others = _parted(model, values)
    return model.named(opened(model, names, others).network(values))


def misfits(model: Model, count: str, values: Mapping[str, Size]) -> Iterator[Condition]:
    """At which open sizes a count is not the formula's, though its multiplies are.

    Raises `FlopcountError` where no formula of that count holds.
    """
    names, others = _parted(model, values)
    if names:
        yield from opened(model, names, others).misfits(count, values)


def _parted(model: Model, values: Mapping[str, Size]) -> tuple[tuple[str, ...], Point]:
    """The names that are open, in the model's order, and the sizes of the others."""
    names = tuple(name for name in model.symbols if name in values and is_open(values[name]))
    return names, {name: int(value) for name, value in values.items() if name not in names}


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
            run = model.open(model.with_sizes({**others, **marks}), hints, steps)
            if run.fixed:
                _refuse(model, run.fixed, given)
            return checked(model, run, names, given)
        except (FixedSizesError, MisreadError):
            raise
        except NoOtherSizeError as error:
            cause = cause or error
            if not steps:
                _refuse_where_fixed(model, names, given)
        except FlopcountError as error:  # as what a model's own code raises is said, too
            cause = cause or error
    for steps in _steps(names, given)[1:]:
        try:
            return checked(model, fit(model, names, given, steps), names, given)
        except FlopcountError as error:
            cause = cause or error
    _refuse_where_fixed(model, names, given)  # a size of which a tracer says only that it misfits
    raise FlopcountError(f"no formula in {listed(names)}: {cause}")


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
    for other in other_sizes(name, given[name]):
        with suppress(FlopcountError):  # it does not run there
            model.read({**given, name: other})
            return True
    return False
