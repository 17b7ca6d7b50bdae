"""What a softmax is of, in a model's graph: the products of queries and keys, and what is added."""

import re
from typing import NamedTuple

from ...core import Port, Row
from ...core.ops.tensors import Elementwise, Lookup, Move, Parameter
from ...errors import FlopcountError
from .trails import Graph, is_moving, is_scaling, size_of

# What masks scores: a sum, or a choice of them or of a number, as where and masked_fill have it.
_ADDED = re.compile(r"y = (x \+ x1|x1 if x else x2|x if x1 else x2|[-\d.e]+ if x1 else x)")


class Scores(NamedTuple):
    """What the softmax is of: the product, what was passed on the way, tables that were added."""

    product: Row
    passed: list[str]
    tables: list[tuple[Row, list[str]]]
    masks: list[str]
    added: list[Port]


def scores_of(graph: Graph, softmax: Row) -> Scores | None:
    """The way back from the softmax to the product of queries and keys; None where it is of none.

    What is added on the way is a mask, or a table of numbers for each head and distance.
    """
    found = Scores(softmax, [], [], [], [])
    (port,) = softmax.node.inputs
    while (row := graph.row_of(port)) is not None:
        if graph.is_matmul(row):
            return found._replace(product=row)
        found.passed.append(row.node.path)
        if is_moving(row) or is_scaling(row):
            (port,) = row.node.inputs
        elif not isinstance(row.node.op, Elementwise) or not _ADDED.fullmatch(row.node.op.steps[0]):
            return None
        elif len(row.node.inputs) == 1:  # a mask that the code holds is added
            (port,) = row.node.inputs
            found.masks.append(row.node.path)
        else:
            both = _of_two(graph, row)
            if both is None:
                return None
            port, other = both
            found.added.append(other)
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


def addend(graph: Graph, port: Port, scores: Scores) -> None:
    """What is added to the scores: a mask, the rows of a table, one a distance, or both added."""
    passed = []
    while (row := graph.row_of(port)) is not None:
        path, op = row.node.path, row.node.op
        passed.append(path)
        if path in graph.constant:
            scores.masks.append(path)
            scores.passed.extend(passed[:-1])
            return
        if isinstance(op, Parameter) or (isinstance(op, Lookup) and not op.bag):
            scores.tables.append((row, passed))
            return
        if isinstance(op, Elementwise) and op.steps == ("y = x + x1",) and len(row.inputs) == 2:
            scores.passed.extend(passed)
            for at in row.node.inputs:
                addend(graph, at, scores)
            return
        if not isinstance(op, Move) or len(row.node.inputs) != 1:
            break
        (port,) = row.node.inputs
    raise FlopcountError(f"what {passed[-1] if passed else port} gives is added to its scores")
