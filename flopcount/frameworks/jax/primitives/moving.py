"""What moves numbers, looks them up, or writes them into an array."""

from ....core.ops.tensors import Lookup, Scatter
from ...models.operands import Made, given_one, own
from ..values import Step
from .table import Priced, Rule, Viewed, moved, rule
from .views import part

_MOVES = {
    "concat": "concatenate",
    "stack": "stack",
    "pad": "pad",
    "repeat": "tile",
    "scatter": "scatter dynamic_update_slice",
    "complex": "complex conj",
}
_PUT = {"scatter-add": "sum", "scatter_add": "sum", "scatter-sub": "sum", "scatter-mul": "prod"}
_PUT |= {"scatter_mul": "prod", "scatter-max": "amax", "scatter_max": "amax"}
_PUT |= {"scatter-min": "amin", "scatter_min": "amin"}


def _move(word: str) -> Rule:
    return lambda step: moved(word, step)


for _word, _names in _MOVES.items():
    rule(*_names.split())(_move(_word))


@rule("gather")
def _gather(step: Step) -> Made | Viewed | Priced | None:
    """Numbers at places that the data says; whole rows of a matrix are a lookup in a table."""
    table, places = step.operands
    numbers = step.params["dimension_numbers"]
    sizes = step.sizes("slice_sizes")
    rank = len(step.outputs[0])
    is_lookup = (
        len(table.shape) == 2
        and tuple(numbers.offset_dims) == (rank - 1,)
        and tuple(numbers.collapsed_slice_dims) == (0,)
        and tuple(numbers.start_index_map) == (0,)
        and sizes == (1, table.shape[1])
        and not getattr(numbers, "operand_batching_dims", ())
    )
    if len(places.shape) == 1 and (places.is_constant or not is_lookup):
        return part(step)  # one piece of it, as an index such as x[:, -1] is where sizes are open
    if not is_lookup:
        return moved("gather", step)
    tokens = places._replace(shape=tuple(places.shape[:-1]))
    parameters = own(E=table)
    computed = not parameters.weights
    op = Lookup(table.shape[0], table.shape[1], given_one(tokens), computed=computed)
    return Made(op, (tokens, *parameters.flows), parameters.weights)


@rule(*_PUT)
def _scatter(step: Step) -> Made:
    """As many operations as there are numbers put to what is there."""
    op = Scatter("scatter", step.operands[2].shape, step.outputs[0], _PUT[step.name])
    return Made(op, step.operands)
