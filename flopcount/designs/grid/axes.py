"""The grid of a sweep: what varies, and over which values."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from math import prod
from typing import TypeAlias

from ...errors import FlopcountError, quote
from ...notation import Variable, variables_of
from ...reading import whole_number
from ...records import dataclass
from ...sizes import as_size

MAX_VALUES = 2**16  # along one axis
MAX_GRID = 10**15

Box: TypeAlias = tuple[Sequence[int], ...]  # the values along each axis


@dataclass(frozen=True)
class Axis:
    """A varied name as typed, the draft's variables that it sets, and its values in order."""

    name: str
    variables: tuple[Variable, ...]
    points: Sequence[int]

    @property
    def varies(self) -> bool:
        """Whether it has several values."""
        return len(self.points) > 1


def read_values(given: str | Iterable[int], name: str) -> Sequence[int]:
    """The values of a varied name: ``"8:64:8"`` (64 too), ``"8,16,24"``, or whole numbers.

    Raises `FlopcountError` for a range that is empty or endless, and for a value named twice.

    >>> list(read_values("8:24:8,32", "r5"))
    [8, 16, 24, 32]
    """
    parts: list[Sequence[int]] = []
    if isinstance(given, str):
        if "=" in given:
            together = f"input={given.rpartition('=')[2]}"
            raise FlopcountError(
                f"{quote(f'{name}={given}')}: a range is of one name; {quote(together)} varies all "
                "sides alike"
            )
        parts = [_range(part, given, name) for part in given.split(",")]
    elif not isinstance(given, Iterable) or isinstance(given, bytes | bytearray):
        raise FlopcountError(
            f"{name}: expected values, as in '8:64:8' or [8, 16], not {quote(given)}"
        )
    else:
        parts = [tuple(islice(given, MAX_VALUES + 1))]
    if sum(map(len, parts)) > MAX_VALUES:
        raise FlopcountError(f"{name}: more than {MAX_VALUES:,} values, the limit for one name")
    values = [as_size(value, name) for part in parts for value in part]
    if not values:
        raise FlopcountError(f"{name}: no values in {quote(given)}")
    if len(set(values)) < len(values):
        twice = next(value for index, value in enumerate(values) if value in values[:index])
        raise FlopcountError(f"{name}: the value {twice} is named twice")
    return values


def _range(part: str, text: str, name: str) -> Sequence[int]:
    """Read ``8``, ``8:64`` or ``8:64:8``; the end belongs to it."""
    option = f"{name}={text}"
    ends = part.split(":")
    if len(ends) > 3 or not all(ends):
        raise FlopcountError(f"{quote(option)}: {quote(part)} is not FIRST:LAST:STEP, as in 8:64:8")
    numbers = [whole_number(end.strip(), f"{quote(option)}: a value", least=0) for end in ends]
    first, last = numbers[0], numbers[-1] if len(numbers) == 1 else numbers[1]
    step = numbers[2] if len(numbers) == 3 else 1
    if step < 1:
        raise FlopcountError(f"{quote(option)}: the range is endless: its step is 0")
    if first > last:
        raise FlopcountError(
            f"{quote(option)}: the range is empty: {first} is past its end, {last}"
        )
    return range(first, last + 1, step)


def check_vary(vary: object) -> None:
    """Raise `FlopcountError` for what names nothing that varies."""
    if not isinstance(vary, Mapping):
        raise FlopcountError(
            f"vary is {quote(vary)}, not the values of each name: {{'3a.r5': '8:64:8'}}"
        )
    if not vary:
        raise FlopcountError("nothing varies; name a range, as in --vary 3a.r5=8:64:8")


def read_axes(
    vary: Mapping[str, str | Iterable[int]],
    known: Sequence[Variable],
    modules: Sequence[str],
    most: float = MAX_GRID,
) -> tuple[Axis, ...]:
    """The axes of a grid. ``input`` is H and W together; a bare column is one of the `modules`.

    It has at most so many designs.

    Raises `FlopcountError` for a name that is not `known`, or is varied twice.
    """
    axes = [
        Axis(name, variables_of(name, known, modules, "name to vary"), read_values(values, name))
        for name, values in vary.items()
    ]
    check_once((axis.name, axis.variables) for axis in axes)
    size = prod(len(axis.points) for axis in axes)
    if size > most:
        raise FlopcountError(f"the grid has {size:,} designs; the limit is {most:,}")
    return tuple(axes)


def check_once(named: Iterable[tuple[str, Iterable[Variable]]]) -> None:
    """Raise `FlopcountError` where two names vary one variable."""
    seen: dict[Variable, str] = {}
    for name, variables in named:
        for variable in variables:
            if variable in seen:
                raise FlopcountError(f"{seen[variable]} and {name} both vary {variable.name}")
            seen[variable] = name


def design_at(axes: Sequence[Axis], point: Iterable[int]) -> dict[Variable, int]:
    """The sizes of a design, given its value along each axis."""
    return {
        variable: value
        for axis, value in zip(axes, point, strict=True)
        for variable in axis.variables
    }


def of_design(axes: Sequence[Axis], point: Iterable[int], error: FlopcountError) -> FlopcountError:
    """An error with the design that it is about."""
    if not axes:
        return error
    pairs = zip(axes, point, strict=True)
    design = ", ".join(f"{axis.name}={value}" for axis, value in pairs)
    return FlopcountError(f"{design}: {error}")


def split(box: Box) -> tuple[Box, Box]:
    """Halve a box along its outermost axis that has several values: first the first half."""
    axis = next(axis for axis, values in enumerate(box) if len(values) > 1)
    middle = len(box[axis]) // 2
    halves = box[axis][:middle], box[axis][middle:]
    first, second = ((*box[:axis], half, *box[axis + 1 :]) for half in halves)
    return first, second
