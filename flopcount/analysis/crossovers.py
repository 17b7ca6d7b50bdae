"""From how many tokens on what grows with their square costs more than all the rest: exactly.

The cost is a polynomial in the tokens T, or, of a square image, in its side. What grows faster than
the input does, T² of a sequence, is set against the other terms; where both are equal is found in
whole numbers.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from ..core import Network, Row, family_of
from ..errors import FlopcountError, shorten
from ..notation import Given, narrowed, planned
from ..reading import few_layers, texts
from ..records import dataclass, replace
from ..rewrites import BY_PATTERN, of_branch, selected
from ..sizes import Size
from ..sizes.atoms import Atom, Name
from ..sizes.crossing import crossing
from ..sizes.domain import Domain, domain, names_of
from ..sizes.polynomial import Number, Space, opened, terms_of, total
from ..sizes.values import Substitution, value
from .conventions import Families, families
from .count_names import count_named
from .open_size import TAKES, Axes, Opened, atoms_of, opened_in_steps

COUNTS = ("multiplies", "multiplies_unpadded")
WHOLE = "total"
_WHAT = ("tokens", "positions")
_FAR = 2**31  # where a mask's window has long been passed


@dataclass(frozen=True)
class Crossover:
    """Where the part of a count that grows faster than the input passes the rest.

    From `least` on, tokens or pixels of a side, `faster` is more than `rest`; `equal` is where both
    are the same, None where they are at no whole number. Both are polynomials in `name`; of an
    image whose sides have to divide, or are rounded, in steps of `step` pixels: its side is then
    `step`·n + `offset`. Below `since` a window is longer than the sequence, and they are not what
    it costs. `module` is that of the report, or ``total``.
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
    offset: int = 0


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
    about = shorten(plan.draft.name)
    axes = Axes.of(plan.draft)
    over = opened_in_steps(plan.draft, axes, known, whole=not named)
    part = selected(over.network, named) if named else over.network
    part = part if branch is None else of_branch(part, branch)
    few_layers(len(part.nodes), TAKES)
    own = {node.path for node in part.nodes}
    rows = [row for row in over.rows if row.node.path in own]
    vector = len(next(iter(part.inputs.values()))) < 2
    if vector and not any(family_of(row.node.op) == "lookup" for row in rows):
        raise FlopcountError(f"{about}: what comes in is a vector, and no sequence of tokens")
    holds, larger = domain(over.space.conditions, over.space)
    found = [*_found(rows, known, axes, over, larger)]
    if not found:
        raise FlopcountError(f"{about}: {_nothing(part, axes)}")
    title = about + (f", {', '.join(named)}" if named else "") + (f"/{branch}" if branch else "")
    there = families(rows)
    return Crossovers(title, found, holds, axes.name, len(axes.sides), axes.own, there)


def _nothing(part: Network, axes: Axes) -> str:
    what = _WHAT[len(axes.sides) > 1]
    marked = f"there is no layer marked reduce{BY_PATTERN if part.reader else ''}, and "
    if any(family_of(node.op) == "attention" for node in part.nodes):
        return f"{marked}the pairs of attention do not grow with the square of the {what}"
    return f"{marked}no attention: nothing grows with the square of the {what}"


def _found(
    rows: Sequence[Row], counts: Sequence[str], axes: Axes, over: Opened, larger: Substitution
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
                line = _line(cost, axes, over)
            except FlopcountError:
                if not said:
                    raise
                continue  # what is asked for besides may be no polynomial
            if line:
                found = Crossover(module, count, axes.name, over.step, *line)
                yield replace(found, offset=over.offset)
            said.append(cost)


def _line(cost: Number, axes: Axes, over: Opened) -> tuple[Any, ...] | None:
    """Both parts, where the one passes the other, and since when; None if nothing grows faster."""
    power, passed = len(axes.sides), 1
    if not all(isinstance(atom, Name) for atom in atoms_of(cost)):  # a window, or padding
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
    above = {one: n for one, n in terms_of(cost).items() if _degree(one) > power}
    part = Space().sum(above)
    at = None if equal is None else over.size(equal)
    return part, cost - part, over.size(least), at, over.size(passed) if passed > 1 else 1


def _passed(cost: Number) -> tuple[int, Number]:
    """From where on no window is longer than the sequence, its ends are apart; the cost there."""
    (name,) = names_of(cost)
    space, far, there = Space(), 1, cost
    while far < _FAR and not all(isinstance(atom, Name) for atom in atoms_of(there)):
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

    None too where the part is below 0, as of a cropped image that is small: S⁴ − 8·S³ + …

    >>> own_share(crossovers("512x768 > attention 12")[-1], 512)
    Fraction(1, 4)
    """
    if own is None or (own - line.offset) % line.step or own < line.since:
        return None
    sizes = dict.fromkeys(names_of(opened(line.faster)), (own - line.offset) // line.step)
    faster, rest = (value(part, sizes) for part in (line.faster, line.rest))
    return Fraction(faster, faster + rest) if faster >= 0 < faster + rest else None
