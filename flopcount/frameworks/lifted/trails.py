"""Ways back through a model's graph: past what only moves or scales numbers, to what made them."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from ...core import Network, Port, Row, is_positionwise
from ...core.graph import layer_of
from ...core.nest import parse
from ...core.ops.tensors import (
    Elementwise,
    FirstConv,
    LastConv,
    LayerNorm,
    Lookup,
    Move,
    Parameter,
    Product,
)
from ...records import dataclass
from ...sizes import Shape, product

_SCALED = re.compile(r"y = (?:x [*/] [-\d.e]+|[-\d.e]+ \* x)")


@dataclass(frozen=True)
class Graph:
    """A network's rows by their paths, and which of them read each."""

    network: Network

    @cached_property
    def rows(self) -> Mapping[str, Row]:
        """The rows by path, in order."""
        return {row.node.path: row for row in self.network.rows}

    @cached_property
    def readers(self) -> Mapping[str, tuple[str, ...]]:
        """By path, the paths of the nodes that read what it puts out; results are read by none."""
        found: dict[str, list[str]] = {path: [] for path in self.rows}
        for path, row in self.rows.items():
            for name in dict.fromkeys(map(layer_of, row.node.inputs)):
                if name in found:
                    found[name].append(path)
        return {path: tuple(names) for path, names in found.items()}

    @cached_property
    def results(self) -> frozenset[str]:
        """The paths of the nodes whose output leaves the network."""
        return frozenset(map(layer_of, self.network.results.values()))

    def row_of(self, port: Port) -> Row | None:
        """The row that puts out what a port is or is a view of; None of an input."""
        return self.rows.get(layer_of(port))

    def only_reader(self, path: str) -> Row | None:
        """The row that alone reads a node, if there is one and it is no result."""
        readers = self.readers[path]
        return self.rows[readers[0]] if len(readers) == 1 and path not in self.results else None

    def is_matmul(self, row: Row | None) -> bool:
        """Whether it is a product of two tensors that are no parameters."""
        if row is None or not isinstance(row.node.op, Product) or len(row.inputs) != 2:
            return False
        made = [self.row_of(port) for port in row.node.inputs]
        held = any(one is not None and isinstance(one.node.op, Parameter) for one in made)
        return not held and not any(r.is_parameter for r in parse(row.node.op.nest).reads)

    def is_dense(self, row: Row | None) -> bool:
        """Whether it multiplies one tensor by a parameter: a dense layer, or a 1×1 convolution."""
        if row is None or not row.inputs:
            return False
        op = row.node.op
        if isinstance(op, FirstConv | LastConv) and is_positionwise(op) and not op.computed:
            return op.groups == 1 and op.width is not None
        if not isinstance(op, Product) or op.experts or {*op.scales} != {1}:
            return False
        if any(shape is not None for shape in op.given):
            return False
        reads = parse(op.nest).reads
        held = sum(read.is_parameter for read in reads)
        return len(reads) == 2 and (held == 1 or self.weights_of(row) is not None)

    def weights_of(self, row: Row) -> Row | None:
        """The parameter that a product reads, all of it, as another layer's output; None if none.

        So PyTorch multiplies a tensor of many axes: by a parameter, as often as they have places.
        """
        if not isinstance(row.node.op, Product) or len(row.inputs) != 2:
            return None
        made = self.row_of(row.node.inputs[1])
        if made is None or not isinstance(made.node.op, Parameter):
            return None
        form = parse(row.node.op.nest)
        x, other = (read.axes for read in form.reads)
        *places, last = form.result.axes
        if [*x[:-1]] != places or x[-1] not in other or last not in other:
            return None
        through = int(row.known("multiplies")) // size_of(row.output)
        out = int(row.known("multiplies")) // size_of(row.inputs[0])
        return made if size_of(made.output) == through * out else None

    def before(self, path: str) -> list[str]:
        """The paths of a node and of all that it is made of, in order."""
        seen, left = {path}, [path]
        while left:
            for port in self.rows[left.pop()].node.inputs:
                name = layer_of(port)
                if name in self.rows and name not in seen:
                    seen.add(name)
                    left.append(name)
        return [name for name in self.rows if name in seen]

    @cached_property
    def constant(self) -> frozenset[str]:
        """The paths of what is worked out from places alone: no input, no parameter is in it."""
        found: set[str] = set()
        for path, row in self.rows.items():
            known = all(layer_of(port) in found for port in row.node.inputs)
            learned = row.work.parameters or isinstance(row.node.op, Lookup)
            if known and not learned and not row.count("multiplies") and row.held.known:
                found.add(path)
        return frozenset(found)


class Trail(NamedTuple):
    """What a way back ended at: its row, None of an input, the port, and the paths it passed.

    `scaled` are those of them that multiply by a number, `normed` those that norm, `biases` the
    numbers of parameters that were added, with the paths of the adds.
    """

    row: Row | None
    port: Port
    passed: tuple[str, ...] = ()
    scaled: tuple[str, ...] = ()
    normed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


def is_scaling(row: Row) -> bool:
    """Whether it multiplies all numbers by one that is known, or divides them."""
    op = row.node.op
    if not isinstance(op, Elementwise) or len(op.steps) != 1 or len(row.inputs) != 1:
        return False
    if _SCALED.fullmatch(op.steps[0]):
        return True
    others = [shape for shape in op.given if shape is not None]
    single = len(others) == 1 and product(others[0]) == 1
    return single and op.steps[0] in ("y = x * x1", "y = x / x1")


def is_moving(row: Row) -> bool:
    """Whether it puts all the numbers of one tensor elsewhere, and none twice."""
    op = row.node.op
    moves = isinstance(op, Move) and len(row.inputs) == 1 and len(row.held.outputs) == 1
    return moves and product(row.inputs[0]) == product(row.output)


def added(graph: Graph, row: Row) -> tuple[Port, Port] | None:
    """Of an add of two tensors, in which one is a parameter: the other's port, and its own."""
    op = row.node.op
    if not isinstance(op, Elementwise) or op.steps != ("y = x + x1",) or len(row.inputs) != 2:
        return None
    first, second = row.node.inputs
    for x, other in ((first, second), (second, first)):
        made = graph.row_of(other)
        if made is not None and isinstance(made.node.op, Parameter):
            return x, other
    return None


def back(graph: Graph, port: Port, *, norms: bool = False) -> Trail:
    """The way back from a port, to the first node that is more than a move, a scaling or a bias.

    With `norms` it passes RMS norms of the last axis too.
    """
    passed: list[str] = []
    scaled: list[str] = []
    normed: list[str] = []
    biased: list[str] = []
    while (row := graph.row_of(port)) is not None:
        path, op = row.node.path, row.node.op
        sum_of = added(graph, row)
        if is_scaling(row):
            scaled.append(path)
        elif norms and isinstance(op, LayerNorm) and op.axes == 1 and op.parameters == "G":
            if op.centred or op.over:
                break
            normed.append(path)
        elif sum_of is not None:
            passed.append(layer_of(sum_of[1]))
            biased.append(layer_of(sum_of[1]))
        elif not is_moving(row):
            break
        passed.append(path)
        port = sum_of[0] if sum_of else row.node.inputs[0]
    return Trail(row, port, tuple(passed), tuple(scaled), tuple(normed), tuple(biased))


def forward(graph: Graph, path: str) -> Iterator[Row]:
    """The rows after a node, each the only reader of the one before."""
    while (row := graph.only_reader(path)) is not None:
        yield row
        path = row.node.path


def size_of(shape: Shape) -> int:
    """How many numbers a shape has; a model is read at numbers."""
    return int(product(shape))
