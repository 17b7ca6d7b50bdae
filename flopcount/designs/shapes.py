"""The shapes of a network: what no walk holds open, so that each of its values is a walk.

A kernel, a stride, how often a row is repeated: such columns say which layers there are. So does
``width``, the factor of the rewrite ``@width=``. What varies besides stays open in each walk.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import islice, product
from math import prod
from typing import NamedTuple, TypeAlias

from ..errors import FlopcountError, quote
from ..notation import Draft, Variable, as_model, read_rewrite, variables_of, with_multiple
from ..records import dataclass, replace
from .costs import Costs
from .grid.axes import MAX_VALUES, Axis, check_once, check_vary, read_values
from .pricing import costs_of_grid

MAX_SHAPES = 4096  # walks: each takes as long as a report
WIDTH = "width"
_MOST_FACTOR = 1000  # as @width= has it
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?|\.[0-9]{1,9}")

Values: TypeAlias = "str | Iterable[int]"
Point: TypeAlias = "int | Fraction"  # a factor of all widths need not be whole


class ShapeAxis(NamedTuple):
    """A varied name that makes another network of each value; ``width`` sets no `variables`."""

    name: str
    variables: tuple[Variable, ...]
    points: Sequence[Point]


@dataclass(frozen=True)
class Shape:
    """A network with a value along each shape axis, and what it costs over the axes left open."""

    values: tuple[Point, ...]
    draft: Draft
    costs: Costs


@dataclass(frozen=True)
class Shapes:
    """The shapes that can be built, in the order of their values, and why each other cannot be."""

    axes: tuple[ShapeAxis, ...]
    found: tuple[Shape, ...]
    left_out: tuple[tuple[tuple[Point, ...], FlopcountError], ...]


def meant_by(
    name: str, known: Sequence[Variable], modules: Sequence[str] = ()
) -> tuple[Variable, ...]:
    """Those of the `known` variables that a name to vary sets, with what is no size or width.

    Raises `FlopcountError` as `variables_of` does for others.
    """
    own = {one: one for one in known}
    plain = [replace(one, role="") for one in known]
    return tuple([own[one] for one in variables_of(name, plain, modules, "name to vary")])


def is_closed(variables: Iterable[Variable]) -> bool:
    """Whether another value of them makes another network."""
    return any(variable.role for variable in variables)


def shared_modules(typed: Sequence[str], found: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The modules that are meant, where all networks have the same; else as they were typed."""
    several = {*found}
    return several.pop() if len(several) == 1 else tuple(typed)


def with_cells(draft: Draft, cells: Mapping[Variable, int]) -> Draft:
    """A draft with other values in columns of its rows."""
    options = replace(draft.options, set={**draft.options.set, **cells})
    return replace(draft, options=options)


def parted(
    vary: Mapping[str, Values], draft: Draft, modules: Sequence[str] = ()
) -> tuple[tuple[ShapeAxis, ...], dict[str, Values]]:
    """What varies, parted into the axes of shapes and all else, which `read_axes` takes.

    Raises `FlopcountError` for a name that the draft lacks, one that is varied twice, values that
    do not fit, and more than 4,096 shapes.
    """
    check_vary(vary)
    known = draft.variables()
    axes: list[ShapeAxis] = []
    rest: dict[str, Values] = {}
    for name, values in vary.items():
        if name == WIDTH and not any(one.name == name for one in known):
            if as_model(draft) is not None:
                raise FlopcountError(f"{name}: a model's widths are those that it has")
            axes.append(ShapeAxis(name, (), read_factors(values)))
            continue
        meant = meant_by(name, known, modules)
        if is_closed(meant):
            axes.append(ShapeAxis(name, meant, read_values(values, name)))
        else:
            rest[name] = values
    _check(axes)
    return tuple(axes), rest


def _check(axes: Sequence[ShapeAxis]) -> None:
    check_once((axis.name, axis.variables) for axis in axes)
    count = prod(len(axis.points) for axis in axes)
    if count > MAX_SHAPES:
        names = " × ".join(f"{axis.name} ({len(axis.points):,})" for axis in axes)
        raise FlopcountError(
            f"{names}: {count:,} networks to be built one by one; the limit is {MAX_SHAPES:,}"
        )


