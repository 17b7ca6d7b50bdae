"""Dense layers: products with weights that are held."""

from ....core import Row
from ....core.nest import parse
from ....core.ops.convolution import Conv
from ....core.ops.dense import Dense
from ....core.ops.tail import Tail
from ....core.ops.tensors import Product
from ....errors import FlopcountError
from ....sizes import Window
from ..lifting import Lifting, ints
from ..table import rule
from ..values import CHANNELS


@rule(Product)
def _product(lifting: Lifting, row: Row) -> None:
    op: Product = row.node.op  # type: ignore[assignment]
    if not _is_dense(op):
        raise FlopcountError(f"the notation has no such product: {op.nest}")
    (at,) = row.node.inputs
    value = lifting.read(at)
    tail = Tail(bias=op.bias == "B")
    if not any(value.axes[:-1]):
        value = lifting.flat(at)
    elif value.axes[-1] != value.whole(CHANNELS):
        raise FlopcountError("it reads something else than the channels")
    if op.width is None:
        raise TypeError
    made: Dense | Conv = Dense(op.width, tail)
    places = [atom for axis in value.axes[:-1] for atom in axis]
    if len(value.shape) > 2 and places:
        ones = (1,) * (len(value.shape) - 1)
        made = Conv(Window(ones, padding=(0,) * len(ones)), op.width, tail=tail)
    path = lifting.put(row, made, (value.port,))
    lifting.gives(row, value.at(path, ints(row.output)[-1]))


def _is_dense(op: Product) -> bool:
    """Whether it multiplies the last axis of what comes in with weights, and does nothing else."""
    form = parse(op.nest)
    flowing = [read for read in form.reads if not read.is_parameter]
    if op.width is None or op.own or op.experts or op.scales != (1, 1) or any(op.given):
        return False
    if len(flowing) != 1 or len(form.reads) != 2 or op.bias not in ("", "B"):
        return False
    held = next(read for read in form.reads if read.is_parameter)
    x, y = flowing[0].axes, form.result.axes
    return x[:-1] == y[:-1] and {*held.axes} == {x[-1], y[-1]} and y[-1] == "k"
