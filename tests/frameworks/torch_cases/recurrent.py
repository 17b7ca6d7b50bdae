"""LSTM, GRU and RNN: layers, directions, projections, batch first or not."""

from typing import Any

from .draws import Call, Draw, call, case


def _drawn(d: Draw, gates: int, *, projection: int = 0) -> tuple[Any, ...]:
    """Input, state, weights, and the settings behind them, as PyTorch's own functions take them."""
    batch, tokens, channels = d.sizes(3, 1, 3)
    width = d.size(1 + projection, 3)
    layers, directions, biases, first = d.size(1, 2), d.size(1, 2), d.yes(), d.yes()
    outputs = projection or width
    weights = []
    for layer in range(layers):
        reads = channels if layer == 0 else directions * outputs
        for _ in range(directions):
            weights += [d.tensor(gates * width, reads), d.tensor(gates * width, outputs)]
            weights += [d.tensor(gates * width) for _ in range(2 * biases)]
            weights += [d.tensor(projection, width)] if projection else []
    x = d.tensor(*((batch, tokens) if first else (tokens, batch)), channels)
    states = [d.tensor(layers * directions, batch, n) for n in (outputs, width)]
    return x, states, weights, biases, layers, 0.0, False, directions == 2, first


@case("torch.lstm")
def lstm(d: Draw) -> Call:
    x, states, *more = _drawn(d, 4, projection=d.one_of(0, 1))
    return call("input", x, states, *more, held=d.one_of(("params",), ()))


@case("torch.gru")
def gru(d: Draw) -> Call:
    x, (state, _), *more = _drawn(d, 3)
    return call("input", x, state, *more, held=d.one_of(("params",), ()))


@case("torch.rnn_tanh", "torch.rnn_relu")
def rnn(d: Draw) -> Call:
    x, (state, _), *more = _drawn(d, 1)
    return call("input", x, state, *more, held=d.one_of(("params",), ()))