def shapes(
    draft: Draft,
    axes: Sequence[ShapeAxis],
    left_open: Sequence[Axis],
    modules: Sequence[str] = (),
    multiple: int | None = None,
) -> Shapes:
    """Walk a draft for each combination of the values of shape axes, the last changing first.

    What ``width`` scales is rounded to a `multiple`, where there is one. A shape that cannot be
    built at any size of the axes that are `left_open` is left out, and why. Without shape axes the
    draft itself is the only one. Raises `FlopcountError` where none can be built.
    """
    found: list[Shape] = []
    left_out: list[tuple[tuple[Point, ...], FlopcountError]] = []
    for values, shaped in drafts(draft, axes, multiple):
        try:
            found.append(Shape(values, shaped, costs_of_grid(shaped, left_open, modules)))
        except FlopcountError as error:
            left_out.append((values, error))
    if not found:
        first, why = left_out[0]
        raise FlopcountError(f"{shown(axes, first)}: {why}" if first else str(why))
    return Shapes(tuple(axes), tuple(found), tuple(left_out))


def drafts(
    draft: Draft, axes: Sequence[ShapeAxis], multiple: int | None = None
) -> Iterator[tuple[tuple[Point, ...], Draft]]:
    """The draft with the values of each shape."""
    for values in product(*(axis.points for axis in axes)):
        shaped = draft
        for axis, value in zip(axes, values, strict=True):
            if axis.variables:
                shaped = with_cells(shaped, dict.fromkeys(axis.variables, int(value)))
            else:
                factor = decimal(value)
                of = factor if multiple is None else with_multiple(factor, str(multiple))
                step = read_rewrite(WIDTH, of)
                shaped = replace(shaped, rewrites=(*shaped.rewrites, step))
        yield values, shaped


def shown(axes: Sequence[ShapeAxis], values: Iterable[Point]) -> str:
    """The values of a shape as they are printed: ``conv4_x.n=6, width=0.5``."""
    return ", ".join(
        f"{axis.name}={decimal(value)}" for axis, value in zip(axes, values, strict=True)
    )


def decimal(value: Point) -> str:
    """A whole number, or a factor with its decimals.

    >>> decimal(8), decimal(Fraction(5, 4)), decimal(Fraction(1))
    ('8', '1.25', '1')
    """
    if value.denominator == 1:
        return str(value.numerator)
    return str(Decimal(value.numerator) / Decimal(value.denominator))


def read_factors(given: object) -> tuple[Fraction, ...]:
    """The factors of ``width``: ``"0.5:1.5:0.25"`` (1.5 too), ``"0.5,1"``, or numbers.

    Raises `FlopcountError` for what is no such factor, and for one named twice.

    >>> [str(factor) for factor in read_factors("0.5:1:0.25,2")]
    ['1/2', '3/4', '1', '2']
    """
    if isinstance(given, str):
        factors = [factor for part in given.split(",") for factor in _range(part, given)]
    elif isinstance(given, Iterable):
        factors = [_factor(str(one)) for one in islice(given, MAX_VALUES + 1)]
    else:
        raise FlopcountError(f"width: expected factors, as in '0.5:1.5:0.25', not {quote(given)}")
    if not factors:
        raise FlopcountError(f"width: no values in {quote(given)}")
    seen: set[Fraction] = set()
    for factor in factors:
        if factor in seen:
            raise FlopcountError(f"width: the value {decimal(factor)} is named twice")
        seen.add(factor)
    return tuple(factors)


def _range(part: str, text: str) -> list[Fraction]:
    """Read ``0.5`` or ``0.5:1.5:0.25``; the end belongs to it."""
    ends = part.split(":")
    if len(ends) not in (1, 3):
        raise FlopcountError(f"width={text}: {quote(part)} is not FIRST:LAST:STEP, as in 0.5:2:0.5")
    first, *others = map(_factor, ends)
    if not others:
        return [first]
    last, step = others
    if first > last:
        raise FlopcountError(
            f"width={text}: the range is empty: {decimal(first)} is past its end, {decimal(last)}"
        )
    count = int((last - first) / step) + 1
    if count > MAX_SHAPES:
        raise FlopcountError(f"width={text}: more than {MAX_SHAPES:,} values")
    return [first + place * step for place in range(count)]


def _factor(text: str) -> Fraction:
    """A factor as ``@width=`` takes it: above 0, of at most nine decimals."""
    factor = Fraction(text.strip()) if _DECIMAL.fullmatch(text.strip()) else None
    if factor is None or not 0 < factor <= _MOST_FACTOR:
        raise FlopcountError(
            f"width: {quote(text)} is not a factor above 0 and at most {_MOST_FACTOR}"
        )
    return factor
