"""Recurrent layers whole: run/trace.py keeps them so, and does not follow them step by step."""

from collections.abc import Generator

from ....core.ops.tensors import Move, Recurrence
from ...models.operands import Made, Operand
from .arguments import Arguments

# By what PyTorch calls it: the layer's word, its gates as they lie in the weights, an activation.
RECURRENT = {
    "torch.lstm": ("lstm", "ifgo", ""),
    "torch.gru": ("gru", "rzn", ""),
    "torch.rnn_tanh": ("rnn", "h", "tanh"),
    "torch.rnn_relu": ("rnn", "h", "relu"),
}


def layers(a: Arguments) -> Generator[Made, Operand, None]:
    """Each layer in each direction, then what joins the directions.

    It is sent the operand that each puts out.
    """
    word, gates, kind = RECURRENT[a.name]
    directions = 2 if a["bidirectional"] else 1
    held = list(a["params"])
    each = len(held) // (a["num_layers"] * directions)
    biases = 2 if a["has_biases"] else 0
    projected = word == "lstm" and each == biases + 3
    x: Operand = a["input"]
    for _ in range(a["num_layers"]):
        outputs: list[Operand] = []
        for back in (False, True)[:directions]:
            own, held = held[:each], held[each:]
            width = own[0].shape[0] // len(gates)
            projection = own[-1].shape[0] if projected else 0
            computed = not all(operand.is_weights for operand in own)
            op = Recurrence(
                word,
                width,
                biases,
                back,
                projection=projection,
                batch_first=bool(a["batch_first"]),
                kind=kind or "tanh",
                computed=computed,
            )
            capitals = ("W", "Wr", "B", "Br")[: 2 + biases]
            weights = {
                f"{capital}{gate}": operand
                for capital, operand in zip(capitals, own, strict=False)
                for gate in gates
            }
            if projected:
                weights["Wp"] = own[-1]
            reads = (x, *a["hx"], *own) if computed else (x, *a["hx"])
            outputs.append((yield Made(op, reads, {} if computed else weights)))
        x = outputs[0]
        if directions == 2:
            shape = (*x.shape[:-1], x.shape[-1] + outputs[1].shape[-1])
            x = yield Made(Move("concat", (shape,)), tuple(outputs))
