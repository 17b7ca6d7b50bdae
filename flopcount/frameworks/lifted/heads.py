"""Attention in a model's graph: around each softmax its products, its projections, its masks."""

from typing import NamedTuple

from ...core import Port, Row
from ...core.graph import layer_of, output_of
from ...core.nest import parse
from ...core.ops.attention import Attention
from ...core.ops.tensors import Softmax
from ...errors import FlopcountError
from .projections import Projection, biased, channels_in, channels_out, has_bias, sizes_of
from .scores import Scores, addend, scores_of
from .trails import (
    Graph,
    added,
    back,
    forward,
    is_moving,
    size_of,
)


class Heads(NamedTuple):
    """An attention of a model, and the paths of the nodes that it stands for, in order.

    `op` lacks what a grid is cut into: there are so many `windows`, of so many `tokens`. `queries`
    and `keys` are the ports that its projections read; the last of its nodes, `end`, puts out;
    `weighed` is the product with its values, `result` the dense layer behind.
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
    weighed: str
    result: str


def attentions(graph: Graph) -> tuple[list[Heads], dict[str, str]]:
    """All attentions of a network, and, by the path of its first product, why another is none.

    That is so where the notation has no word for something in it.
    """
    found: list[Heads] = []
    refused: dict[str, str] = {}
    for row in graph.rows.values():
        op = row.node.op
        if not isinstance(op, Softmax) or op.log or op.axes != 1 or not row.inputs:
            continue
        scores = scores_of(graph, row)
        if scores is not None and op.axis % len(row.output) == len(row.output) - 1:
            try:
                found.append(_attention(graph, row, scores))
            except FlopcountError as error:
                refused[scores.product.node.path] = f"an attention: {error}"
    return found, refused


def _attention(graph: Graph, softmax: Row, scores: Scores) -> Heads:
    for port in scores.added:
        addend(graph, port, scores)
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
    end = ends[-1] if len(ends) > 1 else made
    _check_closed(graph, own, end)
    if bool(queries.normed) != bool(keys.normed):
        raise FlopcountError("queries or keys alone are normed")
    op = Attention(
        sizes.heads,
        kv=0 if sizes.kv == sizes.heads else sizes.kv,
        headdim=0 if sizes.heads * sizes.dim == channels_in(queries.dense) else sizes.dim,
        relative=_distances(scores, sizes.heads),
        bias=biased(graph, sizes, trails, result=len(ends) > 1 or has_bias(result)),
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
        tuple(path for path in scores.masks if path not in paths),
        bool(scores.masks),
        sizes.windows,
        sizes.tokens,
        reason,
        weighed.node.path,
        made,
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
        if graph.is_dense(row):
            return row, between
        if not is_moving(row):
            raise FlopcountError(
                f"its result has no projection: {row.node.path} ({row.node.op.word}) reads it"
            )
        between.append(row.node.path)
    raise FlopcountError("its result has no projection of its own")


def _end(graph: Graph, result: Row) -> tuple[str, ...]:
    """What a projection of the result has apart: its weights; a bias, and last what adds it."""
    weights = graph.weights_of(result)
    apart = () if weights is None else (weights.node.path,)
    row = graph.only_reader(result.node.path)
    both = row and added(graph, row)
    bias = graph.row_of(both[1]) if both else None
    if row is None or bias is None or has_bias(result):
        return apart
    if size_of(bias.output) != channels_out(result):
        return apart
    return (*apart, bias.node.path, row.node.path)


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
    if row is None or not graph.is_dense(row):
        made = f"{row.node.path} ({row.node.op.word})" if row else f"the input {trail.port}"
        raise FlopcountError(f"its {name} are no dense layer's; {made} makes them")
    weights = graph.weights_of(row)
    biases: list[str] = []
    for at in row.node.inputs[1 if weights is None else 2 :]:
        biases += graph.before(layer_of(at))
    added = (*trail.added, *biases)
    apart = () if weights is None else (weights.node.path,)
    return Projection(row, trail.passed, trail.scaled, trail.normed, added, apart)


def _check_closed(graph: Graph, own: tuple[str, ...], end: str) -> None:
    """Raise `FlopcountError` where a part of it is read by something else too."""
    for path in own:
        if path != end and (path in graph.results or {*graph.readers[path]} - {*own}):
            raise FlopcountError(f"{path}, which is a part of it, is read by others too")


def _distances(scores: Scores, heads: int) -> int | None:
    """How many distances have a number for each head; None where none has."""
    if len(scores.tables) > 1:
        raise FlopcountError("several tables are added to its scores")
    for row, _ in scores.tables:
        numbers = int(row.known("weights"))
        if numbers % heads:
            raise FlopcountError(f"{row.node.path}, added to its scores, is no number a head")
        return numbers // heads
    return None


def _reason(scores: Scores, ways: tuple[Projection, ...]) -> str:
    """How its elementwise operations may differ from the notation's."""
    said = ["scales queries alone"]
    if scores.masks:
        said.append("adds no masks")
    if any(len(way.dense.inputs) > 1 and not way.weights for way in ways):  # put together
        said.append("adds no biases of zero")
    return f"attention {' and '.join(said)}"
