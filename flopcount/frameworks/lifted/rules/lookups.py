"""Tables of rows: embeddings of tokens, and those that are added to them."""

from ....core import Row
from ....core.graph import output_of
from ....core.ops.tensors import Lookup
from ....errors import FlopcountError
from ..lifting import Lifting, ints
from ..positions import embedded
from ..table import rule
from ..values import CHANNELS, Value


@rule(Lookup)
def _lookup(lifting: Lifting, row: Row) -> None:
    op: Lookup = row.node.op  # type: ignore[assignment]
    if op.bag or op.computed:
        raise FlopcountError("rows of a table that are summed, or that come in")
    at = output_of(row.node.inputs[0]) if row.node.inputs else ""
    if not at or at in lifting.graph.constant:  # by its place: said by what adds it
        lifting.held[row.node.path] = row
        return
    value = lifting.read(row.node.inputs[0])
    made = Value(embedded(lifting, row, value.port), (*value.shape, int(op.width)), ())
    lifting.gives(row, made.seen(((), *made.grid, made.whole(CHANNELS))))
    if len(ints(row.output)) != len(value.shape) + 2:
        raise FlopcountError("it reads tokens that are no sequence")
