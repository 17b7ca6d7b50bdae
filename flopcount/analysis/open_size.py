"""A network over one open size of its input, in steps of as many as nothing is rounded for."""

from collections.abc import Iterable, Iterator, Sequence
from math import lcm
from typing import Any, NamedTuple

from ..core import Row
from ..errors import FlopcountError, listed, shorten
from ..notation import Draft, Of, Variable, as_model
from ..reading import few_layers
from ..sizes import Size
from ..sizes.atoms import Atom, Floor
from ..sizes.condition import Condition
from ..sizes.domain import names_of
from ..sizes.polynomial import Polynomial, Space
from ..sizes.values import holds

TAKES = "breakeven takes"
_LONGEST = 2**16  # step between sizes
_FAR = 2**20  # steps: what is not so there is so at no size


class Axes(NamedTuple):
    """What is opened: the sides of the input, all of one name, and what they are of themselves."""

    sides: tuple[Variable, ...]
    names: tuple[Variable, ...]  # a spec's own, in the place of numbers
    name: str
    own: int | None

    @classmethod
    def of(cls, plan: Draft) -> "Axes":
        """Those of a draft. Raises `FlopcountError` where no size of the input is to be opened."""
        about, sides = shorten(plan.name), plan.sides
        if model := as_model(plan):
            sides = model.squared()
            return cls(sides, (), "TS"[len(sides) > 1], _alike([*map(model.start, sides)]))
        if not sides:
            each = listed([side.name for one in plan.own_sides.values() for side in one])
            how = f"none is the tokens; flopcount formula says how it grows with {each}"
            raise FlopcountError(f"{about}: its inputs have different sizes: {how}")
        axes = next(iter(plan.inputs.values())).axes[: len(sides)]
        written = plan.source.size if plan.source else None  # an option may say a number instead
        own = written.axes[: len(sides)] if written else ()
        open_ = [axis for axis in own if isinstance(axis, str)]
        others = [one.name for one in plan.unknowns() if one.name not in open_]
        if others:
            raise FlopcountError(
                f"{about}: {listed(others)} {'is' if len(others) == 1 else 'are'} open beside the "
                "size of the input; write a number"
            )
        name = (open_ or ["T"])[0] if len(sides) == 1 else "S"
        names = tuple(
            Variable(axis, Of.SPEC) for axis in open_ if axis not in {side.name for side in sides}
        )
        return cls(sides, names, name, _alike(axes))


def _alike(axes: Sequence[Any]) -> int | None:
    """The number that all of them are; None where they differ, or have names."""
    (first, *others) = dict.fromkeys(axes)
    return first if not others and isinstance(first, int) else None


class Opened:
    """The network over one open size: a multiple of `step`, and `offset` more."""

    def __init__(self, plan: Draft, axes: Axes, step: int, offset: int) -> None:
        self.space, self.step, self.offset = Space(), step, offset
        size = self.space.name("n" if step > 1 else axes.name) * step + offset
        self.network = plan.build(dict.fromkeys((*axes.sides, *axes.names), size))
        self.rows = self.network.rows

    def size(self, number: int) -> int:
        """The size of the input where its name in a step is a number."""
        return self.step * number + self.offset


def opened_in_steps(plan: Draft, axes: Axes, counts: Sequence[str], *, whole: bool) -> Opened:
    """The network over the input's size, in steps of as many as nothing is rounded for.

    Raises `FlopcountError` where there are no such.
    """
    step, offset = 1, 0
    while step <= _LONGEST:
        over = Opened(plan, axes, step, offset)
        if whole:
            few_layers(len(over.rows), TAKES)
        equal = [one for one in dict.fromkeys(over.space.conditions) if one.relation == "≠"]
        divisors = _divisors(over.rows, counts, equal)
        if not divisors:
            return over
        times = lcm(*divisors)
        offset -= step * _short(equal, times)
        step *= times
    raise FlopcountError(
        f"{shorten(plan.name)}: its sizes are rounded, however large a step from one to the next is"
    )


def _short(equal: Sequence[Condition], step: int) -> int:
    """By how much the sizes that fit fall short of multiples of a step; 0 where all do.

    What is cropped to fit, as U-Net's maps are, fits at sizes such as 16·n − 4.
    """

    def misfits(short: int) -> int:
        size = step * _FAR - short
        return sum(bool(holds(one, dict.fromkeys(names_of(one.value), size))) for one in equal)

    return min(range(step), key=misfits) if misfits(0) else 0


def _divisors(rows: Sequence[Row], counts: Iterable[str], equal: Iterable[Condition]) -> list[int]:
    """What sizes are divided by, and rounded, and what has to divide them."""
    sizes = {size for row in rows for size in map(row.count, counts)}
    sizes.update(one.value for one in equal)
    return [by for size in sizes for by in _floors(size)]


def _floors(size: Size) -> Iterator[int]:
    """What the floors in a size divide by, those inside of others too."""
    for atom in atoms_of(size):
        if isinstance(atom, Floor):
            yield atom.by


def atoms_of(size: Size) -> Iterator[Atom]:
    """The atoms of a size, and of what is in them."""
    for atom in size.atoms if isinstance(size, Polynomial) else ():
        yield atom
        for part in atom.parts:
            yield from atoms_of(part)
