"""A network with one size open, and what it costs at each of its values: one walk for all."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from ...core import Network, walk
from ...errors import FlopcountError, quote
from ...notation import (
    Draft,
    Plan,
    Variable,
    as_model,
    check_input_unset,
    check_unset,
    is_length,
    not_among,
    read_rewrite,
    variables_of,
    with_multiple,
)
from ...reading import MAX_SIZE, few_layers
from ...records import dataclass, replace
from ...rewrites import with_scaled_widths
from ...sizes.condition import Condition
from ...sizes.multiples import divisor
from ...sizes.polynomial import Space
from ...sizes.values import holds, value
from ..costs import costs_of

if TYPE_CHECKING:
    from ...sizes.atoms import Atom

STEP = 1000  # a width's factor is a multiple of 1/1000 …
MAX_FACTOR = 1000  # … and at most this
_NAME = "x"  # what is scaled


def shown(value: int | Fraction) -> str:
    """A size as it is printed; a factor with its decimals: 0.5."""
    return str(value) if isinstance(value, int) else f"{float(value):.3f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Scaled:
    """A draft with one size open: the draft's `variables` in whole steps, or else its width."""

    draft: Draft
    variables: tuple[Variable, ...]
    multiple: int = 1  # of what widths are multiples

    @property
    def most(self) -> int:
        """The largest value."""
        return MAX_SIZE if self.variables else MAX_FACTOR * STEP

    def number(self, value: int) -> int | Fraction:
        """A value as the size that it is."""
        return value if self.variables else Fraction(value, STEP)

    def shown(self, value: int) -> str:
        """As it is printed."""
        return shown(self.number(value))

    def build(self, value: int) -> Network:
        """The network with this size."""
        if self.variables:
            return self.draft.build(dict.fromkeys(self.variables, value))
        factor = self.shown(value)
        of = factor if self.multiple == 1 else with_multiple(factor, str(self.multiple))
        step = read_rewrite("width", of)
        return replace(self.draft, rewrites=(*self.draft.rewrites, step)).build()

    def opened(self, space: Space) -> Network:
        """The network with the size open: in `_NAME`."""
        size = space.name(_NAME, 1, self.most)
        if self.variables:
            return self.draft.build(dict.fromkeys(self.variables, size))
        return with_scaled_widths(self.draft.build(), size, STEP, self.multiple)

    def misfits(self, counts: Iterable[str], space: Space) -> list[Condition]:
        """Where a model's formula of one of these counts is not what the model comes to.

        Raises `FlopcountError` where that is at no size that stands apart.
        """
        model = as_model(self.draft)
        if model is None or not self.variables:
            return []
        size = dict.fromkeys(self.variables, space.name(_NAME, 1, self.most))
        found = [one for count in counts for one in model.misfits(count, size)]
        return [one for one in found if one.decided() is not False]

    @property
    def tried(self) -> Sequence[int]:
        """Values to look through for one that fits: the network's own, or a few."""
        if not self.variables:
            return (STEP,)
        if self.variables == self.draft.sides:
            return (*_height_of(self.draft), *(2**power for power in range(13)))
        return range(1, 2**12)


def scale_of(plan: Plan, scale: str, modules: Sequence[str], multiple: int | None) -> Scaled:
    """A draft with what `scale` names open; `multiple` is of what scaled widths are multiples.

    Raises `FlopcountError` for a name it lacks, and for a multiple of what is no width's factor.
    """
    network = plan.draft
    if not isinstance(scale, str):
        raise FlopcountError(f"--scale is {quote(scale)}, not a name such as 'input'")
    if scale == "width":
        return Scaled(network, (), 1 if multiple is None else multiple)
    if multiple is not None:
        raise FlopcountError("--multiple says how widths are rounded: it goes with --scale width")
    known = network.variables()
    names = {"width": True, "input": True} | {one.name: not one.role for one in known}
    if scale not in names and not modules and not is_length(scale, known):
        sizes = [name for name, is_size in names.items() if is_size]  # no stride, no repeats
        raise FlopcountError(f"--scale: {not_among(scale, sizes)}")
    variables = variables_of(scale, known, modules)
    check_unset(plan, variables, "scaled")
    check_input_unset(plan, variables, "scaled")
    return Scaled(network, variables)


class Price:
    """The counts at each value of what is scaled, from one walk; `start` is a value that fits.

    `divisors` are the numbers by which a size has to divide: groups, the parts of a width. A
    model's formula is for the sizes at which it gives each of the counts that are `asked` for.

    Raises `FlopcountError` where none is found, and, when called, for a value that does not fit.
    """

    def __init__(
        self,
        scaled: Scaled,
        names: Sequence[str],
        modules: Sequence[str],
        asked: Sequence[str] = (),
    ) -> None:
        space = Space()
        cause = FlopcountError("no size fits")
        try:
            network = scaled.opened(space)
            few_layers(len(network.nodes), "fit takes", of_modules=False)
            of_counts = scaled.misfits(asked, space)
            self._conditions = [*costs_of(network, space).conditions, *of_counts]
            fitting = next((value for value in scaled.tried if self._fits(value)), None)
        except FlopcountError as error:
            fitting, cause = None, error
        if fitting is None and as_model(scaled.draft) is None:
            walk(scaled.build(scaled.tried[-1]))  # says in whole numbers why it does not fit
        if fitting is None:
            raise cause
        self.start = fitting
        self.notes = costs_of(network, space).notes
        self.divisors = [found[1] for found in map(divisor, self._conditions) if found]
        self._counts = costs_of(network, space, modules).counts(names)

    def _fits(self, value: int) -> bool:
        known: dict[Atom, int] = {}
        return not any(holds(one, {_NAME: value}, known) for one in self._conditions)

    def __call__(self, size: int) -> Mapping[str, int]:
        """The counts of this size."""
        if not self._fits(size):
            raise FlopcountError(f"{size} does not fit")
        known: dict[Atom, int] = {}
        return {name: value(count, {_NAME: size}, known) for name, count in self._counts.items()}


def _height_of(network: Draft) -> tuple[int, ...]:
    """The input's height as the draft has it; none where that is open."""
    if model := as_model(network):
        return (int(model.start(model.sides[0])),)
    try:
        return (int(next(iter(network.build().inputs.values()))[0]),)
    except FlopcountError:
        return ()
