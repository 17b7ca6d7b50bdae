"""Up to which width each reduction pays: the graph's own cost, solved for the width."""

from collections.abc import Sequence
from fractions import Fraction

from ..core import Network, Node, role_of, walk, width_of, with_width, without_role
from ..errors import FlopcountError, shorten
from ..notation import Given, as_network
from ..reading import few_layers, texts
from ..records import dataclass, replace
from ..rewrites import BY_PATTERN, bypass, modules_alone, of_branch, selected
from ..sizes import Size
from ..sizes.atoms import Name
from ..sizes.polynomial import ONE, Space, sole_atom, terms_of, total
from ..writing.sheet import Column, Sheet
from .conventions import families, of_one_sample
from .count_names import count_named

COUNTS = ("multiplies", "params")


@dataclass(frozen=True)
class Reduction:
    """A 1×1 reduction, what its module costs without it, and with it as r·`slope` + `rest`."""

    path: str
    module: str
    branch: str | None
    width: int
    count: str
    without: int
    slope: int
    rest: int

    @property
    def breakeven(self) -> Fraction:
        """The width at which the reduction costs as much as it saves.

        For a 1×1 of r channels on C, before one k×k of F channels: k²·C·F / (C + k²·F).
        """
        return Fraction(self.without - self.rest, self.slope)

    def saved(self, width: int) -> int:
        """What the module saves with a reduction to `width` channels; negative where it costs."""
        return self.without - self.slope * width - self.rest

    @property
    def part(self) -> Fraction | None:
        """The saving at the chosen width as a part of that at width 1; None where it costs."""
        most, own = self.saved(1), self.saved(self.width)
        return Fraction(own, most) if own > 0 else None


def reductions(
    network: Given,
    *,
    modules: Sequence[str] = (),
    branch: str | None = None,
    counts: Sequence[str] = COUNTS,
) -> list[Reduction]:
    """Each reduction of the network, or of some modules or a branch, for each of the counts.

    `network` is a `Network`, or its name, path or spec. Raises `FlopcountError` where there is no
    reduction, and as `load` does.

    >>> reduction = reductions("googlenet", modules=["3a"], branch="5x5")[0]
    >>> reduction.width, float(reduction.breakeven)  # 5²·192·32 / (192 + 5²·32) = 153,600 / 992
    (16, 154.83870967741936)
    """
    network = as_network(network)
    counts = texts(counts, "counts", "names of counts")
    counts = [count_named(count, "counts").name for count in counts]
    modules = texts(modules, "modules", "names of modules")
    part = selected(network, modules) if modules else network
    few_layers(len(part.nodes), "breakeven takes")
    part = part if branch is None else of_branch(part, branch)
    wanted, own = set(part.modules), {node.path for node in part.nodes}
    whole = network.whole or network
    solved = []
    for module, alone in modules_alone(whole, whole.rows):
        if module not in wanted:
            continue
        for node in alone.nodes:
            is_first = _uses(alone, node)[0] is node
            if role_of(node.op) == "reduce" and node.path in own and is_first:
                around = _around(alone, whole)
                solved += [_solved(around, node, count) for count in counts]
    if not solved:
        how = BY_PATTERN if whole.reader else ""
        raise FlopcountError(f"{shorten(network.name)}: there is no layer marked reduce{how}")
    return solved


def _around(alone: Network, whole: Network) -> Network:
    """The module that a reduction is in, or the whole model where modules are single layers."""
    if not whole.reader:
        return alone
    try:
        bypass(alone, ("reduce",))
    except FlopcountError:  # what reads it is in another module
        return whole
    return alone


def _solved(alone: Network, node: Node, count: str) -> Reduction:
    """Read slope and rest off the module's cost over the width, where that is linear in it.

    Uses in the module with the same weights are one reduction.
    """
    uses = {use.path for use in _uses(alone, node)}
    rows = walk(_with_width(alone, node, Space().name("r")))
    slope, rest = _line(total(row.known(count) for row in rows))
    if slope <= 0:
        raise FlopcountError(f"{node.path}: the cost is not linear in the width of this reduction")
    others = tuple(
        other if other.path in uses else replace(other, op=without_role(other.op))
        for other in alone.nodes
    )
    bare = walk(bypass(replace(alone, nodes=others), ("reduce",)))
    without = sum(row.known(count) for row in bare)
    width = int(width_of(node.op) or 0)
    return Reduction(node.path, node.module, node.branch, width, count, without, slope, rest)


def _line(cost: Size) -> tuple[int, int]:
    """The slope and the rest of r·slope + rest; a slope of 0 where it is not so."""
    terms = dict(terms_of(cost))
    rest = terms.pop(ONE, 0)
    if len(terms) != 1:
        return 0, 0
    ((monomial, slope),) = terms.items()
    whole = Fraction(slope).denominator == 1
    return (int(slope), int(rest)) if whole and isinstance(sole_atom(monomial), Name) else (0, 0)


def _uses(network: Network, node: Node) -> list[Node]:
    """The layers that have a layer's weights, in order: most often it alone."""
    key = node.weights.get("W")
    return [node] if key is None else [n for n in network.nodes if n.weights.get("W") == key]


def _with_width(network: Network, node: Node, width: Size) -> Network:
    uses = {use.path for use in _uses(network, node)}
    nodes = tuple(
        replace(other, op=with_width(other.op, width), like=None, base=None)
        if other.path in uses
        else other
        for other in network.nodes
    )
    return replace(network, nodes=nodes)


def breakeven_sheet(network: Network, solved: Sequence[Reduction]) -> Sheet:
    """The reductions as they are printed, a row each for multiplies and parameters."""
    columns = (
        Column("reduction", "reduction"),
        Column("count", "count", key=True),
        Column("width", "width", "count"),
        Column("breakeven", "pays up to", "number", key=True),
        Column("without", "module without", "count"),
        Column("with", "with", "count"),
        Column("saved", "saved", "count"),
        Column("part_percent", "of the possible", "percent"),
    )
    rows = [
        (
            reduction.path,
            reduction.count,
            reduction.width,
            float(reduction.breakeven),
            reduction.without,
            reduction.without - reduction.saved(reduction.width),
            reduction.saved(reduction.width),
            None if reduction.part is None else float(reduction.part),
        )
        for reduction in solved
    ]
    name = f"{network.title}: {network.name}" if network.title else network.name
    notes = (
        "pays up to: the width below which the module costs less than with that 1×1 bypassed",
        "of the possible: the saving beside that of a reduction to one channel",
        *network.notes,
    )
    heading = (f"{name}, what its reductions buy",)
    convention = of_one_sample(families(network.rows))
    return Sheet(columns, rows, heading=heading, convention=convention, notes=notes)
