"""From how many tokens on what grows with their square costs more than all the rest: exactly.

The cost is a polynomial in the tokens T, or, of a square image, in its side. What grows faster than
the input does, T² of a sequence, is set against the other terms; where both are equal is found in
whole numbers.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple

from ..core import Network, Row, family_of
from ..errors import FlopcountError, listed, shorten
from ..notation import Draft, Given, Of, Variable, as_model, narrowed, planned
from ..reading import few_layers, texts
from ..records import dataclass
from ..rewrites import BY_PATTERN, of_branch, selected
from ..sizes import Size
from ..sizes.atoms import Atom, Floor, Name
from ..sizes.crossing import crossing
from ..sizes.domain import Domain, domain, names_of
from ..sizes.multiples import divisor
from ..sizes.polynomial import Number, Polynomial, Space, opened, terms_of, total
from ..sizes.values import Substitution, value
from .conventions import Families, families
from .count_names import count_named

COUNTS = ("multiplies", "multiplies_unpadded")
WHOLE = "total"
_LONGEST = 2**16  # step between sizes
_WHAT = ("tokens", "positions")
_TAKES = "breakeven takes"
_FAR = 2**31  # where a mask's window has long been passed


@dataclass(frozen=True)
class Crossover:
    """Where the part of a count that grows faster than the input passes the rest.

    From `least` on, tokens or pixels of a side, `faster` is more than `rest`; at `equal` both are
    the same (None: at no number). Both are polynomials in `name`; of an image whose sides have to
    divide, or are rounded, in steps of `step` pixels. Below `since` a window is longer than the
    sequence, and they are not what it costs. `module` is that of the report, or ``total``.
    """

    module: str
    count: str
    name: str
    step: int
    faster: Size
    rest: Size
    least: int
    equal: int | None
    since: int = 1


class Crossovers(NamedTuple):
    """Those of a network: its `title`, what it holds for, and its own size, where it has one."""

    title: str
    found: Sequence[Crossover]
    holds: Domain
    name: str
    axes: int
    own: int | None
    families: Families


def crossovers(
    network: Given,
    *,
    modules: Sequence[str] = (),
    branch: str | None = None,
    counts: Sequence[str] = COUNTS,
    **options: Any,
) -> list[Crossover]:
    """From how many tokens on the part in T² costs more than the rest: of each module, and in all.

    `network` is a name, a path, a spec, or a `Network` that `flopcount.load` or `parse` gave; its
    tokens are opened, whatever number they have; of an image, the side of a square one. Of `counts`
    that are the same a module has the first. `options` are those of `flopcount.load`. Raises
    `FlopcountError` where nothing grows faster than the input.

    >>> found = crossovers("512x768 > attention 12")  # 2·T²·768 > 4·T·768²
    >>> found[-1].least, found[-1].equal
    (1537, 1536)
    """
    return [*solved(network, modules=modules, branch=branch, counts=counts, **options).found]


def solved(
    given: Given,
    *,
    modules: Sequence[str] = (),
    branch: str | None = None,
    counts: Sequence[str] = COUNTS,
    **options: Any,
) -> Crossovers:
    """The same with what is said of them: arguments and errors are those of `crossovers`."""
    known = [count_named(count, "counts").name for count in texts(counts, "counts", "names")]
    plan = planned(given, "a crossover", **options)
    named, branch = narrowed(plan, "a crossover", texts(modules, "modules"), branch)
    about, axes = shorten(plan.draft.name), _Axes.of(plan.draft)
    over = _opened(plan.draft, axes, known, whole=not named)
    part = selected(over.network, named) if named else over.network
    part = part if branch is None else of_branch(part, branch)
    few_layers(len(part.nodes), _TAKES)
    own = {node.path for node in part.nodes}
    rows = [row for row in over.rows if row.node.path in own]
    if len(next(iter(part.inputs.values()))) < 2 and not any(
        family_of(row.node.op) == "lookup" for row in rows
    ):
        raise FlopcountError(f"{about}: what comes in is a vector, and no sequence of tokens")
    holds, larger = domain(over.space.conditions, over.space)
    found = [*_found(rows, known, axes, over.step, larger)]
    if not found:
        raise FlopcountError(f"{about}: {_nothing(part, axes)}")
    title = about + (f", {', '.join(named)}" if named else "") + (f"/{branch}" if branch else "")
    there = families(rows)
    return Crossovers(title, found, holds, axes.name, len(axes.sides), axes.own, there)


def _nothing(part: Network, axes: "_Axes") -> str:
    what = _WHAT[len(axes.sides) > 1]
    marked = f"there is no layer marked reduce{BY_PATTERN if part.reader else ''}, and "
    if any(family_of(node.op) == "attention" for node in part.nodes):
        return f"{marked}the pairs of attention do not grow with the square of the {what}"
    return f"{marked}no attention: nothing grows with the square of the {what}"


class _Axes(NamedTuple):
    """What is opened: the sides of the input, all of one name, and what they are of themselves."""

    sides: tuple[Variable, ...]
    names: tuple[Variable, ...]  # a spec's own, in the place of numbers
    name: str
    own: int | None

    @classmethod
    def of(cls, plan: Draft) -> "_Axes":
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


class _Opened:
    """The network over one open size, a multiple of `step`."""

    def __init__(self, plan: Draft, axes: _Axes, step: int) -> None:
        self.space, self.step = Space(), step
        size = self.space.name("n" if step > 1 else axes.name) * step
        self.network = plan.build(dict.fromkeys((*axes.sides, *axes.names), size))
        self.rows = self.network.rows


def _opened(plan: Draft, axes: _Axes, counts: Sequence[str], *, whole: bool) -> _Opened:
    """The network over the input's size, in steps of as many as nothing is rounded for.

    Raises `FlopcountError` where there are no such.
    """
    step = 1
    while step <= _LONGEST:
        over = _Opened(plan, axes, step)
        if whole:
            few_layers(len(over.rows), _TAKES)
        divisors = _divisors(over.rows, counts, over.space)
        if not divisors:
            return over
        step *= lcm(*divisors)
    raise FlopcountError(
        f"{shorten(plan.name)}: its sizes are rounded, however large a step from one to the next is"
    )


def _divisors(rows: Sequence[Row], counts: Iterable[str], space: Space) -> list[int]:
    """What sizes are divided by, and rounded, and what has to divide them."""
    held = [found[1] for one in space.conditions if (found := divisor(one))]
    sizes = {size for row in rows for size in map(row.count, counts)}
    return [*held, *(by for size in sizes for by in _floors(size))]


def _floors(size: Size) -> Iterator[int]:
    """What the floors in a size divide by, those inside of others too."""
    for atom in _atoms(size):
        if isinstance(atom, Floor):
            yield atom.by


def _atoms(size: Size) -> Iterator[Atom]:
    for atom in size.atoms if isinstance(size, Polynomial) else ():
        yield atom
        for part in atom.parts:
            yield from _atoms(part)


def _found(
    rows: Sequence[Row], counts: Sequence[str], axes: _Axes, step: int, larger: Substitution
) -> Iterator[Crossover]:
    """A line for each module, where there are several, and one for all, of each count."""
    modules: dict[str, list[Row]] = {}
    for row in rows:
        modules.setdefault(row.node.module, []).append(row)
    parts = modules if len(modules) > 1 else {}
    for module, own in (*parts.items(), (WHOLE, rows)):
        said: list[Size] = []
        for count in counts:
            cost = larger.of(opened(total(row.known(count) for row in own)))
            if cost in said:
                continue
            try:
                line = _line(cost, axes, step)
            except FlopcountError:
                if not said:
                    raise
                continue  # what is asked for besides may be no polynomial
            if line:
                yield Crossover(module, count, axes.name, step, *line)
            said.append(cost)


def _line(cost: Number, axes: _Axes, step: int) -> tuple[Any, ...] | None:
    """Both parts, where the one passes the other, and since when; None if nothing grows faster."""
    power, passed = len(axes.sides), 1
    if not all(isinstance(atom, Name) for atom in _atoms(cost)):  # a window, or padding
        passed, cost = _passed(cost)  # of a number there are no atoms
    terms = {_degree(one): count for one, count in terms_of(cost).items()}
    faster = {degree: Fraction(count) for degree, count in terms.items() if degree > power}
    if not faster:
        return None
    if max(faster) > 2 * power:
        raise FlopcountError(
            f"a part of its cost grows with the square of the {_WHAT[power > 1]} and more: "
            "flopcount formula says how"
        )
    crossed = crossing({at: n if at > power else -Fraction(n) for at, n in terms.items()})
    if crossed is None:
        raise FlopcountError("both parts are equal at sizes that lie too close to be told apart")
    least, equal = crossed
    if least < passed:
        return None
    part = Space().sum({one: n for one, n in terms_of(cost).items() if _degree(one) > power})
    at = None if equal is None else equal * step
    return part, cost - part, least * step, at, passed * step if passed > 1 else 1


def _passed(cost: Number) -> tuple[int, Number]:
    """From where on no window is longer than the sequence, its ends are apart; the cost there."""
    (name,), space, far, there = names_of(cost), Space(), 1, cost
    while far < _FAR and not all(isinstance(atom, Name) for atom in _atoms(there)):
        far *= 2
        there = opened(Substitution({name: space.name(name, far)}).of(cost))
    return far, there


def _degree(monomial: Iterable[tuple[Atom, int]]) -> int:
    """The power of the one name that there is. Raises `FlopcountError` for what is none."""
    powers = dict(monomial)
    if not all(isinstance(atom, Name) for atom in powers):
        raise FlopcountError("its cost is rounded, and no polynomial in the size of the input")
    return sum(powers.values())


def own_share(line: Crossover, own: int | None) -> Fraction | None:
    """What of a count is the faster part at the network's own size; None where that does not fit.

    >>> own_share(crossovers("512x768 > attention 12")[-1], 512)
    Fraction(1, 4)
    """
    if own is None or own % line.step or own < line.since:
        return None
    sizes = dict.fromkeys(names_of(opened(line.faster)), own // line.step)
    faster, rest = (value(part, sizes) for part in (line.faster, line.rest))
    return Fraction(faster, faster + rest) if faster + rest else None
