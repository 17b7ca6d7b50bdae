"""Dense layers: products with weights that are held; softmax over their output."""

from ....core import Op, Row
from ....core.nest import parse
from ....core.ops.convolution import Conv
from ....core.ops.dense import Dense
from ....core.ops.elementwise import Gated as HalfGated
from ....core.ops.elementwise import Softmax as ChannelSoftmax
from ....core.ops.lookup import Tied
from ....core.ops.tail import Tail
from ....core.ops.tensors import Gated, Product, Softmax
from ....errors import FlopcountError
from ....records import replace
from ....sizes import Window
from ..lifting import Lifting, ints
from ..positions import tied
from ..sequences import places_last
from ..table import rule


@rule(Product)
def _product(lifting: Lifting, row: Row) -> None:
    op: Product = row.node.op  # type: ignore[assignment]
    held = lifting.graph.weights_of(row)
    if not row.inputs:
        raise FlopcountError("it reads numbers that are held, and no layer's output")
    if held is None and lifting.graph.is_matmul(row):
        raise FlopcountError(f"the notation has no such product: {op.nest}, in no attention")
    if held is None and not is_dense(op, ints(row.inputs[0])):
        raise FlopcountError(f"the notation has no such product: {op.nest}")
    at = row.node.inputs[0]
    value = lifting.read(at)
    tail = Tail(bias=op.bias == "B")
    if not any(value.axes[:-1]):
        value = lifting.flat(at)
    value = places_last(lifting, value) or lifting.straight(value, len(value.axes) - 1)
    if table := tied(lifting, row):
        path = lifting.put(row, Tied(int(op.width or 0), tail), (value.port,))
        lifting.nodes[path] = replace(lifting.nodes[path], weights={"E": table})
        lifting.gives(row, value.of_channels(path, ints(row.output)[-1], -1))
        return
    width = ints(row.output)[-1]
    made: Op = Dense(width, tail)
    places = [atom for axis in value.axes[:-1] for atom in axis]
    if len(value.shape) > 2 and places:
        ones = (1,) * (len(value.shape) - 1)
        made = Conv(Window(ones, padding=(0,) * len(ones)), width, tail=tail)
    path = lifting.put(row, made, (value.port,))
    if held is not None:
        lifting.absorb(lifting.held.pop(held.node.path), path)
    lifting.gives(row, value.of_channels(path, width, -1))


def is_dense(op: Product, shape: tuple[int, ...]) -> bool:
    """Whether it multiplies the last axis of such a shape with weights, and does nothing else."""
    form = parse(op.nest)
    flowing = [read for read in form.reads if not read.is_parameter]
    alone = len(flowing) == 1 and len(form.reads) == 2 and op.width is not None
    given = [shape for shape in op.given if shape is not None]
    if not alone or op.own or op.experts or given or op.bias not in ("", "B"):
        return False
    if {*op.scales} != {1}:
        return False
    held = next(read for read in form.reads if read.is_parameter)
    x, y = flowing[0].axes, form.result.axes
    ones = {axis for axis, size in zip(x[:-1], shape, strict=False) if size == 1}
    return x[:-1] == y[:-1] and {*held.axes} - ones == {x[-1], y[-1]} and y[-1] == "k"


@rule(Softmax)
def _softmax(lifting: Lifting, row: Row) -> None:
    op: Softmax = row.node.op  # type: ignore[assignment]
    value = lifting.read(row.node.inputs[0])
    if op.log or op.given is not None or op.axes != 1:
        raise FlopcountError(f"the notation has no such {op.word}")
    value = lifting.straight(value, op.axis % len(value.axes))
    lifting.gives(row, value.at(lifting.put(row, ChannelSoftmax(), (value.port,))))


@rule(Gated)
def _gated(lifting: Lifting, row: Row) -> None:
    op: Gated = row.node.op  # type: ignore[assignment]
    value = lifting.read(row.node.inputs[0])
    axis = op.axis % len(value.axes)
    value = lifting.straight(value, axis)
    at = lifting.put(row, HalfGated("glu"), (value.port,))
    lifting.gives(row, value.of_channels(at, ints(row.output)[axis], axis))
