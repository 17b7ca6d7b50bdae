"""The operator If: which of its branches is read, and what becomes of the other."""

from collections import ChainMap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import onnx

from ...errors import FlopcountError
from ...sizes import Size, is_open
from ...sizes.values import value as value_at
from .constants import attribute_of, initializers
from .operations.table import Called
from .values import Value
from .weights import read_as_settings, read_as_weights

if TYPE_CHECKING:
    from .graph import Graph, Values


def branch_of(
    graph: "Graph", node: onnx.NodeProto, called: Called, values: "Values"
) -> list[Value]:
    """The branch that its condition says; where the data says it, the one that multiplies more."""
    name = graph.called(node)
    branches = {one: called.attributes[f"{one}_branch"] for one in ("then", "else")}
    condition = called.inputs[0]
    if condition is not None and condition.numbers is not None and len(condition.numbers) == 1:
        taken = "then" if condition.numbers[0] else "else"
        graph.note("of each If the branch that its condition says", f"{taken} of {name}")
        outputs = _branch(graph, branches.pop(taken), values)
        _leave_out(graph, branches)
        return outputs
    mark, scope = graph.mark(), graph.scope
    found, wrong = {}, []
    for one, branch in branches.items():
        graph.scope = scope
        try:
            outputs = _branch(graph, branch, values)
        except FlopcountError as error:
            wrong.append(error)
            graph.back(mark)
        else:
            found[one] = (graph.cost(mark), outputs, graph.back(mark))
    if not found:
        raise wrong[0]
    taken = next(iter(found))
    if not wrong and _is_more(found["else"][0], found["then"][0], graph.hints):
        taken = "else"
    _, outputs, added = found[taken]
    graph.again(added)
    del branches[taken]
    _leave_out(graph, branches)
    which = "that these sizes fit" if wrong else "with more multiplies"
    graph.note(
        f"of each If whose condition depends on the data the branch {which}", f"{taken} of {name}"
    )
    return outputs


def _is_more(one: Size, other: Size, hints: Any) -> bool:
    """Whether a count is more than another; of open ones at sizes that may stand for them."""
    numbers = [value_at(n, hints, {}) if is_open(n) else n for n in (one, other)]
    return bool(numbers[0] > numbers[1])


def _branch(graph: "Graph", branch: onnx.GraphProto, values: "Values") -> list[Value]:
    inside: Values = ChainMap({}, values)
    with graph.deeper(graph.scope):
        graph.run(branch, inside)
    return [output(graph, one.name, inside) for one in branch.output]


def _leave_out(graph: "Graph", branches: Mapping[str, onnx.GraphProto]) -> None:
    """Hold what branches hold that are not taken: parameters of the file's, which are not used."""
    for branch in branches.values():
        as_weights = read_as_weights(branch.node)
        graph.settings |= read_as_settings(branch)
        for name, value in initializers(branch):
            graph.holds(name, value, as_weights, branch)
        for node in branch.node:
            parts = {one.name: attribute_of(one) for one in node.attribute}
            number = parts.get("value")
            if node.op_type == "Constant" and isinstance(number, Value):
                graph.holds(node.output[0], number, as_weights, branch, node)
            inside = {key: one for key, one in parts.items() if isinstance(one, onnx.GraphProto)}
            _leave_out(graph, inside)


def output(graph: "Graph", name: str, inside: "Values") -> Value:
    """What a block puts out under a name. Raises `FlopcountError` where it has none."""
    value = graph.read(name, inside)
    if value is None:
        raise FlopcountError("a block puts out something without a name")
    return value
