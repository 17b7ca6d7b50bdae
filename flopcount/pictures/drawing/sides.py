"""What stands beside what in a drawing: a network, and it naive or rewritten, or another."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from ...analysis import Line, Report, analyze
from ...analysis.aligned import align
from ...analysis.ends import inputs_text
from ...core import Network
from ...errors import FlopcountError, nearest, one_of, shorten
from ...notation import REWRITES, is_spec, load, read_rewrite
from ...records import dataclass, replace
from ...rewrites import READINGS, part_name, place_of
from ...writing.cells import number
from ..texts import counted, fewer
from ..words import headed, subject
from .plan import planned
from .scene import Scene, built, naive
from .sketch import sketched
from .unequal import boxes_of, equal_text, marked

NAIVE = {
    "reduce": "without the 1×1 reductions",
    "figure": "naive: no 1×1 reductions and projections",
    "chained": "naive, and fed by naive modules",
}


@dataclass(frozen=True)
class Side:
    """A network as it is drawn, what stands above it, and where it is from."""

    name: str
    scene: Scene
    source: str


@dataclass(frozen=True)
class Contrast:
    """Two sides, the costlier first; `accent` is the branch that `sentence` is about, if one is."""

    title: str
    sides: tuple[Side, Side]
    sentence: str
    accent: tuple[str, str | None] | None = None
    marked: bool = False  # whether boxes are that the other side has no equal of

    @property
    def ratio(self) -> str:
        """How many times fewer multiplies the second side has."""
        return fewer(*(side.scene.total for side in self.sides))


def contrast(report: Report, beside: Any, aspect: float) -> Contrast:
    """A report's network and what is set beside it, each laid out near to an `aspect`.

    That is ``naive`` (in the report's reading, or in another: ``naive=chained``), a rewrite such as
    ``separable``, a network, or the name of one. Raises `FlopcountError` where it does not exist or
    changes nothing, and what the rewrite raises.
    """
    name, _, text = beside.partition("=") if isinstance(beside, str) else ("", "", "")
    if name == "naive":
        return _beside_naive(replace(report, reading=_reading(text, report.reading)), aspect)
    if isinstance(beside, Network):
        other = beside
    elif name in REWRITES:
        network = report.network.whole or report.network
        other = read_rewrite(name, text or None).apply(network)
    else:
        other = named(beside)
    second = _same_part(report, other)
    one, two = ([(row.node, row.inputs) for row in part.rows] for part in (report, second))
    if one == two:
        raise FlopcountError(f"{shorten(report.network.name)}: what stands beside it is the same")
    if name in REWRITES:
        names = ("as built", f"with @{beside}")
        title = f"{headed(report.network)}, as built and with @{beside}"
    else:
        names = _told_apart(report.network, second.network)
        both = subject(report.network), subject(second.network)
        what = f", and {both[1]}" if both[0] != both[1] else f": {names[0]} and {names[1]}"
        title = f"{headed(report.network)}{what}"
    found = None if name in REWRITES else align(report.network, second.network)
    marks = marked(found) if found else (frozenset(), frozenset())
    parts = sketched(report), sketched(second)
    shown = [(part, boxes_of(part, paths)) for part, paths in zip(parts, marks, strict=True)]
    sides = [
        Side(name, built(part, planned(part, aspect), paths), part.network.source)
        for name, (part, paths) in zip(names, shown, strict=True)
    ]
    sides.sort(key=lambda side: -side.scene.total)
    said = _sentence(report, sides) + (f"; {equal_text(found)}" if found else "")
    return Contrast(title, (sides[0], sides[1]), said, marked=any(paths for _, paths in shown))


def chosen_beside(beside: str, **options: Any) -> str | Network:
    """What a user typed, with the `options` of `load` where it names a network.

    ``naive`` and a rewrite stay, as does a spec, which has its own size.
    """
    spoken_for = beside.partition("=")[0] in ("naive", *REWRITES)
    return beside if spoken_for or is_spec(beside) else named(beside, **options)


def named(beside: Any, **options: Any) -> Network:
    """The network of a name. Raises `FlopcountError` that offers what else may stand there."""
    try:
        return load(beside, **options)
    except FlopcountError as error:
        offered = not isinstance(beside, str) or "did you mean" in str(error)
        near = "" if offered else nearest(beside, ["naive", *REWRITES])
        raise FlopcountError(f"{error}{near}") from None


def _same_part(report: Report, other: Network) -> Report:
    """The report of another network, of the same modules or branch where it is of some alone.

    A network of one module, such as a spec's, stands there as it is.
    """
    modules: Sequence[str] = ()
    branch = None
    if report.network.whole and not other.whole and len(other.modules) > 1:
        place = place_of(report.network)
        if place is None:
            name = shorten(part_name(report.network))
            raise FlopcountError(f"beside {name} stands nothing but naive; choose a module")
        modules, branch = place
    part = analyze(other, modules=modules, branch=branch, batch=report.batch, unit=report.unit)
    return replace(part, scale=report.scale, params_scale=report.params_scale)


def _reading(text: str, usual: str) -> str:
    if text and text not in READINGS:
        raise FlopcountError(one_of(text, READINGS, "naive reading"))
    return text or usual


def _told_apart(one: Network, other: Network) -> tuple[str, str]:
    """What stands above each: titles, or what else tells them apart."""
    ways: Sequence[Callable[[Network], str]] = (
        lambda network: shorten(network.title or network.name),
        lambda network: shorten(part_name(network) or network.title),
        lambda network: shorten(network.name),
        lambda network: "; ".join(map(shorten, network.changes)) or "as built",
        lambda network: f"input {inputs_text(network)}",
    )
    found = [(name(one), name(other)) for name in ways]
    return next((names for names in found if len({*names}) == 2), found[0])


def _beside_naive(report: Report, aspect: float) -> Contrast:
    shown = sketched(report)
    plan = planned(shown, aspect)
    source = report.network.source
    first = Side(NAIVE[report.reading], naive(shown, plan), source)
    second = Side("as built", built(shown, plan), source)
    if first.scene.total == second.scene.total:
        raise FlopcountError(
            f"{shorten(report.network.name)}: nothing to set beside it: without its reductions it "
            "costs the same"
        )
    saves = first.scene.total > second.scene.total
    sides = (first, second) if saves else (second, first)
    title = f"What the 1×1 reductions {'save' if saves else 'cost'} in {subject(report.network)}"
    changed = [line for line in report.grouped("branch") if line.saved and line.branch]
    if len(report.network.modules) > 1 or not changed:
        return Contrast(title, sides, _sentence(report, sides))
    if saves:
        line = max(changed, key=lambda line: line.saved or 0)
    else:
        line = max(changed, key=lambda line: int(line.cost.multiplies - line.naive.multiplies))
    said = _of_branch(report, line, saves=saves)
    if shown is not report:  # of a model, what is in a module is one too
        inner = (f"{line.module}/{line.branch}", None)
        return Contrast(title, sides, said, inner if inner in plan.branches.values() else None)
    return Contrast(title, sides, said, (str(line.module), line.branch))


def _sentence(report: Report, sides: Sequence[Side]) -> str:
    totals = [side.scene.total for side in sides]
    texts = " → ".join(map(report.measure.text, totals))
    return f"{texts} {report.measure.name}: {fewer(*totals)}"


def _of_branch(report: Report, line: Line, *, saves: bool) -> str:
    """A branch, with its sums, from the first side to the second."""
    both = [(line.naive_rows, line.naive), (line.rows, line.cost)]
    both = both if saves else both[::-1]
    before, after = (_sum(report, rows) for rows, _ in both)
    saved = fewer(*(counted(report, cost.multiplies) for _, cost in both))
    name = shorten(str(line.branch))
    kernel = re.fullmatch(r"([0-9]+)x([0-9]+)", name)
    branch = f"The {kernel[1]}×{kernel[2]} branch" if kernel else f"Branch {name}"
    if report.network.reader:
        branch = f"Module {shorten(str(line.module))}/{name}"
    return f"{branch}: {before} → {after} {report.measure.name}, {saved}"


def _sum(report: Report, rows: Sequence[Any]) -> str:
    costs = [counted(report, row.count("multiplies") * report.batch) for row in rows]
    terms = [number(cost) for cost in costs if cost]
    total = report.measure.text(sum(costs))
    if report.scale or not 2 <= len(terms) <= 3:  # what is rounded does not add up
        return total
    return f"{' + '.join(terms)} = {total}"
