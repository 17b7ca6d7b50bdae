"""Recurrent layers in all their forms."""

import numpy as np

from flopcount.frameworks.onnx.checking.calls import Call, call
from tests.frameworks.onnx_cases.draws import Draw, case

GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}


@case("LSTM", "GRU", "RNN")
def recurrent(d: Draw) -> Call:
    tokens, batch, channels, width = d.size(1, 3), d.size(1, 2), d.size(1, 3), d.size(1, 2)
    gates = GATES[d.name]
    direction = d.one_of("forward", "reverse", "bidirectional")
    many = 2 if direction == "bidirectional" else 1
    last = d.yes()

    def state() -> np.ndarray:
        return d.tensor(batch, many, width) if last else d.tensor(many, batch, width)

    x = d.tensor(batch, tokens, channels) if last else d.tensor(tokens, batch, channels)
    w, r = d.tensor(many, gates * width, channels), d.tensor(many, gates * width, width)
    bias = d.tensor(many, 2 * gates * width) if d.yes() else None
    arrays = [x, w, r, bias]
    if d.yes():
        arrays += [None, state()]
        if d.name == "LSTM":
            arrays += [state(), d.tensor(many, 3 * width)]
    settings = {"hidden_size": width, "direction": direction, "layout": int(last)}
    if d.name == "GRU":
        settings["linear_before_reset"] = d.size(0, 1)
    held = d.one_of((1, 2, 3, 7), (), (1, 2), (2,), (1,), (2, 3))
    held = [place for place in held if place < len(arrays) and arrays[place] is not None]
    outputs = d.size(1, 3 if d.name == "LSTM" else 2)
    return call(d.name, *arrays, held=held, outputs=outputs, opset=14, attributes=settings)
