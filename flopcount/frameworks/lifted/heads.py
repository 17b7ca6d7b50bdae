"""Attention in a model's graph: around each softmax its products, its projections, its masks."""

import re
from typing import NamedTuple

from ...core import Port, Row
from ...core.graph import layer_of, output_of
from ...core.nest import parse
from ...core.ops.attention import Attention
from ...core.ops.tensors import Elementwise, Lookup, Move, Parameter, Softmax
from ...errors import FlopcountError
from .projections import Projection, biased, channels_in, channels_out, has_bias, sizes_of
from .trails import (
    Graph,
    added,
    back,
    forward,
    is_dense,
    is_moving,
    is_scaling,
    size_of,
)

# What masks scores: a sum, or a choice of them or of a number, as where and masked_fill have it.
_ADDED = re.compile(r"y = (x \+ x1|x1 if x else x2|x if x1 else x2|[-\d.e]+ if x1 else x)")


class Heads(NamedTuple):
    """An attention of a model, and the paths of the nodes that it stands for, in order.

    `op` lacks what a grid is cut into: there are so many `windows`, of so many `tokens`. `queries`
    and `keys` are the ports that its projections read; the last of its nodes, `end`, puts out.
    `reason` says which elementwise operations it has beside those of the notation.
    """

    op: Attention
    queries: Port
    keys: Port
    end: str
    paths: tuple[str, ...]
    masks: tuple[str, ...]
    masked: bool
    windows: int
    tokens: int
    reason: str


class _Scores(NamedTuple):
    """What the softmax is of: the product, what was passed on the way, tables that were added."""

    product: Row
    passed: list[str]
    tables: list[tuple[Row, list[str]]]
    masks: list[str]
    scaled: bool


def attentions(graph: Graph) -> list[Heads]:
    """All attentions of a network.

    Raises `FlopcountError`, with its softmax' path, for one that the notation has no word for.
    """
    found = []
    for path, row in graph.rows.items():
        op = row.node.op
        if not isinstance(op, Softmax) or op.log or op.axes != 1 or not row.inputs:
            continue
        scores = _scores(graph, row)
        if scores is not None and op.axis % len(row.output) == len(row.output) - 1:
            try:
                found.append(_attention(graph, row, scores))
            except FlopcountError as error:
                raise FlopcountError(f"{path} (attention): {error}") from None
    return found


def _scores(graph: Graph, softmax: Row) -> _Scores | None:
    """The way back from the softmax to the product of queries and keys; None where it is of none.

    What is added on the way is a mask, or a table of numbers for each head and distance.
    """
    passed: list[str] = []
    tables: list[tuple[Row, list[str]]] = []
    masks: list[str] = []
    scaled = False
    (port,) = softmax.node.inputs
    while (row := graph.row_of(port)) is not None:
        if graph.is_matmul(row):
            return _Scores(row, passed, tables, masks, scaled)
        passed.append(row.node.path)
        if is_moving(row):
            (port,) = row.node.inputs
        elif is_scaling(row):
            (port,) = row.node.inputs
            scaled = True
        elif not isinstance(row.node.op, Elementwise) or not _ADDED.fullmatch(row.node.op.steps[0]):
            return None
        elif len(row.node.inputs) == 1:  # a mask that the code holds is added
            (port,) = row.node.inputs
            masks.append(row.node.path)
        else:
            found = _of_two(graph, row)
            if found is None:
                return None
            port, other = found
            table = _table(graph, other)
            if table is None:
                masks.append(layer_of(other))
            else:
                tables.append(table)
    return None


def _of_two(graph: Graph, row: Row) -> tuple[Port, Port] | None:
    """Of what an elementwise operation reads: the port that the scores come by, and the other."""
    for place, port in enumerate(row.node.inputs[:2]):
        seen = graph.row_of(port)
        while seen is not None and not graph.is_matmul(seen):
            op = seen.node.op
            if not seen.node.inputs or not (is_moving(seen) or isinstance(op, Elementwise)):
                seen = None
                break
            wide = max(seen.node.inputs, key=lambda at: size_of(graph.network.shapes[at]))
            seen = graph.row_of(wide)
        if seen is not None:
            return port, row.node.inputs[1 - place]
    return None


def _table(graph: Graph, port: Port) -> tuple[Row, list[str]] | None:
    """The parameter whose rows, one a distance, are added to the scores; and what it passes."""
    passed = []
    while (row := graph.row_of(port)) is not None:
        passed.append(row.node.path)
        if isinstance(row.node.op, Parameter):
            return row, passed
        if isinstance(row.node.op, Lookup) and not row.node.op.bag:
            return row, passed
        if not isinstance(row.node.op, Move) or len(row.node.inputs) != 1:
            return None
        (port,) = row.node.inputs
    return None


