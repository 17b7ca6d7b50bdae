"""Recurrent layers: LSTM, GRU, the simple one, of cells; with gates that are convolutions."""

from typing import Any

from .....core.ops import tensors as ops
from .....core.ops.elementwise import ACTIVATIONS
from .....errors import FlopcountError, quote
from ....models.operands import Operand
from ..config import Layer, NotPlainError, plain, read_layer
from .activations import SAME, name_of
from .convolution import window_of
from .table import Call, layer

# By the class of a layer or a cell: the word, the gates as they lie in the weights.
_CELLS = {"LSTM": ("lstm", "ifgo"), "GRU": ("gru", "zrn"), "SimpleRNN": ("rnn", "h")}
_CELLS |= {f"{name}Cell": cell for name, cell in list(_CELLS.items())}
_NAMES = {"lstm": "lstm_cell", "gru": "gru_cell", "rnn": "simple_rnn_cell"}


def _activation(value: Any) -> str:
    """An activation as the recurrence knows it."""
    name = name_of(value)
    if name == "linear":
        return name
    same = SAME.get(name) if isinstance(name, str) else None
    if same not in ACTIVATIONS:
        raise NotPlainError(f"{quote(str(name))} in a recurrent layer")
    return same


@layer("LSTM", "GRU", "SimpleRNN")
def _recurrent(call: Call) -> Any:
    word, _ = _CELLS[call.layer.kind]
    within = call.within(_NAMES[word], f"{call.layer.kind}Cell")
    return _stepped(call, [(within, call.layer)])


@layer("RNN")
def _of_cells(call: Call) -> Any:
    """Of a cell, or of several, each of which reads what the one before puts out."""
    value = plain(call.layer.get("cell"))
    cells = [read_layer(one, trains=call.layer.trains) for one in _cells(value)]
    for cell in cells:
        if cell.kind not in _CELLS or not cell.is_known:
            raise NotPlainError(quote(cell.kind))
    stacked = not isinstance(value, list) and len(cells) > 1
    outer = call
    if stacked or len(cells) > 1:
        outer = call.within(_name(value), "StackedRNNCells")
    return _stepped(call, [(outer.within(cell.name, cell.kind), cell) for cell in cells])


def _cells(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and value.get("class_name") == "StackedRNNCells":
        inside = value.get("config", {}).get("cells")
        if isinstance(inside, list):
            return inside
    return [value]


def _name(value: Any) -> str:
    name = value.get("config", {}).get("name") if isinstance(value, dict) else None
    return name if isinstance(name, str) else "stacked_rnn_cells"


def _stepped(call: Call, cells: list[tuple[Call, Layer]]) -> Any:
    """The layers' nodes, one after the other; what comes out, and the states if they do too."""
    one, x = call.layer, call.tensor(0, "sequences", "inputs")
    if len(x.shape) != 3:
        raise FlopcountError(
            f"it reads batch × tokens × channels, and here are {len(x.shape)} axes"
        )
    back, whole = (
        one.flag("go_backwards", default=False),
        one.flag("return_sequences", default=False),
    )
    states: list[Operand] = []
    given = [x for value in call.args[1:] for x in tensors_of(value)]
    given += tensors_of(call.kwargs.get("initial_state"))
    for number, (place, cell) in enumerate(cells):
        last = not whole and number == len(cells) - 1
        y = _layer(place, cell, [x, *given], back=back and number == 0, last=last)
        state = (y.shape[0], y.shape[-1])
        states += [call.view(y, state)] * (2 if _CELLS[cell.kind][0] == "lstm" else 1)
        x = y
    return [x, *states] if one.flag("return_state", default=False) else x


def tensors_of(value: Any) -> list[Operand]:
    """The tensors of an argument: of none, of one, or of lists of them, in order."""
    if isinstance(value, list | tuple) and not isinstance(value, Operand):
        return [one for part in value for one in tensors_of(part)]
    return [value] if isinstance(value, Operand) else []


def _layer(call: Call, cell: Layer, reads: list[Operand], *, back: bool, last: bool) -> Operand:
    """A layer of the recurrence: a product with the input, steps with the state."""
    word, gates = _CELLS[cell.kind]
    width, many, channels = cell.whole("units"), len(gates), reads[0].shape[-1]
    has_bias = cell.flag("use_bias", default=True)
    after = word == "gru" and cell.flag("reset_after", default=True)
    biases = (2 if after else 1) if has_bias else 0
    kind = _activation(cell.get("activation", "tanh"))
    gate = _activation(cell.get("recurrent_activation", "sigmoid"))
    held = {"W": call.held("kernel", channels, many * width)}
    held["Wr"] = call.held("recurrent_kernel", width, many * width)
    if biases:
        shape = (2, many * width) if biases == 2 else (many * width,)
        held["B"] = call.held("bias", *shape)
    if biases == 2:
        held["Br"] = held["B"]
    op = ops.Recurrence(
        word,
        width,
        biases,
        back,
        last,
        batch_first=True,
        kind=kind,
        gate=gate,
        reset_before=word == "gru" and not after,
    )
    weights = {f"{name}{g}": one for name, one in held.items() for g in gates}
    return call.add(op, *reads, **weights)


@layer("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
def _conv_lstm(call: Call) -> Any:
    one, x = call.layer, call.tensor(0, "sequences", "inputs")
    axes = int(one.kind[-2])
    if len(x.shape) != axes + 3:
        raise FlopcountError(f"it reads {axes + 3} axes, and here are {len(x.shape)}")
    if call.is_first:
        x = call.move("permute", (*x.shape[:2], *x.shape[3:], x.shape[2]), x)
    window, width, channels = window_of(one, axes), one.whole("filters"), x.shape[-1]
    cell = call.within("conv_lstm_cell", "ConvLSTMCell")
    held = {"W": cell.held("kernel", *window.kernel, channels, 4 * width)}
    held["Wr"] = cell.held("recurrent_kernel", *window.kernel, width, 4 * width)
    if one.flag("use_bias", default=True):
        held["B"] = cell.held("bias", 4 * width)
    whole = one.flag("return_sequences", default=False)
    op = ops.ConvLSTM(
        window,
        width,
        "B" in held,
        one.flag("go_backwards", default=False),
        not whole,
        _activation(one.get("activation", "tanh")),
        _activation(one.get("recurrent_activation", "sigmoid")),
    )
    y = cell.add(op, x, **{f"{name}{g}": w for name, w in held.items() for g in "ifgo"})
    if call.is_first:
        y = call.move("permute", (*y.shape[: -axes - 1], y.shape[-1], *y.shape[-axes - 1 : -1]), y)
    if not one.flag("return_state", default=False):
        return y
    state = call.view(y, (y.shape[0], *y.shape[2:])) if whole else y
    return [y, state, state]
