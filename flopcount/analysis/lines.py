"""A line of a report: some rows, what they cost, and the same in the naive reading."""

from collections.abc import Sequence

from ..core import Counts, Row
from ..errors import plural, visible
from ..records import dataclass
from ..sizes import Shape
from .layer_text import op_key

GRAINS = ("layer", "branch", "module", "op")


@dataclass(frozen=True)
class Line:
    """A part of the network: its rows, what they cost, and the same in the naive reading.

    `module`, `branch`, `layer` and `op` are set as far as the grain goes: `op` is a layer's word,
    and at the grain of operations a word and a kernel, ``conv 3x3``. A module is named as deep as
    the report goes: ``layer1/0``.
    """

    rows: Sequence[Row]
    cost: Counts
    naive_rows: Sequence[Row]
    naive: Counts
    module: str | None = None
    branch: str | None = None
    layer: str | None = None
    op: str | None = None

    @property
    def output(self) -> Shape:
        """The shape of what comes out last."""
        computed = (row for row in reversed(self.rows) if row.node.call != "parameter")
        return next(computed, self.rows[-1]).output

    @property
    def multiplies(self) -> int | None:
        """Its multiplies, of the whole batch; None where nobody knows what any of it computes."""
        return _whole(self.cost, "multiplies")

    @property
    def params(self) -> int | None:
        """Its parameters that train, likewise."""
        return _whole(self.cost, "params")

    @property
    def complete(self) -> bool:
        """Whether it is known of all of it what it computes: else its counts are at least so."""
        return self.cost.complete

    @property
    def saved(self) -> float | None:
        """Naive multiplies ÷ multiplies; None where nothing changes or one of them is zero."""
        built, before = self.cost.multiplies, self.naive.multiplies
        return before / built if built and before and before != built else None

    def __repr__(self) -> str:
        """Name and counts: what it is made of would fill a screen."""
        place = "/".join(filter(None, (self.module, self.branch)))
        name = self.layer or place or self.op or "total"
        multiplies, params = self.multiplies, self.params
        if multiplies is None or params is None:
            return f"<Line {visible(name)}: unknown>"
        least = "" if self.complete else "at least "
        counts = f"{least}{multiplies:,} multiplies, {plural(params, 'parameter')}"
        return f"<Line {visible(name)}: {counts}>"


def _whole(cost: Counts, name: str) -> int | None:
    count = cost.get(name)
    return None if count is None else int(count)


def key_of(row: Row, grain: str, depth: int = 1) -> tuple[str | None, ...]:
    """What a row's line is named by at a grain: by module, as deep as that."""
    node = row.node
    if grain == "layer":
        return (node.module, node.branch, node.path, node.op.word)
    if grain == "branch":
        return (node.module, node.branch)
    if grain == "op":
        return (op_key(node.op),)
    return ("/".join([step.name for step in node.scope[:depth]]),)


def in_order(keys: Sequence[tuple[str | None, ...]]) -> list[tuple[str | None, ...]]:
    """Names of modules by the module that they are in, what that does itself behind its parts.

    >>> in_order([("a/1",), ("a",), ("b",), ("a/2",)])
    [('a/1',), ('a/2',), ('a',), ('b',)]
    """
    first: dict[str, int] = {}
    ways = {key: _ways(str(key[0])) for key in keys}
    for place, way in enumerate(ways.values()):
        for name in way:
            first.setdefault(name, place)
    last = len(keys)
    return sorted(keys, key=lambda key: (*[first[name] for name in ways[key]], last))


def _ways(name: str) -> list[str]:
    steps = name.split("/")
    return ["/".join(steps[:n]) for n in range(1, len(steps) + 1)]