def _attention(graph: Graph, softmax: Row, scores: _Scores) -> Heads:
    weighed, between = _weighed(graph, softmax)
    result, behind = _result(graph, weighed)
    queries, keys = (_projected(graph, *each) for each in _sides(scores.product))
    values = _projected(graph, "values", _values(graph, weighed, softmax))
    trails = (queries, keys, values)
    sizes = sizes_of(softmax, scores.product, weighed, result, trails)
    ends = _end(graph, result)
    made = result.node.path
    paths = {softmax.node.path, scores.product.node.path, weighed.node.path, made, *ends}
    paths.update(*(passed for _, passed in scores.tables), scores.passed, between, behind)
    paths.update(*(trail.passed for trail in trails), *(trail.own for trail in trails))
    own = tuple(path for path in graph.rows if path in paths)
    end = ends[-1] if ends else made
    masks = _masks(graph, scores)
    _check_closed(graph, own, end)
    if bool(queries.normed) != bool(keys.normed):
        raise FlopcountError("queries or keys alone are normed")
    op = Attention(
        sizes.heads,
        kv=0 if sizes.kv == sizes.heads else sizes.kv,
        headdim=0 if sizes.heads * sizes.dim == channels_in(queries.dense) else sizes.dim,
        relative=_distances(scores, sizes.heads),
        bias=biased(graph, sizes, trails, result=bool(ends) or has_bias(result)),
        qknorm=bool(queries.normed),
    )
    if channels_out(result) != channels_in(queries.dense):
        raise FlopcountError(
            f"it reads {channels_in(queries.dense)} channels and puts out {channels_out(result)}"
        )
    reason = _reason(scores, trails)
    at, other, third = (way.dense.node.inputs[0] for way in trails)
    if not _alike(graph, third, other):
        raise FlopcountError("its keys are made of something else than its values")
    other = at if _alike(graph, at, other) else other
    return Heads(
        op,
        at,
        other,
        end,
        own,
        tuple(masks),
        bool(scores.masks),
        sizes.windows,
        sizes.tokens,
        reason,
    )


def _alike(graph: Graph, one: Port, other: Port) -> bool:
    """Whether two ports are the same output, seen under the same shape."""
    shapes = graph.network.shapes
    return output_of(one) == output_of(other) and shapes[one] == shapes[other]


def _weighed(graph: Graph, softmax: Row) -> tuple[Row, list[str]]:
    """The product that weighs the values, and what lies between it and the softmax."""
    between: list[str] = []
    for row in forward(graph, softmax.node.path):
        if graph.is_matmul(row):
            return row, between
        if not is_moving(row):
            raise FlopcountError(
                f"the weights of its values are worked on by {row.node.path} ({row.node.op.word})"
            )
        between.append(row.node.path)
    raise FlopcountError("the weights of its values are read by something else too")


def _result(graph: Graph, weighed: Row) -> tuple[Row, list[str]]:
    """The dense layer of the result, and what lies before it."""
    between: list[str] = []
    for row in forward(graph, weighed.node.path):
        if is_dense(row):
            return row, between
        if not is_moving(row):
            raise FlopcountError(
                f"its result has no projection: {row.node.path} ({row.node.op.word}) reads it"
            )
        between.append(row.node.path)
    raise FlopcountError("its result has no projection of its own")


def _end(graph: Graph, result: Row) -> tuple[str, ...]:
    """A bias that is added to the result by an operation of its own: its path and the add's."""
    row = graph.only_reader(result.node.path)
    both = row and added(graph, row)
    if not row or not both or has_bias(result):
        return ()
    bias = graph.row_of(both[1])
    if bias is None or size_of(bias.output) != channels_out(result):
        return ()
    return bias.node.path, row.node.path


def _sides(scores: Row) -> tuple[tuple[str, Port], tuple[str, Port]]:
    """The ports of the queries and of the keys: these have the last axis of the scores."""
    form = parse(scores.node.op.nest)  # type: ignore[attr-defined]
    last = form.result.axes[-1]
    ports = scores.node.inputs
    place = next(place for place, read in enumerate(form.reads) if last in read.axes)
    return ("queries", ports[1 - place]), ("keys", ports[place])


def _values(graph: Graph, weighed: Row, softmax: Row) -> Port:
    """The port of the values: what the softmax does not lead to."""
    ends = [back(graph, port).row for port in weighed.node.inputs]
    place = next(n for n, end in enumerate(ends) if end and end.node.path == softmax.node.path)
    return weighed.node.inputs[1 - place]


def _projected(graph: Graph, name: str, port: Port) -> Projection:
    """The way back to the dense layer that makes queries, keys or values."""
    trail = back(graph, port, norms=name != "values")
    row = trail.row
    if row is None or not is_dense(row):
        made = f"{row.node.path} ({row.node.op.word})" if row else f"the input {trail.port}"
        raise FlopcountError(f"its {name} are no dense layer's; {made} makes them")
    biases: list[str] = []
    for at in row.node.inputs[1:]:
        biases += graph.before(layer_of(at))
    return Projection(row, trail.passed, trail.scaled, trail.normed, (*trail.added, *biases))


def _masks(graph: Graph, scores: _Scores) -> list[str]:
    """The paths of what gives its masks, worked out from places alone."""
    found = [path for path in scores.masks if path not in scores.passed]  # those the code has held
    for path in found:
        if path not in graph.constant:
            raise FlopcountError(f"what {path} gives is added to its scores")
    return found


def _check_closed(graph: Graph, own: tuple[str, ...], end: str) -> None:
    """Raise `FlopcountError` where a part of it is read by something else too."""
    for path in own:
        if path != end and (path in graph.results or {*graph.readers[path]} - {*own}):
            raise FlopcountError(f"{path}, which is a part of it, is read by others too")


def _distances(scores: _Scores, heads: int) -> int | None:
    """How many distances have a number for each head; None where none has."""
    if len(scores.tables) > 1:
        raise FlopcountError("several tables are added to its scores")
    for row, _ in scores.tables:
        numbers = int(row.known("weights"))
        if numbers % heads:
            raise FlopcountError(f"{row.node.path}, added to its scores, is no number a head")
        return numbers // heads
    return None


def _reason(scores: _Scores, ways: tuple[Projection, ...]) -> str:
    """How its elementwise operations may differ from the notation's."""
    said = ["scales queries alone"]
    if scores.masks:
        said.append("adds no masks of numbers (so 'causal' and 'shift' are left out)")
    if any(way.added for way in ways):
        said.append("adds no biases of zero")
    return f"attention {' and '.join(said)}"
