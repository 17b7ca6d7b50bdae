"""The rows of the table of a model's page: its modules as they are nested, in each its layers."""

from collections import Counter
from collections.abc import Iterator, Sequence

from ..analysis.layout import shares
from ..core import Row
from ..pictures.grouped import Grouped, at_depth, depth_of
from ..records import dataclass, field, replace
from ..writing.cells import PRINTED
from .tree import Part, TableRow, printed_lines


@dataclass
class _Module:
    """A module by its whole name; in it are modules, and layers by their indexes, in order."""

    name: str
    kind: str = ""
    inner: dict[str, "_Module | int"] = field(default_factory=dict)

    def layers(self) -> Iterator[int]:
        """The indexes of all layers in it."""
        for part in self.inner.values():
            if isinstance(part, int):
                yield part
            else:
                yield from part.layers()


def nested_rows(report: Grouped) -> list[TableRow]:
    """A row for each module of several layers, in it one for each of its modules and its layers.

    Shares sum to 100 % among layers, and at each level among modules and what stands beside them.
    """
    rows = report.source.rows
    by_layer = {key[-1]: line for key, line in printed_lines(report.source, "layer").items()}
    depths = range(1, depth_of(rows) + 1)
    by_module = [printed_lines(at_depth(report.source, depth), "module") for depth in depths]
    found: list[TableRow] = []

    def add(part: _Module | int, label: str, level: int, parent: int | None) -> None:
        if isinstance(part, int):
            name, kind, layers = rows[part].node.path, _kind(rows[part]), [part]
            line, sort = by_layer[name], "layer"
        else:
            name, kind, layers = part.name, part.kind, sorted(part.layers())
            line, sort = by_module[level][name,], "module"
        text = line.cells.text
        own = tuple(layers)
        made = Part(
            sort,
            level,
            parent,
            name,
            label,
            own,
            chain=False,
            text=text,
            arithmetic=line.arithmetic,
            kind=kind,
        )
        found.append(TableRow(made, line.cells))
        place = len(found) - 1
        for key, inner in () if isinstance(part, int) else part.inner.items():
            add(inner, key.removeprefix(":"), level + 1, place)

    for key, part in _tree(rows).inner.items():
        add(part, key.removeprefix(":"), 0, None)
    each = [int(row.count("multiplies") or 0) for row in rows]
    counts = [sum(each[at] for at in row.part.layers) for row in found]
    given = tree_shares([row.part for row in found], counts)
    return [
        row._replace(cells=replace(row.cells, share=_share(share if known else None)))
        for row, share in zip(found, given, strict=True)
        for known in [any(rows[at].held.known for at in row.part.layers)]
    ]


def _tree(rows: Sequence[Row]) -> _Module:
    """The modules of a model, in each its modules and layers; one of a layer alone is that layer.

    The key of another layer begins with a colon, so that a module may have its name.
    """
    ways = [row.node.scope[:end] for row in rows for end in range(1, len(row.node.scope) + 1)]
    several = Counter(ways)
    root = _Module("")
    for at, row in enumerate(rows):
        scope, module = row.node.scope, root
        for end, step in enumerate(scope, 1):
            if several[scope[:end]] == 1 and end == len(scope):
                module.inner[step.name] = at
                break
            name = "/".join(one.name for one in scope[:end])
            inner = module.inner.setdefault(step.name, _Module(name, step.kind))
            if isinstance(inner, int):
                raise TypeError
            module = inner
        else:
            module.inner[f":{row.node.path.removeprefix(f'{module.name}/')}"] = at
    return root


def _kind(row: Row) -> str:
    """The class of the module that a layer alone is."""
    scope = row.node.scope
    return scope[-1].kind if row.node.path == "/".join(step.name for step in scope) else ""


def _share(tenths: int | None) -> str:
    return "–" if tenths is None else PRINTED["share"](tenths)


def tree_shares(parts: Sequence[Part], counts: Sequence[int]) -> list[int | None]:
    """The share of each part in tenths of a percent, by what each counts, as shares.js has it."""
    found: list[int | None] = [None] * len(parts)
    children: list[list[int]] = [[] for _ in parts]
    roots: list[int] = []
    for at, part in enumerate(parts):
        (roots if part.parent is None else children[part.parent]).append(at)

    def give(some: Sequence[tuple[int | None, int]]) -> None:
        given = shares([count for _, count in some])
        for (at, _), share in zip(some, given, strict=True):
            if at is not None:
                found[at] = share

    def inside(at: int, level: int) -> Iterator[tuple[int | None, int]]:
        modules = [child for child in children[at] if parts[child].grain != "layer"]
        if not children[at]:
            yield None, counts[at]
        elif parts[at].level < level - 1:
            for child in children[at]:
                yield from inside(child, level)
        else:
            yield from ((child, counts[child]) for child in modules)
            yield None, counts[at] - sum(counts[child] for child in modules)

    give([(at, counts[at]) for at in roots])
    for level in range(1, 1 + max((p.level for p in parts if p.grain != "layer"), default=0)):
        give([one for root in roots for one in inside(root, level)])
    leaves = [at for at, part in enumerate(parts) if part.grain == "layer"]
    leaves.sort(key=lambda at: parts[at].layers[0])
    give([(at, counts[at]) for at in leaves])
    return found
