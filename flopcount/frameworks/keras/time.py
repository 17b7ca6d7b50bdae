"""What a saving is worth in time: each branch as built and naive, warm, one sample, on JAX."""

from collections.abc import Callable, Sequence
from typing import Any

from ...core import Counts, Network, Row, shapes_of, walk
from ...core.graph import layer_of
from ...records import dataclass, replace
from ...rewrites import bypass
from ...writing.sheet import Column, Sheet
from ..timing import Times, measure
from .backend import find_device, import_keras, naming, needs_jax
from .build import Layers
from .model import build, random_images, random_kernels, stateless

BESIDE = (
    "the last two columns: how many times as long, and as many multiplies, without the "
    "reductions (naive: reduce); "
)
SHOWN = ("milliseconds", "quartiles", "giga")  # of times, what a sheet has
CONVENTION = "parts that are the same are timed once"


@dataclass(frozen=True)
class Timed:
    """A branch, or a whole module (`branch` None), as built and, where that differs, naive."""

    module: str
    branch: str | None
    built: Times
    naive: Times | None

    @property
    def time_ratio(self) -> float | None:
        """How many times as long the naive one takes."""
        return self.naive.median / self.built.median if self.naive else None

    @property
    def multiply_ratio(self) -> float | None:
        """How many times as many multiplies the naive one has."""
        if not self.naive or not self.built.multiplies:
            return None
        return self.naive.multiplies / self.built.multiplies

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "module": self.module,
            "branch": self.branch,
            "built": self.built.as_dict(),
            "naive": self.naive.as_dict() if self.naive else None,
            "time_ratio": self.time_ratio,
            "multiply_ratio": self.multiply_ratio,
        }


def time_branches(
    network: Network,
    *,
    backend: str | None = None,
    device: str = "auto",
    progress: Callable[[Sequence[Any], str], Any] = lambda items, _: items,
) -> tuple[Timed, ...]:
    """Time each branch of each module, and the module, as built and in the naive reading `reduce`.

    Modules without branches are left out, unless there are no others. Parts that are the same are
    timed once. Raises `FlopcountError` on another backend than JAX.
    """
    import_keras(backend)
    needs_jax("--time")
    scope, _ = find_device(device)
    whole = network.whole or network
    built, reduced = walk(whole), walk(bypass(whole, ("reduce",)))
    branches = dict.fromkeys((node.module, node.branch) for node in network.nodes if node.branch)
    with_branches = {module for module, _ in branches}
    parts: list[tuple[str, str | None]] = []
    for module in network.modules:
        if module in with_branches or not with_branches:
            parts += [part for part in branches if part[0] == module]
            parts.append((module, None))
    known: dict[Any, tuple[Times, Times | None]] = {}
    found = []
    with scope:
        for module, branch in progress(parts, "timing"):
            pair = (_part(whole, built, module, branch), _part(whole, reduced, module, branch))
            key = tuple(_structure(part) for part in pair)
            if key not in known:
                with naming("/".join(filter(None, (module, branch)))):
                    known[key] = _measure(*(pair if key[0] != key[1] else pair[:1]))
            found.append(Timed(module, branch, *known[key]))
    return tuple(found)


def _part(whole: Network, rows: Sequence[Row], module: str, branch: str | None) -> Network:
    """A branch alone, or a module, on the shapes that it sees in the whole network."""
    nodes = tuple(
        replace(row.node, like=None)
        for row in rows
        if row.node.module == module and (branch is None or row.node.branch == branch)
    )
    own = {node.path for node in nodes}
    shapes = shapes_of(whole, rows)
    read = dict.fromkeys(at for node in nodes for at in node.inputs)
    taken = {at: shapes[at] for at in read if layer_of(at) not in own}
    last = nodes[-1].path
    return replace(whole, nodes=nodes, inputs=taken, output=last, outputs={})


def _structure(part: Network) -> tuple[Any, ...]:
    """What a part is, whatever its layers are called."""
    read = [*part.inputs, *(node.path for node in part.nodes)]
    numbers = {path: place for place, path in enumerate(read)}

    def number(at: str) -> Any:  # of an output beyond the first, that of its layer and which it is
        path = layer_of(at)
        return numbers[at] if at in numbers else (numbers[path], at.removeprefix(path))

    layers = [(node.op, *map(number, node.inputs)) for node in part.nodes]
    return (tuple(part.inputs.values()), *layers)


def _measure(*parts: Network) -> tuple[Times, Times | None]:
    """Run the parts in turn, so that what disturbs one disturbs the other."""
    times = measure([_compiled(part) for part in parts])
    return times[0], times[1] if len(times) > 1 else None


def _compiled(part: Network) -> tuple[Callable[[], Any], int]:
    """What runs a part once and waits for the end of it, and the multiplies that it makes."""
    import jax

    layers = Layers(random_kernels(seed=0))
    rows, _, _ = build(part, layers)
    forward, values = stateless(part, rows, layers)
    images = random_images(part, rows, seed=1)
    compiled = jax.jit(forward)
    total = Counts(rows)
    return lambda: jax.block_until_ready(compiled(values, images)), total.multiplies


def time_sheet(timed: Sequence[Timed], device: str) -> Sheet:
    """One line per branch and module: time, quartiles, multiplies per second, both ratios."""
    columns = [Column("module", "module"), Column("branch", "branch", key=True)]
    beside = any(line.naive for line in timed)  # else no part has a reduction
    for name, title in (("built", "as built"), ("naive", "naive")):
        columns += [
            Column(f"{name}_ms", f"{title}, ms", "figure", key=True, group=title),
            Column(f"{name}_quartiles_ms", "quartiles", "figure", group=title),
            Column(f"{name}_gmultiplies_per_s", "10⁹ mul/s", "figure", group=title),
        ]
    columns += [
        Column("time_ratio", "time", "ratio"),
        Column("multiply_ratio", "multiplies", "ratio"),
    ]
    built, both = columns[:5], columns[5:]
    columns = [*built, *(replace(column, printed=beside) for column in both)]
    rows = [
        [
            line.module,
            line.branch or "(all)",
            *(
                times and getattr(times, shown)  # naive where it differs
                for times in (line.built, line.naive)
                for shown in SHOWN
            ),
            line.time_ratio,
            line.multiply_ratio,
        ]
        for line in timed
    ]
    return Sheet(
        columns=tuple(columns),
        rows=rows,
        heading=(f"time on {device}, one sample: warm, synchronised, median of repeated runs",),
        notes=(BESIDE + CONVENTION if beside else CONVENTION,),
    )
